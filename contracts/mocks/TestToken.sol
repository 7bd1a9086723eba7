// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token for tests: anybody mints; it can take a fee of each transfer, as some tokens do.
contract TestToken is ERC20 {
    uint256 public fee;

    constructor() ERC20("Test euro", "TEUR") {}

    function mint(address to, uint256 units) external {
        _mint(to, units);
    }

    function setFee(uint256 units) external {
        fee = units;
    }

    function _update(address from, address to, uint256 units) internal override {
        super._update(from, to, units);
        if (fee != 0 && from != address(0) && to != address(0)) super._update(to, address(0), fee);
    }
}
