"""What the inbox of a seller says: groups, what to do, what can be done; periods and amounts as they are typed."""

import pytest

from ledger_api.pages.acts import Errors
from ledger_api.pages.desk import money_of, percent_of, plain_money
from ledger_api.pages.seller_words import acts_of, group_of, turn_for
from ledger_api.pages.terms import period_of, period_text
from ledger_api.rules.acceptance import due_after, due_if_all_is_fit
from ledger_api.rules.times import DAY_S, HOUR_S
from tests.acting import inspected
from tests.pages.states import BOTH

NOON = 1_795_521_600  # Tuesday, 24 November 2026, 12:00 UTC
SELLER, INSPECTOR = 1, 4


def name(number: int) -> str:
    return {1: "Nanshan Outdoor", 4: "Bao'an Returns Centre"}[number]


def turn(state: dict, *participants: int):
    return turn_for(state, set(participants), name, state["turn"]["until"] - DAY_S)


@pytest.mark.parametrize(
    ("until", "group"),
    [
        (NOON - 1, "overdue"),
        (NOON + 11 * HOUR_S, "today"),
        (NOON + 13 * HOUR_S, "week"),
        (NOON + 6 * DAY_S, "week"),
        (NOON + 7 * DAY_S, "later"),
    ],
)
def test_a_deadline_stands_in_the_group_of_its_day(until, group):
    assert group_of(until, NOON) == group


def test_a_request_waits_for_the_seller_alone(scene):
    state = scene.sale().open().state
    mine, others = turn(state, SELLER), turn(state, INSPECTOR)
    assert (mine.mine, mine.todo) == (True, "Answer the request")
    assert mine.silence == "If you do not answer, it counts as approved as asked."
    assert (others.mine, others.todo, others.group) == (False, "Nanshan Outdoor has to answer.", "others")
    assert acts_of(state, True, mine) == ["approve", "decline", "ask"]
    assert acts_of(state, False, others) == []


def test_goods_are_checked_by_the_inspector_and_the_seller_may_too(scene):
    state = scene.approved().receive().state
    his, sellers = turn(state, INSPECTOR), turn(state, SELLER)
    assert his.todo == "Check the goods"
    assert sellers.todo == "Bao'an Returns Centre has to check the goods."
    assert acts_of(state, False, his) == ["bench"]
    assert "bench" in acts_of(state, True, sellers)


def test_what_is_due_is_what_is_to_be_paid(scene):
    state = scene.accepted().state
    assert turn(state, SELLER).todo == "Refund 124.50 EUR"
    assert acts_of(state, True, turn(state, SELLER))[0] == "pay"


def test_what_was_rejected_is_to_be_sent_back(scene):
    state = scene.rejected().state
    assert acts_of(state, True, turn(state, SELLER)) == ["send"]


def test_what_an_inspection_would_make_due_is_what_it_makes_due(scene):
    sale = scene.approved(*BOTH).receive((0, 1), (1, 2))
    with scene.world.ledger.queries.view() as look:
        fit = due_if_all_is_fit(sale.rma, look.entries_of).due_minor
        worn = due_after(sale.rma, {0: (1, 2_500), 1: (1, 0)}, look.entries_of).due_minor
    found = sale.inspect(inspected(0, accepted=1, diminished=2_500), inspected(1, accepted=1, rejected=1)).state
    assert found["money"]["due_minor"] == worn < fit
    whole = scene.approved(*BOTH).receive((0, 1), (1, 2)).inspect(inspected(0, accepted=1), inspected(1, accepted=2))
    assert whole.state["money"]["due_minor"] == fit


@pytest.mark.parametrize(
    ("text", "minor"), [("12", 1_200), ("12.5", 1_250), ("12,50", 1_250), ("1 234.56", 123_456), ("", 7)]
)
def test_an_amount_is_read_as_people_write_it(scene, text, minor):
    errors = Errors()
    with scene.world.app.test_request_context(method="POST", data={"amount": text}):
        assert money_of(errors, "amount", "EUR", 7) == minor
    assert not errors
    assert plain_money(123_456, "EUR") == "1234.56"
    assert plain_money(500, "JPY") == "500"


@pytest.mark.parametrize("text", ["12.345", "-1", "1e3", "12.5.1", "zwölf"])
def test_what_is_no_amount_is_told_at_its_field(scene, text):
    errors = Errors()
    with scene.world.app.test_request_context(method="POST", data={"amount": text}):
        money_of(errors, "amount", "EUR")
    assert list(errors.found) == ["amount"]


@pytest.mark.parametrize(
    ("text", "points"), [("20", 2_000), ("12.5", 1_250), ("12,05 %", 1_205), ("", 0), ("100", 10_000)]
)
def test_a_percentage_is_read_in_basis_points(scene, text, points):
    errors = Errors()
    with scene.world.app.test_request_context(method="POST", data={"loss": text}):
        assert percent_of(errors, "loss") == points
    assert not errors


@pytest.mark.parametrize("seconds", [30 * DAY_S, 36 * HOUR_S, 60, 61])
def test_a_period_is_typed_as_it_is_shown(seconds):
    errors = Errors()
    assert period_of(errors, {"answer_s": period_text(seconds)}, "answer_s") == seconds
    assert not errors


@pytest.mark.parametrize("text", ["", "0", "-3", "three", "3 weeks", "99999999999"])
def test_what_is_no_period_is_told_at_its_field(text):
    errors = Errors()
    period_of(errors, {"answer_s": text}, "answer_s")
    assert list(errors.found) == ["answer_s"]
