"""refundOf: what is due, as a second computation has it."""

from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from world import DAMAGED, DEFECTIVE, DELIVERY_MINOR, GOODWILL, LINES, PAID_MINOR, REFUND, TOO_LARGE, WITHDRAWAL

CATEGORIES = {TOO_LARGE: 1, DEFECTIVE: 2, DAMAGED: 3}
DEAR = (1_500, 500, 250, 700, 300, 100, False)  # fees of each category
GENEROUS = (0, 0, 0, 0, 0, 0, True)
UNEVEN = [(7, 1_000, 1, 191, 13, False), (3, 101, 0, 20, 0, False)]
MOST_MINOR = 2**48 - 1
NAMES = "goods diminished restocking return_shipping delivery costs capped overpaid due".split()


@dataclass
class Order:
    """What was sold, what of it is accepted by now, and what was paid back."""

    lines: list
    delivery: int
    accepted: dict = field(default_factory=dict)  # pieces by line
    given: int = 0

    @property
    def paid(self) -> int:
        return sum(net - discount + tax + duty for _, net, discount, tax, duty, _ in self.lines) + self.delivery

    @property
    def complete(self) -> bool:
        return all(self.accepted.get(n, 0) == line[0] for n, line in enumerate(self.lines))

    def worth(self, line: int, pieces: int) -> int:
        """Share of the next pieces of a line: what all until then are worth, less what was given a share before."""
        quantity, net, discount, tax, duty, _ = self.lines[line]
        before = self.accepted.get(line, 0)
        upto = lambda total, n: Fraction(total * n, quantity).__floor__()  # noqa: E731
        self.accepted[line] = before + pieces
        return sum(upto(part, before + pieces) - upto(part, before) for part in (net - discount, tax, duty))


def owed(order, found, fees, kind=GOODWILL, earlier=0):
    """`found` are (line, pieces, diminished in basis points, reason); the breakdown by name."""
    result, net, lowest, delivery_too = dict.fromkeys(NAMES, 0), 0, None, True
    by_line = {}
    for line, pieces, diminished, reason in found:
        worth = order.worth(line, pieces)
        sums = by_line.setdefault(line, [0, 0, reason])
        sums[0] += worth
        sums[1] += worth * diminished // 10_000
    for worth, reduced, reason in by_line.values():
        category = CATEGORIES[reason]
        restocking = 0 if kind == WITHDRAWAL else (worth - reduced) * fees[category - 1] // 10_000
        shipping = fees[category + 2]
        lowest = shipping if lowest is None else min(lowest, shipping)
        delivery_too = delivery_too and (category != 1 or kind == WITHDRAWAL or fees[6])
        result["goods"] += worth
        result["diminished"] += reduced
        result["restocking"] += restocking
        net += worth - reduced - restocking
    if by_line:
        result["return_shipping"] = min(lowest, net)
        result["delivery"] = order.delivery if order.complete and delivery_too else 0
    total = net - result["return_shipping"] + result["delivery"]
    if total < earlier:
        result["overpaid"] = earlier - total
    else:
        result["due"] = min(total - earlier, order.paid - order.given)
        result["capped"] = total - earlier - result["due"]
    return result


def breakdown(world, sale, number=1):
    return dict(zip(NAMES, world.read("ReturnLedger", "refundOf", sale.return_id(number)), strict=True))


def returned(world, sale, found, kind=GOODWILL, number=1):
    """Opens a return of what is found, and inspects it with one entry."""
    pieces, reasons = {}, {}
    for line, count, _, reason in found:
        pieces[line] = pieces.get(line, 0) + count
        reasons[line] = reason
    lines = [(line, count, reasons[line]) for line, count in pieces.items()]
    world.do(world.open(sale, lines, kind=kind, number=number))
    if kind == GOODWILL:
        world.do(world.approve(sale, inspector=0, number=number))
    arrived = [(line, count) for line, count, _ in lines]
    world.do(world.seller_does("receiveGoods", sale, 1, 0, False, 0, 0, bytes(32), arrived, number=number))
    seen = [(line, count, 0, diminished, 0, 0) for line, count, diminished, _ in found]
    world.do(world.seller_does("inspectGoods", sale, 1, bytes(32), seen, number=number))


