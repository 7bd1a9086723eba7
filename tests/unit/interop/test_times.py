"""Times, and who says in which zone they are."""

import pytest
from interop_documents import laposte_answer, laposte_event, only_checkpoint, only_refusal, read

from ledger_api.vocabulary import ZoneSource

MARCH_2_0915 = 1772439330  # 2026-03-02T08:15:30Z


def at(date: object, default_zone: str | None = None):
    """The result for one event of that date."""
    return read(laposte_answer(laposte_event(date=date)), default_zone=default_zone)


@pytest.mark.parametrize(
    "date",
    ["yesterday", "2026-03-02", "2026-03-02T25:00:00Z", "2026-02-30T10:00:00Z", "20260302T101500Z", "2026-W10-1T10:00Z"]
    + ["2026-03-02T10:00:60Z", "1772439330", "0000-01-01T00:00:00Z", "2026-03-02T10:00:00 CET", "٢٠٢٦-03-02T10:00:00Z"],
)
def test_what_is_no_iso_date_and_time_of_day_is_refused(date):
    assert only_refusal(at(date)) == ("malformed-time", "shipment.event[0].date")


@pytest.mark.parametrize(
    "date", ["2026-03-02T10:00:00+15:00", "2026-03-02T10:00:00-14:01", "2026-03-02T10:00:00+01:60"]
)
def test_an_offset_of_more_than_fourteen_hours_is_refused(date):
    assert only_refusal(at(date))[0] == "malformed-zone-offset"


@pytest.mark.parametrize("date", ["1970-01-01T00:00:00Z", "1970-01-01T00:30:00+01:00", "0001-01-01T00:00:00Z"])
def test_a_time_before_1970_is_refused(date):
    assert only_refusal(at(date))[0] == "time-out-of-range"


def test_a_time_without_zone_is_refused_if_nobody_gives_one():
    assert only_refusal(at("2026-03-02T09:15:30")) == ("time-without-zone", "shipment.event[0].date")


def test_a_local_time_that_happened_twice_is_refused():
    assert only_refusal(at("2026-10-25T02:30:00", "Europe/Paris"))[0] == "time-ambiguous"


def test_a_local_time_that_was_skipped_is_refused():
    assert only_refusal(at("2026-03-29T02:30:00", "Europe/Paris"))[0] == "time-nonexistent"


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_ends_of_the_calendar_do_not_break_zones(date):
    at(date, "Pacific/Kiritimati")
    at(date, "Etc/GMT+12")


@pytest.mark.parametrize(
    "date", ["2026-03-02T09:15:30+01:00", "2026-03-02T09:15:30.999+0100", "2026-03-02 09:15:30+01:00"]
)
def test_a_stated_zone_is_used_and_named_and_a_fraction_cut_off(date):
    checkpoint = only_checkpoint(at(date, "America/New_York"))
    assert (checkpoint.occurred_at, checkpoint.zone_offset_minutes) == (MARCH_2_0915, 60)
    assert checkpoint.zone_source == ZoneSource.STATED


def test_the_importer_s_zone_is_used_and_named():
    checkpoint = only_checkpoint(at("2026-03-02T03:15:30", "America/New_York"))
    assert (checkpoint.occurred_at, checkpoint.zone_offset_minutes) == (MARCH_2_0915, -300)
    assert checkpoint.zone_source == ZoneSource.IMPORTER


@pytest.mark.parametrize("hour, minutes", [("01:59:59", 60), ("03:00:00", 120)])
def test_the_times_beside_a_change_of_clocks_are_read(hour, minutes):
    assert only_checkpoint(at(f"2026-03-29T{hour}", "Europe/Paris")).zone_offset_minutes == minutes
