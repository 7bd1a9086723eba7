"""inspectGoods: what an inspection found of the goods that arrived."""

import pytest
from hostile import SPOILERS
from world import (
    APPROVED,
    CARRIER,
    DAY,
    DECLINED,
    GIVE_BACK,
    INSPECT,
    INSPECT_S,
    INSPECTOR,
    LINES,
    OTHER_SELLER,
    PAY,
    PAY_S,
    RECEIVE,
    ROLE_INSPECTOR,
    ROLE_SELLER,
    SELLER,
    TOO_LARGE,
    WORD,
)

EVIDENCE = b"\x09" * WORD
LIMIT = 50


def found(accepted, rejected, line=0, diminished=0):
    return (line, accepted, rejected, diminished, 1, 2)


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


def test_it_refuses_a_participant_that_was_not_named(world, kind):
    sale = world.received()
    for participant in (OTHER_SELLER, CARRIER):
        call = inspect(world, sale, [found(1, 0)], participant, world.key(participant, kind))
        world.refused(call, "ReturnNotParty", sale.return_id(), world.key(participant, kind).address)


def test_it_refuses_a_key_of_another_participant(world, kind):
    sale = world.received(kind)
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
    world.refused(inspect(world, world.received(), [found(1, 0)] * count), "LineListInvalid", count, LIMIT)


def test_it_refuses_no_pieces(world):
    world.refused(inspect(world, world.received(), [found(0, 0)]), "QuantityZero", 0)


@pytest.mark.parametrize("accepted, rejected", [(3, 0), (0, 3), (2, 1), (2**24 - 1, 2**24 - 1)])
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


def test_it_refuses_to_diminish_by_more_than_all(world):
    call = inspect(world, world.received(), [found(1, 0, diminished=10_001)])
    world.refused(call, "DiminishedTooLarge", 0, 10_001, 10_000)


@pytest.mark.parametrize("participant", [SELLER, INSPECTOR])
def test_seller_and_inspector_inspect(world, kind, participant):
    sale, lines = world.received(), (found(1, 1, diminished=2_500), found(0, 1, line=1))
    (log,) = world.do(inspect(world, sale, lines, participant, world.key(participant, kind)))
    assert (log.name, log.topics[1]) == ("GoodsInspected", sale.return_id())
    accepted = ((0, 0, 1, 1_240, 310),)
    assert tuple(log.values.values()) == (world.now(), participant, EVIDENCE, lines, accepted, False)


def test_a_line_may_be_found_in_two_conditions(world):
    sale = world.received()
    (log,) = world.do(inspect(world, sale, [found(1, 0), found(1, 0, diminished=10_000)]))
    assert log.values["accepted"] == ((0, 0, 1, 1_240, 0), (0, 1, 1, 1_240, 1_240))


def test_pieces_accepted_earlier_are_told_over_all_returns_of_the_receipt(world):
    sale = world.inspected()
    world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 1, TOO_LARGE)], number=2))
    world.do(world.approve(sale, number=2))
    world.do(world.receive(sale, [(0, 1), (1, 1)], number=2))
    (log,) = world.do(world.inspect(sale, [(0, 1, 0, 0, 1, 1), (1, 1, 0, 0, 1, 1)], number=2))
    assert log.values["accepted"] == ((0, 2, 1, 1_240, 0), (1, 1, 1, 615, 0))
    assert log.values["completesOrder"] is True


def test_the_inspection_of_a_part_does_not_put_off_that_of_the_rest(world):
    sale = world.received()
    until = world.now() + INSPECT_S
    world.pass_time(DAY)
    world.do(inspect(world, sale, [found(1, 0)]))
    assert world.turn(sale)[1:3] == (INSPECT, until)
    world.do(inspect(world, sale, [found(1, 0), found(1, 0, line=1)]))
    assert world.turn(sale)[1:3] == (PAY, world.now() + PAY_S)


def test_what_arrives_later_has_its_own_time(world):
    sale = world.sent()
    world.do(world.receive(sale, [(0, 2)]))
    world.do(inspect(world, sale, [found(2, 0)]))
    assert world.turn(sale)[1] == RECEIVE
    world.pass_time(DAY)
    world.do(world.receive(sale, [(1, 1)]))
    assert world.turn(sale)[1:3] == (INSPECT, world.now() + INSPECT_S)


def test_what_is_rejected_is_to_be_given_back(world):
    sale = world.received()
    world.do(inspect(world, sale, [found(0, 2), found(0, 1, line=1)]))
    assert (world.turn(sale)[1], world.due(sale)) == (GIVE_BACK, 0)


def test_rejected_pieces_are_not_returned_again(world):
    sale = world.received()
    world.do(inspect(world, sale, [found(0, 2), found(0, 1, line=1)]))
    world.refused(world.open(sale, [(0, 2, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 2, 1)


def test_all_fifty_lines_are_inspected(world):
    sale = world.claimed(lines=[LINES[0]] * LIMIT)
    world.do(world.open(sale, [(line, 3, TOO_LARGE) for line in range(LIMIT)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(line, 3) for line in range(LIMIT)]))
    (log,) = world.do(inspect(world, sale, [found(3, 0, line) for line in range(LIMIT)]))
    assert len(log.values["accepted"]) == LIMIT
    assert log.values["completesOrder"] is True
