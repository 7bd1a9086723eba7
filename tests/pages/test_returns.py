"""What the status page of a return says: amounts, sentences, turns, facts. No node is needed for words."""

import pytest

from ledger_api.pages.goods import line_rows, parcel_rows, timeline_row
from ledger_api.pages.history import history, notes
from ledger_api.pages.legal import legal_words
from ledger_api.pages.money import money_rows, money_words, still_owed_minor
from ledger_api.pages.standing import for_anyone, standing
from ledger_api.pages.turns import parties, turn_words
from ledger_api.pages.wording import source_words
from ledger_api.rules.amounts import amount
from ledger_api.rules.countries import COUNTRY_NAMES
from ledger_api.rules.times import DAY_S, HOUR_S, day, moment, time_left
from ledger_api.rules.wording import REASON_WORDS, happened, percent, reason_words
from ledger_api.vocabulary import COUNTRIES, REASONS

NOW = 1_795_516_644  # Tuesday, 24 November 2026, 10:37 UTC
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
NO_MONEY = dict.fromkeys(
    (
        "net_minor tax_minor duty_minor diminished_minor restocking_minor return_shipping_minor delivery_minor"
        " earlier_minor capped_minor overpaid_minor due_minor refunded_minor goodwill_minor owed_minor extra_minor"
        " costs_minor unpaid_minor"
    ).split(),
    0,
)


def name(number: int) -> str:
    return NAMES[number]


def line_with(**changed) -> dict:
    """One coat."""
    line = {"line": 0, "sold": 1, "final_sale": False, "reason": 3, "requested": 1, "expected": 1, "exception": None}
    line |= {"received": 0, "short": 0, "accepted": 0, "rejected": 0, "grade": 0}
    return {**line, "disputed": False, "decided_by_dispute": False, **changed}


def turn_with(act: str, who: str, until: int = NOW + 14 * DAY_S, grace_s: int = 8 * DAY_S, **changed) -> dict:
    participant = {"seller": 1, "inspector": 4}.get(who, 0)
    turn = {"who": who, "participant": participant, "act": act, "until": until, "enforceable_at": until + grace_s}
    return {**turn, "consequence": "closed", "needs": "claimed", **changed}


NOBODYS = {
    "who": "nobody",
    "participant": 0,
    "act": "none",
    "until": None,
    "enforceable_at": None,
    "consequence": "none",
    "needs": "none",
}


def state_with(turn: dict, money: dict | None = None, **changed) -> dict:
    """A return of one coat that the seller approved; `changed` replaces members."""
    lists = "deliveries parcels questions receptions inspections refunds confirmations enforcements late_acts".split()
    lists.append("disputes")
    flags = "late final_sale returnless reopened contested defaulted ruled".split()
    state = {
        "status": "approved",
        "kind": "goodwill",
        "resolution": "refund",
        "seller": 1,
        "inspector": 4,
        "currency": "EUR",
        "new_buyer_key": None,
        "dispute": None,
        "delivered_at": None,
        "opened_at": NOW - DAY_S,
        "decided_at": NOW - HOUR_S,
        "decline_reason": None,
        "closed_at": None,
        "policy": {"methods": [{"country": "DE", "methods": 1}]},
        "lines": [line_with()],
        "money": {**NO_MONEY, "paid_minor": 17_130, "requested_minor": 12_840, **(money or {})},
        "turn": turn,
        **dict.fromkeys(flags, False),
        **{member: [] for member in lists},
    }
    return {**state, **changed}


def parcel_with(status: str = "arrived", *checkpoints, carrier: int = 3, **changed) -> dict:
    parcel = {"parcel_id": f"0x0{carrier}", "purpose": "goods_returned", "carrier": carrier, "status": status}
    parcel |= {"added_by": 0, "added_at": NOW, "sent_at": None, "document": None, "corroboration": "claimed"}
    return {**parcel, "checkpoints": list(checkpoints), **changed}


