// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DisputeBase} from "./base/DisputeBase.sol";
import {IArbitrable, IArbitrator} from "./interfaces/IArbitration.sol";
import "./interfaces/IDisputeDesk.sol";
import {NO_REQUEST} from "./interfaces/IHistory.sol";
import {IParticipantRegistry, ROLE_ARBITRATOR} from "./interfaces/IParticipantRegistry.sol";
import {DisputeTerms, IPolicyBook} from "./interfaces/IPolicyBook.sol";
import {IReturnLedger} from "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice The part of `DisputeDesk` about arbitrators: escalation, drawing, rulings, appeal, silence.
/// @dev `DisputeDesk` runs this code on its own storage. Called directly it finds no dispute, and records nothing.
contract DisputeRulings is DisputeBase {
    // Registry, policies and ledger are contracts of ours that call nobody back; while an arbitrator contract runs, its
    // dispute counts as none, so that nobody acts in it.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign

    bytes32 private constant ESCALATE_TYPEHASH =
        keccak256("EscalateDispute(bytes32 dispute,uint32 participant,bytes32 seed,uint256 nonce,uint64 deadline)");
    bytes32 private constant RECUSE_TYPEHASH =
        keccak256("RecuseArbitrator(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)");
    bytes32 private constant RULING_TYPEHASH = keccak256(
        "GiveRuling(bytes32 dispute,uint32 participant,uint8 verdict,Award award,bytes32 reasons,uint256 nonce,uint64 deadline)Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
    );
    bytes32 private constant APPEAL_TYPEHASH = keccak256(
        "AppealRuling(bytes32 dispute,uint32 participant,bytes32 statement,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant PANEL_TYPEHASH = keccak256(
        "GivePanelRuling(bytes32 dispute,uint8 verdict,Award award,bytes32 reasons,uint256 nonce,uint64 deadline)Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
    );

    uint256 private constant PANEL_QUORUM = 2;
    /// @dev An arbitrator contract cannot spend what the other requests of a batch need.
    uint256 private constant ARBITRATOR_GAS = 300_000;
    uint256 private constant PERCENT_CHOICES = 101; // Rulings 1 to 101 stand for 0 to 100 percent.

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IReturnLedger ledger)
        EIP712("DisputeDesk", "1")
        DisputeBase(registry, policies, ledger)
    {}

    /* ESCALATION */

    function escalateDispute(EscalateDispute calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, abi.encode(ESCALATE_TYPEHASH, request), authorisation);
        if (byBuyer != found.byBuyer) revert DisputeNotParty(request.dispute, authorisation.actor);
        _requireStage(request.dispute, found, DisputeStage.ANSWERED);
        if (keccak256(abi.encode(request.seed)) != found.seedHash) {
            revert DisputeSeedWrong(request.dispute, request.seed);
        }

        found.draw = keccak256(abi.encode(request.dispute, request.seed, found.draw));
        (uint32 arbitrator, address byContract, uint256 externalId) = _assign(request.dispute, found);
        _record(
            DisputeEscalated.selector,
            request.dispute,
            digest,
            abi.encode(
                uint64(block.timestamp), request.participant, request.seed, arbitrator, byContract, externalId
            )
        );
        if (arbitrator == 0 && byContract == address(0)) _endByDefault(request.dispute, found, digest);
    }

    /* DRAWING */

    /// @dev Gives the case to the policy's arbitrator contract, else to one of the roster.
    function _assign(bytes32 dispute, Dispute storage found)
        private
        returns (uint32 arbitrator, address byContract, uint256 externalId)
    {
        (DisputeTerms memory terms,) = _termsOf(found);
        found.since = uint40(block.timestamp);
        found.evidenceUntil = uint40(block.timestamp) + terms.evidence_s;
        // Without an answer there are no two seeds: the next after who got the last case.
        // slither-disable-next-line incorrect-equality
        if (found.draw == 0) found.place = _lastPlace;
        if (terms.arbitrator != address(0)) {
            bool taken;
            // While another's code runs, nobody acts in this dispute.
            found.stage = DisputeStage.NONE;
            (taken, externalId) = _createOutside(dispute, IArbitrator(terms.arbitrator));
            found.stage = DisputeStage.UNDER_REVIEW;
            if (taken) return (0, terms.arbitrator, externalId);
        }
        found.stage = DisputeStage.UNDER_REVIEW;
        arbitrator = _pick(found, found.draw);
        found.arbitrator = arbitrator;
        _lastPlace = found.place;
    }

    /// @dev Whatever that contract does, the dispute goes on.
    function _createOutside(bytes32 dispute, IArbitrator arbitrator) private returns (bool, uint256) {
        if (address(arbitrator).code.length == 0) return (false, 0);
        // The answer is read by hand: one that is malformed must not undo the escalation.
        // slither-disable-next-line low-level-calls
        (bool done, bytes memory answer) = address(arbitrator).call{gas: ARBITRATOR_GAS}(
            abi.encodeCall(IArbitrator.createDispute, (PERCENT_CHOICES, abi.encode(dispute)))
        );
        if (!done || answer.length < 32) return (false, 0);
        uint256 externalId = abi.decode(answer, (uint256));
        if (_external[arbitrator][externalId] != 0) return (false, 0);
        _external[arbitrator][externalId] = dispute;
        return (true, externalId);
    }

    /// @dev Takes one who may still get the case, and may rule today; by lot, or the next in roster order without a seed.
    /// @return participant 0 if nobody is left.
    function _pick(Dispute storage found, bytes32 seed) private returns (uint32 participant) {
        // For three seats at most, of a contract of ours.
        // slither-disable-next-line calls-loop
        uint32[] memory roster = _registry.roster();
        uint64 left = found.eligible;
        uint256 count;
        for (uint256 place = 0; place < roster.length; ++place) {
            if (roster[place] == 0) left &= ~(uint64(1) << uint64(place));
            else if (left >> place & 1 != 0) ++count;
        }
        if (count == 0) return 0;
        uint256 steps = seed == 0 ? 0 : uint256(seed) % count;
        uint256 at = seed == 0 ? (found.place + 1) % roster.length : 0;
        while (true) {
            if (left >> at & 1 != 0) {
                if (steps == 0) break;
                --steps;
            }
            at = (at + 1) % roster.length;
        }
        found.eligible &= ~(uint64(1) << uint64(at));
        found.place = uint8(at);
        return roster[at];
    }

    /// @dev The next arbitrator of the first ruling; 0 if it went on often enough or nobody is left.
    function _pass(Dispute storage found) private returns (uint32 next) {
        // By lot where an arbitrator contract was silent, and nobody of the roster had it yet.
        if (found.passes < PASS_LIMIT) next = _pick(found, found.arbitrator == 0 ? found.draw : bytes32(0));
        found.passes += 1;
        found.arbitrator = next;
        found.since = uint40(block.timestamp);
    }

    function recuseArbitrator(RecuseArbitrator calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest) = _asArbitrator(
            request.dispute, request.participant, abi.encode(RECUSE_TYPEHASH, request), authorisation
        );
        uint32 next;
        bool first = found.stage == DisputeStage.UNDER_REVIEW && found.arbitrator == request.participant;
        if (first) {
            next = _pass(found);
        } else {
            uint256 seat = _seatOf(request.dispute, found, request.participant);
            next = _pick(found, _lot(found, request.participant));
            found.panel[seat] = next;
        }
        _record(
            ArbitratorRecused.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, next)
        );
        if (first && next == 0) _endByDefault(request.dispute, found, digest);
    }

    function _asArbitrator(
        bytes32 dispute,
        uint32 participant,
        bytes memory fields,
        Authorisation calldata authorisation
    ) private returns (Dispute storage found, bytes32 digest) {
        digest = _digestOf(fields, authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        found = _existing(dispute);
        _registry.requireRole(authorisation.actor, participant, ROLE_ARBITRATOR);
    }

    function _seatOf(bytes32 dispute, Dispute storage found, uint32 participant) private view returns (uint256) {
        if (found.stage == DisputeStage.APPEALED && participant != 0) {
            for (uint256 seat = 0; seat < PANEL; ++seat) {
                if (found.panel[seat] == participant) return seat;
            }
        }
        revert ArbitratorNotAssigned(dispute, participant);
    }

    /// @dev One of many lots from the same two seeds; zero without them.
    function _lot(Dispute storage found, uint256 number) private view returns (bytes32) {
        return found.draw == 0 ? bytes32(0) : keccak256(abi.encode(found.draw, number));
    }

    /* RULING */

    function giveRuling(GiveRuling calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(
            RULING_TYPEHASH,
            request.dispute,
            request.participant,
            request.verdict,
            ReturnHash.ofAward(request.award),
            request.reasons
        );
        (Dispute storage found, bytes32 digest) =
            _asArbitrator(request.dispute, request.participant, fields, authorisation);
        _requireStage(request.dispute, found, DisputeStage.UNDER_REVIEW);
        _requireImpartial(request.dispute, found, request.participant, authorisation.actor);
        _requireEvidenceOver(request.dispute, found);
        _checkVerdict(request.dispute, found, request.verdict, request.award);

        _rule(request.dispute, found, request.verdict);
        if (request.verdict == Verdict.AWARDED) _keep(request.dispute, RULING, digest, request.award);
        _record(
            RulingGiven.selector,
            request.dispute,
            digest,
            abi.encode(
                uint64(block.timestamp), request.participant, request.verdict, request.award, request.reasons
            )
        );
    }

    /// @dev The arbitrator has the case, and the key is not the buyer's own.
    function _requireImpartial(bytes32 dispute, Dispute storage found, uint32 participant, address actor)
        private
        view
    {
        bool own = _ledger.partiesOf(found.returnId).buyer == actor;
        if (own || participant == 0 || found.arbitrator != participant) {
            revert ArbitratorNotAssigned(dispute, participant);
        }
    }

    function _requireEvidenceOver(bytes32 dispute, Dispute storage found) private view {
        if (block.timestamp < found.evidenceUntil) revert RulingTooEarly(dispute, found.evidenceUntil);
    }

    function _checkVerdict(bytes32 dispute, Dispute storage found, Verdict verdict, Award calldata award) private {
        if (verdict == Verdict.AWARDED) return _checkAward(dispute, found, award);
        bool empty = award.lines.length == 0 && award.extraMinor == 0 && award.unpaidMinor == 0
            && award.buyerCostBasisPoints == 0;
        if (!empty) revert VerdictInvalid(dispute, uint256(verdict));
    }

    function _rule(bytes32 dispute, Dispute storage found, Verdict verdict) private {
        found.stage = DisputeStage.RULED;
        found.verdict = verdict;
        found.since = uint40(block.timestamp);
        // Whoever lost cannot take what the other was content with before.
        for (uint256 which = CLAIM; which <= SELLERS_OFFER; ++which) delete _offers[dispute][which].request;
    }

    function rule(uint256 externalId, uint256 ruling) external {
        bytes32 dispute = _external[IArbitrator(msg.sender)][externalId];
        Dispute storage found = _existing(dispute);
        _requireStage(dispute, found, DisputeStage.UNDER_REVIEW);
        // Once it was silent too long, the case is another's.
        if (found.arbitrator != 0) revert ArbitratorNotAssigned(dispute, 0);
        _requireEvidenceOver(dispute, found);
        if (ruling > PERCENT_CHOICES) revert VerdictInvalid(dispute, ruling);

        (Verdict verdict, Award memory award) = _awardOf(dispute, found, ruling);
        _rule(dispute, found, verdict);
        if (verdict == Verdict.AWARDED) _keep(dispute, RULING, NO_REQUEST, award);
        _record(
            ExternalRulingGiven.selector,
            dispute,
            NO_REQUEST,
            abi.encode(uint64(block.timestamp), msg.sender, ruling, verdict, award)
        );
        emit IArbitrable.Ruling(IArbitrator(msg.sender), externalId, ruling);
    }

    /// @dev Ruling n gives the buyer n − 1 percent of what the claimed lines and amounts are worth.
    function _awardOf(bytes32 dispute, Dispute storage found, uint256 ruling)
        private
        view
        returns (Verdict, Award memory award)
    {
        if (ruling == 0) return (Verdict.REFUSED, award);
        uint256 percent = ruling - 1;
        if (percent == 0 && found.byBuyer) return (Verdict.DISMISSED, award);
        award = _offers[dispute][CLAIM].award;
        // Such a ruling does not speak of the costs.
        award.buyerCostBasisPoints = 0;
        award.extraMinor = uint48(award.extraMinor * percent / 100);
        award.unpaidMinor = uint48(award.unpaidMinor * percent / 100);
        for (uint256 i = 0; i < award.lines.length; ++i) award.lines[i].awardBasisPoints = uint16(percent * 100);
        return (Verdict.AWARDED, award);
    }

    /* APPEAL */

    function appealRuling(AppealRuling calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest,) =
            _asSide(request.dispute, request.participant, abi.encode(APPEAL_TYPEHASH, request), authorisation);
        _requireStage(request.dispute, found, DisputeStage.RULED);

        found.stage = DisputeStage.APPEALED;
        found.since = uint40(block.timestamp);
        (DisputeTerms memory terms,) = _termsOf(found);
        found.evidenceUntil = uint40(block.timestamp) + terms.evidence_s;
        _record(
            RulingAppealed.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.statement, _drawPanel(request.dispute, found))
        );
    }

    function _drawPanel(bytes32 dispute, Dispute storage found) private returns (uint32[] memory panel) {
        panel = new uint32[](PANEL);
        for (uint256 seat = 0; seat < PANEL; ++seat) {
            panel[seat] = _pick(found, _lot(found, seat));
            if (panel[seat] == 0) revert AppealNoPanel(dispute, seat);
            found.panel[seat] = panel[seat];
        }
    }

    function givePanelRuling(GivePanelRuling calldata request, Authorisation[] calldata authorisations) external {
        if (authorisations.length == 0) revert RequestAuthorisationMissing(0, PANEL_QUORUM);
        bytes32 digest = _digestOf(
            abi.encode(
                PANEL_TYPEHASH, request.dispute, request.verdict, ReturnHash.ofAward(request.award), request.reasons
            ),
            authorisations[0].nonce,
            authorisations[0].deadline
        );
        Dispute storage found = _disputes[request.dispute];
        _authorisePanel(request.dispute, found, digest, authorisations);
        _requireEvidenceOver(request.dispute, found);
        if (request.verdict == Verdict.REFUSED) revert VerdictInvalid(request.dispute, 0);
        _checkVerdict(request.dispute, found, request.verdict, request.award);

        _record(
            PanelRulingGiven.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.verdict, request.award, request.reasons)
        );
        if (request.verdict == Verdict.AWARDED) _keep(request.dispute, RULING, digest, request.award);
        _endAs(request.dispute, found, DisputeEnding.RULED_ON_APPEAL, request.verdict, digest);
    }

    /// @dev Different members of the panel, over the same digest.
    function _authorisePanel(
        bytes32 dispute,
        Dispute storage found,
        bytes32 digest,
        Authorisation[] calldata authorisations
    ) private {
        address buyer = found.stage == DisputeStage.NONE ? address(0) : _ledger.partiesOf(found.returnId).buyer;
        uint256 seats;
        uint256 count;
        for (uint256 i = 0; i < authorisations.length; ++i) {
            Authorisation calldata given = authorisations[i];
            bool same = given.nonce == authorisations[0].nonce && given.deadline == authorisations[0].deadline;
            if (!same) revert RequestSignerMismatch(given.actor, digest);
            _authorise(digest, given);
            if (found.stage == DisputeStage.NONE) revert DisputeUnknown(dispute);
            // As many as signed, of a contract of ours.
            // slither-disable-next-line calls-loop
            (uint32 participant,,,) = _registry.keyOf(given.actor);
            uint256 seat = _seatOf(dispute, found, participant);
            // slither-disable-next-line calls-loop
            _registry.requireRole(given.actor, participant, ROLE_ARBITRATOR);
            if (given.actor == buyer) revert ArbitratorNotAssigned(dispute, participant);
            if (seats >> seat & 1 == 0) ++count;
            seats |= 1 << seat;
        }
        if (count < PANEL_QUORUM) revert PanelTooFew(dispute, count);
    }

    /* SILENCE */

    function enforce(bytes32 dispute) external {
        Dispute storage found = _existing(dispute);
        DisputeTurn memory turn = _turnOf(found);
        if (turn.act == DisputeAct.NONE) revert DisputeNothingToEnforce(dispute);
        if (block.timestamp < turn.enforceableAt) {
            revert DisputeTooEarly(dispute, turn.enforceableAt, block.timestamp);
        }
        uint32 arbitrator;
        address byContract;
        uint256 externalId;
        if (turn.act == DisputeAct.ANSWER) (arbitrator, byContract, externalId) = _assign(dispute, found);
        else if (turn.act == DisputeAct.RULE) arbitrator = _pass(found);
        bool handedOn = turn.act == DisputeAct.ANSWER || turn.act == DisputeAct.RULE;
        bool nobody = handedOn && arbitrator == 0 && byContract == address(0);
        if (nobody) turn.consequence = DisputeConsequence.DEFAULTED;
        _record(
            DisputeSilenceEnforced.selector,
            dispute,
            NO_REQUEST,
            abi.encode(uint64(block.timestamp), turn.act, turn.consequence, arbitrator, byContract, externalId)
        );
        if (nobody) _endByDefault(dispute, found, NO_REQUEST);
        else if (turn.consequence == DisputeConsequence.WITHDRAWN) _withdraw(dispute, found, NO_REQUEST);
        else if (turn.consequence == DisputeConsequence.FINAL) _endAsRuled(dispute, found);
    }

    /// @dev Nobody appealed in time, or the panel did not rule in time: the ruling stands.
    function _endAsRuled(bytes32 dispute, Dispute storage found) private {
        Verdict verdict = found.verdict;
        DisputeEnding ending = verdict == Verdict.REFUSED ? DisputeEnding.REFUSED : DisputeEnding.RULED;
        _endAs(dispute, found, ending, verdict, NO_REQUEST);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign
}