CASES = {
    "nothing of note": (LINES, DEAR, GOODWILL, [(0, 2, 0, TOO_LARGE), (1, 1, 0, TOO_LARGE)]),
    "diminished": (LINES, DEAR, GOODWILL, [(0, 2, 3_333, TOO_LARGE), (1, 1, 1, TOO_LARGE)]),
    "worth nothing": (LINES, DEAR, GOODWILL, [(0, 2, 10_000, TOO_LARGE)]),
    "worth less than the way back": (LINES, DEAR, GOODWILL, [(1, 1, 9_000, TOO_LARGE)]),
    "two conditions of a line": (LINES, DEAR, GOODWILL, [(0, 1, 0, TOO_LARGE), (0, 2, 2_500, TOO_LARGE)]),
    "the lowest way back": (LINES, DEAR, GOODWILL, [(0, 2, 0, TOO_LARGE), (1, 1, 0, DAMAGED)]),
    "the seller's fault": (LINES, DEAR, GOODWILL, [(0, 3, 0, DEFECTIVE), (1, 2, 0, DEFECTIVE)]),
    "the carrier's fault": (LINES, DEAR, GOODWILL, [(0, 3, 0, DAMAGED), (1, 2, 0, DAMAGED)]),
    "all, one line for change of mind": (LINES, DEAR, GOODWILL, [(0, 3, 0, DEFECTIVE), (1, 2, 0, TOO_LARGE)]),
    "all, delivery too": (LINES, GENEROUS, GOODWILL, [(0, 3, 0, TOO_LARGE), (1, 2, 0, TOO_LARGE)]),
    "all withdrawn": (LINES, DEAR, WITHDRAWAL, [(0, 3, 0, TOO_LARGE), (1, 2, 777, TOO_LARGE)]),
    "a part withdrawn": (LINES, DEAR, WITHDRAWAL, [(0, 3, 0, TOO_LARGE)]),
    "uneven shares": (UNEVEN, DEAR, GOODWILL, [(0, 5, 1_111, DAMAGED), (1, 2, 0, DEFECTIVE)]),
    "the dearest": ([(2**24 - 1, MOST_MINOR, 0, 0, 0, False)], DEAR, GOODWILL, [(0, 2**24 - 2, 1, TOO_LARGE)]),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_what_the_second_computation_gives(world, case):
    lines, fees, kind, found = CASES[case]
    sale = world.claimed(lines=lines, version=world.policy(fees=fees))
    returned(world, sale, found, kind)
    assert breakdown(world, sale) == owed(Order(lines, DELIVERY_MINOR), found, fees, kind)


def test_nothing_is_due_before_anything_is_accepted(world):
    for sale in (world.opened(), world.approved(), world.received()):
        assert breakdown(world, sale) == dict.fromkeys(NAMES, 0)


def test_an_inspection_in_steps_rounds_each_deduction_down(world):
    sale = world.claimed(lines=UNEVEN)
    world.do(world.open(sale, [(0, 7, TOO_LARGE)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 7)]))
    order, diminished, goods = Order(UNEVEN, DELIVERY_MINOR), 0, 0
    for _ in range(7):
        world.do(world.inspect(sale, [(0, 1, 0, 3_333, 0, 0)]))
        worth = order.worth(0, 1)
        goods += worth
        diminished += worth * 3_333 // 10_000
    found = breakdown(world, sale)
    assert (found["goods"], found["diminished"]) == (goods, diminished)
    assert goods == 999 + 191 + 13


