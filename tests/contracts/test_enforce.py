"""enforce: what silence means, for everybody to record; it needs no signature and leaves no choice."""

import pytest
from stages import STAGES
from world import (
    ANY,
    APPROVED,
    BECOMES_ACCEPTED,
    BECOMES_CLOSED,
    BECOMES_DEFAULTED,
    BECOMES_SHORT,
    CARRIER,
    CLOSED,
    CONFIRM,
    DAY,
    EXPIRED,
    GIVE_BACK,
    INSPECT,
    PAY,
    PAY_S,
    RECEIVE,
    REFUND_INSTEAD,
    REPLACE,
    REPLACEMENT,
    SELLER,
    SEND,
    TOO_LARGE,
    ascii32,
)

each_stage = pytest.mark.parametrize("stage", STAGES)
REOPEN_ACT = 11
MOST_STEPS = 8  # of silence, from anywhere to the end
CUSTOMS_PROCESSING, ON_HOLD = 6, 8  # kinds of checkpoints
RETURN_SHIPPING, RESTOCKING = 250, 248 + 61
WORTH = 2_480 + 615


# --- Failures ---------------------------------------------------------------------------------------------------------


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(world.enforce(sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_a_return_that_is_closed(world):
    sale = world.opened()
    world.do(world.buyer_does("closeReturn", sale))
    world.pass_time(1_000 * DAY)
    world.refused(world.enforce(sale), "EnforceNothing", sale.return_id())


@each_stage
def test_it_refuses_one_second_too_early(world, stage):
    sale, _ = STAGES[stage].start(world)
    enforceable_at = world.turn(sale)[3]
    world.pass_to(enforceable_at - 1)
    world.refused(world.enforce(sale), "EnforceTooEarly", sale.return_id(), enforceable_at, enforceable_at - 1)


@each_stage
def test_it_refuses_in_the_grace(world, stage):
    sale, _ = STAGES[stage].start(world)
    turn = world.turn(sale)
    world.pass_to(turn[2] + 1)
    world.refused(world.enforce(sale), "EnforceTooEarly", sale.return_id(), turn[3], turn[2] + 1)


@pytest.mark.parametrize("stage", [name for name, stage in STAGES.items() if stage.refusal])
def test_it_is_too_late_for_an_act_after_its_consequence(world, stage):
    sale, _ = STAGES[stage].start(world)
    world.enforced(sale)
    passed, data = world.try_call(STAGES[stage].act(world, sale))
    assert not passed
    assert world.error_in(data)[0] == STAGES[stage].refusal


# --- Consequences -----------------------------------------------------------------------------------------------------


@each_stage
def test_silence_counts_in_the_first_second(world, stage):
    expected = STAGES[stage]
    sale, _ = expected.start(world)
    moment = world.turn(sale)[3]
    said = world.enforced(sale).values
    assert (said["recordedAt"], world.now()) == (moment, moment)
    assert (said["act"], said["consequence"]) == (expected.awaited, expected.consequence)
    assert world.status(sale.return_id()) == expected.status
    assert (said["owedMinor"] != 0) is (expected.consequence == BECOMES_DEFAULTED)
    if expected.consequence != BECOMES_ACCEPTED:
        assert said["accepted"] == ()


@each_stage
def test_an_act_after_the_deadline_counts_as_long_as_nobody_has_enforced(world, stage):
    sale, _ = STAGES[stage].start(world)
    turn = world.turn(sale)
    # To reopen is a right that ends by itself; all else waits for whoever records the silence.
    world.pass_to(turn[2] + 1 if turn[1] == REOPEN_ACT else turn[3] + DAY)
    world.do(STAGES[stage].act(world, sale))


@each_stage
def test_silence_ends_every_return_without_a_signature(world, stage):
    sale, _ = STAGES[stage].start(world)
    steps = 0
    while world.status(sale.return_id()) != CLOSED:
        world.enforced(sale)
        steps += 1
        assert steps <= MOST_STEPS
    world.refused(world.enforce(sale), "EnforceNothing", sale.return_id())


@each_stage
def test_the_seller_is_not_needed_any_more(world, stage):
    sale, _ = STAGES[stage].start(world)
    for participant in (SELLER, 4):
        world.do(world.council_act("setSuspension", participant, True))
    while world.status(sale.return_id()) != CLOSED:
        world.enforced(sale)


def test_silence_about_a_request_approves_all_that_was_asked_for(world):
    sale = world.opened()
    world.enforced(sale)
    assert world.status(sale.return_id()) == APPROVED
    assert world.turn(sale)[1] == SEND
    world.do(world.seller_does("receiveGoods", sale, SELLER, 0, False, 0, 0, bytes(32), [(0, 2), (1, 1)]))


@pytest.mark.parametrize("stage", ["requested late", "asked", "approved", "sent"])
def test_pieces_of_a_return_that_lapsed_by_silence_are_free(world, stage):
    sale, _ = STAGES[stage].start(world)
    world.refused(world.open(sale, [(0, 3, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 3, 1)
    world.enforced(sale)
    world.do(world.open(sale, [(0, 3, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


@pytest.mark.parametrize("stage", ["sent with a document", "sent with a scan", "received"])
def test_goods_that_nobody_decides_about_are_accepted_in_full(world, stage):
    sale, _ = STAGES[stage].start(world)
    said = world.enforced(sale).values
    assert said["accepted"] == ((0, 0, 2, 2_480, 0), (1, 0, 1, 615, 0))
    assert said["completesOrder"] is False
    assert world.due(sale) == WORTH - RESTOCKING - RETURN_SHIPPING
    assert world.turn(sale)[1:3] == (PAY, world.now() + PAY_S)


@pytest.mark.parametrize("stage", ["sent with a document", "received", "withdrawn and received"])
def test_accepted_pieces_are_never_accepted_again(world, stage):
    sale, _ = STAGES[stage].start(world)
    world.enforced(sale)
    world.refused(world.buyer_does("cancelReturn", sale), "ReturnGoodsArrived", sale.return_id())
    world.refused(world.open(sale, [(0, 2, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 2, 1)


def test_silence_accepts_only_what_the_inspection_left_open(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 1, 0, 5_000, 3, 1)]))
    assert world.enforced(sale).values["accepted"] == ((0, 1, 1, 1_240, 0), (1, 0, 1, 615, 0))


def test_silence_about_the_inspection_accepts_nothing_that_is_still_on_its_way(world):
    sale = world.sent()
    world.do(world.receive(sale, [(0, 2)]))
    assert world.enforced(sale).values["accepted"] == ((0, 0, 2, 2_480, 0),)
    assert world.turn(sale)[1] == RECEIVE


def test_rejected_goods_that_are_kept_are_accepted_in_full(world):
    sale, _ = STAGES["rejected"].start(world)
    assert world.enforced(sale).values["accepted"] == ((0, 0, 2, 2_480, 0), (1, 0, 1, 615, 0))
    assert world.turn(sale)[1:3] == (PAY, world.now() + PAY_S)


def test_the_seller_who_keeps_the_rest_owes_it_besides_what_he_paid(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 1, 1, 0, 1, 1), (1, 1, 0, 0, 1, 1)]))
    paid = world.due(sale)
    world.do(world.pay(sale, paid))
    assert world.turn(sale)[1] == GIVE_BACK
    world.enforced(sale)
    assert world.due(sale) == WORTH - RESTOCKING - RETURN_SHIPPING - paid
    assert world.turn(sale)[1] == PAY


def test_the_rest_of_the_order_completes_it_also_by_silence(world):
    sale = world.inspected()
    world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 1, TOO_LARGE)], number=2))
    world.do(world.approve(sale, number=2))
    world.do(world.receive(sale, [(0, 1), (1, 1)], number=2))
    assert world.enforced(sale, 2).values["completesOrder"] is True


@pytest.mark.parametrize("stage", ["a part arrived", "a part arrived that nobody named"])
def test_what_does_not_arrive_counts_as_not_sent(world, stage):
    sale, _ = STAGES[stage].start(world)
    assert world.enforced(sale).values["consequence"] == BECOMES_SHORT
    assert world.due(sale) == 2_480 - 248 - RETURN_SHIPPING
    world.do(world.open(sale, [(0, 1, TOO_LARGE), (1, 2, TOO_LARGE)], number=2))


def test_a_loss_that_is_the_buyer_s_leaves_nothing_owed(world):
    sale, _ = STAGES["sent with a document, loss is the buyer's"].start(world)
    world.enforced(sale)
    assert (world.due(sale), world.turn(sale)[1]) == (0, CONFIRM)


def test_money_takes_the_place_of_a_replacement(world):
    sale, _ = STAGES["inspected for replacement"].start(world)
    assert world.turn(sale)[1] == REPLACE
    assert world.enforced(sale).values["consequence"] == REFUND_INSTEAD
    assert world.turn(sale)[1:3] == (PAY, world.now() + PAY_S)
    assert world.enforced(sale).values["owedMinor"] == WORTH - RESTOCKING - RETURN_SHIPPING


def test_a_default_says_what_is_owed(world):
    sale = world.inspected()
    world.do(world.pay(sale, 1_000))
    assert world.enforced(sale).values["owedMinor"] == WORTH - RESTOCKING - RETURN_SHIPPING - 1_000


def test_a_seller_in_default_may_still_pay(world):
    sale, _ = STAGES["in default"].start(world)
    world.do(world.pay(sale, world.due(sale)))
    assert (world.due(sale), world.turn(sale)[1]) == (0, CONFIRM)


def test_a_seller_is_in_default_once(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 1, 1, 0, 1, 1), (1, 1, 0, 0, 1, 1)]))
    said = [world.enforced(sale).values for _ in range(3)]
    assert [values["consequence"] for values in said] == [BECOMES_DEFAULTED, BECOMES_ACCEPTED, BECOMES_CLOSED]
    assert world.status(sale.return_id()) == CLOSED


