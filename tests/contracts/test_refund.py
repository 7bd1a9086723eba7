"""releaseRefund: the seller attests that money was released to the buyer."""

import pytest
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    CONFIRM,
    CONFIRM_S,
    DAY,
    DECLINED,
    INSPECT,
    INSPECTOR,
    OTHER_SELLER,
    PAID_MINOR,
    PAY,
    REPLACE,
    REPLACEMENT,
    REQUESTED,
    SELLER,
    SEND,
    TOO_LARGE,
    WORD,
)

PAYMENT = b"\x0a" * WORD
MOST_MINOR = 2**48 - 1


def refund(world, sale, amount, goodwill=0, key=None, number=1, paid_at=0):
    request = (sale.return_id(number), amount, goodwill, PAYMENT, paid_at)
    return world.act("releaseRefund", request, key or world.key(SELLER))


def second_return(world, sale):
    world.do(world.open(sale, [(0, 1, TOO_LARGE)], number=2))
    world.do(world.approve(sale, number=2))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    request = (world.approved().return_id(), 1, 0, PAYMENT, world.now())
    spoil(world, "releaseRefund", request, world.key(SELLER, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(refund(world, sale, 1), "ReturnUnknown", sale.return_id())


def test_it_refuses_who_is_not_the_seller(world, kind):
    sale = world.approved(kind)
    for key in (sale.buyer, world.key(OTHER_SELLER, kind), world.key(INSPECTOR, kind)):
        world.refused(refund(world, sale, 1, key=key), "KeyUnknown", key.address, SELLER)


def test_it_refuses_a_suspended_seller_and_an_ended_key(world):
    sale = world.approved()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(refund(world, sale, 1), "ParticipantSuspended", SELLER)
    world.do(world.council_act("endKey", world.key(SELLER).address))
    world.refused(refund(world, sale, 1), "KeyHasEnded", world.key(SELLER).address, ANY)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_is_not_approved(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(refund(world, sale, 1), "ReturnWrongStatus", sale.return_id(), status, APPROVED)


def test_it_refuses_a_payment_in_the_future(world):
    time = world.now() + 3_600
    world.refused(refund(world, world.approved(), 1, paid_at=time), "RequestTimeInFuture", time, ANY)


def test_it_refuses_no_money(world):
    sale = world.approved()
    world.refused(refund(world, sale, 0), "RefundZero", sale.return_id())


@pytest.mark.parametrize(
    "amount, goodwill", [(PAID_MINOR + 1, 0), (0, PAID_MINOR + 1), (PAID_MINOR, 1), (MOST_MINOR, MOST_MINOR)]
)
def test_it_refuses_more_than_was_paid(world, amount, goodwill):
    sale = world.approved()
    call = refund(world, sale, amount, goodwill)
    world.refused(call, "RefundTooLarge", sale.return_id(), amount + goodwill, PAID_MINOR)


def test_it_refuses_more_than_was_paid_over_several_refunds(world):
    sale = world.approved()
    for amount, goodwill in ((1_000, 0), (600, 400), (0, 1_000)):
        world.do(refund(world, sale, amount, goodwill))
    left = PAID_MINOR - 3_000
    world.refused(refund(world, sale, left + 1), "RefundTooLarge", sale.return_id(), left + 1, left)
    world.refused(refund(world, sale, MOST_MINOR), "RefundTooLarge", sale.return_id(), MOST_MINOR, left)
    world.do(refund(world, sale, left))
    world.refused(refund(world, sale, 0, 1), "RefundTooLarge", sale.return_id(), 1, 0)


def test_it_refuses_more_than_was_paid_over_several_returns(world):
    sale = world.approved()
    second_return(world, sale)
    world.do(refund(world, sale, PAID_MINOR - 1))
    world.refused(refund(world, sale, 2, number=2), "RefundTooLarge", sale.return_id(2), 2, 1)


def test_the_seller_releases_all_that_was_paid(world, kind):
    sale, paid_at = world.approved(), world.now()
    (log,) = world.do(refund(world, sale, PAID_MINOR - 7, 7, world.key(SELLER, kind), paid_at=paid_at))
    assert (log.name, log.topics[1]) == ("RefundReleased", sale.return_id())
    assert list(log.values.values()) == [world.now(), PAID_MINOR - 7, 7, PAYMENT, paid_at, 0, PAID_MINOR]


def test_a_refund_tells_what_was_due_before_it(world):
    sale = world.inspected()
    due = world.due(sale)
    assert world.do(refund(world, sale, 100))[0].values["dueMinor"] == due
    assert world.do(refund(world, sale, 100))[0].values["dueMinor"] == due - 100
    assert world.do(refund(world, sale, due - 200))[0].values["dueMinor"] == due - 200
    assert world.do(refund(world, sale, 100))[0].values["dueMinor"] == 0


def test_money_does_not_wait_for_goods(world):
    sale = world.approved()
    before = world.turn(sale)
    world.pass_time(DAY)
    assert world.do(refund(world, sale, 1))[0].name == "RefundReleased"
    assert world.turn(sale) == before
    assert before[1] == SEND


def test_the_buyer_s_time_runs_from_the_payment_of_all_that_is_due(world):
    sale = world.inspected()
    world.do(refund(world, sale, world.due(sale)))
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_the_buyer_s_time_runs_from_the_claimed_payment(world):
    sale = world.inspected()
    paid_at = world.now() - DAY
    world.do(refund(world, sale, world.due(sale), paid_at=paid_at))
    assert world.turn(sale)[1:3] == (CONFIRM, paid_at + CONFIRM_S)


@pytest.mark.parametrize("amount, goodwill", [(1, 0), (0, 1), (1, 1)])
def test_a_part_of_what_is_due_does_not_put_off_the_rest(world, amount, goodwill):
    sale = world.inspected()
    before = world.turn(sale)
    world.pass_time(DAY)
    world.do(refund(world, sale, amount, goodwill))
    assert world.turn(sale) == before
    assert before[1] == PAY


def test_the_last_part_of_what_is_due_starts_the_buyer_s_time(world):
    sale = world.inspected()
    world.do(refund(world, sale, 1))
    world.pass_time(DAY)
    world.do(refund(world, sale, world.due(sale)))
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_nothing_is_due_once_all_that_was_paid_is_given_freely(world):
    sale = world.inspected()
    world.pass_time(DAY)
    world.do(refund(world, sale, 1, PAID_MINOR - 1))
    assert world.due(sale) == 0
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_more_than_is_due_does_not_start_the_buyer_s_time_anew(world):
    sale = world.paid()
    before = world.turn(sale)
    world.pass_time(DAY)
    world.do(refund(world, sale, 1))
    assert world.turn(sale) == before


def test_money_for_what_is_inspected_does_not_put_off_the_inspection_of_the_rest(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    before = world.turn(sale)
    world.pass_time(DAY)
    world.do(refund(world, sale, world.due(sale)))
    assert world.turn(sale) == before
    assert before[1] == INSPECT


def test_money_does_not_put_off_a_replacement(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale, returnless=True))
    before = world.turn(sale)
    world.pass_time(DAY)
    world.do(refund(world, sale, world.due(sale)))
    assert world.turn(sale) == before
    assert before[1] == REPLACE


def test_who_is_paid_after_a_default_has_his_time_to_answer(world):
    sale = world.inspected()
    world.enforced(sale)
    world.pass_time(DAY)
    world.do(refund(world, sale, world.due(sale)))
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_a_refund_in_advance_counts_towards_what_is_due(world):
    sale = world.received()
    world.do(refund(world, sale, 500))
    world.do(world.inspect(sale))
    due = world.due(sale)
    world.do(refund(world, sale, due))
    assert (world.turn(sale)[1], world.due(sale)) == (CONFIRM, 0)
