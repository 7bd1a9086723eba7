// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Breakdown} from "../libraries/RefundRule.sol";
import {Authorisation} from "./ISignedRequests.sol";

/// @notice Where a return stands in its process. Goods and money are separate dimensions.
enum ReturnStatus {
    NONE, // Reserved: there is no such return.
    REQUESTED, // The buyer asked; the seller answers.
    APPROVED, // The goods travel, are received, inspected and refunded.
    DECLINED, // The seller said no, with a reason.
    CLOSED, // Final.
    QUESTIONED, // The seller asked for more; the buyer answers.
    CANCELLED, // The buyer took his request back.
    EXPIRED // The buyer did not answer or send in time.
}

/// @notice By which right the buyer returns.
enum ReturnKind {
    NONE, // Reserved.
    GOODWILL, // The seller's own terms; the seller answers first.
    WITHDRAWAL // The statutory right of a consumer; needs no answer.
}

/// @notice What the buyer gets.
enum Resolution {
    NONE, // Reserved.
    REFUND,
    REPLACEMENT,
    STORE_CREDIT,
    REPAIR
}

/// @notice What travels in a parcel of a return.
enum ParcelPurpose {
    NONE, // Reserved.
    GOODS_RETURNED, // From the buyer to the seller.
    REPLACEMENT, // From the seller to the buyer.
    REPAIRED, // From the seller to the buyer.
    GOODS_GIVEN_BACK // What was rejected, from the seller to the buyer.
}

/// @notice What is waited for.
enum Act {
    NONE, // Nothing: the return is closed.
    ANSWER, // The seller approves, declines or asks.
    SUPPLY, // The buyer supplies what the seller asked for.
    SEND, // The buyer hands the goods to a carrier.
    RECEIVE, // The seller or his inspector receives the goods.
    INSPECT, // The seller or his inspector decides about the goods that arrived.
    REFUND, // The seller releases what is due.
    REPLACE, // The seller sends the replacement or the repaired goods.
    GIVE_BACK, // The seller sends back what he rejected.
    PROVE, // The seller answers the buyer who says that no money came.
    CONFIRM, // The buyer confirms, or says what is missing.
    REOPEN, // The buyer may ask again, once.
    DISPUTE // Nothing but a dispute is waited for; the dispute has a turn of its own.
}

/// @notice What silence means once a deadline and its grace have passed.
enum Consequence {
    NONE,
    APPROVED, // The return counts as approved, as asked.
    DECLINED, // It was late or a final sale: silence does not approve it.
    EXPIRED, // The return lapses.
    ACCEPTED, // The goods that are waited for count as received and accepted in full.
    SHORT, // The pieces that did not arrive count as not sent.
    DEFAULTED, // What is owed stands against the seller, in public.
    REFUND_INSTEAD, // Money takes the place of the replacement or repair.
    CLOSED
}

/// @notice How well a fact is supported.
enum Corroboration {
    NONE,
    CLAIMED, // By one party.
    DOCUMENTED, // By one party, with a document or a carrier's record.
    MUTUAL // Signed by both sides.
}

/// @notice Whose turn it is, until when, and then what.
struct Turn {
    uint8 who; // 0 nobody, 1 the buyer, 2 the seller, 3 the inspector whom the seller named.
    Act act;
    uint64 until; // Unix seconds UTC; an act after it is recorded as late.
    uint64 enforceableAt; // Unix seconds UTC: `until` and the policy's grace; from then on anyone may call `enforce`.
    Consequence consequence; // What `enforce` then does.
    Corroboration needs; // How well the fact that started this clock is supported, at least.
}

/// @notice One article of a sale. Amounts are totals for all its pieces, in minor units of the receipt's currency.
struct SoldLine {
    uint24 quantity; // Pieces.
    uint48 netMinor; // Price without tax, before discounts on the order.
    uint48 discountMinor; // The line's share of those discounts; at most `netMinor`.
    uint48 taxMinor; // Value-added or sales tax.
    uint48 dutyMinor; // Import duty that the buyer paid.
    bool finalSale; // Not returnable for change of mind.
}