def silence(act: str, consequence: str, at: int = NOW, owed_minor: int = 0) -> dict:
    return {"act": act, "consequence": consequence, "recorded_at": at, "owed_minor": owed_minor, "accepted": []}


def refund_of(minor: int, at: int = NOW, goodwill_minor: int = 0) -> dict:
    paid = {"amount_minor": minor, "goodwill_minor": goodwill_minor, "payment": "0x01", "paid_at": at}
    return {**paid, "recorded_at": at, "due_minor": minor, "corroboration": "documented"}


ACCEPTED = {"net_minor": 10_439, "tax_minor": 2_401, "return_shipping_minor": 390}
CONFIRM = turn_with("confirm", "buyer")
SEND = turn_with("send", "buyer", consequence="expired")
RECEIVE = turn_with("receive", "inspector", consequence="accepted")
REFUND = turn_with("refund", "seller", consequence="defaulted")


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


MONEY = [
    {},
    {**ACCEPTED, "due_minor": 12_450},
    {**ACCEPTED, "earlier_minor": 12_450, "refunded_minor": 12_450},
    {**ACCEPTED, "earlier_minor": 20_000, "overpaid_minor": 7_550, "refunded_minor": 20_000},
    {**ACCEPTED, "diminished_minor": 1_605, "restocking_minor": 1_123, "due_minor": 9_722},
    {**ACCEPTED, "delivery_minor": 490, "capped_minor": 940, "due_minor": 12_000},
]


@pytest.mark.parametrize("money", MONEY)
def test_each_total_is_the_total_before_it_and_the_parts_between(money):
    state = state_with(REFUND, money, lines=[line_with(received=1, accepted=bool(money), rejected=not money)])
    total = 0
    for row in money_rows(state):
        if row["total"] and total:
            assert row["minor"] == total
        total = row["minor"] if row["total"] else total + row["minor"]
    assert total == state["money"]["due_minor"]


def test_before_anything_is_checked_the_sum_ends_with_what_was_asked_and_says_so():
    state = state_with(RECEIVE)
    assert [row["label"] for row in money_rows(state)][-1] == "Asked back"
    assert money_words(state) == "What you get of it stands here, part by part, once the goods are checked."


def test_a_cent_of_rounding_is_not_called_a_rejection():
    state = state_with(REFUND, {"net_minor": 967, "requested_minor": 966, "due_minor": 967})
    state["lines"] = [line_with(received=1, accepted=1)]
    assert [(row["label"], row["minor"]) for row in money_rows(state)][3] == ("Rounding", 1)


def test_who_gets_goods_is_not_shown_money_as_due():
    state = state_with(turn_with("replace", "seller"), {**ACCEPTED, "due_minor": 12_450}, resolution="replacement")
    state["lines"] = [line_with(received=1, accepted=1)]
    assert "Still due" not in [row["label"] for row in money_rows(state)]
    assert money_words(state) == "You are to get a replacement, so no money is due for these goods."
    assert still_owed_minor(state) == 0


def test_a_contested_payment_that_was_not_proved_is_owed_again_until_it_is_paid():
    silent = silence("prove", "defaulted", NOW, 12_450)
    money = {**ACCEPTED, "earlier_minor": 12_450, "refunded_minor": 12_450, "owed_minor": 12_450}
    state = state_with(CONFIRM, money, contested=True, defaulted=True, enforcements=[silent])
    state.update(refunds=[refund_of(12_450, NOW - DAY_S)], lines=[line_with(received=1, accepted=1)])
    assert (money_rows(state)[-1]["label"], money_rows(state)[-1]["minor"]) == ("Owed to you", 12_450)
    state["refunds"].append(refund_of(4_000, NOW + DAY_S))
    assert still_owed_minor(state) == 8_450


def test_a_default_is_owed_without_what_was_paid_since():
    state = state_with(CONFIRM, {**ACCEPTED, "due_minor": 7_450, "owed_minor": 12_450}, defaulted=True)
    assert still_owed_minor(state) == 7_450


# --- where things stand


