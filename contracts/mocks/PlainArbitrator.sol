// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IArbitrable, IArbitrator} from "../interfaces/IArbitration.sol";

/// @notice For tests only: an arbitrator contract in the shape of ERC-792 through which anybody may rule, for nothing.
contract PlainArbitrator is IArbitrator {
    IArbitrable[] private _arbitrables; // By dispute.

    function createDispute(uint256, bytes calldata) external payable returns (uint256 disputeID) {
        disputeID = _arbitrables.length;
        _arbitrables.push(IArbitrable(msg.sender));
        emit DisputeCreation(disputeID, IArbitrable(msg.sender));
    }

    function giveRuling(uint256 disputeID, uint256 ruling) external {
        _arbitrables[disputeID].rule(disputeID, ruling);
    }

    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }
}
