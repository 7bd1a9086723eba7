"""receiveGoods: the seller or the named inspector states that goods arrived."""

import pytest
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    CARRIER,
    DECLINED,
    INSPECTOR,
    OTHER_SELLER,
    REQUESTED,
    ROLE_INSPECTOR,
    ROLE_SELLER,
    SELLER,
)


def receive(world, sale, lines=((0, 1),), participant=INSPECTOR, key=None, at=None):
    time = world.now() if at is None else at
    return world.act("receiveGoods", (sale.return_id(), participant, time, list(lines)), key or world.key(participant))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    sale = world.approved()
    spoil(world, "receiveGoods", (sale.return_id(), INSPECTOR, world.now(), [(0, 1)]), world.key(INSPECTOR, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(receive(world, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_a_participant_that_was_not_named(world):
    sale = world.approved()
    for participant in (OTHER_SELLER, CARRIER):
        call = receive(world, sale, participant=participant)
        world.refused(call, "ReturnNotParty", sale.return_id(), world.key(participant).address)


def test_it_refuses_the_buyer_as_participant_zero(world):
    sale = world.approved()
    call = receive(world, sale, participant=0, key=sale.buyer)
    world.refused(call, "ReturnNotParty", sale.return_id(), sale.buyer.address)


def test_nobody_is_inspector_where_none_was_named(world):
    sale = world.opened()
    world.do(world.act("approveReturn", (sale.return_id(), 0), world.key(SELLER)))
    world.refused(receive(world, sale), "ReturnNotParty", sale.return_id(), world.key(INSPECTOR).address)
    call = receive(world, sale, participant=0, key=sale.buyer)
    world.refused(call, "KeyUnknown", sale.buyer.address, 0)


def test_it_refuses_a_key_of_another_participant(world):
    sale = world.approved()
    call = receive(world, sale, key=world.key(CARRIER))
    world.refused(call, "KeyUnknown", world.key(CARRIER).address, INSPECTOR)


def test_it_refuses_an_ended_key_and_a_suspended_inspector(world):
    sale = world.approved()
    world.do(world.council_act("setSuspension", INSPECTOR, True))
    world.refused(receive(world, sale), "ParticipantSuspended", INSPECTOR)
    world.do(world.council_act("endKey", world.key(INSPECTOR).address))
    world.refused(receive(world, sale), "KeyHasEnded", world.key(INSPECTOR).address, ANY)


def test_it_refuses_an_inspector_without_the_role(world):
    sale = world.approved()
    world.do(world.council_act("setRoles", INSPECTOR, 2))
    world.refused(receive(world, sale), "ParticipantMissingRole", INSPECTOR, ROLE_SELLER | ROLE_INSPECTOR)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_is_not_approved(world, stage, status):
    sale = getattr(world, stage)()
    call = receive(world, sale, participant=SELLER)
    world.refused(call, "ReturnWrongStatus", sale.return_id(), status, APPROVED)


def test_it_refuses_a_time_in_the_future(world):
    time = world.now() + 3_600
    world.refused(receive(world, world.approved(), at=time), "RequestTimeInFuture", time, ANY)


@pytest.mark.parametrize("count", [0, 51])
def test_it_refuses_too_few_or_too_many_lines(world, count):
    world.refused(receive(world, world.approved(), [(0, 1)] * count), "LineListInvalid", count, 50)


def test_it_refuses_no_pieces(world):
    world.refused(receive(world, world.approved(), [(0, 0)]), "QuantityZero", 0)


def test_it_refuses_more_pieces_than_were_announced(world):
    world.refused(receive(world, world.approved(), [(0, 3)]), "QuantityTooLarge", 0, 3, 2)


def test_it_refuses_more_pieces_over_several_lists(world):
    sale = world.approved()
    world.do(receive(world, sale, [(0, 1)]))
    world.refused(receive(world, sale, [(0, 2)]), "QuantityTooLarge", 0, 2, 1)
    world.refused(receive(world, sale, [(1, 1), (1, 1)]), "QuantityTooLarge", 1, 1, 0)


def test_it_refuses_a_line_that_was_not_announced(world):
    world.refused(receive(world, world.approved(), [(9, 1)]), "QuantityTooLarge", 9, 1, 0)


@pytest.mark.parametrize("participant", [SELLER, INSPECTOR])
def test_seller_and_inspector_receive(world, kind, participant):
    sale = world.approved()
    checkpoint = world.checkpoint()
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    trackings = [checkpoint[0], world.fresh()]
    for tracking in trackings:
        world.do(world.act("addParcel", (sale.return_id(), 0, CARRIER, tracking), sale.buyer))
    (log,) = world.do(receive(world, sale, [(0, 2), (1, 1)], participant, world.key(participant, kind)))
    assert (log.name, log.topics[1]) == ("GoodsReceived", sale.return_id())
    assert (log.values["participant"], log.values["lines"]) == (participant, ((0, 2), (1, 1)))
    heads = [world.head("ParcelLedger", world.parcel_id((tracking,))) for tracking in trackings]
    assert list(log.values["parcelHeads"]) == heads