def test_a_decline_says_why():
    state = state_with(turn_with("reopen", "buyer"), status="declined", decline_reason=101)
    assert standing(state, name) == ("Nanshan Outdoor has declined your return.", "The reason: The sale was final.")


def test_a_decline_by_silence_says_what_made_the_request_weak():
    state = state_with(turn_with("reopen", "buyer"), status="declined", late=True)
    expected = ("Your return counts as declined.", "You asked after the return window had ended.")
    assert standing(state, name) == expected


def test_a_partial_approval_says_which_pieces_and_why_not():
    lines = [line_with(), line_with(line=1, sold=2, requested=2, expected=1, exception=104)]
    words = "Approved: 2 of 3 pieces. Not approved: 1 piece of item 2. The reason: This article cannot be returned."
    assert standing(state_with(SEND, lines=lines), name)[1] == words


def test_a_withdrawal_is_the_laws_right_unless_it_came_late_or_a_second_time():
    withdrawal = state_with(SEND, kind="withdrawal")
    assert standing(withdrawal, name)[0] == "You have withdrawn from the sale."
    for changed in ({"late": True}, {"reopened": True}):
        assert standing({**withdrawal, **changed}, name)[0] == "Nanshan Outdoor has approved your return."


def test_the_last_report_stands_under_the_sentence():
    state = state_with(RECEIVE, parcels=[parcel_with("arrived", CHECKPOINT)])
    assert standing(state, name) == (
        "Your return is with Pearl River Express.",
        "Last report: Arrived at a stop, China.",
    )


def test_of_two_parcels_the_one_that_was_heard_of_last_is_told_of():
    later = {**CHECKPOINT, "occurred_at": NOW + 60}
    parcels = [parcel_with("lost", later), parcel_with(carrier=2)]
    state = state_with(RECEIVE, parcels=parcels)
    assert standing(state, name)[0] == "Pearl River Express reports your parcel as lost."


def test_a_parcel_of_an_earlier_attempt_is_not_told_of():
    parcels = [parcel_with("lost", CHECKPOINT, added_at=NOW - 9 * DAY_S), parcel_with(carrier=2)]
    assert standing(state_with(RECEIVE, parcels=parcels), name)[0] == "Your return should be with Wisła Parcel."


def test_a_parcel_that_no_carrier_confirmed_is_not_said_to_be_there():
    state = state_with(RECEIVE, parcels=[parcel_with("unknown", document="0x01")])
    assert standing(state, name) == (
        "Your return should be with Pearl River Express.",
        "A document shows that it was sent. The carrier has reported nothing yet.",
    )


def test_short_wrong_and_extra_pieces_are_counted():
    lines = [line_with(requested=3, expected=1, received=1, short=2)]
    reception = {"participant": 4, "wrong": 1, "extra": 2}
    state = state_with(turn_with("inspect", "inspector"), lines=lines, receptions=[reception])
    words = "2 pieces did not arrive. 1 piece came that is not what was sold. 2 pieces came besides."
    assert standing(state, name)[1] == words


def test_a_refund_in_part_says_what_is_left():
    money = {**ACCEPTED, "earlier_minor": 5_000, "refunded_minor": 5_000, "due_minor": 7_450}
    state = state_with(REFUND, money, lines=[line_with(received=1, accepted=1)], refunds=[refund_of(5_000)])
    assert standing(state, name) == ("Nanshan Outdoor has refunded part: 50.00 EUR.", "Still due: 74.50 EUR.")