/// @notice A seller's statement of one sale; signed by a key of the seller, it is the buyer's right to return.
struct Receipt {
    uint32 seller; // Participant number.
    uint32 series; // The seller's policy that applies.
    uint32 policyVersion; // The version that applies.
    bytes3 currency; // ISO 4217, ASCII.
    uint64 soldAt; // Unix seconds UTC.
    uint48 deliveryMinor; // Standard delivery that the buyer paid, with its tax, minor units.
    bool consumer; // Whether the buyer has the statutory right of withdrawal.
    bool informed; // Whether the seller told him about it.
    address claimKey; // Key that travels in the link's fragment.
    bytes32 order; // Salted commitment to order number and articles, off chain.
    SoldLine[] lines; // Numbered from 0 by position.
}

/// @notice A receipt with the seller's signature.
struct SignedReceipt {
    Receipt receipt;
    address signer; // A key of the seller at the time of sale.
    bytes signature; // Over the receipt's EIP-712 digest; forms as in Authorisation.
}

/// @notice Binds a receipt to the buyer's own key, once. Signed by the claim key.
struct Claim {
    bytes32 receipt; // EIP-712 digest of the receipt.
    address buyer; // The buyer's own key.
}

/// @notice States when the goods were delivered to the buyer. Signed by the buyer (participant 0) or the seller.
/// @dev Both may speak, and each again; the later of their last statements starts the window.
struct StateDelivery {
    bytes32 receipt;
    uint32 participant; // Who says so: 0 = the buyer.
    uint64 deliveredAt; // Unix seconds UTC.
    bytes32 parcel; // Outbound parcel whose checkpoints show it; zero if none.
}

/// @notice Proposes a new key for a buyer who lost his. Signed by the seller.
struct ProposeBuyerKey {
    bytes32 receipt;
    address buyer; // The new key.
}

/// @notice Ends a proposal. Signed by the buyer's present key.
struct VetoBuyerKey {
    bytes32 receipt;
    address buyer; // The proposed key.
}

/// @notice Takes over after the waiting time. Signed by the proposed key.
struct TakeBuyerKey {
    bytes32 receipt;
    address buyer; // The proposed key.
}

/// @notice What a buyer sends back of one line.
struct ReturnLine {
    uint8 line; // Number of the line in the receipt.
    uint24 quantity; // Pieces.
    uint16 reason; // From the registry of reasons.
}

/// @notice Asks for a return. Signed by the buyer.
struct OpenReturn {
    bytes32 receipt;
    uint32 number; // Exactly one more than the returns of this receipt so far; the first is 1.
    ReturnKind kind;
    Resolution resolution; // What the buyer wants; a withdrawal is always a refund.
    uint64 deliveredAt; // When the goods were delivered, as the buyer states; Unix seconds UTC, 0 = not stated now.
    ReturnLine[] lines; // Each line at most once.
}

/// @notice Asks the buyer for more. Signed by the seller.
struct AskBuyer {
    bytes32 returnId;
    bytes32 question; // Salted commitment to the question, off chain.
}

/// @notice Supplies what was asked for. Signed by the buyer.
struct SupplyAnswer {
    bytes32 returnId;
    bytes32 document; // Salted commitment to the answer, off chain.
}

/// @notice How much of a line is approved.
struct ApprovedLine {
    uint8 line;
    uint24 quantity; // Pieces; fewer than asked, 0 = none.
    uint16 reason; // Why not all; from the registry of reasons.
}

/// @notice Approves a return. Signed by the seller.
struct ApproveReturn {
    bytes32 returnId;
    uint32 inspector; // Participant that may receive and inspect besides the seller; 0 = the seller alone.
    bool returnless; // The buyer keeps the goods; they count as accepted.
    ApprovedLine[] exceptions; // Lines that are not approved as asked; each at most once.
}

