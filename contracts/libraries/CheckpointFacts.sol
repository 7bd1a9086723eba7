// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Reads the packed word of a checkpoint; the layout stands in IParcelLedger.
library CheckpointFacts {
    /// @notice Unix seconds UTC, as the carrier claims.
    function occurredAt(bytes32 facts) internal pure returns (uint64) {
        return uint64(bytes8(facts));
    }

    /// @notice Canonical tracking status.
    function kind(bytes32 facts) internal pure returns (uint8) {
        return uint8(facts[8]);
    }

    /// @notice Whether the reserved bytes are zero and a time is given.
    function isValid(bytes32 facts) internal pure returns (bool) {
        return uint104(uint256(facts)) == 0 && occurredAt(facts) != 0;
    }
}
