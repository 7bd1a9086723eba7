"""approveReturn and declineReturn: the seller answers."""

import pytest
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    CANCELLED,
    DECLINED,
    FINAL_SALE,
    INSPECTOR,
    OTHER_SELLER,
    QUESTIONED,
    REQUESTED,
    ROLE_SELLER,
    SELLER,
    TOO_LARGE,
)

DECISIONS = ["approveReturn", "declineReturn"]
REST = {"approveReturn": (INSPECTOR, False, []), "declineReturn": (FINAL_SALE,)}


def decide(world, decision, sale, key=None):
    return world.act(decision, (sale.return_id(), *REST[decision]), key or world.key(SELLER))


each_decision = pytest.mark.parametrize("decision", DECISIONS)


@each_decision
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, decision, spoil):
    spoil(world, decision, (world.opened().return_id(), *REST[decision]), world.key(SELLER, kind))


@each_decision
def test_it_refuses_a_return_that_does_not_exist(world, decision):
    sale = world.claimed()
    world.refused(decide(world, decision, sale), "ReturnUnknown", sale.return_id())


@each_decision
def test_it_refuses_the_buyer_and_other_participants(world, kind, decision):
    sale = world.opened(kind)
    for actor in (sale.buyer, world.key(OTHER_SELLER, kind), world.key(INSPECTOR, kind)):
        world.refused(decide(world, decision, sale, actor), "KeyUnknown", actor.address, SELLER)


@each_decision
def test_it_refuses_an_ended_key(world, decision):
    sale = world.opened()
    world.do(world.council_act("endKey", world.key(SELLER).address))
    world.refused(decide(world, decision, sale), "KeyHasEnded", world.key(SELLER).address, ANY)


@each_decision
def test_it_refuses_a_suspended_seller(world, decision):
    sale = world.opened()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(decide(world, decision, sale), "ParticipantSuspended", SELLER)


@each_decision
def test_it_refuses_a_seller_who_lost_the_role(world, decision):
    sale = world.opened()
    world.do(world.council_act("setRoles", SELLER, 2))
    world.refused(decide(world, decision, sale), "ParticipantMissingRole", SELLER, ROLE_SELLER)


@each_decision
@pytest.mark.parametrize("stage, status", [("approved", APPROVED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_was_decided(world, decision, stage, status):
    sale = getattr(world, stage)()
    world.refused(decide(world, decision, sale), "ReturnWrongStatus", sale.return_id(), status, REQUESTED)


@each_decision
def test_it_refuses_a_return_about_which_the_buyer_was_asked(world, decision):
    sale = world.opened()
    world.do(world.seller_does("askBuyer", sale, world.fresh()))
    world.refused(decide(world, decision, sale), "ReturnWrongStatus", sale.return_id(), QUESTIONED, REQUESTED)


@each_decision
def test_it_refuses_a_return_that_the_buyer_cancelled(world, decision):
    sale = world.opened()
    world.do(world.buyer_does("cancelReturn", sale))
    world.refused(decide(world, decision, sale), "ReturnWrongStatus", sale.return_id(), CANCELLED, REQUESTED)


@pytest.mark.parametrize("reason, category", [(0, 0), (999, 0), (TOO_LARGE, 1), (201, 5)])
def test_it_refuses_to_decline_for_a_reason_that_is_none(world, reason, category):
    call = world.seller_does("declineReturn", world.opened(), reason)
    world.refused(call, "ReasonWrongCategory", reason, category)


def test_the_seller_approves(world, kind):
    sale = world.opened()
    (log,) = world.do(decide(world, "approveReturn", sale, world.key(SELLER, kind)))
    assert log.name == "ReturnApproved"
    assert list(log.values.values()) == [world.now(), INSPECTOR, False, (), (), False]
    assert world.status(sale.return_id()) == APPROVED


def test_the_seller_declines(world, kind):
    sale = world.opened()
    (log,) = world.do(decide(world, "declineReturn", sale, world.key(SELLER, kind)))
    assert log.name == "ReturnDeclined"
    assert list(log.values.values()) == [world.now(), FINAL_SALE]
    assert world.status(sale.return_id()) == DECLINED
