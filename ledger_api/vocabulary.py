"""Enums and frozen dataclasses shared by all. A number, once recorded, never changes its meaning; zero is reserved."""

from dataclasses import dataclass
from enum import IntEnum

from ledger_api.texts import mark

CODE_LIMIT_BYTES = 32
ZONE_OFFSET_LIMIT_MINUTES = 840

# --------------------------------------------------------------------------------------------------------- tracking


class CheckpointKind(IntEnum):
    """What happened to a parcel, in one vocabulary for all carriers."""

    UNKNOWN = 0  # the carrier's status is in no table; its raw code is kept
    LABEL_CREATED = 1
    PICKED_UP = 2
    IN_TRANSIT = 3
    ARRIVED = 4
    DEPARTED = 5
    CUSTOMS_PROCESSING = 6
    CUSTOMS_RELEASED = 7
    ON_HOLD = 8
    OUT_FOR_DELIVERY = 9
    READY_FOR_PICKUP = 10
    DELIVERY_FAILED = 11
    DELIVERED = 12
    RETURN_TO_SENDER = 13  # on its way back
    RETURNED = 14  # back at its sender
    LOST = 15
    DAMAGED = 16
    DELAYED = 17
    CANCELLED = 18


class Incident(IntEnum):
    """Why an exception happened, as far as the carrier says."""

    NONE = 0
    CARRIER_DAMAGED_PARCEL = 1
    CARRIER_SORTING_ERROR = 2
    CARRIER_ADDRESS_NOT_FOUND = 3
    CARRIER_PARCEL_LOST = 4
    CARRIER_NOT_ENOUGH_TIME = 5
    CARRIER_VEHICLE_ISSUE = 6
    CARRIER_CAPACITY_EXCEEDED = 7
    CARRIER_MECHANICAL_DELAY = 8
    RETAILER_CANCELLED = 9
    RETAILER_INCORRECT_DATA = 10
    RETAILER_NOT_READY = 11
    RETAILER_INCORRECT_PARCEL = 12
    RETAILER_INCORRECT_DIMENSIONS = 13
    RETAILER_PACKAGING_ISSUE = 14
    CONSIGNEE_REFUSED = 15
    CONSIGNEE_BUSINESS_CLOSED = 16
    CONSIGNEE_NOT_AVAILABLE = 17
    CONSIGNEE_NOT_HOME = 18
    CONSIGNEE_CANCELLED = 19
    CONSIGNEE_VERIFICATION_FAILED = 20
    CONSIGNEE_INCORRECT_ADDRESS = 21
    CONSIGNEE_ACCESS_RESTRICTED = 22
    CONSIGNEE_SAFE_PLACE_UNAVAILABLE = 23
    CUSTOMS_DELAY = 24
    CUSTOMS_DOCUMENTATION = 25
    CUSTOMS_DUTIES_UNPAID = 26
    CUSTOMS_PROHIBITED = 27
    CUSTOMS_INSPECTION = 28
    WEATHER_DELAY = 29
    NATURAL_DISASTER = 30
    FORCE_MAJEURE = 31
    PARCEL_BEING_RESEARCHED = 32
    SECURITY_ISSUE = 33
    REGULATORY_HOLD = 34
    UNKNOWN = 35  # there is one, and the carrier does not say which


class ZoneSource(IntEnum):
    """Who says in which zone a checkpoint's time was written."""

    NONE = 0
    STATED = 1  # the document, with the time
    PROVIDER = 2  # the provider's documentation
    IMPORTER = 3  # the person who imported it


@dataclass(frozen=True)
class Checkpoint:
    """One thing that happened to a parcel, as its carrier claims it."""

    occurred_at: int  # Unix seconds UTC, a fraction cut off
    kind: CheckpointKind
    incident: Incident = Incident.NONE
    country: str = ""  # ISO 3166-1 alpha-2, or empty
    zone_source: ZoneSource = ZoneSource.NONE
    zone_offset_minutes: int = 0  # local time minus UTC, -840 to 840
    code: str = ""  # the carrier's raw code: printable ASCII, at most 32 bytes
    place: str = ""  # off chain only
    text: str = ""  # off chain only
    source_index: int = 0  # position of the event in its document, from 0
    original: bytes = b""  # canonical JSON of the event, off chain only

    @property
    def identity(self) -> tuple:
        """What makes two checkpoints of one parcel the same fact: only fields that are on chain."""
        return self.occurred_at, self.kind, self.incident, self.country, self.code


