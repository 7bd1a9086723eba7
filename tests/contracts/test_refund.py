"""releaseRefund: the seller attests that money was released to the buyer."""

import pytest
from hostile import SPOILERS
from world import ANY, APPROVED, DECLINED, INSPECTOR, OTHER_SELLER, PAID_MINOR, REQUESTED, SELLER, WORD

PAYMENT = b"\x0a" * WORD


def refund(world, sale, amount, key=None, number=1, paid_at=None):
    time = world.now() if paid_at is None else paid_at
    return world.act("releaseRefund", (sale.return_id(number), amount, PAYMENT, time), key or world.key(SELLER))


def second_return(world, sale):
    world.do(world.open(sale, [(0, 1, 3)], number=2))
    world.do(world.act("approveReturn", (sale.return_id(2), 0), world.key(SELLER)))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    request = (world.approved().return_id(), 1, PAYMENT, world.now())
    spoil(world, "releaseRefund", request, world.key(SELLER, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(refund(world, sale, 1), "ReturnUnknown", sale.return_id())


def test_it_refuses_who_is_not_the_seller(world):
    sale = world.approved()
    for key in (sale.buyer, world.key(OTHER_SELLER), world.key(INSPECTOR)):
        world.refused(refund(world, sale, 1, key), "KeyUnknown", key.address, SELLER)


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


@pytest.mark.parametrize("amount", [PAID_MINOR + 1, 2**128 - 1])
def test_it_refuses_more_than_was_paid(world, amount):
    sale = world.approved()
    world.refused(refund(world, sale, amount), "RefundTooLarge", sale.return_id(), amount, PAID_MINOR)


def test_it_refuses_more_than_was_paid_over_several_refunds(world):
    sale = world.approved()
    for _ in range(3):
        world.do(refund(world, sale, 1_000))
    left = PAID_MINOR - 3_000
    world.refused(refund(world, sale, left + 1), "RefundTooLarge", sale.return_id(), left + 1, left)
    world.refused(refund(world, sale, 2**128 - 1), "RefundTooLarge", sale.return_id(), 2**128 - 1, left)
    world.do(refund(world, sale, left))
    world.refused(refund(world, sale, 1), "RefundTooLarge", sale.return_id(), 1, 0)


def test_it_refuses_more_than_was_paid_over_several_returns(world):
    sale = world.approved()
    second_return(world, sale)
    world.do(refund(world, sale, PAID_MINOR - 1))
    world.refused(refund(world, sale, 2, number=2), "RefundTooLarge", sale.return_id(2), 2, 1)


def test_the_seller_releases_all_that_was_paid(world, kind):
    sale = world.approved()
    (log,) = world.do(refund(world, sale, PAID_MINOR, world.key(SELLER, kind)))
    assert (log.name, log.topics[1]) == ("RefundReleased", sale.return_id())
    assert (log.values["amountMinor"], log.values["payment"]) == (PAID_MINOR, PAYMENT)


def test_money_does_not_wait_for_goods(world):
    sale = world.approved()
    assert world.do(refund(world, sale, 1))[0].name == "RefundReleased"
    assert world.status(sale.return_id()) == APPROVED
