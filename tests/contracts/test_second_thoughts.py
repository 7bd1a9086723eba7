"""cancelReturn and reopenReturn: the buyer takes his request back, and may ask again once."""

import pytest
from hostile import SPOILERS
from world import (
    ANSWER,
    ANSWER_S,
    APPROVED,
    CANCELLED,
    CLOSED,
    DECLINED,
    EXPIRED,
    FINAL_SALE,
    GRACE_S,
    OF_SELLER,
    RECEIVE,
    REOPEN_S,
    REPLACEMENT,
    REPLACEMENT_SENT,
    REQUESTED,
    SELLER,
    SEND,
    TOO_LARGE,
    WORD,
)

ALL = [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]


def cancel(world, sale, key=None):
    return world.act("cancelReturn", (sale.return_id(),), key or sale.buyer)


def reopen(world, sale, key=None):
    return world.act("reopenReturn", (sale.return_id(), world.fresh()), key or sale.buyer)


def cancelled(world, kind="secp256k1"):
    sale = world.opened(kind)
    world.do(cancel(world, sale))
    return sale


def expired(world):
    sale = world.approved()
    world.enforced(sale)
    return sale


LAPSED = {"declined": lambda world: world.declined(), "cancelled": cancelled, "expired": expired}
each_lapsed = pytest.mark.parametrize("lapse", LAPSED)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_cancel(world, kind, spoil):
    sale = world.opened(kind)
    spoil(world, "cancelReturn", (sale.return_id(),), sale.buyer)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_reopen(world, kind, spoil):
    sale = cancelled(world, kind)
    spoil(world, "reopenReturn", (sale.return_id(), world.fresh()), sale.buyer)


@pytest.mark.parametrize("act", [cancel, reopen])
def test_it_refuses_a_return_that_does_not_exist(world, act):
    sale = world.claimed()
    world.refused(act(world, sale), "ReturnUnknown", sale.return_id())


@pytest.mark.parametrize("act, stage", [(cancel, "opened"), (reopen, "declined")])
def test_it_refuses_who_is_not_the_buyer(world, kind, act, stage):
    sale = getattr(world, stage)()
    for key in (sale.claim_key, world.key(SELLER, kind), world.fresh_key(kind)):
        world.refused(act(world, sale, key), "ReturnNotParty", sale.return_id(), key.address)


# --- Cancelling -------------------------------------------------------------------------------------------------------


@each_lapsed
def test_it_refuses_to_cancel_what_has_lapsed(world, lapse):
    sale = LAPSED[lapse](world)
    status = {"declined": DECLINED, "cancelled": CANCELLED, "expired": EXPIRED}[lapse]
    world.refused(cancel(world, sale), "ReturnWrongStatus", sale.return_id(), status, REQUESTED)


def test_it_refuses_to_cancel_what_is_closed(world):
    sale = world.opened()
    world.do(world.buyer_does("closeReturn", sale))
    world.refused(cancel(world, sale), "ReturnWrongStatus", sale.return_id(), CLOSED, REQUESTED)


@pytest.mark.parametrize("stage", ["received", "inspected", "paid"])
def test_it_refuses_to_cancel_once_goods_arrived(world, stage):
    sale = getattr(world, stage)()
    world.refused(cancel(world, sale), "ReturnGoodsArrived", sale.return_id())


def test_it_refuses_to_cancel_once_silence_accepted_the_goods(world):
    sale = world.approved()
    world.do(world.send(sale, document=world.fresh()))
    world.enforced(sale)
    world.refused(cancel(world, sale), "ReturnGoodsArrived", sale.return_id())


def test_it_refuses_to_cancel_a_withdrawal_once_silence_accepted_the_goods(world):
    sale = world.withdrawn()
    world.do(world.send(sale, document=world.fresh()))
    world.enforced(sale)
    world.refused(cancel(world, sale), "ReturnGoodsArrived", sale.return_id())


def test_it_refuses_to_cancel_once_money_was_paid_in_advance(world):
    sale = world.approved()
    world.do(world.pay(sale, 1))
    world.refused(cancel(world, sale), "ReturnGoodsArrived", sale.return_id())


def test_it_refuses_to_cancel_once_a_replacement_was_sent_in_advance(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale))
    world.do(world.seller_does("addParcel", sale, SELLER, REPLACEMENT_SENT, 2, world.fresh(), 0, bytes(WORD)))
    world.refused(cancel(world, sale), "ReturnGoodsArrived", sale.return_id())


