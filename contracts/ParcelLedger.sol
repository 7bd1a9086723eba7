// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import "./interfaces/IParcelLedger.sol";
import {IParticipantRegistry, ROLE_CARRIER} from "./interfaces/IParticipantRegistry.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {CheckpointFacts} from "./libraries/CheckpointFacts.sol";
import {MerkleRoot} from "./libraries/MerkleRoot.sol";

/// @notice Checkpoints of parcels, one and many.
contract ParcelLedger is History, SignedRequests, IParcelLedger {
    bytes32 private constant RECORD_CHECKPOINT_TYPEHASH = keccak256(
        "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant RECORD_BATCH_TYPEHASH = keccak256(
        "RecordCheckpointBatch(uint32 participant,bytes32 root,uint32 count,uint256 nonce,uint64 deadline)"
    );
    uint256 private constant BATCH_LIMIT = 1_000;

    /* IMMUTABLES */

    IParticipantRegistry private immutable _registry;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry) EIP712("ParcelLedger", "1") {
        _registry = registry;
    }

    /* ONE CHECKPOINT */

    /// @inheritdoc IParcelLedger
    function recordCheckpoint(RecordCheckpoint calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _hashTypedDataV4(_hashCheckpoint(request, authorisation));
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, request.participant, ROLE_CARRIER);
        _checkNotInFuture(CheckpointFacts.occurredAt(request.facts));
        if (!CheckpointFacts.isValid(request.facts)) revert CheckpointFactsInvalid(request.facts);

        _enter(request, digest);
    }

    /* MANY, EACH SIGNED */

    /// @inheritdoc IParcelLedger
    function recordCheckpoints(RecordCheckpoint[] calldata requests, Authorisation[] calldata authorisations)
        external
    {
        if (requests.length != authorisations.length) {
            revert RequestListsDiffer(requests.length, authorisations.length);
        }
        for (uint256 i = 0; i < requests.length; ++i) {
            bytes4 refusal = _tryRecord(requests[i], authorisations[i]);
            if (refusal != bytes4(0)) emit ItemRefused(i, refusal);
        }
    }

    /// @dev The checks of `recordCheckpoint`, the one that uses up the nonce last: what is refused keeps its nonce.
    function _tryRecord(RecordCheckpoint calldata request, Authorisation calldata authorisation)
        private
        returns (bytes4 refusal)
    {
        refusal = _refusalOf(request.facts);
        if (refusal != bytes4(0)) return refusal;
        refusal = _registry.standing(authorisation.actor, request.participant, ROLE_CARRIER);
        if (refusal != bytes4(0)) return refusal;
        bytes32 digest = _hashTypedDataV4(_hashCheckpoint(request, authorisation));
        refusal = _tryAuthorise(digest, authorisation);
        if (refusal != bytes4(0)) return refusal;

        _enter(request, digest);
    }

    function _hashCheckpoint(RecordCheckpoint calldata request, Authorisation calldata authorisation)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                RECORD_CHECKPOINT_TYPEHASH,
                request.participant,
                request.tracking,
                request.facts,
                request.code,
                request.document,
                authorisation.nonce,
                authorisation.deadline
            )
        );
    }

    /* MANY UNDER ONE SIGNATURE */

    /// @inheritdoc IParcelLedger
    function recordCheckpointBatch(
        uint32 participant,
        Checkpoint[] calldata checkpoints,
        Authorisation calldata authorisation
    ) external {
        if (checkpoints.length == 0) revert CheckpointBatchEmpty(checkpoints.length);
        if (checkpoints.length > BATCH_LIMIT) revert CheckpointBatchTooLarge(checkpoints.length, BATCH_LIMIT);
        bytes32 digest = _hashBatch(participant, checkpoints, authorisation);
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, participant, ROLE_CARRIER);

        for (uint256 i = 0; i < checkpoints.length; ++i) {
            Checkpoint calldata item = checkpoints[i];
            bytes4 refusal = _refusalOf(item.facts);
            if (refusal != bytes4(0)) {
                emit ItemRefused(i, refusal);
                continue;
            }
            _record(
                CheckpointRecorded.selector,
                parcelId(participant, item.tracking),
                digest,
                abi.encode(uint64(block.timestamp), item.facts, item.code, item.document)
            );
        }
    }

    function _hashBatch(uint32 participant, Checkpoint[] calldata checkpoints, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        bytes32[] memory leaves = new bytes32[](checkpoints.length);
        for (uint256 i = 0; i < checkpoints.length; ++i) {
            leaves[i] = keccak256(abi.encode(checkpoints[i]));
        }
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    RECORD_BATCH_TYPEHASH,
                    participant,
                    MerkleRoot.compute(leaves),
                    uint32(checkpoints.length),
                    authorisation.nonce,
                    authorisation.deadline
                )
            )
        );
    }

    /* PARCELS */

    /// @inheritdoc IParcelLedger
    function parcelId(uint32 participant, bytes32 tracking) public pure returns (bytes32) {
        return keccak256(abi.encode(participant, tracking));
    }

    function _refusalOf(bytes32 facts) private view returns (bytes4) {
        if (_inFuture(CheckpointFacts.occurredAt(facts))) return RequestTimeInFuture.selector;
        if (!CheckpointFacts.isValid(facts)) return CheckpointFactsInvalid.selector;
        return bytes4(0);
    }

    function _enter(RecordCheckpoint calldata request, bytes32 digest) private {
        _record(
            CheckpointRecorded.selector,
            parcelId(request.participant, request.tracking),
            digest,
            abi.encode(uint64(block.timestamp), request.facts, request.code, request.document)
        );
    }
}