/// @notice Declines a return. Signed by the seller.
struct DeclineReturn {
    bytes32 returnId;
    uint16 reason; // From the registry of reasons.
}

/// @notice Names who may receive and inspect besides the seller, where no approval named one: of a withdrawal, or what
/// silence or a ruling approved. Signed by the seller, once.
struct NameInspector {
    bytes32 returnId;
    uint32 inspector; // Participant number.
}

/// @notice Takes a request back. Signed by the buyer, before goods arrived or anything was sent in advance.
struct CancelReturn {
    bytes32 returnId;
}

/// @notice Asks again after a return was declined, cancelled or expired; once. Signed by the buyer.
struct ReopenReturn {
    bytes32 returnId;
    bytes32 document; // Salted commitment to what is new, off chain; zero if nothing.
}

/// @notice Lists a parcel as part of a return. Signed by the buyer (participant 0) or the seller.
struct AddParcel {
    bytes32 returnId;
    uint32 participant; // Who says so: 0 = the buyer.
    ParcelPurpose purpose;
    uint32 carrier; // The participant that reports the parcel.
    bytes32 tracking; // Commitment to the carrier's number; with the carrier it gives the parcel's id.
    uint64 sentAt; // When it was handed to the carrier, as claimed; Unix seconds UTC.
    bytes32 document; // Salted commitment to the proof of sending, off chain; zero if none.
}

/// @notice Pieces of one line that arrived.
struct ReceivedLine {
    uint8 line;
    uint24 quantity; // Pieces that arrived this time.
}

/// @notice States that goods arrived. Signed by the seller or the named inspector.
struct ReceiveGoods {
    bytes32 returnId;
    uint32 participant;
    uint64 receivedAt; // Unix seconds UTC, as claimed.
    bool complete; // Nothing more is expected: what is missing now counts as short.
    uint24 extra; // Pieces that belong to no line of the return.
    uint24 wrong; // Pieces that arrived in the place of others.
    bytes32 evidence; // Salted commitment to photos and notes, off chain; zero if none.
    ReceivedLine[] lines;
}

/// @notice What was found of one line.
struct InspectedLine {
    uint8 line;
    uint24 accepted; // Pieces.
    uint24 rejected; // Pieces.
    uint16 diminishedBasisPoints; // What the accepted pieces lost in value by use; 10,000 = all.
    uint8 grade; // 1 = A, 2 = B, 3 = C, 4 = D, 5 = X; 0 = not graded.
    uint8 disposition; // What becomes of the goods; 0 = not decided.
}

/// @notice States what an inspection found. Signed by the seller or the named inspector.
struct InspectGoods {
    bytes32 returnId;
    uint32 participant;
    bytes32 evidence; // Salted commitment to photos and notes, off chain; zero if none.
    InspectedLine[] lines;
}

/// @notice Pieces of one line that were accepted by one entry, and their value by the refund rule.
struct AcceptedLine {
    uint8 line;
    uint24 before; // Pieces of the line accepted earlier, over all returns of the receipt.
    uint24 pieces;
    uint48 goodsMinor; // Their share of price, tax and duty.
    uint48 diminishedMinor; // What they lost in value.
}

/// @notice Attests that money was released to the buyer. Signed by the seller.
struct ReleaseRefund {
    bytes32 returnId;
    uint48 amountMinor; // Counts towards what is due; minor units of the receipt's currency.
    uint48 goodwillMinor; // Given freely besides.
    bytes32 payment; // Salted commitment to the payment provider's reference.
    uint64 paidAt; // Unix seconds UTC, as the provider says.
}

/// @notice Says whether what was promised arrived. Signed by the buyer.
struct ConfirmOutcome {
    bytes32 returnId;
    bool arrived; // False: the buyer contests.
    bytes32 evidence; // Salted commitment to a statement of account or the like, off chain; zero if none.
}

