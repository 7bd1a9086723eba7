"""inspectGoods: what an inspection found of the goods that arrived."""

import pytest
from hostile import SPOILERS
from world import APPROVED, CARRIER, DECLINED, INSPECTOR, OTHER_SELLER, ROLE_INSPECTOR, ROLE_SELLER, SELLER, WORD

EVIDENCE = b"\x09" * WORD


def found(accepted, rejected, line=0):
    return (line, accepted, rejected, 1, 2)


def inspect(world, sale, lines, participant=INSPECTOR, key=None):
    request = (sale.return_id(), participant, EVIDENCE, list(lines))
    return world.act("inspectGoods", request, key or world.key(participant))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    request = (world.received().return_id(), INSPECTOR, EVIDENCE, [found(1, 0)])
    spoil(world, "inspectGoods", request, world.key(INSPECTOR, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(inspect(world, sale, [found(1, 0)]), "ReturnUnknown", sale.return_id())


def test_it_refuses_a_participant_that_was_not_named(world):
    sale = world.received()
    for participant in (OTHER_SELLER, CARRIER):
        call = inspect(world, sale, [found(1, 0)], participant)
        world.refused(call, "ReturnNotParty", sale.return_id(), world.key(participant).address)


def test_it_refuses_a_key_of_another_participant(world):
    sale = world.received()
    call = inspect(world, sale, [found(1, 0)], key=sale.buyer)
    world.refused(call, "KeyUnknown", sale.buyer.address, INSPECTOR)


def test_it_refuses_an_inspector_suspended_or_without_the_role(world):
    sale = world.received()
    world.do(world.council_act("setRoles", INSPECTOR, 2))
    call = inspect(world, sale, [found(1, 0)])
    world.refused(call, "ParticipantMissingRole", INSPECTOR, ROLE_SELLER | ROLE_INSPECTOR)
    world.do(world.council_act("setSuspension", INSPECTOR, True))
    world.refused(inspect(world, sale, [found(1, 0)]), "ParticipantSuspended", INSPECTOR)


def test_it_refuses_a_return_that_is_not_approved(world):
    sale = world.declined()
    call = inspect(world, sale, [found(1, 0)], SELLER)
    world.refused(call, "ReturnWrongStatus", sale.return_id(), DECLINED, APPROVED)


@pytest.mark.parametrize("count", [0, 51])
def test_it_refuses_too_few_or_too_many_lines(world, count):
    world.refused(inspect(world, world.received(), [found(1, 0)] * count), "LineListInvalid", count, 50)


def test_it_refuses_no_pieces(world):
    world.refused(inspect(world, world.received(), [found(0, 0)]), "QuantityZero", 0)


@pytest.mark.parametrize("accepted, rejected", [(3, 0), (0, 3), (2, 1), (2**32 - 1, 2**32 - 1)])
def test_it_refuses_more_pieces_than_arrived(world, accepted, rejected):
    call = inspect(world, world.received(), [found(accepted, rejected)])
    world.refused(call, "QuantityTooLarge", 0, accepted + rejected, 2)


def test_it_refuses_pieces_that_were_announced_but_have_not_arrived(world):
    world.refused(inspect(world, world.approved(), [found(1, 0)]), "QuantityTooLarge", 0, 1, 0)


def test_it_refuses_more_pieces_over_several_inspections(world):
    sale = world.received()
    world.do(inspect(world, sale, [found(1, 0)]))
    world.refused(inspect(world, sale, [found(1, 1)]), "QuantityTooLarge", 0, 2, 1)
    world.refused(inspect(world, sale, [found(1, 0), found(0, 1)]), "QuantityTooLarge", 0, 1, 0)


def test_it_refuses_a_line_that_was_not_announced(world):
    world.refused(inspect(world, world.received(), [found(1, 0, line=9)]), "QuantityTooLarge", 9, 1, 0)


@pytest.mark.parametrize("participant", [SELLER, INSPECTOR])
def test_seller_and_inspector_inspect(world, kind, participant):
    sale, lines = world.received(), (found(1, 1), found(0, 1, line=1))
    (log,) = world.do(inspect(world, sale, lines, participant, world.key(participant, kind)))
    assert (log.name, log.topics[1]) == ("GoodsInspected", sale.return_id())
    assert tuple(log.values.values()) == (world.now(), participant, EVIDENCE, lines)
