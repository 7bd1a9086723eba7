// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Breakdown, Fees, LineTotals, RefundRule} from "../../contracts/libraries/RefundRule.sol";
import {vm} from "../forge/Vm.sol";

/// @notice The refund rule for all amounts that the ledger takes, not only for drawn ones: halmos proves every `check_`.
/// @dev A check that reverts fails too, so each also proves that nothing overflows. Not proven: returns of several lines,
/// whose cases multiply; the fuzz tests draw those. Differences are written so that a solver need not see through them:
/// a line by what is left of it, pieces as the distance of two cuts.
contract RefundRuleProofs {
    uint256 private constant LIMIT = 2 ** 48;

    /// @dev One line of a return; its goods are the sum of both amounts.
    struct Line {
        uint8 category;
        uint256 leftMinor; // Below 2**48.
        uint48 reducedMinor;
        bool anyAccepted;
    }

    /// @dev What `due` is asked, besides the lines.
    struct Asked {
        Fees fees;
        uint48 deliveryMinor;
        bool statutory;
        bool wholeOrder;
        uint48 extraMinor;
        uint48 costsMinor;
        uint48 earlierMinor; // Below 2**48 after the part, too.
        uint56 availableMinor;
    }

    /* SHARES */

    function check_aReductionIsAtMostTheWhole(uint48 goodsMinor, uint16 basisPoints) public pure {
        vm.assume(basisPoints <= 10_000);
        assert(RefundRule.reduction(goodsMinor, basisPoints) <= goodsMinor);
    }

    function check_aReductionIsRoundedDown(uint48 goodsMinor, uint16 basisPoints) public pure {
        vm.assume(basisPoints <= 10_000);
        uint256 reduced = RefundRule.reduction(goodsMinor, basisPoints);
        assert(reduced * 10_000 <= uint256(goodsMinor) * basisPoints);
        assert((reduced + 1) * 10_000 > uint256(goodsMinor) * basisPoints);
    }

    function check_theShareOfAllPiecesIsTheWhole(uint48 total, uint24 quantity) public pure {
        vm.assume(quantity != 0);
        assert(RefundRule.share(total, 0, quantity, quantity) == total);
    }

    /// @dev With the check above, any partition of the pieces has the value of the whole, and no share is more than it.
    function check_neighbouringSharesAddUp(uint48 total, uint24 before, uint24 next, uint24 last, uint24 quantity)
        public
        pure
    {
        vm.assume(quantity != 0 && before <= next && next <= last && last <= quantity);
        uint256 parts = RefundRule.share(total, before, uint256(next) - before, quantity)
            + RefundRule.share(total, next, uint256(last) - next, quantity);
        assert(parts == RefundRule.share(total, before, uint256(last) - before, quantity));
    }

    /* WHAT IS DUE */

    function check_boundsOfOneLine(Line memory line, Asked memory asked) public pure {
        _bounds(_one(line), asked);
    }

    function check_aChangeOfMindIsPaidOnce(Line memory line, Asked memory asked, uint48 partMinor) public pure {
        line.category = 1;
        _paidOnce(line, asked, partMinor);
    }

    function check_aSellersFaultIsPaidOnce(Line memory line, Asked memory asked, uint48 partMinor) public pure {
        line.category = 2;
        _paidOnce(line, asked, partMinor);
    }

    function check_aCarriersFaultIsPaidOnce(Line memory line, Asked memory asked, uint48 partMinor) public pure {
        line.category = 3;
        _paidOnce(line, asked, partMinor);
    }

    function _bounds(LineTotals[] memory lines, Asked memory asked) private pure {
        _bound(asked);
        Breakdown memory result = _due(lines, asked);
        assert(result.dueMinor <= asked.availableMinor);
        uint256 deducted = result.diminishedMinor + result.restockingMinor + result.returnShippingMinor;
        assert(deducted <= result.goodsMinor);
        assert(result.deliveryMinor <= asked.deliveryMinor);
        assert(result.costsMinor <= asked.costsMinor);
        assert(result.overpaidMinor == 0 || result.dueMinor == 0);
        assert(
            result.goodsMinor + result.deliveryMinor + asked.extraMinor + result.overpaidMinor
                == deducted + result.costsMinor + asked.earlierMinor + result.cappedMinor + result.dueMinor
        );
    }

    /// @dev What is paid of what is due, is due no longer: no more, and no less. Choices are fixed where the other one
    /// comes to an amount of zero: a withdrawal has no restocking, a part of an order no delivery.
    function _paidOnce(Line memory line, Asked memory asked, uint48 partMinor) private pure {
        (line.anyAccepted, asked.statutory) = (true, false);
        (asked.wholeOrder, asked.fees.refundsDelivery) = (true, true);
        _bound(asked);
        LineTotals[] memory lines = _one(line);
        uint256 whole = _due(lines, asked).dueMinor;
        vm.assume(partMinor <= whole && uint256(asked.earlierMinor) + partMinor < LIMIT);
        asked.earlierMinor += partMinor;
        asked.availableMinor -= partMinor;
        assert(_due(lines, asked).dueMinor == whole - partMinor);
    }

    /// @dev The one place that asks the rule.
    function _due(LineTotals[] memory lines, Asked memory asked) private pure returns (Breakdown memory) {
        return RefundRule.due(
            lines,
            asked.fees,
            asked.deliveryMinor,
            asked.statutory,
            asked.wholeOrder,
            asked.extraMinor,
            asked.costsMinor,
            asked.earlierMinor,
            asked.availableMinor
        );
    }

    /// @dev Fees as a policy may have them.
    function _bound(Asked memory asked) private pure {
        vm.assume(asked.fees.restockingChangeOfMindBasisPoints <= 10_000);
        vm.assume(asked.fees.restockingSellerFaultBasisPoints <= 10_000);
        vm.assume(asked.fees.restockingCarrierFaultBasisPoints <= 10_000);
    }

    function _one(Line memory line) private pure returns (LineTotals[] memory lines) {
        vm.assume(line.category >= 1 && line.category <= 3);
        vm.assume(line.leftMinor < LIMIT);
        lines = new LineTotals[](1);
        lines[0] = LineTotals({
            category: line.category,
            goodsMinor: line.leftMinor + line.reducedMinor,
            reducedMinor: line.reducedMinor,
            anyAccepted: line.anyAccepted
        });
    }
}
