"""JSON-RPC as strangers use it: web3.py, and parameters that are wrong."""

import json
import time

import pytest
import requests
import rlp
from eth_account import Account
from trie import HexaryTrie
from web3 import HTTPProvider, Web3

from ledger_api.embedded.process import EmbeddedChain
from ledger_api.errors import ChainError

STORED = Web3.keccak(text="Stored(uint256)")
# More than a selector: slot 0 becomes the word after it, and a log says so. A selector alone: returns slot 0.
RUNTIME = (
    bytes.fromhex("36600410600f575f545f5260205ff3")
    + bytes.fromhex("5b600435805f557f")
    + STORED
    + bytes.fromhex("5f5fa200")
)
INIT = bytes([0x60, len(RUNTIME)]) + bytes.fromhex("8060095f395ff3") + RUNTIME
# Jumps in a circle until the gas is gone.
ENDLESS = bytes.fromhex("635b5f56005f526004601cf3")
ABI = [
    {"type": "constructor", "inputs": [], "stateMutability": "nonpayable"},
    {
        "type": "function",
        "name": "get",
        "inputs": [],
        "outputs": [{"name": "", "type": "uint256"}],
        "stateMutability": "view",
    },
    {
        "type": "function",
        "name": "set",
        "inputs": [{"name": "value", "type": "uint256"}],
        "outputs": [],
        "stateMutability": "nonpayable",
    },
    {
        "type": "event",
        "name": "Stored",
        "anonymous": False,
        "inputs": [{"name": "value", "type": "uint256", "indexed": True}],
    },
]
OWNER = Account.from_key("0x" + "09" * 32)
BODY_LIMIT_BYTES = 2_000_000
BLOCK_RANGE = 5


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    options = ("--prefund", OWNER.address, "--body-limit", str(BODY_LIMIT_BYTES), "--log-block-range", str(BLOCK_RANGE))
    chain = EmbeddedChain(tmp_path_factory.mktemp("chain"), block_interval_s=0.02, options=options)
    yield chain.start()
    chain.stop()


@pytest.fixture(scope="module")
def web3(url):
    return Web3(HTTPProvider(url))


def send(web3: Web3, call, **fields):
    """The receipt of a call that the owner signs; web3 fills in what is not given."""
    base = {"from": OWNER.address, "nonce": web3.eth.get_transaction_count(OWNER.address, "pending"), **fields}
    transaction = (
        {"chainId": web3.eth.chain_id, **call, **base} if isinstance(call, dict) else call.build_transaction(base)
    )
    raw = OWNER.sign_transaction(transaction).raw_transaction
    return web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(raw), poll_latency=0.02)


@pytest.fixture(scope="module")
def contract(web3):
    receipt = send(web3, web3.eth.contract(abi=ABI, bytecode=INIT).constructor())
    return web3.eth.contract(receipt.contractAddress, abi=ABI)


def rpc(url: str, method, *params) -> dict:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    return requests.post(url, json=body, timeout=10).json()


# --- What is refused


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_getBlockByNumber", ["-0x5", False]),
        ("eth_getBlockByNumber", ["0x" + "f" * 40, False]),
        ("eth_getBlockByNumber", ["10", False]),
        ("eth_getBlockByNumber", ["0x1_0", False]),
        ("eth_getBlockByNumber", ["newest", False]),
        ("eth_getBlockByNumber", []),
        ("eth_chainId", [1, 2]),
        ("eth_getProof", [OWNER.address, ["0x" + "f" * 70], "latest"]),
        ("eth_getProof", [OWNER.address, "0x0", "latest"]),
        ("eth_getStorageAt", [OWNER.address, "-0x1", "latest"]),
        ("eth_getBalance", [{}, "latest"]),
        ("eth_call", ["0x", "latest"]),
        ("eth_call", [{"to": OWNER.address, "data": "0x1"}, "latest"]),
        ("eth_call", [{"to": OWNER.address}, "latest", {OWNER.address: {"code": "0x"}}]),
        ("eth_estimateGas", [None]),
        ("eth_getLogs", [{"topics": ["0x12"]}]),
        ("eth_getLogs", [{"topics": [[["0x"]]]}]),
        ("eth_getLogs", [{"topics": [None] * 5}]),
        ("eth_getLogs", [{"address": 5}]),
        ("eth_getLogs", [{"blockHash": "0x" + "00" * 32, "fromBlock": "0x0"}]),
        ("eth_getLogs", ["latest"]),
        ("eth_sendRawTransaction", [7]),
        ("eth_feeHistory", ["four", "latest", []]),
    ],
)
def test_wrong_parameters_are_named_as_such(url, method, params):
    assert rpc(url, method, *params)["error"]["code"] == -32602


