"""The statutory right of a consumer: it needs no answer, costs no restocking, and the money is due in time."""

import pytest
from world import (
    APPROVED,
    BECOMES_ACCEPTED,
    BECOMES_APPROVED,
    BECOMES_DECLINED,
    BECOMES_DEFAULTED,
    BUYER,
    CARRIER,
    CONFIRM,
    DAY,
    DEFECTIVE,
    DELIVERY_MINOR,
    EXPIRED,
    GOODWILL,
    GRACE_S,
    LATE_SILENCE_APPROVES,
    OF_SELLER,
    PAY,
    PAY_S,
    REPAIR,
    REPLACEMENT,
    REQUESTED,
    SELLER,
    SEND,
    SEND_S,
    STORE_CREDIT,
    TERMS,
    TOO_LARGE,
    UNINFORMED_S,
    WITHDRAWAL,
    WITHDRAWAL_S,
    WORD,
)

LINE = [(0, 2, TOO_LARGE)]
ALL = [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)]
RETURN_SHIPPING = TERMS[-1][3]
FINAL_LINES = [(2, 1_000, 0, 190, 0, True)]


def opened_after(world, seconds, **receipt):
    """A withdrawal so long after delivery; what its entry says."""
    sale, delivered_at = world.claimed(**receipt), world.now()
    world.next_at(delivered_at + seconds)
    (log,) = world.do(world.open(sale, [(0, 1, TOO_LARGE)], kind=WITHDRAWAL, delivered_at=delivered_at))
    return sale, log.values


def seller_receives(world, sale, lines, complete=False):
    return world.seller_does("receiveGoods", sale, SELLER, 0, complete, 0, 0, bytes(WORD), list(lines))


def seller_inspects(world, sale, lines):
    return world.seller_does("inspectGoods", sale, SELLER, bytes(WORD), list(lines))


# --- Who may withdraw, and until when ---------------------------------------------------------------------------------


def test_it_refuses_who_is_not_a_consumer(world, kind):
    sale = world.claimed(kind, consumer=False)
    world.refused(world.open(sale, LINE, kind=WITHDRAWAL), "ReturnWithdrawalNotOffered", sale.id)


@pytest.mark.parametrize("resolution", [0, REPLACEMENT, STORE_CREDIT, REPAIR])
def test_it_refuses_anything_but_money(world, resolution):
    call = world.open(world.claimed(), LINE, kind=WITHDRAWAL, resolution=resolution)
    world.refused(call, "ReturnNotOffered", resolution, 0b10)


def test_it_needs_no_offer_of_the_policy(world):
    sale = world.claimed(version=world.policy(resolutions=0))
    world.do(world.open(sale, LINE, kind=WITHDRAWAL))


def test_it_needs_no_answer(world, kind):
    sale = world.claimed(kind)
    (log,) = world.do(world.open(sale, LINE, kind=WITHDRAWAL))
    assert (log.name, log.values["kind"]) == ("ReturnOpened", WITHDRAWAL)
    assert world.status(sale.return_id()) == APPROVED
    assert world.turn(sale)[:3] == (BUYER, SEND, world.now() + SEND_S)


def test_the_seller_can_neither_decline_nor_narrow_it(world):
    sale = world.withdrawn()
    for call in (
        world.seller_does("declineReturn", sale, 101),
        world.seller_does("askBuyer", sale, world.fresh()),
        world.approve(sale, exceptions=[(0, 1, 101)]),
    ):
        world.refused(call, "ReturnWrongStatus", sale.return_id(), APPROVED, REQUESTED)


def test_a_final_sale_does_not_end_it(world):
    sale = world.claimed(lines=FINAL_LINES)
    (log,) = world.do(world.open(sale, LINE, kind=WITHDRAWAL))
    assert log.values["finalSale"] is True
    assert world.status(sale.return_id()) == APPROVED


