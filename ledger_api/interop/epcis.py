"""GS1 EPCIS 2.0 in JSON-LD: a document, the answer to a query, or one event.

The checks are the part of GS1's JSON schema that a checkpoint rests on. Formats and vocabulary: EPCIS 2.0 and CBV 2.0.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from ledger_api.interop.problems import InteropError, Refusal
from ledger_api.interop.reading import (
    PLACE_LIMIT_CHARACTERS,
    TEXT_LIMIT_CHARACTERS,
    Found,
    bounded_code,
    canonical,
    line_of,
    optional,
    require_object,
    required,
    shown,
)
from ledger_api.interop.times import Moment, moment_of, offset_minutes
from ledger_api.vocabulary import Checkpoint, CheckpointKind, Incident, ZoneSource

NAME = "epcis"
NUMBER_FIELD = "epcList"

# By the business step. `receiving` is an arrival: it is said at every stop, and a delivery starts periods of law.
BIZ_STEPS = {
    "accepting": (CheckpointKind.PICKED_UP, Incident.NONE),
    "loading": (CheckpointKind.DEPARTED, Incident.NONE),
    "departing": (CheckpointKind.DEPARTED, Incident.NONE),
    "shipping": (CheckpointKind.DEPARTED, Incident.NONE),
    "transporting": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "arriving": (CheckpointKind.ARRIVED, Incident.NONE),
    "unloading": (CheckpointKind.ARRIVED, Incident.NONE),
    "receiving": (CheckpointKind.ARRIVED, Incident.NONE),
    "holding": (CheckpointKind.ON_HOLD, Incident.NONE),
    "void_shipping": (CheckpointKind.CANCELLED, Incident.NONE),
}

# These dispositions say more than the step.
DISPOSITIONS = {
    "damaged": (CheckpointKind.DAMAGED, Incident.NONE),
}

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
ACTIONS = ("OBSERVE", "ADD", "DELETE")
DOCUMENT_TYPES = ("EPCISDocument", "EPCISQueryDocument")

# What an event of a type must name besides: one of these, except that DELETE may name all there was.
_NAMES_ONE_OF = {
    "ObjectEvent": ("epcList", "quantityList", "sensorElementList"),
    "AggregationEvent": ("childEPCs", "childQuantityList"),
    "AssociationEvent": ("childEPCs", "childQuantityList"),
    "TransactionEvent": ("epcList", "quantityList"),
}
_TYPES_WHERE_DELETE_NAMES_ALL = ("AggregationEvent", "AssociationEvent", "TransactionEvent")
_MUST_HAVE = {"TransactionEvent": ("bizTransactionList", list), "AssociationEvent": ("parentID", str)}

_CONTEXT = re.compile(
    r"https?://(?:ref\.gs1\.org/standards/epcis/(?:2\.[0-9]+(?:\.[0-9]+)?/)?|gs1\.github\.io/EPCIS/)epcis-context\.jsonld"
)
_VERSION = re.compile(r"2(\.[0-9]+)*")
_CBV_TERM = "(?:urn:epcglobal:cbv:{urn}:|(?:cbv:|https?://(?:ref|ns)\\.gs1\\.org/(?:cbv|voc)/){web}-)?([a-z_]+)"
_BIZ_STEP = re.compile(_CBV_TERM.format(urn="bizstep", web="BizStep"))
_DISPOSITION = re.compile(_CBV_TERM.format(urn="disp", web="Disp"))


# --------------------------------------------------------------------------------------------------------- document


def recognises(document: object) -> bool:
    """Whether the document says that it is EPCIS."""
    return isinstance(document, dict) and (
        "@context" in document or "epcisBody" in document or document.get("type") in (*DOCUMENT_TYPES, *EVENT_TYPES)
    )


def events(document: dict) -> Iterator[Found]:
    """The events in the document's order. Raises InteropError."""
    _check_context(document)
    kind = required(document, "type", str, InteropError)
    if kind in EVENT_TYPES:
        yield Found("", document)
        return
    if kind not in DOCUMENT_TYPES:
        raise InteropError("wrong-type", f"type must be one of {', '.join(DOCUMENT_TYPES + EVENT_TYPES)}", "type")
    path, listed = _event_list(document, kind)
    for position, event in enumerate(listed):
        yield Found(f"{path}[{position}]", event)


def _check_context(document: dict) -> None:
    """`@context` must name GS1's, alone or in a list."""
    context = document.get("@context")
    if context is None:
        raise InteropError("missing-field", "@context is missing", "@context")
    entries = context if isinstance(context, list) else [context]
    if not any(isinstance(entry, str) and _CONTEXT.fullmatch(entry) for entry in entries):
        raise InteropError("wrong-context", f"{shown(context)} does not name GS1's EPCIS 2.0 context", "@context")


