"""Heads: the hash of all entries of a subject, recomputed by hand."""

from eth_utils import keccak
from world import (
    CARRIER,
    CLOSED,
    DISPUTES,
    FINAL_SALE,
    METHODS,
    REASONS,
    RECOVERY_S,
    REPLACEMENT,
    REPLACEMENT_SENT,
    SELLER,
    TERMS,
    WORD,
    ascii32,
)

NO_REQUEST = bytes(WORD)


def origin(world, contract, subject):
    """Head of a subject without entries."""
    address = bytes.fromhex(world.address(contract)[2:]).rjust(WORD, b"\0")
    return keccak(world.chain_id.to_bytes(WORD, "big") + address + subject)


def extended(head, log):
    """Head after the entry that the event is."""
    topic, _, request = log.topics
    return keccak(head + topic + request + keccak(log.data))


def stored(world, contract, subject):
    """The word that the mapping at slot 0 holds for the subject."""
    slot = keccak(subject + bytes(WORD))
    return bytes(world.web3.eth.get_storage_at(world.address(contract), int.from_bytes(slot, "big"))).rjust(WORD, b"\0")


def follow(world, contract, subject, calls):
    """Does the calls and asserts after each that head and storage are what the hash by hand gives."""
    head = world.head(contract, subject)
    for call in calls:
        for log in world.do(call):
            assert log.topics[1] == subject
            head = extended(head, log)
        assert world.head(contract, subject) == head
        assert stored(world, contract, subject) == head


def test_a_subject_without_entries_starts_at_chain_contract_and_subject(world):
    for contract in world.contracts:
        subject = world.fresh()
        assert world.head(contract, subject) == origin(world, contract, subject)
        assert stored(world, contract, subject) == bytes(WORD)


def test_a_parcel_is_followed_over_several_entries(world):
    tracking = world.fresh()
    requests = [(CARRIER, tracking, *world.checkpoint()[1:]) for _ in range(4)]
    subject = world.parcel_id((tracking,))
    assert world.head("ParcelLedger", subject) == origin(world, "ParcelLedger", subject)
    kinds = ["secp256k1", "p256"] * 2
    calls = [
        world.act("recordCheckpoint", r, world.key(CARRIER, kind)) for r, kind in zip(requests, kinds, strict=True)
    ]
    follow(world, "ParcelLedger", subject, calls)


def test_a_return_is_followed_from_request_to_close(world):
    sale = world.claimed()
    fresh = world.fresh()
    calls = [
        world.open(sale, resolution=REPLACEMENT),
        world.seller_does("askBuyer", sale, fresh),
        world.buyer_does("supplyAnswer", sale, fresh),
        world.buyer_does("cancelReturn", sale),
        world.buyer_does("reopenReturn", sale, fresh),
        world.approve(sale, exceptions=[(1, 0, FINAL_SALE)]),
        world.send(sale),
        world.receive(sale, [(0, 2)]),
        world.inspect(sale, [(0, 2, 0, 500, 1, 1)]),
        world.seller_does("addParcel", sale, SELLER, REPLACEMENT_SENT, CARRIER, world.fresh(), 0, fresh),
        world.pay(sale, 0, goodwill=1),
        world.buyer_does("confirmOutcome", sale, False, fresh),
        world.seller_does("proveOutcome", sale, fresh),
        world.buyer_does("closeReturn", sale),
    ]
    follow(world, "ReturnLedger", sale.return_id(), calls)


def test_a_return_is_followed_through_silence(world):
    sale = world.opened()
    while world.status(sale.return_id()) != CLOSED:
        world.pass_to(world.turn(sale)[3])
        follow(world, "ReturnLedger", sale.return_id(), [world.enforce(sale)])


def test_what_silence_does_comes_from_no_request(world):
    log = world.enforced(world.opened())
    assert (log.name, log.topics[2]) == ("SilenceEnforced", NO_REQUEST)


def test_a_receipt_has_a_history_of_its_own(world):
    sale = world.sale()
    first, second = world.fresh_key(), world.fresh_key()
    calls = [
        world.claim(sale),
        world.act("stateDelivery", (sale.id, SELLER, world.now(), world.fresh()), world.key(SELLER)),
        world.act("proposeBuyerKey", (sale.id, first.address), world.key(SELLER)),
        world.act("vetoBuyerKey", (sale.id, first.address), sale.buyer),
        world.act("proposeBuyerKey", (sale.id, second.address), world.key(SELLER)),
    ]
    follow(world, "ReturnLedger", sale.id, calls)
    world.pass_time(RECOVERY_S)
    follow(world, "ReturnLedger", sale.id, [world.act("takeBuyerKey", (sale.id, second.address), second)])


def test_a_policy_is_followed_over_its_versions(world):
    requests = [(SELLER, 8, version, TERMS, DISPUTES, METHODS, world.fresh()) for version in (1, 2, 3)]
    calls = [world.act("publishPolicy", request, world.key(SELLER)) for request in requests]
    follow(world, "PolicyBook", world.read("PolicyBook", "policyId", SELLER, 8), calls)


def test_the_registry_has_one_history(world):
    key = world.fresh_key().address
    calls = [
        world.council_act("admitParticipant", 77, 1, world.fresh()),
        world.council_act("addKey", 77, key, True),
        world.council_act("setRoles", 77, 2),
        world.council_act("setSuspension", 77, True),
        world.council_act("listContract", ascii32("X"), key),
        world.council_act("defineReasons", [(500, 1, ascii32("x"))]),
        world.council_act("endKey", key),
    ]
    follow(world, "ParticipantRegistry", ascii32("registry"), calls)


def test_the_history_of_the_registry_begins_with_the_council(world):
    address = world.address("ParticipantRegistry")
    logs = world.web3.eth.get_logs({"address": address, "fromBlock": 0})
    entries = [world.read_log(log) for log in logs]
    assert (entries[0].name, entries[0].topics[2]) == ("CouncilSeated", NO_REQUEST)
    assert entries[0].values["members"] == tuple(key.address.lower() for key in world.council)
    assert entries[0].values["threshold"] == 2
    assert (entries[1].name, entries[1].topics[2]) == ("ReasonsDefined", NO_REQUEST)
    assert list(entries[1].values["reasons"]) == REASONS
    head = origin(world, "ParticipantRegistry", ascii32("registry"))
    for entry in entries:
        head = extended(head, entry)
    assert world.head("ParticipantRegistry", ascii32("registry")) == head


def test_the_request_of_an_entry_is_the_digest_that_was_signed(world):
    sale, nonce = world.opened(), world.fresh_nonce()
    request = (sale.return_id(), 0, False, [])
    (log,) = world.do(world.act("approveReturn", request, world.key(SELLER), nonce=nonce))
    assert log.topics[2] == world.digest("ReturnLedger", "ApproveReturn", request, nonce)
    assert log.data[:WORD] == world.now().to_bytes(WORD, "big")


def test_a_batch_extends_the_head_by_every_checkpoint(world):
    first, second = world.checkpoint(), world.checkpoint()
    second = (first[0], *second[1:])
    requests = [(CARRIER, *first), (CARRIER, *second)]
    given = [world.authorise("ParcelLedger", "RecordCheckpoint", r, world.key(CARRIER)) for r in requests]
    call = world.encode("ParcelLedger", "recordCheckpoints", requests, given)
    follow(world, "ParcelLedger", world.parcel_id(first), [call])
