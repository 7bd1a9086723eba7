// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IArbitrable} from "./IArbitration.sol";
import {Award, DisputeEnding} from "./IReturnLedger.sol";
import {Authorisation} from "./ISignedRequests.sol";

/// @notice Where a dispute stands.
enum DisputeStage {
    NONE, // Reserved: there is no such dispute.
    INQUIRY, // Opened; the other side answers.
    ANSWERED, // The sides may agree; the opener goes on or lets it be.
    UNDER_REVIEW, // An arbitrator has it: first evidence, then the ruling.
    RULED, // Either side may appeal.
    APPEALED, // A panel of three has it.
    ENDED // Final.
}

/// @notice What is contested.
enum DisputeGround {
    NONE, // Reserved.
    REFUND_SHORT, // Less was paid than is due.
    NOT_PAID, // The seller attests a payment that did not arrive, or pays nothing.
    INSPECTION, // What was found of the goods, or what they lost in value.
    PARCEL_LOST,
    DELIVERY_DENIED, // The seller says that nothing arrived, or the buyer about what the seller sent.
    WRONG_GOODS, // Other goods arrived than were sent, on either side.
    DECLINED, // The return should have been approved, or approved in full.
    OTHER
}

/// @notice What a piece of evidence is; as far as they fit a return, the types of card and payment disputes.
enum EvidenceKind {
    NONE, // Reserved.
    PROOF_OF_RETURN,
    RETURN_TRACKING_INFORMATION,
    RETURN_POLICY,
    PROOF_OF_REFUND,
    PROOF_OF_REFUND_OUTSIDE,
    PROOF_OF_DELIVERY_SIGNATURE,
    DELIVERY_RECEIPT,
    PROOF_OF_RESHIPMENT,
    RECEIPT_OF_REPLACEMENT,
    ITEM_DESCRIPTION,
    PROOF_OF_DAMAGE,
    PROOF_OF_SIGNIFICANT_DIFFERENCE,
    THIRD_PARTY_PROOF,
    PROOF_OF_DENIAL_BY_CARRIER,
    PROOF_OF_SHIPMENT_POSTAGE,
    CUSTOMS_DOCUMENT,
    CUSTOMS_FEE_RECEIPT,
    PROOF_OF_CONFISCATION,
    RETURN_ADDRESS,
    CORRESPONDENCE,
    OTHER
}

/// @notice What is waited for in a dispute.
enum DisputeAct {
    NONE, // Nothing: it ended.
    ANSWER, // The other side answers.
    ESCALATE, // The opener asks for an arbitrator, accepts an offer, or withdraws.
    RULE, // The arbitrator rules, once the time for evidence is over.
    APPEAL, // Either side may appeal.
    RULE_ON_APPEAL // The panel rules, once the time for evidence is over.
}

/// @notice What silence means in a dispute.
enum DisputeConsequence {
    NONE,
    ESCALATED, // An arbitrator gets it without an answer.
    WITHDRAWN,
    PASSED, // The next arbitrator gets it.
    DEFAULTED, // It ends as the policy says.
    FINAL // The ruling takes effect.
}

/// @notice What a ruling says.
enum Verdict {
    REFUSED, // To arbitrate, as ruling 0 of ERC-792: nothing changes.
    AWARDED, // As its award says.
    DISMISSED // The claim is not right: nothing changes, for good.
}

/// @notice Whose turn it is in a dispute, until when, and then what.
struct DisputeTurn {
    uint8 who; // 0 nobody, 1 the buyer, 2 the seller, 3 the arbitrator, 4 the panel, 5 either side.
    DisputeAct act;
    uint64 from; // Unix seconds UTC; a ruling before it is refused, 0 = at any time.
    uint64 until; // Unix seconds UTC.
    uint64 enforceableAt; // Unix seconds UTC: `until` and the policy's grace.
    DisputeConsequence consequence; // What `enforce` then does.
}

/// @notice A parcel of a return, so that its carrier cannot become the arbitrator.
struct ParcelReference {
    uint32 carrier;
    bytes32 tracking;
}