def test_goodwill_and_overpayment_are_named():
    money = {**ACCEPTED, "earlier_minor": 12_840, "overpaid_minor": 390, "refunded_minor": 12_840}
    state = state_with(CONFIRM, {**money, "goodwill_minor": 500}, refunds=[refund_of(12_840, goodwill_minor=500)])
    assert standing(state, name) == (
        "Nanshan Outdoor has refunded 133.40 EUR.",
        "Of that, 5.00 EUR is a gift. 3.90 EUR more than it had to.",
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Nothing was refunded."),
        (
            {"decline_reason": 102},
            "Nanshan Outdoor had declined it: The return window had ended. Nothing was refunded.",
        ),
        ({"enforcements": [silence("send", "expired")]}, "It had lapsed. Nothing was refunded."),
        ({"refunds": [refund_of(100)]}, "Nanshan Outdoor has refunded 1.00 EUR."),
    ],
)
def test_a_closed_return_says_how_it_ended(changed, words):
    state = state_with(NOBODYS, {"refunded_minor": 100 if "refunds" in changed else 0}, status="closed", **changed)
    assert standing(state, name) == ("Your return is closed.", words)


def test_a_return_that_its_buyer_closed_too_early_says_what_was_open():
    state = state_with(NOBODYS, {**ACCEPTED, "due_minor": 12_450}, status="closed")
    assert standing(state, name)[1] == "You closed it before 124.50 EUR was refunded."


def test_a_closed_return_goes_on_saying_what_is_owed():
    state = state_with(NOBODYS, {**ACCEPTED, "due_minor": 12_450}, status="closed", defaulted=True)
    assert standing(state, name)[1] == "Nanshan Outdoor did not pay in time. It owes you 124.50 EUR."


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
    words = turn_words(state_with(REFUND), name, NOW)
    assert (words["who"], words["act"], words["left"]) == ("Nanshan Outdoor", "refund you", "14 days left")
    assert words["advice"] == "Nothing to do for you now."


def test_when_the_buyer_has_to_act_it_says_you_and_what_to_do():
    words = turn_words(state_with(SEND), name, NOW)
    assert (words["who"], words["act"], words["late"]) == ("You", "send the parcel", False)
    assert words["advice"].startswith("Pack the goods")


def test_it_says_what_follows_and_from_when():
    words = turn_words(state_with(SEND), name, NOW)
    assert (words["then"], words["from_"]) == ("your return lapses", NOW + 22 * DAY_S)


def test_without_grace_the_date_is_said_once():
    assert turn_words(state_with(turn_with("send", "buyer", grace_s=0)), name, NOW)["from_"] is None


def test_a_date_within_two_days_has_its_time_of_day():
    words = turn_words(state_with(turn_with("send", "buyer", NOW + DAY_S)), name, NOW)
    assert (words["show"], words["show_from"]) == ("moment", "day")


def test_a_date_that_passed_is_late_and_after_the_grace_anyone_may_call_for_what_follows():
    turn = turn_with("answer", "seller", NOW - 1)
    assert turn_words(state_with(turn), name, NOW)["late"]
    assert not turn_words(state_with(turn), name, NOW)["callable"]
    assert turn_words(state_with(turn), name, turn["enforceable_at"])["callable"]


def test_who_sent_goods_that_no_carrier_confirmed_is_told_to_keep_the_receipt():
    turn = turn_with("receive", "inspector", consequence="expired")
    words = turn_words(state_with(turn, parcels=[parcel_with("unknown")]), name, NOW)
    assert words["advice"].startswith("Keep the carrier’s receipt")


def test_where_nothing_can_be_said_any_more_only_the_end_is_announced():
    words = turn_words(state_with(CONFIRM, status="declined", reopened=True, decline_reason=101), name, NOW)
    assert (words["who"], words["then"], words["from_"]) == ("", "this return closes", NOW + 22 * DAY_S)


def test_a_closed_return_waits_for_nobody():
    words = turn_words(state_with(NOBODYS, status="closed"), name, NOW)
    assert (words["who"], words["until"], words["then"]) == ("", None, "")


def test_one_party_is_marked_and_a_carrier_of_two_parcels_stands_once():
    state = state_with(RECEIVE, parcels=[parcel_with(carrier=2), parcel_with(), parcel_with()])
    found = parties(state, name)
    assert [party["name"] for party in found] == ["You", NAMES[2], NAMES[3], NAMES[4], NAMES[1]]
    assert [party["name"] for party in found if party["acts"]] == [NAMES[4]]


