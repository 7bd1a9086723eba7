"""addParcel: buyer or seller lists a parcel as part of a return."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import APPROVED, CARRIER, DECLINED, OTHER_CARRIER, OTHER_SELLER, REQUESTED, SELLER, WORD

TRACKING = b"\x07" * WORD
PARCEL = keccak(CARRIER.to_bytes(WORD, "big") + TRACKING)


def add(world, sale, participant=0, key=None, carrier=CARRIER, tracking=TRACKING):
    key = key or (world.key(SELLER) if participant else sale.buyer)
    return world.act("addParcel", (sale.return_id(), participant, carrier, tracking), key)


@pytest.mark.parametrize("spoil", SPOILERS)
@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_an_authorisation(world, kind, participant, spoil):
    sale = world.approved(kind)
    key = world.key(SELLER, kind) if participant else sale.buyer
    spoil(world, "addParcel", (sale.return_id(), participant, CARRIER, TRACKING), key)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_return_that_does_not_exist(world, participant):
    sale = world.claimed()
    world.refused(add(world, sale, participant), "ReturnUnknown", sale.return_id())


def test_it_refuses_as_buyer_who_is_not(world):
    sale = world.approved()
    for actor in (world.key(SELLER), sale.claim_key, world.key(CARRIER)):
        world.refused(add(world, sale, key=actor), "ReturnNotParty", sale.return_id(), actor.address)


def test_it_refuses_as_seller_who_is_not(world):
    sale = world.approved()
    for actor in (sale.buyer, world.key(OTHER_SELLER)):
        world.refused(add(world, sale, SELLER, key=actor), "KeyUnknown", actor.address, SELLER)


def test_it_refuses_the_seller_under_the_number_of_another(world):
    sale = world.approved()
    call = add(world, sale, OTHER_SELLER, key=world.key(SELLER))
    world.refused(call, "ReturnNotParty", sale.return_id(), world.key(SELLER).address)


def test_it_refuses_a_suspended_seller(world):
    sale = world.approved()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(add(world, sale, SELLER), "ParticipantSuspended", SELLER)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_is_not_approved(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(add(world, sale), "ReturnWrongStatus", sale.return_id(), status, APPROVED)


def test_it_refuses_a_parcel_twice(world):
    sale = world.approved()
    world.do(add(world, sale))
    world.refused(add(world, sale, SELLER), "ParcelAlreadyAdded", sale.return_id(), PARCEL)


def test_it_refuses_the_seventeenth_parcel(world):
    sale = world.approved()
    for _ in range(16):
        world.do(add(world, sale, tracking=world.fresh()))
    world.refused(add(world, sale), "ParcelLimitReached", sale.return_id(), 16)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_buyer_and_seller_add_a_parcel(world, kind, participant):
    sale = world.approved(kind)
    (log,) = world.do(add(world, sale, participant, key=world.key(SELLER, kind) if participant else None))
    assert (log.name, log.topics[1]) == ("ParcelAdded", sale.return_id())
    assert list(log.values.values()) == [world.now(), participant, CARRIER, TRACKING, PARCEL]


def test_the_same_number_with_another_carrier_is_another_parcel(world):
    sale = world.approved()
    world.do(add(world, sale))
    world.do(add(world, sale, carrier=OTHER_CARRIER))
