// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Authorisation} from "./ISignedRequests.sol";

/// @notice Where a return stands in its process. Goods and money are separate dimensions.
enum ReturnStatus {
    NONE, // Reserved: there is no such return.
    REQUESTED, // The buyer asked; the seller answers.
    APPROVED, // The goods travel, are received, inspected and refunded.
    DECLINED, // The seller said no, with a reason.
    CLOSED // Final.
}

/// @notice One article of a sale. Prices are per piece, in minor units of the receipt's currency.
struct SoldLine {
    uint32 quantity; // Pieces.
    uint64 unitNetMinor; // Price without tax, after discounts.
    uint64 unitTaxMinor; // Value-added or sales tax.
    uint64 unitDutyMinor; // Import duty that the buyer paid.
}

/// @notice A seller's statement of one sale; signed by a key of the seller, it is the buyer's right to return.
struct Receipt {
    uint32 seller; // Participant number.
    uint32 series; // The seller's policy that applies.
    uint32 policyVersion; // The version that applies.
    bytes3 currency; // ISO 4217, ASCII.
    uint64 soldAt; // Unix seconds UTC.
    uint64 deliveryMinor; // Standard delivery that the buyer paid, minor units.
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

/// @notice What a buyer sends back of one line.
struct ReturnLine {
    uint8 line; // Number of the line in the receipt.
    uint32 quantity; // Pieces.
    uint16 reason; // From the registry of reasons.
}

/// @notice Asks for a return. Signed by the buyer.
struct OpenReturn {
    bytes32 receipt;
    uint32 number; // Exactly one more than the returns of this receipt so far; the first is 1.
    uint64 deliveredAt; // When the goods were delivered, as the buyer states; Unix seconds UTC, 0 = not stated.
    ReturnLine[] lines; // Each line at most once.
}

/// @notice Approves a return. Signed by the seller.
struct ApproveReturn {
    bytes32 returnId;
    uint32 inspector; // Participant that may receive and inspect besides the seller; 0 = the seller alone.
}

/// @notice Declines a return. Signed by the seller.
struct DeclineReturn {
    bytes32 returnId;
    uint16 reason; // From the registry of reasons.
}

/// @notice Lists a parcel as part of a return. Signed by the buyer (participant 0) or the seller.
struct AddParcel {
    bytes32 returnId;
    uint32 participant; // Who says so: 0 = the buyer.
    uint32 carrier; // The participant that reports the parcel.
    bytes32 tracking; // Commitment to the carrier's number; with the carrier it gives the parcel's id.
}

/// @notice Pieces of one line that arrived.
struct ReceivedLine {
    uint8 line;
    uint32 quantity; // Pieces that arrived this time.
}

/// @notice States that goods arrived. Signed by the seller or the named inspector.
struct ReceiveGoods {
    bytes32 returnId;
    uint32 participant;
    uint64 receivedAt; // Unix seconds UTC, as claimed.
    ReceivedLine[] lines;
}

/// @notice What was found of one line.
struct InspectedLine {
    uint8 line;
    uint32 accepted; // Pieces.
    uint32 rejected; // Pieces.
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

/// @notice Attests that money was released to the buyer. Signed by the seller.
struct ReleaseRefund {
    bytes32 returnId;
    uint128 amountMinor; // Minor units of the receipt's currency.
    bytes32 payment; // Salted commitment to the payment provider's reference.
    uint64 paidAt; // Unix seconds UTC, as the provider says.
}

/// @notice Closes a return. Signed by the buyer (participant 0) at any time, by the seller once he declined or paid.
struct CloseReturn {
    bytes32 returnId;
    uint32 participant; // 0 = the buyer.
}

/// @notice Receipts, and returns from request to close.
/// @dev Order of checks of every action: authorisation, existence, party, status, amounts.
interface IReturnLedger {
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

    /// @dev From here on `subject` is the return's id.
    event ReturnOpened(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 receipt,
        uint32 number,
        uint64 deliveredAt,
        bool late,
        ReturnLine[] lines
    );
    event ReturnApproved(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 inspector);
    event ReturnDeclined(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint16 reason);
    event ParcelAdded(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint32 carrier,
        bytes32 tracking,
        bytes32 parcel
    );
    /// @dev `parcelHeads` are the heads of the return's parcels, in the order in which they were added.
    event GoodsReceived(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint64 receivedAt,
        ReceivedLine[] lines,
        bytes32[] parcelHeads
    );
    event GoodsInspected(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 evidence,
        InspectedLine[] lines
    );
    event RefundReleased(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint128 amountMinor,
        bytes32 payment,
        uint64 paidAt
    );
    event ReturnClosed(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant);

    error ReceiptUnknown(bytes32 receipt);
    error ReceiptAlreadyClaimed(bytes32 receipt, address buyer);
    error ReceiptMismatch(bytes32 given, bytes32 computed);
    error ReceiptNotSignedBySeller(bytes32 receipt, address signer, uint32 seller);
    error ReceiptLinesInvalid(uint256 given, uint256 limit);
    error ReceiptNotClaimKey(bytes32 receipt, address actor);
    error ReceiptBuyerInvalid(address buyer);
    error ReturnNumberWrong(bytes32 receipt, uint32 given, uint32 needed);
    error ReturnUnknown(bytes32 returnId);
    error ReturnNotParty(bytes32 returnId, address actor);
    error ReturnWrongStatus(bytes32 returnId, ReturnStatus actual, ReturnStatus needed);
    error ReturnNotSettled(bytes32 returnId, ReturnStatus actual);
    error LineListInvalid(uint256 given, uint256 limit);
    error LineUnknown(uint8 line, uint256 lines);
    error LineRepeated(uint8 line);
    error QuantityZero(uint8 line);
    error QuantityTooLarge(uint8 line, uint256 given, uint256 available);
    error ParcelAlreadyAdded(bytes32 returnId, bytes32 parcel);
    error ParcelLimitReached(bytes32 returnId, uint256 limit);
    error RefundZero(bytes32 returnId);
    error RefundTooLarge(bytes32 returnId, uint256 given, uint256 available);

    function claim(Claim calldata request, Authorisation calldata authorisation, SignedReceipt calldata signed)
        external;

    function openReturn(OpenReturn calldata request, Authorisation calldata authorisation) external;

    function approveReturn(ApproveReturn calldata request, Authorisation calldata authorisation) external;

    function declineReturn(DeclineReturn calldata request, Authorisation calldata authorisation) external;

    function addParcel(AddParcel calldata request, Authorisation calldata authorisation) external;

    function receiveGoods(ReceiveGoods calldata request, Authorisation calldata authorisation) external;

    function inspectGoods(InspectGoods calldata request, Authorisation calldata authorisation) external;

    function releaseRefund(ReleaseRefund calldata request, Authorisation calldata authorisation) external;

    function closeReturn(CloseReturn calldata request, Authorisation calldata authorisation) external;

    /// @notice keccak256(abi.encode(receipt, number)): ids are derived, so nobody can squat one.
    function returnIdOf(bytes32 receipt, uint32 number) external pure returns (bytes32);

    /// @notice EIP-712 digest of a receipt, which is its id.
    function receiptDigest(Receipt calldata receipt) external view returns (bytes32);

    /// @notice Status of a return; NONE if there is none.
    function statusOf(bytes32 returnId) external view returns (ReturnStatus);
}
