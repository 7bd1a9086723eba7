// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Handler} from "./Handler.sol";
import {vm} from "./Vm.sol";

/// @notice Random histories by several hostile actors; what must hold after every call and at the end of each.
abstract contract Histories {
    Handler internal handler;
    uint256 private _turn;

    /// @dev Forge gives each test the same draws; with another name they make other histories.
    function _name() internal pure virtual returns (string memory);

    function setUp() public {
        handler = new Handler(uint256(keccak256(bytes(_name()))));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Forge's own struct, by its shape.
    struct Selectors {
        address target;
        bytes4[] selectors;
    }

    function excludeSelectors() public view returns (Selectors[] memory excluded) {
        excluded = new Selectors[](1);
        excluded[0] = Selectors(address(handler), new bytes4[](2));
        excluded[0].selectors[0] = handler.check.selector;
        excluded[0].selectors[1] = handler.finish.selector;
    }

    function afterInvariant() public {
        handler.finish();
        string memory path = vm.envOr("FUZZ_COUNTS", "");
        if (bytes(path).length != 0) vm.writeLine(path, handler.counts());
        require(bytes(handler.broken()).length == 0, handler.broken());
    }

    function invariant_everyPromiseIsKept() public {
        handler.check(_turn++);
        require(bytes(handler.broken()).length == 0, handler.broken());
    }
}

contract FirstHistories is Histories {
    function _name() internal pure override returns (string memory) {
        return "first";
    }
}

/// @dev For the second processor.
contract SecondHistories is Histories {
    function _name() internal pure override returns (string memory) {
        return "second";
    }
}
