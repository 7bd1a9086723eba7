// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice An arbitrator contract, in the shape of ERC-792.
interface IArbitrator {
    /// @dev Whoever creates a dispute is the contract that the ruling is for.
    event DisputeCreation(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);

    /// @param _choices How many rulings there are besides 0, which refuses to arbitrate.
    function createDispute(uint256 _choices, bytes calldata _extraData) external payable returns (uint256 disputeID);

    /// @notice What `createDispute` costs, in wei.
    function arbitrationCost(bytes calldata _extraData) external view returns (uint256 cost);
}

/// @notice A contract that obeys rulings, in the shape of ERC-792.
interface IArbitrable {
    event Ruling(IArbitrator indexed _arbitrator, uint256 indexed _disputeID, uint256 _ruling);

    /// @notice Gives a ruling; called by the arbitrator.
    function rule(uint256 _disputeID, uint256 _ruling) external;
}