@pytest.mark.parametrize("stage", ["opened", "approved", "sent"])
def test_the_buyer_cancels_before_goods_arrived(world, kind, stage):
    sale = getattr(world, stage)(kind)
    (log,) = world.do(cancel(world, sale))
    assert (log.name, log.topics[1]) == ("ReturnCancelled", sale.return_id())
    assert list(log.values.values()) == [world.now()]
    assert world.status(sale.return_id()) == CANCELLED


@each_lapsed
def test_pieces_of_a_lapsed_return_are_free(world, lapse):
    world.do(world.open(LAPSED[lapse](world), ALL, number=2))


# --- Reopening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("approved", APPROVED), ("paid", APPROVED)])
def test_it_refuses_to_reopen_what_has_not_lapsed(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(reopen(world, sale), "ReturnWrongStatus", sale.return_id(), status, DECLINED)


@each_lapsed
def test_it_refuses_to_reopen_what_is_closed(world, lapse):
    sale = LAPSED[lapse](world)
    world.do(world.buyer_does("closeReturn", sale))
    world.refused(reopen(world, sale), "ReturnWrongStatus", sale.return_id(), CLOSED, DECLINED)


def test_it_refuses_to_reopen_twice(world):
    sale = cancelled(world)
    world.do(reopen(world, sale))
    world.do(world.seller_does("declineReturn", sale, FINAL_SALE))
    world.refused(reopen(world, sale), "ReturnReopenedBefore", sale.return_id())


@each_lapsed
def test_it_refuses_to_reopen_too_late(world, lapse):
    sale = LAPSED[lapse](world)
    until = world.now() + REOPEN_S + GRACE_S
    world.pass_to(until)
    world.refused(reopen(world, sale), "ReturnReopenTooLate", sale.return_id(), until)


@each_lapsed
def test_it_is_reopened_in_the_last_second(world, lapse):
    sale = LAPSED[lapse](world)
    world.next_at(world.now() + REOPEN_S + GRACE_S - 1)
    world.do(reopen(world, sale))


def test_it_refuses_to_reopen_what_another_return_has_taken(world):
    sale = cancelled(world)
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))
    world.refused(reopen(world, sale), "QuantityTooLarge", 0, 2, 1)


def test_it_is_reopened_once_the_other_return_has_lapsed_too(world):
    sale = cancelled(world)
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))
    world.do(world.buyer_does("cancelReturn", sale, number=2))
    world.do(reopen(world, sale))
    call = world.buyer_does("reopenReturn", sale, world.fresh(), number=2)
    world.refused(call, "QuantityTooLarge", 0, 2, 1)


@each_lapsed
def test_the_buyer_asks_again(world, lapse):
    sale, document = LAPSED[lapse](world), world.fresh()
    (log,) = world.do(world.buyer_does("reopenReturn", sale, document))
    assert (log.name, log.topics[1]) == ("ReturnReopened", sale.return_id())
    assert list(log.values.values()) == [world.now(), document]
    assert world.status(sale.return_id()) == REQUESTED
    assert world.turn(sale)[:3] == (OF_SELLER, ANSWER, world.now() + ANSWER_S)


def test_the_buyer_asks_again_by_both_kinds_of_key(world, kind):
    world.do(reopen(world, cancelled(world, kind)))


def test_what_is_reopened_takes_its_pieces_again(world):
    sale = cancelled(world)
    world.do(reopen(world, sale))
    world.refused(world.open(sale, ALL, number=2), "QuantityTooLarge", 0, 3, 1)
    world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 1, TOO_LARGE)], number=2))


def test_a_parcel_named_before_says_nothing_about_what_is_sent_after_reopening(world):
    sale = world.approved()
    world.do(world.send(sale, document=world.fresh()))
    world.do(cancel(world, sale))
    world.do(reopen(world, sale))
    world.do(world.approve(sale))
    assert world.turn(sale)[1] == SEND
    world.do(world.send(sale))
    assert (world.turn(sale)[1], world.turn(sale)[4]) == (RECEIVE, 3)


def test_a_withdrawal_that_is_reopened_needs_an_answer(world):
    sale = world.withdrawn()
    world.do(cancel(world, sale))
    world.do(reopen(world, sale))
    assert world.status(sale.return_id()) == REQUESTED


def test_a_return_is_cancelled_after_it_was_reopened(world):
    sale = cancelled(world)
    world.do(reopen(world, sale))
    world.do(cancel(world, sale))
    world.do(world.open(sale, ALL, number=2))
