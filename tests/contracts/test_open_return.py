"""openReturn: the buyer asks to send pieces back."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import (
    ALL_RESOLUTIONS,
    ANY,
    DAMAGED,
    DAY,
    DEFECTIVE,
    FINAL_SALE,
    GOODWILL,
    LINES,
    NONE,
    REFUND,
    REPAIR,
    REPLACEMENT,
    REQUESTED,
    STORE_CREDIT,
    TOO_LARGE,
    WINDOW_S,
    WITHDRAWAL,
    WORD,
)

LINE = [(0, 1, TOO_LARGE)]
FINAL_LINES = [(2, 1_000, 0, 190, 0, True), (1, 500, 0, 95, 0, False)]
SALES_SLOT = 4  # of the mapping from receipts to sales
RETURN_COUNT_BIT = 192  # where the count stands in the sale's first word


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    sale = world.claimed(kind)
    spoil(world, "openReturn", (sale.id, 1, GOODWILL, REFUND, 0, LINE), sale.buyer)


def test_it_refuses_a_receipt_that_nobody_claimed(world):
    sale = world.sale()
    world.refused(world.open(sale), "ReceiptUnknown", sale.id)


def test_it_refuses_who_is_not_the_buyer(world, kind):
    sale, stranger = world.claimed(kind), world.fresh_key(kind)
    for actor in (stranger, sale.claim_key):
        call = world.act("openReturn", (sale.id, 1, GOODWILL, REFUND, 0, LINE), actor)
        world.refused(call, "ReturnNotParty", sale.return_id(), actor.address)


@pytest.mark.parametrize("number", [0, 2, 2**32 - 1])
def test_it_refuses_any_number_but_the_next(world, number):
    sale = world.claimed()
    world.refused(world.open(sale, number=number), "ReturnNumberWrong", sale.id, number, 1)


def test_it_refuses_a_number_that_is_taken(world):
    sale = world.opened()
    world.refused(world.open(sale, LINE, number=1), "ReturnNumberWrong", sale.id, 1, 2)


def test_the_numbers_of_a_receipt_do_not_begin_anew_after_the_last(world):
    sale = world.claimed()
    slot = "0x" + keccak(sale.id + SALES_SLOT.to_bytes(WORD, "big")).hex()
    address = world.address("ReturnLedger")
    word = int.from_bytes(bytes(world.web3.eth.get_storage_at(address, int(slot, 16))), "big")
    assert word & (2**160 - 1) == int(sale.buyer.address, 16)
    last = (word | (2**24 - 1) << RETURN_COUNT_BIT).to_bytes(WORD, "big")
    world.ask("anvil_setStorageAt", address, slot, "0x" + last.hex())
    passed, data = world.try_call(world.open(sale, LINE, number=2**24))
    assert not passed
    assert int.from_bytes(data[4:], "big") == 0x11  # Panic: arithmetic


def test_it_refuses_a_delivery_in_the_future(world):
    sale, time = world.claimed(), world.now() + 3_600
    world.refused(world.open(sale, delivered_at=time), "RequestTimeInFuture", time, ANY)


def test_it_refuses_no_kind(world):
    world.refused(world.open(world.claimed(), kind=NONE), "ReturnKindInvalid", NONE)


@pytest.mark.parametrize("changes", [{"kind": 3}, {"resolution": 5}])
def test_it_refuses_a_kind_or_a_resolution_that_does_not_exist(world, changes):
    assert world.try_call(world.open(world.claimed(), **changes)) == (False, b"")


def test_it_refuses_no_resolution(world):
    world.refused(world.open(world.claimed(), resolution=NONE), "ReturnNotOffered", NONE, ALL_RESOLUTIONS)


@pytest.mark.parametrize("resolution", [REPLACEMENT, STORE_CREDIT, REPAIR])
def test_it_refuses_a_resolution_that_the_policy_does_not_offer(world, resolution):
    sale = world.claimed(version=world.policy(resolutions=1 << REFUND))
    world.refused(world.open(sale, resolution=resolution), "ReturnNotOffered", resolution, 1 << REFUND)


@pytest.mark.parametrize("count", [0, 51])
def test_it_refuses_too_few_or_too_many_lines(world, count):
    world.refused(world.open(world.claimed(), LINE * count), "LineListInvalid", count, 50)


def test_it_refuses_a_line_that_was_not_sold(world):
    world.refused(world.open(world.claimed(), [(2, 1, TOO_LARGE)]), "LineUnknown", 2, len(LINES))


def test_it_refuses_a_line_twice(world):
    world.refused(world.open(world.claimed(), LINE * 2), "LineRepeated", 0)


def test_it_refuses_no_pieces(world):
    world.refused(world.open(world.claimed(), [(1, 0, TOO_LARGE)]), "QuantityZero", 1)


@pytest.mark.parametrize("reason, category", [(0, 0), (999, 0), (FINAL_SALE, 4), (201, 5)])
def test_it_refuses_a_reason_that_is_not_for_returns(world, reason, category):
    world.refused(world.open(world.claimed(), [(0, 1, reason)]), "ReasonWrongCategory", reason, category)


def test_it_refuses_more_pieces_than_were_sold(world):
    world.refused(world.open(world.claimed(), [(0, 4, TOO_LARGE)]), "QuantityTooLarge", 0, 4, 3)


def test_it_refuses_more_pieces_than_are_not_on_their_way_back(world):
    world.refused(world.open(world.opened(), [(0, 2, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 2, 1)


def test_a_refused_return_takes_no_pieces_and_no_number(world):
    sale = world.claimed()
    world.refused(world.open(sale, [(0, 3, TOO_LARGE), (1, 3, TOO_LARGE)]), "QuantityTooLarge", 1, 3, 2)
    world.do(world.open(sale, [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]))


def test_the_buyer_opens_a_return(world, kind):
    sale, lines = world.claimed(kind), ((0, 3, TOO_LARGE), (1, 1, DAMAGED))
    (log,) = world.do(world.open(sale, lines, resolution=STORE_CREDIT))
    assert (log.name, log.topics[1]) == ("ReturnOpened", sale.return_id())
    assert tuple(log.values.values()) == (world.now(), sale.id, 1, GOODWILL, STORE_CREDIT, 0, False, False, lines)
    assert world.status(sale.return_id()) == REQUESTED


def test_the_rest_is_returned_under_the_next_number(world):
    sale = world.opened()
    (log,) = world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 1, TOO_LARGE)], number=2))
    assert log.topics[1] == sale.return_id(2)


def test_what_was_declined_can_be_asked_for_again(world):
    world.do(world.open(world.declined(), [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


@pytest.mark.parametrize("seconds_after, late", [(0, False), (1, True)])
def test_a_return_after_the_window_is_recorded_as_late(world, seconds_after, late):
    sale, delivered_at = world.claimed(), world.now()
    world.next_at(delivered_at + WINDOW_S + seconds_after)
    (log,) = world.do(world.open(sale, LINE, delivered_at=delivered_at))
    assert (log.values["late"], log.values["deliveredAt"]) == (late, delivered_at)


def test_without_a_stated_delivery_no_return_is_late(world):
    sale = world.claimed()
    world.pass_time(1_000 * DAY)
    (log,) = world.do(world.open(sale, LINE))
    assert (log.values["late"], log.values["deliveredAt"]) == (False, 0)


def test_an_earlier_delivery_than_was_stated_does_not_count(world):
    sale, delivered_at = world.claimed(), world.now()
    world.do(world.open(sale, LINE, delivered_at=delivered_at))
    (log,) = world.do(world.open(sale, LINE, number=2, delivered_at=delivered_at - WINDOW_S))
    assert (log.values["late"], log.values["deliveredAt"]) == (False, delivered_at)


@pytest.mark.parametrize(
    "lines, final_sale",
    [
        ([(0, 1, TOO_LARGE)], True),
        ([(0, 1, DEFECTIVE)], False),
        ([(0, 1, DAMAGED)], False),
        ([(1, 1, TOO_LARGE)], False),
    ],
)
def test_a_final_sale_is_recorded_where_the_buyer_changed_his_mind(world, lines, final_sale):
    (log,) = world.do(world.open(world.claimed(lines=FINAL_LINES), lines))
    assert log.values["finalSale"] is final_sale


def test_the_largest_delivery_time_does_not_overflow(world):
    world.refused(world.open(world.claimed(), delivered_at=2**64 - 1), "RequestTimeInFuture", 2**64 - 1, ANY)


def test_fifty_lines_are_returned(world):
    sale = world.claimed(lines=[LINES[0]] * 50)
    (log,) = world.do(world.open(sale, [(line, 3, TOO_LARGE) for line in range(50)]))
    assert len(log.values["lines"]) == 50


def test_pieces_of_a_goodwill_return_are_free_for_a_withdrawal_once_it_is_cancelled(world):
    sale, lines = world.opened(), [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]
    world.refused(world.open(sale, lines, number=2, kind=WITHDRAWAL), "QuantityTooLarge", 0, 3, 1)
    world.do(world.buyer_does("cancelReturn", sale))
    world.do(world.open(sale, lines, number=2, kind=WITHDRAWAL))


def test_ids_are_derived_from_receipt_and_number(world):
    receipt = world.fresh()
    expected = keccak(receipt + (7).to_bytes(WORD, "big"))
    assert world.read("ReturnLedger", "returnIdOf", receipt, 7) == expected
