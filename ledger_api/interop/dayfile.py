"""A carrier's file of a day: a table as text (CSV, RFC 4180) with a line for each thing that happened to a parcel.

The first line names the columns: `number`, `time`, `status`, and if wanted `reason`, `country`, `code`. Between them
stand commas, semicolons or tabs. Columns of other names are not read.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ledger_api.interop.problems import InteropError, Refusal
from ledger_api.interop.reading import Found, bounded_code, canonical, shown
from ledger_api.interop.times import moment_of
from ledger_api.vocabulary import COUNTRIES, Checkpoint, CheckpointKind, Incident

NAME = "csv"
NUMBER_FIELD = "number"

NEEDED = ("number", "time", "status")
COLUMNS = (*NEEDED, "reason", "country", "code")
SEPARATORS = ",;\t"
CELL_LIMIT_CHARACTERS = 200
STATUSES = {kind.name.lower(): kind for kind in CheckpointKind}
REASONS = {reason.name.lower(): reason for reason in Incident}
_MARK = "\ufeff"


@dataclass(frozen=True)
class Table:
    """The text of a file that is a table."""

    text: str
    separator: str


def table_of(document: bytes) -> Table | None:
    """The table that a document is; None if its first line names no column `number`."""
    try:
        text = document.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError:
        return None
    first = text.lstrip().partition("\n")[0]
    for separator in SEPARATORS:
        if "number" in _names(first.split(separator)):
            return Table(text, separator)
    return None


def recognises(document: object) -> bool:
    """Whether it was read as a table."""
    return isinstance(document, Table)


def events(document: Table) -> Iterator[Found]:
    """One for each line with something in it, named by its number in the file. Raises InteropError."""
    reader = csv.reader(io.StringIO(document.text.lstrip()), delimiter=document.separator, strict=True)
    names = _names(next(reader))
    for name in NEEDED:
        if name not in names:
            raise InteropError("missing-field", f"the first line names no column {name}", name)
    skipped = document.text[: len(document.text) - len(document.text.lstrip())].count("\n")
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Found(f"line {skipped + reader.line_num}", _row(names, cells))
    except csv.Error as error:
        place = f"line {skipped + reader.line_num}"
        raise InteropError("malformed-csv", f"{place} cannot be read: {error}", place) from None


def _names(cells: list[str]) -> list[str]:
    return [cell.strip().strip('"').strip().casefold() for cell in cells]


def _row(names: list[str], cells: list[str]) -> dict | None:
    """Cells by column; None where the line has more than there are columns."""
    if len(cells) > len(names):
        return None
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name in COLUMNS}


def numbers(found: Found) -> list[str]:
    """The parcel of a line. Raises Refusal."""
    if found.value is None:
        raise Refusal("wrong-type", "has more cells than the first line has columns", "")
    for name, cell in found.value.items():
        if len(cell) > CELL_LIMIT_CHARACTERS:
            raise Refusal("wrong-type", f"has more than {CELL_LIMIT_CHARACTERS} characters", name)
    return [_cell(found, "number")]


def checkpoint(found: Found, default_zone: ZoneInfo | None) -> Checkpoint:
    """What a line says. Raises Refusal."""
    moment = moment_of(_cell(found, "time"), "time", default_zone=default_zone)
    return Checkpoint(
        occurred_at=moment.occurred_at,
        kind=_chosen(STATUSES, _cell(found, "status"), "status"),
        incident=_chosen(REASONS, found.value.get("reason") or "none", "reason"),
        country=_country(found.value.get("country", "")),
        zone_source=moment.zone_source,
        zone_offset_minutes=moment.zone_offset_minutes,
        code=bounded_code(found.value["code"]) if found.value.get("code") else "",
        original=canonical(found.value),
    )


def _cell(found: Found, name: str) -> str:
    cell = found.value.get(name, "")
    if not cell:
        raise Refusal("missing-field", f"{name} is missing", name)
    return cell


def _chosen(values: dict, given: str, name: str):
    plain = given.casefold().replace(" ", "_").replace("-", "_")
    if plain not in values:
        raise Refusal("wrong-type", f"{shown(given)} is none of {', '.join(values)}", name)
    return values[plain]


def _country(given: str) -> str:
    if given and given.upper() not in COUNTRIES:
        raise Refusal("wrong-type", f"{shown(given)} is no country as ISO 3166-1 alpha-2 has it", "country")
    return given.upper()
