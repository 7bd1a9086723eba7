"""What a carrier recorded lately, and its corrections: the wrong scan stays visible beside what is right."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import render_template, request, url_for

from ledger_api.errors import NotFound
from ledger_api.pages import carrying
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.common import ledger, now, pages_blueprint, view
from ledger_api.rules.checkpoint_facts import (
    fact_key_of_words,
    pack_code,
    pack_facts,
    unpack_code,
    unpack_facts,
)
from ledger_api.rules.countries import country_name
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.identifiers import parcel_number
from ledger_api.rules.return_state import CHECKPOINT, CORRECTION, checkpoints_of
from ledger_api.rules.times import moment
from ledger_api.rules.wording import reason_words
from ledger_api.texts import _
from ledger_api.vocabulary import COUNTRIES, Checkpoint, CheckpointKind, Incident, ReasonCategory

blueprint = pages_blueprint("corrections")

SHOWN_LIMIT = 50
PARCELS_LIMIT = 5_000  # the newest of the book
CLOCK_TOLERANCE_S = 300
DID_NOT_OCCUR = "did_not_occur"


@dataclass(frozen=True)
class Scan:
    """One thing that was recorded of a parcel, with the words under which a correction names it."""

    parcel: object  # of the book
    facts: bytes
    code: bytes
    recorded_at: int
    reported: int
    corrected: dict | None  # {reason, recorded_at}

    @property
    def number(self) -> str:
        return parcel_number(self.parcel.number).text

    @property
    def words(self) -> str:
        return in_words(self.facts, self.code)

    @property
    def occurred_at(self) -> int:
        return unpack_facts(self.facts).occurred_at

    @property
    def key(self) -> str:
        return hex_of(fact_key_of_words(self.facts, self.code))


def in_words(facts: bytes, code: bytes) -> str:
    """“Not delivered: Recipient not at home · Poland, LEJ 1”."""
    said, text = unpack_facts(facts), unpack_code(code)
    what = carrying.happened_words(said.kind, said.incident, text)
    where = ", ".join(part for part in (said.country and country_name(said.country), text) if part)
    return f"{what} · {where}" if where else what


def scans_of(parcel, look) -> list[Scan]:
    """All that was recorded of a parcel, each fact once, in the order of recording."""
    entries, said = look.entries_of(parcel.parcel_id), {}
    for entry in entries:
        if entry.name == CHECKPOINT or (entry.name == CORRECTION and any(entry.values["facts"])):
            facts, code = entry.values["facts"], entry.values["code"]
            said.setdefault(fact_key_of_words(facts, code), (facts, code))
    told = checkpoints_of(entries)  # in the same order
    return [
        Scan(parcel, *words, item["recorded_at"], item["reported"], item["corrected"])
        for words, item in zip(said.values(), told, strict=True)
    ]


@blueprint.get("/scan/recent")
def show():
    """The newest first."""
    number, _actor = carrying.carrier()
    book = {parcel.parcel_id: parcel for parcel in ledger().parcel_book.of(number)[:PARCELS_LIMIT]}
    with view() as look:
        lately = look.latest_subjects(list(book), SHOWN_LIMIT)
        scans = [scan for subject in lately for scan in scans_of(book[subject], look)]
        scans.sort(key=lambda scan: (-scan.recorded_at, -scan.occurred_at))
        reasons = {reason: reason_words(reason) for reason in _reasons(look)}
    return render_template(
        "corrections/list.html",
        scans=scans[:SHOWN_LIMIT],
        reasons=reasons,
        more=len(scans) > SHOWN_LIMIT,
        corrected=request.args.get("corrected") == "1",
    )


def _reasons(look) -> dict[int, str]:
    """Number → handle of the registry's reasons for corrections."""
    found = look.registry.reasons.items()
    return {number: handle for number, (category, handle) in found if category == ReasonCategory.CORRECTION}


# --- One correction ---------------------------------------------------------------------------------------------------


@blueprint.route("/scan/recent/<tracking>/<key>", methods=["GET", "POST"])
def correct(tracking: str, key: str):
    """The form: that it did not happen, or what is right; then the page on which it is signed."""
    number, actor = carrying.carrier()
    errors = Errors()
    with view() as look:
        scan, reasons = _find(number, tracking, key, look), _reasons(look)
    if request.method == "POST":
        reason = request.form.get("reason", "")
        right = None
        if not reason.isdigit() or int(reason) not in reasons:
            errors.add("reason", _("Choose what is wrong."))
        elif reasons[int(reason)] != DID_NOT_OCCUR:
            right = _right(scan, errors)
        if not errors:
            return sign_page(_to_sign(number, actor, scan, int(reason), right))
    return form_page("corrections/form.html", errors, **_form(scan, reasons))


def _find(number: int, tracking: str, key: str, look) -> Scan:
    """The scan of an address; raises NotFound."""
    parcel = next((item for item in ledger().parcel_book.of(number) if hex_of(item.tracking) == tracking), None)
    found = [scan for scan in scans_of(parcel, look) if scan.key == key] if parcel else []
    if not found or found[0].corrected:
        raise NotFound("There is no such scan, or it is corrected already")
    return found[0]


