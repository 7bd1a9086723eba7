"""recordCheckpointBatch: many checkpoints of one reporter under one signature."""

import pytest
from eth_utils import keccak
from world import ANY, CARRIER, FAR, OTHER_CARRIER, ROLE_CARRIER, SELLER


def root_of(checkpoints):
    """The Merkle root, by hand: pairs in sorted order, the last of an odd row rises."""
    row = [keccak(b"".join(checkpoint)) for checkpoint in checkpoints]
    while len(row) > 1:
        pairs = [row[i : i + 2] for i in range(0, len(row), 2)]
        row = [keccak(b"".join(sorted(pair))) if len(pair) == 2 else pair[0] for pair in pairs]
    return row[0]


def signed(checkpoints, participant=CARRIER):
    return (participant, root_of(checkpoints), len(checkpoints))


def batch(world, checkpoints, participant=CARRIER, key=None, values=None, **options):
    """A call; `values` are what is signed where that differs."""
    values = values or signed(checkpoints, participant)
    key = key or world.key(participant)
    authorisation = world.authorise("ParcelLedger", "RecordCheckpointBatch", values, key, **options)
    return world.encode("ParcelLedger", "recordCheckpointBatch", participant, checkpoints, authorisation)


def mismatch(world, checkpoints, presented=None, key=None, **options):
    """Asserts that a batch is refused since the signature does not cover it."""
    presented, nonce, key = presented or checkpoints, world.fresh_nonce(), key or world.key(CARRIER)
    call = batch(world, presented, values=signed(checkpoints), nonce=nonce, key=key, **options)
    digest = world.digest("ParcelLedger", "RecordCheckpointBatch", signed(presented), nonce)
    world.refused(call, "RequestSignerMismatch", key.address, digest)


@pytest.fixture
def checkpoints(world):
    return [world.checkpoint() for _ in range(3)]


def test_it_refuses_an_empty_batch(world):
    authorisation = (world.key(CARRIER).address, 1, FAR, bytes(65))
    call = world.encode("ParcelLedger", "recordCheckpointBatch", CARRIER, [], authorisation)
    world.refused(call, "CheckpointBatchEmpty", 0)


def test_it_refuses_more_than_a_thousand(world, checkpoints):
    authorisation = (world.key(CARRIER).address, 1, FAR, bytes(65))
    call = world.encode("ParcelLedger", "recordCheckpointBatch", CARRIER, checkpoints[:1] * 1_001, authorisation)
    world.refused(call, "CheckpointBatchTooLarge", 1_001, 1_000)


def test_it_refuses_another_contract_or_chain(world, kind, checkpoints):
    key = world.key(CARRIER, kind)
    mismatch(world, checkpoints, key=key, separator=world.separator("ParcelLedger", chain_id=1))
    mismatch(world, checkpoints, key=key, separator=world.separator("ParcelLedger", address=key.address))


def test_it_refuses_a_signature_of_another_or_with_s_in_the_upper_half(world, kind, checkpoints):
    key = world.key(CARRIER, kind)
    mismatch(world, checkpoints, key=key, sign=world.fresh_key(kind).sign)
    mismatch(world, checkpoints, key=key, sign=key.sign_malleable)


def test_it_refuses_a_signature_of_wrong_length(world, checkpoints):
    world.refused(batch(world, checkpoints, sign=lambda _: bytes(100)), "RequestSignatureMalformed", 100)


def test_it_refuses_an_expired_request(world, checkpoints):
    deadline = world.now() - 1
    world.refused(batch(world, checkpoints, deadline=deadline), "RequestExpired", deadline, ANY)


def test_it_refuses_a_replay(world, checkpoints):
    call = batch(world, checkpoints, nonce=77)
    world.do(call)
    world.refused(call, "RequestNonceUsed", world.key(CARRIER).address, 77)


def test_it_refuses_checkpoints_left_out_added_or_altered(world, checkpoints):
    mismatch(world, checkpoints, presented=checkpoints[:2])
    mismatch(world, checkpoints, presented=checkpoints + checkpoints[2:])
    mismatch(world, checkpoints, presented=[*checkpoints[:2], world.checkpoint()])
    mismatch(world, checkpoints, presented=[checkpoints[0], checkpoints[2], checkpoints[1]])


def test_it_refuses_a_key_of_another_carrier(world, checkpoints):
    other = world.key(OTHER_CARRIER)
    world.refused(batch(world, checkpoints, key=other), "KeyUnknown", other.address, CARRIER)


def test_it_refuses_an_ended_key_a_suspended_carrier_and_a_wrong_role(world, checkpoints):
    world.refused(batch(world, checkpoints, SELLER), "ParticipantMissingRole", SELLER, ROLE_CARRIER)
    world.do(world.council_act("setSuspension", CARRIER, True))
    world.refused(batch(world, checkpoints), "ParticipantSuspended", CARRIER)
    world.do(world.council_act("endKey", world.key(CARRIER).address))
    world.refused(batch(world, checkpoints), "KeyHasEnded", world.key(CARRIER).address, ANY)


def test_a_bad_checkpoint_is_reported_and_the_others_are_recorded(world, checkpoints):
    future, reserved = world.checkpoint(10**10), world.checkpoint(reserved=b"\x01" * 13)
    logs = world.do(batch(world, [future, checkpoints[0], reserved, checkpoints[1]]))
    refused = [(log.values["index"], log.values["reason"]) for log in logs if log.name == "ItemRefused"]
    assert refused == [(0, world.selector("RequestTimeInFuture")), (2, world.selector("CheckpointFactsInvalid"))]
    recorded = [log.topics[1] for log in logs if log.name == "CheckpointRecorded"]
    assert recorded == [world.parcel_id(checkpoint) for checkpoint in checkpoints[:2]]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 33])
def test_a_carrier_records_a_batch(world, kind, count):
    checkpoints, nonce = [world.checkpoint() for _ in range(count)], world.fresh_nonce()
    logs = world.do(batch(world, checkpoints, key=world.key(CARRIER, kind), nonce=nonce))
    digest = world.digest("ParcelLedger", "RecordCheckpointBatch", signed(checkpoints), nonce)
    assert [log.topics[1:] for log in logs] == [[world.parcel_id(c), digest] for c in checkpoints]
    assert [tuple(log.values.values()) for log in logs] == [(world.now(), *c[1:]) for c in checkpoints]


def test_a_parcel_may_have_several_checkpoints_in_one_batch(world):
    one, two = world.checkpoint(), world.checkpoint()
    same = (one[0], *two[1:])
    logs = world.do(batch(world, [one, same]))
    assert logs[0].topics[1] == logs[1].topics[1] == world.parcel_id(one)
