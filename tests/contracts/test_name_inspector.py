"""nameInspector: for a withdrawal, which needs no approval, the seller says once who may receive and inspect."""

import pytest
from hostile import SPOILERS
from world import APPROVED, INSPECTOR, OTHER_SELLER, REQUESTED, SELLER, WORD


def name(world, sale, inspector=INSPECTOR, key=None):
    return world.act("nameInspector", (sale.return_id(), inspector), key or world.key(SELLER))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "nameInspector", (world.withdrawn().return_id(), INSPECTOR), world.key(SELLER, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(name(world, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_who_is_not_the_seller(world, kind):
    sale = world.withdrawn()
    for key in (sale.buyer, world.key(OTHER_SELLER, kind), world.key(INSPECTOR, kind)):
        world.refused(name(world, sale, key=key), "KeyUnknown", key.address, SELLER)


def test_it_refuses_what_is_not_approved(world):
    sale = world.opened()
    world.refused(name(world, sale), "ReturnWrongStatus", sale.return_id(), REQUESTED, APPROVED)


def test_it_refuses_nobody_a_second_one_and_other_returns(world):
    sale = world.withdrawn()
    world.refused(name(world, sale, 0), "InspectorInvalid", sale.return_id(), 0)
    world.do(name(world, sale))
    world.refused(name(world, sale, OTHER_SELLER), "InspectorInvalid", sale.return_id(), INSPECTOR)
    goodwill = world.opened()
    world.do(world.approve(goodwill, inspector=0))
    world.refused(name(world, goodwill), "InspectorInvalid", goodwill.return_id(), 0)


def test_who_was_named_receives_and_inspects(world, kind):
    sale = world.withdrawn()
    world.refused(world.receive(sale), "ReturnNotParty", sale.return_id(), world.key(INSPECTOR).address)
    (log,) = world.do(name(world, sale, key=world.key(SELLER, kind)))
    assert (log.name, log.topics[1]) == ("InspectorNamed", sale.return_id())
    assert list(log.values.values()) == [world.now(), INSPECTOR]
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    assert world.due(sale) != 0


def test_it_moves_no_deadline(world):
    sale = world.withdrawn()
    world.do(world.send(sale, document=b"\x01" * WORD))
    before = world.turn(sale)
    world.do(name(world, sale))
    assert world.turn(sale) == before
