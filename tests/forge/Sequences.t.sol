// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./Setup.sol";
import {vm} from "./Vm.sol";

/// @notice Histories in which the fuzz tests found a fault, kept in their shortest form.
contract SequencesTest is Setup {
    uint256 private buyerKey;
    bytes32 private receiptId;
    bytes32 private returnId;

    function setUp() public {
        _deploy();
        buyerKey = _newKey();
        _claim();
    }

    /// @dev Otherwise its pieces could be returned, and accepted, a second time.
    function test_aReturnThatSilenceAcceptedIsNotCancelled() public {
        _withdraw();
        _addParcel();
        Turn memory turn = ledger.turnOf(returnId);
        assert(turn.act == Act.REFUND && turn.consequence == Consequence.ACCEPTED);
        _warp(turn.enforceableAt);
        ledger.enforce(returnId);
        CancelReturn memory request = CancelReturn(returnId);
        bytes memory fields =
            abi.encode(keccak256("CancelReturn(bytes32 returnId,uint256 nonce,uint64 deadline)"), request);
        bytes memory call =
            abi.encodeCall(IReturnLedger.cancelReturn, (request, _signs(address(ledger), fields, buyerKey)));
        (bool done, bytes memory reason) = address(ledger).call(call);
        assert(!done && bytes4(reason) == IReturnHistory.ReturnGoodsArrived.selector);
    }

    function _claim() private {
        SignedReceipt memory signed;
        uint256 claimKey = _newKey();
        signed.receipt.seller = SELLER;
        signed.receipt.series = 1;
        signed.receipt.policyVersion = 1;
        signed.receipt.currency = "EUR";
        signed.receipt.soldAt = clock;
        signed.receipt.consumer = true;
        signed.receipt.claimKey = vm.addr(claimKey);
        signed.receipt.lines = new SoldLine[](1);
        signed.receipt.lines[0] = SoldLine(2, 1_000, 0, 230, 0, false);
        receiptId = keccak256(bytes.concat(hex"1901", domainOf[address(ledger)], _receiptHash(signed.receipt)));
        signed.signer = vm.addr(keysOf[SELLER][0]);
        signed.signature = _rawSign(keysOf[SELLER][0], receiptId);
        Claim memory request = Claim(receiptId, vm.addr(buyerKey));
        bytes memory fields =
            abi.encode(keccak256("Claim(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)"), request);
        ledger.claim(request, _signs(address(ledger), fields, claimKey), signed);
    }

    function _withdraw() private {
        OpenReturn memory request;
        request.receipt = receiptId;
        request.number = 1;
        request.kind = ReturnKind.WITHDRAWAL;
        request.resolution = Resolution.REFUND;
        request.lines = new ReturnLine[](1);
        request.lines[0] = ReturnLine(0, 2, TOO_LARGE);
        bytes32 line =
            keccak256(abi.encode(keccak256("ReturnLine(uint8 line,uint24 quantity,uint16 reason)"), request.lines[0]));
        bytes memory fields = abi.encode(
            keccak256(
                "OpenReturn(bytes32 receipt,uint32 number,uint8 kind,uint8 resolution,uint64 deliveredAt,ReturnLine[] lines,uint256 nonce,uint64 deadline)ReturnLine(uint8 line,uint24 quantity,uint16 reason)"
            ),
            request.receipt,
            request.number,
            request.kind,
            request.resolution,
            request.deliveredAt,
            keccak256(abi.encodePacked(line))
        );
        ledger.openReturn(request, _signs(address(ledger), fields, buyerKey));
        returnId = ledger.returnIdOf(receiptId, 1);
    }

    function _addParcel() private {
        AddParcel memory request = AddParcel(
            returnId, 0, ParcelPurpose.GOODS_RETURNED, CARRIER, bytes32("tracking"), 0, bytes32("proof of sending")
        );
        bytes memory fields = abi.encode(
            keccak256(
                "AddParcel(bytes32 returnId,uint32 participant,uint8 purpose,uint32 carrier,bytes32 tracking,uint64 sentAt,bytes32 document,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        ledger.addParcel(request, _signs(address(ledger), fields, buyerKey));
    }
}
