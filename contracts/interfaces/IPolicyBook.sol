// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Authorisation} from "./ISignedRequests.sol";

/// @notice The terms of one version of a policy. Periods are seconds.
struct Terms {
    uint32 window_s; // From delivery; a return asked for later is recorded as late.
    uint32 answer_s; // From the request; the seller approves or declines.
    uint32 send_s; // From approval; the buyer hands the parcel to a carrier.
    uint32 transit_s; // From the first carrier's fact; the parcel arrives.
    uint32 inspect_s; // From reception; the goods are inspected.
    uint32 pay_s; // From inspection; the refund is released.
    uint32 grace_s; // Added to each deadline before silence has its consequence; covers holidays.
    uint16 restockingBasisPoints; // Of the goods' price, when the buyer changed his mind; 10,000 = 100 %.
}

/// @notice Publishes the next version of a policy. Signed by a key of the seller.
struct PublishPolicy {
    uint32 participant; // The seller.
    uint32 series; // The seller's own number of this policy.
    uint32 version; // Exactly one more than the last; the first is 1.
    Terms terms;
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
        bytes32 document
    );

    error PolicyVersionWrong(bytes32 policyId, uint32 given, uint32 needed);
    error PolicyTermsInvalid(uint256 field, uint256 value);
    error PolicyUnknown(bytes32 policyId, uint32 version);

    function publishPolicy(PublishPolicy calldata request, Authorisation calldata authorisation) external;

    /// @notice keccak256(abi.encode(participant, series)): a seller publishes under ids of its own only.
    function policyId(uint32 participant, uint32 series) external pure returns (bytes32);

    /// @notice The terms of one version; reverts if there is none.
    function termsOf(bytes32 policy, uint32 version) external view returns (Terms memory);

    /// @notice The newest version of a policy, 0 if none.
    function latestVersion(bytes32 policy) external view returns (uint32);
}
