"""The same tests on anvil and on the embedded chain, through the one client."""

import secrets
import time

import pytest

from ledger_api.chain.client import Node, header_rlp
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.rules import heads
from ledger_api.rules.hashing import hex_of, keccak
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.verify import proofs
from tests.acting import filled
from tests.conftest import anvil, funded_key
from tests.world import World

DAY_S = 86_400


@pytest.fixture(scope="module", params=["anvil", "embedded"])
def world(request, tmp_path_factory):
    """A consortium with its policy, on either engine."""
    folder = tmp_path_factory.mktemp("data")
    if request.param == "anvil":
        with anvil("--slots-in-an-epoch", "0") as url:
            yield settled(World(folder, Node.at(url), funded_key()))
        return
    chain = EmbeddedChain(folder / "chain", block_interval_s=0.02)
    try:
        yield settled(World(folder, Node.at(chain.start()), Secp256k1Key()))
    finally:
        chain.stop()


def settled(world: World) -> World:
    world.story.admit_consortium()
    world.story.publish_policy()
    return world


def checkpoint(world, occurred_at: int, key=None) -> dict:
    facts = occurred_at.to_bytes(8, "big") + bytes([2, 0]) + b"PL" + bytes([1]) + bytes(19)
    tracking = secrets.token_bytes(32)
    request = {"participant": 2, "tracking": tracking, "facts": facts, "code": bytes(32), "document": bytes(32)}
    signed = world.client.sign("recordCheckpoint", request, key or world.key("carrier-eu"))
    return {"id": secrets.token_hex(16), **signed.to_json()}


def test_a_replayed_and_a_foreign_request_are_refused(world):
    body = checkpoint(world, world.now)
    world.client.wait(world.client.post("/api/v1/checkpoints", body)["id"])
    assert world.refusal("checkpoints", {**body, "id": "another-id"})["type"] == "/errors/request-nonce-used"
    assert world.refusal("checkpoints", checkpoint(world, world.now, Secp256k1Key()))["type"] == "/errors/key-unknown"


def test_a_request_that_the_contract_refuses_names_its_error_and_values(world):
    rma = world.story.open_return()
    refund = filled("releaseRefund", returnId=rma, amountMinor=1)
    signed = world.client.sign("releaseRefund", refund, world.key("seller"))
    problem = world.refusal("refunds", {"id": secrets.token_hex(8), **signed.to_json()})
    assert problem["type"] == "/errors/return-wrong-status"
    assert problem["arguments"]["returnId"] == hex_of(rma)


def test_a_whole_return_ends_refunded(world):
    rma = world.story.open_return()
    world.story.travel(rma)
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    assert state["money"]["refunded_minor"] == 12_450
    assert state["parcels"][1]["status"] == "delivered"


def test_a_bulk_records_the_good_items(world):
    bodies = [checkpoint(world, at) for at in (world.now, world.now + DAY_S, world.now)]
    answer = world.client.post("/api/v1/checkpoints", {"requests": bodies})
    assert [item["state"] == "refused" for item in answer["items"]] == [False, True, False]
    for item in (bodies[0], bodies[2]):
        assert world.client.wait(item["id"])["state"] == "recorded"


def test_every_head_is_proven_by_its_block(world):
    number, addresses = world.node.block_number(), world.ledger.deployment.addresses
    header = header_rlp(world.node.block(number).raw)
    _, state_root, _, _ = proofs.read_header(header)
    slot = heads.storage_key(heads.REGISTRY_SUBJECT)
    shown = world.node.proof(addresses["ParticipantRegistry"], [slot], number)
    storage_root, _ = proofs.account(state_root, addresses["ParticipantRegistry"], shown["accountProof"])
    proven = proofs.storage_word(storage_root, slot, shown["storageProof"][0]["proof"])
    call = keccak(b"head(bytes32)")[:4] + heads.REGISTRY_SUBJECT
    assert proven == world.node.call(addresses["ParticipantRegistry"], call)
    assert proven != bytes(32)


def test_logs_by_topic_find_a_request(world):
    body = checkpoint(world, int(time.time()))
    status = world.client.post("/api/v1/checkpoints", body)
    recorded = world.client.wait(body["id"])
    digest = bytes.fromhex(status["request_digest"][2:])
    addresses = list(world.ledger.deployment.addresses.values())
    (found,) = world.node.logs(0, world.node.block_number(), addresses, [None, None, digest])
    assert found.block_number == recorded["block_number"]