@pytest.mark.parametrize("informed, period_s", [(True, WITHDRAWAL_S), (False, WITHDRAWAL_S + UNINFORMED_S)])
def test_it_is_in_time_until_the_last_second_of_the_grace(world, informed, period_s):
    sale, said = opened_after(world, period_s + GRACE_S, informed=informed)
    assert said["late"] is False
    assert world.status(sale.return_id()) == APPROVED


@pytest.mark.parametrize("informed, period_s", [(True, WITHDRAWAL_S), (False, WITHDRAWAL_S + UNINFORMED_S)])
def test_it_is_late_one_second_after_the_grace_and_needs_an_answer(world, informed, period_s):
    sale, said = opened_after(world, period_s + GRACE_S + 1, informed=informed)
    assert said["late"] is True
    assert world.status(sale.return_id()) == REQUESTED
    assert world.turn(sale)[4] == BECOMES_DECLINED


def test_the_window_of_the_policy_does_not_lengthen_it(world):
    sale, said = opened_after(world, WITHDRAWAL_S + GRACE_S + 1, version=world.policy(window_s=100 * DAY))
    assert said["late"] is True


def test_the_window_of_the_policy_does_not_shorten_it(world):
    _, said = opened_after(world, WITHDRAWAL_S, version=world.policy(window_s=1))
    assert said["late"] is False


def test_silence_approves_a_late_one_where_the_policy_says_so(world):
    sale, _ = opened_after(world, 100 * DAY, version=world.policy(choices=LATE_SILENCE_APPROVES))
    assert world.enforced(sale).values["consequence"] == BECOMES_APPROVED
    assert world.status(sale.return_id()) == APPROVED


# --- What is due ------------------------------------------------------------------------------------------------------


def inspected(world, lines, kind):
    sale = world.claimed()
    world.do(world.open(sale, lines, kind=kind))
    if kind == GOODWILL:
        world.do(world.approve(sale))
    world.do(seller_receives(world, sale, [(line, pieces) for line, pieces, _ in lines]))
    world.do(seller_inspects(world, sale, [(line, pieces, 0, 0, 0, 0) for line, pieces, _ in lines]))
    return sale


def test_it_costs_no_restocking(world):
    assert world.due(inspected(world, LINE, WITHDRAWAL)) == 2_480 - RETURN_SHIPPING
    assert world.due(inspected(world, LINE, GOODWILL)) == 2_480 - 248 - RETURN_SHIPPING


def test_delivery_is_refunded_with_the_whole_order(world):
    goods = 3_720 + 1_230
    assert world.due(inspected(world, ALL, WITHDRAWAL)) == goods + DELIVERY_MINOR - RETURN_SHIPPING
    assert world.due(inspected(world, ALL, GOODWILL)) == goods - 372 - 123 - RETURN_SHIPPING


def test_delivery_is_not_refunded_with_a_part_of_the_order(world):
    assert world.due(inspected(world, [(0, 3, TOO_LARGE), (1, 1, TOO_LARGE)], WITHDRAWAL)) == 3_720 + 615 - 250


def test_what_is_diminished_by_use_is_deducted(world):
    sale = world.withdrawn(lines=LINE)
    world.do(seller_receives(world, sale, [(0, 2)]))
    world.do(seller_inspects(world, sale, [(0, 2, 0, 5_000, 3, 1)]))
    assert world.due(sale) == 1_240 - RETURN_SHIPPING


def test_what_is_the_seller_s_fault_costs_no_way_back(world):
    assert world.due(inspected(world, [(0, 2, DEFECTIVE)], WITHDRAWAL)) == 2_480


# --- When it is due ---------------------------------------------------------------------------------------------------


def test_without_a_proof_of_sending_the_money_is_not_due(world):
    sale = world.withdrawn()
    world.do(world.send(sale))
    assert world.turn(sale)[1] != PAY
    assert world.enforced(sale).values["consequence"] == 3
    assert world.status(sale.return_id()) == EXPIRED


