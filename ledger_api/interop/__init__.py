"""Documents of other systems, read as checkpoints: one module per outside format.

A format's module has NAME, NUMBER_FIELD, `recognises(document)`, `events(document)`, `numbers(found)` and
`checkpoint(found, default_zone)`. What they raise: problems.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from types import ModuleType
from zoneinfo import ZoneInfo

from ledger_api.interop import dayfile, easypost, epcis, laposte
from ledger_api.interop.problems import DOCUMENT_PROBLEMS, EVENT_REFUSALS, InteropError, Refusal
from ledger_api.interop.reading import Found, load, shown
from ledger_api.interop.times import zone_named
from ledger_api.rules.identifiers import parcel_number
from ledger_api.vocabulary import Checkpoint

__all__ = ["DOCUMENT_PROBLEMS", "EVENT_REFUSALS", "FORMATS", "ImportResult", "InteropError", "Refused", "parse"]

FORMATS = (dayfile, epcis, easypost, laposte)
EVENTS_LIMIT = 50_000


@dataclass(frozen=True)
class Refused:
    """One event that cannot be imported."""

    source_index: int  # position of the event in the document, from 0
    reason_slug: str  # one of EVENT_REFUSALS
    detail: str
    field: str  # path in the document, for example epcisBody.eventList[0].eventTime


@dataclass(frozen=True)
class ImportResult:
    """What a document says."""

    format: str
    parcels: dict[str, list[Checkpoint]] = field(default_factory=dict)  # by tracking number, oldest first
    refused: list[Refused] = field(default_factory=list)  # in the document's order
    duplicates: int = 0  # events that say again what an earlier one of the document says


def parse(document: bytes, *, tracking_numbers: Iterable[str], default_zone: str | None = None) -> ImportResult:
    """Reads a document of any known format, told by its content.

    `tracking_numbers` are those of the return's parcels; the result's keys are spelt as there. `default_zone` is an
    IANA name for times without zone. The caller limits the size. Raises InteropError if nothing can be read.
    """
    zone = zone_named(default_zone) if default_zone is not None else None
    parsed = dayfile.table_of(document) or load(document)
    form = _format_of(parsed)
    known = {_canonical(number): number for number in reversed([*tracking_numbers]) if number.strip()}
    read: dict[str, list[Checkpoint]] = {}
    refused = []
    for position, found in enumerate(_events_of(form, parsed)):
        try:
            _read_event(form, found, position, known, zone, read)
        except Refusal as refusal:
            path = ".".join(part for part in (found.path, refusal.field) if part)
            refused.append(Refused(position, refusal.slug, refusal.detail, path))
    parcels = {number: _in_order(checkpoints) for number, checkpoints in read.items()}
    duplicates = sum(len(read[number]) - len(parcels[number]) for number in read)
    return ImportResult(form.NAME, parcels, refused, duplicates)


def _format_of(parsed: object) -> ModuleType:
    for form in FORMATS:
        if form.recognises(parsed):
            return form
    names = ", ".join(form.NAME for form in FORMATS)
    raise InteropError("unknown-format", f"{shown(parsed)} is none of {names}", "")


def _events_of(form: ModuleType, parsed: object) -> list[Found]:
    """All events before the first is read, so that a document is wrong as a whole or not at all."""
    events = [*islice(form.events(parsed), EVENTS_LIMIT + 1)]
    if len(events) > EVENTS_LIMIT:
        raise InteropError("too-many-events", f"more than {EVENTS_LIMIT} events; import it in parts", "")
    return events


def _read_event(
    form: ModuleType, found: Found, position: int, known: dict[str, str], zone: ZoneInfo | None, read: dict
) -> None:
    """Adds the event's checkpoint to each parcel that it names. Raises Refusal."""
    named = form.numbers(found)
    parcels = {known[number]: None for number in map(_canonical, named) if number in known}
    if not parcels:
        raise Refusal("parcel-not-of-this-return", f"names {shown(named)}, no parcel of this return", form.NUMBER_FIELD)
    checkpoint = replace(form.checkpoint(found, zone), source_index=position)
    for number in parcels:
        read.setdefault(number, []).append(checkpoint)


def _canonical(number: str) -> str:
    """One spelling of a tracking number."""
    return parcel_number(number).text


def _in_order(checkpoints: list[Checkpoint]) -> list[Checkpoint]:
    """By time, then by place in the document; the first of those that are the same fact."""
    first_of: dict[tuple, Checkpoint] = {}
    for checkpoint in checkpoints:
        first_of.setdefault(checkpoint.identity, checkpoint)
    return sorted(first_of.values(), key=lambda checkpoint: (checkpoint.occurred_at, checkpoint.source_index))
