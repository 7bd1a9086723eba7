"""Dates of the right of withdrawal; worked examples are those of docs/reference/legal-dates.md."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_api.legal_dates import (
    COUNTRIES,
    DAY_S,
    EU_ZONES,
    FIRST_S,
    GRACE_S,
    LAST_S,
    TOLD_IN_TIME,
    grace_needed_s,
    refund_period,
    sending_period,
    withdrawal_period,
)

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "legal-dates.md").read_text(encoding="utf-8")
YEARS = range(2024, 2036)
FUNCTIONS = {"withdrawal": withdrawal_period, "sending": sending_period, "refund": refund_period}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\dZ"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


DELIVERED = at("2026-06-01T10:00Z")

# --------------------------------------------------------------------------------------------------------- failures


@pytest.mark.parametrize("country", ["XX", "EL", "UK", "de", "DEU", "", None, 49, ["DE"]])
def test_an_unknown_country_is_named(country):
    with pytest.raises(ValueError, match="^country: "):
        withdrawal_period(DELIVERED, country)


def test_a_country_outside_the_table_needs_a_zone():
    with pytest.raises(ValueError, match="^zone: US is none of AT, "):
        withdrawal_period(DELIVERED, "US")


@pytest.mark.parametrize("zone", ["Europe", "Europe/Atlantis", "", "../passwd", "localtime"])
def test_an_unknown_zone_is_named(zone):
    with pytest.raises(ValueError, match="^zone: "):
        sending_period(DELIVERED, "ES", zone=zone)


@pytest.mark.parametrize("moment", [0, -1, FIRST_S - 1, LAST_S, DELIVERED * 1000, 1.5, True, None, "2026-06-01"])
def test_a_time_that_is_none_is_named(moment):
    with pytest.raises(ValueError, match="^delivered_at: "):
        withdrawal_period(moment, "DE")
    with pytest.raises(ValueError, match="^notice_at: "):
        sending_period(moment, "DE")
    with pytest.raises(ValueError, match="^notice_at: "):
        refund_period(moment, "DE")


@pytest.mark.parametrize("field", ["received_at", "proof_sent_at"])
def test_zero_is_no_time_of_goods_or_proof(field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        refund_period(DELIVERED, "DE", **{field: 0})


def test_no_is_not_told_in_time():
    with pytest.raises(ValueError, match="^informed_at: "):
        withdrawal_period(DELIVERED, "DE", informed_at=False)


@pytest.mark.parametrize(("field", "years", "days"), [("years", [], 14), ("years", [0], 14), ("days", [2026], 0)])
def test_grace_of_nothing_is_refused(field, years, days):
    with pytest.raises(ValueError, match=f"^{field}: "):
        grace_needed_s("DE", years, days)


# --------------------------------------------------------------------------------------------------------- examples


def examples() -> list[list[str]]:
    table = PAGE.split("\n## Examples\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return rows[2:]


def further(cell: str) -> dict:
    if cell == "never told":
        return {"informed_at": None}
    return {field: at(moment) for field, moment in re.findall(rf"(\w+) ({MOMENT})", cell)}


def test_there_are_enough_examples():
    assert len(examples()) >= 12
    assert {row[0] for row in examples()} == set(FUNCTIONS)


@pytest.mark.parametrize("row", examples(), ids=lambda row: " ".join(row[:4]))
def test_an_example_of_the_page_is_what_is_computed(row):
    kind, country, event, more, last_day, until, because = row
    period = FUNCTIONS[kind](at(event), country, **further(more))
    assert period.last_day == date.fromisoformat(last_day)
    assert period.until == at(until)
    assert period.extended_for == (() if because == "–" else tuple(because.split(", ")))


# ------------------------------------------------------------------------------------------------------- withdrawal


def test_a_day_begins_at_midnight_of_the_buyer():
    late = withdrawal_period(at("2026-06-01T21:59:59Z"), "DE")
    next_day = withdrawal_period(at("2026-06-01T22:00:00Z"), "DE")
    assert next_day.until - late.until == DAY_S


@pytest.mark.parametrize(
    ("event", "hours"), [("2026-03-22T23:00Z", -1), ("2026-10-18T22:00Z", +1), ("2026-06-01T22:00Z", 0)]
)
def test_a_change_of_the_clocks_within_the_period_makes_it_an_hour_longer_or_shorter(event, hours):
    period = withdrawal_period(at(event), "SE")
    days = (period.last_day - datetime.fromtimestamp(at(event), ZoneInfo("Europe/Stockholm")).date()).days + 1
    assert period.until == at(event) + days * DAY_S + hours * 3600


def test_where_clocks_skip_midnight_the_day_ends_with_the_change():
    """On the Azores clocks went from 00:00 to 01:00 on Sunday 29 March 2026."""
    friday = withdrawal_period(at("2026-03-13T12:00Z"), "PT", zone="Atlantic/Azores")
    assert friday.until == at("2026-03-28T01:00Z")
    monday = withdrawal_period(at("2026-03-14T12:00Z"), "PT", zone="Atlantic/Azores")
    assert (monday.until, monday.extended_for) == (at("2026-03-31T00:00Z"), ("weekend",))


def test_the_canaries_are_an_hour_behind_madrid():
    assert (
        withdrawal_period(DELIVERED, "ES", zone="Atlantic/Canary").until - 3600
        == withdrawal_period(DELIVERED, "ES").until
    )


def test_another_country_is_computed_with_its_zone():
    period = withdrawal_period(at("2026-11-12T17:00Z"), "US", zone="America/New_York")
    assert period.last_day == date(2026, 11, 27)
    assert period.extended_for == ("Thanksgiving Day",)


def test_a_day_off_in_exchange_does_not_name_the_saturday():
    period = withdrawal_period(at("2024-12-10T10:00Z"), "HU")
    assert period.last_day == date(2024, 12, 30)
    assert period.extended_for == ("Day off", "Christmas Day", "Second Day of Christmas", "weekend")


def test_a_regional_holiday_is_not_counted():
    """Epiphany is a holiday in Bavaria, not in Germany."""
    assert withdrawal_period(at("2025-12-23T10:00Z"), "DE").last_day == date(2026, 1, 6)


@pytest.mark.parametrize("informed_at", [TOLD_IN_TIME, at("2026-05-01T10:00Z"), DELIVERED])
def test_who_was_told_by_the_day_of_delivery_has_14_days(informed_at):
    assert withdrawal_period(DELIVERED, "DE", informed_at) == withdrawal_period(DELIVERED, "DE")


def test_who_is_told_within_the_first_14_days_has_14_days_from_then():
    assert withdrawal_period(DELIVERED, "DE", at("2026-06-10T10:00Z")).last_day == date(2026, 6, 24)


def test_twelve_months_run_from_the_extended_end_of_the_first_period():
    """Saturday 13 June 2026 becomes Monday the 15th; Tuesday 15 June 2027 is a working day."""
    period = withdrawal_period(at("2026-05-30T10:00Z"), "DE", None)
    assert (period.last_day, period.extended_for) == (date(2027, 6, 15), ())


def test_the_end_of_twelve_months_is_extended_as_well():
    """The first period ends on Friday 15 May 2026; a year later that is the Saturday before Pentecost."""
    period = withdrawal_period(at("2026-05-01T10:00Z"), "DE", None)
    assert (period.last_day, period.extended_for) == (date(2027, 5, 18), ("weekend", "Pentecost Monday"))


def test_28_february_and_twelve_months_is_not_the_29th():
    """The first period ends on Friday 28 February 2031; 28 February 2032 is a Saturday, the 29th a Sunday."""
    assert withdrawal_period(at("2031-02-14T10:00Z"), "SE", None).last_day == date(2032, 3, 1)
    assert withdrawal_period(at("2023-02-14T10:00Z"), "SE", None).last_day == date(2024, 2, 28)


@pytest.mark.parametrize(
    ("informed_at", "last_day"),
    [
        ("2027-06-01T21:59:59Z", date(2027, 6, 15)),  # the last second of the twelve months from delivery
        ("2027-06-01T22:00:00Z", date(2027, 6, 15)),  # too late: the period that there is anyway
        ("2030-01-01T10:00:00Z", date(2027, 6, 15)),
    ],
)
def test_who_is_told_after_twelve_months_has_no_more_time(informed_at, last_day):
    assert withdrawal_period(DELIVERED, "DE", at(informed_at)).last_day == last_day


# ----------------------------------------------------------------------------------------------------------- refund


@pytest.mark.parametrize(
    ("moments", "may_wait"),
    [({}, True), ({"received_at": DELIVERED}, False), ({"proof_sent_at": DELIVERED}, False)],
)
def test_the_seller_may_wait_until_goods_or_proof_came(moments, may_wait):
    assert refund_period(DELIVERED, "DE", **moments).may_wait is may_wait


def test_goods_that_came_before_the_notice_do_not_shorten_the_period():
    assert refund_period(DELIVERED, "DE", received_at=DELIVERED - 5 * DAY_S).last_day == date(2026, 6, 15)


# ------------------------------------------------------------------------------------------------------- properties


def is_working_day(day: date, country: str) -> bool:
    return day.isoweekday() < 6 and day not in country_holidays(country, years=day.year)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(COUNTRIES)),
    st.integers(at("2024-01-01T00:00Z"), at("2036-01-01T00:00Z")),
    st.integers(0, 400 * DAY_S),
)
def test_a_period_is_never_shorter_than_14_days_and_ends_with_a_working_day(country, event, later):
    zone = ZoneInfo(COUNTRIES[country])
    plain = datetime.combine(datetime.fromtimestamp(event, UTC).astimezone(zone).date(), time(), zone)
    plain = (plain + timedelta(days=15)).timestamp()
    for period in (
        withdrawal_period(event, country),
        withdrawal_period(event, country, None),
        withdrawal_period(event, country, event + later),
        sending_period(event, country),
        refund_period(event, country),
        refund_period(event, country, event + later),
    ):
        assert period.until >= plain
        assert is_working_day(period.last_day, country)
        assert datetime.fromtimestamp(period.until, zone).time() == time()
        assert datetime.fromtimestamp(period.until - 1, zone).date() == period.last_day


@pytest.mark.parametrize("country", sorted(EU_ZONES))
def test_every_country_of_the_eu_has_its_dates_every_year(country):
    assert len(EU_ZONES) == 27
    for year in YEARS:
        period = withdrawal_period(at(f"{year}-12-18T10:00Z"), country)
        assert period.last_day > date(year + 1, 1, 1)
        assert period.extended_for


# ------------------------------------------------------------------------------------------------------------ grace


def test_the_default_grace_covers_every_country_from_2024_to_2035():
    needed = {country: grace_needed_s(country, YEARS) for country in COUNTRIES}
    assert max(needed.values()) == 7 * DAY_S
    assert {country for country, seconds in needed.items() if seconds == 7 * DAY_S} == {"HU", "LV"}
    assert all(4 * DAY_S <= seconds <= 6 * DAY_S + 3600 for c, seconds in needed.items() if c not in ("HU", "LV"))
    assert max(needed.values()) < GRACE_S


@pytest.mark.parametrize("days", [7, 14, 30, 60, 100])
def test_the_default_grace_covers_longer_periods_of_a_policy(days):
    assert max(grace_needed_s(country, YEARS, days) for country in COUNTRIES) < GRACE_S


def test_the_page_states_the_default_grace():
    assert f"`GRACE_S` is {GRACE_S // DAY_S} days, {GRACE_S:,} seconds" in PAGE


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(COUNTRIES)), st.integers(at("2024-01-02T00:00Z"), at("2035-12-30T00:00Z")))
def test_who_acts_in_time_acts_before_period_and_grace_of_the_contract_end(country, event):
    assert sending_period(event, country).until <= event + 14 * DAY_S + GRACE_S
