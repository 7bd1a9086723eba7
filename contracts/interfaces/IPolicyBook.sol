// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fees} from "../libraries/RefundRule.sol";
import {Authorisation} from "./ISignedRequests.sol";

/// @dev Terms.choices, one bit each.
uint8 constant CHOICE_LATE_SILENCE_APPROVES = 1; // Silence approves a late request and a final sale too.
uint8 constant CHOICE_LOSS_IS_BUYERS = 2; // Pieces that do not arrive count as not sent.
uint8 constant CHOICES = 3; // All of them.

/// @notice The terms of one version of a policy. Periods are seconds.
struct Terms {
    uint32 window_s; // From delivery; a return asked for later is recorded as late.
    uint32 answer_s; // From the request; the seller approves, declines or asks.
    uint32 send_s; // From approval; the buyer hands the parcel to a carrier.
    uint32 transit_s; // From sending; the parcel arrives.
    uint32 inspect_s; // From reception; the goods are inspected.
    uint32 pay_s; // From inspection, for a withdrawal from its notice; the refund is released.
    uint32 confirm_s; // From payment; the buyer confirms or contests.
    uint32 grace_s; // Added to each deadline before silence has its consequence; covers holidays.
    uint32 supply_s; // From the seller's question; the buyer supplies what was asked for.
    uint32 reopen_s; // From the end of a declined, cancelled or expired return; the buyer may ask again, once.
    uint32 recovery_s; // From the proposal of a buyer's new key; the old key may veto.
    uint32 withdrawal_s; // From delivery; a consumer may withdraw.
    uint32 uninformed_s; // Added to it where the consumer was not told.
    uint8 resolutions; // Offered for goodwill returns: bit n for Resolution n.
    uint8 choices; // CHOICE_* bits.
    bytes3 currency; // ISO 4217, of the receipts under this policy.
    Fees fees; // What the seller may keep.
}

/// @notice How disputes go on under one version of a policy. Periods are seconds.
struct DisputeTerms {
    uint32 dispute_s; // From what is contested: a return does not close before; at most confirm_s and reopen_s.
    uint32 respond_s; // From the opening; the other side answers.
    uint32 inquiry_s; // From the answer; the sides may agree, and the opener escalates.
    uint32 evidence_s; // From escalation, and again from an appeal; both sides bring evidence.
    uint32 rule_s; // From the end of evidence; the arbitrator rules.
    uint32 appeal_s; // From the ruling; either side may appeal, once.
    uint48 costMinor; // Of a dispute that was ruled; the seller pays it, and a ruling may charge a part to the buyer.
    bool buyerByDefault; // For whom a dispute ends that no arbitrator decides: the buyer, otherwise the seller.
    address arbitrator; // An arbitrator contract (ERC-792) that rules first; zero: drawn from the registry's roster.
}

/// @notice How goods may be returned from one country.
struct ReturnMethods {
    bytes2 country; // ISO 3166-1 alpha-2, of the sender.
    uint16 methods; // Bit 0 drop-off, 1 in store, 2 pick-up, 3 post box, 4 without a label, 5 buyer's own carrier.
}

/// @notice Publishes the next version of a policy. Signed by a key of the seller.
struct PublishPolicy {
    uint32 participant; // The seller.
    uint32 series; // The seller's own number of this policy.
    uint32 version; // Exactly one more than the last; the first is 1.
    Terms terms;
    DisputeTerms disputes;
    ReturnMethods[] methods; // By country, each once; those not listed are not served.
    bytes32 document; // keccak256 of the terms document's bytes, which the seller publishes.
}

/// @notice Versioned return terms of the sellers.
interface IPolicyBook {
    /// @dev `subject` is the policy's id.
    event PolicyPublished(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint32 series,
        uint32 version,
        Terms terms,
        DisputeTerms disputes,
        ReturnMethods[] methods,
        bytes32 document
    );

    error PolicyVersionWrong(bytes32 policyId, uint32 given, uint32 needed);
    error PolicyTermsInvalid(uint256 field, uint256 value);
    error PolicyDisputesInvalid(uint256 field, uint256 value);
    error PolicyMethodsInvalid(uint256 index);
    error PolicyUnknown(bytes32 policyId, uint32 version);

    /// @dev Every period but the grace must be longer than 0: otherwise a turn would end before it began.
    function publishPolicy(PublishPolicy calldata request, Authorisation calldata authorisation) external;

    /// @notice keccak256(abi.encode(participant, series)): a seller publishes under ids of its own only.
    function policyId(uint32 participant, uint32 series) external pure returns (bytes32);

    /// @notice The terms of one version; reverts if there is none.
    function termsOf(bytes32 policy, uint32 version) external view returns (Terms memory);

    /// @notice Parts of the terms, for acts that need no more: one or two slots instead of all.
    /// @dev Reverts if there is no such version.
    function currencyOf(bytes32 policy, uint32 version) external view returns (bytes3);

    /// @dev All zero if there is no such version: the caller knows that there is.
    function feesOf(bytes32 policy, uint32 version) external view returns (Fees memory);

    /// @dev Reverts if there is no such version.
    /// @return window_s For goodwill returns.
    /// @return withdrawal_s For withdrawals, with the grace.
    /// @return uninformed_s Added to it where the consumer was not told.
    /// @return resolutions Offered for goodwill returns.
    function windowsOf(bytes32 policy, uint32 version)
        external
        view
        returns (uint256 window_s, uint256 withdrawal_s, uint256 uninformed_s, uint8 resolutions);

    /// @notice How disputes go on under one version, and its grace; reverts if there is none.
    function disputeTermsOf(bytes32 policy, uint32 version)
        external
        view
        returns (DisputeTerms memory terms, uint32 grace_s);

    /// @notice The newest version of a policy, 0 if none.
    function latestVersion(bytes32 policy) external view returns (uint32);
}