/// @notice Answers a buyer who says that nothing came. Signed by the seller.
struct ProveOutcome {
    bytes32 returnId;
    bytes32 evidence; // Salted commitment to the provider's or carrier's proof, off chain.
}

/// @notice Closes a return. Signed by the buyer, at any time.
struct CloseReturn {
    bytes32 returnId;
}

/// @notice Says something to the other side of a return. Signed by the buyer (participant 0) or the seller.
struct SendMessage {
    bytes32 returnId;
    uint32 participant; // Who says so: 0 = the buyer.
    bytes32 message; // Salted commitment to the text, off chain.
}

/// @notice What a claim, an offer or a ruling gives for one line; pieces of it that are not named count as not sent.
struct AwardedLine {
    uint8 line;
    uint24 accepted; // Pieces that count as accepted, whoever has them; not fewer than before.
    uint24 rejected; // Pieces that go back to the buyer.
    uint24 awaited; // Pieces that are still to arrive.
    uint16 awardBasisPoints; // Of the value of the accepted pieces; 10,000 = all of it.
    uint8 category; // Whose fault, as categories of reasons (1 to 3): decides the fees; 0 = as it was.
}

/// @notice What a claim asks for, an offer offers, or a ruling gives. Minor units.
struct Award {
    uint48 extraMinor; // To the buyer besides the lines, for example postage that he paid.
    uint48 unpaidMinor; // Of the refunds that the seller attested: what counts as not paid.
    uint16 buyerCostBasisPoints; // The buyer's part of what the dispute cost; only a ruling costs anything.
    AwardedLine[] lines; // Of a claim, those in dispute; of an offer or a ruling, exactly the claim's, in its order.
}

/// @notice How a dispute ended.
enum DisputeEnding {
    NONE, // Not yet.
    SETTLED, // Both sides agreed.
    WITHDRAWN, // Its opener took it back, or did not go on with it.
    RULED,
    RULED_ON_APPEAL,
    REFUSED, // The arbitrator refused to arbitrate: nothing changes.
    BY_DEFAULT // No arbitrator decided: as the policy says.
}

/// @notice Who is concerned by a return, and under which terms.
struct ReturnParties {
    address buyer;
    uint32 seller; // Participant numbers.
    uint32 inspector; // 0: none.
    bytes32 policy;
    uint32 policyVersion;
    bytes32[] parcels; // Ids, in the order in which they were named since it was opened, or opened again.
}

/// @notice What an escrow has to know of a return.
struct RefundClaim {
    address buyer;
    uint32 seller; // Participant number.
    bytes3 currency; // ISO 4217, ASCII.
    ReturnStatus status;
    uint64 since; // Unix seconds UTC; of a closed return, when it was closed.
    uint256 dueMinor; // Due in money now, by the refund rule.
}

/// @notice What is recorded about receipts and returns, and why something is not.
interface IReturnHistory {
    /// @dev `subject` is the receipt's digest.
    event ReceiptClaimed(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        address buyer,
        Receipt receipt,
        address signer,
        bytes signature
    );
    event DeliveryStated(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint64 deliveredAt,
        bytes32 parcel
    );
    event BuyerKeyProposed(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, address buyer, uint64 takesOverAt
    );
    event BuyerKeyVetoed(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, address buyer);
    event BuyerKeyTaken(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, address buyer);

