"""The embedded chain as a process: answers, durability, clock, nonces, proofs."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from ledger_api.chain.client import Node, header_rlp
from ledger_api.chain.contracts import await_receipt, sign_transaction
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.errors import ChainError, NodeRefused
from ledger_api.rules.hashing import keccak, word
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.verify import proofs

# SSTORE(calldata[0:32], timestamp); LOG2 of the timestamp with the topics calldata[0:32] and calldata[32:64].
RUNTIME = bytes.fromhex("42600035554260005260203560003560206000a200")
INIT = bytes([0x60, len(RUNTIME), 0x60, 0x0C, 0x60, 0, 0x39, 0x60, len(RUNTIME), 0x60, 0, 0xF3]) + RUNTIME
GAS = 200_000


class Writer:
    """An account that writes into the little contract."""

    def __init__(self, node: Node):
        self.node, self.key = node, Secp256k1Key()
        self.chain_id, self.nonce = node.chain_id(), 0
        self.contract = self.wait(self.send(None, INIT)).contract

    def raw(self, to, data: bytes, nonce=None, gas=GAS) -> tuple[bytes, bytes]:
        nonce = self.nonce if nonce is None else nonce
        return sign_transaction(self.key.secret, self.chain_id, nonce, to, data, gas, 0)

    def send(self, to, data: bytes) -> bytes:
        raw, transaction = self.raw(to, data)
        self.node.send_raw(raw)
        self.nonce += 1
        return transaction

    def write(self, key: int, second: int = 0) -> bytes:
        return self.send(self.contract, word(key) + word(second))

    def wait(self, transaction: bytes):
        return await_receipt(self.node, transaction, lambda: time.sleep(0.02))


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    running = EmbeddedChain(tmp_path_factory.mktemp("chain"), block_interval_s=0.05)
    running.url = running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def writer(chain):
    return Writer(Node.at(chain.url))


def rpc(url: str, body) -> dict:
    content = {"data": body} if isinstance(body, str) else {"json": body}
    return requests.post(url, timeout=10, **content).json()


# --- What is refused


def test_what_is_not_json_is_a_parse_error(chain):
    assert rpc(chain.url, "{")["error"]["code"] == -32700


def test_an_unknown_method_is_named(chain):
    answer = rpc(chain.url, {"jsonrpc": "2.0", "id": 7, "method": "eth_nothing", "params": []})
    assert (answer["id"], answer["error"]["code"]) == (7, -32601)
    assert "eth_nothing" in answer["error"]["message"]


@pytest.mark.parametrize("params", [[], ["0x12"], [5], ["latest"], [None]])
def test_bad_parameters_are_an_error_and_no_crash(chain, params):
    answer = rpc(chain.url, {"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionReceipt", "params": params})
    assert answer["error"]["code"] == -32602


def test_a_private_name_is_no_method(chain):
    answer = rpc(chain.url, {"jsonrpc": "2.0", "id": 1, "method": "_state", "params": ["latest"]})
    assert answer["error"]["code"] == -32601


def test_garbage_is_no_transaction(writer):
    for garbage in (b"", b"\2", b"\2\xc0", os.urandom(50), b"\x05" + os.urandom(60)):
        with pytest.raises(NodeRefused, match="invalid transaction|invalid chain id"):
            writer.node.send_raw(garbage)


def test_a_transaction_for_another_chain_is_refused(writer):
    raw, _ = sign_transaction(writer.key.secret, writer.chain_id + 1, writer.nonce, writer.contract, b"", GAS, 0)
    with pytest.raises(NodeRefused, match="chain id"):
        writer.node.send_raw(raw)


def test_a_used_nonce_is_too_low_and_a_known_transaction_already_known(writer):
    raw, transaction = writer.raw(writer.contract, word(1) + word(1))
    writer.node.send_raw(raw)
    writer.nonce += 1
    writer.wait(transaction)
    with pytest.raises(NodeRefused, match="already known"):
        writer.node.send_raw(raw)
    other, _ = writer.raw(writer.contract, word(2), nonce=writer.nonce - 1)
    with pytest.raises(NodeRefused, match="nonce too low"):
        writer.node.send_raw(other)


def test_too_little_gas_to_begin_with_is_refused(writer):
    raw, _ = writer.raw(writer.contract, b"\1" * 100, gas=21_001)
    with pytest.raises(NodeRefused, match="intrinsic gas"):
        writer.node.send_raw(raw)


def test_whoever_cannot_pay_is_refused(writer):
    raw, _ = sign_transaction(writer.key.secret, writer.chain_id, writer.nonce, writer.contract, b"", GAS, 10**9)
    with pytest.raises(NodeRefused, match="insufficient funds"):
        writer.node.send_raw(raw)


def test_a_second_process_on_the_same_folder_is_refused(tmp_path):
    first = EmbeddedChain(tmp_path)
    first.start()
    try:
        with pytest.raises(ChainError):
            EmbeddedChain(tmp_path).start()
    finally:
        first.stop()


# --- What works


def test_a_gap_in_nonces_waits_until_it_is_filled(writer):
    later, later_hash = writer.raw(writer.contract, word(11), nonce=writer.nonce + 1)
    writer.node.send_raw(later)
    time.sleep(0.3)
    assert writer.node.receipt(later_hash) is None
    first = writer.write(10)
    writer.nonce += 1
    assert writer.wait(first).succeeded
    assert writer.wait(later_hash).succeeded


def test_a_batch_is_answered_in_order(chain):
    calls = [{"jsonrpc": "2.0", "id": i, "method": "eth_chainId", "params": []} for i in range(5)]
    assert [answer["id"] for answer in rpc(chain.url, calls)] == list(range(5))


def test_blocks_are_chained_and_their_headers_hash_to_their_names(writer):
    writer.wait(writer.write(5))
    blocks = writer.node.blocks(1, writer.node.block_number())
    for before, after in zip(blocks, blocks[1:], strict=False):
        assert after.parent_hash == before.hash
        assert after.timestamp > before.timestamp
    assert all(keccak(header_rlp(block.raw)) == block.hash for block in blocks)


def test_logs_are_found_by_address_and_topics(writer):
    receipts = [writer.wait(writer.write(77, second)) for second in (1, 2, 2)]
    first, last = receipts[0].block_number, receipts[-1].block_number
    find = lambda *topics: writer.node.logs(0, last, [writer.contract], list(topics))  # noqa: E731
    assert len(find(word(77))) == 3
    assert len(find(word(77), word(2))) == 2
    assert len(find(None, word(1))) >= 1
    assert find(word(78)) == []
    assert writer.node.logs(0, last, [bytes(20)]) == []
    assert [log.block_number for log in writer.node.logs(first, first, [writer.contract], [word(77)])] == [first]


def test_a_storage_proof_leads_to_the_state_root_of_its_block(writer):
    receipt = writer.wait(writer.write(99))
    block = writer.node.block(receipt.block_number)
    writer.wait(writer.write(99))  # The block before stays provable.
    shown = writer.node.proof(writer.contract, [word(99), word(98)], receipt.block_number)
    _, state_root, number, timestamp = proofs.read_header(header_rlp(block.raw))
    storage_root, code_hash = proofs.account(state_root, writer.contract, shown["accountProof"])
    assert (number, code_hash) == (receipt.block_number, keccak(RUNTIME))
    present, absent = (item["proof"] for item in shown["storageProof"])
    assert proofs.storage_word(storage_root, word(99), present) == word(timestamp)
    assert proofs.storage_word(storage_root, word(98), absent) == bytes(32)
    with pytest.raises(proofs.ProofFailed):
        proofs.account(os.urandom(32), writer.contract, shown["accountProof"])


def test_the_p256_precompile_answers_one_or_nothing(writer):
    key = ec.generate_private_key(ec.SECP256R1())
    digest = os.urandom(32)
    r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256()))))
    point = key.public_key().public_numbers()
    call = digest + b"".join(number.to_bytes(32, "big") for number in (r, s, point.x, point.y))
    precompile = (0x100).to_bytes(20, "big")
    assert writer.node.call(precompile, call) == word(1)
    assert writer.node.call(precompile, os.urandom(32) + call[32:]) == b""
    assert writer.node.call(precompile, call[:-1]) == b""
    assert writer.node.call(precompile, call + b"\0") == b""


def test_a_revert_gives_its_data(writer):
    reverting = bytes.fromhex("63deadbeef6000526004601cfd")  # PUSH4, PUSH1 0, MSTORE; REVERT of the four bytes
    init = bytes.fromhex("6c") + reverting + bytes.fromhex("600052600d6013f3")  # PUSH13, MSTORE, RETURN
    contract = writer.wait(writer.send(None, init)).contract
    with pytest.raises(NodeRefused) as refused:
        writer.node.call(contract, b"")
    assert (refused.value.code, refused.value.data) == (3, "0xdeadbeef")


# --- Clock and durability


def test_the_clock_of_a_block_is_the_wall_clock_also_after_idling(tmp_path):
    chain = EmbeddedChain(tmp_path)
    writer = Writer(Node.at(chain.start()))
    try:
        time.sleep(3)
        receipt = writer.wait(writer.write(1))
        assert abs(writer.node.block(receipt.block_number).timestamp - time.time()) <= 2
        for key in range(300):
            writer.write(key)
        last = writer.wait(writer.write(301))
        assert writer.node.block(last.block_number).timestamp - time.time() <= 1
    finally:
        chain.stop()


def test_what_had_a_receipt_survives_sigkill_at_any_moment(tmp_path):
    moments = random.Random(7)
    chain = EmbeddedChain(tmp_path, block_interval_s=0.02)
    writer = Writer(Node.at(chain.start()))
    seen, sent = set(), []
    for _ in range(6):
        end = time.monotonic() + moments.uniform(0.1, 0.5)
        while time.monotonic() < end:
            sent.append(writer.write(len(sent)))
            seen.update(item for item in sent[-20:] if writer.node.receipt(item))
        os.kill(chain.pid, signal.SIGKILL)
        chain.stop()
        chain = EmbeddedChain(tmp_path, block_interval_s=0.02)
        writer.node = Node.at(chain.start())
        assert all(receipt is not None for receipt in writer.node.receipts(sorted(seen)))
        writer.nonce = writer.node.transaction_count(writer.key.address)
    blocks = writer.node.blocks(0, writer.node.block_number())
    assert all(after.parent_hash == before.hash for before, after in zip(blocks, blocks[1:], strict=False))
    assert writer.wait(writer.write(10**6)).succeeded
    chain.stop()


def test_the_chain_ends_when_its_parent_dies(tmp_path):
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom ledger_api.embedded.process import EmbeddedChain\n"
        f"chain = EmbeddedChain(Path({str(tmp_path)!r}))\nchain.start()\nprint(chain.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while os.path.exists(f"/proc/{child}") and time.monotonic() < end:
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{child}")


def test_a_folder_keeps_its_chain(tmp_path):
    ids = set()
    for _ in range(2):
        chain = EmbeddedChain(tmp_path)
        node = Node.at(chain.start())
        ids.add((node.chain_id(), node.block(0).hash))
        chain.stop()
    assert len(ids) == 1
    other = EmbeddedChain(tmp_path / "other")
    assert Node.at(other.start()).chain_id() not in {chain_id for chain_id, _ in ids}
    other.stop()


def test_a_chain_that_dies_alone_comes_back_at_the_same_place(tmp_path):
    chain = EmbeddedChain(tmp_path, block_interval_s=0.05)
    writer = Writer(Node.at(chain.start()))
    receipt = writer.wait(writer.write(1))
    os.kill(chain.pid, signal.SIGKILL)
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            assert writer.node.block(receipt.block_number).hash == receipt.block_hash
            break
        except ChainError:
            time.sleep(0.1)
    assert writer.wait(writer.write(2)).succeeded
    chain.stop()
