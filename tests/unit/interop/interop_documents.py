"""Small documents of each format, written for these tests."""

import copy
import json

from ledger_api.interop import ImportResult, parse

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
SSCC = "340123450000000017"
SSCC_URN = "urn:epc:id:sscc:4012345.3000000001"
SSCC_LINK = f"https://id.gs1.org/00/{SSCC}"
POST_NUMBER = "RR123456785FR"
EASYPOST_NUMBER = "1Z999AA10123456784"

_EVENT = {
    "type": "ObjectEvent",
    "action": "OBSERVE",
    "eventTime": "2026-03-02T08:15:30.9Z",
    "eventTimeZoneOffset": "+01:00",
    "epcList": [SSCC_URN],
    "bizStep": "departing",
}


def epcis_event(**changes) -> dict:
    """An event of the parcel; a change to None takes the field away."""
    return {name: value for name, value in {**_EVENT, **changes}.items() if value is not None}


def epcis_document(*events: object, **changes) -> dict:
    """An EPCISDocument of these events."""
    document = {
        "@context": [EPCIS_CONTEXT, {"shop": "https://shop.example/terms/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-03T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def easypost_detail(**changes) -> dict:
    """A tracking detail."""
    detail = {
        "object": "TrackingDetail",
        "message": "Left the depot",
        "status": "in_transit",
        "status_detail": "departed_facility",
        "datetime": "2026-03-02T08:15:30Z",
        "carrier_code": "DP",
        "tracking_location": {"city": "Lyon", "state": None, "country": "FR", "zip": "69000"},
    }
    return copy.deepcopy({**detail, **changes})


def easypost_tracker(*details: object, **changes) -> dict:
    """A Tracker with these details."""
    return {"object": "Tracker", "tracking_code": EASYPOST_NUMBER, "tracking_details": list(details), **changes}


def laposte_event(code: object = "ET1", date: object = "2026-03-02T09:15:30+01:00", **changes) -> dict:
    """An event of a shipment."""
    return {"code": code, "label": "En chemin.", "date": date, **changes}


def laposte_answer(*events: object, number: str = POST_NUMBER) -> dict:
    """The answer for one number."""
    return {"returnCode": 200, "shipment": {"idShip": number, "event": list(events)}}


def read(document: object, *numbers: str, default_zone: str | None = None) -> ImportResult:
    """Parses a document for a return whose parcels have these numbers, or else one of each format."""
    numbers = numbers or (SSCC, EASYPOST_NUMBER, POST_NUMBER)
    return parse(json.dumps(document).encode(), tracking_numbers=numbers, default_zone=default_zone)


def only_refusal(result: ImportResult) -> tuple[str, str]:
    """Slug and field of the one event that was refused, when nothing was read."""
    assert not result.parcels
    (refused,) = result.refused
    return refused.reason_slug, refused.field


def only_checkpoint(result: ImportResult):
    """The one checkpoint, when nothing was refused."""
    assert not result.refused
    ((checkpoint,),) = result.parcels.values()
    return checkpoint
