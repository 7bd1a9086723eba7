"""A carrier's file of a day: what it would record is shown line by line, then signed in the browser, in batches."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from flask import Response, request, url_for

from ledger_api.interop import InteropError, Refused, dayfile, parse
from ledger_api.pages import carrying
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.common import ledger, now, pages_blueprint, view
from ledger_api.rules import requests as rules
from ledger_api.rules.checkpoint_facts import fact_key, fact_key_of_words, pack_code, pack_facts
from ledger_api.rules.times import moment
from ledger_api.texts import _, mark, marked, ngettext
from ledger_api.vocabulary import Checkpoint

blueprint = pages_blueprint("uploads")

BATCH_ITEMS = 200  # under one signature
CHECKPOINTS_LIMIT = 5_000  # of one file
SHOWN_LIMIT = 100  # lines of each kind on the page
OF_OTHERS = "parcel-not-of-this-return"  # here: of no parcel that was announced
CLOCK_TOLERANCE_S = 300

# What is wrong with a line, for whoever wrote the file.
PROBLEMS = {
    "missing-field": mark("This is missing."),
    "wrong-type": mark("This cannot be read."),
    "event-type-unsupported": mark("Events of this type cannot be read."),
    "correction-not-supported-yet": mark("It takes back an earlier event. Correct that one by hand."),
    "malformed-time": mark("Write the time as 2026-11-30T14:05:00+01:00."),
    "time-out-of-range": mark("This time is before 1970."),
    "time-without-zone": mark("The time has no zone. Add one, or choose one above."),
    "time-ambiguous": mark("The clocks showed this time twice. Add the zone, such as +01:00."),
    "time-nonexistent": mark("The clocks skipped this time. Add the zone, such as +01:00."),
    "malformed-zone-offset": mark("Write the zone as +01:00."),
    "in-the-future": mark("This time has not come yet."),
}
FILE_PROBLEMS = {
    "unknown-format": mark("This is no file that can be read here. Below is what can be."),
    "malformed-json": mark("This is no file that can be read here. Below is what can be."),
    "malformed-csv": mark("The table cannot be taken apart: %(detail)s."),
    "missing-field": mark("The file is not complete: %(detail)s."),
    "too-many-events": mark("The file has too many lines. Upload it in parts."),
    "unknown-zone": mark("Choose a time zone by its name, such as Europe/Warsaw."),
}


@dataclass(frozen=True)
class Line:
    """One line of the preview."""

    place: str  # in the file
    number: str = ""  # of the parcel
    words: str = ""
    when: str = ""
    country: str = ""


@dataclass
class Preview:
    """What a file says: what is new, and why the rest is not."""

    new: list = field(default_factory=list)  # (parcel, checkpoint)
    known: int = 0
    of_others: list = field(default_factory=list)  # Refused
    wrong: list = field(default_factory=list)  # Refused


@blueprint.get("/scan/upload")
def show():
    """The form; `recorded` is how many an upload before it recorded."""
    recorded = request.args.get("recorded", "")
    return _form(Errors(), recorded=int(recorded) if recorded.isdigit() and len(recorded) < 7 else 0)


@blueprint.post("/scan/upload")
def check():
    """What the file would record, to be signed; or what is wrong with it."""
    number, actor = carrying.carrier()
    errors = Errors()
    document, zone = _document(errors), request.form.get("zone", "").strip()
    preview = Preview() if errors else _read(number, document, zone, errors)
    if not errors and len(preview.new) > CHECKPOINTS_LIMIT:
        errors.add("file", _("The file has too many lines. Upload it in parts."))
    if errors:
        return _form(errors)
    more = {"wrong": _wrong_lines(preview), "failed": failed_lines(document, preview.wrong), "limit": SHOWN_LIMIT}
    return sign_page(
        _to_sign(number, actor, preview),
        "scan/upload_check.html",
        new=[_line(parcel, checkpoint) for parcel, checkpoint in preview.new],
        preview=preview,
        of_others=[_place(refused) for refused in preview.of_others],
        **more,
    )


@blueprint.post("/scan/upload/failed.csv")
def download() -> Response:
    """The lines that could not be read, as the page before held them: to be corrected and uploaded again."""
    response = Response(request.form.get("lines", ""), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="failed-lines.csv"'
    return response


def _form(errors: Errors, recorded: int = 0) -> Response:
    carrying.carrier()
    statuses = [(name, carrying.kind_words()[kind]) for name, kind in dayfile.STATUSES.items()]
    reasons = [(name, carrying.reason_words().get(reason, "")) for name, reason in dayfile.REASONS.items()]
    shown = {"statuses": statuses, "reasons": [row for row in reasons if row[1]], "recorded": recorded}
    return form_page("scan/upload.html", errors, form=request.form, **shown)


# --- Reading


def _document(errors: Errors) -> bytes:
    given = request.files.get("file")
    document = given.read() if given else b""
    if not document.strip():
        errors.add("file", _("Choose a file with something in it."))
    return document


def _read(participant: int, document: bytes, zone: str, errors: Errors) -> Preview:
    """What the file says of the carrier's parcels that are known here."""
    parcels = {parcel.number: parcel for parcel in reversed(ledger().parcel_book.of(participant))}
    try:
        result = parse(document, tracking_numbers=list(parcels), default_zone=zone or None)
    except InteropError as error:
        words = FILE_PROBLEMS.get(error.slug, mark("The file cannot be read: %(detail)s."))
        errors.add("zone" if error.slug == "unknown-zone" else "file", marked(words, detail=error.detail))
        return Preview()
    found = Preview()
    for refused in result.refused:
        (found.of_others if refused.reason_slug == OF_OTHERS else found.wrong).append(refused)
    latest = now() + CLOCK_TOLERANCE_S
    with view() as look:
        for number, checkpoints in result.parcels.items():
            known = _known(look, parcels[number])
            for checkpoint in checkpoints:
                if checkpoint.occurred_at > latest:
                    found.wrong.append(Refused(checkpoint.source_index, "in-the-future", "", "time"))
                elif fact_key(checkpoint) in known:
                    found.known += 1
                else:
                    found.new.append((parcels[number], checkpoint))
    found.new.sort(key=lambda item: (item[1].occurred_at, item[1].source_index))
    found.wrong.sort(key=lambda refused: refused.source_index)
    found.known += result.duplicates
    return found


