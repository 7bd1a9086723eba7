"""JSON Schemas of a return and its parcels, as they are shown."""

from ledger_api.api.openapi_parts import (
    ADDRESS,
    FLAG,
    ID,
    MINOR,
    NEXT,
    NUMBER,
    TIME,
    at_block,
    integer,
    many,
    names_of,
    nullable,
    record,
    ref,
    string,
)
from ledger_api.api.returns import SUMMARY
from ledger_api.vocabulary import (
    Act,
    CheckpointKind,
    Consequence,
    Corroboration,
    Incident,
    ParcelPurpose,
    ReasonCategory,
    Resolution,
    ReturnKind,
    ReturnStatus,
    Turner,
    ZoneSource,
)


def _line() -> dict:
    pieces = integer("pieces")
    money = dict.fromkeys(("net_minor", "discount_minor", "tax_minor", "duty_minor"), MINOR)
    counted = dict.fromkeys(("requested", "expected", "received", "short", "accepted", "rejected"), pieces)
    return record(
        line=NUMBER,
        sold=pieces,
        **money,
        final_sale=FLAG,
        reason=NUMBER,
        category=names_of(ReasonCategory),
        exception=nullable(integer("reason why not all pieces were approved")),
        **counted,
        diminished_minor=MINOR,
        disputed={"type": "boolean", "description": "an open dispute holds it"},
        decided_by_dispute=FLAG,
        grade=NUMBER,
        disposition=NUMBER,
    )


def _checkpoint() -> dict:
    return record(
        occurred_at=integer("Unix seconds UTC, as the carrier claims"),
        recorded_at=integer("Unix seconds UTC of the block"),
        kind=names_of(CheckpointKind),
        incident=names_of(Incident),
        country=string("ISO 3166-1 alpha-2, or empty", maxLength=2),
        zone_source=names_of(ZoneSource),
        zone_offset_minutes={"type": "integer", "minimum": -840, "maximum": 840},
        performer=integer("participant that performed the leg; 0: the reporter"),
        code=string("the carrier's raw code", maxLength=32),
        document=nullable(ID),
        corroboration=names_of(Corroboration),
        reported=integer("how often the same fact was reported"),
        corrected=nullable(record(reason=NUMBER, recorded_at=TIME)),
    )


def parcels() -> dict:
    hand_over = record(
        giver=integer("participant; 0: no participant, the buyer"),
        giver_key=ADDRESS,
        taker=NUMBER,
        occurred_at=TIME,
        recorded_at=TIME,
        document=nullable(ID),
        corroboration=names_of(Corroboration),
    )
    listed = record(
        parcel_id=ID,
        purpose=names_of(ParcelPurpose),
        carrier=integer("participant that reports it"),
        tracking=ID,
        added_by=integer("participant; 0: the buyer"),
        added_at=TIME,
        counts={"type": "boolean", "description": "named since goods were last to be sent anew"},
        sent_at=nullable(integer("Unix seconds UTC, as claimed")),
        document=nullable(ID),
        corroboration=names_of(Corroboration),
        status=names_of(CheckpointKind),
        checkpoints=many(ref("RecordedCheckpoint")),
        hand_overs=many(hand_over),
    )
    parcel = at_block(
        parcel_id=ID,
        returns=many(ID),
        checkpoints=many(ref("RecordedCheckpoint")),
        hand_overs=many(hand_over),
    )
    return {"RecordedCheckpoint": _checkpoint(), "ReturnParcel": listed, "Parcel": parcel}