@pytest.mark.parametrize("params", [{"a": 1}, "ab", 5])
def test_parameters_that_are_no_list_are_refused(url, params):
    body = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": params}
    assert requests.post(url, json=body, timeout=10).json()["error"]["code"] == -32602


@pytest.mark.parametrize("body", [[], 5, "text", None, {"id": 1}, [1] * 1_001])
def test_what_is_no_call_is_an_invalid_request(url, body):
    assert requests.post(url, data=json.dumps(body), timeout=10).json()["error"]["code"] == -32600


def test_one_bad_call_does_not_spoil_a_batch(url):
    calls = [7, {"id": 2, "method": "eth_chainId"}, {"id": 3, "method": "eth_getBalance", "params": []}]
    bad, good, wrong = requests.post(url, json=calls, timeout=10).json()
    assert (bad["error"]["code"], good["id"], wrong["error"]["code"]) == (-32600, 2, -32602)
    assert int(good["result"], 16) >= 1 << 20


def test_a_body_over_the_limit_and_another_method_are_refused(url):
    assert requests.post(url, data=b" " * (BODY_LIMIT_BYTES + 1), timeout=10).status_code == 413
    assert requests.get(url, timeout=10).status_code == 405


def test_a_filter_by_address_has_a_limit_of_blocks_and_one_by_topic_has_none(web3, contract, url):
    while web3.eth.block_number <= BLOCK_RANGE:
        send(web3, contract.functions.set(web3.eth.block_number))
    wide = {"fromBlock": "0x0", "toBlock": "latest"}
    refused = rpc(url, "eth_getLogs", {**wide, "address": contract.address})["error"]
    assert refused["code"] == -32005
    assert str(BLOCK_RANGE) in refused["message"]
    assert rpc(url, "eth_getLogs", {**wide, "topics": [STORED.to_0x_hex()]})["result"]


def test_another_chain_id_for_the_same_folder_and_a_taken_port_are_refused(tmp_path, url):
    first = EmbeddedChain(tmp_path)
    first.start()
    first.stop()
    with pytest.raises(ChainError):
        EmbeddedChain(tmp_path, options=("--chain-id", "5")).start()
    with pytest.raises(ChainError):
        EmbeddedChain(tmp_path, port=int(url.rsplit(":", 1)[1])).start()


# --- What works


def test_web3_deploys_calls_and_reads_logs(web3, contract):
    receipt = send(web3, contract.functions.set(2**200 + 1))
    assert contract.functions.get().call() == 2**200 + 1
    assert contract.functions.get().call(block_identifier=receipt.blockNumber - 1) != 2**200 + 1
    (event,) = contract.events.Stored().get_logs(from_block=receipt.blockNumber)
    assert (event.args.value, event.transactionHash, event.logIndex) == (2**200 + 1, receipt.transactionHash, 0)
    by_hash = web3.eth.get_logs({"blockHash": receipt.blockHash, "topics": [None, [(2**200 + 1).to_bytes(32, "big")]]})
    assert [log.address for log in by_hash] == [contract.address]


def test_a_proof_leads_to_the_state_root(web3, contract):
    number = send(web3, contract.functions.set(4_711)).blockNumber
    root = web3.eth.get_block(number).stateRoot
    shown = web3.eth.get_proof(contract.address, [0, 1], number)
    nodes = [rlp.decode(bytes(node)) for node in shown.accountProof]
    account = rlp.decode(HexaryTrie.get_from_proof(root, Web3.keccak(hexstr=contract.address), nodes))
    assert account[2:] == [bytes(shown.storageHash), bytes(shown.codeHash)]
    present, absent = shown.storageProof
    nodes = [rlp.decode(bytes(node)) for node in present.proof]
    assert rlp.decode(HexaryTrie.get_from_proof(account[2], Web3.keccak(bytes(32)), nodes)) == (4_711).to_bytes(
        2, "big"
    )
    assert (int(present.value.hex(), 16), int(absent.value.hex(), 16)) == (4_711, 0)


