"""approveReturn with exceptions, and without goods to send."""

import pytest
from world import (
    APPROVED,
    CONFIRM,
    FINAL_SALE,
    OF_SELLER,
    PAY,
    PERIOD_ENDED,
    REPLACE,
    REPLACEMENT,
    SEND,
    TOO_LARGE,
)

ALL = [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]


def opened(world, lines=ALL, **options):
    sale = world.claimed()
    world.do(world.open(sale, lines, **options))
    return sale


def refused(world, exceptions, error, *arguments, sale=None):
    call = world.approve(sale or opened(world), exceptions=exceptions)
    world.refused(call, error, *arguments)


def test_it_refuses_more_than_fifty_exceptions(world):
    refused(world, [(0, 1, FINAL_SALE)] * 51, "LineListInvalid", 51, 50)


def test_it_refuses_an_exception_that_leaves_a_line_as_asked_for(world):
    refused(world, [(0, 3, FINAL_SALE)], "QuantityTooLarge", 0, 3, 3)


def test_it_refuses_an_exception_that_adds_pieces(world):
    refused(world, [(1, 2**24 - 1, FINAL_SALE)], "QuantityTooLarge", 1, 2**24 - 1, 2)


@pytest.mark.parametrize("line", [1, 2, 255])
def test_it_refuses_an_exception_for_a_line_that_is_not_returned(world, line):
    sale = opened(world, [(0, 3, TOO_LARGE)])
    refused(world, [(line, 0, FINAL_SALE)], "QuantityTooLarge", line, 0, 0, sale=sale)


@pytest.mark.parametrize("second", [2, 1, 0])
def test_it_refuses_a_line_twice(world, second):
    refused(world, [(0, 2, FINAL_SALE), (0, second, FINAL_SALE)], "LineRepeated", 0)


@pytest.mark.parametrize("reason, category", [(0, 0), (TOO_LARGE, 1), (201, 5)])
def test_it_refuses_a_reason_that_is_not_for_declining(world, reason, category):
    refused(world, [(0, 1, reason)], "ReasonWrongCategory", reason, category)


def test_it_refuses_exceptions_that_leave_nothing(world):
    refused(world, [(0, 0, FINAL_SALE), (1, 0, PERIOD_ENDED)], "LineListInvalid", 2, 0)


def test_the_seller_approves_a_part(world):
    sale, exceptions = opened(world), ((0, 1, FINAL_SALE), (1, 0, PERIOD_ENDED))
    (log,) = world.do(world.approve(sale, exceptions=exceptions))
    assert log.values["exceptions"] == exceptions
    world.refused(world.receive(sale, [(0, 2)]), "QuantityTooLarge", 0, 2, 1)
    world.refused(world.receive(sale, [(1, 1)]), "QuantityTooLarge", 1, 1, 0)
    world.do(world.receive(sale, [(0, 1)]))
    world.do(world.inspect(sale, [(0, 1, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == PAY


def test_pieces_that_were_not_approved_can_be_asked_for_again(world):
    sale = opened(world)
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    world.refused(world.open(sale, [(0, 3, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 3, 2)
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))


def test_a_part_that_lapses_gives_back_only_what_it_held(world):
    sale = opened(world)
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))
    world.do(world.buyer_does("cancelReturn", sale))
    world.refused(world.open(sale, [(0, 2, TOO_LARGE)], number=3), "QuantityTooLarge", 0, 2, 1)
    world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 2, TOO_LARGE)], number=3))


def test_a_part_that_is_reopened_asks_for_all_again(world):
    sale = opened(world)
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    world.do(world.buyer_does("cancelReturn", sale))
    world.do(world.buyer_does("reopenReturn", sale, world.fresh()))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 3), (1, 2)]))


def test_goods_that_the_buyer_keeps_are_accepted_at_once(world):
    sale = opened(world, [(0, 2, TOO_LARGE)])
    (log,) = world.do(world.approve(sale, returnless=True))
    assert log.values["accepted"] == ((0, 0, 2, 2_480, 0),)
    assert log.values["completesOrder"] is False
    assert world.status(sale.return_id()) == APPROVED
    assert world.turn(sale)[:2] == (OF_SELLER, PAY)
    assert world.due(sale) == 2_480 - 248 - 250


def test_all_goods_that_the_buyer_keeps_complete_the_order(world):
    (log,) = world.do(world.approve(opened(world), returnless=True))
    assert log.values["accepted"] == ((0, 0, 3, 3_720, 0), (1, 0, 2, 1_230, 0))
    assert log.values["completesOrder"] is True


def test_of_goods_that_the_buyer_keeps_only_the_approved_are_accepted(world):
    sale = opened(world)
    (log,) = world.do(world.approve(sale, returnless=True, exceptions=[(0, 1, FINAL_SALE), (1, 0, FINAL_SALE)]))
    assert log.values["accepted"] == ((0, 0, 1, 1_240, 0),)
    world.refused(world.receive(sale, [(0, 1)]), "QuantityTooLarge", 0, 1, 0)
    world.refused(world.inspect(sale, [(0, 1, 0, 0, 0, 0)]), "QuantityTooLarge", 0, 1, 0)
    world.do(world.open(sale, [(0, 2, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


def test_pieces_that_the_buyer_keeps_are_not_returned_again(world):
    sale = opened(world)
    world.do(world.approve(sale, returnless=True))
    world.refused(world.buyer_does("cancelReturn", sale), "ReturnGoodsArrived", sale.return_id())
    world.refused(world.open(sale, [(0, 1, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 1, 0)


def test_a_replacement_is_owed_for_goods_that_the_buyer_keeps(world):
    sale = opened(world, resolution=REPLACEMENT)
    world.do(world.approve(sale, returnless=True))
    assert world.turn(sale)[:2] == (OF_SELLER, REPLACE)


def test_nothing_is_owed_before_goods_are_accepted(world):
    sale = opened(world)
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    assert (world.due(sale), world.turn(sale)[1]) == (0, SEND)


def test_what_the_buyer_keeps_ends_with_his_word(world):
    sale = opened(world)
    world.do(world.approve(sale, returnless=True))
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == CONFIRM
