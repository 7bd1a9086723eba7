// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev The request digest of an entry that no request caused: the consequence of a deadline, or the constructor.
bytes32 constant NO_REQUEST = bytes32(0);

/// @notice What was said about each subject, in order, as one hash.
/// @dev An entry is one event `Name(bytes32 indexed subject, bytes32 indexed request, …)` whose data begins with
/// `recordedAt`. The head of a subject starts at keccak256(abi.encode(chain id, contract, subject)) and becomes
/// keccak256(abi.encode(head, event topic, request digest, keccak256(event data))) with each entry.
interface IHistory {
    /// @notice The hash that commits to all entries of `subject` so far.
    /// @dev Stored in the mapping at storage slot 0; zero there means that the subject has no entry yet.
    function head(bytes32 subject) external view returns (bytes32);
}
