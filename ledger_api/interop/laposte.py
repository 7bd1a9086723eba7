"""La Poste (letters, Colissimo, Chronopost): an answer of its tracking service, or a list of them.

Format: developer.laposte.fr, Suivi, version 2. Its times state their offset.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ledger_api.interop.problems import InteropError, Refusal
from ledger_api.interop.reading import (
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
from ledger_api.interop.times import moment_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, Incident

NAME = "laposte"
NUMBER_FIELD = "shipment.idShip"

CODES = {
    "DR1": (CheckpointKind.LABEL_CREATED, Incident.NONE),
    "DR2": (CheckpointKind.ON_HOLD, Incident.UNKNOWN),
    "PC1": (CheckpointKind.PICKED_UP, Incident.NONE),
    "PC2": (CheckpointKind.PICKED_UP, Incident.NONE),
    "ET1": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "ET2": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "ET3": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "ET4": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "EP1": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "DO1": (CheckpointKind.CUSTOMS_PROCESSING, Incident.NONE),
    "DO2": (CheckpointKind.CUSTOMS_RELEASED, Incident.NONE),
    "DO3": (CheckpointKind.ON_HOLD, Incident.CUSTOMS_DELAY),
    "ID0": (CheckpointKind.CUSTOMS_PROCESSING, Incident.NONE),
    "PB1": (CheckpointKind.ON_HOLD, Incident.UNKNOWN),
    "PB2": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "MD2": (CheckpointKind.OUT_FOR_DELIVERY, Incident.NONE),
    "ND1": (CheckpointKind.DELIVERY_FAILED, Incident.UNKNOWN),
    "AG1": (CheckpointKind.READY_FOR_PICKUP, Incident.NONE),
    "RE1": (CheckpointKind.RETURN_TO_SENDER, Incident.NONE),
    "DI0": (CheckpointKind.DELIVERED, Incident.NONE),
    "DI1": (CheckpointKind.DELIVERED, Incident.NONE),
    "DI2": (CheckpointKind.RETURNED, Incident.NONE),
    "DI3": (CheckpointKind.DELAYED, Incident.NONE),
}


def recognises(document: object) -> bool:
    """Whether the document is an answer of La Poste, or a list that begins with one."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, dict) and ("shipment" in first or "returnCode" in first)


def events(document: dict | list) -> Iterator[Found]:
    """The events of all shipments, in the document's order. Raises InteropError."""
    single = not isinstance(document, list)
    answers = [("", document)] if single else [(f"[{place}].", answer) for place, answer in enumerate(document)]
    if not any(_has_shipment(answer) for _, answer in answers):
        raise InteropError("no-shipment", f"no answer has a shipment: {shown(document)}", "shipment")
    for at, answer in answers:
        yield from _events_of(answer, at)


def _has_shipment(answer: object) -> bool:
    return isinstance(answer, dict) and answer.get("shipment") is not None


def _events_of(answer: object, at: str) -> Iterator[Found]:
    """The events of one answer; an answer without shipment is passed on, to be refused alone."""
    if not _has_shipment(answer):
        yield Found(at.rstrip("."), None)
        return
    shipment = required(answer, "shipment", dict, InteropError, at)
    at += "shipment."
    number = required(shipment, "idShip", str, InteropError, at)
    for place, event in enumerate(required(shipment, "event", list, InteropError, at)):
        yield Found(f"{at}event[{place}]", event, number)


def numbers(found: Found) -> list[str]:
    """The shipment's number."""
    if not found.number:
        raise Refusal("missing-field", "shipment is missing", "shipment")
    require_object(found.value, Refusal)
    return [found.number]


def checkpoint(found: Found, default_zone: ZoneInfo | None) -> Checkpoint:
    """What one event says. Raises Refusal."""
    event = found.value
    code = required(event, "code", str, Refusal)
    moment = moment_of(required(event, "date", str, Refusal), "date", default_zone=default_zone)
    kind, incident = CODES.get(code, (CheckpointKind.UNKNOWN, Incident.NONE))
    return Checkpoint(
        **vars(moment),
        kind=kind,
        incident=incident,
        code=bounded_code(code),
        text=line_of(TEXT_LIMIT_CHARACTERS, optional(event, "label", str, Refusal)),
        original=canonical(event),
    )