CHECKPOINT_LABELS = {
    CheckpointKind.UNKNOWN: mark("Carrier's own status"),
    CheckpointKind.LABEL_CREATED: mark("Label created"),
    CheckpointKind.PICKED_UP: mark("Handed to the carrier"),
    CheckpointKind.IN_TRANSIT: mark("On its way"),
    CheckpointKind.ARRIVED: mark("Arrived at a stop"),
    CheckpointKind.DEPARTED: mark("Left a stop"),
    CheckpointKind.CUSTOMS_PROCESSING: mark("In customs"),
    CheckpointKind.CUSTOMS_RELEASED: mark("Released by customs"),
    CheckpointKind.ON_HOLD: mark("On hold"),
    CheckpointKind.OUT_FOR_DELIVERY: mark("Out for delivery"),
    CheckpointKind.READY_FOR_PICKUP: mark("Ready for pick-up"),
    CheckpointKind.DELIVERY_FAILED: mark("Delivery failed"),
    CheckpointKind.DELIVERED: mark("Delivered"),
    CheckpointKind.RETURN_TO_SENDER: mark("Going back to its sender"),
    CheckpointKind.RETURNED: mark("Back at its sender"),
    CheckpointKind.LOST: mark("Lost"),
    CheckpointKind.DAMAGED: mark("Damaged"),
    CheckpointKind.DELAYED: mark("Delayed"),
    CheckpointKind.CANCELLED: mark("Cancelled"),
}

INCIDENT_LABELS = {
    Incident.NONE: "",
    Incident.CARRIER_DAMAGED_PARCEL: mark("Damaged by the carrier"),
    Incident.CARRIER_SORTING_ERROR: mark("Sorted wrongly"),
    Incident.CARRIER_ADDRESS_NOT_FOUND: mark("Address not found"),
    Incident.CARRIER_PARCEL_LOST: mark("Lost by the carrier"),
    Incident.CARRIER_NOT_ENOUGH_TIME: mark("Carrier ran out of time"),
    Incident.CARRIER_VEHICLE_ISSUE: mark("Trouble with the vehicle"),
    Incident.CARRIER_CAPACITY_EXCEEDED: mark("Carrier had no room"),
    Incident.CARRIER_MECHANICAL_DELAY: mark("Mechanical trouble"),
    Incident.RETAILER_CANCELLED: mark("Cancelled by the sender"),
    Incident.RETAILER_INCORRECT_DATA: mark("Sender's data wrong"),
    Incident.RETAILER_NOT_READY: mark("Sender not ready"),
    Incident.RETAILER_INCORRECT_PARCEL: mark("Wrong parcel handed over"),
    Incident.RETAILER_INCORRECT_DIMENSIONS: mark("Size or weight wrong"),
    Incident.RETAILER_PACKAGING_ISSUE: mark("Packed badly"),
    Incident.CONSIGNEE_REFUSED: mark("Refused by the recipient"),
    Incident.CONSIGNEE_BUSINESS_CLOSED: mark("Recipient's business closed"),
    Incident.CONSIGNEE_NOT_AVAILABLE: mark("Recipient not available"),
    Incident.CONSIGNEE_NOT_HOME: mark("Recipient not at home"),
    Incident.CONSIGNEE_CANCELLED: mark("Cancelled by the recipient"),
    Incident.CONSIGNEE_VERIFICATION_FAILED: mark("Recipient could not be verified"),
    Incident.CONSIGNEE_INCORRECT_ADDRESS: mark("Recipient's address wrong"),
    Incident.CONSIGNEE_ACCESS_RESTRICTED: mark("No access to the address"),
    Incident.CONSIGNEE_SAFE_PLACE_UNAVAILABLE: mark("No safe place to leave it"),
    Incident.CUSTOMS_DELAY: mark("Delayed by customs"),
    Incident.CUSTOMS_DOCUMENTATION: mark("Customs papers missing"),
    Incident.CUSTOMS_DUTIES_UNPAID: mark("Duties unpaid"),
    Incident.CUSTOMS_PROHIBITED: mark("Goods prohibited"),
    Incident.CUSTOMS_INSPECTION: mark("Inspected by customs"),
    Incident.WEATHER_DELAY: mark("Weather"),
    Incident.NATURAL_DISASTER: mark("Natural disaster"),
    Incident.FORCE_MAJEURE: mark("Force majeure"),
    Incident.PARCEL_BEING_RESEARCHED: mark("Carrier is looking for it"),
    Incident.SECURITY_ISSUE: mark("Security"),
    Incident.REGULATORY_HOLD: mark("Held by an authority"),
    Incident.UNKNOWN: mark("Reason not given"),
}

