// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TestToken} from "../../contracts/mocks/TestToken.sol";
import "./Setup.sol";
import {vm} from "./Vm.sol";

/// @notice What the escrow refuses, and what it leaves as it was.
contract EscrowSequencesTest is Setup {
    uint256 private buyerKey;
    bytes32 private receiptId;
    bytes32 private returnId;
    TestToken private token;

    function setUp() public {
        _deploy();
        buyerKey = _newKey();
        _claim();
        _open();
        _approve();
        _list();
    }

    /// @dev Otherwise no deposit stands for the units any more, and nobody ever gets them.
    function test_theEscrowPaysNothingToItself() public {
        _receive();
        _inspect();
        escrow.deposit(returnId, token, 615);
        (bool done,) = address(escrow).call(_withdrawing(address(escrow)));
        assert(!done);
    }

    /// @dev A clock starts again only with what was waited for: here the inspection of the second piece.
    function test_aWithdrawalPutsNoInspectionOff() public {
        _receive();
        _inspect();
        _receive();
        Turn memory turn = ledger.turnOf(returnId);
        assert(turn.act == Act.INSPECT);
        _warp(turn.until - 1);
        escrow.deposit(returnId, token, 615);
        (bool done,) = address(escrow).call(_withdrawing(address(1)));
        assert(done);
        assert(ledger.turnOf(returnId).act == Act.INSPECT);
        assert(ledger.turnOf(returnId).until == turn.until);
    }

    function _list() private {
        token = new TestToken();
        token.mint(address(this), 10_000);
        token.approve(address(escrow), 10_000);
        ListToken memory request = ListToken(address(token), "EUR", 1);
        bytes32 kind =
            keccak256("ListToken(address token,bytes3 currency,uint64 unitsPerMinor,uint256 nonce,uint64 deadline)");
        bytes memory fields = abi.encode(kind, request);
        Authorisation[] memory signed = new Authorisation[](2);
        uint256 nonce = ++nonces;
        bytes32 digest = _digestOf(domainOf[address(escrow)], fields, nonce, FAR);
        for (uint256 i = 0; i < 2; ++i) {
            signed[i] = Authorisation(_addressOf(council[i]), nonce, FAR, _rawSign(council[i], digest));
        }
        escrow.listToken(request, signed);
    }

    function _withdrawing(address to) private returns (bytes memory) {
        WithdrawRefund memory request = WithdrawRefund(returnId, to);
        bytes memory fields =
            abi.encode(keccak256("WithdrawRefund(bytes32 returnId,address to,uint256 nonce,uint64 deadline)"), request);
        return abi.encodeCall(IRefundEscrow.withdrawRefund, (request, _signs(address(escrow), fields, buyerKey)));
    }

    function _receive() private {
        ReceiveGoods memory request;
        request.returnId = returnId;
        request.participant = SELLER;
        request.lines = new ReceivedLine[](1);
        request.lines[0] = ReceivedLine(0, 1);
        bytes32 line = keccak256(abi.encode(keccak256("ReceivedLine(uint8 line,uint24 quantity)"), request.lines[0]));
        bytes memory fields = abi.encode(
            keccak256(
                "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,bool complete,uint24 extra,uint24 wrong,bytes32 evidence,ReceivedLine[] lines,uint256 nonce,uint64 deadline)ReceivedLine(uint8 line,uint24 quantity)"
            ),
            returnId,
            SELLER,
            request.receivedAt,
            false,
            0,
            0,
            request.evidence,
            keccak256(abi.encodePacked(line))
        );
        ledger.receiveGoods(request, _signs(address(ledger), fields, keysOf[SELLER][0]));
    }

    function _inspect() private {
        InspectGoods memory request;
        request.returnId = returnId;
        request.participant = SELLER;
        request.lines = new InspectedLine[](1);
        request.lines[0] = InspectedLine(0, 1, 0, 0, 1, 0);
        bytes32 kind = keccak256(
            "InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
        );
        bytes32 line = keccak256(abi.encode(kind, request.lines[0]));
        bytes memory fields = abi.encode(
            keccak256(
                "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,uint256 nonce,uint64 deadline)InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
            ),
            returnId,
            SELLER,
            request.evidence,
            keccak256(abi.encodePacked(line))
        );
        ledger.inspectGoods(request, _signs(address(ledger), fields, keysOf[SELLER][0]));
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

    function _open() private {
        OpenReturn memory request;
        request.receipt = receiptId;
        request.number = 1;
        request.kind = ReturnKind.GOODWILL;
        request.resolution = Resolution.REFUND;
        request.lines = new ReturnLine[](1);
        request.lines[0] = ReturnLine(0, 2, DEFECTIVE);
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
}
