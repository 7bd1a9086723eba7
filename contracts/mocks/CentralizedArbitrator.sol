// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IArbitrable, IArbitrator} from "../interfaces/IArbitration.sol";

/// @notice For tests only: an arbitrator as the standard shows one, ruled by whoever calls it; it can misbehave.
contract CentralizedArbitrator is IArbitrator {
    enum Manner {
        PROPER,
        REVERTS,
        BURNS_GAS,
        SAYS_LITTLE, // Fewer bytes than a number has.
        SAYS_MUCH,
        SAME_ID, // The first one again.
        CALLS_BACK
    }

    struct Case {
        IArbitrable arbitrable;
        uint256 choices;
        bytes extraData;
    }

    Manner public manner;
    bytes public back; // What it calls.
    bool public calledBack;
    Case[] public cases;

    function setManner(Manner given) external {
        manner = given;
    }

    function setBack(bytes calldata given) external {
        (manner, back) = (Manner.CALLS_BACK, given);
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 id) {
        if (manner == Manner.REVERTS) revert("I am on holiday");
        if (manner == Manner.SAYS_LITTLE) {
            assembly {
                return(0, 31)
            }
        }
        if (manner == Manner.SAYS_MUCH) {
            assembly {
                return(0, 200000)
            }
        }
        while (manner == Manner.BURNS_GAS) ++id;
        if (manner == Manner.SAME_ID) return 0;
        if (manner == Manner.CALLS_BACK) (calledBack,) = msg.sender.call(back);
        id = cases.length;
        cases.push(Case(IArbitrable(msg.sender), choices, extraData));
        emit DisputeCreation(id, IArbitrable(msg.sender));
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }

    function giveRuling(uint256 id, uint256 ruling) external {
        cases[id].arbitrable.rule(id, ruling);
    }
}