def test_estimated_gas_suffices_and_a_transfer_costs_exactly_its_gas(web3, contract):
    transfer = {"from": OWNER.address, "to": "0x" + "55" * 20, "value": 1}
    assert web3.eth.estimate_gas(transfer) == 21_000
    much = {**transfer, "data": b"\1" * 1_000}  # EIP-7623: 40 gas a byte
    assert web3.eth.estimate_gas(much) == 61_000
    for call in (transfer, much):
        assert send(web3, call, gas=web3.eth.estimate_gas(call), gasPrice=0).status == 1
    estimate = contract.functions.set(9).estimate_gas({"from": OWNER.address})
    assert send(web3, contract.functions.set(9), gas=estimate).status == 1


def test_an_access_list_is_shown_as_it_was_signed(web3, contract):
    signed_list = [{"address": contract.address, "storageKeys": ["0x" + "00" * 31 + "07"]}]
    call = {"to": contract.address, "data": b"", "gas": 100_000, "gasPrice": 0, "type": 1, "accessList": signed_list}
    shown = web3.eth.get_transaction(send(web3, call).transactionHash)
    ((address, slots),) = [(item["address"], item["storageKeys"]) for item in shown.accessList]
    assert (address.lower(), [Web3.to_bytes(hexstr=slot) for slot in slots]) == (
        contract.address.lower(),
        [(7).to_bytes(32, "big")],
    )


def test_every_block_is_final_and_fees_are_nothing(web3, contract):
    newest = web3.eth.get_block("latest")
    assert web3.eth.get_block("finalized").hash == web3.eth.get_block("safe").hash == newest.hash
    history = web3.eth.fee_history(4, "latest", [50])
    assert set(history.baseFeePerGas) == {0}
    assert (web3.eth.gas_price, web3.eth.max_priority_fee, newest.baseFeePerGas) == (0, 0, 0)
    assert web3.eth.get_block_receipts(newest.number)[0].blockHash == newest.hash
    assert (web3.eth.accounts, web3.eth.syncing, web3.net.listening) == ([], False, True)
    assert web3.net.version == str(web3.eth.chain_id)


def test_prefunded_accounts_have_a_balance_and_others_none(web3):
    assert web3.eth.get_balance(OWNER.address, 0) == 10**30
    assert web3.eth.get_balance("0x" + "77" * 20, 0) == 0


def test_what_does_not_exist_is_null(url):
    nothing = "0x" + "ab" * 32
    for method in ("eth_getTransactionByHash", "eth_getTransactionReceipt"):
        assert rpc(url, method, nothing)["result"] is None
    assert rpc(url, "eth_getBlockByHash", nothing, False)["result"] is None
    assert rpc(url, "eth_getBlockByNumber", "0xffffff", False)["result"] is None
    assert rpc(url, "eth_getBlockReceipts", "0xffffff")["result"] is None


def test_reads_are_answered_while_a_long_block_runs(web3, url):
    endless = send(web3, {"data": ENDLESS, "to": "", "gas": 200_000, "gasPrice": 0}).contractAddress
    height, nonce = web3.eth.block_number, web3.eth.get_transaction_count(OWNER.address)
    transaction = {"chainId": web3.eth.chain_id, "nonce": nonce, "to": endless, "gas": 20_000_000, "gasPrice": 0}
    sent = web3.eth.send_raw_transaction(OWNER.sign_transaction({**transaction, "value": 0}).raw_transaction)
    time.sleep(0.3)
    waits, running = [], True
    while running:
        started = time.monotonic()
        seen = (web3.eth.get_transaction_count(OWNER.address), web3.eth.block_number)
        waits.append(time.monotonic() - started)
        # The receipt is asked for last: while there is none, what was read before it is of the block before.
        running = rpc(url, "eth_getTransactionReceipt", sent.to_0x_hex())["result"] is None
        assert not running or seen == (nonce, height)
    assert len(waits) > 1
    assert max(waits) < 1
    assert web3.eth.get_transaction_receipt(sent).status == 0