/// @notice Opens a dispute. Signed by the buyer (participant 0) or the seller.
struct OpenDispute {
    bytes32 returnId;
    uint32 number; // Exactly one more than the disputes of this return so far; the first is 1.
    uint32 participant; // Who says so: 0 = the buyer.
    DisputeGround ground;
    bytes32 statement; // Salted commitment to the opener's words, off chain.
    bytes32 seedHash; // keccak256(abi.encode(seed)); the seed is shown when the opener escalates.
    Award claim; // What the opener asks for.
    ParcelReference[] parcels; // All parcels of the return, in its order.
}

/// @notice Answers a dispute. Signed by the other side.
struct AnswerDispute {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    bytes32 statement; // Salted commitment to its words, off chain.
    bytes32 seed; // With the opener's it draws the arbitrator.
}

/// @notice Offers how to end a dispute; it stands until the same side makes another, or a ruling. Signed by either side.
struct MakeOffer {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    bytes32 statement; // Salted commitment to its words, off chain; zero if none.
    Award award;
}

/// @notice Accepts the other side's offer, which ends the dispute. Signed by the side that did not make it.
struct AcceptOffer {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    bytes32 offer; // Request digest of the offer, or of the opening: its claim, until the ruling.
}

/// @notice Brings a piece of evidence. Signed by either side.
struct SubmitEvidence {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    EvidenceKind kind;
    bytes32 document; // Salted commitment to the document, off chain.
}

/// @notice Asks for an arbitrator. Signed by the opener, after the answer.
struct EscalateDispute {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    bytes32 seed; // Behind the hash of the opening.
}

/// @notice Takes a dispute back. Signed by the opener, before the ruling.
struct WithdrawDispute {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
}

/// @notice Gives the case, or a seat of the panel, to the next. Signed by the arbitrator.
struct RecuseArbitrator {
    bytes32 dispute;
    uint32 participant; // The arbitrator.
}

/// @notice Rules. Signed by the arbitrator.
struct GiveRuling {
    bytes32 dispute;
    uint32 participant; // The arbitrator.
    Verdict verdict;
    Award award; // Empty unless AWARDED.
    bytes32 reasons; // Salted commitment to the reasons, off chain.
}

/// @notice Appeals against the ruling, once. Signed by either side.
struct AppealRuling {
    bytes32 dispute;
    uint32 participant; // 0 = the buyer.
    bytes32 statement; // Salted commitment to its words, off chain.
}

/// @notice Rules on appeal, for good. Signed by at least two of the panel.
struct GivePanelRuling {
    bytes32 dispute;
    Verdict verdict; // Not REFUSED: then the first ruling stands, which needs no act.
    Award award; // Empty unless AWARDED.
    bytes32 reasons; // Salted commitment to the reasons, off chain.
}

/// @notice What is recorded about disputes, and why something is not.
interface IDisputeHistory {
    /// @dev `subject` is the dispute's id. `eligible` are the arbitrators among whom it is drawn, in roster order.
    event DisputeOpened(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 returnId,
        uint32 number,
        uint32 participant,
        DisputeGround ground,
        bytes32 statement,
        bytes32 seedHash,
        Award claim,
        uint32[] eligible
    );
    event DisputeAnswered(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 statement,
        bytes32 seed
    );
    event OfferMade(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 statement,
        Award award
    );
    event OfferAccepted(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, bytes32 offer
    );
    event EvidenceSubmitted(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        EvidenceKind kind,
        bytes32 document
    );
    /// @dev `arbitrator` is 0 where an arbitrator contract has the case, under `externalId`; and where nobody is
    /// eligible, which ended it by default.
    event DisputeEscalated(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 seed,
        uint32 arbitrator,
        address arbitratorContract,
        uint256 externalId
    );
    event DisputeWithdrawn(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant
    );
    /// @dev `next` is 0 if nobody is left: of a first ruling, that ended it by default.
    event ArbitratorRecused(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, uint32 next
    );
    event RulingGiven(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        Verdict verdict,
        Award award,
        bytes32 reasons
    );
    /// @dev `request` is NO_REQUEST: an arbitrator contract ruled. 0 refused; n gives the buyer n − 1 percent of the value of
    /// the claimed lines and amounts, and where that is nothing of a buyer's claim, dismisses it.
    event ExternalRulingGiven(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        address arbitratorContract,
        uint256 ruling,
        Verdict verdict,
        Award award
    );
    event RulingAppealed(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 statement,
        uint32[] panel
    );
    event PanelRulingGiven(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        Verdict verdict,
        Award award,
        bytes32 reasons
    );
    /// @dev `request` is NO_REQUEST. `arbitrator` is who has the case from here on, 0 = nobody or an arbitrator contract.
    event DisputeSilenceEnforced(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        DisputeAct act,
        DisputeConsequence consequence,
        uint32 arbitrator,
        address arbitratorContract,
        uint256 externalId
    );

