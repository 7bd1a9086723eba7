// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Breakdown, Fees, LineTotals, RefundRule} from "../../contracts/libraries/RefundRule.sol";
import {vm} from "./Vm.sol";

/// @notice The refund rule's bounds for all amounts, not only for drawn ones: halmos proves every `check_` function.
/// @dev Two lines show what any number of lines does, as the rule sums them one by one.
contract RefundRuleProofs {
    uint256 private constant BELOW = 2 ** 48;

    /// @dev What is due is never more than is left, and deductions are never more than the goods.
    function check_dueIsWithinItsBounds(
        LineTotals memory first,
        LineTotals memory second,
        Fees memory fees,
        uint48 deliveryMinor,
        bool statutory,
        bool wholeOrder,
        uint48 goodwillMinor,
        uint48 earlierMinor,
        uint56 availableMinor
    ) public pure {
        LineTotals[] memory lines = _lines(first, second, fees);
        Breakdown memory result = RefundRule.due(
            lines, fees, deliveryMinor, statutory, wholeOrder, goodwillMinor, earlierMinor, availableMinor
        );
        assert(result.dueMinor <= availableMinor);
        assert(result.diminishedMinor + result.restockingMinor + result.returnShippingMinor <= result.goodsMinor);
        assert(result.deliveryMinor <= deliveryMinor);
        assert(result.overpaidMinor == 0 || result.dueMinor == 0);
        assert(
            result.goodsMinor + result.deliveryMinor + goodwillMinor + result.overpaidMinor
                == result.diminishedMinor + result.restockingMinor + result.returnShippingMinor + earlierMinor
                    + result.cappedMinor + result.dueMinor
        );
    }

    /// @dev Once all that is due was paid, nothing is due: the same return is not paid twice.
    function check_whatWasPaidIsNotDueAgain(
        LineTotals memory first,
        LineTotals memory second,
        Fees memory fees,
        uint48 deliveryMinor,
        bool statutory,
        bool wholeOrder,
        uint56 availableMinor
    ) public pure {
        LineTotals[] memory lines = _lines(first, second, fees);
        uint256 whole =
            RefundRule.due(lines, fees, deliveryMinor, statutory, wholeOrder, 0, 0, availableMinor).dueMinor;
        uint256 left = availableMinor - whole;
        assert(RefundRule.due(lines, fees, deliveryMinor, statutory, wholeOrder, 0, whole, left).dueMinor == 0);
    }

    function check_aReductionIsAtMostTheWhole(uint48 goodsMinor, uint16 basisPoints) public pure {
        vm.assume(basisPoints <= 10_000);
        assert(RefundRule.reduction(goodsMinor, basisPoints) <= goodsMinor);
    }

    /// @dev Two neighbouring shares are one share of both, so any partition adds up to the whole.
    function check_neighbouringSharesAddUp(uint48 total, uint24 before, uint24 first, uint24 second, uint24 quantity)
        public
        pure
    {
        vm.assume(quantity != 0);
        vm.assume(uint256(before) + first + second <= quantity);
        uint256 parts = RefundRule.share(total, before, first, quantity)
            + RefundRule.share(total, uint256(before) + first, second, quantity);
        assert(parts == RefundRule.share(total, before, uint256(first) + second, quantity));
    }

    /// @dev Amounts as a claim lets them through, and fees as a policy may have them.
    function _lines(LineTotals memory first, LineTotals memory second, Fees memory fees)
        private
        pure
        returns (LineTotals[] memory lines)
    {
        vm.assume(first.category >= 1 && first.category <= 3 && second.category >= 1 && second.category <= 3);
        vm.assume(first.goodsMinor < BELOW && first.reducedMinor <= first.goodsMinor);
        vm.assume(second.goodsMinor < BELOW && second.reducedMinor <= second.goodsMinor);
        vm.assume(fees.restockingChangeOfMindBasisPoints <= 10_000);
        vm.assume(fees.restockingSellerFaultBasisPoints <= 10_000);
        vm.assume(fees.restockingCarrierFaultBasisPoints <= 10_000);
        lines = new LineTotals[](2);
        lines[0] = first;
        lines[1] = second;
    }
}
