"""closeReturn: the buyer at any time, the seller once he declined or paid."""

import pytest
from hostile import SPOILERS
from world import APPROVED, CLOSED, OTHER_SELLER, REQUESTED, SELLER, WORD


def close(world, sale, participant=0, key=None):
    key = key or (world.key(SELLER) if participant else sale.buyer)
    return world.act("closeReturn", (sale.return_id(), participant), key)


def refunded(world):
    sale = world.approved()
    request = (sale.return_id(), 1, bytes(WORD), world.now())
    world.do(world.act("releaseRefund", request, world.key(SELLER)))
    return sale


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_buyer(world, kind, spoil):
    sale = world.opened(kind)
    spoil(world, "closeReturn", (sale.return_id(), 0), sale.buyer)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_seller(world, kind, spoil):
    spoil(world, "closeReturn", (world.declined().return_id(), SELLER), world.key(SELLER, kind))


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_return_that_does_not_exist(world, participant):
    sale = world.claimed()
    world.refused(close(world, sale, participant), "ReturnUnknown", sale.return_id())


def test_it_refuses_as_buyer_who_is_not(world):
    sale = world.opened()
    for key in (world.key(SELLER), sale.claim_key):
        world.refused(close(world, sale, key=key), "ReturnNotParty", sale.return_id(), key.address)


def test_it_refuses_as_seller_who_is_not(world):
    sale, other = world.declined(), world.key(OTHER_SELLER)
    world.refused(close(world, sale, SELLER, key=other), "KeyUnknown", other.address, SELLER)
    call = close(world, sale, OTHER_SELLER, key=world.key(SELLER))
    world.refused(call, "ReturnNotParty", sale.return_id(), world.key(SELLER).address)


def test_it_refuses_a_suspended_seller(world):
    sale = world.declined()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(close(world, sale, SELLER), "ParticipantSuspended", SELLER)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("approved", APPROVED)])
def test_it_refuses_the_seller_before_he_declined_or_paid(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(close(world, sale, SELLER), "ReturnNotSettled", sale.return_id(), status)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_return_that_is_closed(world, participant):
    sale = world.declined()
    world.do(close(world, sale))
    world.refused(close(world, sale, participant), "ReturnWrongStatus", sale.return_id(), CLOSED, APPROVED)


def test_nothing_is_recorded_on_a_closed_return(world):
    sale = refunded(world)
    world.do(close(world, sale))
    request = (sale.return_id(), 1, bytes(WORD), world.now())
    call = world.act("releaseRefund", request, world.key(SELLER))
    world.refused(call, "ReturnWrongStatus", sale.return_id(), CLOSED, APPROVED)


@pytest.mark.parametrize("stage", ["opened", "approved", "declined"])
def test_the_buyer_closes_at_any_time(world, kind, stage):
    sale = world.declined() if stage == "declined" else getattr(world, stage)(kind)
    (log,) = world.do(close(world, sale))
    assert (log.name, log.topics[1]) == ("ReturnClosed", sale.return_id())
    assert list(log.values.values()) == [world.now(), 0]
    assert world.status(sale.return_id()) == CLOSED


def test_the_seller_closes_what_he_declined(world, kind):
    sale = world.declined()
    (log,) = world.do(close(world, sale, SELLER, world.key(SELLER, kind)))
    assert log.values["participant"] == SELLER


def test_the_seller_closes_what_he_paid(world):
    sale = refunded(world)
    world.do(close(world, sale, SELLER))
    assert world.status(sale.return_id()) == CLOSED