    /// @dev From here on `subject` is the return's id. `late` and `finalSale` are grounds to decline, and with either
    /// silence does not approve. `deliveredAt` is the statement that the window was measured from, 0 = none.
    event ReturnOpened(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 receipt,
        uint32 number,
        ReturnKind kind,
        Resolution resolution,
        uint64 deliveredAt,
        bool late,
        bool finalSale,
        ReturnLine[] lines
    );
    event BuyerAsked(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bytes32 question);
    event AnswerSupplied(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bytes32 document);
    event ReturnApproved(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 inspector,
        bool returnless,
        ApprovedLine[] exceptions,
        AcceptedLine[] accepted,
        bool completesOrder
    );
    event ReturnDeclined(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint16 reason);
    event ReturnCancelled(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt);
    event ReturnReopened(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bytes32 document);
    event ParcelAdded(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        ParcelPurpose purpose,
        uint32 carrier,
        bytes32 tracking,
        uint64 sentAt,
        bytes32 document,
        bytes32 parcel
    );
    /// @dev `parcelHeads` are the heads of the return's parcels, in the order in which they were added.
    event GoodsReceived(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint64 receivedAt,
        bool complete,
        uint24 extra,
        uint24 wrong,
        bytes32 evidence,
        ReceivedLine[] lines,
        bytes32[] parcelHeads
    );
    event GoodsInspected(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 evidence,
        InspectedLine[] lines,
        AcceptedLine[] accepted,
        bool completesOrder
    );
    /// @dev `dueMinor` is what was due before this payment, by the refund rule; `availableMinor` what the buyer had paid,
    /// less all refunds of the receipt until then.
    event RefundReleased(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint48 amountMinor,
        uint48 goodwillMinor,
        bytes32 payment,
        uint64 paidAt,
        uint256 dueMinor,
        uint256 availableMinor
    );
    event OutcomeConfirmed(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bool arrived, bytes32 evidence
    );
    event OutcomeProved(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bytes32 evidence);
    event InspectorNamed(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 inspector);
    event MessageSent(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, bytes32 message
    );
    /// @dev A dispute was opened. Its lines are decided by it alone; what the seller contests is not due meanwhile.
    /// `request` is that of the opening.
    event DisputeBegun(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 dispute,
        bool byBuyer,
        Award claim
    );
    /// @dev A dispute ended. `award` takes effect if `applies`, else everything is as before. `accepted` are pieces that
    /// count as accepted from here on, `costsMinor` is deducted from what is due, `availableMinor` is what could be refunded
    /// until then, `dueMinor` is due from here on until `payUntil` (Unix seconds UTC). `request` is that which ended the dispute, NO_REQUEST if silence did.
    event DisputeResolved(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 dispute,
        DisputeEnding ending,
        bool applies,
        Award award,
        AcceptedLine[] accepted,
        bool completesOrder,
        uint48 costsMinor,
        uint256 availableMinor,
        uint256 dueMinor,
        uint64 payUntil
    );
    event ReturnClosed(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt);
    /// @dev `accepted` are pieces that count as accepted from here on; `completesOrder` says that with them all pieces of
    /// the receipt were accepted.
    /// `request` is NO_REQUEST. `owedMinor` is what is due and not paid, 0 unless DEFAULTED.
    event SilenceEnforced(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        Act act,
        Consequence consequence,
        uint256 owedMinor,
        AcceptedLine[] accepted,
        bool completesOrder
    );

