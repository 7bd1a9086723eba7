"""What the status page of a return says: amounts, sentences, turns. No node is needed for words."""

import copy

import pytest

from ledger_api.pages.countries import COUNTRY_NAMES
from ledger_api.pages.money import amount, money_rows
from ledger_api.pages.times import DAY_S, HOUR_S, day, moment, time_left
from ledger_api.pages.wording import (
    REASON_WORDS,
    for_anyone,
    happened,
    line_rows,
    parcel_rows,
    parties,
    reason_words,
    standing,
    timeline_row,
    turn_words,
)
from ledger_api.vocabulary import COUNTRIES, REASONS

NOW = 1_795_516_644  # 24 November 2026, 10:37 UTC
NAMES = {1: "Nanshan Outdoor", 2: "Wisła Parcel", 3: "Pearl River Express", 4: "Bao'an Returns Centre"}
CHECKPOINT = {
    "occurred_at": NOW,
    "recorded_at": NOW + 5,
    "kind": "arrived",
    "incident": "none",
    "country": "CN",
    "performer": 0,
    "code": "EMD",
    "corroboration": "claimed",
    "reported": 1,
}


def name(number: int) -> str:
    return NAMES[number]


def state_with(
    act: str = "answer", who: str = "seller", participant: int = 1, until: int | None = NOW, **changed
) -> dict:
    """A return of one coat; `changed` replaces members."""
    line = {
        "line": 0,
        "unit_net_minor": 10_439,
        "unit_tax_minor": 2_401,
        "unit_duty_minor": 0,
        "reason": 3,
        "requested": 1,
        "received": 0,
        "accepted": 0,
        "rejected": 0,
        "grade": 0,
    }
    state = {
        "status": "approved",
        "seller": 1,
        "inspector": 4,
        "currency": "EUR",
        "late": False,
        "decline_reason": None,
        "lines": [line],
        "parcels": [],
        "inspections": [],
        "refunds": [],
        "money": {"paid_minor": 17_130, "requested_minor": 12_840, "accepted_minor": 0, "refunded_minor": 0},
        "turn": {"who": who, "participant": participant, "act": act, "until": until},
    }
    return {**state, **changed}


def parcel_with(status: str = "arrived", *checkpoints, carrier: int = 3) -> dict:
    return {
        "parcel_id": f"0x0{carrier}",
        "carrier": carrier,
        "status": status,
        "added_at": NOW,
        "checkpoints": list(checkpoints),
    }


def refunded(minor: int = 12_840) -> dict:
    money = {"paid_minor": 17_130, "requested_minor": 12_840, "accepted_minor": 12_840, "refunded_minor": minor}
    return {"money": money, "refunds": [{"amount_minor": minor}]}


# --- money


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (12_840, "EUR", "128.40 EUR"),
        (5, "EUR", "0.05 EUR"),
        (0, "EUR", "0.00 EUR"),
        (123_456_789, "EUR", "1,234,567.89 EUR"),
        (500, "JPY", "500 JPY"),
        (1_234_567, "KRW", "1,234,567 KRW"),
        (1_234, "KWD", "1.234 KWD"),
        (-4_290, "EUR", "−42.90 EUR"),
        (-1, "KWD", "−0.001 KWD"),
    ],
)
def test_an_amount_has_as_many_decimals_as_its_currency(minor, currency, text):
    assert amount(minor, currency) == text


@pytest.mark.parametrize(
    ("accepted", "rejected", "refunded_minor"),
    [(0, 0, 0), (1, 0, 0), (1, 0, 12_840), (1, 0, 20_000), (0, 1, 0), (0, 1, 100)],
)
def test_each_total_is_the_total_before_it_and_the_parts_between(accepted, rejected, refunded_minor):
    state = state_with()
    state["lines"][0].update(accepted=accepted, rejected=rejected)
    state["money"].update(accepted_minor=accepted * 12_840, refunded_minor=refunded_minor)
    total = 0
    for row in money_rows(state):
        if row["total"] and total:
            assert row["minor"] == total
        total = row["minor"] if row["total"] else total + row["minor"]
    assert total == refunded_minor


# --- where things stand

STANDINGS = [
    (state_with(status="requested"), "Your return is waiting for Nanshan Outdoor to answer."),
    (state_with("close", "buyer", status="declined", decline_reason=101), "Nanshan Outdoor has declined your return."),
    (state_with("send", "buyer", 0), "Nanshan Outdoor has approved your return."),
    (state_with("deliver", "carrier", 3, parcels=[parcel_with()]), "Your return is with Pearl River Express."),
    (
        state_with("deliver", "carrier", 3, parcels=[parcel_with("lost")]),
        "Pearl River Express reports your parcel as lost.",
    ),
    (state_with("receive", "inspector", 4, parcels=[parcel_with()]), "Pearl River Express has delivered your return."),
    (state_with("inspect", "inspector", 4), "Bao'an Returns Centre has received your return and is checking it."),
    (
        state_with("refund", inspections=[{"participant": 4}]),
        "Bao'an Returns Centre has checked your return and accepted nothing.",
    ),
    (state_with("close", "buyer", 0, None, **refunded()), "Nanshan Outdoor has refunded 128.40 EUR."),
    (state_with("none", "nobody", 0, None, status="closed"), "Your return is closed."),
]


@pytest.mark.parametrize(("state", "sentence"), STANDINGS)
def test_each_state_has_its_sentence(state, sentence):
    assert standing(state, name)[0] == sentence


