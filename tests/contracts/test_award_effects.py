"""What an award does to a return: to its lines, its money, and what kind of return it becomes."""

import pytest
from disputing import (
    ALL,
    CLAIM,
    DUE,
    PARCELS,
    SCRATCHED,
    SELLERS_CLAIM,
    accepted_of,
    award,
    decide,
    dispute_id,
    disputed,
    for_resolution,
    from_seller,
    line,
    opened,
    scratched,
    settle,
    silence,
)
from world import (
    APPROVED,
    BECOMES_SHORT,
    BUYER,
    CARRIER,
    CONFIRM,
    COST_MINOR,
    DAY,
    DEFECTIVE,
    EXPIRED,
    FINAL_SALE,
    GIVE_BACK,
    GOODS_GIVEN_BACK,
    INSPECT,
    OF_SELLER,
    PAID_MINOR,
    PAY,
    PAY_S,
    REPAIR,
    REPLACEMENT,
    REPLACEMENT_SENT,
    SELLER,
    SEND,
    SEND_S,
    STORE_CREDIT,
    TOO_LARGE,
    WORD,
)

EVIDENCE = b"\x0b" * WORD


# --- An award ---------------------------------------------------------------------------------------------------------


def test_an_award_of_a_percent_decides_the_value_and_gives_the_debt_a_day(world):
    sale = scratched(world)
    case = disputed(world, sale)
    log = settle(world, case, SCRATCHED)
    said = log.values
    assert (log.name, log.topics[1]) == ("DisputeResolved", sale.return_id())
    assert (said["dispute"], said["award"]) == (case.id, (*SCRATCHED[:3], tuple(SCRATCHED[3])))
    assert (said["accepted"], said["completesOrder"]) == ((), False)
    assert (said["dueMinor"], said["payUntil"]) == (DUE[85], world.now() + PAY_S)
    assert world.turn(sale)[:3] == (OF_SELLER, PAY, world.now() + PAY_S)


def test_the_ruling_of_the_demo(world):
    """The seller finds a scratch and offers 60 %, the buyer refuses, the ruling is 85 % of one line."""
    case = opened(world)
    log = decide(world, case, SCRATCHED)
    assert (log.values["dueMinor"], world.due(case.sale)) == (DUE[85], DUE[85])
    world.do(world.pay(case.sale, DUE[85]))
    assert world.turn(case.sale)[:2] == (BUYER, CONFIRM)


def test_an_award_accepts_rejects_and_awaits_pieces(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 3, TOO_LARGE)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 2)]))
    case = disputed(world, sale, award(line(0, 3)))
    log = settle(world, case, award(line(0, 1, 1, 1)))
    assert log.values["accepted"] == ((0, 0, 1, 1_240, 0),)
    # The third piece is to be sent; only then money, and the rejected piece goes back.
    assert world.turn(sale)[:3] == (BUYER, SEND, world.now() + SEND_S)
    world.do(world.receive(sale, [(0, 1)]))
    assert world.turn(sale)[1] == INSPECT
    world.do(world.inspect(sale, [(0, 1, 0, 0, 1, 1)]))
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == GIVE_BACK
    world.do(from_seller(world, sale, GOODS_GIVEN_BACK))
    assert world.turn(sale)[1] == CONFIRM


def test_a_parcel_of_before_does_not_stand_for_pieces_that_are_still_to_be_sent(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 3, TOO_LARGE)]))
    world.do(world.approve(sale))
    tracking = world.fresh()
    world.do(world.send(sale, tracking=tracking, document=world.fresh()))
    world.do(world.receive(sale, [(0, 2)]))
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    world.pass_time(15 * DAY)
    case = disputed(world, sale, award(line(0, 3)), parcels=[(CARRIER, tracking)])
    world.pass_time(30 * DAY)
    settle(world, case, award(line(0, 2, 0, 1)))
    assert world.turn(sale)[:3] == (BUYER, SEND, world.now() + SEND_S)
    assert world.turn(sale)[4] == BECOMES_SHORT


def test_goods_of_other_lines_that_travel_keep_their_parcel(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 2, TOO_LARGE), (1, 1, TOO_LARGE)]))
    world.do(world.approve(sale))
    tracking = world.fresh()
    world.do(world.send(sale, tracking=tracking, document=world.fresh()))
    before = world.turn(sale)
    case = disputed(world, sale, award(line(0, 2)), parcels=[(CARRIER, tracking)])
    assert world.turn(sale) == before
    settle(world, case, award(line(0, 1, 0, 1)))
    assert world.turn(sale) == before


def test_pieces_that_are_not_named_count_as_not_sent(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 3, TOO_LARGE)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 1)]))
    settle(world, disputed(world, sale, award(line(0, 3))), award(line(0, 1)))
    assert world.turn(sale)[1] == PAY
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))


