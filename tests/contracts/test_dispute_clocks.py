"""Disputes that award nothing, the time of a seller who was silent, and that nobody wins time by a dispute."""

import pytest
from disputing import (
    CLAIM,
    DISMISSED,
    DUE,
    REFUSED,
    SCRATCHED,
    SELLERS_CLAIM,
    award,
    decide,
    disputed,
    for_resolution,
    line,
    open_dispute,
    opened,
    scratched,
    settle,
    withdraw,
)
from world import (
    CARRIER,
    CLOSED,
    CONFIRM,
    DAY,
    DECLINED,
    DISPUTE,
    DISPUTE_S,
    FINAL_SALE,
    GRACE_S,
    INSPECT,
    INSPECT_S,
    PAY,
    PAY_S,
    RECEIVE,
    REFUND_INSTEAD,
    REOPEN,
    REPLACE,
    REPLACEMENT,
    SELLER,
    TOO_LARGE,
    WORD,
)

EVIDENCE = b"\x0b" * WORD


# --- No award ---------------------------------------------------------------------------------------------------------


def test_pieces_that_a_claim_held_are_free_again(world):
    sale = world.declined()
    case = disputed(world, sale, CLAIM)
    world.refused(world.open(sale, [(0, 3, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 3, 1)
    world.do(withdraw(world, case))
    assert (world.status(sale.return_id()), world.turn(sale)[1]) == (DECLINED, REOPEN)
    world.do(world.open(sale, [(0, 3, TOO_LARGE)], number=2))


def test_what_arrived_meanwhile_of_pieces_that_were_refused_stays(world):
    sale = world.opened()
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    case = disputed(world, sale, award(line(0, 2)))
    world.do(world.receive(sale, [(0, 2)]))
    world.do(withdraw(world, case))
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))


def test_a_line_is_decided_once(world):
    for verdict in (SCRATCHED, DISMISSED):
        case = opened(world)
        if verdict == DISMISSED:
            decide(world, case, verdict=DISMISSED)
        else:
            decide(world, case, verdict)
        world.refused(open_dispute(world, case.sale, number=2), "LineDecidedBefore", 0)
        call = open_dispute(world, case.sale, SELLERS_CLAIM, by_buyer=False, number=2)
        world.refused(call, "LineDecidedBefore", 0)
        world.do(open_dispute(world, case.sale, award(line(1, 1)), number=2))


def test_a_line_of_which_pieces_are_still_to_arrive_may_be_disputed_again(world):
    sale = world.declined()
    settle(world, disputed(world, sale, award(line(0, 0, 0, 2))), award(line(0, 0, 0, 2)))
    world.do(world.send(sale, tracking=EVIDENCE))
    world.do(open_dispute(world, sale, CLAIM, number=2, parcels=[(CARRIER, EVIDENCE)]))


def test_a_refusal_to_arbitrate_decides_nothing(world):
    case = opened(world)
    log = decide(world, case, verdict=REFUSED)
    assert (log.values["applies"], log.values["dueMinor"]) == (False, DUE[60])
    world.do(open_dispute(world, case.sale, number=2))


# --- The seller's window ----------------------------------------------------------------------------------------------


def silent(world, silence_of):
    """A return in which the seller's silence had a consequence; and when."""
    if silence_of == "inspection":
        sale = world.received()
    elif silence_of == "payment":
        sale = world.inspected()
    else:
        sale = for_resolution(world, REPLACEMENT)
    world.enforced(sale)
    return sale


@pytest.mark.parametrize("silence_of", ["inspection", "payment", "replacement"])
def test_a_seller_may_dispute_what_his_silence_did_before_the_buyer_closes(world, silence_of):
    sale = silent(world, silence_of)
    until = world.now() + DISPUTE_S + GRACE_S
    world.pass_to(until - 1)
    world.refused(world.buyer_does("closeReturn", sale), "ReturnDisputeWindowOpen", sale.return_id(), until)
    if silence_of == "payment":
        call = world.buyer_does("confirmOutcome", sale, True, EVIDENCE)
        world.refused(call, "ReturnDisputeWindowOpen", sale.return_id(), until)
    world.do(open_dispute(world, sale, SELLERS_CLAIM, by_buyer=False))


def test_a_seller_may_dispute_what_his_silence_did_to_a_withdrawal(world):
    sale = world.withdrawn()
    lines = [(0, 2), (1, 1)]
    world.do(world.seller_does("receiveGoods", sale, SELLER, 0, True, 0, 0, bytes(WORD), lines))
    world.enforced(sale)
    # The money was due long ago, by law: only his own silence gives him this time.
    until = world.turn(sale)[3]
    world.pass_to(until)
    world.refused(open_dispute(world, sale, CLAIM), "DisputeTooLate", sale.return_id(), until)
    world.do(open_dispute(world, sale, SELLERS_CLAIM, by_buyer=False))


def test_after_that_window_the_buyer_closes(world):
    sale = silent(world, "payment")
    world.pass_to(world.now() + DISPUTE_S + GRACE_S)
    world.do(world.buyer_does("closeReturn", sale))
    assert world.status(sale.return_id()) == CLOSED


def test_a_seller_who_paid_all_has_no_window_left(world):
    sale = silent(world, "inspection")
    world.do(world.pay(sale, world.due(sale)))
    world.do(world.buyer_does("confirmOutcome", sale, True, EVIDENCE))
    assert world.status(sale.return_id()) == CLOSED


def test_a_seller_who_was_not_silent_has_no_window(world):
    world.do(world.buyer_does("closeReturn", scratched(world)))


# --- Clocks -----------------------------------------------------------------------------------------------------------


def test_a_buyer_keeps_no_goods_from_being_inspected_by_a_dispute_that_he_takes_back(world):
    sale, tracking = world.approved(), world.fresh()
    world.do(world.send(sale, tracking=tracking, document=world.fresh()))
    world.do(world.receive(sale, [(0, 2)]))
    case = disputed(world, sale, award(line(0, 2)), parcels=[(CARRIER, tracking)])
    assert world.turn(sale)[1] == RECEIVE
    world.pass_time(INSPECT_S + GRACE_S + DAY)
    world.do(withdraw(world, case))
    assert world.turn(sale)[1:3] == (INSPECT, world.now() + INSPECT_S)


@pytest.mark.parametrize("verdict", [DISMISSED, REFUSED])
def test_what_was_due_besides_keeps_its_day_when_a_seller_s_claim_fails(world, verdict):
    sale = world.claimed(version=world.policy(pay_s=90 * DAY))
    world.do(world.open(sale))
    world.do(world.approve(sale))
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    before = world.turn(sale)
    decide(world, disputed(world, sale, SELLERS_CLAIM, by_buyer=False), verdict=verdict)
    assert world.turn(sale) == before


def test_what_a_seller_contested_in_vain_is_due_on_a_day_of_its_own_though_he_left_the_rest_unpaid(world):
    sale = scratched(world)
    case = disputed(world, sale, SELLERS_CLAIM, by_buyer=False)
    assert world.enforced(sale).values["owedMinor"] == DUE[0]
    decide(world, case, verdict=DISMISSED)
    assert (world.due(sale), world.turn(sale)[1:3]) == (DUE[60], (PAY, world.now() + PAY_S))
    assert world.enforced(sale).values["owedMinor"] == DUE[60]


def test_a_seller_in_default_wins_no_time_by_a_dispute_that_he_takes_back(world):
    sale = scratched(world)
    world.enforced(sale)
    case = disputed(world, sale, SELLERS_CLAIM, by_buyer=False)
    world.do(withdraw(world, case))
    assert world.turn(sale)[1] == CONFIRM


def test_a_replacement_is_due_as_before_once_the_buyer_takes_his_dispute_back(world):
    sale = for_resolution(world, REPLACEMENT)
    case = disputed(world, sale, award(line(0, 2), line(1, 1)))
    assert world.turn(sale)[1] == DISPUTE
    world.pass_time(PAY_S + GRACE_S)
    world.do(withdraw(world, case))
    assert world.turn(sale)[1:3] == (REPLACE, world.now() + PAY_S)
    assert world.turn(sale)[4] == REFUND_INSTEAD
