// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import "./interfaces/IParcelLedger.sol";
import {
    CATEGORY_CORRECTION,
    IParticipantRegistry,
    ROLE_CARRIER,
    ROLE_CUSTOMS_BROKER,
    ROLE_INSPECTOR,
    ROLE_SELLER
} from "./interfaces/IParticipantRegistry.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {CheckpointFacts} from "./libraries/CheckpointFacts.sol";
import {MerkleRoot} from "./libraries/MerkleRoot.sol";

/// @notice Checkpoints of parcels, one and many; their corrections; custody that passes.
contract ParcelLedger is History, SignedRequests, IParcelLedger {
    bytes32 private constant RECORD_CHECKPOINT_TYPEHASH = keccak256(
        "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant RECORD_BATCH_TYPEHASH = keccak256(
        "RecordCheckpointBatch(uint32 participant,bytes32 root,uint32 count,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant HAND_OVER_TYPEHASH = keccak256(
        "HandOver(uint32 giver,bytes32 giverTracking,uint32 taker,bytes32 takerTracking,uint64 occurredAt,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CORRECT_TYPEHASH = keccak256(
        "CorrectCheckpoint(uint32 participant,bytes32 tracking,bytes32 wrongFacts,bytes32 wrongCode,uint16 reason,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    uint16 private constant ROLES_OF_CUSTODY = ROLE_SELLER | ROLE_CARRIER | ROLE_INSPECTOR | ROLE_CUSTOMS_BROKER;
    uint256 private constant BATCH_LIMIT = 1_000;
    uint256 private constant CHECKPOINT_BYTES = 128;

    /* IMMUTABLES */

    IParticipantRegistry private immutable _registry;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry) EIP712("ParcelLedger", "1") {
        _registry = registry;
    }

    /* ONE CHECKPOINT */

    /// @inheritdoc IParcelLedger
    function recordCheckpoint(RecordCheckpoint calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _hashCheckpoint(request, authorisation, _domainSeparatorV4());
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, request.participant, ROLE_CARRIER);
        _checkNotInFuture(CheckpointFacts.occurredAt(request.facts));
        if (!CheckpointFacts.isValid(request.facts)) revert CheckpointFactsInvalid(request.facts);

        _enter(request.participant, _checkpointOf(request), digest, new bytes(CHECKPOINT_BYTES));
    }

    /* MANY, EACH SIGNED */

    /// @inheritdoc IParcelLedger
    function recordCheckpoints(RecordCheckpoint[] calldata requests, Authorisation[] calldata authorisations)
        external
    {
        if (requests.length != authorisations.length) {
            revert RequestListsDiffer(requests.length, authorisations.length);
        }
        bytes memory buffer = new bytes(CHECKPOINT_BYTES);
        bytes32 separator = _domainSeparatorV4();
        address actor;
        uint32 participant;
        bytes4 standing;
        for (uint256 i = 0; i < requests.length; ++i) {
            RecordCheckpoint calldata request = requests[i];
            Authorisation calldata authorisation = authorisations[i];
            // A relay sends the items of one actor together, so the registry is asked once for each.
            if (i == 0 || authorisation.actor != actor || request.participant != participant) {
                (actor, participant) = (authorisation.actor, request.participant);
                // Of a contract of ours; the transaction's gas bounds the list.
                // slither-disable-next-line calls-loop
                standing = _registry.standing(actor, participant, ROLE_CARRIER);
            }
            bytes4 refusal = standing != bytes4(0) ? standing : _tryRecord(request, authorisation, buffer, separator);
            if (refusal != bytes4(0)) emit ItemRefused(i, refusal);
        }
    }

    /// @dev The checks of `recordCheckpoint`, the one that uses up the nonce last: what is refused keeps its nonce.
    function _tryRecord(
        RecordCheckpoint calldata request,
        Authorisation calldata authorisation,
        bytes memory buffer,
        bytes32 separator
    ) private returns (bytes4 refusal) {
        refusal = _refusalOf(request.facts);
        if (refusal != bytes4(0)) return refusal;
        bytes32 digest = _hashCheckpoint(request, authorisation, separator);
        refusal = _tryAuthorise(digest, authorisation);
        if (refusal != bytes4(0)) return refusal;

        _enter(request.participant, _checkpointOf(request), digest, buffer);
    }

    /// @dev The fields of the request stand in calldata as EIP-712 wants them, so they are copied as they are.
    /// @param separator The domain, which a batch looks up once.
    function _hashCheckpoint(
        RecordCheckpoint calldata request,
        Authorisation calldata authorisation,
        bytes32 separator
    ) private pure returns (bytes32) {
        (uint256 nonce, uint64 deadline, bytes32 typehash) =
            (authorisation.nonce, authorisation.deadline, RECORD_CHECKPOINT_TYPEHASH);
        bytes32 hashed;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            calldatacopy(add(free, 32), request, 160)
            mstore(add(free, 192), nonce)
            mstore(add(free, 224), deadline)
            hashed := keccak256(free, 256)
        }
        return MessageHashUtils.toTypedDataHash(separator, hashed);
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

        bytes memory buffer = new bytes(CHECKPOINT_BYTES);
        for (uint256 i = 0; i < checkpoints.length; ++i) {
            bytes4 refusal = _refusalOf(checkpoints[i].facts);
            if (refusal != bytes4(0)) emit ItemRefused(i, refusal);
            else _enter(participant, checkpoints[i], digest, buffer);
        }
    }

    function _hashBatch(uint32 participant, Checkpoint[] calldata checkpoints, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        bytes32[] memory leaves = new bytes32[](checkpoints.length);
        bytes memory buffer = new bytes(CHECKPOINT_BYTES);
        for (uint256 i = 0; i < checkpoints.length; ++i) {
            _load(buffer, checkpoints[i]);
            leaves[i] = keccak256(buffer);
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

    /* HAND-OVERS */

    /// @inheritdoc IParcelLedger
    function handOver(HandOver calldata request, Authorisation[] calldata authorisations) external {
        if (authorisations.length != 2) revert RequestAuthorisationMissing(authorisations.length, 2);
        bytes32 digest = _digestOf(
            abi.encode(HAND_OVER_TYPEHASH, request), authorisations[0].nonce, authorisations[0].deadline
        );
        (address giverKey, address takerKey) = (authorisations[0].actor, authorisations[1].actor);
        bool same = authorisations[0].nonce == authorisations[1].nonce
            && authorisations[0].deadline == authorisations[1].deadline;
        if (!same) revert RequestSignerMismatch(takerKey, digest);
        _authorise(digest, authorisations[0]);
        _authorise(digest, authorisations[1]);
        bool apart = request.giver != request.taker && request.taker != 0
            && (request.giver != 0 || request.giverTracking == 0)
            && (request.giverTracking != 0 || request.takerTracking != 0);
        if (!apart) revert HandOverSidesInvalid(request.giver, request.taker);
        if (request.giver != 0) _registry.requireRole(giverKey, request.giver, ROLES_OF_CUSTODY);
        _registry.requireRole(takerKey, request.taker, ROLES_OF_CUSTODY);
        _checkNotInFuture(request.occurredAt);

        if (request.giverTracking != 0) {
            _recordHandOver(parcelId(request.giver, request.giverTracking), digest, request, giverKey);
        }
        if (request.takerTracking != 0) {
            _recordHandOver(parcelId(request.taker, request.takerTracking), digest, request, giverKey);
        }
    }

    function _recordHandOver(bytes32 parcel, bytes32 digest, HandOver calldata request, address giverKey) private {
        _record(
            HandedOver.selector,
            parcel,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.giver,
                giverKey,
                request.giverTracking,
                request.taker,
                request.takerTracking,
                request.occurredAt,
                request.document
            )
        );
    }

    /* CORRECTIONS */

    /// @inheritdoc IParcelLedger
    function correctCheckpoint(CorrectCheckpoint calldata request, Authorisation calldata authorisation) external {
        bytes32 digest =
            _digestOf(abi.encode(CORRECT_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, request.participant, ROLE_CARRIER);
        uint8 category = _registry.categoryOf(request.reason);
        if (category != CATEGORY_CORRECTION) revert CorrectionReasonWrong(request.reason, category);
        if (request.facts != 0) {
            _checkNotInFuture(CheckpointFacts.occurredAt(request.facts));
            if (!CheckpointFacts.isValid(request.facts)) revert CheckpointFactsInvalid(request.facts);
        }

        _record(
            CheckpointCorrected.selector,
            parcelId(request.participant, request.tracking),
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.wrongFacts,
                request.wrongCode,
                request.reason,
                request.facts,
                request.code,
                request.document
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

    /* ENTRIES */

    /// @dev A checkpoint and the data of its entry have the same form but for the first word, so the checkpoint is
    /// copied as it is and the parcel's number gives place to the time.
    function _enter(uint32 participant, Checkpoint calldata checkpoint, bytes32 digest, bytes memory buffer) private {
        _load(buffer, checkpoint);
        bytes32 parcel = Hashes.efficientKeccak256(bytes32(uint256(participant)), checkpoint.tracking);
        assembly ("memory-safe") {
            mstore(add(buffer, 32), timestamp())
        }
        _record(CheckpointRecorded.selector, parcel, digest, buffer);
    }

    /// @dev `buffer` becomes abi.encode(checkpoint).
    function _load(bytes memory buffer, Checkpoint calldata checkpoint) private pure {
        assembly ("memory-safe") {
            calldatacopy(add(buffer, 32), checkpoint, CHECKPOINT_BYTES)
        }
    }

    /// @dev The checkpoint within a request: the fields after `participant`.
    function _checkpointOf(RecordCheckpoint calldata request) private pure returns (Checkpoint calldata checkpoint) {
        assembly ("memory-safe") {
            checkpoint := add(request, 32)
        }
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return _registry;
    }
}
