"""answerDispute: the other side answers, with its seed; from then on the opener goes on or lets it be."""

import pytest
from disputing import (
    ANSWERED,
    BUYERS,
    INQUIRY,
    LAPSED,
    OTHER_SEED,
    SELLERS,
    STAGES,
    STATEMENT,
    TO_ESCALATE,
    answer,
    dispute_id,
    does,
    opened,
    side,
    standing,
    turn,
)
from hostile import SPOILERS
from world import ANY, GRACE_S, INQUIRY_S, INSPECTOR, SELLER

BOTH = pytest.mark.parametrize("by_buyer", [True, False])


@BOTH
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil, by_buyer):
    case = opened(world, by_buyer, kind)
    key = world.key(SELLER, kind) if by_buyer else case.sale.buyer
    spoil(world, "answerDispute", (case.id, side(not by_buyer), STATEMENT, OTHER_SEED), key)


def test_it_refuses_a_dispute_that_does_not_exist(world):
    sale = world.approved()
    call = world.act("answerDispute", (dispute_id(sale), SELLER, STATEMENT, OTHER_SEED), world.key(SELLER))
    world.refused(call, "DisputeUnknown", dispute_id(sale))


@BOTH
def test_it_refuses_the_opener_himself(world, by_buyer):
    case = opened(world, by_buyer)
    call = does(world, case, "answerDispute", by_buyer, STATEMENT, OTHER_SEED)
    key = case.sale.buyer if by_buyer else world.key(SELLER)
    world.refused(call, "DisputeNotParty", case.id, key.address)


def test_it_refuses_strangers(world, kind):
    case = opened(world)
    for key in (case.sale.buyer, world.key(INSPECTOR, kind)):
        world.refused(answer(world, case, key=key), "KeyUnknown", key.address, SELLER)
    case = opened(world, False)
    for key in (case.sale.claim_key, world.key(SELLER, kind), world.fresh_key(kind)):
        world.refused(answer(world, case, key=key), "DisputeNotParty", case.id, key.address)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != INQUIRY])
def test_it_refuses_an_answer_at_any_other_stage(world, stage):
    case = STAGES[stage](world)
    world.refused(answer(world, case), "DisputeWrongStage", case.id, stage, INQUIRY)


@BOTH
def test_the_other_side_answers(world, kind, by_buyer):
    case = opened(world, by_buyer, kind)
    key = world.key(SELLER, kind) if by_buyer else case.sale.buyer
    (log,) = world.do(answer(world, case, key=key))
    assert (log.name, log.topics[1]) == ("DisputeAnswered", case.id)
    assert list(log.values.values()) == [world.now(), side(not by_buyer), STATEMENT, OTHER_SEED]
    assert standing(world, case) == (ANSWERED, 0)
    until = world.now() + INQUIRY_S
    assert turn(world, case) == (BUYERS if by_buyer else SELLERS, TO_ESCALATE, 0, until, until + GRACE_S, LAPSED)


def test_an_answer_after_the_deadline_counts_as_long_as_nobody_has_enforced(world):
    case = opened(world)
    world.pass_to(turn(world, case)[4] + 1)
    world.do(answer(world, case))


def test_a_buyer_with_a_new_key_answers_and_the_old_one_does_not(world):
    case, new = opened(world, False), world.fresh_key()
    world.do(world.act("proposeBuyerKey", (case.sale.id, new.address), world.key(SELLER)))
    world.pass_to(world.now() + 4 * 86_400)
    world.do(world.act("takeBuyerKey", (case.sale.id, new.address), new))
    world.refused(answer(world, case), "DisputeNotParty", case.id, ANY)
    world.do(answer(world, case, key=new))
