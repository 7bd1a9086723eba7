"""A carrier's file of a day: a table whose lines are read or refused one by one."""

import pytest

from ledger_api.interop import InteropError, dayfile, parse
from ledger_api.vocabulary import CheckpointKind, Incident, ZoneSource

NUMBER = "RR473124829PL"
HEAD = "number,time,status,reason,country,code\n"
LINE = f"{NUMBER},2026-11-30T09:12:00+01:00,on_hold,customs_documentation,PL,WAW 2\n"


def read(text: str | bytes, zone: str | None = None):
    document = text if isinstance(text, bytes) else text.encode()
    return parse(document, tracking_numbers=[NUMBER], default_zone=zone)


def refusals(text: str, zone: str | None = None) -> list[tuple[str, str]]:
    return [(item.reason_slug, item.field) for item in read(text, zone).refused]


# --- What is refused


@pytest.mark.parametrize("missing", dayfile.NEEDED)
def test_a_column_that_is_needed_is_asked_for(missing):
    with pytest.raises(InteropError) as caught:
        read(HEAD.replace(missing, "other") + LINE)
    # Without a number it is no table at all.
    assert caught.value.slug == ("malformed-json" if missing == "number" else "missing-field")


@pytest.mark.parametrize(
    ("line", "slug", "field"),
    [
        (f"{NUMBER},,arrived,,,\n", "missing-field", "line 2.time"),
        (f"{NUMBER}\n", "missing-field", "line 2.time"),
        (",2026-11-30T09:12:00Z,arrived\n", "missing-field", "line 2.number"),
        (f"{NUMBER},yesterday,arrived\n", "malformed-time", "line 2.time"),
        (f"{NUMBER},2026-11-30T09:12:00,arrived\n", "time-without-zone", "line 2.time"),
        (f"{NUMBER},2026-11-30T09:12:00Z,gone\n", "wrong-type", "line 2.status"),
        (f"{NUMBER},2026-11-30T09:12:00Z,arrived,hunger\n", "wrong-type", "line 2.reason"),
        (f"{NUMBER},2026-11-30T09:12:00Z,arrived,,Poland\n", "wrong-type", "line 2.country"),
        (f"{NUMBER},2026-11-30T09:12:00Z,arrived,,PL,1,2\n", "wrong-type", "line 2"),
        (f"{'9' * 201},2026-11-30T09:12:00Z,arrived\n", "wrong-type", "line 2.number"),
        ("RR1,2026-11-30T09:12:00Z,arrived\n", "parcel-not-of-this-return", "line 2.number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(line, slug, field):
    text = HEAD + line + LINE
    assert refusals(text) == [(slug, field)]
    assert len(read(text).parcels[NUMBER]) == 1


def test_a_quotation_mark_that_is_not_closed_names_its_line():
    with pytest.raises(InteropError) as caught:
        read(HEAD + LINE + f'"{NUMBER}"x,2026-11-30T09:12:00Z,arrived\n')
    assert (caught.value.slug, caught.value.field) == ("malformed-csv", "line 3")


@pytest.mark.parametrize("document", [b"\xff\xfe", b"name,when\n1,2\n", b"", b"\x00\x01number"])
def test_what_is_no_table_is_not_read_as_one(document):
    assert dayfile.table_of(document) is None


# --- What is read


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_is_read_as_programs_write_it(separator, mark, ending):
    text = mark + (HEAD + LINE).replace(",", separator).replace("\n", ending)
    (found,) = read(text).parcels[NUMBER]
    assert (found.kind, found.incident) == (CheckpointKind.ON_HOLD, Incident.CUSTOMS_DOCUMENTATION)
    assert (found.country, found.code, found.zone_offset_minutes) == ("PL", "WAW 2", 60)
    assert found.zone_source == ZoneSource.STATED


def test_columns_may_stand_in_any_order_and_others_are_left():
    text = f"Problem;STATUS;Number;Time\nsomething;Out for delivery;{NUMBER.lower()};2026-11-30 09:12+01:00\n"
    (found,) = read(text).parcels[NUMBER]
    assert (found.kind, found.incident) == (CheckpointKind.OUT_FOR_DELIVERY, Incident.NONE)


def test_a_time_without_zone_is_in_that_of_the_importer():
    (found,) = read(f"number,time,status\n{NUMBER},2026-07-01T12:00,arrived\n", "Europe/Warsaw").parcels[NUMBER]
    assert (found.zone_offset_minutes, found.zone_source) == (120, ZoneSource.IMPORTER)


def test_empty_lines_are_nothing_and_the_count_of_lines_goes_on():
    assert refusals(f"\n\n{HEAD}\n,,\n{NUMBER},never,arrived\n") == [("malformed-time", "line 6.time")]


def test_a_cell_with_a_line_break_is_one_cell():
    text = f'number,time,status,note\n{NUMBER},2026-11-30T09:12:00Z,arrived,"a\nb"\n{NUMBER},never,arrived\n'
    assert refusals(text) == [("malformed-time", "line 4.time")]


def test_every_status_and_reason_can_be_written():
    lines = [f"{NUMBER},2026-11-30T09:12:{i:02}Z,{name}\n" for i, name in enumerate(dayfile.STATUSES)]
    lines += [f"{NUMBER},2026-11-30T10:12:{i:02}Z,delayed,{name}\n" for i, name in enumerate(dayfile.REASONS)]
    assert len(read(HEAD + "".join(lines)).parcels[NUMBER]) == len(CheckpointKind) + len(Incident)
