"""Which transactions are taken, and which of them go into a block; on a real folder, without a process."""

import time

import pytest
from eth_account import Account

from ledger_api.embedded import producer as module
from ledger_api.embedded.blocks import Chain, OtherChain
from ledger_api.embedded.machine import State
from ledger_api.embedded.producer import Producer, Refused

CHAIN_ID = 1_337_000
GENESIS = 1_790_000_000  # Unix seconds UTC
THERE = "0x" + "11" * 20
RICH = Account.from_key("0x" + "07" * 32)


@pytest.fixture
def chain(tmp_path):
    opened = Chain(tmp_path, CHAIN_ID, GENESIS, (bytes.fromhex(RICH.address[2:]),))
    yield opened
    opened.storage.close()


@pytest.fixture
def producer(chain):
    return Producer(chain, clock=lambda: GENESIS + 100)


def signed(account, nonce: int, **fields) -> bytes:
    transaction = {"chainId": CHAIN_ID, "nonce": nonce, "gas": 100_000, "to": THERE, "value": 0, "data": b"", **fields}
    if not {"gasPrice", "maxFeePerGas"} & transaction.keys():
        transaction["gasPrice"] = 0
    return bytes(account.sign_transaction(transaction).raw_transaction)


# --- What is refused


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"gas": 21_000, "data": b"\1"}, "intrinsic gas too low"),
        ({"gas": 21_000 + 16_500, "data": b"\1" * 1_000}, "floor data gas"),
        ({"gas": 100_000_001}, "exceeds block gas limit"),
        ({"to": "", "data": b"\xff" * 49_153, "gas": 9_000_000}, "max initcode size exceeded"),
        ({"maxFeePerGas": 0, "maxPriorityFeePerGas": 1}, "max priority fee"),
        ({"gasPrice": 1}, "insufficient funds"),
        ({"value": 1}, "insufficient funds"),
        ({"chainId": CHAIN_ID + 1}, "invalid chain id"),
        ({"nonce": 1_001}, "nonce too high"),
        (
            {
                "type": 3,
                "maxFeePerGas": 0,
                "maxPriorityFeePerGas": 0,
                "maxFeePerBlobGas": 1,
                "blobVersionedHashes": ["0x01" + "00" * 31],
            },
            "type not supported",
        ),
    ],
)
def test_what_could_not_run_is_refused_at_once(producer, fields, words):
    with pytest.raises(Refused, match=words):
        producer.submit(signed(Account.create(), fields.pop("nonce", 0), **fields))
    assert producer.produce() == 0


def test_a_full_pool_says_so_and_has_room_again_after_a_block(producer, monkeypatch):
    monkeypatch.setattr(module, "POOL_LIMIT", 2)
    producer.submit(signed(RICH, 0))
    producer.submit(signed(RICH, 1))
    with pytest.raises(Refused, match="txpool is full"):
        producer.submit(signed(RICH, 2))
    assert producer.produce() == 2
    producer.submit(signed(RICH, 2))


def test_a_pool_has_a_limit_in_bytes_too(producer, monkeypatch):
    monkeypatch.setattr(module, "POOL_LIMIT_BYTES", 1_000)
    with pytest.raises(Refused, match="txpool is full"):
        producer.submit(signed(RICH, 0, data=b"\1" * 1_000))


def test_the_same_transaction_again_is_already_known_and_another_of_its_nonce_no_replacement(producer):
    producer.submit(signed(RICH, 0))
    with pytest.raises(Refused, match="already known"):
        producer.submit(signed(RICH, 0))
    with pytest.raises(Refused, match="underpriced"):
        producer.submit(signed(RICH, 0, value=5))


def test_a_folder_of_another_chain_is_refused(chain, tmp_path):
    chain.storage.close()
    with pytest.raises(OtherChain, match=str(CHAIN_ID)):
        Chain(tmp_path, CHAIN_ID + 1)
    again = Chain(tmp_path)
    assert again.chain_id == CHAIN_ID
    again.storage.close()


# --- What goes into a block


@pytest.mark.parametrize(
    "fields",
    [
        {"gasPrice": 0},
        {"gasPrice": 10**9},
        {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0},
        {"maxFeePerGas": 10**9, "maxPriorityFeePerGas": 10**9},
        {"gasPrice": 0, "type": 1, "accessList": [{"address": THERE, "storageKeys": ["0x" + "00" * 32]}]},
    ],
)
def test_each_kind_of_transaction_runs(producer, chain, fields):
    producer.submit(signed(RICH, 0, value=3, **fields))
    assert producer.produce() == 1
    assert chain.state_at(chain.head).get_balance(bytes.fromhex(THERE[2:])) == 3


def test_one_sender_in_order_of_nonce_and_a_gap_waits(producer):
    for nonce in (2, 0, 4, 1):
        producer.submit(signed(RICH, nonce))
    assert producer.produce() == 3
    assert producer.produce() == 0
    producer.submit(signed(RICH, 3))
    assert producer.produce() == 2


def test_a_busy_sender_does_not_keep_others_out(producer, chain):
    busy, other = Account.create(), Account.create()
    for nonce in range(6):
        producer.submit(signed(busy, nonce, gas=20_000_000))
    producer.submit(signed(other, 0, gas=20_000_000))
    producer.produce()
    assert chain.state_at(chain.head).get_nonce(bytes.fromhex(other.address[2:])) == 1


def test_what_turns_out_unpayable_is_left_out_and_the_next_of_its_sender_waits(producer, chain):
    third = 10**30 // 3
    for nonce in range(4):
        producer.submit(signed(RICH, nonce, value=2 * third if nonce < 2 else 0))
    assert producer.produce() == 1
    assert producer.produce() == 0
    producer.submit(signed(RICH, 1))
    assert producer.produce() == 3


def test_a_fault_of_the_machine_costs_that_transaction_only(producer, chain, monkeypatch, caplog):
    run = State.apply_transaction

    def faulty(self, transaction):
        done = run(self, transaction)
        if transaction.value == 666:
            raise ZeroDivisionError
        return done

    monkeypatch.setattr(State, "apply_transaction", faulty)
    other = Account.create()
    producer.submit(signed(RICH, 0, value=666))
    producer.submit(signed(other, 0))
    assert producer.produce() == 1
    assert chain.state_at(chain.head).get_balance(bytes.fromhex(THERE[2:])) == 0
    producer.submit(signed(RICH, 0, value=667))
    assert producer.produce() == 1
    assert "ZeroDivisionError" in caplog.text


# --- The thread


def await_height(chain: Chain, height: int, timeout_s: float) -> bool:
    end = time.monotonic() + timeout_s
    while chain.head.block_number < height and time.monotonic() < end:
        time.sleep(0.01)
    return chain.head.block_number >= height


def test_a_wall_clock_that_was_set_back_does_not_stop_the_chain(chain):
    producer = Producer(chain, interval_s=1, clock=lambda: GENESIS - 5_000)
    producer.start()
    producer.submit(signed(RICH, 0))
    reached = await_height(chain, 1, 4)
    producer.stop()
    assert reached
    assert chain.head.timestamp == GENESIS + 1


def test_a_disk_that_fails_once_loses_nothing(chain, monkeypatch, caplog):
    write, failures = chain.storage.write, [OSError("no space left on device")]

    def failing(*arguments):
        if failures:
            raise failures.pop()
        write(*arguments)

    monkeypatch.setattr(chain.storage, "write", failing)
    producer = Producer(chain, interval_s=0.05)
    producer.start()
    producer.submit(signed(RICH, 0))
    reached = await_height(chain, 1, 5)
    producer.stop()
    assert reached
    assert "no space left" in caplog.text