    error ReceiptUnknown(bytes32 receipt);
    error ReceiptAlreadyClaimed(bytes32 receipt, address buyer);
    error ReceiptMismatch(bytes32 given, bytes32 computed);
    error ReceiptNotSignedBySeller(bytes32 receipt, address signer, uint32 seller);
    error ReceiptLinesInvalid(uint256 given, uint256 limit);
    error ReceiptNotClaimKey(bytes32 receipt, address actor);
    error ReceiptBuyerInvalid(address buyer);
    error ReceiptDiscountTooLarge(uint8 line, uint256 given, uint256 limit);
    error ReceiptAmountTooLarge(uint8 line, uint256 given, uint256 limit);
    error ReceiptCurrencyWrong(bytes3 given, bytes3 needed);
    error ReceiptNotParty(bytes32 receipt, address actor);
    error BuyerKeyNotProposed(bytes32 receipt, address buyer);
    error BuyerKeyTooEarly(bytes32 receipt, uint64 takesOverAt);
    error ReturnNumberWrong(bytes32 receipt, uint32 given, uint32 needed);
    error ReturnUnknown(bytes32 returnId);
    error ReturnNotParty(bytes32 returnId, address actor);
    error ReturnWrongStatus(bytes32 returnId, ReturnStatus actual, ReturnStatus needed);
    error ReturnKindInvalid(ReturnKind given);
    error ReturnNotOffered(Resolution given, uint8 offered);
    error ReturnWithdrawalNotOffered(bytes32 receipt);
    error ReturnReopenedBefore(bytes32 returnId);
    error ReturnReopenTooLate(bytes32 returnId, uint64 until);
    error ReturnGoodsArrived(bytes32 returnId);
    error ReturnQuestionLimitReached(bytes32 returnId, uint256 limit);
    error ReasonWrongCategory(uint16 reason, uint8 category);
    error LineListInvalid(uint256 given, uint256 limit);
    error LineUnknown(uint8 line, uint256 lines);
    error LineRepeated(uint8 line);
    error QuantityZero(uint8 line);
    error QuantityTooLarge(uint8 line, uint256 given, uint256 available);
    error ParcelAlreadyAdded(bytes32 returnId, bytes32 parcel);
    error ParcelLimitReached(bytes32 returnId, uint256 limit);
    error ParcelPurposeInvalid(ParcelPurpose given, uint32 participant);
    error DiminishedTooLarge(uint8 line, uint256 given, uint256 limit);
    error RefundZero(bytes32 returnId);
    error RefundTooLarge(bytes32 returnId, uint256 given, uint256 available);
    error InspectorInvalid(bytes32 returnId, uint32 inspector);
    error MessageLimitReached(bytes32 returnId, uint256 limit);
    error ReturnDisputed(bytes32 returnId);
    error ReturnDisputeWindowOpen(bytes32 returnId, uint64 until);
    error DisputeNotFromDesk(address sender);
    error DisputeNothingContested(bytes32 returnId);
    error DisputeTooLate(bytes32 returnId, uint64 until);
    error LineDisputed(uint8 line);
    error LineDecidedBefore(uint8 line);
    error AwardInvalid(uint256 field, uint256 given, uint256 limit);
    error AwardAcceptsFewer(uint8 line, uint256 given, uint256 accepted);
    error RefundNotFromEscrow(address sender);
    error OutcomeNotAwaited(bytes32 returnId, Act awaited);
    error EnforceTooEarly(bytes32 returnId, uint64 enforceableAt, uint256 blockTime);
    error EnforceNothing(bytes32 returnId);
}

/// @notice Receipts, and returns from request to close.
/// @dev Order of checks of every action: authorisation, existence, party, status, amounts.
interface IReturnLedger is IReturnHistory {
    function claim(Claim calldata request, Authorisation calldata authorisation, SignedReceipt calldata signed)
        external;

    function stateDelivery(StateDelivery calldata request, Authorisation calldata authorisation) external;

    function proposeBuyerKey(ProposeBuyerKey calldata request, Authorisation calldata authorisation) external;

    /// @notice As `proposeBuyerKey`, where the seller cannot or will not. Signed by the council.
    function proposeBuyerKeyByCouncil(ProposeBuyerKey calldata request, Authorisation[] calldata authorisations)
        external;

    function vetoBuyerKey(VetoBuyerKey calldata request, Authorisation calldata authorisation) external;

    function takeBuyerKey(TakeBuyerKey calldata request, Authorisation calldata authorisation) external;

    /// @dev A withdrawal in time counts as approved with its opening: it needs no answer.
    function openReturn(OpenReturn calldata request, Authorisation calldata authorisation) external;

    function askBuyer(AskBuyer calldata request, Authorisation calldata authorisation) external;