def test_a_return_that_was_reopened_ends_by_silence_too(world):
    sale = world.declined()
    world.do(world.buyer_does("reopenReturn", sale, world.fresh()))
    world.enforced(sale)
    world.enforced(sale)
    assert world.status(sale.return_id()) == EXPIRED
    world.refused(world.buyer_does("reopenReturn", sale, world.fresh()), "ReturnReopenedBefore", sale.return_id())
    world.enforced(sale)
    assert world.status(sale.return_id()) == CLOSED


def test_silence_is_recorded_once(world):
    sale = world.opened()
    world.enforced(sale)
    world.refused(world.enforce(sale), "EnforceTooEarly", sale.return_id(), world.turn(sale)[3], ANY)


# --- What stops no clock ----------------------------------------------------------------------------------------------


def held(world, kind):
    """A checkpoint of that kind, under a tracking number of its own."""
    facts = world.now().to_bytes(8, "big") + bytes([kind, 0]) + b"PL" + bytes([1]) + (60).to_bytes(2, "big") + bytes(17)
    return (world.fresh(), facts, ascii32("HOLD"), world.fresh())


@pytest.mark.parametrize("kind_of_hold", [CUSTOMS_PROCESSING, ON_HOLD])
def test_a_hold_by_customs_lengthens_no_time_and_shows_that_goods_were_sent(world, kind_of_hold):
    sale, checkpoint = world.approved(), held(world, kind_of_hold)
    world.do(world.send(sale, tracking=checkpoint[0]))
    before = world.turn(sale)
    world.pass_time(10 * DAY)
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    assert world.turn(sale)[:4] == before[:4]
    assert world.turn(sale)[4:] == (BECOMES_ACCEPTED, 2)


