"""stateDelivery: buyer or seller states when the goods were delivered to the buyer."""

import pytest
from hostile import SPOILERS
from world import ANY, DAY, OTHER_SELLER, SELLER, TOO_LARGE, WINDOW_S, WORD

PARCEL = b"\x06" * WORD
LINE = [(0, 1, TOO_LARGE)]


def state(world, sale, participant=0, at=None, key=None):
    key = key or (world.key(SELLER) if participant else sale.buyer)
    time = world.now() if at is None else at
    return world.act("stateDelivery", (sale.id, participant, time, PARCEL), key)


@pytest.mark.parametrize("spoil", SPOILERS)
@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_an_authorisation(world, kind, participant, spoil):
    sale = world.claimed(kind)
    key = world.key(SELLER, kind) if participant else sale.buyer
    spoil(world, "stateDelivery", (sale.id, participant, world.now(), PARCEL), key)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_receipt_that_nobody_claimed(world, participant):
    sale = world.sale()
    world.refused(state(world, sale, participant), "ReceiptUnknown", sale.id)


def test_it_refuses_as_buyer_who_is_not(world, kind):
    sale = world.claimed(kind)
    for key in (sale.claim_key, world.key(SELLER, kind), world.fresh_key(kind)):
        world.refused(state(world, sale, key=key), "ReceiptNotParty", sale.id, key.address)


def test_it_refuses_as_seller_who_is_not(world, kind):
    sale = world.claimed(kind)
    for key in (sale.buyer, world.key(OTHER_SELLER, kind)):
        world.refused(state(world, sale, SELLER, key=key), "KeyUnknown", key.address, SELLER)


def test_it_refuses_another_seller_under_its_own_number(world, kind):
    sale, other = world.claimed(), world.key(OTHER_SELLER, kind)
    world.refused(state(world, sale, OTHER_SELLER, key=other), "ReceiptNotParty", sale.id, other.address)


def test_it_refuses_a_suspended_seller(world):
    sale = world.claimed()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(state(world, sale, SELLER), "ParticipantSuspended", SELLER)


def test_it_refuses_a_seller_whose_key_ended(world):
    sale = world.claimed()
    world.do(world.council_act("endKey", world.key(SELLER).address))
    world.refused(state(world, sale, SELLER), "KeyHasEnded", world.key(SELLER).address, ANY)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_time_in_the_future(world, participant):
    time = world.now() + 3_600
    world.refused(state(world, world.claimed(), participant, time), "RequestTimeInFuture", time, ANY)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_buyer_and_seller_state_the_delivery(world, kind, participant):
    sale, at = world.claimed(kind), world.now() - DAY
    (log,) = world.do(state(world, sale, participant, at, world.key(SELLER, kind) if participant else None))
    assert (log.name, log.topics[1]) == ("DeliveryStated", sale.id)
    assert list(log.values.values()) == [world.now(), participant, at, PARCEL]


@pytest.mark.parametrize("first, second", [(0, SELLER), (SELLER, 0)])
def test_the_window_runs_from_the_latest_statement(world, first, second):
    sale, delivered_at = world.claimed(), world.now()
    world.do(state(world, sale, first, delivered_at))
    world.do(state(world, sale, second, delivered_at - 5 * DAY))
    world.next_at(delivered_at + WINDOW_S)
    (log,) = world.do(world.open(sale, LINE))
    assert (log.values["late"], log.values["deliveredAt"]) == (False, delivered_at)
    world.next_at(delivered_at + WINDOW_S + 1)
    (log,) = world.do(world.open(sale, LINE, number=2))
    assert log.values["late"] is True


def test_a_later_statement_moves_the_window(world):
    sale, delivered_at = world.claimed(), world.now()
    world.do(state(world, sale, SELLER, delivered_at - WINDOW_S))
    world.do(state(world, sale, SELLER, delivered_at))
    assert world.do(world.open(sale, LINE))[0].values["late"] is False


def test_a_statement_after_the_request_changes_nothing_about_it(world):
    sale = world.claimed()
    world.do(state(world, sale, SELLER, world.now() - WINDOW_S - DAY))
    assert world.do(world.open(sale, LINE))[0].values["late"] is True
    before = world.turn(sale)
    world.do(state(world, sale, 0))
    assert world.turn(sale) == before


def test_each_receipt_has_its_own_delivery(world):
    late, other = world.claimed(), world.claimed()
    world.do(state(world, late, SELLER, world.now() - WINDOW_S - DAY))
    assert world.do(world.open(other, LINE))[0].values["late"] is False
