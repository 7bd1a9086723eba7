"""escalateDispute: the opener shows his seed, and an arbitrator gets the case."""

import pytest
from disputing import (
    ANSWERED,
    ARBITRATORS_TURN,
    BY_DEFAULT,
    DUE,
    ENDED,
    OPENER_SEED,
    PASSED,
    STAGES,
    TO_RULE,
    UNDER_REVIEW,
    answered,
    dispute_id,
    does,
    draw,
    escalate,
    picked,
    scratched,
    side,
    standing,
    turn,
)
from hostile import SPOILERS
from world import ARBITRATORS, EVIDENCE_S, GRACE_S, PAY, RULE_S, SELLER

BOTH = pytest.mark.parametrize("by_buyer", [True, False])
NOBODY = "0x" + "00" * 20


def suspend_all(world):
    for arbitrator in ARBITRATORS:
        world.do(world.council_act("setSuspension", arbitrator, True))


@BOTH
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil, by_buyer):
    case = answered(world, by_buyer, kind)
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    spoil(world, "escalateDispute", (case.id, side(by_buyer), OPENER_SEED), key)


def test_it_refuses_a_dispute_that_does_not_exist(world):
    sale = scratched(world)
    call = world.act("escalateDispute", (dispute_id(sale), 0, OPENER_SEED), sale.buyer)
    world.refused(call, "DisputeUnknown", dispute_id(sale))


@BOTH
def test_it_refuses_the_other_side(world, by_buyer):
    case = answered(world, by_buyer)
    key = world.key(SELLER) if by_buyer else case.sale.buyer
    call = does(world, case, "escalateDispute", not by_buyer, OPENER_SEED)
    world.refused(call, "DisputeNotParty", case.id, key.address)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != ANSWERED])
def test_it_refuses_to_escalate_at_any_other_stage(world, stage):
    case = STAGES[stage](world)
    world.refused(escalate(world, case), "DisputeWrongStage", case.id, stage, ANSWERED)


def test_it_refuses_another_seed_than_that_of_the_opening(world):
    case = answered(world)
    for seed in (world.fresh(), bytes(32)):
        world.refused(escalate(world, case, seed), "DisputeSeedWrong", case.id, seed)


@BOTH
def test_both_seeds_draw_the_arbitrator(world, kind, by_buyer):
    case = answered(world, by_buyer, kind)
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    (log,) = world.do(escalate(world, case, key=key))
    arbitrator = picked(ARBITRATORS, draw(case))
    assert (log.name, log.topics[1]) == ("DisputeEscalated", case.id)
    assert list(log.values.values()) == [world.now(), side(by_buyer), OPENER_SEED, arbitrator, NOBODY, 0]
    assert standing(world, case) == (UNDER_REVIEW, 0)
    heard = world.now() + EVIDENCE_S
    until = heard + RULE_S
    assert turn(world, case) == (ARBITRATORS_TURN, TO_RULE, heard, until, until + GRACE_S, PASSED)


@pytest.mark.parametrize("buyer_by_default", [True, False])
@BOTH
def test_without_any_arbitrator_it_ends_as_the_policy_says(world, by_buyer, buyer_by_default):
    case = answered(world, by_buyer, buyerByDefault=buyer_by_default)
    suspend_all(world)
    escalated, resolved = world.do(escalate(world, case))
    assert (escalated.values["arbitrator"], escalated.values["arbitratorContract"]) == (0, NOBODY)
    assert (resolved.name, resolved.topics[2]) == ("DisputeResolved", escalated.topics[2])
    assert (resolved.values["ending"], resolved.values["applies"]) == (BY_DEFAULT, by_buyer == buyer_by_default)
    assert standing(world, case) == (ENDED, BY_DEFAULT)
    due = {True: 100 if buyer_by_default else 60, False: 60 if buyer_by_default else 0}[by_buyer]
    assert world.due(case.sale) == DUE[due]
    assert (resolved.values["costsMinor"], world.turn(case.sale)[1]) == (0, PAY)
