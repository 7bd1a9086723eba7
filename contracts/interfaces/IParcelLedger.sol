// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Authorisation} from "./ISignedRequests.sol";

/// @notice One thing that happened to a parcel, as its carrier claims it.
/// @dev `facts` is one word, since a ledger records millions of these. From the most significant byte:
/// occurredAt (8 bytes, Unix seconds UTC, as the carrier claims) · kind (1, canonical tracking status, 0 = unknown) ·
/// incident (1, reason of an exception, 0 = none) · country (2, ISO 3166-1 alpha-2, zeros if none) ·
/// zoneSource (1: 1 stated, 2 documented by the provider, 3 given by the importer) ·
/// zoneOffset (2, minutes, two's complement) · performer (4, participant that performed the leg, 0 = the reporter) ·
/// reserved (13, zeros).
struct Checkpoint {
    bytes32 tracking; // keccak256(salt, carrier's own number, first day seen): which parcel of the reporter.
    bytes32 facts; // Packed as above.
    bytes32 code; // The carrier's raw code, printable ASCII, left-aligned; zero if none.
    bytes32 document; // Salted commitment to the original document, off chain; zero if none.
}

/// @notice One checkpoint under a signature of its own.
struct RecordCheckpoint {
    uint32 participant; // The reporter.
    bytes32 tracking;
    bytes32 facts;
    bytes32 code;
    bytes32 document;
}

/// @notice What the one signature over many checkpoints signs.
/// @dev `root` is the Merkle root over keccak256(abi.encode(checkpoint)) in the given order; the contract computes
/// it. Pairs are hashed in sorted order and the last of an odd row rises unhashed.
struct RecordCheckpointBatch {
    uint32 participant; // The reporter.
    bytes32 root;
    uint32 count; // Number of checkpoints under the root.
}

/// @notice Checkpoints of parcels.
/// @dev A parcel's id is keccak256(abi.encode(participant, tracking)): it says who may write it, so a carrier records
/// into ids of its own only and nothing has to be looked up. Order of checks: authorisation, role, time.
interface IParcelLedger {
    /// @dev `subject` is the parcel's id.
    event CheckpointRecorded(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 facts,
        bytes32 code,
        bytes32 document
    );

    error CheckpointBatchEmpty(uint256 count);
    error CheckpointBatchTooLarge(uint256 count, uint256 limit);
    error CheckpointFactsInvalid(bytes32 facts);

    /// @notice Records one checkpoint.
    function recordCheckpoint(RecordCheckpoint calldata request, Authorisation calldata authorisation) external;

    /// @notice Records many checkpoints, each under a signature of its own. One that is refused is reported by
    /// `ItemRefused` and stops no other.
    function recordCheckpoints(RecordCheckpoint[] calldata requests, Authorisation[] calldata authorisations)
        external;

    /// @notice Records many checkpoints of one reporter under one signature. A checkpoint that is refused (a time in
    /// the future) is reported by `ItemRefused`; the signature covers it all the same.
    function recordCheckpointBatch(
        uint32 participant,
        Checkpoint[] calldata checkpoints,
        Authorisation calldata authorisation
    ) external;

    /// @notice The id of a parcel of `participant`.
    function parcelId(uint32 participant, bytes32 tracking) external pure returns (bytes32);
}
