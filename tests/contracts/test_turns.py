"""turnOf: whose turn it is, until when, and then what, in every stage."""

import pytest
from stages import DOCUMENTED, STAGES, send_documented, withdrawal
from world import (
    ANSWER,
    BECOMES_ACCEPTED,
    CLOSED,
    CONFIRM,
    DAY,
    GIVE_BACK,
    GRACE_S,
    NO_ACT,
    NO_CONSEQUENCE,
    NOBODY,
    OF_SELLER,
    PAY,
    PAY_S,
    PROVE,
    REOPEN,
    REPLACE,
    REPLACEMENT,
    TERM_NAMES,
    terms,
)

each_stage = pytest.mark.parametrize("stage", STAGES)


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    for view in ("turnOf", "refundOf"):
        world.refused(world.encode("ReturnLedger", view, sale.return_id()), "ReturnUnknown", sale.return_id())


@each_stage
def test_every_stage_has_its_turn(world, stage):
    expected = STAGES[stage]
    sale, start = expected.start(world)
    until = start + expected.period_s
    found = world.turn(sale)
    assert found == (expected.who, expected.awaited, until, until + GRACE_S, expected.consequence, expected.needs)


@each_stage
def test_time_alone_changes_no_turn(world, stage):
    sale, _ = STAGES[stage].start(world)
    before = world.turn(sale)
    world.pass_to(before[3] + 1_000 * DAY)
    assert world.turn(sale) == before


def test_a_closed_return_waits_for_nobody(world):
    sale = world.paid()
    world.do(world.buyer_does("closeReturn", sale))
    assert world.status(sale.return_id()) == CLOSED
    assert world.turn(sale) == (NOBODY, NO_ACT, 0, 0, NO_CONSEQUENCE, 0)


def test_without_a_grace_silence_counts_with_the_deadline(world):
    sale = world.claimed(version=world.policy(grace_s=0))
    world.do(world.open(sale))
    turn = world.turn(sale)
    assert turn[2] == turn[3]


def test_the_longest_periods_do_not_overflow(world):
    most = 2**32 - 1
    periods = dict.fromkeys(["answer_s", "send_s", "transit_s", "inspect_s", "pay_s", "confirm_s", "grace_s"], most)
    sale = world.claimed(version=world.policy(**periods))
    world.do(world.open(sale))
    assert world.turn(sale)[2:4] == (world.now() + most, world.now() + 2 * most)
    world.pass_to(world.turn(sale)[3])
    world.do(world.enforce(sale))


def test_money_comes_before_a_replacement_is_thought_of_and_goods_given_back_last(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 1, 1, 0, 1, 1), (1, 1, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == PAY
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1:3] == (GIVE_BACK, world.now() + PAY_S)


def test_a_replacement_comes_before_goods_given_back(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale))
    world.do(world.receive(sale))
    world.do(world.inspect(sale, [(0, 1, 1, 0, 1, 1), (1, 1, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == REPLACE


def test_a_return_that_is_worth_nothing_goes_straight_to_the_buyer_s_word(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 2, 0, 10_000, 5, 1), (1, 1, 0, 10_000, 5, 1)]))
    assert (world.due(sale), world.turn(sale)[1]) == (0, CONFIRM)


def test_a_payment_of_a_withdrawal_is_never_due_before_it_was_sent(world):
    sale, opened_at = withdrawal(world)
    world.pass_to(opened_at + PAY_S + 5 * DAY)
    world.do(send_documented(world, sale))
    until = world.now()
    assert world.turn(sale) == (OF_SELLER, PAY, until, until + GRACE_S, BECOMES_ACCEPTED, DOCUMENTED)


@pytest.mark.parametrize("stage, awaited", [("reopened", ANSWER), ("contested", PROVE), ("cancelled", REOPEN)])
def test_second_thoughts_start_a_new_clock(world, stage, awaited):
    sale = world.paid() if stage == "contested" else world.opened()
    world.pass_time(DAY)
    if stage == "contested":
        world.do(world.buyer_does("confirmOutcome", sale, False, world.fresh()))
    else:
        world.do(world.buyer_does("cancelReturn", sale))
    if stage == "reopened":
        world.pass_time(DAY)
        world.do(world.buyer_does("reopenReturn", sale, world.fresh()))
    period_s = {ANSWER: "answer_s", PROVE: "pay_s", REOPEN: "reopen_s"}[awaited]
    assert world.turn(sale)[1:3] == (awaited, world.now() + terms()[TERM_NAMES.index(period_s)])
