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

/// @notice Custody that passes. Signed by both sides over the same digest, the giver first.
struct HandOver {
    uint32 giver; // Participant that gives; 0 = who is no participant, the buyer.
    bytes32 giverTracking; // Which parcel of the giver, if he reports one; zero if none.
    uint32 taker; // Participant that takes.
    bytes32 takerTracking; // Which parcel of the taker, if he reports one; zero if none.
    uint64 occurredAt; // Unix seconds UTC, as both claim.
    bytes32 document; // Salted commitment to a document, off chain; zero if none.
}

/// @notice Supersedes a checkpoint that was wrong; both stay in the history. Signed by its reporter.
struct CorrectCheckpoint {
    uint32 participant; // The reporter.
    bytes32 tracking;
    bytes32 wrongFacts; // Facts and code of the checkpoint that was wrong.
    bytes32 wrongCode;
    uint16 reason; // From the registry of reasons, category correction.
    bytes32 facts; // What is right; zero if it did not happen at all.
    bytes32 code;
    bytes32 document;
}

/// @notice Checkpoints and hand-overs of parcels.
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

    /// @dev In the history of each parcel that it names. `giverKey` signed for the giver: whose it is shows elsewhere if
    /// the giver is no participant.
    event HandedOver(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 giver,
        address giverKey,
        bytes32 giverTracking,
        uint32 taker,
        bytes32 takerTracking,
        uint64 occurredAt,
        bytes32 document
    );
    event CheckpointCorrected(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        bytes32 wrongFacts,
        bytes32 wrongCode,
        uint16 reason,
        bytes32 facts,
        bytes32 code,
        bytes32 document
    );

    error CheckpointBatchEmpty(uint256 count);
    error CheckpointBatchTooLarge(uint256 count, uint256 limit);
    error CheckpointFactsInvalid(bytes32 facts);
    error CorrectionReasonWrong(uint16 reason, uint8 category);
    error HandOverSidesInvalid(uint32 giver, uint32 taker);

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

    /// @notice Records that custody passed. A side that is a participant must be carrier, inspector, broker or seller.
    function handOver(HandOver calldata request, Authorisation[] calldata authorisations) external;

    /// @notice Records that a checkpoint was wrong, and what is right.
    function correctCheckpoint(CorrectCheckpoint calldata request, Authorisation calldata authorisation) external;

    /// @notice The id of a parcel of `participant`.
    function parcelId(uint32 participant, bytes32 tracking) external pure returns (bytes32);
}