# --- the law's dates


def test_the_law_wants_the_goods_sent_within_14_days_of_the_withdrawal():
    state = state_with(SEND, kind="withdrawal", opened_at=NOW)
    assert legal_words(state) == "By law it is enough that the goods are on their way by the end of 8 December 2026."


def test_the_law_wants_the_money_paid_on_a_working_day():
    state = state_with(REFUND, kind="withdrawal", opened_at=NOW - 2 * DAY_S)
    state["parcels"] = [parcel_with("arrived", CHECKPOINT, corroboration="documented")]
    assert legal_words(state) == "By law the money is due by the end of 7 December 2026."
    state["opened_at"] = NOW - 3 * DAY_S  # 14 days from the 21st end on a Saturday.
    assert legal_words(state) == "By law the money is due by the end of 7 December 2026."


@pytest.mark.parametrize(
    "changed",
    [
        {"policy": {"methods": [{"country": "DE", "methods": 1}, {"country": "PL", "methods": 1}]}},
        {"policy": {"methods": []}},
        {"policy": {"methods": [{"country": "US", "methods": 1}]}},
        {"policy": {"methods": [{"country": "GB", "methods": 1}]}},
        {"kind": "goodwill"},
        {"late": True},
        {"opened_at": 1},
        {"status": "closed"},
    ],
)
def test_no_legal_date_is_guessed(changed):
    assert legal_words(state_with(SEND, **{"kind": "withdrawal", "opened_at": NOW, **changed})) == ""


# --- what has happened


def test_the_newest_fact_is_on_top_and_says_how_well_it_is_supported():
    state = state_with(CONFIRM, refunds=[refund_of(12_450)])
    rows = history(state, name)
    assert [row["what"] for row in rows] == [
        "Nanshan Outdoor refunded 124.50 EUR",
        "Nanshan Outdoor approved",
        "You asked to send back 1 piece",
    ]
    assert rows[0]["source"] == "Nanshan Outdoor says so, and names the payment"


def test_what_silence_did_is_told_with_its_day():
    state = state_with(SEND, enforcements=[silence("answer", "approved", NOW - HOUR_S)])
    note = {"before": "Nobody answered in time", "at": NOW - HOUR_S, "after": "the return counted as approved"}
    assert notes(state) == [note]
    rows = [row["what"] for row in history(state, name)]
    assert rows[0] == "Nobody answered in time, so the return counted as approved"
    assert "Nanshan Outdoor approved" not in rows


def test_a_late_act_is_marked_with_the_date_that_it_missed():
    late = {"act": "answer", "until": NOW - DAY_S, "recorded_at": NOW - HOUR_S}
    marked = [row for row in history(state_with(SEND, late_acts=[late]), name) if row["late_until"]]
    assert [(row["what"], row["late_until"]) for row in marked] == [("Nanshan Outdoor approved", NOW - DAY_S)]


def test_a_late_act_that_left_no_other_trace_has_a_row_of_its_own():
    late = {"act": "reopen", "until": NOW - DAY_S, "recorded_at": NOW}
    assert history(state_with(SEND, late_acts=[late]), name)[0]["what"] == "You asked again"


@pytest.mark.parametrize(
    ("corroboration", "source"),
    [
        ("claimed", "You alone say so"),
        ("documented", "You say so, and the carrier’s reports show it"),
        ("mutual", "Buyer and seller both say so"),
    ],
)
def test_a_statement_of_delivery_says_who_stands_behind_it(corroboration, source):
    said = {"participant": 0, "delivered_at": NOW - 9 * DAY_S, "recorded_at": NOW - 9 * DAY_S, "parcel": None}
    state = state_with(SEND, deliveries=[{**said, "corroboration": corroboration}], delivered_at=NOW - 9 * DAY_S)
    rows = [row for row in history(state, name) if row["what"] == "Your order was delivered"]
    assert [row["source"] for row in rows] == [source]


