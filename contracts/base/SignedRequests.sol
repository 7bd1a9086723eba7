// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Authorisation, ISignedRequests} from "../interfaces/ISignedRequests.sol";
import {ActorSignature} from "../libraries/ActorSignature.sol";

/// @notice Obeys the signature inside a request, never the sender of the transaction.
abstract contract SignedRequests is ISignedRequests, EIP712 {
    /// @dev Covers the dearest action with two P-256 signatures on a chain without the precompile.
    uint256 internal constant CALL_GAS_BASE = 300_000;
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
            uint256 needed = CALL_GAS_BASE + CALL_GAS_PER_BYTE * calls[i].length;
            // One 64th stays here (EIP-150), so that what the call may use is at least `needed`.
            if ((gasleft() * 63) / 64 < needed + 5_000) revert SubmitNeedsGas(i, gasleft(), needed);
            // A call of this contract to itself: each obeys its own signature, and none depends on what happened before it.
            // slither-disable-next-line calls-loop,reentrancy-events
            (bool done, bytes memory reason) = address(this).call(calls[i]);
            if (!done) emit CallFailed(i, reason);
        }
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
        if (!ActorSignature.wellFormed(signature)) return RequestSignatureMalformed.selector;
        if (!ActorSignature.isValid(actor, digest, signature, _p256())) return RequestSignerMismatch.selector;
        word.bits = bits | bit;
        return bytes4(0);
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
