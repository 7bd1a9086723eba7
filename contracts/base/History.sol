// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHistory} from "../interfaces/IHistory.sol";

/// @notice Keeps one head per subject; one function writes the entry and the head, so they cannot differ.
abstract contract History is IHistory {
    /// @dev Must stay at slot 0, where verifiers look: every contract names History first among its bases.
    mapping(bytes32 subject => bytes32 head) private _heads;

    /// @inheritdoc IHistory
    function head(bytes32 subject) public view returns (bytes32) {
        bytes32 stored = _heads[subject];
        return stored == bytes32(0) ? keccak256(abi.encode(block.chainid, address(this), subject)) : stored;
    }

    /// @dev Records one entry. `data` is the ABI encoding of the event's fields that are not indexed.
    function _record(bytes32 topic, bytes32 subject, bytes32 request, bytes memory data) internal {
        _heads[subject] = keccak256(abi.encode(head(subject), topic, request, keccak256(data)));
        assembly ("memory-safe") {
            log3(add(data, 32), mload(data), topic, subject, request)
        }
    }
}
