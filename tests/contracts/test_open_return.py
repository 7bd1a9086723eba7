"""openReturn: the buyer asks to send pieces back."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import ANY, LINES, REQUESTED, TERMS, WORD

LINE = [(0, 1, 3)]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    sale = world.claimed(kind)
    spoil(world, "openReturn", (sale.id, 1, 0, LINE), sale.buyer)


def test_it_refuses_a_receipt_that_nobody_claimed(world):
    sale = world.sale()
    world.refused(world.open(sale), "ReceiptUnknown", sale.id)


def test_it_refuses_who_is_not_the_buyer(world):
    sale, stranger = world.claimed(), world.fresh_key()
    for actor in (stranger, sale.claim_key):
        call = world.act("openReturn", (sale.id, 1, 0, LINE), actor)
        world.refused(call, "ReturnNotParty", sale.return_id(), actor.address)


@pytest.mark.parametrize("number", [0, 2])
def test_it_refuses_any_number_but_the_next(world, number):
    sale = world.claimed()
    world.refused(world.open(sale, number=number), "ReturnNumberWrong", sale.id, number, 1)


def test_it_refuses_a_number_that_is_taken(world):
    sale = world.opened()
    world.refused(world.open(sale, LINE, number=1), "ReturnNumberWrong", sale.id, 1, 2)


def test_it_refuses_a_delivery_in_the_future(world):
    sale, time = world.claimed(), world.now() + 3_600
    world.refused(world.open(sale, delivered_at=time), "RequestTimeInFuture", time, ANY)


@pytest.mark.parametrize("count", [0, 51])
def test_it_refuses_too_few_or_too_many_lines(world, count):
    world.refused(world.open(world.claimed(), LINE * count), "LineListInvalid", count, 50)


def test_it_refuses_a_line_that_was_not_sold(world):
    world.refused(world.open(world.claimed(), [(2, 1, 3)]), "LineUnknown", 2, len(LINES))


def test_it_refuses_a_line_twice(world):
    world.refused(world.open(world.claimed(), LINE * 2), "LineRepeated", 0)


def test_it_refuses_no_pieces(world):
    world.refused(world.open(world.claimed(), [(1, 0, 3)]), "QuantityZero", 1)


def test_it_refuses_more_pieces_than_were_sold(world):
    world.refused(world.open(world.claimed(), [(0, 4, 3)]), "QuantityTooLarge", 0, 4, 3)


def test_it_refuses_more_pieces_than_are_not_on_their_way_back(world):
    world.refused(world.open(world.opened(), [(0, 2, 3)], number=2), "QuantityTooLarge", 0, 2, 1)


def test_the_buyer_opens_a_return(world, kind):
    sale, lines = world.claimed(kind), ((0, 3, 3), (1, 1, 65_535))
    (log,) = world.do(world.open(sale, lines))
    assert (log.name, log.topics[1]) == ("ReturnOpened", sale.return_id())
    assert tuple(log.values.values()) == (world.now(), sale.id, 1, 0, False, lines)
    assert world.status(sale.return_id()) == REQUESTED


def test_the_rest_is_returned_under_the_next_number(world):
    sale = world.opened()
    (log,) = world.do(world.open(sale, [(0, 1, 3), (1, 1, 3)], number=2))
    assert log.topics[1] == sale.return_id(2)


def test_what_was_declined_can_be_asked_for_again(world):
    world.do(world.open(world.declined(), [(0, 3, 3), (1, 2, 3)], number=2))


@pytest.mark.parametrize("days_after, late", [(-1, False), (1, True)])
def test_a_return_after_the_window_is_recorded_as_late(world, days_after, late):
    delivered_at = world.now() - TERMS[0] - days_after * 86_400
    (log,) = world.do(world.open(world.claimed(), LINE, delivered_at=delivered_at))
    assert log.values["late"] is late


def test_the_largest_delivery_time_does_not_overflow(world):
    world.refused(world.open(world.claimed(), delivered_at=2**64 - 1), "RequestTimeInFuture", 2**64 - 1, ANY)


def test_ids_are_derived_from_receipt_and_number(world):
    receipt = world.fresh()
    expected = keccak(receipt + (7).to_bytes(WORD, "big"))
    assert world.read("ReturnLedger", "returnIdOf", receipt, 7) == expected
