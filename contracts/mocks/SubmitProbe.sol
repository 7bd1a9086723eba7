// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IHistory} from "../interfaces/IHistory.sol";

/// @notice For tests only: what a call with a given gas limit leaves behind, in one simulated transaction.
contract SubmitProbe {
    /// @notice Calls `target` with `gasLimit` and then reads the heads of `subjects`.
    function probe(address target, bytes calldata data, uint256 gasLimit, bytes32[] calldata subjects)
        external
        returns (bool done, uint256 used, bytes32[] memory heads)
    {
        uint256 before = gasleft();
        (done,) = target.call{gas: gasLimit}(data);
        used = before - gasleft();
        heads = new bytes32[](subjects.length);
        for (uint256 i = 0; i < subjects.length; ++i) {
            heads[i] = IHistory(target).head(subjects[i]);
        }
    }
}