    function supplyAnswer(SupplyAnswer calldata request, Authorisation calldata authorisation) external;

    function approveReturn(ApproveReturn calldata request, Authorisation calldata authorisation) external;

    function nameInspector(NameInspector calldata request, Authorisation calldata authorisation) external;

    function declineReturn(DeclineReturn calldata request, Authorisation calldata authorisation) external;

    function cancelReturn(CancelReturn calldata request, Authorisation calldata authorisation) external;

    function reopenReturn(ReopenReturn calldata request, Authorisation calldata authorisation) external;

    function addParcel(AddParcel calldata request, Authorisation calldata authorisation) external;

    function receiveGoods(ReceiveGoods calldata request, Authorisation calldata authorisation) external;

    function inspectGoods(InspectGoods calldata request, Authorisation calldata authorisation) external;

    function releaseRefund(ReleaseRefund calldata request, Authorisation calldata authorisation) external;

    function confirmOutcome(ConfirmOutcome calldata request, Authorisation calldata authorisation) external;

    function proveOutcome(ProveOutcome calldata request, Authorisation calldata authorisation) external;

    /// @dev Refused while a dispute is open, and while the seller may still dispute what his own silence did.
    function closeReturn(CloseReturn calldata request, Authorisation calldata authorisation) external;

    function sendMessage(SendMessage calldata request, Authorisation calldata authorisation) external;

    /// @notice Holds what a dispute is about. Called by the dispute desk alone, on the opener's request.
    /// @dev Only what is contested can be disputed: something was sent, decided, refused, paid or left unpaid, and the
    /// present turn's consequence is not due yet, or a seller's silence had one lately. Refused while another is open.
    function beginDispute(bytes32 returnId, bytes32 dispute, bool byBuyer, Award calldata claimed, bytes32 request)
        external;

    /// @notice Lets go what a dispute held, and gives effect to an award. Called by the dispute desk alone.
    /// @dev Clocks of what was not in dispute go on. Who takes his own dispute back has won no time by it.
    /// @param applies Whether `award` takes effect; otherwise it is the claim, and all is as before.
    /// @param decided Whether the lines cannot be disputed again, unless pieces of them are still to arrive.
    /// @param costMinor What the dispute cost.
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
    ) external;

    /// @notice Reverts unless `award` could take effect on the lines in dispute. Changes nothing.
    function checkAward(bytes32 returnId, Award calldata award) external;

    /// @notice Who is concerned by a return; reverts if there is none.
    function partiesOf(bytes32 returnId) external view returns (ReturnParties memory);

    /// @notice Does what silence means, once deadline and grace have passed. Callable by anyone, with no choice.
    function enforce(bytes32 returnId) external;

    /// @notice Records that the escrow paid a part of what is due. Called by the escrow alone, on the buyer's request.
    /// @dev It looks at its caller, as those of the dispute desk do: no key could sign for a contract.
    function releaseFromEscrow(bytes32 returnId, uint48 amountMinor, bytes32 request) external;

    /// @notice What an escrow has to know of a return; reverts if there is none.
    function claimOf(bytes32 returnId) external view returns (RefundClaim memory);

    /// @notice Whose turn it is, until when, then what.
    function turnOf(bytes32 returnId) external view returns (Turn memory);

    /// @notice What is due to the buyer now, by the refund rule, with its breakdown; minor units.
    function refundOf(bytes32 returnId) external view returns (Breakdown memory);

    /// @notice keccak256(abi.encode(receipt, number)): ids are derived, so nobody can squat one.
    function returnIdOf(bytes32 receipt, uint32 number) external pure returns (bytes32);

    /// @notice EIP-712 digest of a receipt, which is its id.
    function receiptDigest(Receipt calldata receipt) external view returns (bytes32);

    /// @notice Status of a return; NONE if there is none.
    function statusOf(bytes32 returnId) external view returns (ReturnStatus);
}