@pytest.mark.parametrize("proof", ["document", "checkpoint"])
def test_the_money_is_due_without_inspection_once_sending_is_proven(world, proof):
    sale = world.withdrawn()
    until = world.now() + PAY_S
    checkpoint = world.checkpoint()
    world.do(world.send(sale, tracking=checkpoint[0], document=world.fresh() if proof == "document" else bytes(WORD)))
    if proof == "checkpoint":
        world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    assert world.turn(sale) == (OF_SELLER, PAY, until, until + GRACE_S, BECOMES_ACCEPTED, 2)


def test_the_money_is_due_without_inspection_once_goods_arrived(world):
    sale = world.withdrawn()
    until = world.now() + PAY_S
    world.do(seller_receives(world, sale, [(0, 1)]))
    assert world.turn(sale)[:5] == (OF_SELLER, PAY, until, until + GRACE_S, BECOMES_ACCEPTED)


def test_goods_sent_after_the_time_to_pay_are_paid_when_they_are_sent(world):
    sale = world.withdrawn()
    world.pass_time(PAY_S + DAY)
    world.do(world.send(sale, document=world.fresh()))
    sent_at = world.now()
    assert world.turn(sale)[1:4] == (PAY, sent_at, sent_at + GRACE_S)


def test_silence_accepts_in_full_what_was_sent_and_then_the_seller_is_in_default(world):
    sale = world.withdrawn(lines=ALL)
    world.do(world.send(sale, document=world.fresh()))
    said = world.enforced(sale).values
    assert (said["act"], said["consequence"], said["owedMinor"]) == (PAY, BECOMES_ACCEPTED, 0)
    assert said["accepted"] == ((0, 0, 3, 3_720, 0), (1, 0, 2, 1_230, 0))
    assert said["completesOrder"] is True
    owed = 3_720 + 1_230 + DELIVERY_MINOR - RETURN_SHIPPING
    assert (world.due(sale), world.turn(sale)[1]) == (owed, PAY)
    said = world.enforced(sale).values
    assert (said["consequence"], said["owedMinor"]) == (BECOMES_DEFAULTED, owed)


def test_silence_accepts_also_the_pieces_that_are_still_on_their_way(world):
    sale = world.withdrawn()
    world.do(world.send(sale, document=world.fresh()))
    world.do(seller_receives(world, sale, [(0, 1)]))
    assert world.enforced(sale).values["accepted"] == ((0, 0, 2, 2_480, 0), (1, 0, 1, 615, 0))


def test_money_paid_before_the_goods_arrive_settles_it(world):
    sale = world.withdrawn(lines=LINE)
    world.do(world.send(sale, document=world.fresh()))
    world.do(world.pay(sale, 2_480 - RETURN_SHIPPING))
    world.do(seller_receives(world, sale, [(0, 2)]))
    world.do(seller_inspects(world, sale, [(0, 2, 0, 0, 1, 1)]))
    assert (world.due(sale), world.turn(sale)[1]) == (0, CONFIRM)


def test_the_time_to_pay_runs_from_the_notice_also_after_the_inspection(world):
    sale = world.withdrawn(lines=LINE)
    until = world.now() + PAY_S
    world.do(world.send(sale, document=world.fresh()))
    world.pass_time(5 * DAY)
    world.do(seller_receives(world, sale, [(0, 2)]))
    world.pass_time(5 * DAY)
    world.do(seller_inspects(world, sale, [(0, 2, 0, 0, 1, 1)]))
    assert world.turn(sale)[1:5] == (PAY, until, until + GRACE_S, BECOMES_DEFAULTED)


def test_a_withdrawal_follows_a_goodwill_return_that_was_declined(world):
    sale = world.declined()
    world.do(world.open(sale, ALL, number=2, kind=WITHDRAWAL))
    assert world.status(sale.return_id(2)) == APPROVED
