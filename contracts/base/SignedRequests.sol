// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Authorisation, ISignedRequests} from "../interfaces/ISignedRequests.sol";
import {ActorSignature} from "../libraries/ActorSignature.sol";

/// @notice Obeys the signature inside a request, never the sender of the transaction.
abstract contract SignedRequests is ISignedRequests, EIP712 {
    uint256 internal constant CALL_GAS_PER_BYTE = 330;
    /// @dev How far a claimed time may lie after the block's, for clocks that run fast.
    uint256 internal constant CLOCK_TOLERANCE_S = 120;

    struct Word {
        uint256 bits; // One for each of 256 nonces; set: used.
    }

    mapping(address actor => mapping(uint256 word => Word)) private _usedNonces;

    /* SUBMISSION */

    /// @inheritdoc ISignedRequests
    function submit(bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            if (bytes4(calls[i]) == ISignedRequests.submit.selector) revert SubmitNotNested(i);
            uint256 needed = _callGasBase() + CALL_GAS_PER_BYTE * calls[i].length;
            // One 64th stays here (EIP-150), so that what the call may use is at least `needed`.
            if ((gasleft() * 63) / 64 < needed + 5_000) revert SubmitNeedsGas(i, gasleft(), needed);
            uint256 available = gasleft();
            // A call of this contract to itself: each obeys its own signature, and none depends on what happened before it.
            // slither-disable-next-line calls-loop,reentrancy-events
            (bool done, bytes memory reason) = address(this).call(calls[i]);
            if (done) continue;
            // What a call needs may grow with what is stored, which its length does not show. One that runs out of gas,
            // here or in calls of its own, leaves less than a sixteenth.
            if (gasleft() < available / 16) revert SubmitNeedsGas(i, available, needed);
            emit CallFailed(i, reason);
        }
    }

    /// @dev Covers the dearest action with two P-256 signatures on a chain without the precompile.
    function _callGasBase() internal pure virtual returns (uint256) {
        return 300_000;
    }

    /* CHECKING */

    /// @inheritdoc ISignedRequests
    function nonceUsed(address actor, uint256 nonce) public view returns (bool) {
        return _usedNonces[actor][nonce >> 8].bits & (1 << (nonce & 0xff)) != 0;
    }

    /// @dev Who checks P-256 signatures: the registry.
    function _p256() internal view virtual returns (IParticipantRegistry);

    /// @dev Checks one authorisation of `digest` and uses its nonce. Order: deadline, nonce, form, signer.
    function _authorise(bytes32 digest, Authorisation calldata authorisation) internal {
        bytes4 refusal = _tryAuthorise(digest, authorisation);
        if (refusal != bytes4(0)) _revertWith(refusal, digest, authorisation);
    }

    /// @dev Like `_authorise`, for bulk: returns the selector of the error instead, zero if all is well.
    function _tryAuthorise(bytes32 digest, Authorisation calldata authorisation) internal returns (bytes4) {
        if (block.timestamp > authorisation.deadline) return RequestExpired.selector;
        (address actor, uint256 nonce) = (authorisation.actor, authorisation.nonce);
        mapping(uint256 word => Word) storage words = _usedNonces[actor];
        Word storage word = words[nonce >> 8];
        uint256 bits = word.bits;
        uint256 bit = 1 << (nonce & 0xff);
        if (bits & bit != 0) return RequestNonceUsed.selector;
        bytes calldata signature = authorisation.signature;
        if (signature.length == ActorSignature.SECP256K1_BYTES) {
            if (!ActorSignature.isSecp256k1(actor, digest, signature)) return RequestSignerMismatch.selector;
        } else {
            bytes4 refusal = _tryP256(actor, digest, signature);
            if (refusal != bytes4(0)) return refusal;
        }
        word.bits = bits | bit;
        return bytes4(0);
    }

    function _tryP256(address actor, bytes32 digest, bytes calldata signature) private view returns (bytes4) {
        if (signature.length != ActorSignature.P256_BYTES) return RequestSignatureMalformed.selector;
        if (!ActorSignature.isP256(actor, digest, signature, _p256())) return RequestSignerMismatch.selector;
        return bytes4(0);
    }

    /// @dev EIP-712 digest of a request: `fields` is its type hash and its encoded fields, without nonce and deadline,
    /// which are written behind it for the moment of hashing, as copying all of it costs more.
    function _digestOf(bytes memory fields, uint256 nonce, uint64 deadline) internal view returns (bytes32) {
        bytes32 hashed;
        assembly ("memory-safe") {
            let length := mload(fields)
            let end := add(add(fields, 32), length)
            let first := mload(end)
            let second := mload(add(end, 32))
            mstore(end, nonce)
            mstore(add(end, 32), deadline)
            hashed := keccak256(add(fields, 32), add(length, 64))
            mstore(end, first)
            mstore(add(end, 32), second)
        }
        return _hashTypedDataV4(hashed);
    }

    function _revertWith(bytes4 refusal, bytes32 digest, Authorisation calldata authorisation) private view {
        if (refusal == RequestExpired.selector) revert RequestExpired(authorisation.deadline, block.timestamp);
        if (refusal == RequestNonceUsed.selector) revert RequestNonceUsed(authorisation.actor, authorisation.nonce);
        if (refusal == RequestSignatureMalformed.selector) {
            revert RequestSignatureMalformed(authorisation.signature.length);
        }
        revert RequestSignerMismatch(authorisation.actor, digest);
    }

    /// @dev A claimed time too far after the block's is refused.
    function _checkNotInFuture(uint64 occurredAt) internal view {
        if (_inFuture(occurredAt)) revert RequestTimeInFuture(occurredAt, block.timestamp);
    }

    function _inFuture(uint64 occurredAt) internal view returns (bool) {
        return occurredAt > block.timestamp + CLOCK_TOLERANCE_S;
    }
}