def test_an_award_accepts_what_was_rejected(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 0, 2, 0, 5, 2), (1, 1, 0, 0, 1, 1)]))
    world.do(from_seller(world, sale, GOODS_GIVEN_BACK))
    log = decide(world, disputed(world, sale, parcels=PARCELS), award(line(0, 1, 1, award=5_000)))
    assert log.values["accepted"] == ((0, 0, 1, 1_240, 0),)
    assert world.due(sale) == (1_240 - 620) - 62 + 615 - 61 - 250
    world.do(world.pay(sale, world.due(sale)))
    # One piece more was rejected by nobody since it was given back.
    assert world.turn(sale)[1] == CONFIRM


def test_an_award_rejects_more_and_it_has_to_be_given_back(world):
    sale = world.received()
    case = disputed(world, sale)
    settle(world, case, award(line(0, 0, 2)))
    world.do(world.inspect(sale, [(1, 1, 0, 0, 1, 1)]))
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == GIVE_BACK


def test_an_award_decides_whose_fault_it_was(world):
    sale = scratched(world)
    settle(world, disputed(world, sale), award(line(0, 2, category=2)))
    # The seller's fault: no restocking of that line, and the lowest fee of return shipping, which is none.
    assert world.due(sale) == 2_480 + 615 - 61


def test_an_award_gives_an_extra_beside_the_lines(world):
    sale = scratched(world)
    log = settle(world, disputed(world, sale, award(extra=650)), award(extra=650))
    assert (log.values["dueMinor"], world.due(sale)) == (DUE[60] + 650, DUE[60] + 650)
    world.do(world.pay(sale, DUE[60] + 650))
    assert world.turn(sale)[1] == CONFIRM


def test_extras_of_several_disputes_add_up_and_never_exceed_what_was_paid(world):
    sale = scratched(world)
    for number in (1, 2, 3):
        settle(world, disputed(world, sale, award(extra=PAID_MINOR), number=number), award(extra=PAID_MINOR))
    assert world.due(sale) == PAID_MINOR


def test_the_greatest_extras_do_not_overflow(world):
    most = 2**48 - 1
    sale = world.claimed(lines=[(1, most, 0, 0, 0, False)] * 3)
    world.do(world.open(sale, [(0, 1, TOO_LARGE)]))
    world.do(world.approve(sale, returnless=True))
    for number in (1, 2, 3):
        settle(world, disputed(world, sale, award(extra=most), number=number), award(extra=most))
    paid = 3 * most + 490
    assert world.due(sale) == min(paid, most - most * 1_000 // 10_000 - 250 + 3 * most)


def test_a_payment_that_counts_as_not_made_is_due_again(world):
    sale = world.paid()
    due = 3_095 - 248 - 61 - 250
    world.do(world.buyer_does("confirmOutcome", sale, False, EVIDENCE))
    case = disputed(world, sale, award(unpaid=due), ground=2)
    log = settle(world, case, award(unpaid=due - 100))
    assert (log.values["dueMinor"], world.due(sale)) == (due - 100, due - 100)
    assert world.turn(sale)[:3] == (OF_SELLER, PAY, world.now() + PAY_S)
    world.do(world.pay(sale, due - 100))
    assert world.turn(sale)[1] == CONFIRM


def test_a_buyer_bears_his_part_of_the_costs_of_a_ruling(world):
    case = opened(world)
    log = decide(world, case, award(line(0, 2, award=8_500), costs=2_500))
    assert log.values["costsMinor"] == COST_MINOR // 4
    assert world.due(case.sale) == DUE[85] - COST_MINOR // 4
    assert world.read("ReturnLedger", "refundOf", case.return_id)[5] == COST_MINOR // 4


def test_costs_never_make_a_buyer_pay_in(world):
    case = opened(world, costMinor=2**48 - 1)
    decide(world, case, award(line(0, 2), costs=ALL))
    assert world.due(case.sale) == 0
    assert world.turn(case.sale)[1] == CONFIRM


def test_a_seller_s_claim_that_is_awarded_leaves_less(world):
    sale = scratched(world)
    case = disputed(world, sale, SELLERS_CLAIM, by_buyer=False)
    decide(world, case, award(line(0, 2, award=2_000)))
    assert world.due(sale) == 496 - 49 + 615 - 61 - 250


def test_less_than_was_paid_is_overpaid_and_nothing_is_taken_back(world):
    sale = scratched(world)
    world.do(world.pay(sale, DUE[60]))
    settle(world, disputed(world, sale, SELLERS_CLAIM, by_buyer=False), SELLERS_CLAIM)
    assert world.due(sale) == 0
    assert world.read("ReturnLedger", "refundOf", sale.return_id())[7] == DUE[60] - DUE[0]


def test_an_award_that_completes_the_order_brings_the_delivery(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 3, DEFECTIVE), (1, 2, DEFECTIVE)]))
    world.do(world.approve(sale))
    world.do(world.receive(sale, [(0, 3), (1, 2)]))
    world.do(world.inspect(sale, [(0, 3, 0, 0, 1, 1), (1, 0, 2, 0, 5, 2)]))
    log = settle(world, disputed(world, sale, award(line(1, 2))), award(line(1, 2)))
    assert log.values["completesOrder"]
    assert world.due(sale) == PAID_MINOR