    error DisputeUnknown(bytes32 dispute);
    error DisputeNumberWrong(bytes32 returnId, uint32 given, uint32 needed);
    error DisputeLimitReached(bytes32 returnId, uint256 limit);
    error DisputeGroundInvalid();
    error DisputeParcelsDiffer(bytes32 returnId, uint256 index);
    error DisputeNotParty(bytes32 dispute, address actor);
    error DisputeWrongStage(bytes32 dispute, DisputeStage actual, DisputeStage needed);
    error DisputeSeedWrong(bytes32 dispute, bytes32 given);
    error OfferUnknown(bytes32 dispute, bytes32 offer);
    error OfferLimitReached(bytes32 dispute, uint256 limit);
    error EvidenceTooLate(bytes32 dispute, uint64 until);
    error EvidenceLimitReached(bytes32 dispute, uint256 limit);
    error EvidenceKindInvalid();
    error RulingTooEarly(bytes32 dispute, uint64 from);
    error AwardLinesDiffer(bytes32 dispute, uint256 index);
    error VerdictInvalid(bytes32 dispute, uint256 given);
    error ArbitratorNotAssigned(bytes32 dispute, uint32 participant);
    error AppealNoPanel(bytes32 dispute, uint256 eligible);
    error PanelTooFew(bytes32 dispute, uint256 given);
    error DisputeTooEarly(bytes32 dispute, uint64 enforceableAt, uint256 blockTime);
    error DisputeNothingToEnforce(bytes32 dispute);
}

/// @notice Disputes over returns, decided by arbitrators whom nobody chose, each step with a deadline.
/// @dev Order of checks of every action: authorisation, existence, party, stage, time, award.
interface IDisputeDesk is IDisputeHistory, IArbitrable {
    function openDispute(OpenDispute calldata request, Authorisation calldata authorisation) external;

    function answerDispute(AnswerDispute calldata request, Authorisation calldata authorisation) external;

    function makeOffer(MakeOffer calldata request, Authorisation calldata authorisation) external;

    function acceptOffer(AcceptOffer calldata request, Authorisation calldata authorisation) external;

    function submitEvidence(SubmitEvidence calldata request, Authorisation calldata authorisation) external;

    function escalateDispute(EscalateDispute calldata request, Authorisation calldata authorisation) external;

    function withdrawDispute(WithdrawDispute calldata request, Authorisation calldata authorisation) external;

    function recuseArbitrator(RecuseArbitrator calldata request, Authorisation calldata authorisation) external;

    function giveRuling(GiveRuling calldata request, Authorisation calldata authorisation) external;

    function appealRuling(AppealRuling calldata request, Authorisation calldata authorisation) external;

    function givePanelRuling(GivePanelRuling calldata request, Authorisation[] calldata authorisations) external;

    /// @notice Does what silence means, once deadline and grace have passed. Callable by anyone, with no choice.
    function enforce(bytes32 dispute) external;

    /// @notice Whose turn it is, until when, then what.
    function turnOf(bytes32 dispute) external view returns (DisputeTurn memory);

    /// @notice Where a dispute stands; NONE and zeros if there is none.
    /// `arbitrator` is who has the case, 0 = nobody or an arbitrator contract.
    function standingOf(bytes32 dispute)
        external
        view
        returns (DisputeStage stage, DisputeEnding ending, bytes32 returnId, uint32 arbitrator);

    /// @notice keccak256(abi.encode(returnId, number)): ids are derived, so nobody can squat one.
    function disputeIdOf(bytes32 returnId, uint32 number) external pure returns (bytes32);
}