@pytest.mark.parametrize("kind_of_hold", [CUSTOMS_PROCESSING, ON_HOLD])
def test_a_hold_by_customs_does_not_make_a_buyer_late(world, kind_of_hold):
    sale, checkpoint = world.approved(), held(world, kind_of_hold)
    sent_at = world.turn(sale)[2] - DAY
    world.pass_to(sent_at)
    world.do(world.send(sale, tracking=checkpoint[0]))
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    world.pass_time(15 * DAY)
    world.refused(world.enforce(sale), "EnforceTooEarly", sale.return_id(), world.turn(sale)[3], ANY)
    world.do(world.receive(sale))
    assert world.turn(sale)[1] == INSPECT


def test_what_the_seller_said_in_advance_stops_no_clock_of_his(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale))
    world.do(world.receive(sale))
    until = world.turn(sale)[2]
    for call in (
        world.pay(sale, 1),
        world.seller_does("addParcel", sale, SELLER, 2, CARRIER, world.fresh(), 0, bytes(32)),
        world.act("stateDelivery", (sale.id, SELLER, world.now(), bytes(32)), world.key(SELLER)),
        world.act("proposeBuyerKey", (sale.id, world.fresh_key().address), world.key(SELLER)),
    ):
        world.pass_time(DAY // 2)
        world.do(call)
        assert world.turn(sale)[1:3] == (INSPECT, until)
