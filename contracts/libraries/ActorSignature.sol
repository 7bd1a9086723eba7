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

    /// @notice Whether `actor` signed `digest`, with a key of either kind.
    /// @param p256 Who checks P-256 signatures.
    function isValid(address actor, bytes32 digest, bytes calldata signature, IParticipantRegistry p256)
        internal
        view
        returns (bool)
    {
        if (signature.length == SECP256K1_BYTES) return isSecp256k1(actor, digest, signature);
        return signature.length == P256_BYTES && isP256(actor, digest, signature, p256);
    }

    /// @notice Whether `actor` signed `digest` with a secp256k1 key; a malleable form (s in the upper half) is refused.
    /// @dev `signature` has SECP256K1_BYTES.
    function isSecp256k1(address actor, bytes32 digest, bytes calldata signature) internal pure returns (bool) {
        (address recovered, ECDSA.RecoverError error,) = ECDSA.tryRecoverCalldata(digest, signature);
        return error == ECDSA.RecoverError.NoError && recovered == actor;
    }

    /// @notice Whether `actor` signed `digest` with a P-256 key; a malleable form is refused.
    /// @dev A P-256 key signs SHA-256 of the digest, since WebCrypto cannot sign a bare digest. `signature` has
    /// P256_BYTES.
    function isP256(address actor, bytes32 digest, bytes calldata signature, IParticipantRegistry p256)
        internal
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
