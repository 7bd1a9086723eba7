"""submitEvidence: both sides bring what proves their word, until the time for it is over."""

import pytest
from disputing import (
    ANSWERED,
    APPEALED,
    ENDED,
    INQUIRY,
    STAGES,
    UNDER_REVIEW,
    dispute_id,
    does,
    ended,
    evidence,
    opened,
    reviewed,
    ruled,
    scratched,
    side,
    turn,
)
from hostile import SPOILERS
from world import ANY, EVIDENCE_S, INSPECTOR, SELLER

BOTH = pytest.mark.parametrize("by_buyer", [True, False])
EVIDENCE_LIMIT = 50
KINDS_OF_EVIDENCE = 22


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    case = opened(world)
    spoil(world, "submitEvidence", (case.id, SELLER, 1, world.fresh()), world.key(SELLER, kind))


def test_it_refuses_a_dispute_that_does_not_exist(world):
    sale = scratched(world)
    call = world.act("submitEvidence", (dispute_id(sale), 0, 1, world.fresh()), sale.buyer)
    world.refused(call, "DisputeUnknown", dispute_id(sale))


def test_it_refuses_strangers_and_the_arbitrator(world, kind):
    case = reviewed(world)
    for key in (case.sale.claim_key, world.key(INSPECTOR, kind), world.key(21, kind)):
        world.refused(evidence(world, case, key=key), "DisputeNotParty", case.id, key.address)


def test_it_refuses_evidence_once_it_ended(world):
    case = ended(world)
    world.refused(evidence(world, case), "DisputeWrongStage", case.id, ENDED, INQUIRY)


@pytest.mark.parametrize("stage", [UNDER_REVIEW, APPEALED])
def test_it_refuses_evidence_once_its_time_is_over(world, stage):
    case = STAGES[stage](world)
    until = turn(world, case)[2]
    assert until == world.now() + EVIDENCE_S
    world.pass_to(until)
    world.refused(evidence(world, case), "EvidenceTooLate", case.id, until)


def test_it_refuses_evidence_between_ruling_and_appeal(world):
    case = ruled(world)
    world.refused(evidence(world, case), "EvidenceTooLate", case.id, ANY)


def test_it_refuses_no_kind_and_kinds_that_do_not_exist(world):
    case = opened(world)
    world.refused(evidence(world, case, kind=0), "EvidenceKindInvalid")
    assert world.try_call(evidence(world, case, kind=KINDS_OF_EVIDENCE)) == (False, b"")


@BOTH
def test_each_side_brings_a_limited_number(world, by_buyer):
    case = opened(world)
    calls = [evidence(world, case, by_buyer).data for _ in range(EVIDENCE_LIMIT)]
    logs = world.do(world.encode("DisputeDesk", "submit", calls))
    assert [log.name for log in logs] == ["EvidenceSubmitted"] * EVIDENCE_LIMIT
    world.refused(evidence(world, case, by_buyer), "EvidenceLimitReached", case.id, EVIDENCE_LIMIT)
    world.do(evidence(world, case, not by_buyer))


@BOTH
@pytest.mark.parametrize("stage", [INQUIRY, ANSWERED, UNDER_REVIEW, APPEALED])
def test_both_sides_bring_evidence(world, kind, stage, by_buyer):
    case, document = STAGES[stage](world, kind=kind), world.fresh()
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    (log,) = world.do(does(world, case, "submitEvidence", by_buyer, 11, document, key=key))
    assert (log.name, log.topics[1]) == ("EvidenceSubmitted", case.id)
    assert list(log.values.values()) == [world.now(), side(by_buyer), 11, document]


def test_evidence_is_brought_in_the_last_second_and_puts_nothing_off(world):
    case = reviewed(world)
    before = turn(world, case)
    world.next_at(before[2] - 1)
    world.do(evidence(world, case))
    assert turn(world, case) == before
