// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {
    IParticipantRegistry, ROLE_CARRIER, ROLE_INSPECTOR, ROLE_SELLER
} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook, Terms} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ActorSignature} from "./libraries/ActorSignature.sol";
import {ReceiptHash} from "./libraries/ReceiptHash.sol";

/// @notice Receipts, and returns from request to close.
contract ReturnLedger is History, SignedRequests, IReturnLedger {
    bytes32 private constant CLAIM_TYPEHASH =
        keccak256("Claim(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)");
    bytes32 private constant OPEN_TYPEHASH = keccak256(
        "OpenReturn(bytes32 receipt,uint32 number,uint64 deliveredAt,ReturnLine[] lines,uint256 nonce,uint64 deadline)ReturnLine(uint8 line,uint32 quantity,uint16 reason)"
    );
    bytes32 private constant APPROVE_TYPEHASH =
        keccak256("ApproveReturn(bytes32 returnId,uint32 inspector,uint256 nonce,uint64 deadline)");
    bytes32 private constant DECLINE_TYPEHASH =
        keccak256("DeclineReturn(bytes32 returnId,uint16 reason,uint256 nonce,uint64 deadline)");
    bytes32 private constant ADD_PARCEL_TYPEHASH = keccak256(
        "AddParcel(bytes32 returnId,uint32 participant,uint32 carrier,bytes32 tracking,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,ReceivedLine[] lines,uint256 nonce,uint64 deadline)ReceivedLine(uint8 line,uint32 quantity)"
    );
    bytes32 private constant INSPECT_TYPEHASH = keccak256(
        "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,uint256 nonce,uint64 deadline)InspectedLine(uint8 line,uint32 accepted,uint32 rejected,uint8 grade,uint8 disposition)"
    );
    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "ReleaseRefund(bytes32 returnId,uint128 amountMinor,bytes32 payment,uint64 paidAt,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CLOSE_TYPEHASH =
        keccak256("CloseReturn(bytes32 returnId,uint32 participant,uint256 nonce,uint64 deadline)");

    /// @dev Loops over lines and parcels are bounded by these.
    uint256 private constant LINE_LIMIT = 50;
    uint256 private constant PARCEL_LIMIT = 16;

    struct Sale {
        address buyer; // Zero: not claimed.
        uint32 seller;
        uint32 returnCount; // How many returns were opened.
        uint8 lines; // How many lines were sold.
        uint32 series;
        uint32 policyVersion;
        uint128 paidMinor; // All lines and standard delivery.
        uint128 refundedMinor; // Over all returns of the receipt.
    }

    struct SaleLine {
        uint32 quantity; // Pieces sold.
        uint32 returning; // Pieces in returns that were not declined.
        uint64 unitNetMinor;
        uint64 unitTaxMinor;
        uint64 unitDutyMinor;
    }

    struct Rma {
        bytes32 receipt;
        ReturnStatus status;
        uint32 inspector;
        bool refunded;
    }

    struct RmaLine {
        uint32 requested; // Pieces, each of the four.
        uint32 received;
        uint32 accepted;
        uint32 rejected;
    }

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry private immutable _registry;
    IPolicyBook private immutable _policies;
    IHistory private immutable _parcelLedger;

    mapping(bytes32 receipt => Sale) private _sales;
    mapping(bytes32 receipt => mapping(uint256 line => SaleLine)) private _saleLines;
    mapping(bytes32 returnId => Rma) private _rmas;
    mapping(bytes32 returnId => mapping(uint256 line => RmaLine)) private _rmaLines;
    mapping(bytes32 returnId => bytes32[]) private _parcels;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
    {
        _registry = registry;
        _policies = policies;
        _parcelLedger = parcelLedger;
    }

    /* CLAIM */

    /// @inheritdoc IReturnLedger
    function claim(Claim calldata request, Authorisation calldata authorisation, SignedReceipt calldata signed)
        external
    {
        bytes32 digest = _digest(
            abi.encode(CLAIM_TYPEHASH, request.receipt, request.buyer), authorisation
        );
        _authorise(digest, authorisation);
        bytes32 id = receiptDigest(signed.receipt);
        if (request.receipt != id) revert ReceiptMismatch(request.receipt, id);
        if (authorisation.actor != signed.receipt.claimKey) revert ReceiptNotClaimKey(id, authorisation.actor);
        if (request.buyer == address(0)) revert ReceiptBuyerInvalid(request.buyer);
        if (_sales[id].buyer != address(0)) revert ReceiptAlreadyClaimed(id, _sales[id].buyer);
        _checkReceipt(id, signed);

        _storeSale(id, request.buyer, signed.receipt);
        _record(
            ReceiptClaimed.selector,
            id,
            digest,
            abi.encode(uint64(block.timestamp), request.buyer, signed.receipt, signed.signer, signed.signature)
        );
    }

    /// @dev The signer must have been a key of the seller when the sale was made. Suspension does not matter: the
    /// receipt is the buyer's right. The role does not either: only a seller can have published the policy.
    function _checkReceipt(bytes32 id, SignedReceipt calldata signed) private view {
        Receipt calldata receipt = signed.receipt;
        if (receipt.lines.length == 0 || receipt.lines.length > LINE_LIMIT) {
            revert ReceiptLinesInvalid(receipt.lines.length, LINE_LIMIT);
        }
        _checkNotInFuture(receipt.soldAt);
        (uint32 participant, uint64 addedAt, uint64 endedAt,) = _registry.keyOf(signed.signer);
        bool held = participant == receipt.seller && participant != 0 && addedAt <= receipt.soldAt
            && (endedAt == 0 || receipt.soldAt < endedAt);
        if (!held || !ActorSignature.isValid(signed.signer, id, signed.signature)) {
            revert ReceiptNotSignedBySeller(id, signed.signer, receipt.seller);
        }
        // Reverts if there is no such version.
        _policies.termsOf(_policies.policyId(receipt.seller, receipt.series), receipt.policyVersion);
    }

    function _storeSale(bytes32 id, address buyer, Receipt calldata receipt) private {
        uint256 paidMinor = receipt.deliveryMinor;
        for (uint256 i = 0; i < receipt.lines.length; ++i) {
            SoldLine calldata sold = receipt.lines[i];
            if (sold.quantity == 0) revert QuantityZero(uint8(i));
            _saleLines[id][i] =
                SaleLine(sold.quantity, 0, sold.unitNetMinor, sold.unitTaxMinor, sold.unitDutyMinor);
            paidMinor += uint256(sold.quantity)
                * (uint256(sold.unitNetMinor) + sold.unitTaxMinor + sold.unitDutyMinor);
        }
        // 50 lines of 2^32 pieces at 3 · 2^64 stay far below 2^128.
        _sales[id] = Sale(
            buyer,
            receipt.seller,
            0,
            uint8(receipt.lines.length),
            receipt.series,
            receipt.policyVersion,
            uint128(paidMinor),
            0
        );
    }

    /// @inheritdoc IReturnLedger
    function receiptDigest(Receipt calldata receipt) public view returns (bytes32) {
        return _hashTypedDataV4(ReceiptHash.ofReceipt(receipt));
    }

    /* REQUEST */

    /// @inheritdoc IReturnLedger
    function openReturn(OpenReturn calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(
            abi.encode(
                OPEN_TYPEHASH,
                request.receipt,
                request.number,
                request.deliveredAt,
                ReceiptHash.ofReturned(request.lines)
            ),
            authorisation
        );
        _authorise(digest, authorisation);
        Sale storage sale = _sales[request.receipt];
        if (sale.buyer == address(0)) revert ReceiptUnknown(request.receipt);
        bytes32 returnId = returnIdOf(request.receipt, request.number);
        if (sale.buyer != authorisation.actor) revert ReturnNotParty(returnId, authorisation.actor);
        if (request.number != sale.returnCount + 1) {
            revert ReturnNumberWrong(request.receipt, request.number, sale.returnCount + 1);
        }
        _checkNotInFuture(request.deliveredAt);

        sale.returnCount = request.number;
        _rmas[returnId] = Rma(request.receipt, ReturnStatus.REQUESTED, 0, false);
        _takeLines(returnId, request.receipt, sale.lines, request.lines);
        _record(
            ReturnOpened.selector,
            returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.receipt,
                request.number,
                request.deliveredAt,
                _isLate(sale, request.deliveredAt),
                request.lines
            )
        );
    }

    function _takeLines(bytes32 returnId, bytes32 receipt, uint256 soldLines, ReturnLine[] calldata lines) private {
        _checkLineCount(lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            uint8 line = lines[i].line;
            if (line >= soldLines) revert LineUnknown(line, soldLines);
            if (_rmaLines[returnId][line].requested != 0) revert LineRepeated(line);
            if (lines[i].quantity == 0) revert QuantityZero(line);
            SaleLine storage sold = _saleLines[receipt][line];
            uint256 available = sold.quantity - sold.returning;
            if (lines[i].quantity > available) revert QuantityTooLarge(line, lines[i].quantity, available);

            sold.returning += lines[i].quantity;
            _rmaLines[returnId][line].requested = lines[i].quantity;
        }
    }

    /// @dev Without a stated delivery the window has not begun. Late is a ground to decline, not a refusal.
    function _isLate(Sale storage sale, uint64 deliveredAt) private view returns (bool) {
        if (deliveredAt == 0) return false;
        Terms memory terms = _policies.termsOf(_policies.policyId(sale.seller, sale.series), sale.policyVersion);
        return block.timestamp > uint256(deliveredAt) + terms.window_s;
    }

    /// @inheritdoc IReturnLedger
    function returnIdOf(bytes32 receipt, uint32 number) public pure returns (bytes32) {
        return keccak256(abi.encode(receipt, number));
    }

    /* DECISION */

    /// @inheritdoc IReturnLedger
    function approveReturn(ApproveReturn calldata request, Authorisation calldata authorisation) external {
        bytes32 digest =
            _digest(abi.encode(APPROVE_TYPEHASH, request.returnId, request.inspector), authorisation);
        Rma storage rma = _asSeller(request.returnId, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.REQUESTED);

        rma.status = ReturnStatus.APPROVED;
        rma.inspector = request.inspector;
        _record(
            ReturnApproved.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.inspector)
        );
    }

    /// @inheritdoc IReturnLedger
    function declineReturn(DeclineReturn calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(abi.encode(DECLINE_TYPEHASH, request.returnId, request.reason), authorisation);
        Rma storage rma = _asSeller(request.returnId, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.REQUESTED);

        rma.status = ReturnStatus.DECLINED;
        _giveBackLines(request.returnId, rma.receipt);
        _record(
            ReturnDeclined.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.reason)
        );
    }

    /// @dev What was declined can be asked for again.
    function _giveBackLines(bytes32 returnId, bytes32 receipt) private {
        uint256 lines = _sales[receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            uint32 requested = _rmaLines[returnId][line].requested;
            if (requested != 0) _saleLines[receipt][line].returning -= requested;
        }
    }

    /* PARCELS */

    /// @inheritdoc IReturnLedger
    function addParcel(AddParcel calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(
            abi.encode(
                ADD_PARCEL_TYPEHASH, request.returnId, request.participant, request.carrier, request.tracking
            ),
            authorisation
        );
        Rma storage rma = _asParty(request.returnId, request.participant, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        bytes32 parcel = keccak256(abi.encode(request.carrier, request.tracking));
        bytes32[] storage parcels = _parcels[request.returnId];
        if (parcels.length >= PARCEL_LIMIT) revert ParcelLimitReached(request.returnId, PARCEL_LIMIT);
        for (uint256 i = 0; i < parcels.length; ++i) {
            if (parcels[i] == parcel) revert ParcelAlreadyAdded(request.returnId, parcel);
        }

        parcels.push(parcel);
        _record(
            ParcelAdded.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.carrier, request.tracking, parcel)
        );
    }

    /* RECEPTION */

    /// @inheritdoc IReturnLedger
    function receiveGoods(ReceiveGoods calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(
            abi.encode(
                RECEIVE_TYPEHASH,
                request.returnId,
                request.participant,
                request.receivedAt,
                ReceiptHash.ofReceived(request.lines)
            ),
            authorisation
        );
        Rma storage rma = _asInspector(request.returnId, request.participant, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        _checkNotInFuture(request.receivedAt);
        _checkLineCount(request.lines.length);
        for (uint256 i = 0; i < request.lines.length; ++i) {
            ReceivedLine calldata given = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][given.line];
            if (given.quantity == 0) revert QuantityZero(given.line);
            uint256 awaited = line.requested - line.received;
            if (given.quantity > awaited) revert QuantityTooLarge(given.line, given.quantity, awaited);
            line.received += given.quantity;
        }

        _record(
            GoodsReceived.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.receivedAt,
                request.lines,
                _parcelHeads(request.returnId)
            )
        );
    }

    function _parcelHeads(bytes32 returnId) private view returns (bytes32[] memory heads) {
        bytes32[] storage parcels = _parcels[returnId];
        heads = new bytes32[](parcels.length);
        for (uint256 i = 0; i < heads.length; ++i) {
            heads[i] = _parcelLedger.head(parcels[i]);
        }
    }

    /* INSPECTION */

    /// @inheritdoc IReturnLedger
    function inspectGoods(InspectGoods calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(
            abi.encode(
                INSPECT_TYPEHASH,
                request.returnId,
                request.participant,
                request.evidence,
                ReceiptHash.ofInspected(request.lines)
            ),
            authorisation
        );
        Rma storage rma = _asInspector(request.returnId, request.participant, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        _checkLineCount(request.lines.length);
        for (uint256 i = 0; i < request.lines.length; ++i) {
            InspectedLine calldata found = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][found.line];
            uint256 given = uint256(found.accepted) + found.rejected;
            if (given == 0) revert QuantityZero(found.line);
            uint256 waiting = line.received - line.accepted - line.rejected;
            if (given > waiting) revert QuantityTooLarge(found.line, given, waiting);
            line.accepted += found.accepted;
            line.rejected += found.rejected;
        }

        _record(
            GoodsInspected.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.evidence, request.lines)
        );
    }

    /* REFUND */

    /// @inheritdoc IReturnLedger
    function releaseRefund(ReleaseRefund calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(
            abi.encode(RELEASE_TYPEHASH, request.returnId, request.amountMinor, request.payment, request.paidAt),
            authorisation
        );
        Rma storage rma = _asSeller(request.returnId, digest, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        _checkNotInFuture(request.paidAt);
        if (request.amountMinor == 0) revert RefundZero(request.returnId);
        Sale storage sale = _sales[rma.receipt];
        uint256 available = sale.paidMinor - sale.refundedMinor;
        if (request.amountMinor > available) {
            revert RefundTooLarge(request.returnId, request.amountMinor, available);
        }

        sale.refundedMinor += request.amountMinor;
        rma.refunded = true;
        _record(
            RefundReleased.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.amountMinor, request.payment, request.paidAt)
        );
    }

    /* CLOSE */

    /// @inheritdoc IReturnLedger
    function closeReturn(CloseReturn calldata request, Authorisation calldata authorisation) external {
        bytes32 digest =
            _digest(abi.encode(CLOSE_TYPEHASH, request.returnId, request.participant), authorisation);
        Rma storage rma = _asParty(request.returnId, request.participant, digest, authorisation);
        if (rma.status == ReturnStatus.CLOSED) {
            revert ReturnWrongStatus(request.returnId, rma.status, ReturnStatus.APPROVED);
        }
        bool settled = rma.refunded || rma.status == ReturnStatus.DECLINED;
        if (request.participant != 0 && !settled) revert ReturnNotSettled(request.returnId, rma.status);

        rma.status = ReturnStatus.CLOSED;
        _record(
            ReturnClosed.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.participant)
        );
    }

    /// @inheritdoc IReturnLedger
    function statusOf(bytes32 returnId) external view returns (ReturnStatus) {
        return _rmas[returnId].status;
    }

    /* PARTIES */

    function _digest(bytes memory fields, Authorisation calldata authorisation) private view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(bytes.concat(fields, abi.encode(authorisation.nonce, authorisation.deadline)))
        );
    }

    /// @dev The seller of the return speaks.
    function _asSeller(bytes32 returnId, bytes32 digest, Authorisation calldata authorisation)
        private
        returns (Rma storage rma)
    {
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        _registry.requireRole(authorisation.actor, _sales[rma.receipt].seller, ROLE_SELLER);
    }

    /// @dev The buyer (participant 0) or the seller of the return speaks.
    function _asParty(bytes32 returnId, uint32 participant, bytes32 digest, Authorisation calldata authorisation)
        private
        returns (Rma storage rma)
    {
        if (participant != 0) {
            rma = _asSeller(returnId, digest, authorisation);
            if (participant != _sales[rma.receipt].seller) revert ReturnNotParty(returnId, authorisation.actor);
            return rma;
        }
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        if (_sales[rma.receipt].buyer != authorisation.actor) revert ReturnNotParty(returnId, authorisation.actor);
    }

    /// @dev The seller or the inspector that he named speaks.
    function _asInspector(
        bytes32 returnId,
        uint32 participant,
        bytes32 digest,
        Authorisation calldata authorisation
    ) private returns (Rma storage rma) {
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        if (participant != rma.inspector && participant != _sales[rma.receipt].seller) {
            revert ReturnNotParty(returnId, authorisation.actor);
        }
        _registry.requireRole(authorisation.actor, participant, ROLE_SELLER | ROLE_INSPECTOR);
    }

    function _existing(bytes32 returnId) private view returns (Rma storage rma) {
        rma = _rmas[returnId];
        if (rma.status == ReturnStatus.NONE) revert ReturnUnknown(returnId);
    }

    function _requireStatus(bytes32 returnId, Rma storage rma, ReturnStatus needed) private view {
        if (rma.status != needed) revert ReturnWrongStatus(returnId, rma.status, needed);
    }

    function _checkLineCount(uint256 given) private pure {
        if (given == 0 || given > LINE_LIMIT) revert LineListInvalid(given, LINE_LIMIT);
    }
}