# --- What kind of return it becomes -----------------------------------------------------------------------------------


def test_a_declined_return_becomes_approved(world):
    sale = world.declined()
    log = settle(world, disputed(world, sale, CLAIM), CLAIM)
    assert (accepted_of(log), world.status(sale.return_id())) == ([(0, 0, 2)], APPROVED)
    assert world.turn(sale)[1] == PAY


def test_a_declined_return_whose_goods_are_to_come_runs_like_an_approved_one(world):
    sale = world.declined()
    settle(world, disputed(world, sale, award(line(0, 0, 0, 2))), award(line(0, 0, 0, 2)))
    assert (world.status(sale.return_id()), world.turn(sale)[:3]) == (APPROVED, (BUYER, SEND, world.now() + SEND_S))
    world.do(world.send(sale))
    world.do(world.seller_does("receiveGoods", sale, SELLER, 0, False, 0, 0, bytes(WORD), [(0, 2)]))
    world.do(world.seller_does("inspectGoods", sale, SELLER, bytes(WORD), [(0, 2, 0, 0, 1, 1)]))
    assert world.turn(sale)[1] == PAY


def test_an_expired_return_whose_parcel_was_lost_is_paid(world):
    sale, tracking = world.approved(), world.fresh()
    world.do(world.send(sale, tracking=tracking))
    world.enforced(sale)
    assert world.status(sale.return_id()) == EXPIRED
    settle(world, disputed(world, sale, CLAIM, parcels=[(CARRIER, tracking)], ground=4), CLAIM)
    assert (world.status(sale.return_id()), world.turn(sale)[1]) == (APPROVED, PAY)


def test_an_awarded_extra_does_not_lapse_with_goods_that_are_not_sent(world):
    sale = world.declined()
    settle(world, disputed(world, sale, award(line(0, 0, 0, 2))), award(line(0, 0, 0, 2), extra=500))
    log = world.enforced(sale)
    assert log.values["consequence"] == BECOMES_SHORT
    assert (world.status(sale.return_id()), world.due(sale), world.turn(sale)[1]) == (APPROVED, 500, PAY)


@pytest.mark.parametrize("resolution", [REPLACEMENT, STORE_CREDIT, REPAIR])
def test_a_return_for_something_else_becomes_one_for_money(world, resolution):
    sale = for_resolution(world, resolution)
    settle(world, disputed(world, sale), CLAIM)
    assert (world.turn(sale)[1], world.due(sale)) == (PAY, DUE[100])


def test_what_was_replaced_and_not_disputed_is_worth_no_money(world):
    sale = for_resolution(world, REPLACEMENT, replaced=True)
    settle(world, disputed(world, sale, parcels=PARCELS), CLAIM)
    assert (world.turn(sale)[1], world.due(sale)) == (PAY, 2_480 - 248 - 250)


def test_a_replaced_whole_order_brings_no_delivery_for_a_part(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 3, DEFECTIVE), (1, 2, DEFECTIVE)], resolution=REPLACEMENT))
    world.do(world.approve(sale, returnless=True))
    world.do(from_seller(world, sale, REPLACEMENT_SENT))
    settle(world, disputed(world, sale, award(line(0, 3)), parcels=PARCELS), award(line(0, 3)))
    assert world.due(sale) == 3_720


def test_a_withdrawal_is_paid_after_a_ruling_within_its_own_time(world):
    sale = world.withdrawn()
    world.do(world.seller_does("receiveGoods", sale, SELLER, 0, False, 0, 0, bytes(WORD), [(0, 2), (1, 1)]))
    values = (SELLER, bytes(WORD), [(0, 2, 0, 5_000, 1, 1), (1, 1, 0, 0, 1, 1)])
    world.do(world.seller_does("inspectGoods", sale, *values))
    case = disputed(world, sale)
    world.pass_time(30 * DAY)
    settle(world, case, CLAIM)
    assert world.turn(sale)[:3] == (OF_SELLER, PAY, world.now() + PAY_S)
    # Without restocking, as the law says.
    assert world.due(sale) == 3_095 - 250


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_fifty_lines_are_opened_ruled_and_ended(world):
    sale = world.claimed(lines=[(3, 3_000, 0, 690, 30, False)] * 50)
    world.do(world.open(sale, [(number, 3, TOO_LARGE) for number in range(50)]))
    world.do(world.seller_does("declineReturn", sale, FINAL_SALE))
    case = disputed(world, sale, award(*[line(number, 3) for number in range(50)]))
    print(f"openDispute over 50 lines: {world.gas_used} gas")
    for _ in range(5):
        logs = silence(world, case)
        print(f"enforce over 50 lines: {world.gas_used} gas")
    assert len(logs[-1].values["accepted"]) == 50
    assert world.due(sale) == 50 * 3_720 - 50 * 372 - 250
    assert dispute_id(sale) == case.id