@pytest.mark.parametrize(("apart_s", "shown"), [(DAY_S, False), (DAY_S + 1, True)])
def test_when_a_fact_was_written_down_is_shown_where_it_is_more_than_a_day_apart(apart_s, shown):
    state = state_with(CONFIRM, refunds=[{**refund_of(100), "recorded_at": NOW + apart_s}])
    assert (history(state, name)[0]["recorded_at"] is not None) == shown


# --- lines and parcels


def test_every_reason_of_the_registry_has_words():
    assert {handle for _, handle in REASONS.values()} == set(REASON_WORDS)


def test_a_reason_in_no_table_stays_a_number():
    assert (reason_words(2), reason_words(999)) == ("Too small", "Reason 999")


def test_a_line_says_nothing_until_something_is_known():
    assert line_rows(state_with(SEND))[0]["facts"] == []


def test_a_line_says_what_became_of_its_pieces():
    line = line_with(requested=4, expected=2, exception=103, received=2, short=1, accepted=1, rejected=1, grade=3)
    found = {"line": 0, "accepted": 1, "rejected": 1, "diminishedBasisPoints": 1_250}
    state = state_with(REFUND, lines=[line], inspections=[{"participant": 4, "lines": [found]}])
    assert line_rows(state)[0]["facts"] == [
        "1 not approved. The reason: Another ground.",
        "2 received.",
        "1 did not arrive.",
        "1 accepted.",
        "1 not accepted.",
        "Condition: C.",
        "1 worth 12.5 % less, because used.",
    ]


@pytest.mark.parametrize(
    ("basis_points", "text"), [(1_500, "15 %"), (1_250, "12.5 %"), (1_205, "12.05 %"), (5, "0.05 %")]
)
def test_basis_points_are_shown_as_percent(basis_points, text):
    assert percent(basis_points) == text


def test_a_status_in_no_table_is_quoted():
    assert happened({**CHECKPOINT, "kind": "unknown", "code": "QX7"}) == "Reported by the carrier as “QX7”"
    assert timeline_row({**CHECKPOINT, "kind": "unknown", "code": "QX7"}, NAMES[3], name)["code"] == ""


def test_the_newest_parcel_and_the_newest_report_are_on_top():
    parcels = [parcel_with(carrier=2), parcel_with("departed", CHECKPOINT, {**CHECKPOINT, "kind": "departed"})]
    rows = parcel_rows(state_with(RECEIVE, parcels=parcels), name)
    assert [row["title"] for row in rows] == ["Parcel 2, Pearl River Express", "Parcel 1, Wisła Parcel"]
    assert [row["what"] for row in rows[0]["timeline"]] == ["Left a stop", "Arrived at a stop"]


@pytest.mark.parametrize(("apart_s", "shown"), [(DAY_S, False), (DAY_S + 1, True)])
def test_the_recorded_time_is_shown_only_when_more_than_a_day_apart(apart_s, shown):
    row = timeline_row({**CHECKPOINT, "recorded_at": NOW + apart_s}, NAMES[3], name)
    assert (row["recorded_at"] is not None) == shown


def test_who_says_so_and_how_often():
    row = timeline_row({**CHECKPOINT, "corroboration": "documented", "performer": 2, "reported": 3}, NAMES[3], name)
    assert row["source"] == "Pearl River Express says so, with a document, done by Wisła Parcel, reported 3 times"
    assert source_words("claimed", "Nanshan Outdoor") == "Nanshan Outdoor alone says so"


def test_every_country_has_a_name():
    assert set(COUNTRY_NAMES) == COUNTRIES


def test_a_reader_who_need_not_be_the_buyer_is_not_addressed():
    assert for_anyone(state_with(NOBODYS, status="closed"), name) == "The return is closed."
    prove = state_with(turn_with("prove", "seller"), refunds=[refund_of(12_840)])
    assert for_anyone(prove, name) == "The buyer said that the refund did not arrive."
    assert standing(prove, name)[0] == "You said that the refund did not arrive."
