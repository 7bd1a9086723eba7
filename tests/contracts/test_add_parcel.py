"""addParcel: buyer or seller lists a parcel as part of a return."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    CARRIER,
    CONFIRM,
    CONFIRM_S,
    DECLINED,
    GIVE_BACK,
    GOODS_GIVEN_BACK,
    GOODS_RETURNED,
    INSPECT,
    NONE,
    OTHER_CARRIER,
    OTHER_SELLER,
    PAY,
    RECEIVE,
    REFUND_INSTEAD,
    REPAIR,
    REPAIRED,
    REPLACE,
    REPLACEMENT,
    REPLACEMENT_SENT,
    REQUESTED,
    SELLER,
    TRANSIT_S,
    WORD,
)

TRACKING = b"\x07" * WORD
NO_DOCUMENT = bytes(WORD)
PARCEL = keccak(CARRIER.to_bytes(WORD, "big") + TRACKING)
FROM_SELLER = [REPLACEMENT_SENT, REPAIRED, GOODS_GIVEN_BACK]
LIMIT = 8  # of each side
HOUR = 3_600


def add(world, sale, participant=0, key=None, **changes):
    fields = {
        "purpose": GOODS_RETURNED,
        "carrier": CARRIER,
        "tracking": world.fresh(),
        "sent_at": 0,
        "document": NO_DOCUMENT,
        **changes,
    }
    key = key or (world.key(SELLER) if participant else sale.buyer)
    return world.act("addParcel", (sale.return_id(), participant, *fields.values()), key)


def approved(world, resolution):
    sale = world.claimed()
    world.do(world.open(sale, resolution=resolution))
    world.do(world.approve(sale))
    return sale


def rejected(world):
    """All that arrived."""
    sale = world.received()
    world.do(world.inspect(sale, [(0, 0, 2, 0, 5, 2), (1, 0, 1, 0, 5, 2)]))
    return sale


@pytest.mark.parametrize("spoil", SPOILERS)
@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_an_authorisation(world, kind, participant, spoil):
    sale = world.approved(kind)
    key = world.key(SELLER, kind) if participant else sale.buyer
    request = (sale.return_id(), participant, GOODS_RETURNED, CARRIER, TRACKING, 0, NO_DOCUMENT)
    spoil(world, "addParcel", request, key)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_a_return_that_does_not_exist(world, participant):
    sale = world.claimed()
    world.refused(add(world, sale, participant), "ReturnUnknown", sale.return_id())


def test_it_refuses_as_buyer_who_is_not(world, kind):
    sale = world.approved(kind)
    for actor in (world.key(SELLER, kind), sale.claim_key, world.key(CARRIER, kind)):
        world.refused(add(world, sale, key=actor), "ReturnNotParty", sale.return_id(), actor.address)


def test_it_refuses_as_seller_who_is_not(world, kind):
    sale = world.approved(kind)
    for actor in (sale.buyer, world.key(OTHER_SELLER, kind)):
        world.refused(add(world, sale, SELLER, key=actor), "KeyUnknown", actor.address, SELLER)


def test_it_refuses_the_seller_under_the_number_of_another(world):
    sale = world.approved()
    call = add(world, sale, OTHER_SELLER, key=world.key(SELLER))
    world.refused(call, "ReturnNotParty", sale.return_id(), world.key(SELLER).address)


def test_it_refuses_a_suspended_seller(world):
    sale = world.approved()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(add(world, sale, SELLER), "ParticipantSuspended", SELLER)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("declined", DECLINED)])
def test_it_refuses_a_return_that_is_not_approved(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(add(world, sale), "ReturnWrongStatus", sale.return_id(), status, APPROVED)


def test_it_refuses_a_parcel_twice(world):
    sale = world.approved()
    world.do(add(world, sale, tracking=TRACKING))
    for participant in (0, SELLER):
        call = add(world, sale, participant, tracking=TRACKING)
        world.refused(call, "ParcelAlreadyAdded", sale.return_id(), PARCEL)


def test_it_refuses_the_same_parcel_for_another_purpose(world):
    sale = rejected(world)
    world.do(add(world, sale, tracking=TRACKING))
    call = add(world, sale, SELLER, tracking=TRACKING, purpose=GOODS_GIVEN_BACK)
    world.refused(call, "ParcelAlreadyAdded", sale.return_id(), PARCEL)


@pytest.mark.parametrize("side, other", [(0, SELLER), (SELLER, 0)])
def test_neither_side_keeps_the_other_from_naming_parcels(world, side, other):
    sale = world.approved()
    for participant in (side, other):
        for _ in range(LIMIT):
            world.do(add(world, sale, participant))
        world.refused(add(world, sale, participant), "ParcelLimitReached", sale.return_id(), LIMIT)


def test_it_refuses_a_sending_in_the_future(world):
    time = world.now() + HOUR
    world.refused(add(world, world.approved(), sent_at=time), "RequestTimeInFuture", time, ANY)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_it_refuses_no_purpose(world, participant):
    call = add(world, world.approved(), participant, purpose=NONE)
    world.refused(call, "ParcelPurposeInvalid", NONE, participant)


def test_it_refuses_a_purpose_that_does_not_exist(world):
    assert world.try_call(add(world, world.approved(), purpose=5)) == (False, b"")


@pytest.mark.parametrize("purpose", FROM_SELLER)
def test_it_refuses_from_the_buyer_what_travels_from_the_seller(world, purpose):
    sale = rejected(world) if purpose == GOODS_GIVEN_BACK else approved(world, REPLACEMENT)
    world.refused(add(world, sale, purpose=purpose), "ParcelPurposeInvalid", purpose, 0)


@pytest.mark.parametrize("purpose", [REPLACEMENT_SENT, REPAIRED])
def test_it_refuses_a_replacement_where_money_is_owed(world, purpose):
    world.refused(add(world, world.inspected(), SELLER, purpose=purpose), "ParcelPurposeInvalid", purpose, SELLER)


@pytest.mark.parametrize("stage", ["approved", "received", "inspected", "paid"])
def test_it_refuses_to_give_back_where_nothing_was_rejected(world, stage):
    sale = getattr(world, stage)()
    call = add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK)
    world.refused(call, "ParcelPurposeInvalid", GOODS_GIVEN_BACK, SELLER)


@pytest.mark.parametrize("participant", [0, SELLER])
def test_buyer_and_seller_add_a_parcel(world, kind, participant):
    sale, document, sent_at = world.approved(kind), world.fresh(), world.now()
    key = world.key(SELLER, kind) if participant else None
    (log,) = world.do(add(world, sale, participant, key=key, tracking=TRACKING, sent_at=sent_at, document=document))
    assert (log.name, log.topics[1]) == ("ParcelAdded", sale.return_id())
    named = [participant, GOODS_RETURNED, CARRIER, TRACKING, sent_at, document, PARCEL]
    assert list(log.values.values()) == [world.now(), *named]
    assert world.turn(sale)[1] == RECEIVE


def test_the_same_number_with_another_carrier_is_another_parcel(world):
    sale = world.approved()
    world.do(add(world, sale, tracking=TRACKING))
    world.do(add(world, sale, tracking=TRACKING, carrier=OTHER_CARRIER))


def test_a_parcel_may_belong_to_two_returns(world):
    for sale in (world.approved(), world.approved()):
        world.do(add(world, sale, tracking=TRACKING))


# --- Clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours_ago, counts", [(0, True), (71, True), (73, False)])
def test_transit_runs_from_a_claimed_time_that_is_not_long_ago(world, hours_ago, counts):
    sale = world.approved()
    sent_at = world.now() - hours_ago * HOUR
    world.do(add(world, sale, sent_at=sent_at))
    assert world.turn(sale)[2] == (sent_at if counts else world.now()) + TRANSIT_S


def test_transit_runs_from_the_claimed_time_72_hours_ago_and_not_from_one_second_more(world):
    for seconds, counts in ((72 * HOUR, True), (72 * HOUR + 1, False)):
        sale, moment = world.approved(), world.now() + 10
        world.next_at(moment)
        world.do(add(world, sale, sent_at=moment - seconds))
        assert world.turn(sale)[2] == (moment - seconds if counts else moment) + TRANSIT_S


def test_later_parcels_do_not_move_the_transit(world):
    sale = world.sent()
    before = world.turn(sale)
    world.pass_time(HOUR)
    for participant in (0, SELLER):
        world.do(add(world, sale, participant))
        assert world.turn(sale) == before


def test_a_document_shows_that_goods_were_sent(world):
    sale = world.sent()
    assert world.turn(sale)[5] == 1
    world.do(add(world, sale, document=world.fresh()))
    assert world.turn(sale)[5] == 2


def test_a_checkpoint_of_the_carrier_shows_that_goods_were_sent(world):
    sale, checkpoint = world.approved(), world.checkpoint()
    world.do(add(world, sale, tracking=checkpoint[0]))
    assert world.turn(sale)[5] == 1
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    assert world.turn(sale)[5] == 2


def test_a_checkpoint_of_another_carrier_shows_nothing(world):
    sale, checkpoint = world.approved(), world.checkpoint()
    world.do(add(world, sale, tracking=checkpoint[0]))
    world.do(world.act("recordCheckpoint", (OTHER_CARRIER, *checkpoint), world.key(OTHER_CARRIER)))
    assert world.turn(sale)[5] == 1


@pytest.mark.parametrize("resolution", [REPLACEMENT, REPAIR])
@pytest.mark.parametrize("purpose", [REPLACEMENT_SENT, REPAIRED])
def test_the_seller_sends_what_replaces(world, resolution, purpose):
    sale = approved(world, resolution)
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    assert world.turn(sale)[1] == REPLACE
    world.do(add(world, sale, SELLER, purpose=purpose))
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_the_seller_may_send_a_replacement_before_the_goods_arrive(world):
    sale = approved(world, REPLACEMENT)
    world.do(add(world, sale, SELLER, purpose=REPLACEMENT_SENT))
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    assert world.turn(sale)[1] == CONFIRM


def test_no_replacement_is_recorded_once_money_took_its_place(world):
    sale = approved(world, REPLACEMENT)
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    assert world.enforced(sale).values["consequence"] == REFUND_INSTEAD
    call = add(world, sale, SELLER, purpose=REPLACEMENT_SENT)
    world.refused(call, "ParcelPurposeInvalid", REPLACEMENT_SENT, SELLER)
    assert world.turn(sale)[1] == PAY


def test_the_seller_gives_back_what_he_rejected(world):
    sale = rejected(world)
    assert world.turn(sale)[1] == GIVE_BACK
    world.do(add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK))
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_what_was_given_back_before_is_not_what_is_rejected_later(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 0, 1, 0, 5, 2)]))
    world.do(add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK))
    world.do(world.inspect(sale, [(0, 0, 1, 0, 5, 2), (1, 0, 1, 0, 5, 2)]))
    assert world.turn(sale)[1] == GIVE_BACK


def test_parcels_of_the_seller_do_not_put_off_the_inspection(world):
    sale = approved(world, REPLACEMENT)
    world.do(world.receive(sale))
    before = world.turn(sale)
    assert before[1] == INSPECT
    world.pass_time(HOUR)
    world.do(add(world, sale, SELLER, purpose=REPLACEMENT_SENT))
    assert world.turn(sale) == before


def test_parcels_of_the_seller_do_not_put_off_the_payment(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 1, 1, 0, 1, 1), (1, 1, 0, 0, 1, 1)]))
    before = world.turn(sale)
    assert before[1] == PAY
    world.pass_time(HOUR)
    world.do(add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK))
    assert world.turn(sale) == before


def test_further_parcels_of_the_seller_do_not_put_off_the_buyer_s_word(world):
    sale = rejected(world)
    world.do(add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK))
    before = world.turn(sale)
    world.pass_time(HOUR)
    world.do(add(world, sale, SELLER, purpose=GOODS_GIVEN_BACK))
    assert world.turn(sale) == before
