// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IArbitrator} from "../interfaces/IArbitration.sol";
import "../interfaces/IDisputeDesk.sol";
import {IParticipantRegistry, ROLE_SELLER} from "../interfaces/IParticipantRegistry.sol";
import {DisputeTerms, IPolicyBook} from "../interfaces/IPolicyBook.sol";
import {AwardedLine, IReturnLedger, ReturnParties} from "../interfaces/IReturnLedger.sol";
import {Authorisation} from "../interfaces/ISignedRequests.sol";
import {History} from "./History.sol";
import {SignedRequests} from "./SignedRequests.sol";

/// @notice What the parts of the dispute desk share: storage, who may speak, awards, ends, whose turn it is.
/// @dev One contract cannot hold all functions, so `DisputeDesk` runs those of `DisputeRulings` on its own storage. Both
/// get their storage from here alone, so it is the same.
abstract contract DisputeBase is History, SignedRequests, IDisputeHistory {
    uint256 internal constant DISPUTE_LIMIT = 3; // Of each side of a return.
    uint256 internal constant PASS_LIMIT = 3; // So often the case goes to the next arbitrator.
    uint256 internal constant PANEL = 3;

    /// @dev DisputeTurn.who.
    uint8 internal constant BUYER = 1;
    uint8 internal constant SELLER = 2;
    uint8 internal constant ARBITRATOR = 3;
    uint8 internal constant OF_PANEL = 4;
    uint8 internal constant EITHER = 5;

    /// @dev Which award.
    uint256 internal constant CLAIM = 0;
    uint256 internal constant BUYERS_OFFER = 1;
    uint256 internal constant SELLERS_OFFER = 2;
    uint256 internal constant RULING = 3;

    struct Dispute {
        bytes32 returnId;
        bytes32 policy;
        bytes32 seedHash; // The opener's.
        bytes32 draw; // The other side's seed; once escalated, both hashed. Zero: no answer.
        DisputeStage stage;
        DisputeEnding ending;
        Verdict verdict; // Of the ruling.
        bool byBuyer;
        uint40 since; // Unix seconds UTC, like the next: when the present clock started.
        uint40 evidenceUntil;
        uint32 policyVersion;
        uint32 arbitrator; // Who has the case; 0: nobody, or the policy's arbitrator contract.
        uint8 place; // His on the roster.
        uint8 passes;
        uint64 eligible; // A bit for each place of the roster that may still get the case.
        uint32[3] panel; // 0: an empty seat.
        uint8 buyerEvidence;
        uint8 sellerEvidence;
        uint8 buyerOffers;
        uint8 sellerOffers;
    }

    struct Offer {
        bytes32 request; // Digest of the request that made it.
        Award award;
    }

    struct Counts {
        uint32 all;
        uint8 buyer;
        uint8 seller;
    }

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry internal immutable _registry;
    IPolicyBook internal immutable _policies;
    IReturnLedger internal immutable _ledger;

    mapping(bytes32 dispute => Dispute) internal _disputes;
    mapping(bytes32 dispute => mapping(uint256 which => Offer)) internal _offers;
    mapping(bytes32 returnId => Counts) internal _counts;
    mapping(IArbitrator arbitrator => mapping(uint256 externalId => bytes32 dispute)) internal _external;
    uint8 internal _lastPlace; // On the roster, of who got the last case.

    constructor(IParticipantRegistry registry, IPolicyBook policies, IReturnLedger ledger) {
        _registry = registry;
        _policies = policies;
        _ledger = ledger;
    }

    /* PARTIES */

    /// @dev One of the two sides speaks.
    function _asSide(bytes32 dispute, uint32 participant, bytes memory fields, Authorisation calldata authorisation)
        internal
        returns (Dispute storage found, bytes32 digest, bool byBuyer)
    {
        digest = _digestOf(fields, authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        found = _existing(dispute);
        byBuyer = _sideOf(dispute, _ledger.partiesOf(found.returnId), participant, authorisation.actor);
    }

    function _sideOf(bytes32 subject, ReturnParties memory parties, uint32 participant, address actor)
        internal
        view
        returns (bool byBuyer)
    {
        if (participant == 0) {
            if (parties.buyer != actor) revert DisputeNotParty(subject, actor);
            return true;
        }
        if (parties.seller != participant) revert DisputeNotParty(subject, actor);
        _registry.requireRole(actor, participant, ROLE_SELLER);
        return false;
    }

    function _existing(bytes32 dispute) internal view returns (Dispute storage found) {
        found = _disputes[dispute];
        if (found.stage == DisputeStage.NONE) revert DisputeUnknown(dispute);
    }

    function _requireStage(bytes32 dispute, Dispute storage found, DisputeStage needed) internal view {
        if (found.stage != needed) revert DisputeWrongStage(dispute, found.stage, needed);
    }

    function _requireOpen(bytes32 dispute, Dispute storage found) internal view {
        if (found.stage == DisputeStage.ENDED) {
            revert DisputeWrongStage(dispute, DisputeStage.ENDED, DisputeStage.INQUIRY);
        }
    }

    function _termsOf(Dispute storage found) internal view returns (DisputeTerms memory terms, uint32 grace_s) {
        return _policies.disputeTermsOf(found.policy, found.policyVersion);
    }

    /* AWARDS */

    /// @dev It names exactly the lines of the claim, in its order, and could take effect.
    function _checkAward(bytes32 dispute, Dispute storage found, Award calldata award) internal {
        AwardedLine[] storage claimed = _offers[dispute][CLAIM].award.lines;
        if (award.lines.length != claimed.length) revert AwardLinesDiffer(dispute, award.lines.length);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            if (award.lines[i].line != claimed[i].line) revert AwardLinesDiffer(dispute, i);
        }
        _ledger.checkAward(found.returnId, award);
    }

    function _keep(bytes32 dispute, uint256 which, bytes32 request, Award memory award) internal {
        Offer storage offer = _offers[dispute][which];
        offer.request = request;
        offer.award.extraMinor = award.extraMinor;
        offer.award.unpaidMinor = award.unpaidMinor;
        offer.award.buyerCostBasisPoints = award.buyerCostBasisPoints;
        delete offer.award.lines;
        for (uint256 i = 0; i < award.lines.length; ++i) offer.award.lines.push(award.lines[i]);
    }

    /* ENDING */

    /// @dev With the ruling that was kept, which alone costs something.
    function _endAs(
        bytes32 dispute,
        Dispute storage found,
        DisputeEnding ending,
        Verdict verdict,
        bytes32 request
    ) internal {
        (DisputeTerms memory terms,) = _termsOf(found);
        Award memory award = _offers[dispute][verdict == Verdict.AWARDED ? RULING : CLAIM].award;
        _end(dispute, found, ending, verdict, award, terms.costMinor, request);
    }

    function _endByDefault(bytes32 dispute, Dispute storage found, bytes32 request) internal {
        (DisputeTerms memory terms,) = _termsOf(found);
        Verdict verdict = terms.buyerByDefault == found.byBuyer ? Verdict.AWARDED : Verdict.DISMISSED;
        _end(dispute, found, DisputeEnding.BY_DEFAULT, verdict, _offers[dispute][CLAIM].award, 0, request);
    }

    function _end(
        bytes32 dispute,
        Dispute storage found,
        DisputeEnding ending,
        Verdict verdict,
        Award memory award,
        uint48 costMinor,
        bytes32 request
    ) internal {
        found.stage = DisputeStage.ENDED;
        found.ending = ending;
        found.since = uint40(block.timestamp);
        bool applies = verdict == Verdict.AWARDED;
        bool decided = verdict != Verdict.REFUSED;
        _ledger.endDispute(
            found.returnId, dispute, found.byBuyer, ending, applies, decided, award, costMinor, request
        );
    }

    /// @dev Once he knows both seeds, an opener who withdraws has no other try: it would be a choice of the arbitrator.
    function _withdraw(bytes32 dispute, Dispute storage found, bytes32 request) internal {
        if (found.stage != DisputeStage.INQUIRY) {
            Counts storage counts = _counts[found.returnId];
            if (found.byBuyer) counts.buyer = uint8(DISPUTE_LIMIT);
            else counts.seller = uint8(DISPUTE_LIMIT);
        }
        _end(dispute, found, DisputeEnding.WITHDRAWN, Verdict.REFUSED, _offers[dispute][CLAIM].award, 0, request);
    }

    /* TURN */

    function _turnOf(Dispute storage found) internal view returns (DisputeTurn memory turn) {
        DisputeStage stage = found.stage;
        if (stage == DisputeStage.NONE || stage == DisputeStage.ENDED) return turn;
        (DisputeTerms memory terms, uint32 grace_s) = _termsOf(found);
        uint64 since = found.since;
        if (stage == DisputeStage.INQUIRY) {
            turn.who = found.byBuyer ? SELLER : BUYER;
            (turn.act, turn.consequence) = (DisputeAct.ANSWER, DisputeConsequence.ESCALATED);
            turn.until = since + terms.respond_s;
        } else if (stage == DisputeStage.ANSWERED) {
            turn.who = found.byBuyer ? BUYER : SELLER;
            (turn.act, turn.consequence) = (DisputeAct.ESCALATE, DisputeConsequence.WITHDRAWN);
            turn.until = since + terms.inquiry_s;
        } else if (stage == DisputeStage.RULED) {
            turn.who = EITHER;
            (turn.act, turn.consequence) = (DisputeAct.APPEAL, DisputeConsequence.FINAL);
            turn.until = since + terms.appeal_s;
        } else {
            turn.from = found.evidenceUntil;
            turn.until = (since > turn.from ? since : turn.from) + terms.rule_s;
            if (stage == DisputeStage.APPEALED) {
                turn.who = OF_PANEL;
                (turn.act, turn.consequence) = (DisputeAct.RULE_ON_APPEAL, DisputeConsequence.FINAL);
            } else {
                turn.who = ARBITRATOR;
                turn.act = DisputeAct.RULE;
                bool last = found.passes >= PASS_LIMIT || found.eligible == 0;
                turn.consequence = last ? DisputeConsequence.DEFAULTED : DisputeConsequence.PASSED;
            }
        }
        turn.enforceableAt = turn.until + grace_s;
    }

    /* REQUESTS */

    /// @dev The end of a dispute works on all its lines.
    function _callGasBase() internal pure override returns (uint256) {
        return 3_000_000;
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return _registry;
    }
}
