// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {CATEGORY_CARRIER_FAULT, IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {Deadlines} from "./libraries/Deadlines.sol";
import {RefundRule} from "./libraries/RefundRule.sol";

/// @notice The part of `ReturnLedger` that holds what a dispute is about, and gives effect to how it ends; and messages.
/// @dev `ReturnLedger` runs this code on its own storage, for the dispute desk alone but for messages. Called directly it
/// finds no return, and records nothing.
contract ReturnDisputes is ReturnBase {
    bytes32 private constant SEND_MESSAGE_TYPEHASH = keccak256(
        "SendMessage(bytes32 returnId,uint32 participant,bytes32 message,uint256 nonce,uint64 deadline)"
    );
    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant MESSAGE_LIMIT = 200; // Of each side of a return.
    /// @dev Positions of fields, for AwardInvalid.
    uint256 private constant FIELD_EXTRA = 0;
    uint256 private constant FIELD_UNPAID = 1;
    uint256 private constant FIELD_COST = 2;
    uint256 private constant FIELD_AWARD = 3;
    uint256 private constant FIELD_CATEGORY = 4;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
        ReturnBase(registry, policies, parcelLedger)
    {}

    /* BEGINNING */

    function beginDispute(bytes32 returnId, bytes32 dispute, bool byBuyer, Award calldata claim, bytes32 request)
        external
    {
        Rma storage rma = _existing(returnId);
        _requireUndisputed(returnId, rma);
        _requireContested(returnId, rma);
        Turn memory turn = _turnOf(returnId, rma);
        uint64 until = turn.enforceableAt;
        if (!byBuyer && _windowUntil(rma) > until) until = _windowUntil(rma);
        if (block.timestamp >= until) revert DisputeTooLate(returnId, until);
        bool empty = claim.lines.length == 0 && claim.extraMinor == 0 && claim.unpaidMinor == 0;
        if (empty || claim.lines.length > LINE_LIMIT) revert LineListInvalid(claim.lines.length, LINE_LIMIT);
        // What a buyer got beyond is not taken back, so a seller has nothing to claim but less for the lines.
        if (!byBuyer && claim.extraMinor != 0) revert AwardInvalid(FIELD_EXTRA, claim.extraMinor, 0);
        if (!byBuyer && claim.unpaidMinor != 0) revert AwardInvalid(FIELD_UNPAID, claim.unpaidMinor, 0);
        _checkAmounts(returnId, rma, claim);

        for (uint256 i = 0; i < claim.lines.length; ++i) _hold(returnId, rma, byBuyer, claim.lines[i]);
        rma.flags |= DISPUTED;
        _record(
            DisputeBegun.selector,
            returnId,
            request,
            abi.encode(uint64(block.timestamp), dispute, byBuyer, claim)
        );
    }

    /// @dev Nothing is contested before something was refused, sent, decided, paid or left unpaid.
    function _requireContested(bytes32 returnId, Rma storage rma) private view {
        ReturnStatus status = rma.status;
        if (status == ReturnStatus.DECLINED || status == ReturnStatus.EXPIRED) return;
        if (status != ReturnStatus.APPROVED) revert ReturnWrongStatus(returnId, status, ReturnStatus.APPROVED);
        uint16 acts = SENT | RECEIVED | RETURNLESS | REPLACED | GIVEN_BACK | DEFAULTED | CONTESTED | SILENT;
        if (rma.flags & acts != 0 || rma.refundedMinor != 0) return;
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.expected < line.requested) return;
        }
        revert DisputeNothingContested(returnId);
    }

    /// @dev Takes a line out of the ordinary process, and the pieces that are claimed out of what can be asked for.
    function _hold(bytes32 returnId, Rma storage rma, bool byBuyer, AwardedLine calldata claimed) private {
        RmaLine storage line = _rmaLines[returnId][claimed.line];
        if (line.requested == 0) revert LineUnknown(claimed.line, _sales[rma.receipt].lines);
        if (line.marks & HELD != 0) revert LineRepeated(claimed.line);
        if (line.marks & DECIDED != 0) revert LineDecidedBefore(claimed.line);
        uint256 pieces = _piecesOf(claimed);
        // A seller does not take pieces that the buyer may ask for again.
        uint256 limit = byBuyer ? line.requested : line.expected;
        if (pieces > limit) revert QuantityTooLarge(claimed.line, pieces, limit);
        _checkLine(claimed, line.accepted);
        uint24 before = line.expected;
        _heldLines[returnId][claimed.line] = HeldLine(before, line.diminishedMinor);
        if (pieces > before) {
            SaleLine storage sold = _saleLines[rma.receipt][claimed.line];
            uint256 available = uint256(before) + sold.quantity - sold.returning;
            if (pieces > available) revert QuantityTooLarge(claimed.line, pieces, available);
            sold.returning += uint24(pieces) - before;
            line.expected = uint24(pieces);
        }
        line.marks |= HELD;
        if (byBuyer) return;
        // Until it ends, only what the seller himself leaves to the buyer is due.
        uint48 diminishedMinor = _diminished(line, claimed);
        if (diminishedMinor > line.diminishedMinor) line.diminishedMinor = diminishedMinor;
    }

    /* ENDING */

    function endDispute(
        bytes32 returnId,
        bytes32 dispute,
        bool byBuyer,
        DisputeEnding ending,
        bool applies,
        bool decided,
        Award calldata award,
        uint48 costMinor,
        bytes32 request
    ) external {
        Rma storage rma = _existing(returnId);
        Act before = _turnOf(returnId, rma).act;
        rma.flags &= ~DISPUTED;
        AcceptedLine[] memory accepted;
        uint48 costsMinor;
        bool goesOn;
        if (applies) {
            // Goods that are still waited for keep their clocks.
            goesOn = uint8(before) <= uint8(Act.INSPECT);
            costsMinor = uint48(RefundRule.reduction(costMinor, award.buyerCostBasisPoints));
            accepted = _apply(returnId, rma, award, costsMinor);
        } else {
            bool withdrawn = ending == DisputeEnding.WITHDRAWN;
            _letGo(returnId, rma, award, decided, withdrawn);
            goesOn = _goesOn(returnId, rma, before, byBuyer, withdrawn);
        }
        if (!goesOn) rma.since = uint40(block.timestamp);
        _recordResolved(returnId, dispute, ending, applies, award, accepted, costsMinor, request);
    }

    /// @dev Whether the present clock ran all the time, though a dispute was open. A seller who takes his own back has not
    /// put off what he owes; a buyer has not kept goods from being inspected.
    function _goesOn(bytes32 returnId, Rma storage rma, Act before, bool byBuyer, bool withdrawn)
        private
        view
        returns (bool)
    {
        Turn memory turn = _turnOf(returnId, rma);
        if (turn.act == before) return !byBuyer || before != Act.INSPECT;
        return withdrawn && !byBuyer && turn.who != Deadlines.BUYER;
    }

    /// @dev Everything becomes as it was before the dispute.
    function _letGo(bytes32 returnId, Rma storage rma, Award calldata claim, bool decided, bool withdrawn) private {
        bool more;
        for (uint256 i = 0; i < claim.lines.length; ++i) {
            RmaLine storage line = _rmaLines[returnId][claim.lines[i].line];
            HeldLine storage held = _heldLines[returnId][claim.lines[i].line];
            // What arrived meanwhile is here.
            uint24 expected = held.expected < line.received ? line.received : held.expected;
            _saleLines[rma.receipt][claim.lines[i].line].returning -= line.expected - expected;
            line.expected = expected;
            if (line.diminishedMinor != held.diminishedMinor) more = true;
            line.diminishedMinor = held.diminishedMinor;
            line.marks = decided ? (line.marks & ~HELD) | DECIDED : line.marks & ~HELD;
        }
        // What the seller contested is due again, though he left the rest unpaid meanwhile.
        if (more && !withdrawn && rma.flags & CONTESTED == 0) rma.flags &= ~DEFAULTED;
    }

    function _apply(bytes32 returnId, Rma storage rma, Award calldata award, uint48 costsMinor)
        private
        returns (AcceptedLine[] memory accepted)
    {
        _checkAward(returnId, rma, award);
        bool inGoods = rma.resolution == Resolution.REPLACEMENT || rma.resolution == Resolution.REPAIR;
        if (inGoods && rma.flags & REPLACED != 0) _countReplaced(returnId, rma);
        bool anew = _isSentAnew(returnId, rma, award);
        accepted = new AcceptedLine[](award.lines.length);
        uint256 count;
        for (uint256 i = 0; i < award.lines.length; ++i) {
            AwardedLine calldata given = award.lines[i];
            uint256 more = _applyLine(returnId, rma, given);
            if (more != 0) {
                accepted[count] = _accept(returnId, rma, given.line, more, 0);
                ++count;
            }
            RmaLine storage line = _rmaLines[returnId][given.line];
            line.diminishedMinor = _diminished(line, given);
        }
        _cut(accepted, count);

        Extras storage extras = _extras[returnId];
        extras.extraMinor += award.extraMinor;
        extras.costsMinor += costsMinor;
        rma.refundedMinor -= award.unpaidMinor;
        _sales[rma.receipt].refundedMinor -= award.unpaidMinor;
        // A debt of its own day, in money.
        rma.flags = (rma.flags | RULED) & ~(CONTESTED | PROVED | DEFAULTED);
        rma.resolution = Resolution.REFUND;
        rma.status = ReturnStatus.APPROVED;
        if (!anew) return accepted;
        // A parcel that was named before says nothing about what is sent now.
        rma.flags &= ~(SENT | DOCUMENTED);
        rma.sentAt = 0;
        rma.parcels = 0;
    }

    /// @dev Whether pieces are still to arrive, and none of a line that is not in dispute.
    function _isSentAnew(bytes32 returnId, Rma storage rma, Award calldata award) private view returns (bool) {
        bool any;
        for (uint256 i = 0; i < award.lines.length && !any; ++i) any = award.lines[i].awaited != 0;
        uint256 lines = any ? _sales[rma.receipt].lines : 0;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.marks & HELD == 0 && line.received < line.expected) return false;
        }
        return any;
    }

    /// @dev From here on the return is for money: lines that nobody disputed and whose goods were replaced are worth none.
    function _countReplaced(bytes32 returnId, Rma storage rma) private {
        rma.flags &= ~COMPLETES;
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.marks & HELD == 0) line.diminishedMinor = line.goodsMinor;
        }
    }

    /// @dev The line stands as the award says, but for the value of its pieces.
    /// @return more Pieces that it accepts besides.
    function _applyLine(bytes32 returnId, Rma storage rma, AwardedLine calldata given) private returns (uint256 more) {
        RmaLine storage line = _rmaLines[returnId][given.line];
        uint24 pieces = uint24(_piecesOf(given));
        _saleLines[rma.receipt][given.line].returning -= line.expected - pieces;
        if (given.rejected > line.rejected) rma.flags &= ~GIVEN_BACK;
        line.expected = pieces;
        line.received = given.accepted + given.rejected;
        line.rejected = given.rejected;
        if (given.category != 0) line.category = given.category;
        line.marks = given.awaited == 0 ? DECIDED : 0;
        return given.accepted - line.accepted;
    }

    function _recordResolved(
        bytes32 returnId,
        bytes32 dispute,
        DisputeEnding ending,
        bool applies,
        Award calldata award,
        AcceptedLine[] memory accepted,
        uint48 costsMinor,
        bytes32 request
    ) private {
        Rma storage rma = _rmas[returnId];
        Sale storage sale = _sales[rma.receipt];
        uint256 availableMinor = sale.paidMinor - sale.refundedMinor - (applies ? award.unpaidMinor : 0);
        uint64 payUntil = applies ? uint64(block.timestamp) + _termsOf(rma).pay_s : 0;
        _record(
            DisputeResolved.selector,
            returnId,
            request,
            abi.encode(
                uint64(block.timestamp),
                dispute,
                ending,
                applies,
                award,
                accepted,
                rma.flags & COMPLETES != 0,
                costsMinor,
                availableMinor,
                _breakdown(returnId, rma, _feesOf(rma)).dueMinor,
                payUntil
            )
        );
    }

    /* AWARDS */

    function checkAward(bytes32 returnId, Award calldata award) external view {
        _checkAward(returnId, _existing(returnId), award);
    }

    /// @dev What passes here takes effect later, whatever happens meanwhile: the desk compares the lines with the
    /// claim's, those keep what they hold, and less than before is never paid out.
    function _checkAward(bytes32 returnId, Rma storage rma, Award calldata award) private view {
        _checkAmounts(returnId, rma, award);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            AwardedLine calldata given = award.lines[i];
            RmaLine storage line = _rmaLines[returnId][given.line];
            uint256 pieces = _piecesOf(given);
            if (pieces > line.expected) revert QuantityTooLarge(given.line, pieces, line.expected);
            _checkLine(given, line.accepted);
        }
    }

    /// @dev What the escrow paid shows on the chain, so nobody can rule that it was not paid.
    function _checkAmounts(bytes32 returnId, Rma storage rma, Award calldata award) private view {
        uint256 attestedMinor = rma.refundedMinor - _extras[returnId].escrowedMinor;
        if (award.unpaidMinor > attestedMinor) revert AwardInvalid(FIELD_UNPAID, award.unpaidMinor, attestedMinor);
        uint256 paidMinor = _sales[rma.receipt].paidMinor;
        if (award.extraMinor > paidMinor) revert AwardInvalid(FIELD_EXTRA, award.extraMinor, paidMinor);
        if (award.buyerCostBasisPoints > BASIS_POINTS) {
            revert AwardInvalid(FIELD_COST, award.buyerCostBasisPoints, BASIS_POINTS);
        }
    }

    function _checkLine(AwardedLine calldata given, uint256 accepted) private pure {
        if (given.accepted < accepted) revert AwardAcceptsFewer(given.line, given.accepted, accepted);
        if (given.awardBasisPoints > BASIS_POINTS) {
            revert AwardInvalid(FIELD_AWARD, given.awardBasisPoints, BASIS_POINTS);
        }
        if (given.category > CATEGORY_CARRIER_FAULT) {
            revert AwardInvalid(FIELD_CATEGORY, given.category, CATEGORY_CARRIER_FAULT);
        }
    }

    function _piecesOf(AwardedLine calldata given) private pure returns (uint256) {
        return uint256(given.accepted) + given.rejected + given.awaited;
    }

    function _diminished(RmaLine storage line, AwardedLine calldata given) private view returns (uint48) {
        return uint48(RefundRule.reduction(line.goodsMinor, BASIS_POINTS - given.awardBasisPoints));
    }

    /* MESSAGES */

    function sendMessage(SendMessage calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(SEND_MESSAGE_TYPEHASH, request);
        (Rma storage rma, bytes32 digest) = request.participant == 0
            ? _asBuyer(request.returnId, fields, authorisation)
            : _asSeller(request.returnId, fields, authorisation);
        bool byBuyer = request.participant == 0;
        if (!byBuyer && request.participant != _sales[rma.receipt].seller) {
            revert ReturnNotParty(request.returnId, authorisation.actor);
        }
        Extras storage extras = _extras[request.returnId];
        uint256 before = byBuyer ? extras.buyerMessages : extras.sellerMessages;
        if (before == MESSAGE_LIMIT) revert MessageLimitReached(request.returnId, MESSAGE_LIMIT);

        if (byBuyer) extras.buyerMessages += 1;
        else extras.sellerMessages += 1;
        _record(
            MessageSent.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.message)
        );
    }
}
