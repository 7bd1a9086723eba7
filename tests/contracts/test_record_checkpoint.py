"""recordCheckpoint: a carrier reports one thing that happened to a parcel."""

import pytest
from hostile import SPOILERS
from world import ANY, CARRIER, OTHER_CARRIER, ROLE_CARRIER, SELLER

CLOCK_TOLERANCE_S = 120


def record(world, checkpoint=None, participant=CARRIER, key=None):
    request = (participant, *(checkpoint or world.checkpoint()))
    return world.act("recordCheckpoint", request, key or world.key(participant))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "recordCheckpoint", (CARRIER, *world.checkpoint()), world.key(CARRIER, kind))


def test_a_p256_key_does_not_pass_for_the_address_of_another(world):
    victim, thief, nonce = world.key(CARRIER), world.fresh_key("p256"), world.fresh_nonce()
    request = (CARRIER, *world.checkpoint())
    call = world.act("recordCheckpoint", request, victim, nonce=nonce, sign=thief.sign)
    digest = world.digest("ParcelLedger", "RecordCheckpoint", request, nonce)
    world.refused(call, "RequestSignerMismatch", victim.address, digest)


@pytest.mark.parametrize("length", [1, 64, 66, 127, 129, 256])
def test_it_refuses_a_signature_of_any_other_length(world, length):
    call = world.act(
        "recordCheckpoint", (CARRIER, *world.checkpoint()), world.key(CARRIER), sign=lambda _: bytes(length)
    )
    world.refused(call, "RequestSignatureMalformed", length)


@pytest.mark.parametrize("length", [65, 128])
def test_it_refuses_a_signature_of_zeros_for_the_zero_address(world, length):
    class Nobody:
        address = "0x" + "00" * 20

        def sign(self, digest):
            return bytes(length)

    nonce, request = world.fresh_nonce(), (0, *world.checkpoint())
    call = world.act("recordCheckpoint", request, Nobody(), nonce=nonce)
    digest = world.digest("ParcelLedger", "RecordCheckpoint", request, nonce)
    world.refused(call, "RequestSignerMismatch", Nobody.address, digest)


def test_it_refuses_a_key_of_another_carrier(world):
    other = world.key(OTHER_CARRIER)
    world.refused(record(world, key=other), "KeyUnknown", other.address, CARRIER)


def test_it_refuses_participant_zero(world):
    stranger = world.fresh_key()
    world.refused(record(world, participant=0, key=stranger), "KeyUnknown", stranger.address, 0)


def test_it_refuses_an_ended_key(world):
    world.do(world.council_act("endKey", world.key(CARRIER).address))
    world.refused(record(world), "KeyHasEnded", world.key(CARRIER).address, ANY)


def test_it_refuses_a_suspended_carrier(world):
    world.do(world.council_act("setSuspension", CARRIER, True))
    world.refused(record(world), "ParticipantSuspended", CARRIER)


def test_it_refuses_who_is_not_a_carrier(world):
    world.refused(record(world, participant=SELLER), "ParticipantMissingRole", SELLER, ROLE_CARRIER)


@pytest.mark.parametrize("time", [10**10, 2**64 - 1])
def test_it_refuses_a_time_in_the_future(world, time):
    world.refused(record(world, world.checkpoint(time)), "RequestTimeInFuture", time, ANY)


def test_it_refuses_a_checkpoint_without_time(world):
    checkpoint = world.checkpoint(0)
    world.refused(record(world, checkpoint), "CheckpointFactsInvalid", checkpoint[1])


@pytest.mark.parametrize("position", range(13))
def test_it_refuses_any_bit_in_the_reserved_bytes(world, position):
    checkpoint = world.checkpoint(reserved=bytes(position) + b"\x80" + bytes(12 - position))
    world.refused(record(world, checkpoint), "CheckpointFactsInvalid", checkpoint[1])


def test_a_carrier_records_a_checkpoint(world, kind):
    checkpoint, nonce, key = world.checkpoint(), world.fresh_nonce(), world.key(CARRIER, kind)
    (log,) = world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), key, nonce=nonce))
    digest = world.digest("ParcelLedger", "RecordCheckpoint", (CARRIER, *checkpoint), nonce)
    assert log.name == "CheckpointRecorded"
    assert log.topics[1:] == [world.parcel_id(checkpoint), digest]
    assert tuple(log.values.values()) == (world.now(), *checkpoint[1:])
    assert world.read("ParcelLedger", "nonceUsed", key.address, nonce)


def test_a_clock_may_run_fast_by_the_tolerance(world):
    world.do(record(world, world.checkpoint(world.now() + CLOCK_TOLERANCE_S)))


def test_each_carrier_has_parcels_of_its_own(world):
    checkpoint = world.checkpoint()
    (one,) = world.do(record(world, checkpoint))
    (other,) = world.do(record(world, checkpoint, OTHER_CARRIER))
    assert one.topics[1] != other.topics[1]
    for participant, log in ((CARRIER, one), (OTHER_CARRIER, other)):
        assert log.topics[1] == world.parcel_id(checkpoint, participant)
        assert log.topics[1] == world.read("ParcelLedger", "parcelId", participant, checkpoint[0])


@pytest.mark.parametrize("nonce", [0, 255, 256, 2**256 - 1])
def test_any_number_is_a_nonce_and_touches_no_other(world, nonce):
    key = world.key(CARRIER)
    world.do(world.act("recordCheckpoint", (CARRIER, *world.checkpoint()), key, nonce=nonce))
    used = [
        n
        for n in (0, 1, 254, 255, 256, 257, 2**256 - 2, 2**256 - 1)
        if world.read("ParcelLedger", "nonceUsed", key.address, n)
    ]
    assert used == [nonce]


def test_nonces_of_different_actors_are_different(world):
    for key in (world.key(CARRIER), world.key(CARRIER, "p256")):
        world.do(world.act("recordCheckpoint", (CARRIER, *world.checkpoint()), key, nonce=5))
