// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./Setup.sol";
import {vm} from "./Vm.sol";

/// @notice Histories in which the contracts were once wrong, in their shortest form.
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
        _addParcel("tracking", "proof of sending");
        Turn memory turn = ledger.turnOf(returnId);
        assert(turn.act == Act.REFUND && turn.consequence == Consequence.ACCEPTED);
        _warp(turn.enforceableAt);
        ledger.enforce(returnId);
        (bool done, bytes memory reason) = address(ledger).call(_cancelling());
        assert(!done && bytes4(reason) == IReturnHistory.ReturnGoodsArrived.selector);
    }

    /// @dev A buyer who cancelled and asked again has to send again.
    function test_aParcelOfBeforeAReopeningProvesNothing() public {
        _withdraw();
        _addParcel("old", 0);
        _carrierSpeaks("old");
        assert(ledger.turnOf(returnId).act == Act.REFUND);
        (bool done,) = address(ledger).call(_cancelling());
        assert(done);
        _reopen();
        _approve();
        _addParcel("new", 0);
        Turn memory turn = ledger.turnOf(returnId);
        assert(turn.act == Act.RECEIVE && turn.consequence == Consequence.EXPIRED);
    }

    function _cancelling() private returns (bytes memory) {
        CancelReturn memory request = CancelReturn(returnId);
        bytes memory fields =
            abi.encode(keccak256("CancelReturn(bytes32 returnId,uint256 nonce,uint64 deadline)"), request);
        return abi.encodeCall(IReturnLedger.cancelReturn, (request, _signs(address(ledger), fields, buyerKey)));
    }

    function _reopen() private {
        ReopenReturn memory request = ReopenReturn(returnId, 0);
        bytes memory fields = abi.encode(
            keccak256("ReopenReturn(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)"), request
        );
        ledger.reopenReturn(request, _signs(address(ledger), fields, buyerKey));
    }

    function _approve() private {
        ApproveReturn memory request;
        request.returnId = returnId;
        bytes memory fields = abi.encode(
            keccak256(
                "ApproveReturn(bytes32 returnId,uint32 inspector,bool returnless,ApprovedLine[] exceptions,uint256 nonce,uint64 deadline)ApprovedLine(uint8 line,uint24 quantity,uint16 reason)"
            ),
            returnId,
            0,
            false,
            keccak256("")
        );
        ledger.approveReturn(request, _signs(address(ledger), fields, keysOf[SELLER][0]));
    }

    function _carrierSpeaks(bytes32 tracking) private {
        bytes32 facts = bytes32(uint256(clock) << 192 | 1 << 184);
        RecordCheckpoint memory request = RecordCheckpoint(CARRIER, tracking, facts, 0, 0);
        bytes memory fields = abi.encode(
            keccak256(
                "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        parcels.recordCheckpoint(request, _signs(address(parcels), fields, keysOf[CARRIER][0]));
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
        signed.receipt.claimKey = _addressOf(claimKey);
        signed.receipt.lines = new SoldLine[](1);
        signed.receipt.lines[0] = SoldLine(2, 1_000, 0, 230, 0, false);
        receiptId = keccak256(bytes.concat(hex"1901", domainOf[address(ledger)], _receiptHash(signed.receipt)));
        signed.signer = _addressOf(keysOf[SELLER][0]);
        signed.signature = _rawSign(keysOf[SELLER][0], receiptId);
        Claim memory request = Claim(receiptId, _addressOf(buyerKey));
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

    function _addParcel(bytes32 tracking, bytes32 document) private {
        AddParcel memory request = AddParcel(
            returnId, 0, ParcelPurpose.GOODS_RETURNED, CARRIER, tracking, 0, document
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
