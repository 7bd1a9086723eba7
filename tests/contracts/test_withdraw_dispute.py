"""withdrawDispute: the opener takes it back; once he could know who was drawn, he has no other try."""

import pytest
from disputing import (
    ANSWERED,
    CLAIM,
    DUE,
    ENDED,
    INQUIRY,
    LIMIT,
    NO_STAGE,
    SELLERS_CLAIM,
    STAGES,
    UNDER_REVIEW,
    WITHDRAWN,
    answer,
    dispute_id,
    does,
    open_dispute,
    opened,
    scratched,
    side,
    silence,
    standing,
    withdraw,
)
from hostile import SPOILERS
from world import CONFIRM, GRACE_S, PAY, SELLER

BOTH = pytest.mark.parametrize("by_buyer", [True, False])


def claim_by(by_buyer):
    return CLAIM if by_buyer else SELLERS_CLAIM


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    case = opened(world, kind=kind)
    spoil(world, "withdrawDispute", (case.id, 0), case.sale.buyer)


def test_it_refuses_a_dispute_that_does_not_exist(world):
    sale = scratched(world)
    call = world.act("withdrawDispute", (dispute_id(sale), 0), sale.buyer)
    world.refused(call, "DisputeUnknown", dispute_id(sale))


@BOTH
def test_it_refuses_the_other_side(world, by_buyer):
    case = opened(world, by_buyer)
    key = world.key(SELLER) if by_buyer else case.sale.buyer
    world.refused(does(world, case, "withdrawDispute", not by_buyer), "DisputeNotParty", case.id, key.address)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage > UNDER_REVIEW])
def test_it_refuses_to_withdraw_after_the_ruling(world, stage):
    case = STAGES[stage](world)
    world.refused(withdraw(world, case), "DisputeWrongStage", case.id, stage, UNDER_REVIEW)


@pytest.mark.parametrize("stage", [INQUIRY, ANSWERED, UNDER_REVIEW])
@BOTH
def test_the_opener_takes_it_back_and_all_is_as_before(world, kind, stage, by_buyer):
    case = STAGES[stage](world, by_buyer, kind)
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    taken, resolved = world.do(withdraw(world, case, key=key))
    assert (taken.name, taken.topics[1]) == ("DisputeWithdrawn", case.id)
    assert list(taken.values.values()) == [world.now(), side(by_buyer)]
    assert (resolved.name, resolved.topics[1:]) == ("DisputeResolved", [case.return_id, taken.topics[2]])
    said = resolved.values
    assert (said["ending"], said["applies"], said["accepted"], said["payUntil"]) == (WITHDRAWN, False, (), 0)
    assert standing(world, case) == (ENDED, WITHDRAWN) != (NO_STAGE, 0)
    assert (world.due(case.sale), world.turn(case.sale)[1]) == (DUE[60], PAY)


@BOTH
def test_who_withdraws_before_an_answer_may_open_another(world, by_buyer):
    case = opened(world, by_buyer)
    world.do(withdraw(world, case))
    world.do(open_dispute(world, case.sale, claim_by(by_buyer), by_buyer=by_buyer, number=2))


@pytest.mark.parametrize("stage", [ANSWERED, UNDER_REVIEW])
@BOTH
def test_who_withdraws_after_it_has_no_other_try(world, stage, by_buyer):
    case = STAGES[stage](world, by_buyer)
    world.do(withdraw(world, case))
    call = open_dispute(world, case.sale, claim_by(by_buyer), by_buyer=by_buyer, number=2)
    world.refused(call, "DisputeLimitReached", case.return_id, LIMIT)
    world.do(open_dispute(world, case.sale, claim_by(not by_buyer), by_buyer=not by_buyer, number=2))


def test_who_does_not_go_on_has_withdrawn_and_has_no_other_try(world):
    case = opened(world)
    world.do(answer(world, case))
    enforced, resolved = silence(world, case)
    assert (enforced.topics[2], resolved.values["ending"]) == (bytes(32), WITHDRAWN)
    world.refused(open_dispute(world, case.sale, number=2), "DisputeLimitReached", case.return_id, LIMIT)


# --- No time is won ---------------------------------------------------------------------------------------------------


def test_a_seller_does_not_put_off_what_he_owes_by_taking_his_disputes_back(world):
    sale = scratched(world)
    before = world.turn(sale)
    for number in range(1, LIMIT + 1):
        world.pass_time(3_600)
        world.do(open_dispute(world, sale, SELLERS_CLAIM, by_buyer=False, number=number))
        world.do(world.act("withdrawDispute", (dispute_id(sale, number), SELLER), world.key(SELLER)))
        assert world.turn(sale) == before
    world.enforced(sale)


def test_a_buyer_has_his_time_for_a_word_whatever_the_seller_disputed(world):
    sale = scratched(world)
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == CONFIRM
    world.pass_to(world.turn(sale)[3] - 10)
    world.do(open_dispute(world, sale, SELLERS_CLAIM, by_buyer=False))
    world.pass_time(10 * GRACE_S)
    world.do(world.act("withdrawDispute", (dispute_id(sale), SELLER), world.key(SELLER)))
    assert world.turn(sale)[3] > world.now() + GRACE_S