def test_shares_over_several_returns_sum_to_the_total(world):
    sale, total = world.claimed(lines=UNEVEN, version=world.policy(fees=GENEROUS)), 0
    first = [(0, 3, 0, TOO_LARGE)]
    second = [(1, 1, 0, TOO_LARGE), (0, 1, 0, TOO_LARGE)]
    third = [(0, 3, 0, TOO_LARGE), (1, 2, 0, DAMAGED)]
    for number, found in enumerate((first, second, third), start=1):
        returned(world, sale, found, number=number)
        due = world.due(sale, number)
        total += due
        world.do(world.pay(sale, due, number=number))
    assert total == Order(UNEVEN, DELIVERY_MINOR).paid


def test_two_returns_that_complete_the_order_give_the_delivery_once(world):
    sale = world.claimed(version=world.policy(fees=GENEROUS))
    returned(world, sale, [(0, 3, 0, TOO_LARGE)])
    assert breakdown(world, sale)["delivery"] == 0
    returned(world, sale, [(1, 2, 0, TOO_LARGE)], number=2)
    assert [breakdown(world, sale, number)["delivery"] for number in (1, 2)] == [0, DELIVERY_MINOR]


def test_a_delivery_is_not_given_by_a_return_that_does_not_complete_the_order(world):
    sale = world.claimed(version=world.policy(fees=GENEROUS))
    returned(world, sale, [(0, 3, 0, TOO_LARGE), (1, 1, 0, TOO_LARGE)])
    assert breakdown(world, sale)["delivery"] == 0


def test_rejected_pieces_do_not_complete_the_order(world):
    sale = world.claimed(version=world.policy(fees=GENEROUS))
    world.do(world.open(sale, [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 3), (1, 2)]))
    world.do(world.inspect(sale, [(0, 3, 0, 0, 1, 1), (1, 1, 1, 0, 1, 1)]))
    assert breakdown(world, sale)["delivery"] == 0


def test_earlier_refunds_are_deducted(world):
    sale = world.inspected()
    due = world.due(sale)
    world.do(world.pay(sale, 1_000))
    assert world.due(sale) == due - 1_000


def test_more_than_is_owed_is_shown_as_overpaid(world):
    sale = world.inspected()
    due = world.due(sale)
    world.do(world.pay(sale, due + 5))
    found = breakdown(world, sale)
    assert (found["due"], found["overpaid"], found["capped"]) == (0, 5, 0)


def test_goodwill_settles_nothing_that_is_due(world):
    sale = world.inspected()
    due = world.due(sale)
    world.do(world.pay(sale, 0, goodwill=100))
    assert world.due(sale) == due


def test_no_more_is_due_than_is_left_of_what_was_paid(world):
    sale = world.inspected()
    due = world.due(sale)
    world.do(world.pay(sale, 0, goodwill=PAID_MINOR - 100))
    found = breakdown(world, sale)
    assert (found["due"], found["capped"]) == (100, due - 100)
    world.do(world.pay(sale, 100))
    assert (world.due(sale), breakdown(world, sale)["capped"]) == (0, due - 100)


def test_refunds_of_one_return_limit_what_is_due_for_the_next(world):
    sale = world.claimed(version=world.policy(fees=GENEROUS))
    returned(world, sale, [(0, 3, 0, TOO_LARGE)])
    world.do(world.pay(sale, world.due(sale), goodwill=1_000))
    returned(world, sale, [(1, 2, 0, TOO_LARGE)], number=2)
    found = breakdown(world, sale, 2)
    assert (found["due"], found["capped"]) == (PAID_MINOR - 3_720 - 1_000, 1_000)


def test_a_replacement_is_worth_what_a_refund_would_be(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REFUND))
    world.do(world.approve(sale, returnless=True))
    other = world.claimed()
    world.do(world.open(other, resolution=2))
    world.do(world.approve(other, returnless=True))
    assert breakdown(world, sale) == breakdown(world, other)
