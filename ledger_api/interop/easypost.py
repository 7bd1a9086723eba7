"""EasyPost: a Tracker, or the Event of a webhook whose `result` is one.

Format: docs.easypost.com/docs/trackers. Its times are UTC where EasyPost does not know the place.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ledger_api.interop.problems import InteropError, Refusal
from ledger_api.interop.reading import (
    PLACE_LIMIT_CHARACTERS,
    TEXT_LIMIT_CHARACTERS,
    Found,
    bounded_code,
    canonical,
    country_of,
    line_of,
    optional,
    require_object,
    required,
    shown,
)
from ledger_api.interop.times import moment_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, Incident

NAME = "easypost"
NUMBER_FIELD = "tracking_code"
UTC_OFFSET_MINUTES = 0

STATUSES = {
    "unknown": (CheckpointKind.UNKNOWN, Incident.NONE),
    "pre_transit": (CheckpointKind.LABEL_CREATED, Incident.NONE),
    "in_transit": (CheckpointKind.IN_TRANSIT, Incident.NONE),
    "out_for_delivery": (CheckpointKind.OUT_FOR_DELIVERY, Incident.NONE),
    "delivered": (CheckpointKind.DELIVERED, Incident.NONE),
    "available_for_pickup": (CheckpointKind.READY_FOR_PICKUP, Incident.NONE),
    "return_to_sender": (CheckpointKind.RETURN_TO_SENDER, Incident.NONE),
    "failure": (CheckpointKind.DELIVERY_FAILED, Incident.NONE),
    "cancelled": (CheckpointKind.CANCELLED, Incident.NONE),
    "error": (CheckpointKind.UNKNOWN, Incident.NONE),
}

# These say more than the statuses in_transit and failure; next to any other status the status decides.
STATUS_DETAILS = {
    "arrived_at_destination": (CheckpointKind.ARRIVED, Incident.NONE),
    "arrived_at_facility": (CheckpointKind.ARRIVED, Incident.NONE),
    "received_at_destination_facility": (CheckpointKind.ARRIVED, Incident.NONE),
    "received_at_origin_facility": (CheckpointKind.ARRIVED, Incident.NONE),
    "departed_facility": (CheckpointKind.DEPARTED, Incident.NONE),
    "departed_origin_facility": (CheckpointKind.DEPARTED, Incident.NONE),
    "held": (CheckpointKind.ON_HOLD, Incident.NONE),
    "missorted": (CheckpointKind.IN_TRANSIT, Incident.CARRIER_SORTING_ERROR),
    "delayed": (CheckpointKind.DELAYED, Incident.NONE),
    "weather_delay": (CheckpointKind.DELAYED, Incident.WEATHER_DELAY),
    "damaged": (CheckpointKind.DAMAGED, Incident.NONE),
    "lost": (CheckpointKind.LOST, Incident.NONE),
    "refused": (CheckpointKind.DELIVERY_FAILED, Incident.CONSIGNEE_REFUSED),
    "return": (CheckpointKind.RETURN_TO_SENDER, Incident.NONE),
}
STATUSES_WITH_DETAIL = ("in_transit", "failure")


def recognises(document: object) -> bool:
    """Whether the document says that it is one of EasyPost's."""
    return isinstance(document, dict) and (
        document.get("object") in ("Tracker", "Event") or "tracking_details" in document
    )


def events(document: dict) -> Iterator[Found]:
    """The tracker's details, in the document's order. Raises InteropError."""
    at, tracker = "", document
    if document.get("object") == "Event":
        at, tracker = "result.", required(document, "result", dict, InteropError)
    if tracker.get("object") != "Tracker":
        raise InteropError("wrong-type", f"must be a Tracker, is {shown(tracker.get('object'))}", at + "object")
    number = required(tracker, NUMBER_FIELD, str, InteropError, at)
    details = required(tracker, "tracking_details", list, InteropError, at)
    for position, detail in enumerate(details):
        yield Found(f"{at}tracking_details[{position}]", detail, number)


def numbers(found: Found) -> list[str]:
    """The tracker's number."""
    require_object(found.value, Refusal)
    return [found.number]


def checkpoint(found: Found, default_zone: ZoneInfo | None) -> Checkpoint:
    """What one detail says. Raises Refusal."""
    detail = found.value
    code, (kind, incident) = _status(detail)
    moment = moment_of(
        required(detail, "datetime", str, Refusal),
        "datetime",
        default_zone=default_zone,
        provider_offset_minutes=UTC_OFFSET_MINUTES,
    )
    location = optional(detail, "tracking_location", dict, Refusal) or {}
    city, state, country = (
        optional(location, name, str, Refusal, "tracking_location.") for name in ("city", "state", "country")
    )
    return Checkpoint(
        **vars(moment),
        kind=kind,
        incident=incident,
        country=country_of(country),
        code=code,
        place=line_of(PLACE_LIMIT_CHARACTERS, city, state, country),
        text=line_of(TEXT_LIMIT_CHARACTERS, optional(detail, "message", str, Refusal)),
        original=canonical(detail),
    )


def _status(detail: dict) -> tuple[str, tuple[CheckpointKind, Incident]]:
    """The status, or the detail if that decides, and what it means."""
    status = required(detail, "status", str, Refusal)
    fine = optional(detail, "status_detail", str, Refusal)
    if status in STATUSES_WITH_DETAIL and fine in STATUS_DETAILS:
        return fine, STATUS_DETAILS[fine]
    return bounded_code(status), STATUSES.get(status, (CheckpointKind.UNKNOWN, Incident.NONE))