def test_a_decline_says_why():
    assert standing(STANDINGS[1][0], name)[1] == "Its reason: The sale was final."


def test_a_closed_return_says_what_was_refunded():
    state = state_with("none", "nobody", 0, None, status="closed", **refunded(100))
    assert standing(state, name)[1] == "Nanshan Outdoor refunded 1.00 EUR."


def test_the_last_report_stands_under_the_sentence():
    state = state_with("deliver", "carrier", 3, parcels=[parcel_with("arrived", CHECKPOINT)])
    assert standing(state, name)[1] == "Last report: Arrived at a stop, China."


def test_a_reader_who_need_not_be_the_buyer_is_not_addressed():
    assert for_anyone("Your return is closed.") == "The return is closed."


@pytest.mark.parametrize("state", [state for state, _ in STANDINGS])
def test_no_sentence_speaks_of_the_machinery(state):
    words = " ".join([*standing(state, name), turn_words(state, name, NOW)["advice"]]).lower()
    assert not [word for word in ("block", "hash", "transaction", "wallet", "key", "gas", "chain") if word in words]


# --- whose turn


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (3 * DAY_S - 60, "3 days left"),
        (2 * DAY_S - 1, "47 hours left"),
        (HOUR_S, "1 hour left"),
        (60, "less than an hour left"),
        (-60, "less than an hour late"),
        (-5 * HOUR_S, "5 hours late"),
        (-4 * DAY_S, "4 days late"),
    ],
)
def test_time_left_is_counted_in_days_and_near_the_end_in_hours(left_s, text):
    assert time_left(NOW + left_s, NOW) == text


def test_days_and_moments_are_in_words():
    assert (day(NOW), moment(NOW)) == ("24 November 2026", "24 November 2026, 10:37 UTC")


def test_when_another_has_to_act_the_buyer_has_nothing_to_do():
    words = turn_words(state_with("refund", until=NOW + 14 * DAY_S), name, NOW)
    assert (words["who"], words["act"], words["left"]) == ("Nanshan Outdoor", "refund you", "14 days left")
    assert words["advice"] == "Nothing to do for you now."


def test_when_the_buyer_has_to_act_it_says_you_and_what_to_do():
    words = turn_words(state_with("send", "buyer", 0, NOW + DAY_S), name, NOW)
    assert (words["who"], words["act"], words["late"]) == ("You", "send the parcel", False)
    assert words["advice"].startswith("Pack the goods")


def test_a_date_that_passed_is_late():
    assert turn_words(state_with(until=NOW - 1), name, NOW)["late"]


def test_without_a_date_none_is_made_up():
    words = turn_words(state_with("close", "buyer", 0, None, **refunded()), name, NOW)
    assert (words["until"], words["left"]) == (None, "")
    assert "no date is set" in words["advice"]


def test_one_party_is_marked_and_a_carrier_of_two_parcels_stands_once():
    state = state_with("deliver", "carrier", 3, parcels=[parcel_with(carrier=2), parcel_with(), parcel_with()])
    found = parties(state, name)
    assert [party["name"] for party in found] == ["You", NAMES[2], NAMES[3], NAMES[4], NAMES[1]]
    assert [party["name"] for party in found if party["acts"]] == [NAMES[3]]


# --- lines and parcels


def test_every_reason_of_the_registry_has_words():
    assert {handle for _, handle in REASONS.values()} == set(REASON_WORDS)


def test_a_reason_in_no_table_stays_a_number():
    assert (reason_words(2), reason_words(999)) == ("Too small", "Reason 999")


def test_a_line_has_a_grade_only_once_something_was_found():
    state = state_with()
    assert line_rows(state)[0]["grade"] == ""
    found = copy.deepcopy(state)
    found["lines"][0].update(rejected=1, grade=5)
    assert line_rows(found)[0]["grade"] == "X"


def test_a_status_in_no_table_is_quoted():
    assert happened({**CHECKPOINT, "kind": "unknown", "code": "QX7"}) == "Reported by the carrier as “QX7”"
    assert timeline_row({**CHECKPOINT, "kind": "unknown", "code": "QX7"}, NAMES[3], name)["code"] == ""


def test_the_newest_parcel_and_the_newest_report_are_on_top():
    parcels = [parcel_with(carrier=2), parcel_with("departed", CHECKPOINT, {**CHECKPOINT, "kind": "departed"})]
    rows = parcel_rows(state_with(parcels=parcels), name)
    assert [row["title"] for row in rows] == ["Parcel 2, Pearl River Express", "Parcel 1, Wisła Parcel"]
    assert [row["what"] for row in rows[0]["timeline"]] == ["Left a stop", "Arrived at a stop"]


@pytest.mark.parametrize(("apart_s", "shown"), [(DAY_S, False), (DAY_S + 1, True)])
def test_the_recorded_time_is_shown_only_when_more_than_a_day_apart(apart_s, shown):
    row = timeline_row({**CHECKPOINT, "recorded_at": NOW + apart_s}, NAMES[3], name)
    assert (row["recorded_at"] is not None) == shown


def test_who_says_so_and_how_often():
    row = timeline_row(
        {**CHECKPOINT, "corroboration": "claimed_with_document", "performer": 2, "reported": 3}, NAMES[3], name
    )
    assert row["source"] == "Pearl River Express says so, with a document, done by Wisła Parcel, reported 3 times"


def test_every_country_has_a_name():
    assert set(COUNTRY_NAMES) == COUNTRIES
