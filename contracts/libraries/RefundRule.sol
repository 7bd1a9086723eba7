// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the buyer paid for one line of a receipt: totals over all its pieces, in minor units.
struct Price {
    uint24 quantity; // Pieces; never zero.
    uint48 netMinor; // Without tax, after the line's share of discounts.
    uint48 taxMinor; // Value-added or sales tax.
    uint48 dutyMinor; // Import duty that the buyer paid.
}

/// @notice What a policy lets the seller keep, by the category of a line's reason. One storage slot.
struct Fees {
    uint16 restockingChangeOfMindBasisPoints; // Of the goods less their diminished value; 10,000 = 100 %.
    uint16 restockingSellerFaultBasisPoints;
    uint16 restockingCarrierFaultBasisPoints;
    uint48 returnShippingChangeOfMindMinor; // Once per return.
    uint48 returnShippingSellerFaultMinor;
    uint48 returnShippingCarrierFaultMinor;
    bool refundsDelivery; // Also of a change of mind that is no statutory withdrawal.
}

/// @notice One line of a return, summed over its acceptances.
struct LineTotals {
    uint8 category; // 1 = change of mind, 2 = seller's fault, 3 = carrier's fault.
    uint256 goodsMinor; // Shares of net, tax and duty.
    uint256 reducedMinor; // Their diminished value.
    bool anyAccepted; // Without accepted pieces a line counts for nothing.
}

/// @notice goods − diminished − restocking − returnShipping + delivery + extra − costs − earlier − capped + overpaid = due.
struct Breakdown {
    uint256 goodsMinor;
    uint256 diminishedMinor;
    uint256 restockingMinor;
    uint256 returnShippingMinor;
    uint256 deliveryMinor;
    uint256 costsMinor; // What a ruling charges to the buyer, as far as there is something to deduct it from.
    uint256 cappedMinor; // Above what is left of what the buyer paid.
    uint256 overpaidMinor; // Earlier refunds above what is owed.
    uint256 dueMinor;
}

/// @notice What a seller owes for a return; docs/reference/refund.md says why, with worked examples.
/// @dev Amounts are below 2**48, quantities below 2**24, lines at most 50: nothing comes near 2**128.
library RefundRule {
    uint256 internal constant CHANGE_OF_MIND = 1;
    uint256 internal constant SELLER_FAULT = 2;
    uint256 internal constant CARRIER_FAULT = 3;
    uint256 private constant ALL_BASIS_POINTS = 10_000;

    /// @notice What `pieces` are worth of `total` when `before` of the `quantity` are cut off already.
    /// @dev The caller holds `before + pieces` at or below `quantity`.
    function share(uint256 total, uint256 before, uint256 pieces, uint256 quantity) internal pure returns (uint256) {
        return total * (before + pieces) / quantity - total * before / quantity;
    }

    /// @notice The shares of accepted pieces, each component by itself.
    function goods(Price memory price, uint256 before, uint256 pieces)
        internal
        pure
        returns (uint256 net, uint256 tax, uint256 duty)
    {
        net = share(price.netMinor, before, pieces, price.quantity);
        tax = share(price.taxMinor, before, pieces, price.quantity);
        duty = share(price.dutyMinor, before, pieces, price.quantity);
    }

    /// @notice A part of an amount, rounded down: in the buyer's favour, as it is deducted.
    function reduction(uint256 goodsMinor, uint256 basisPoints) internal pure returns (uint256) {
        return goodsMinor * basisPoints / ALL_BASIS_POINTS;
    }

    /// @notice What is owed now for a return, and how it comes about.
    /// @param deliveryMinor The standard delivery of the order, tax included.
    /// @param statutory Whether it is a withdrawal that the law grants.
    /// @param wholeOrder Whether with this return every piece of the order is accepted.
    /// @param extraMinor What the seller adds freely, or a ruling awards besides the lines.
    /// @param costsMinor The buyer's part of the cost of a dispute.
    /// @param earlierMinor Refunds of this return so far.
    /// @param availableMinor What the buyer paid, less refunds of all returns of the receipt.
    function due(
        LineTotals[] memory lines,
        Fees memory fees,
        uint256 deliveryMinor,
        bool statutory,
        bool wholeOrder,
        uint256 extraMinor,
        uint256 costsMinor,
        uint256 earlierMinor,
        uint256 availableMinor
    ) internal pure returns (Breakdown memory result) {
        uint256 lowestFee = type(uint256).max; // No line accepted yet.
        uint256 owed;
        bool deliveryToo = true;
        for (uint256 i = 0; i < lines.length; ++i) {
            LineTotals memory line = lines[i];
            if (!line.anyAccepted) continue;
            (uint256 restockingBasisPoints, uint256 fee) = _feesOf(fees, line.category);
            if (fee < lowestFee) lowestFee = fee;
            if (line.category == CHANGE_OF_MIND) deliveryToo = statutory || fees.refundsDelivery;
            uint256 left = line.goodsMinor - line.reducedMinor;
            uint256 restocking = statutory ? 0 : reduction(left, restockingBasisPoints);
            result.goodsMinor += line.goodsMinor;
            result.diminishedMinor += line.reducedMinor;
            result.restockingMinor += restocking;
            owed += left - restocking;
        }
        if (lowestFee != type(uint256).max) {
            result.returnShippingMinor = lowestFee < owed ? lowestFee : owed;
            if (wholeOrder && deliveryToo) result.deliveryMinor = deliveryMinor;
        }
        owed = owed - result.returnShippingMinor + result.deliveryMinor + extraMinor;
        result.costsMinor = costsMinor < owed ? costsMinor : owed;
        owed -= result.costsMinor;
        if (owed < earlierMinor) {
            result.overpaidMinor = earlierMinor - owed;
            return result;
        }
        owed -= earlierMinor;
        result.dueMinor = owed < availableMinor ? owed : availableMinor;
        result.cappedMinor = owed - result.dueMinor;
    }

    /// @dev Restocking in basis points and return shipping in minor units. Panics for an unknown category.
    function _feesOf(Fees memory fees, uint256 category) private pure returns (uint256, uint256) {
        if (category == CHANGE_OF_MIND) {
            return (fees.restockingChangeOfMindBasisPoints, fees.returnShippingChangeOfMindMinor);
        }
        if (category == SELLER_FAULT) {
            return (fees.restockingSellerFaultBasisPoints, fees.returnShippingSellerFaultMinor);
        }
        assert(category == CARRIER_FAULT);
        return (fees.restockingCarrierFaultBasisPoints, fees.returnShippingCarrierFaultMinor);
    }
}
