"""What the carrier's pages share: whom he speaks for, and the words for what can happen to a parcel."""

import time
from dataclasses import dataclass

from babel import Locale

from ledger_api.access import gate
from ledger_api.errors import AccessDenied
from ledger_api.pages.common import ledger
from ledger_api.rules.countries import COUNTRY_NAMES
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.identifiers import parcel_number
from ledger_api.rules.registry_state import CARRIER
from ledger_api.texts import _, language
from ledger_api.vocabulary import CheckpointKind, Incident

K, I = CheckpointKind, Incident  # noqa: E741


def carrier() -> tuple[int, bytes]:
    """The carrier for whom who asks speaks, and his key. Raises AccessDenied."""
    number = gate.person().participant(CARRIER)
    if number is None:
        raise AccessDenied("That is for carriers")
    return number, gate.person().actor_for(number)


def chain() -> dict:
    """Chain and contracts, as a module wants them to sign without a connection."""
    deployment = ledger().deployment
    return {
        "chain_id": deployment.chain_id,
        "contracts": {name: hex_of(address) for name, address in deployment.addresses.items()},
    }


def parcel_json(parcel) -> dict:
    """A parcel with all that its commitment is computed from, as browsers check it."""
    return {
        "number": parcel_number(parcel.number).text,
        "written": parcel.number,  # as it stands in the commitment
        "salt": hex_of(parcel.salt),
        "day": time.strftime("%Y-%m-%d", time.gmtime(parcel.first_seen)),
        "tracking": hex_of(parcel.tracking),
    }


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of all countries, by name in the reader's language."""
    names = Locale(language()).territories
    found = [(code, names.get(code, english)) for code, english in COUNTRY_NAMES.items()]
    return sorted(found, key=lambda item: _sorted_as(item[1]))


def _sorted_as(name: str) -> str:
    return name.casefold().translate(str.maketrans("äöüåéç", "aouaec"))


def kind_words() -> dict[CheckpointKind, str]:
    """What happened, for whoever records it."""
    return {
        K.PICKED_UP: _("Picked up"),
        K.ARRIVED: _("Arrived here"),
        K.DEPARTED: _("Left here"),
        K.OUT_FOR_DELIVERY: _("Out for delivery"),
        K.DELIVERED: _("Delivered"),
        K.CUSTOMS_PROCESSING: _("Handed to customs"),
        K.CUSTOMS_RELEASED: _("Released by customs"),
        K.DELIVERY_FAILED: _("Not delivered"),
        K.READY_FOR_PICKUP: _("Ready for pick-up"),
        K.ON_HOLD: _("Held"),
        K.DELAYED: _("Delayed"),
        K.DAMAGED: _("Damaged"),
        K.LOST: _("Lost"),
        K.RETURN_TO_SENDER: _("Going back to its sender"),
        K.RETURNED: _("Back at its sender"),
        K.LABEL_CREATED: _("Label created"),
        K.IN_TRANSIT: _("On its way"),
        K.CANCELLED: _("Cancelled"),
        K.UNKNOWN: _("Carrier’s own status"),
    }


def reason_words() -> dict[Incident, str]:
    """Why it happened."""
    return {
        I.CARRIER_DAMAGED_PARCEL: _("Damaged by the carrier"),
        I.CARRIER_SORTING_ERROR: _("Sorted wrongly"),
        I.CARRIER_ADDRESS_NOT_FOUND: _("Address not found"),
        I.CARRIER_PARCEL_LOST: _("Lost by the carrier"),
        I.CARRIER_NOT_ENOUGH_TIME: _("Carrier ran out of time"),
        I.CARRIER_VEHICLE_ISSUE: _("Trouble with the vehicle"),
        I.CARRIER_CAPACITY_EXCEEDED: _("Carrier had no room"),
        I.CARRIER_MECHANICAL_DELAY: _("Mechanical trouble"),
        I.RETAILER_CANCELLED: _("Cancelled by the sender"),
        I.RETAILER_INCORRECT_DATA: _("Sender’s data wrong"),
        I.RETAILER_NOT_READY: _("Sender not ready"),
        I.RETAILER_INCORRECT_PARCEL: _("Wrong parcel handed over"),
        I.RETAILER_INCORRECT_DIMENSIONS: _("Size or weight wrong"),
        I.RETAILER_PACKAGING_ISSUE: _("Packed badly"),
        I.CONSIGNEE_REFUSED: _("Refused by the recipient"),
        I.CONSIGNEE_BUSINESS_CLOSED: _("Recipient’s business closed"),
        I.CONSIGNEE_NOT_AVAILABLE: _("Recipient not available"),
        I.CONSIGNEE_NOT_HOME: _("Recipient not at home"),
        I.CONSIGNEE_CANCELLED: _("Cancelled by the recipient"),
        I.CONSIGNEE_VERIFICATION_FAILED: _("Recipient could not be verified"),
        I.CONSIGNEE_INCORRECT_ADDRESS: _("Recipient’s address wrong"),
        I.CONSIGNEE_ACCESS_RESTRICTED: _("No access to the address"),
        I.CONSIGNEE_SAFE_PLACE_UNAVAILABLE: _("No safe place to leave it"),
        I.CUSTOMS_DELAY: _("Delayed by customs"),
        I.CUSTOMS_DOCUMENTATION: _("Customs papers missing"),
        I.CUSTOMS_DUTIES_UNPAID: _("Duties unpaid"),
        I.CUSTOMS_PROHIBITED: _("Goods prohibited"),
        I.CUSTOMS_INSPECTION: _("Inspected by customs"),
        I.WEATHER_DELAY: _("Weather"),
        I.NATURAL_DISASTER: _("Natural disaster"),
        I.FORCE_MAJEURE: _("Force majeure"),
        I.PARCEL_BEING_RESEARCHED: _("Carrier is looking for it"),
        I.SECURITY_ISSUE: _("Security"),
        I.REGULATORY_HOLD: _("Held by an authority"),
        I.UNKNOWN: _("Reason not known"),
    }


