"""receiveGoods: the seller or the named inspector states that goods arrived."""

import pytest
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    CARRIER,
    CONFIRM,
    DAY,
    DECLINED,
    INSPECT,
    INSPECT_S,
    INSPECTOR,
    LINES,
    OTHER_SELLER,
    PAY,
    RECEIVE,
    REQUESTED,
    ROLE_INSPECTOR,
    ROLE_SELLER,
    SELLER,
    TOO_LARGE,
    WORD,
)

EVIDENCE = b"\x08" * WORD
LIMIT = 50


def receive(world, sale, lines=((0, 1),), participant=INSPECTOR, key=None, at=0, complete=False, extra=0, wrong=0):
    request = (sale.return_id(), participant, at, complete, extra, wrong, EVIDENCE, list(lines))
    return world.act("receiveGoods", request, key or world.key(participant))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    request = (world.approved().return_id(), INSPECTOR, world.now(), False, 0, 0, EVIDENCE, [(0, 1)])
    spoil(world, "receiveGoods", request, world.key(INSPECTOR, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(receive(world, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_a_participant_that_was_not_named(world, kind):
    sale = world.approved()
    for participant in (OTHER_SELLER, CARRIER):
        call = receive(world, sale, participant=participant, key=world.key(participant, kind))
        world.refused(call, "ReturnNotParty", sale.return_id(), world.key(participant, kind).address)


def test_it_refuses_the_buyer_as_participant_zero(world, kind):
    sale = world.approved(kind)
    call = receive(world, sale, participant=0, key=sale.buyer)
    world.refused(call, "ReturnNotParty", sale.return_id(), sale.buyer.address)


def test_nobody_is_inspector_where_none_was_named(world):
    sale = world.opened()
    world.do(world.approve(sale, inspector=0))
    world.refused(receive(world, sale), "ReturnNotParty", sale.return_id(), world.key(INSPECTOR).address)
    call = receive(world, sale, participant=0, key=sale.buyer)
    world.refused(call, "KeyUnknown", sale.buyer.address, 0)


def test_nobody_is_inspector_of_a_withdrawal(world):
    sale = world.withdrawn()
    world.refused(receive(world, sale), "ReturnNotParty", sale.return_id(), world.key(INSPECTOR).address)
    world.do(receive(world, sale, participant=SELLER))


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
    world.refused(receive(world, world.approved(), [(0, 1)] * count), "LineListInvalid", count, LIMIT)


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
        world.do(world.send(sale, tracking=tracking))
    lines, at = ((0, 2), (1, 1)), world.now()
    call = receive(world, sale, lines, participant, world.key(participant, kind), at, extra=3, wrong=4)
    (log,) = world.do(call)
    assert (log.name, log.topics[1]) == ("GoodsReceived", sale.return_id())
    heads = tuple(world.head("ParcelLedger", world.parcel_id((tracking,))) for tracking in trackings)
    assert tuple(log.values.values()) == (world.now(), participant, at, False, 3, 4, EVIDENCE, lines, heads)


# --- Completeness -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["approved", "withdrawn"])
def test_it_refuses_to_call_complete_what_nobody_sent(world, stage):
    sale = getattr(world, stage)()
    world.refused(receive(world, sale, [], SELLER, complete=True), "LineListInvalid", 0, LIMIT)


@pytest.mark.parametrize("stage", ["received", "inspected", "paid"])
def test_it_refuses_to_call_complete_what_is_complete(world, stage):
    sale = getattr(world, stage)()
    before = world.turn(sale)
    world.refused(receive(world, sale, [], complete=True), "LineListInvalid", 0, LIMIT)
    assert world.turn(sale) == before


def test_it_refuses_to_call_an_empty_parcel_complete_twice(world):
    sale = world.sent()
    world.do(receive(world, sale, [], complete=True))
    world.refused(receive(world, sale, [], complete=True), "LineListInvalid", 0, LIMIT)


def test_an_empty_parcel_leaves_nothing_owed(world):
    sale = world.sent()
    (log,) = world.do(receive(world, sale, [], complete=True))
    assert (log.values["complete"], log.values["lines"]) == (True, ())
    assert (world.turn(sale)[1], world.due(sale)) == (CONFIRM, 0)
    world.do(world.open(sale, [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


def test_pieces_that_are_missing_from_a_complete_delivery_are_short(world):
    sale = world.sent()
    world.do(receive(world, sale, [(0, 1)], complete=True))
    world.refused(receive(world, sale, [(0, 1)]), "QuantityTooLarge", 0, 1, 0)
    world.do(world.inspect(sale, [(0, 1, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == PAY
    world.do(world.open(sale, [(0, 2, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


def test_pieces_that_arrived_stay_taken(world):
    sale = world.sent()
    world.do(receive(world, sale, [(0, 1)], complete=True))
    world.refused(world.open(sale, [(0, 3, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 3, 2)


def test_what_is_missing_may_be_called_short_later(world):
    sale = world.sent()
    world.do(receive(world, sale, [(0, 2)]))
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == RECEIVE
    world.do(receive(world, sale, [], complete=True))
    assert world.turn(sale)[1] == PAY


def test_pieces_may_arrive_that_nobody_named_a_parcel_for(world):
    sale = world.approved()
    world.do(receive(world, sale, [(0, 1)], complete=True))
    assert world.turn(sale)[1] == INSPECT


# --- Clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days_ago, counts", [(1, True), (4, False)])
def test_the_inspection_runs_from_a_claimed_time_that_is_not_long_ago(world, days_ago, counts):
    sale = world.approved()
    received_at = world.now() - days_ago * DAY
    world.do(receive(world, sale, at=received_at))
    assert world.turn(sale)[2] == (received_at if counts else world.now()) + INSPECT_S


def test_all_fifty_lines_arrive(world):
    sale = world.claimed(lines=[LINES[0]] * LIMIT)
    world.do(world.open(sale, [(line, 3, TOO_LARGE) for line in range(LIMIT)]))
    world.do(world.approve(sale))
    (log,) = world.do(receive(world, sale, [(line, 3) for line in range(LIMIT)], complete=True))
    assert len(log.values["lines"]) == LIMIT
