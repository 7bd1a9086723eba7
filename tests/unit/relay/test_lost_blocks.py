"""Engines fail too: what was recorded and is gone again is noticed, sent again, and stands once."""

import itertools
import secrets
import time

import pytest

from ledger_api.chain.client import Node
from ledger_api.chain.contracts import sign_transaction
from ledger_api.index.follower import Follower
from ledger_api.index.queries import Queries
from ledger_api.index.store import Store
from ledger_api.relay.sender import Sender
from ledger_api.rules.hashing import hex_of
from tests.conftest import anvil, funded_key
from tests.world import World

PATIENCE_S = 20


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A consortium on anvil, where every block is final at once and can be taken back all the same."""
    with anvil("--slots-in-an-epoch", "0") as url:
        made = World(tmp_path_factory.mktemp("data"), Node.at(url), funded_key())
        made.story.admit_consortium()
        made.story.publish_policy()
        yield made
        made.ledger.outbox.close()


def checkpoint(world):
    facts = int(time.time()).to_bytes(8, "big") + bytes([2, 0]) + b"PL" + bytes([1]) + bytes(19)
    request = {
        "participant": 2,
        "tracking": secrets.token_bytes(32),
        "facts": facts,
        "code": bytes(32),
        "document": bytes(32),
    }
    return world.client.sign("recordCheckpoint", request, world.key("carrier-eu"))


def turns_until(world, done, sender=None, least: int = 1) -> None:
    """Relay and index take turns, `least` of them, until `done()`: on a crowded machine anvil mines a moment later."""
    end = time.monotonic() + PATIENCE_S
    for taken in itertools.count(1):
        (sender or world.ledger.sender).turn()
        world.ledger.follower.catch_up()
        if taken >= least and (done() or time.monotonic() > end):
            return
        time.sleep(0.02)


def none_open(world) -> bool:
    return world.ledger.outbox.open_transactions() == []


def times_on_chain(world, request_id: str) -> int:
    digest = bytes.fromhex(world.client.get(f"/api/v1/requests/{request_id}")["request_digest"][2:])
    addresses = list(world.ledger.deployment.addresses.values())
    return len(world.node.logs(0, world.node.block_number(), addresses, [None, None, digest]))


def dump(queries) -> list[str]:
    with queries.view() as look:
        return list(look.dump())


def test_a_request_whose_block_is_gone_is_sent_again_and_stands_once(world):
    snapshot = world.node.request("evm_snapshot")
    sent = [world.client.send("checkpoints", checkpoint(world))["id"] for _ in range(3)]
    turns_until(world, lambda: none_open(world))
    assert [times_on_chain(world, item) for item in sent] == [1, 1, 1]
    world.node.request("evm_revert", snapshot)
    assert [times_on_chain(world, item) for item in sent] == [0, 0, 0]
    world.ledger.sender._rechecked_at = 0
    turns_until(world, lambda: none_open(world), least=4)
    assert [times_on_chain(world, item) for item in sent] == [1, 1, 1]
    assert all(world.client.get(f"/api/v1/requests/{item}")["state"] == "recorded" for item in sent)


def test_the_index_after_lost_blocks_equals_one_built_anew(world, tmp_path):
    snapshot = world.node.request("evm_snapshot")
    for _ in range(4):
        world.client.send("checkpoints", checkpoint(world))
        turns_until(world, lambda: none_open(world))
    world.node.request("evm_revert", snapshot)
    world.node.request("anvil_mine", "0x2")
    world.ledger.follower.catch_up()
    fresh = Store(tmp_path / "index.sqlite")
    ledger = world.ledger
    Follower(ledger.settings, world.node, ledger.deployment, fresh).catch_up()
    assert dump(Queries(fresh)) == dump(ledger.queries)
    world.ledger.sender._rechecked_at = 0
    turns_until(world, lambda: none_open(world), least=4)


def test_requests_go_into_a_new_transaction_when_another_used_the_account_nonce(world, monkeypatch):
    key, ledger = funded_key(), world.ledger
    with monkeypatch.context() as patched:
        patched.setattr(Node, "send_raw", lambda self, raw: b"")
        sent = world.client.send("checkpoints", checkpoint(world))["id"]
    nonce = world.node.transaction_count(key.address)
    raw, _ = sign_transaction(key.secret, world.node.chain_id(), nonce, key.address, b"", 50_000, world.node.fee_wei())
    world.node.send_raw(raw)
    turns_until(world, lambda: ledger.intake.status(sent)["state"] == "recorded", least=3)
    assert ledger.intake.status(sent)["state"] == "recorded"
    assert times_on_chain(world, sent) == 1


def test_a_transaction_that_was_stored_but_not_sent_is_sent_after_a_restart(world, monkeypatch):
    def crash(self, raw):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(Node, "send_raw", crash)
        with pytest.raises(SystemExit):
            world.client.send("checkpoints", checkpoint(world))
    ledger = world.ledger
    (waiting,) = ledger.outbox.open_transactions()
    assert waiting["sent_at"] is None
    restarted = Sender(ledger.settings, world.node, ledger.deployment, ledger.outbox, funded_key())
    turns_until(world, lambda: none_open(world), restarted, least=3)
    assert ledger.outbox.open_transactions() == []
    assert world.node.receipt(waiting["hash"]).succeeded


def test_the_same_request_brought_by_another_server_counts_as_recorded(world):
    signed = checkpoint(world)
    address = world.ledger.deployment.addresses["ParcelLedger"]
    status = world.client.send("checkpoints", signed)
    key = funded_key()
    assert status["acknowledgement"]["server"] == hex_of(key.address)
    turns_until(world, lambda: none_open(world))
    body = {"id": secrets.token_hex(8), **signed.to_json()}
    problem = world.refusal("checkpoints", body)
    assert problem["type"] == "/errors/request-nonce-used"
    assert times_on_chain(world, status["id"]) == 1
    assert world.node.code(address)