# ISO 3166-1 alpha-2, officially assigned.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)


# --------------------------------------------------------------------------------------------------------- returns


class ReturnStatus(IntEnum):
    """Where a return stands in its process; goods and money are dimensions of their own."""

    NONE = 0
    REQUESTED = 1
    APPROVED = 2
    DECLINED = 3
    CLOSED = 4
    QUESTIONED = 5
    CANCELLED = 6
    EXPIRED = 7


class ReturnKind(IntEnum):
    """By which right the buyer returns."""

    NONE = 0
    GOODWILL = 1
    WITHDRAWAL = 2  # the statutory right of a consumer


class Resolution(IntEnum):
    """What the buyer gets."""

    NONE = 0
    REFUND = 1
    REPLACEMENT = 2
    STORE_CREDIT = 3
    REPAIR = 4


class ParcelPurpose(IntEnum):
    """What travels in a parcel of a return."""

    NONE = 0
    GOODS_RETURNED = 1
    REPLACEMENT = 2
    REPAIRED = 3
    GOODS_GIVEN_BACK = 4


class Turner(IntEnum):
    """Whose turn it is."""

    NOBODY = 0
    BUYER = 1
    SELLER = 2
    INSPECTOR = 3


class Act(IntEnum):
    """What is waited for."""

    NONE = 0
    ANSWER = 1
    SUPPLY = 2
    SEND = 3
    RECEIVE = 4
    INSPECT = 5
    REFUND = 6
    REPLACE = 7
    GIVE_BACK = 8
    PROVE = 9
    CONFIRM = 10
    REOPEN = 11
    DISPUTE = 12  # nothing but a dispute is waited for; it has a turn of its own


class Consequence(IntEnum):
    """What silence means once a deadline and its grace have passed."""

    NONE = 0
    APPROVED = 1
    DECLINED = 2
    EXPIRED = 3
    ACCEPTED = 4
    SHORT = 5
    DEFAULTED = 6
    REFUND_INSTEAD = 7
    CLOSED = 8


class Corroboration(IntEnum):
    """How well a fact is supported."""

    NONE = 0
    CLAIMED = 1  # by one party
    DOCUMENTED = 2  # by one party, with a document or a carrier's record
    MUTUAL = 3  # signed by both sides


class ReasonCategory(IntEnum):
    """Whose fault a return is, or what else a reason explains; fees follow from it."""

    NONE = 0
    CHANGE_OF_MIND = 1
    SELLER_FAULT = 2
    CARRIER_FAULT = 3
    DECLINE = 4
    CORRECTION = 5


REASONS = {  # the registry's first reasons: number → (category, handle)
    1: (ReasonCategory.CHANGE_OF_MIND, "unwanted"),
    2: (ReasonCategory.CHANGE_OF_MIND, "size_too_small"),
    3: (ReasonCategory.CHANGE_OF_MIND, "size_too_large"),
    4: (ReasonCategory.CHANGE_OF_MIND, "color"),
    5: (ReasonCategory.CHANGE_OF_MIND, "style"),
    6: (ReasonCategory.SELLER_FAULT, "defective"),
    7: (ReasonCategory.SELLER_FAULT, "not_as_described"),
    8: (ReasonCategory.SELLER_FAULT, "wrong_item"),
    9: (ReasonCategory.CARRIER_FAULT, "arrived_damaged"),
    10: (ReasonCategory.CARRIER_FAULT, "arrived_late"),
    11: (ReasonCategory.CHANGE_OF_MIND, "other"),
    12: (ReasonCategory.SELLER_FAULT, "missing_parts"),
    101: (ReasonCategory.DECLINE, "final_sale"),
    102: (ReasonCategory.DECLINE, "return_period_ended"),
    103: (ReasonCategory.DECLINE, "other_ground"),
    104: (ReasonCategory.DECLINE, "not_returnable"),
    201: (ReasonCategory.CORRECTION, "did_not_occur"),
    202: (ReasonCategory.CORRECTION, "incorrect_data"),
}
GRADES = {0: "not_graded", 1: "A", 2: "B", 3: "C", 4: "D", 5: "X"}
DISPOSITIONS = {
    0: "not_decided",
    1: "restock",
    2: "refurbish",
    3: "return_to_vendor",
    4: "liquidate",
    5: "recycle",
    6: "donate",
    7: "destroy",
    8: "return_to_buyer",
}
CURRENCY_DECIMALS = {  # ISO 4217, those that differ from 2
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
}


