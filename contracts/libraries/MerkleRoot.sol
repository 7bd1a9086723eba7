// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @notice The root over a list of leaves; OpenZeppelin's MerkleProof checks a path against it.
library MerkleRoot {
    /// @notice Pairs are hashed in sorted order; the last of an odd row rises unhashed.
    /// @dev Overwrites `nodes`. A leaf must hash more or less than 64 bytes, so that it cannot pass for a pair.
    function compute(bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 length = nodes.length;
        // Counters stay below the list's length, which memory bounds.
        unchecked {
            while (length > 1) {
                uint256 pairs = length / 2;
                for (uint256 i = 0; i < pairs; ++i) {
                    nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
                }
                if (length % 2 == 1) nodes[pairs] = nodes[length - 1];
                length = pairs + (length % 2);
            }
        }
        return nodes[0];
    }
}