def _form(scan: Scan, reasons: dict[int, str]) -> dict:
    """What the form shows: what was typed, else what was recorded."""
    said = unpack_facts(scan.facts)
    shown = {
        "kind": str(int(said.kind)),
        "incident": str(int(said.incident)),
        "country": said.country,
        "code": unpack_code(scan.code),
        "at": _local(said.occurred_at, said.zone_offset_minutes),
    }
    kinds = carrying.kind_words()
    offered = [*carrying.USUAL, *carrying.CUSTOMS, *carrying.SPECIAL]
    if said.kind not in offered:
        offered.append(said.kind)
    return {
        "scan": scan,
        "form": request.form if request.method == "POST" else shown,
        "reasons": [(reason, reason_words(reason), handle == DID_NOT_OCCUR) for reason, handle in reasons.items()],
        "kinds": [(int(kind), kinds[kind]) for kind in offered],
        "incidents": carrying.reason_choices(),
        "countries": carrying.country_choices(),
        "zone": _zone(said.zone_offset_minutes),
    }


def _local(at: int, offset_minutes: int) -> str:
    """As a field for date and time has it, in the zone of the scan."""
    return (datetime.fromtimestamp(at, UTC) + timedelta(minutes=offset_minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def _zone(offset_minutes: int) -> str:
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"UTC{'-' if offset_minutes < 0 else '+'}{hours:02}:{minutes:02}" if offset_minutes else "UTC"


def _right(scan: Scan, errors: Errors) -> tuple[bytes, bytes]:
    """The words for what is right; what nobody may change stays as it was."""
    said, form = unpack_facts(scan.facts), request.form
    kind = _kind(form, said.kind, errors)
    incident = _incident(form, kind, said, errors)
    at = _moment(form, said.zone_offset_minutes, said.occurred_at, errors)
    country = form.get("country", "")
    if country and country not in COUNTRIES:
        errors.add("country", _("Choose a country of the list."))
    code = form.get("code", "").strip()
    try:
        packed = pack_code(code)
    except ValueError:
        errors.add("code", _("Use plain letters and digits for the depot, at most 32."))
    if errors:
        return bytes(32), bytes(32)
    told = Checkpoint(at, kind, incident, country, said.zone_source, said.zone_offset_minutes, code)
    facts = pack_facts(told, said.performer)
    if (facts, packed) == (scan.facts, scan.code):
        errors.add("kind", _("This is what was recorded. Change what is wrong."))
    return facts, packed


def _kind(form, before: CheckpointKind, errors: Errors) -> CheckpointKind:
    offered = {*carrying.USUAL, *carrying.CUSTOMS, *carrying.SPECIAL, before}
    found = next((kind for kind in offered if str(int(kind)) == form.get("kind")), None)
    if found is None:
        errors.add("kind", _("Choose what happened."))
    return found or before


def _incident(form, kind: CheckpointKind, said, errors: Errors) -> Incident:
    """The reason, where what happened has some to choose from."""
    fitting = carrying.REASONS_OF.get(kind, ())
    if not fitting:
        return said.incident if kind == said.kind else Incident.NONE
    found = next((reason for reason in fitting if str(int(reason)) == form.get("incident")), None)
    if found is None:
        words = carrying.reason_words()
        some = ", ".join(words[reason] for reason in fitting[:3])
        errors.add("incident", _("Choose a reason that fits, such as: %(some)s.", some=some))
    return found or Incident.NONE


def _moment(form, offset_minutes: int, before: int, errors: Errors) -> int:
    """Unix seconds UTC of the time that was typed in the zone of the scan."""
    try:
        typed = datetime.fromisoformat(form.get("at", "").strip()).replace(tzinfo=None)
        at = int((typed - timedelta(minutes=offset_minutes)).replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        errors.add("at", _("Enter date and time."))
        return before
    if at <= 0 or at > now() + CLOCK_TOLERANCE_S:
        errors.add("at", _("Enter a time that has come already."))
        return before
    return at


def _to_sign(number: int, actor: bytes, scan: Scan, reason: int, right: tuple[bytes, bytes] | None) -> ToSign:
    facts, code = right or (bytes(32), bytes(32))
    values = {
        "participant": number,
        "tracking": scan.parcel.tracking,
        "wrongFacts": scan.facts,
        "wrongCode": scan.code,
        "reason": reason,
        "facts": facts,
        "code": code,
        "document": bytes(32),
    }
    back = url_for(".correct", tracking=hex_of(scan.parcel.tracking), key=scan.key)
    was = _("%(what)s, %(when)s", what=scan.words, when=moment(scan.occurred_at))
    instead = _("Nothing: it did not happen")
    if right:
        instead = _("%(what)s, %(when)s", what=in_words(*right), when=moment(unpack_facts(facts).occurred_at))
    return ToSign(
        actor=actor,
        requests=[("correctCheckpoint", values)],
        heading=_("Correct a scan"),
        rows=[
            Row(_("Parcel"), scan.number),
            Row(_("What was recorded"), was),
            Row(_("What is right"), instead, back),
            Row(_("What is wrong"), reason_words(reason), back),
        ],
        button=_("Correct this scan"),
        commits=_("The wrong scan stays visible, marked as corrected. It no longer counts."),
        then=url_for(".show", corrected=1),
        back=back,
    )