def _known(look, parcel) -> set[bytes]:
    return {
        fact_key_of_words(entry.values["facts"], entry.values["code"])
        for entry in look.entries_of(parcel.parcel_id)
        if entry.name == "CheckpointRecorded"
    }


# --- Showing


def _line(parcel, checkpoint: Checkpoint) -> Line:
    words = carrying.happened_words(checkpoint.kind, checkpoint.incident, checkpoint.code)
    return Line("", parcel.number, words, moment(checkpoint.occurred_at), checkpoint.country)


def _place(refused: Refused) -> str:
    """Where it stands in the file: a line of a table, else the path of the event."""
    name, _dot, rest = refused.field.partition(".")
    if name.startswith("line ") and name[5:].isdigit():
        return _("Line %(number)s", number=name[5:])
    return refused.field or _("Event %(number)s", number=refused.source_index + 1)


def _wrong_lines(preview: Preview) -> list[tuple[str, str, str]]:
    """(place, what is wrong with which field, more in the format's own words)."""
    return [
        (_place(refused), refused.field.rpartition(".")[2], marked(PROBLEMS[refused.reason_slug]))
        for refused in preview.wrong
    ]


def failed_lines(document: bytes, wrong: list[Refused]) -> str:
    """The lines that cannot be read as a table of their own; what is wrong stands in a column that is not read."""
    if not wrong:
        return ""
    table = dayfile.table_of(document)
    rows = [found.value or {} for found in dayfile.events(table)] if table else []
    out = io.StringIO()
    writer = csv.writer(out)
    names = dayfile.COLUMNS if table else ("place",)
    writer.writerow([*names, "problem"])
    for refused in wrong:
        cells = [rows[refused.source_index].get(name, "") for name in names] if table else [refused.field]
        writer.writerow([*cells, marked(PROBLEMS[refused.reason_slug])])
    return out.getvalue()


# --- Signing


def _to_sign(participant: int, actor: bytes, preview: Preview) -> ToSign:
    items = [
        {
            "tracking": parcel.tracking,
            "facts": pack_facts(checkpoint),
            "code": pack_code(checkpoint.code),
            "document": bytes(32),
        }
        for parcel, checkpoint in preview.new
    ]
    batches = [items[i : i + BATCH_ITEMS] for i in range(0, len(items), BATCH_ITEMS)]
    action = rules.action_of("ParcelLedger", "recordCheckpointBatch")
    count = len(items)
    return ToSign(
        actor=actor,
        requests=[(action.name, {"participant": participant, "checkpoints": batch}) for batch in batches],
        heading=_("What this file records"),
        rows=_summary(preview),
        button=ngettext("Record %(num)s checkpoint", "Record %(num)s checkpoints", count),
        then=url_for(".show", recorded=count),
        back=url_for(".show"),
    )


def _summary(preview: Preview) -> list[Row]:
    """How many of what."""
    by_kind = Counter(checkpoint.kind for _, checkpoint in preview.new)
    words = carrying.kind_words()
    return [Row(words[kind], str(count)) for kind, count in by_kind.most_common()]
