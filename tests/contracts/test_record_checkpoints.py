"""recordCheckpoints: many checkpoints, each signed; a bad one stops no other."""

import pytest
from world import CARRIER, FAR, OTHER_CARRIER, SELLER


def item(world, participant=CARRIER, checkpoint=None, key=None, **options):
    """A request with its authorisation."""
    request = (participant, *(checkpoint or world.checkpoint()))
    key = key or world.key(participant)
    return request, world.authorise("ParcelLedger", "RecordCheckpoint", request, key, **options)


def bulk(world, items):
    return world.encode("ParcelLedger", "recordCheckpoints", [r for r, _ in items], [a for _, a in items])


def outcome(world, logs):
    """Refusals as (index, selector), and subjects of what was recorded."""
    refused = [(log.values["index"], log.values["reason"]) for log in logs if log.name == "ItemRefused"]
    return refused, [log.topics[1] for log in logs if log.name == "CheckpointRecorded"]


def used_before(world):
    nonce = world.fresh_nonce()
    world.do(bulk(world, [item(world, nonce=nonce)]))
    return item(world, nonce=nonce)


def with_ended_key(world):
    key = world.key(CARRIER, "p256")
    world.do(world.council_act("endKey", key.address))
    return item(world, key=key)


def of_a_suspended_carrier(world):
    world.do(world.council_act("setSuspension", OTHER_CARRIER, True))
    return item(world, OTHER_CARRIER)


BAD = {
    "RequestExpired": lambda w: item(w, deadline=w.now() - 1),
    "RequestNonceUsed": used_before,
    "RequestSignatureMalformed": lambda w: item(w, sign=lambda digest: b"\x01" * 64),
    "RequestSignerMismatch": lambda w: item(w, sign=w.fresh_key("p256").sign),
    "RequestSignerMismatch by secp256k1": lambda w: item(w, sign=w.fresh_key().sign),
    "RequestSignerMismatch malleable": lambda w: item(w, sign=w.key(CARRIER).sign_malleable),
    "RequestSignerMismatch malleable P-256": lambda w: item(
        w, key=w.key(CARRIER, "p256"), sign=w.key(CARRIER, "p256").sign_malleable
    ),
    "RequestSignerMismatch of another chain": lambda w: item(w, separator=w.separator("ParcelLedger", chain_id=1)),
    "RequestTimeInFuture": lambda w: item(w, checkpoint=w.checkpoint(10**10)),
    "CheckpointFactsInvalid": lambda w: item(w, checkpoint=w.checkpoint(reserved=b"\x01" * 13)),
    "CheckpointFactsInvalid without time": lambda w: item(w, checkpoint=w.checkpoint(0)),
    "KeyUnknown": lambda w: item(w, key=w.key(OTHER_CARRIER)),
    "KeyUnknown to anybody": lambda w: item(w, key=w.fresh_key()),
    "KeyHasEnded": with_ended_key,
    "ParticipantSuspended": of_a_suspended_carrier,
    "ParticipantMissingRole": lambda w: item(w, SELLER),
}


def test_it_refuses_lists_of_different_length(world):
    request, _ = item(world)
    call = world.encode("ParcelLedger", "recordCheckpoints", [request], [])
    world.refused(call, "RequestListsDiffer", 1, 0)


@pytest.mark.parametrize("error", BAD)
def test_a_bad_item_is_reported_and_the_good_ones_are_recorded(world, error):
    bad = BAD[error](world)
    good = [item(world) for _ in range(3)]
    refused, recorded = outcome(world, world.do(bulk(world, [good[0], bad, *good[1:]])))
    assert refused == [(1, world.selector(error.split(" ")[0]))]
    assert recorded == [world.parcel_id(request[1:]) for request, _ in good]


@pytest.mark.parametrize("error", [error for error in BAD if "NonceUsed" not in error])
def test_a_refused_item_keeps_its_nonce_and_changes_no_head(world, error):
    request, authorisation = BAD[error](world)
    subject = world.parcel_id(request[1:], request[0])
    before = world.head("ParcelLedger", subject)
    world.do(bulk(world, [(request, authorisation)]))
    assert not world.read("ParcelLedger", "nonceUsed", authorisation[0], authorisation[1])
    assert world.head("ParcelLedger", subject) == before


def test_all_bad_items_are_reported_with_their_positions(world):
    bad = {error: make(world) for error, make in BAD.items() if error not in ("KeyHasEnded", "ParticipantSuspended")}
    refused, recorded = outcome(world, world.do(bulk(world, list(bad.values()))))
    assert refused == [(i, world.selector(error.split(" ")[0])) for i, error in enumerate(bad)]
    assert recorded == []


def test_the_same_item_twice_is_recorded_once(world):
    once = item(world)
    refused, recorded = outcome(world, world.do(bulk(world, [once, once])))
    assert refused == [(1, world.selector("RequestNonceUsed"))]
    assert len(recorded) == 1


def test_the_standing_of_one_actor_is_not_lent_to_the_next(world):
    items = [
        item(world),
        item(world, key=world.fresh_key()),
        item(world, OTHER_CARRIER),
        item(world, SELLER),
        item(world),
    ]
    items.append(item(world, OTHER_CARRIER, key=world.key(CARRIER)))
    refused, recorded = outcome(world, world.do(bulk(world, items)))
    reasons = {1: "KeyUnknown", 3: "ParticipantMissingRole", 5: "KeyUnknown"}
    assert refused == [(i, world.selector(error)) for i, error in reasons.items()]
    assert len(recorded) == 3


def test_the_first_item_of_the_zero_address_and_participant_zero_is_refused(world):
    request = (0, *world.checkpoint())
    refused, _ = outcome(world, world.do(bulk(world, [(request, ("0x" + "00" * 20, 1, FAR, bytes(65)))])))
    assert refused == [(0, world.selector("KeyUnknown"))]


def test_nothing_is_recorded_of_nothing(world):
    assert world.do(bulk(world, [])) == []


def test_items_of_both_kinds_of_key_are_recorded(world):
    keys = [world.key(CARRIER), world.key(CARRIER, "p256")] * 3
    items = [item(world, key=key) for key in keys]
    logs = world.do(bulk(world, items))
    assert [log.topics[1] for log in logs] == [world.parcel_id(request[1:]) for request, _ in items]
    digests = [world.digest("ParcelLedger", "RecordCheckpoint", r, a[1]) for r, a in items]
    assert [log.topics[2] for log in logs] == digests
    assert [tuple(log.values.values())[1:] for log in logs] == [request[2:] for request, _ in items]
