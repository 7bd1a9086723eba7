// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Breakdown, Fees, LineTotals, Price, RefundRule} from "../libraries/RefundRule.sol";

/// @notice One inspection's word on a line.
struct Acceptance {
    uint256 before; // Pieces of the line accepted earlier, over all returns of the receipt.
    uint256 pieces;
    uint256 diminishedBasisPoints;
}

/// @notice One line of a return with all its acceptances.
struct ReturnedLine {
    uint8 category;
    Price price;
    Acceptance[] acceptances;
}

/// @notice Everything that a refund depends on.
struct RefundCase {
    ReturnedLine[] lines;
    Fees fees;
    uint256 deliveryMinor;
    bool statutory;
    bool wholeOrder;
    uint256 extraMinor;
    uint256 costsMinor;
    uint256 earlierMinor;
    uint256 availableMinor;
}

/// @notice The goods of a case by component.
struct Components {
    uint256 netMinor;
    uint256 taxMinor;
    uint256 dutyMinor;
}

/// @notice For tests only: the refund rule from outside, step by step as a contract uses it.
contract RefundRuleProbe {
    /// @notice The breakdown of a case, its goods by component, and the gas that `due` alone took.
    function breakdown(RefundCase calldata given)
        external
        view
        returns (Breakdown memory result, Components memory goods, uint256 dueGas)
    {
        LineTotals[] memory lines = new LineTotals[](given.lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            lines[i] = _totals(given.lines[i], goods);
        }
        Fees memory fees = given.fees;
        uint256 gasBefore = gasleft();
        result = RefundRule.due(
            lines,
            fees,
            given.deliveryMinor,
            given.statutory,
            given.wholeOrder,
            given.extraMinor,
            given.costsMinor,
            given.earlierMinor,
            given.availableMinor
        );
        dueGas = gasBefore - gasleft();
    }

    function _totals(ReturnedLine calldata line, Components memory goods)
        private
        pure
        returns (LineTotals memory totals)
    {
        totals.category = line.category;
        for (uint256 i = 0; i < line.acceptances.length; ++i) {
            Acceptance calldata accepted = line.acceptances[i];
            (uint256 net, uint256 tax, uint256 duty) = RefundRule.goods(line.price, accepted.before, accepted.pieces);
            uint256 all = net + tax + duty;
            goods.netMinor += net;
            goods.taxMinor += tax;
            goods.dutyMinor += duty;
            totals.goodsMinor += all;
            totals.reducedMinor += RefundRule.reduction(all, accepted.diminishedBasisPoints);
            totals.anyAccepted = true;
        }
    }

    /// @notice What pieces are worth of a total.
    function share(uint256 total, uint256 before, uint256 pieces, uint256 quantity) external pure returns (uint256) {
        return RefundRule.share(total, before, pieces, quantity);
    }
}