def _event_list(document: dict, kind: str) -> tuple[str, list]:
    """The list of events and where it stands."""
    _check_version(document, must=kind == "EPCISDocument")
    at, holder = "epcisBody.", required(document, "epcisBody", dict, InteropError)
    if kind == "EPCISQueryDocument":
        for name in ("queryResults", "resultsBody"):
            holder = required(holder, name, dict, InteropError, at)
            at += name + "."
    return at + "eventList", required(holder, "eventList", list, InteropError, at)


def _check_version(document: dict, must: bool) -> None:
    """`schemaVersion` and `creationDate`, which an EPCISDocument must have."""
    read = required if must else optional
    version = read(document, "schemaVersion", str, InteropError)
    if version and not _VERSION.fullmatch(version):
        raise InteropError("unsupported-version", f"schemaVersion {shown(version)} is not 2.x", "schemaVersion")
    read(document, "creationDate", str, InteropError)


# ------------------------------------------------------------------------------------------------------------ event


def numbers(found: Found) -> list[str]:
    """All that the event names, in any spelling. Raises Refusal if it is no event that can become a checkpoint."""
    event = require_object(found.value, Refusal)
    _check_event(event)
    named = [optional(event, "parentID", str, Refusal)]
    for name in ("epcList", "childEPCs"):
        named += _texts(event, name)
    return [number for number in named if number]


def _check_event(event: dict) -> None:
    """What GS1's schema asks of an event's frame, and that it takes nothing back."""
    kind = required(event, "type", str, Refusal)
    if kind not in EVENT_TYPES:
        raise Refusal("event-type-unsupported", f"{shown(kind)} is none of {', '.join(EVENT_TYPES)}", "type")
    if event.get("errorDeclaration") is not None:
        raise Refusal("correction-not-supported-yet", "the event takes back an earlier one", "errorDeclaration")
    if kind in _MUST_HAVE:
        required(event, *_MUST_HAVE[kind], Refusal)
    if kind != "TransformationEvent":
        _check_action(event, kind)


def _check_action(event: dict, kind: str) -> None:
    action = required(event, "action", str, Refusal)
    if action not in ACTIONS:
        raise Refusal("wrong-type", f"action must be one of {', '.join(ACTIONS)}, is {shown(action)}", "action")
    if action == "DELETE" and kind in _TYPES_WHERE_DELETE_NAMES_ALL:
        return
    names = _NAMES_ONE_OF[kind]
    if all(optional(event, name, list, Refusal) is None for name in names):
        raise Refusal("missing-field", f"one of {', '.join(names)} is needed", names[0])


def _texts(event: dict, name: str) -> list[str]:
    """A list of texts, or nothing."""
    listed = optional(event, name, list, Refusal) or []
    for position, text in enumerate(listed):
        if not isinstance(text, str):
            raise Refusal("wrong-type", f"{name} must hold texts, not {shown(text)}", f"{name}[{position}]")
    return listed


def checkpoint(found: Found, default_zone: ZoneInfo | None) -> Checkpoint:
    """What one event says. Raises Refusal."""
    event = found.value
    moment = _moment(event, default_zone)
    step = optional(event, "bizStep", str, Refusal) or ""
    disposition = optional(event, "disposition", str, Refusal) or ""
    kind, incident = _meaning(_bare(_BIZ_STEP, step), _bare(_DISPOSITION, disposition))
    return Checkpoint(
        **vars(moment),
        kind=kind,
        incident=incident,
        code=_code(step),
        place=line_of(PLACE_LIMIT_CHARACTERS, _place(event)),
        text=line_of(TEXT_LIMIT_CHARACTERS, _bare(_BIZ_STEP, step), _bare(_DISPOSITION, disposition)),
        original=canonical(event),
    )


def _moment(event: dict, default_zone: ZoneInfo | None) -> Moment:
    """`eventTime`, with the offset of the place where it happened, which EPCIS says apart."""
    offset = offset_minutes(required(event, "eventTimeZoneOffset", str, Refusal), "eventTimeZoneOffset")
    moment = moment_of(required(event, "eventTime", str, Refusal), "eventTime", default_zone=default_zone)
    stated = moment.zone_source == ZoneSource.STATED
    return replace(moment, zone_offset_minutes=offset) if stated else moment


def _meaning(step: str, disposition: str) -> tuple[CheckpointKind, Incident]:
    unknown = (CheckpointKind.UNKNOWN, Incident.NONE)
    return DISPOSITIONS.get(disposition) or BIZ_STEPS.get(step, unknown)


def _bare(term: re.Pattern, text: str) -> str:
    """A term of GS1's Core Business Vocabulary without its prefix; anything else as it is."""
    match = term.fullmatch(text)
    return match[1] if match else text


def _code(step: str) -> str:
    """The business step as the chain keeps it, readable by its last part; empty if the event has none."""
    bare = _bare(_BIZ_STEP, step)
    return bounded_code(bare, readable=re.split(r"[/:#]", bare)[-1]) if bare else ""


def _place(event: dict) -> str:
    """Where it was read, or else where it is."""
    for name in ("readPoint", "bizLocation"):
        place = optional(event, name, dict, Refusal)
        if place is not None:
            return required(place, "id", str, Refusal, name + ".")
    return ""
