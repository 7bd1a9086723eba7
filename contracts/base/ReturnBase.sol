// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHistory} from "../interfaces/IHistory.sol";
import {IParticipantRegistry, ROLE_INSPECTOR, ROLE_SELLER} from "../interfaces/IParticipantRegistry.sol";
import {DisputeTerms, IPolicyBook, Terms} from "../interfaces/IPolicyBook.sol";
import "../interfaces/IReturnLedger.sol";
import {Authorisation} from "../interfaces/ISignedRequests.sol";
import {Deadlines, Standing} from "../libraries/Deadlines.sol";
import {Breakdown, Fees, LineTotals, Price, RefundRule} from "../libraries/RefundRule.sol";
import {History} from "./History.sol";
import {SignedRequests} from "./SignedRequests.sol";

/// @notice What the parts of the return ledger share: storage, who may speak, what is due, whose turn it is.
/// @dev One contract cannot hold all functions, so `ReturnLedger` runs those of its parts on its own storage. All get their
/// storage from here alone, so it is the same.
abstract contract ReturnBase is History, SignedRequests, IReturnHistory {
    /// @dev Loops over lines and parcels are bounded by these.
    uint256 internal constant LINE_LIMIT = 50;
    uint256 internal constant PARCEL_LIMIT = 8; // Of each side, so that neither keeps the other from naming one.
    /// @dev A clock starts at the claimed time if that is at most this long before it was recorded.
    uint256 internal constant CLAIM_LIMIT_S = 72 hours;

    /// @dev Rma.flags.
    uint16 internal constant WEAK = 1;
    uint16 internal constant REOPENED = 2;
    uint16 internal constant SENT = 4;
    uint16 internal constant DOCUMENTED = 8;
    uint16 internal constant RETURNLESS = 16;
    uint16 internal constant REPLACED = 32;
    uint16 internal constant GIVEN_BACK = 64;
    uint16 internal constant CONTESTED = 128;
    uint16 internal constant PROVED = 256;
    uint16 internal constant DEFAULTED = 512;
    uint16 internal constant COMPLETES = 1_024;
    uint16 internal constant RECEIVED = 2_048;
    uint16 internal constant DISPUTED = 4_096; // A dispute is open.
    uint16 internal constant RULED = 8_192; // An award took effect.
    uint16 internal constant SILENT = 16_384; // The seller's silence had a consequence, and he paid nothing since.
    uint16 internal constant RECORDED = 32_768; // What he owes stands in his public record.

    /// @dev RmaLine.marks.
    uint8 internal constant HELD = 1; // By the open dispute.
    uint8 internal constant DECIDED = 2; // By a dispute that ended.

    struct Sale {
        address buyer; // Zero: not claimed.
        uint32 seller;
        uint24 returnCount; // How many returns were opened.
        uint40 deliveredAt; // The latest time that buyer or seller stated; 0: none.
        uint32 series;
        uint32 policyVersion;
        uint56 paidMinor; // All lines and standard delivery.
        uint56 refundedMinor; // Over all returns of the receipt, goodwill included.
        uint48 deliveryMinor;
        uint8 lines; // How many lines were sold.
        uint8 linesAccepted; // Of how many lines all pieces were accepted.
        bool consumer;
        bool informed;
    }

    struct SaleLine {
        uint24 quantity; // Pieces sold.
        uint24 returning; // Pieces in returns that have not lapsed.
        uint24 accepted; // Over all returns.
        uint48 netMinor; // After discounts.
        uint48 taxMinor;
        uint48 dutyMinor;
        bool finalSale;
    }

    struct Rma {
        bytes32 receipt;
        ReturnStatus status;
        ReturnKind kind;
        Resolution resolution;
        uint16 flags;
        uint32 inspector;
        uint40 openedAt; // Unix seconds UTC, like the next two.
        uint40 since; // When the present clock started.
        uint40 sentAt; // When the first returned goods were sent, as counted.
        uint48 refundedMinor; // Without goodwill.
        uint8 questions; // How often the seller asked.
        uint8 parcels; // How many the buyer named, lower four bits, and the seller, upper four; anew once reopened.
    }

    struct RmaLine {
        uint24 requested; // Pieces, each of the five.
        uint24 expected; // Approved, less what did not arrive.
        uint24 received;
        uint24 accepted;
        uint24 rejected;
        uint48 goodsMinor; // Of the accepted pieces.
        uint48 diminishedMinor;
        uint8 category; // Of the reason, or as a ruling says.
        uint8 marks;
    }

    /// @dev Of returns that were disputed, or paid by the escrow, or whose parties wrote to each other.
    struct Extras {
        uint56 extraMinor; // Awarded besides the lines; some amounts of 48 bits, as few disputes fit into a return.
        uint56 costsMinor; // The buyer's part of what disputes cost.
        uint48 escrowedMinor; // Paid by the escrow.
        uint16 buyerMessages;
        uint16 sellerMessages;
    }

    /// @dev A line in dispute, as it was before.
    struct HeldLine {
        uint24 expected;
        uint48 diminishedMinor;
    }

    struct KeyProposal {
        address buyer; // Zero: none.
        uint64 takesOverAt; // Unix seconds UTC.
    }

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry internal immutable _registry;
    IPolicyBook internal immutable _policies;
    IHistory internal immutable _parcelLedger;

    mapping(bytes32 receipt => Sale) internal _sales;
    mapping(bytes32 receipt => mapping(uint256 line => SaleLine)) internal _saleLines;
    mapping(bytes32 receipt => KeyProposal) internal _proposals;
    mapping(bytes32 returnId => Rma) internal _rmas;
    mapping(bytes32 returnId => mapping(uint256 line => RmaLine)) internal _rmaLines;
    /// @dev Their count is in Rma, whose slot is written anyway; an array would keep it in a slot of its own.
    mapping(bytes32 returnId => mapping(uint256 index => bytes32 parcel)) internal _parcels;
    mapping(bytes32 returnId => Extras) internal _extras;
    mapping(bytes32 returnId => mapping(uint256 line => HeldLine)) internal _heldLines;

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger) {
        _registry = registry;
        _policies = policies;
        _parcelLedger = parcelLedger;
    }

    /// @dev Some actions work on all lines of a return, whatever the length of their call.
    function _callGasBase() internal pure override returns (uint256) {
        return 1_500_000;
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return _registry;
    }

    /* PARTIES */

    /// @dev The seller of the return speaks.
    function _asSeller(bytes32 returnId, bytes memory fields, Authorisation calldata authorisation)
        internal
        returns (Rma storage rma, bytes32 digest)
    {
        digest = _digestOf(fields, authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        _registry.requireRole(authorisation.actor, _sales[rma.receipt].seller, ROLE_SELLER);
    }

    /// @dev The buyer speaks.
    function _asBuyer(bytes32 returnId, bytes memory fields, Authorisation calldata authorisation)
        internal
        returns (Rma storage rma, bytes32 digest)
    {
        digest = _digestOf(fields, authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        if (_sales[rma.receipt].buyer != authorisation.actor) revert ReturnNotParty(returnId, authorisation.actor);
    }

    /// @dev The seller or the inspector that he named speaks.
    function _asInspector(
        bytes32 returnId,
        uint32 participant,
        bytes memory fields,
        Authorisation calldata authorisation
    ) internal returns (Rma storage rma, bytes32 digest) {
        digest = _digestOf(fields, authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        rma = _existing(returnId);
        if (participant != rma.inspector && participant != _sales[rma.receipt].seller) {
            revert ReturnNotParty(returnId, authorisation.actor);
        }
        _registry.requireRole(authorisation.actor, participant, ROLE_SELLER | ROLE_INSPECTOR);
    }

    /// @dev Nothing ends a return while a dispute is open.
    function _requireUndisputed(bytes32 returnId, Rma storage rma) internal view {
        if (rma.flags & DISPUTED != 0) revert ReturnDisputed(returnId);
    }

    /// @dev The buyer's own act does not cut off the seller, who may dispute what his silence did.
    function _requireWindowOver(bytes32 returnId, Rma storage rma) internal view {
        if (rma.flags & SILENT == 0) return;
        Sale storage sale = _sales[rma.receipt];
        (DisputeTerms memory disputes, uint32 grace_s) =
            _policies.disputeTermsOf(_policyOf(sale), sale.policyVersion);
        uint64 until = uint64(rma.since) + disputes.dispute_s + grace_s;
        if (block.timestamp < until) revert ReturnDisputeWindowOpen(returnId, until);
    }

    function _existing(bytes32 returnId) internal view returns (Rma storage rma) {
        rma = _rmas[returnId];
        if (rma.status == ReturnStatus.NONE) revert ReturnUnknown(returnId);
    }

    function _requireStatus(bytes32 returnId, Rma storage rma, ReturnStatus needed) internal view {
        if (rma.status != needed) revert ReturnWrongStatus(returnId, rma.status, needed);
    }

    function _checkLineCount(uint256 given) internal pure {
        if (given == 0 || given > LINE_LIMIT) revert LineListInvalid(given, LINE_LIMIT);
    }

    function _claimed(bytes32 receipt) internal view returns (Sale storage sale) {
        sale = _sales[receipt];
        if (sale.buyer == address(0)) revert ReceiptUnknown(receipt);
    }

    /// @dev The latest statement starts the window: a buyer is not late because the seller says an earlier day.
    function _noteDelivery(Sale storage sale, uint64 deliveredAt) internal {
        _checkNotInFuture(deliveredAt);
        if (deliveredAt > sale.deliveredAt) sale.deliveredAt = uint40(deliveredAt);
    }

    /* LINES */

    /// @dev What was declined, cancelled or expired can be asked for again.
    function _giveBackLines(bytes32 returnId, Rma storage rma) internal {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            RmaLine storage asked = _rmaLines[returnId][line];
            if (asked.expected == 0 || asked.marks & HELD != 0) continue;
            _saleLines[rma.receipt][line].returning -= asked.expected;
            asked.expected = 0;
        }
    }

    /// @dev Accepts pieces of a line at their value by the refund rule.
    function _accept(bytes32 returnId, Rma storage rma, uint8 line, uint256 pieces, uint256 diminishedBasisPoints)
        internal
        returns (AcceptedLine memory accepted)
    {
        SaleLine storage sold = _saleLines[rma.receipt][line];
        RmaLine storage asked = _rmaLines[returnId][line];
        uint24 before = sold.accepted;
        (uint256 net, uint256 tax, uint256 duty) = RefundRule.goods(
            Price(sold.quantity, sold.netMinor, sold.taxMinor, sold.dutyMinor), before, pieces
        );
        uint256 goodsMinor = net + tax + duty;
        uint256 diminishedMinor = RefundRule.reduction(goodsMinor, diminishedBasisPoints);
        // A claim refuses lines above 2^48 and pieces above 2^24, so nothing is cut off here.
        accepted = AcceptedLine(line, before, uint24(pieces), uint48(goodsMinor), uint48(diminishedMinor));
        sold.accepted = before + uint24(pieces);
        asked.accepted += uint24(pieces);
        asked.goodsMinor += uint48(goodsMinor);
        asked.diminishedMinor += uint48(diminishedMinor);
        if (sold.accepted == sold.quantity) {
            Sale storage sale = _sales[rma.receipt];
            sale.linesAccepted += 1;
            if (sale.linesAccepted == sale.lines) rma.flags |= COMPLETES;
        }
    }

    /// @dev All expected pieces that were not decided about count as received and accepted in full.
    function _acceptExpected(bytes32 returnId, Rma storage rma) internal returns (AcceptedLine[] memory accepted) {
        rma.flags |= RECEIVED;
        uint256 lines = _sales[rma.receipt].lines;
        accepted = new AcceptedLine[](lines);
        uint256 count;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.marks & HELD != 0) continue;
            line.received = line.expected;
            uint256 pieces = line.expected - line.accepted - line.rejected;
            if (pieces == 0) continue;
            accepted[count] = _accept(returnId, rma, uint8(i), pieces, 0);
            ++count;
        }
        _cut(accepted, count);
    }

    function _cut(AcceptedLine[] memory list, uint256 count) internal pure {
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev What did not arrive is no longer waited for, and can be asked for again.
    /// @return any Whether something was missing.
    function _shorten(bytes32 returnId, Rma storage rma) internal returns (bool any) {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.expected == line.received || line.marks & HELD != 0) continue;
            _saleLines[rma.receipt][i].returning -= line.expected - line.received;
            line.expected = line.received;
            any = true;
        }
    }

    /* STATUS */

    /// @dev A status, and the clock that begins with it.
    function _enter(Rma storage rma, ReturnStatus status) internal {
        rma.status = status;
        rma.since = uint40(block.timestamp);
    }

    function _lapse(bytes32 returnId, Rma storage rma, ReturnStatus status) internal {
        _giveBackLines(returnId, rma);
        _enter(rma, status);
    }

    /* MONEY */

    function _breakdown(bytes32 returnId, Rma storage rma, Fees memory fees)
        internal
        view
        returns (Breakdown memory)
    {
        Sale storage sale = _sales[rma.receipt];
        LineTotals[] memory totals = new LineTotals[](sale.lines);
        for (uint256 line = 0; line < totals.length; ++line) {
            RmaLine storage asked = _rmaLines[returnId][line];
            totals[line] =
                LineTotals(asked.category, asked.goodsMinor, asked.diminishedMinor, asked.accepted != 0);
        }
        uint256 extraMinor;
        uint256 costsMinor;
        if (rma.flags & RULED != 0) {
            Extras storage extras = _extras[returnId];
            (extraMinor, costsMinor) = (extras.extraMinor, extras.costsMinor);
        }
        return RefundRule.due(
            totals,
            fees,
            sale.deliveryMinor,
            rma.kind == ReturnKind.WITHDRAWAL,
            rma.flags & COMPLETES != 0,
            extraMinor,
            costsMinor,
            rma.refundedMinor,
            sale.paidMinor - sale.refundedMinor
        );
    }

    /// @dev All that is due was paid. Of a ruled debt that stood in the seller's record, the record says so.
    function _settle(bytes32 returnId, Rma storage rma, Sale storage sale) internal {
        if (rma.flags & RECORDED != 0) _registry.settleDefault(sale.seller, returnId);
        rma.flags &= ~(SILENT | RECORDED);
    }

    function _feesOf(Rma storage rma) internal view returns (Fees memory) {
        Sale storage sale = _sales[rma.receipt];
        return _policies.feesOf(_policyOf(sale), sale.policyVersion);
    }

    function _policyOf(Sale storage sale) internal view returns (bytes32) {
        return keccak256(abi.encode(sale.seller, sale.series));
    }

    function _termsOf(Rma storage rma) internal view returns (Terms memory) {
        return _termsOf(_sales[rma.receipt]);
    }

    function _termsOf(Sale storage sale) internal view returns (Terms memory) {
        return _policies.termsOf(_policyOf(sale), sale.policyVersion);
    }

    /* DEADLINES */

    /// @dev When a clock starts that began with a claimed time; 0 claims nothing.
    function _startOf(uint64 claimed) internal view returns (uint40) {
        _checkNotInFuture(claimed);
        bool counts = claimed < block.timestamp && claimed + CLAIM_LIMIT_S >= block.timestamp;
        return counts ? uint40(claimed) : uint40(block.timestamp);
    }

    function _turnOf(bytes32 returnId, Rma storage rma) internal view returns (Turn memory) {
        Terms memory terms = _termsOf(rma);
        Standing memory standing = _standing(returnId, rma);
        if (rma.status == ReturnStatus.APPROVED) standing.dueMinor = _breakdown(returnId, rma, terms.fees).dueMinor;
        return Deadlines.turnOf(standing, terms);
    }

    function _standing(bytes32 returnId, Rma storage rma) private view returns (Standing memory standing) {
        uint16 flags = rma.flags;
        standing.status = rma.status;
        standing.kind = rma.kind;
        standing.resolution = rma.resolution;
        standing.weak = flags & WEAK != 0;
        standing.reopened = flags & REOPENED != 0;
        standing.sent = flags & SENT != 0;
        standing.proven = standing.sent && (flags & DOCUMENTED != 0 || _carrierSpoke(returnId));
        standing.replaced = flags & REPLACED != 0;
        standing.givenBack = flags & GIVEN_BACK != 0;
        standing.contested = flags & CONTESTED != 0;
        standing.defaulted = flags & DEFAULTED != 0;
        standing.disputed = flags & DISPUTED != 0;
        standing.ruled = flags & RULED != 0;
        standing.inspector = rma.inspector != 0;
        standing.openedAt = rma.openedAt;
        standing.since = rma.since;
        standing.sentAt = rma.sentAt;
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            RmaLine storage asked = _rmaLines[returnId][line];
            if (asked.marks & HELD != 0) continue;
            standing.expected += asked.expected;
            standing.received += asked.received;
            standing.accepted += asked.accepted;
            standing.rejected += asked.rejected;
        }
    }

    function _parcelCount(Rma storage rma) internal view returns (uint256) {
        return (rma.parcels & 15) + (rma.parcels >> 4);
    }

    /// @dev Whether a carrier recorded anything about a parcel of this return: only he can move its head.
    function _carrierSpoke(bytes32 returnId) private view returns (bool) {
        uint256 count = _parcelCount(_rmas[returnId]);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 parcel = _parcels[returnId][i];
            bytes32 untouched = keccak256(abi.encode(block.chainid, _parcelLedger, parcel));
            // At most two PARCEL_LIMIT, of a contract of ours.
            // slither-disable-next-line calls-loop
            if (_parcelLedger.head(parcel) != untouched) return true;
        }
        return false;
    }
}
