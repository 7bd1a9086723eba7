"""approveReturn and declineReturn: the seller answers."""

import pytest
from hostile import SPOILERS
from world import ANY, APPROVED, DECLINED, INSPECTOR, OTHER_SELLER, REQUESTED, ROLE_SELLER, SELLER

DECISIONS = ["approveReturn", "declineReturn"]
REST = {"approveReturn": INSPECTOR, "declineReturn": 7}


def decide(world, decision, sale, key=None):
    return world.act(decision, (sale.return_id(), REST[decision]), key or world.key(SELLER))


pytestmark = pytest.mark.parametrize("decision", DECISIONS)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, decision, spoil):
    spoil(world, decision, (world.opened().return_id(), REST[decision]), world.key(SELLER, kind))


def test_it_refuses_a_return_that_does_not_exist(world, decision):
    sale = world.claimed()
    world.refused(decide(world, decision, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_the_buyer_and_other_participants(world, decision):
    sale = world.opened()
    for actor in (sale.buyer, world.key(OTHER_SELLER), world.key(INSPECTOR)):
        world.refused(decide(world, decision, sale, actor), "KeyUnknown", actor.address, SELLER)


def test_it_refuses_an_ended_key(world, decision):
    sale = world.opened()
    world.do(world.council_act("endKey", world.key(SELLER).address))
    world.refused(decide(world, decision, sale), "KeyHasEnded", world.key(SELLER).address, ANY)


def test_it_refuses_a_suspended_seller(world, decision):
    sale = world.opened()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(decide(world, decision, sale), "ParticipantSuspended", SELLER)


def test_it_refuses_a_seller_who_lost_the_role(world, decision):
    sale = world.opened()
    world.do(world.council_act("setRoles", SELLER, 2))
    world.refused(decide(world, decision, sale), "ParticipantMissingRole", SELLER, ROLE_SELLER)


@pytest.mark.parametrize("stage, status", [("approved", APPROVED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_was_decided(world, decision, stage, status):
    sale = getattr(world, stage)()
    world.refused(decide(world, decision, sale), "ReturnWrongStatus", sale.return_id(), status, REQUESTED)


def test_the_seller_decides(world, kind, decision):
    sale = world.opened()
    (log,) = world.do(decide(world, decision, sale, world.key(SELLER, kind)))
    assert log.name == {"approveReturn": "ReturnApproved", "declineReturn": "ReturnDeclined"}[decision]
    assert list(log.values.values()) == [world.now(), REST[decision]]
    assert world.status(sale.return_id()) == {"approveReturn": APPROVED, "declineReturn": DECLINED}[decision]
