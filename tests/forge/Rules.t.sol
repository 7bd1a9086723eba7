// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CHOICES, Terms} from "../../contracts/interfaces/IPolicyBook.sol";
import {Act, Consequence, Resolution, ReturnKind, ReturnStatus, Turn} from "../../contracts/interfaces/IReturnLedger.sol";
import {Deadlines, Standing} from "../../contracts/libraries/Deadlines.sol";
import {Breakdown, Fees, LineTotals, Price, RefundRule} from "../../contracts/libraries/RefundRule.sol";
import {vm} from "./Vm.sol";

/// @notice The refund rule and the deadlines by themselves, with whatever the fuzzer draws.
contract RulesTest {
    uint256 private constant LIMIT = 2 ** 48;

    /* SHARES */

    /// @dev However the pieces are cut off, their shares add up to the whole, and none is more than its part rounded up.
    function testFuzz_sharesAddUpToTheWhole(uint48 total, uint24 quantity, uint24[8] calldata cuts) public pure {
        vm.assume(quantity != 0);
        uint256 sum;
        uint256 before;
        for (uint256 i = 0; i <= cuts.length; ++i) {
            uint256 pieces = i == cuts.length ? quantity - before : cuts[i] % (quantity - before + 1);
            uint256 share = RefundRule.share(total, before, pieces, quantity);
            assert(share * quantity < uint256(total) * pieces + quantity);
            assert((share + 1) * quantity > uint256(total) * pieces);
            sum += share;
            before += pieces;
            assert(sum == uint256(total) * before / quantity);
        }
        assert(sum == total);
    }

    function testFuzz_goodsAreSharesOfEachComponent(Price memory price, uint24 before, uint24 pieces) public pure {
        vm.assume(price.quantity != 0);
        before = uint24(before % (uint256(price.quantity) + 1));
        pieces = uint24(pieces % (uint256(price.quantity) - before + 1));
        (uint256 net, uint256 tax, uint256 duty) = RefundRule.goods(price, before, pieces);
        assert(net <= price.netMinor && tax <= price.taxMinor && duty <= price.dutyMinor);
        if (pieces == price.quantity) {
            assert(net == price.netMinor && tax == price.taxMinor && duty == price.dutyMinor);
        }
    }

    function testFuzz_aReductionIsAtMostTheWholeAndRoundedDown(uint48 goodsMinor, uint16 basisPoints) public pure {
        basisPoints = basisPoints % 10_001;
        uint256 reduced = RefundRule.reduction(goodsMinor, basisPoints);
        assert(reduced <= goodsMinor);
        assert(reduced * 10_000 <= uint256(goodsMinor) * basisPoints);
        assert((reduced + 1) * 10_000 > uint256(goodsMinor) * basisPoints);
    }

    /* WHAT IS DUE */

    function testFuzz_whatIsDueIsWithinItsBounds(
        LineTotals[] memory lines,
        Fees memory fees,
        uint48 deliveryMinor,
        bool[2] calldata choices,
        uint48[4] calldata amounts
    ) public pure {
        _bound(lines, fees);
        Breakdown memory result = RefundRule.due(
            lines, fees, deliveryMinor, choices[0], choices[1], amounts[0], amounts[1], amounts[2], amounts[3]
        );
        assert(result.dueMinor <= amounts[3]);
        assert(result.costsMinor <= amounts[1]);
        assert(result.diminishedMinor + result.restockingMinor + result.returnShippingMinor <= result.goodsMinor);
        assert(result.deliveryMinor == 0 || result.deliveryMinor == deliveryMinor);
        assert(result.overpaidMinor == 0 || result.dueMinor == 0);
        uint256 plus = result.goodsMinor + result.deliveryMinor + amounts[0] + result.overpaidMinor;
        uint256 minus = result.diminishedMinor + result.restockingMinor + result.returnShippingMinor + amounts[2];
        minus += result.costsMinor;
        assert(plus == minus + result.cappedMinor + result.dueMinor);
        if (choices[0]) assert(result.restockingMinor == 0);
        if (!choices[1]) assert(result.deliveryMinor == 0);
    }

    /// @dev Nothing more is due once it was paid, and what is paid in parts is not more.
    function testFuzz_whatWasPaidIsNotDueAgain(
        LineTotals[] memory lines,
        Fees memory fees,
        uint48 deliveryMinor,
        bool[2] calldata choices,
        uint48 availableMinor,
        uint48 partMinor
    ) public pure {
        _bound(lines, fees);
        uint256 whole =
            RefundRule.due(lines, fees, deliveryMinor, choices[0], choices[1], 0, 0, 0, availableMinor).dueMinor;
        uint256 part = partMinor % (whole + 1);
        uint256 rest = RefundRule.due(
            lines, fees, deliveryMinor, choices[0], choices[1], 0, 0, part, availableMinor - part
        ).dueMinor;
        assert(part + rest == whole);
    }

    /// @dev Amounts as a claim lets them through, and fees as a policy may have them.
    function _bound(LineTotals[] memory lines, Fees memory fees) private pure {
        if (lines.length > 50) {
            assembly ("memory-safe") {
                mstore(lines, 50)
            }
        }
        for (uint256 i = 0; i < lines.length; ++i) {
            lines[i].category = lines[i].category % 3 + 1;
            lines[i].goodsMinor %= LIMIT;
            lines[i].reducedMinor %= lines[i].goodsMinor + 1;
        }
        fees.restockingChangeOfMindBasisPoints %= 10_001;
        fees.restockingSellerFaultBasisPoints %= 10_001;
        fees.restockingCarrierFaultBasisPoints %= 10_001;
    }

    /* DEADLINES */

    function testFuzz_whatIsNotClosedWaitsForSomething(Drawn calldata drawn, Terms memory terms) public pure {
        Standing memory standing = _standing(drawn);
        _halve(terms);
        Turn memory turn = Deadlines.turnOf(standing, terms);
        bool ended = standing.status == ReturnStatus.NONE || standing.status == ReturnStatus.CLOSED;
        assert((turn.act == Act.NONE) == ended);
        bool nothing = ended || turn.act == Act.DISPUTE;
        assert((turn.consequence == Consequence.NONE) == nothing);
        assert((turn.who == 0) == nothing);
        assert(turn.act != Act.DISPUTE || standing.disputed);
        if (nothing) assert(turn.until == 0 && turn.enforceableAt == 0);
        else assert(turn.enforceableAt == turn.until + terms.grace_s);
    }

    /// @dev A later start never makes a deadline earlier, and whose turn it is does not depend on the clock.
    function testFuzz_aLaterStartEndsLater(Drawn calldata drawn, Terms memory terms, uint32[3] calldata later)
        public
        pure
    {
        Standing memory standing = _standing(drawn);
        _halve(terms);
        Turn memory first = Deadlines.turnOf(standing, terms);
        standing.openedAt += later[0];
        standing.since += later[1];
        if (standing.sentAt != 0) standing.sentAt += later[2];
        Turn memory second = Deadlines.turnOf(standing, terms);
        assert(second.until >= first.until);
        assert(second.act == first.act && second.who == first.who && second.consequence == first.consequence);
    }

    function testFuzz_longerPeriodsEndLater(Drawn calldata drawn, Terms memory terms, uint16 longer) public pure {
        Standing memory standing = _standing(drawn);
        _halve(terms);
        Turn memory first = Deadlines.turnOf(standing, terms);
        (terms.answer_s, terms.supply_s, terms.send_s) =
            (terms.answer_s + longer, terms.supply_s + longer, terms.send_s + longer);
        (terms.transit_s, terms.inspect_s, terms.pay_s) =
            (terms.transit_s + longer, terms.inspect_s + longer, terms.pay_s + longer);
        (terms.confirm_s, terms.reopen_s, terms.grace_s) =
            (terms.confirm_s + longer, terms.reopen_s + longer, terms.grace_s + longer);
        Turn memory second = Deadlines.turnOf(standing, terms);
        assert(second.until >= first.until && second.enforceableAt >= first.enforceableAt);
    }

    /// @dev A standing that a return can have: times in order, pieces within what is expected.
    function _standing(Drawn calldata drawn) private pure returns (Standing memory s) {
        s.status = ReturnStatus(drawn.status % 8);
        s.kind = ReturnKind(1 + drawn.kind % 2);
        s.resolution = Resolution(1 + drawn.resolution % 4);
        (s.weak, s.reopened, s.sent, s.proven) = (drawn.flags[0], drawn.flags[1], drawn.flags[2], drawn.flags[3]);
        (s.replaced, s.givenBack, s.contested) = (drawn.flags[4], drawn.flags[5], drawn.flags[6]);
        (s.defaulted, s.inspector) = (drawn.flags[7], drawn.flags[8]);
        (s.disputed, s.ruled) = (drawn.flags[9], drawn.flags[10]);
        s.proven = s.proven && s.sent;
        s.openedAt = drawn.openedAt;
        s.since = s.openedAt + drawn.sinceAfter_s;
        s.sentAt = s.sent ? s.openedAt + drawn.sentAfter_s : 0;
        s.expected = drawn.expected;
        s.received = drawn.received % (s.expected + 1);
        s.accepted = drawn.accepted % (s.received + 1);
        s.rejected = drawn.rejected % (s.received - s.accepted + 1);
        s.dueMinor = drawn.dueMinor;
    }

    struct Drawn {
        uint8 status;
        uint8 kind;
        uint8 resolution;
        bool[11] flags;
        uint40 openedAt;
        uint32 sinceAfter_s;
        uint32 sentAfter_s;
        uint24 expected;
        uint24 received;
        uint24 accepted;
        uint24 rejected;
        uint48 dueMinor;
    }

    /// @dev So that something can be added.
    function _halve(Terms memory terms) private pure {
        terms.choices %= CHOICES + 1;
        (terms.answer_s, terms.supply_s, terms.send_s) = (terms.answer_s / 2, terms.supply_s / 2, terms.send_s / 2);
        (terms.transit_s, terms.inspect_s, terms.pay_s) = (terms.transit_s / 2, terms.inspect_s / 2, terms.pay_s / 2);
        (terms.confirm_s, terms.reopen_s, terms.grace_s) = (terms.confirm_s / 2, terms.reopen_s / 2, terms.grace_s / 2);
    }
}
