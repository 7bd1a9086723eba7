"""correctCheckpoint: a checkpoint was wrong; what is right supersedes it, and nothing is erased."""

import pytest
from hostile import SPOILERS
from world import ANY, CARRIER, OTHER_CARRIER, TOO_LARGE, WORD

DID_NOT_OCCUR = 201
NOTHING = bytes(WORD)


def request_of(world, right=True, reason=DID_NOT_OCCUR, occurred_at=None, reserved=bytes(13)):
    tracking, facts, code, _ = world.checkpoint()
    new = world.checkpoint(occurred_at, reserved)[1:] if right else (NOTHING,) * 3
    return (CARRIER, tracking, facts, code, reason, *new)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "correctCheckpoint", request_of(world), world.key(CARRIER, kind))


def test_it_refuses_a_key_of_another_carrier(world):
    key = world.key(OTHER_CARRIER)
    world.refused(world.act("correctCheckpoint", request_of(world), key), "KeyUnknown", key.address, CARRIER)


@pytest.mark.parametrize("reason, category", [(TOO_LARGE, 1), (0, 0), (999, 0)])
def test_it_refuses_a_reason_that_is_none_of_a_correction(world, reason, category):
    call = world.act("correctCheckpoint", request_of(world, reason=reason), world.key(CARRIER))
    world.refused(call, "CorrectionReasonWrong", reason, category)


def test_it_refuses_what_cannot_be_right(world):
    time = world.now() + 3_600
    call = world.act("correctCheckpoint", request_of(world, occurred_at=time), world.key(CARRIER))
    world.refused(call, "RequestTimeInFuture", time, ANY)
    request = request_of(world, reserved=b"\x01" * 13)
    world.refused(world.act("correctCheckpoint", request, world.key(CARRIER)), "CheckpointFactsInvalid", request[5])


@pytest.mark.parametrize("right", [True, False])
def test_it_is_recorded_beside_the_checkpoint(world, kind, right):
    checkpoint = world.checkpoint()
    key = world.key(CARRIER, kind)
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), key))
    before = world.head("ParcelLedger", world.parcel_id(checkpoint))
    request = request_of(world, right)
    request = (CARRIER, checkpoint[0], checkpoint[1], checkpoint[2], *request[4:])
    (log,) = world.do(world.act("correctCheckpoint", request, key))
    assert (log.name, log.topics[1]) == ("CheckpointCorrected", world.parcel_id(checkpoint))
    assert (log.values["wrongFacts"], log.values["facts"]) == (checkpoint[1], request[5])
    assert world.head("ParcelLedger", world.parcel_id(checkpoint)) != before
