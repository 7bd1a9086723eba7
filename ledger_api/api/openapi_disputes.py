"""JSON Schemas of disputes: their state, what an award would do, and what stands against a seller in public."""

from ledger_api.api.disputes import SUMMARY
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
from ledger_api.api.openapi_returns import DUE_FIELDS
from ledger_api.vocabulary import (
    DisputeAct,
    DisputeConsequence,
    DisputeEnding,
    DisputeGround,
    DisputeStage,
    DisputeTurner,
    EvidenceKind,
    Verdict,
)

SIDE = {"enum": ["buyer", "seller"]}
BY_SIDE = integer("participant; 0: the buyer")
COMMITMENT = nullable(ID)
CONTRACT = nullable(ADDRESS)
BASIS_POINTS = integer("10,000 = all", maximum=10_000)
SECONDS = integer("seconds")
PERIODS = ("dispute_s", "respond_s", "inquiry_s", "evidence_s", "rule_s", "appeal_s", "grace_s")


def _awards() -> dict:
    pieces = integer("pieces")
    line = record(
        line=NUMBER,
        accepted=pieces,
        rejected=pieces,
        awaited=pieces,
        award_basis_points=BASIS_POINTS,
        category=integer("whose fault: 1 to 3; 0: as it was"),
    )
    award = record(
        extra_minor=MINOR,
        unpaid_minor=MINOR,
        buyer_cost_basis_points=BASIS_POINTS,
        lines=many(ref("GivenLine")),
    )
    return {"GivenLine": line, "GivenAward": award}


def _said(**more) -> dict:
    """What a side wrote, by its commitment."""
    return record(participant=BY_SIDE, statement=COMMITMENT, recorded_at=TIME, **more)


def _contents() -> dict:
    """What sides and arbitrators said."""
    offer = _said(offer=ID, award=ref("GivenAward"), stands=FLAG, accepted=FLAG)
    evidence = record(participant=BY_SIDE, kind=names_of(EvidenceKind), document=ID, recorded_at=TIME)
    assignment = record(
        participant=NUMBER, since=TIME, how={"enum": ["drawn", "in order", "recused", "passed", "panel"]}
    )
    ruling = record(
        participant=integer("the arbitrator; 0: a contract, or the panel"),
        arbitrator_contract=CONTRACT,
        ruling=nullable(integer("the number that a contract gave", maximum=101)),
        verdict=names_of(Verdict),
        award=nullable(ref("GivenAward")),
        reasons=COMMITMENT,
        recorded_at=TIME,
    )
    return {
        "claim": ref("GivenAward"),
        "answer": nullable(_said()),
        "offers": many(offer),
        "evidence": many(evidence),
        "evidence_until": nullable(TIME),
        "eligible": many(NUMBER, description="who may be drawn, in roster order"),
        "arbitrator": integer("who has the case; 0: nobody, or a contract"),
        "arbitrator_contract": CONTRACT,
        "assignments": many(assignment),
        "ruling": nullable(ruling),
        "appeal": nullable(_said(panel=many(NUMBER))),
        "panel": many(integer("participant; 0: an empty seat")),
        "panel_ruling": nullable(ruling),
        "applied": nullable(ref("GivenAward")),
    }


def _consequences() -> dict:
    """Money and silence."""
    enforcement = record(
        act=names_of(DisputeAct),
        consequence=names_of(DisputeConsequence),
        arbitrator=integer("who has the case from here on; 0: nobody, or a contract"),
        recorded_at=TIME,
    )
    terms = record(**dict.fromkeys(PERIODS, SECONDS), cost_minor=MINOR, default=SIDE, arbitrator_contract=CONTRACT)
    effects = record(
        now_minor=MINOR,
        claim_minor=MINOR,
        buyer_offer_minor=nullable(MINOR),
        seller_offer_minor=nullable(MINOR),
        ruling_minor=nullable(MINOR),
    )
    return {
        "costs_minor": nullable(MINOR),
        "due_minor": nullable(MINOR),
        "pay_until": nullable(TIME),
        "enforcements": many(enforcement),
        "late_acts": many(record(act=names_of(DisputeAct), until=TIME, recorded_at=TIME)),
        "terms": terms,
        "effects": nullable(effects),
    }


DISPUTE_TURN = record(
    who=names_of(DisputeTurner),
    participants=many(NUMBER),
    act=names_of(DisputeAct),
    **{"from": nullable(integer("Unix seconds UTC; a ruling before it is refused"))},
    until=nullable(TIME),
    enforceable_at=nullable(integer("Unix seconds UTC; from then on anybody may call for the consequence")),
    consequence=names_of(DisputeConsequence),
)


def _state() -> dict:
    """Fields of the state of a dispute."""
    return {
        "dispute_id": ID,
        "return_id": ID,
        "number": integer("the nth dispute of the return, from 1"),
        "opened_by": SIDE,
        "seller": NUMBER,
        "buyer": ADDRESS,
        "currency": string("ISO 4217", minLength=3, maxLength=3),
        "ground": names_of(DisputeGround),
        "stage": names_of(DisputeStage),
        "ending": names_of(DisputeEnding),
        "opened_at": TIME,
        "escalated_at": nullable(TIME),
        "ended_at": nullable(TIME),
        "statement": COMMITMENT,
        **_contents(),
        **_consequences(),
        "turn": ref("DisputeTurn"),
    }


def _record() -> dict:
    item = record(
        return_id=ID,
        currency=string("ISO 4217"),
        owed_minor=MINOR,
        recorded_at=TIME,
        settled_at=nullable(integer("Unix seconds UTC; null: not paid")),
    )
    return at_block(participant=NUMBER, record=ID, items=many(item))


def disputes() -> dict:
    """Schemas of disputes by name."""
    state = _state()
    row = record(**{name: state[name] for name in SUMMARY})
    summary = {"oneOf": [row, record(dispute_id=ID, problem=ref("Problem"))]}
    asked = record(("ruling",), award=ref("Award"), ruling={"type": "boolean", "description": "it would be a ruling"})
    return {
        **_awards(),
        "DisputeTurn": DISPUTE_TURN,
        "DisputeState": record(**state),
        "DisputeAt": at_block(**state),
        "DisputeSummary": summary,
        "DisputePage": at_block(items=many(ref("DisputeSummary")), next=NEXT),
        "AwardToTry": asked,
        "Effect": at_block(**dict.fromkeys(DUE_FIELDS, MINOR)),
        "PublicRecord": _record(),
    }
