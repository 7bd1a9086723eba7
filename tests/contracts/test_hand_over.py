"""handOver: custody passes, signed by both sides."""

import pytest
from hostile import SPOILERS
from world import ANY, CARRIER, INSPECTOR, OTHER_CARRIER, WORD, keccak

NOTHING = bytes(WORD)


def request_of(world, giver=CARRIER, taker=OTHER_CARRIER, giver_tracking=None, taker_tracking=None, at=None):
    first = world.fresh() if giver_tracking is None else giver_tracking
    second = world.fresh() if taker_tracking is None else taker_tracking
    return (giver, first, taker, second, world.now() if at is None else at, NOTHING)


def hand_over(world, request, *keys):
    return world.act("handOver", request, list(keys) or [world.key(request[0]), world.key(request[2])])


def parcel(participant: int, tracking: bytes) -> bytes:
    return keccak(participant.to_bytes(WORD, "big") + tracking)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_giver(world, kind, spoil):
    spoil(world, "handOver", request_of(world), [world.key(CARRIER, kind), world.key(OTHER_CARRIER, kind)])


def test_it_refuses_one_signature_alone_and_a_third(world):
    giver, taker = world.key(CARRIER), world.key(OTHER_CARRIER)
    for keys in ([giver], [giver, taker, taker]):
        call = hand_over(world, request_of(world), *keys)
        world.refused(call, "RequestAuthorisationMissing", len(keys), 2)


def test_it_refuses_a_taker_who_signed_something_else(world):
    request, nonce = request_of(world), world.fresh_nonce()
    giver, taker = world.key(CARRIER), world.key(OTHER_CARRIER)
    good = world.authorise("ParcelLedger", "HandOver", request, giver, nonce=nonce)
    bad = world.authorise("ParcelLedger", "HandOver", request_of(world), taker, nonce=nonce)
    digest = world.digest("ParcelLedger", "HandOver", request, nonce)
    call = world.encode("ParcelLedger", "handOver", request, [good, bad])
    world.refused(call, "RequestSignerMismatch", taker.address, digest)


def test_it_refuses_two_nonces(world):
    request = request_of(world)
    given = [
        world.authorise("ParcelLedger", "HandOver", request, world.key(who), nonce=world.fresh_nonce())
        for who in (CARRIER, OTHER_CARRIER)
    ]
    world.refused(world.encode("ParcelLedger", "handOver", request, given), "RequestSignerMismatch", ANY, ANY)


@pytest.mark.parametrize("sides", [(CARRIER, CARRIER), (CARRIER, 0)])
def test_it_refuses_a_taker_who_is_nobody_else(world, sides):
    request = request_of(world, *sides)
    call = hand_over(world, request, world.key(CARRIER), world.key(CARRIER, "p256"))
    world.refused(call, "HandOverSidesInvalid", *sides)


def test_it_refuses_a_parcel_of_a_giver_who_is_no_participant(world):
    call = hand_over(world, request_of(world, giver=0), world.fresh_key(), world.key(OTHER_CARRIER))
    world.refused(call, "HandOverSidesInvalid", 0, OTHER_CARRIER)


def test_it_refuses_no_parcel_at_all(world):
    request = request_of(world, giver_tracking=NOTHING, taker_tracking=NOTHING)
    world.refused(hand_over(world, request), "HandOverSidesInvalid", CARRIER, OTHER_CARRIER)


def test_it_refuses_keys_of_others(world):
    stranger = world.fresh_key()
    request = request_of(world)
    call = hand_over(world, request, stranger, world.key(OTHER_CARRIER))
    world.refused(call, "KeyUnknown", stranger.address, CARRIER)
    call = hand_over(world, request, world.key(CARRIER), stranger)
    world.refused(call, "KeyUnknown", stranger.address, OTHER_CARRIER)


def test_it_refuses_a_suspended_side(world):
    world.do(world.council_act("setSuspension", OTHER_CARRIER, True))
    world.refused(hand_over(world, request_of(world)), "ParticipantSuspended", OTHER_CARRIER)


def test_it_refuses_a_time_in_the_future(world):
    time = world.now() + 3_600
    world.refused(hand_over(world, request_of(world, at=time)), "RequestTimeInFuture", time, ANY)


def test_it_is_recorded_with_both_parcels(world, kind):
    request = request_of(world)
    logs = world.do(hand_over(world, request, world.key(CARRIER, kind), world.key(OTHER_CARRIER, kind)))
    subjects = [parcel(CARRIER, request[1]), parcel(OTHER_CARRIER, request[3])]
    assert [(log.name, log.topics[1]) for log in logs] == [("HandedOver", subject) for subject in subjects]
    assert logs[0].values["giverKey"] == world.key(CARRIER, kind).address.lower()
    assert (logs[0].values["giver"], logs[0].values["taker"]) == (CARRIER, OTHER_CARRIER)


def test_a_buyer_hands_a_parcel_to_a_carrier(world, kind):
    buyer, request = world.fresh_key(kind), request_of(world, giver=0, giver_tracking=NOTHING)
    (log,) = world.do(hand_over(world, request, buyer, world.key(OTHER_CARRIER)))
    assert log.topics[1] == parcel(OTHER_CARRIER, request[3])
    assert log.values["giverKey"] == buyer.address.lower()


def test_an_inspector_takes_what_a_carrier_brings(world):
    request = request_of(world, taker=INSPECTOR, taker_tracking=NOTHING)
    (log,) = world.do(hand_over(world, request))
    assert log.topics[1] == parcel(CARRIER, request[1])