# --------------------------------------------------------------------------------------------------------- disputes


class DisputeStage(IntEnum):
    """Where a dispute stands."""

    NONE = 0
    INQUIRY = 1  # opened; the other side answers
    ANSWERED = 2  # the sides may agree; the opener goes on or lets it be
    UNDER_REVIEW = 3  # an arbitrator has it: first evidence, then the ruling
    RULED = 4  # either side may appeal
    APPEALED = 5  # a panel of three has it
    ENDED = 6


class DisputeEnding(IntEnum):
    """How a dispute ended."""

    NONE = 0
    SETTLED = 1  # both sides agreed
    WITHDRAWN = 2  # its opener took it back, or did not go on with it
    RULED = 3
    RULED_ON_APPEAL = 4
    REFUSED = 5  # the arbitrator refused to arbitrate
    BY_DEFAULT = 6  # no arbitrator decided: as the policy says


class DisputeGround(IntEnum):
    """What is contested."""

    NONE = 0
    REFUND_SHORT = 1
    NOT_PAID = 2
    INSPECTION = 3
    PARCEL_LOST = 4
    DELIVERY_DENIED = 5
    WRONG_GOODS = 6
    DECLINED = 7
    OTHER = 8


class EvidenceKind(IntEnum):
    """What a piece of evidence is: the types of payment disputes, as far as they fit a return."""

    NONE = 0
    PROOF_OF_RETURN = 1
    RETURN_TRACKING_INFORMATION = 2
    RETURN_POLICY = 3
    PROOF_OF_REFUND = 4
    PROOF_OF_REFUND_OUTSIDE = 5
    PROOF_OF_DELIVERY_SIGNATURE = 6
    DELIVERY_RECEIPT = 7
    PROOF_OF_RESHIPMENT = 8
    RECEIPT_OF_REPLACEMENT = 9
    ITEM_DESCRIPTION = 10
    PROOF_OF_DAMAGE = 11
    PROOF_OF_SIGNIFICANT_DIFFERENCE = 12
    THIRD_PARTY_PROOF = 13
    PROOF_OF_DENIAL_BY_CARRIER = 14
    PROOF_OF_SHIPMENT_POSTAGE = 15
    CUSTOMS_DOCUMENT = 16
    CUSTOMS_FEE_RECEIPT = 17
    PROOF_OF_CONFISCATION = 18
    RETURN_ADDRESS = 19
    CORRESPONDENCE = 20
    OTHER = 21


class Verdict(IntEnum):
    """What a ruling says."""

    REFUSED = 0  # to arbitrate, as ruling 0 of ERC-792: nothing changes
    AWARDED = 1
    DISMISSED = 2  # the claim is not right: nothing changes, for good


class DisputeTurner(IntEnum):
    """Whose turn it is in a dispute."""

    NOBODY = 0
    BUYER = 1
    SELLER = 2
    ARBITRATOR = 3
    PANEL = 4
    EITHER = 5  # side


class DisputeAct(IntEnum):
    """What is waited for in a dispute."""

    NONE = 0
    ANSWER = 1
    ESCALATE = 2  # or accept an offer, or withdraw
    RULE = 3
    APPEAL = 4
    RULE_ON_APPEAL = 5


class DisputeConsequence(IntEnum):
    """What silence means in a dispute."""

    NONE = 0
    ESCALATED = 1  # an arbitrator gets it without an answer
    WITHDRAWN = 2
    PASSED = 3  # the next arbitrator gets it
    DEFAULTED = 4  # it ends as the policy says
    FINAL = 5  # the ruling takes effect
