"""The refund rule in Python: every example of its page, and what must hold for any return."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_api.rules import refund
from ledger_api.rules.amounts import amount
from ledger_api.rules.refund import Acceptance, Category, Fees, Price, RefundCase, ReturnedLine, breakdown, share
from tests.contracts.refund_vectors import PARTS, parts_of, python_case, read_vectors

VECTORS = read_vectors()
EACH_VECTOR = pytest.mark.parametrize("vector", [pytest.param(vector, id=vector.name) for vector in VECTORS])
MUGS = Price(3, 3000, 100)
LINE = ReturnedLine(Category.CHANGE_OF_MIND, MUGS, (Acceptance(0, 1),))
CASE = RefundCase((LINE,), Fees(), 2900)


def balance(parts: dict[str, int]) -> int:
    """What the parts but `due` add up to."""
    taken = ("diminished", "restocking", "shipping", "costs", "earlier", "capped")
    return sum(-parts[name] if name in taken else parts[name] for name in PARTS if name != "due")


# --- What is impossible -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "kind", "values"),
    [
        ("quantity", Price, (0, 100)),
        ("quantity", Price, (2**24, 100)),
        ("net_minor", Price, (1, -1)),
        ("net_minor", Price, (1, 2**48)),
        ("net_minor", Price, (1, 1.0)),
        ("discount_minor", Price, (1, 100, 101)),
        ("tax_minor", Price, (1, 100, 0, -1)),
        ("duty_minor", Price, (1, 100, 0, 0, 2**48)),
        ("before", Acceptance, (-1, 1)),
        ("pieces", Acceptance, (0, 0)),
        ("diminished_basis_points", Acceptance, (0, 1, 10_001)),
        ("category", ReturnedLine, (0, MUGS)),
        ("category", ReturnedLine, (4, MUGS)),
        ("pieces", ReturnedLine, (Category.SELLER_FAULT, MUGS, (Acceptance(2, 2),))),
        ("before", ReturnedLine, (Category.SELLER_FAULT, MUGS, (Acceptance(0, 2), Acceptance(1, 1)))),
        ("restocking_seller_fault_basis_points", Fees, (0, 10_001)),
        ("return_shipping_carrier_fault_minor", Fees, (0, 0, 0, 0, 0, -1)),
        ("lines", RefundCase, ((LINE,) * 51, Fees(), 0)),
        ("available_minor", RefundCase, ((), Fees(), -1)),
        ("delivery_minor", RefundCase, ((), Fees(), 0, 2**48)),
        ("extra_minor", RefundCase, ((), Fees(), 0, 0, False, False, -1)),
        ("earlier_minor", RefundCase, ((), Fees(), 0, 0, False, False, 0, -1)),
    ],
)
def test_an_impossible_field_is_named(field, kind, values):
    with pytest.raises(ValueError, match=f"^{field} "):
        kind(*values)


@pytest.mark.parametrize("position", [(0, 4), (3, 1), (-1, 1), (2, -1)])
def test_there_is_no_share_of_pieces_that_were_not_sold(position):
    with pytest.raises(ValueError, match="^pieces "):
        share(1000, *position, 3)


# --- The page ---------------------------------------------------------------------------------------------------------


@EACH_VECTOR
def test_an_example_comes_out_as_the_page_says(vector):
    assert parts_of(breakdown(python_case(refund, vector.case))) == vector.parts


@EACH_VECTOR
def test_the_parts_of_an_example_add_up(vector):
    assert balance(vector.parts) == vector.parts["due"]


@EACH_VECTOR
def test_an_example_is_shown_as_pages_show_amounts(vector):
    assert amount(vector.parts["due"], vector.currency) == vector.shown


@EACH_VECTOR
def test_an_example_with_the_whole_order_ends_each_line(vector):
    if vector.case["wholeOrder"]:
        for line in vector.case["lines"]:
            before, pieces, _ = line["acceptances"][-1]
            assert before + pieces == line["quantity"]


def test_examples_are_many_and_their_names_differ():
    assert len(VECTORS) >= 30
    assert len({vector.name for vector in VECTORS}) == len(VECTORS)


def test_every_part_occurs_in_an_example():
    assert all(any(vector.parts[part] for vector in VECTORS) for part in PARTS)


# --- What holds for any return ----------------------------------------------------------------------------------------

AMOUNT = st.integers(0, 300) | st.integers(0, 2**48 - 1)
BASIS_POINTS = st.integers(0, 10_000)


@st.composite
def prices(draw) -> Price:
    net = draw(AMOUNT)
    quantity = draw(st.integers(1, 12) | st.integers(1, 2**24 - 1))
    return Price(quantity, net, draw(st.integers(0, net)), draw(AMOUNT), draw(AMOUNT))


@st.composite
def lines(draw) -> ReturnedLine:
    price, acceptances, done = draw(prices()), [], 0
    for _ in range(draw(st.integers(0, 3))):
        before = draw(st.integers(done, price.quantity))
        if before == price.quantity:
            break
        pieces = draw(st.integers(1, price.quantity - before))
        acceptances.append(Acceptance(before, pieces, draw(BASIS_POINTS)))
        done = before + pieces
    return ReturnedLine(draw(st.sampled_from(Category)), price, tuple(acceptances))


FEES = st.builds(Fees, BASIS_POINTS, BASIS_POINTS, BASIS_POINTS, AMOUNT, AMOUNT, AMOUNT, st.booleans())
CASES = st.builds(
    RefundCase,
    st.lists(lines(), max_size=4).map(tuple),
    FEES,
    AMOUNT,
    AMOUNT,
    st.booleans(),
    st.booleans(),
    AMOUNT,
    AMOUNT,
)


@given(CASES)
def test_the_parts_always_add_up(case):
    parts = parts_of(breakdown(case))
    assert balance(parts) == parts["due"]
    assert min(parts.values()) >= 0


@given(CASES)
def test_due_is_never_above_what_is_available(case):
    parts = parts_of(breakdown(case))
    assert 0 <= parts["due"] <= case.available_minor
    assert not (parts["capped"] and parts["overpaid"])


@given(AMOUNT, st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_all_pieces_in_any_partition_give_exactly_the_total(total, partition):
    quantity = sum(partition)
    shares = [share(total, sum(partition[:i]), pieces, quantity) for i, pieces in enumerate(partition)]
    assert sum(shares) == total
    assert all(0 <= part - total * n // quantity <= 1 for part, n in zip(shares, partition, strict=True))


@given(prices(), st.data())
def test_a_line_returned_in_two_parts_gives_what_was_paid_for_it(price, data):
    first = data.draw(st.integers(0, price.quantity))
    parts = [Acceptance(before, pieces) for before, pieces in ((0, first), (first, price.quantity - first)) if pieces]
    assert sum(sum(refund.goods(price, part)) for part in parts) == refund.paid_minor([price], 0)


@given(CASES)
def test_a_second_refund_of_what_was_due_leaves_nothing(case):
    first = breakdown(case).due_minor
    earlier, available = case.earlier_minor + first, case.available_minor - first
    assert breakdown(replace(case, earlier_minor=earlier, available_minor=available)).due_minor == 0


@given(CASES)
def test_a_statutory_withdrawal_never_gives_less(case):
    by_law, otherwise = (breakdown(replace(case, statutory=flag)) for flag in (True, False))
    assert by_law.due_minor >= otherwise.due_minor
    assert by_law.restocking_minor == 0


def test_what_is_missing_is_nothing():
    assert breakdown(replace(CASE, lines=())) == breakdown(replace(CASE, lines=(replace(LINE, acceptances=()),)))
