// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHistory} from "../interfaces/IHistory.sol";

/// @notice Keeps one head per subject; one function writes the entry and the head, so they cannot differ.
abstract contract History is IHistory {
    /// @dev Must stay at slot 0, where verifiers look: every contract names History first among its bases.
    mapping(bytes32 subject => Head) private _heads;

    struct Head {
        bytes32 value; // Zero: no entry yet.
    }

    /// @inheritdoc IHistory
    function head(bytes32 subject) public view returns (bytes32) {
        return _valueOf(_heads[subject], subject);
    }

    function _valueOf(Head storage stored, bytes32 subject) private view returns (bytes32 value) {
        value = stored.value;
        if (value == bytes32(0)) value = keccak256(abi.encode(block.chainid, address(this), subject));
    }

    /// @dev Records one entry. `data` is the ABI encoding of the event's fields that are not indexed.
    /// The new head is hashed in free memory without taking it, since this runs hundreds of times in one batch.
    function _record(bytes32 topic, bytes32 subject, bytes32 request, bytes memory data) internal {
        Head storage stored = _heads[subject];
        bytes32 previous = _valueOf(stored, subject);
        bytes32 next;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, previous)
            mstore(add(free, 32), topic)
            mstore(add(free, 64), request)
            mstore(add(free, 96), keccak256(add(data, 32), mload(data)))
            next := keccak256(free, 128)
            log3(add(data, 32), mload(data), topic, subject, request)
        }
        stored.value = next;
    }
}