USUAL = (K.ARRIVED, K.DEPARTED, K.OUT_FOR_DELIVERY, K.DELIVERED, K.PICKED_UP)
CUSTOMS = (K.CUSTOMS_PROCESSING, K.CUSTOMS_RELEASED)
SPECIAL = (
    K.DELIVERY_FAILED,
    K.READY_FOR_PICKUP,
    K.ON_HOLD,
    K.DELAYED,
    K.DAMAGED,
    K.LOST,
    K.RETURN_TO_SENDER,
    K.RETURNED,
)
_OF_CUSTOMS = (
    I.CUSTOMS_INSPECTION,
    I.CUSTOMS_DOCUMENTATION,
    I.CUSTOMS_DUTIES_UNPAID,
    I.CUSTOMS_PROHIBITED,
    I.CUSTOMS_DELAY,
    I.REGULATORY_HOLD,
)
_OF_RECIPIENT = tuple(item for item in Incident if I.CONSIGNEE_REFUSED <= item <= I.CONSIGNEE_SAFE_PLACE_UNAVAILABLE)
_OF_WAY = (
    I.CARRIER_NOT_ENOUGH_TIME,
    I.CARRIER_VEHICLE_ISSUE,
    I.CARRIER_CAPACITY_EXCEEDED,
    I.CARRIER_MECHANICAL_DELAY,
    I.CARRIER_SORTING_ERROR,
    I.WEATHER_DELAY,
    I.NATURAL_DISASTER,
    I.FORCE_MAJEURE,
    I.SECURITY_ISSUE,
)
REASONS_OF = {  # what happened → the reasons to choose from; where there are some, one is asked for
    K.DELIVERY_FAILED: (*_OF_RECIPIENT, I.CARRIER_ADDRESS_NOT_FOUND, I.CARRIER_NOT_ENOUGH_TIME, I.UNKNOWN),
    K.ON_HOLD: (*_OF_CUSTOMS, I.CARRIER_ADDRESS_NOT_FOUND, I.SECURITY_ISSUE, I.PARCEL_BEING_RESEARCHED, I.UNKNOWN),
    K.DELAYED: (*_OF_WAY, I.CUSTOMS_DELAY, I.UNKNOWN),
    K.DAMAGED: (I.CARRIER_DAMAGED_PARCEL, I.RETAILER_PACKAGING_ISSUE, I.UNKNOWN),
    K.LOST: (I.CARRIER_PARCEL_LOST, I.PARCEL_BEING_RESEARCHED, I.UNKNOWN),
    K.RETURN_TO_SENDER: (
        I.CONSIGNEE_REFUSED,
        I.CONSIGNEE_CANCELLED,
        I.CONSIGNEE_INCORRECT_ADDRESS,
        I.CONSIGNEE_NOT_AVAILABLE,
        I.CUSTOMS_PROHIBITED,
        I.CUSTOMS_DUTIES_UNPAID,
        I.RETAILER_INCORRECT_DATA,
        I.UNKNOWN,
    ),
}


@dataclass(frozen=True)
class Choice:
    """One thing to choose, with the numbers of its reasons."""

    kind: int
    words: str
    reasons: str = ""


def choices(kinds: tuple[CheckpointKind, ...]) -> list[Choice]:
    """For radio buttons."""
    words = kind_words()
    return [Choice(int(k), words[k], " ".join(str(int(r)) for r in REASONS_OF.get(k, ()))) for k in kinds]


def reason_choices() -> list[tuple[int, str]]:
    """All reasons for a select; a module leaves those that do not fit out."""
    return [(int(reason), words) for reason, words in reason_words().items()]


def happened_words(kind: CheckpointKind, incident: Incident, code: str = "") -> str:
    """“Not delivered: Recipient not at home”."""
    said = _("Carrier’s status “%(code)s”", code=code) if kind is K.UNKNOWN and code else kind_words()[kind]
    reason = reason_words().get(incident)
    return f"{said}: {reason}" if reason else said
