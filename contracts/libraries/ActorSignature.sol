// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";

/// @notice Checks a signature by either kind of key that an address may stand for.
library ActorSignature {
    uint256 internal constant SECP256K1_BYTES = 65;
    uint256 internal constant P256_BYTES = 128;

    /// @notice The address that stands for a P-256 key.
    function p256Address(bytes32 x, bytes32 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    /// @notice Whether `signature` has the length of one of the two kinds.
    function wellFormed(bytes calldata signature) internal pure returns (bool) {
        return signature.length == SECP256K1_BYTES || signature.length == P256_BYTES;
    }

    /// @notice Whether `actor` signed `digest`. Malleable forms (s in the upper half) are refused for both kinds.
    /// @dev A P-256 key signs SHA-256 of the digest, since WebCrypto cannot sign a bare digest.
    /// @param p256 Who checks P-256 signatures.
    function isValid(address actor, bytes32 digest, bytes calldata signature, IParticipantRegistry p256)
        internal
        view
        returns (bool)
    {
        if (signature.length == SECP256K1_BYTES) {
            (address recovered, ECDSA.RecoverError error,) = ECDSA.tryRecoverCalldata(digest, signature);
            return error == ECDSA.RecoverError.NoError && recovered == actor;
        }
        return signature.length == P256_BYTES && _isP256(actor, digest, signature, p256);
    }

    function _isP256(address actor, bytes32 digest, bytes calldata signature, IParticipantRegistry p256)
        private
        view
        returns (bool)
    {
        bytes32 x = bytes32(signature[0:32]);
        bytes32 y = bytes32(signature[32:64]);
        if (p256Address(x, y) != actor) return false;
        return
            p256.isP256Signature(sha256(abi.encode(digest)), bytes32(signature[64:96]), bytes32(signature[96:128]), x, y);
    }
}