def _acts() -> dict:
    """What happened to goods and money."""
    support = names_of(Corroboration)
    delivery = record(
        participant=integer("0: the buyer"),
        delivered_at=TIME,
        recorded_at=TIME,
        parcel=nullable(ID),
        corroboration=support,
    )
    question = record(question=ID, asked_at=TIME, answer=nullable(ID), answered_at=nullable(TIME))
    reception = record(
        participant=NUMBER,
        received_at=TIME,
        recorded_at=TIME,
        complete=FLAG,
        extra=integer("pieces that belong to no line"),
        wrong=integer("pieces in the place of others"),
        evidence=nullable(ID),
        corroboration=support,
        lines=many(ref("ReceivedLine")),
        parcel_heads=many(ID),
    )
    inspection = record(
        participant=NUMBER,
        recorded_at=TIME,
        evidence=nullable(ID),
        corroboration=support,
        lines=many(ref("InspectedLine")),
        accepted=many(ref("AcceptedLine")),
    )
    refund = record(
        amount_minor=MINOR,
        goodwill_minor=MINOR,
        payment=ID,
        paid_at=TIME,
        recorded_at=TIME,
        due_minor=integer("what was due before it, by the refund rule"),
        corroboration=support,
    )
    confirmation = record(by={"enum": ["buyer", "seller"]}, arrived=FLAG, evidence=nullable(ID), recorded_at=TIME)
    enforcement = record(
        act=names_of(Act),
        consequence=names_of(Consequence),
        recorded_at=TIME,
        owed_minor=MINOR,
        accepted=many(ref("AcceptedLine")),
    )
    move = record(
        kind={"enum": ["deposit", "withdrawal", "reclaim"]},
        address=ADDRESS,
        units=integer("the token's smallest units"),
        amount_minor=nullable(MINOR),
        recorded_at=TIME,
    )
    escrow = record(token=ADDRESS, held_units=integer("the token's smallest units"), moves=many(move))
    late = record(act=names_of(Act), until=TIME, recorded_at=TIME)
    return {
        "deliveries": many(delivery),
        "questions": many(question),
        "receptions": many(reception),
        "inspections": many(inspection),
        "refunds": many(refund),
        "confirmations": many(confirmation),
        "escrow": nullable(escrow),
        "enforcements": many(enforcement),
        "late_acts": many(late),
    }


STATUS = names_of(ReturnStatus)
TURN = record(
    who=names_of(Turner),
    participant=integer("0: the buyer, or nobody"),
    act=names_of(Act),
    until=nullable(TIME),
    enforceable_at=nullable(integer("Unix seconds UTC; from then on anybody may call for the consequence")),
    consequence=names_of(Consequence),
    needs=names_of(Corroboration),
)
DUE_FIELDS = (  # what is due, part by part
    "net_minor tax_minor duty_minor diminished_minor restocking_minor return_shipping_minor delivery_minor extra_minor"
    " costs_minor earlier_minor capped_minor overpaid_minor due_minor"
).split()
MONEY_FIELDS = (
    "paid_minor",
    "requested_minor",
    *DUE_FIELDS,
    "refunded_minor",
    "unpaid_minor",
    "goodwill_minor",
    "owed_minor",
)
MONEY = record(**dict.fromkeys(MONEY_FIELDS, MINOR))
ACCEPTED_LINE = record(
    line=NUMBER,
    before=integer("pieces of the line accepted earlier, over all returns of the receipt"),
    pieces=integer("pieces"),
    goodsMinor=MINOR,
    diminishedMinor=MINOR,
)


def returns() -> dict:
    state = at_block(
        return_id=ID,
        receipt=ID,
        number=integer("the nth return of the receipt, from 1"),
        kind=names_of(ReturnKind),
        resolution=names_of(Resolution),
        status=STATUS,
        seller=NUMBER,
        buyer=ADDRESS,
        new_buyer_key=nullable(record(key=ADDRESS, takes_over_at=TIME)),
        inspector=integer("participant; 0: the seller alone"),
        currency=string("ISO 4217", minLength=3, maxLength=3),
        sold_at=TIME,
        delivered_at=nullable(TIME),
        opened_at=TIME,
        decided_at=nullable(TIME),
        decline_reason=nullable(NUMBER),
        closed_at=nullable(TIME),
        late={"type": "boolean", "description": "asked for after the window"},
        final_sale={"type": "boolean", "description": "holds something sold as final, for change of mind"},
        returnless=FLAG,
        reopened=FLAG,
        contested=FLAG,
        defaulted={"type": "boolean", "description": "the seller did not pay in time"},
        ruled={"type": "boolean", "description": "an award took effect"},
        dispute=nullable(ID),
        disputes=many(ref("DisputeState")),
        policy=record(
            policy_id=ID,
            version=NUMBER,
            terms=ref("Terms"),
            disputes=ref("DisputeTerms"),
            methods=many(record(country=string("ISO 3166-1 alpha-2"), methods=integer("bits"))),
            document=ID,
        ),
        lines=many(ref("Line")),
        parcels=many(ref("ReturnParcel")),
        **_acts(),
        money=ref("Money"),
        turn=ref("Turn"),
    )
    row = record(**{name: state["properties"][name] for name in SUMMARY})
    summary = {"oneOf": [row, record(return_id=ID, problem=ref("Problem"))]}
    page = at_block(items=many(ref("ReturnSummary")), next=NEXT)
    parts = {"Line": _line(), "Money": MONEY, "Turn": TURN, "AcceptedLine": ACCEPTED_LINE}
    return {**parts, "ReturnState": state, "ReturnSummary": summary, "ReturnPage": page}
