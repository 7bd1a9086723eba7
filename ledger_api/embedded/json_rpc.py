"""JSON-RPC over HTTP, as the Ethereum specification has it; only what a ledger's server needs."""

import inspect
import logging

import orjson
import rlp
from eth.constants import BLANK_ROOT_HASH
from eth.exceptions import VMError
from eth.vm.forks.prague.transactions import PragueTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_hash.auto import keccak
from eth_utils import ValidationError
from trie import HexaryTrie

from ledger_api.embedded import blocks
from ledger_api.embedded.blocks import GAS_LIMIT, Chain
from ledger_api.embedded.formats import data, quantity
from ledger_api.embedded.machine import least_gas
from ledger_api.embedded.parameters import (
    RpcError,
    addresses_of,
    bytes_of,
    list_of,
    number_of,
    object_of,
    topics_of,
)
from ledger_api.embedded.producer import Producer, Refused
from ledger_api.embedded.storage import Nodes, number_key

log = logging.getLogger(__name__)

CLIENT_VERSION = "ReturnLedgerEmbedded/1.0"
BODY_LIMIT_BYTES = 32_000_000
BATCH_LIMIT = 1_000
BLOCK_RANGE_LIMIT = 10_000
FEE_HISTORY_LIMIT = 1_024  # blocks
SLOTS_LIMIT = 1_000  # of one proof
HALTS = {"OutOfGas": "out of gas", "InvalidInstruction": "invalid opcode", "InvalidJumpDestination": "invalid jump"}
ZERO_ADDRESS = bytes(20)
HASH_BYTES = 32
EMPTY_CODE_HASH = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")


class Methods:
    """One method for each JSON-RPC method, by its name."""

    def __init__(self, chain: Chain, producer: Producer, block_range_limit: int = BLOCK_RANGE_LIMIT):
        self._chain = chain
        self._producer = producer
        self._storage = chain.storage
        self._block_range_limit = block_range_limit

    # --- about

    def web3_clientVersion(self):
        return CLIENT_VERSION

    def net_version(self):
        return str(self._chain.chain_id)

    def net_listening(self):
        return True

    def eth_chainId(self):
        return quantity(self._chain.chain_id)

    def eth_syncing(self):
        return False

    def eth_accounts(self):
        return []

    def eth_gasPrice(self):
        return quantity(0)

    def eth_maxPriorityFeePerGas(self):
        return quantity(0)

    def eth_feeHistory(self, count, newest="latest", percentiles=None):
        last = self._at(newest)
        wanted = count if isinstance(count, int) else number_of(count)
        size = max(0, min(wanted, last + 1, FEE_HISTORY_LIMIT))
        fees = [quantity(0)] * (size + 1)
        rewards = [[quantity(0)] * len(list_of(percentiles or []))] * size
        return {
            "oldestBlock": quantity(last - size + 1),
            "baseFeePerGas": fees,
            "gasUsedRatio": [0.0] * size,
            "reward": rewards,
        }

    # --- blocks

    def _at(self, tag) -> int:
        """Block number of a tag. Every block is final at once."""
        if tag in (None, "latest", "pending", "finalized", "safe"):
            return self._chain.head.block_number
        if tag == "earliest":
            return 0
        if isinstance(tag, dict):
            if "blockHash" in tag:
                found = self._storage.record(blocks.NUMBER + bytes_of(tag["blockHash"], 32))
                if found is None:
                    raise RpcError(-32000, "header not found")
                return int.from_bytes(found, "big")
            return self._at(tag.get("blockNumber"))
        return number_of(tag, 63)

    def _header(self, tag):
        header = self._chain.header(self._at(tag))
        if header is None:
            raise RpcError(-32000, "header not found")
        return header

    def eth_blockNumber(self):
        return quantity(self._chain.head.block_number)

    def eth_getBlockByNumber(self, tag, full=False):
        return self._block(number_key(self._at(tag)), full)

    def eth_getBlockByHash(self, block_hash, full=False):
        number = self._storage.record(blocks.NUMBER + bytes_of(block_hash, 32))
        return self._block(number, full) if number else None

    def _block(self, number: bytes, full: bool):
        stored = self._storage.record(blocks.BLOCK + number)
        if stored is None:
            return None
        if full:
            return orjson.Fragment(stored)
        block = orjson.loads(stored)
        block["transactions"] = [transaction["hash"] for transaction in block["transactions"]]
        return block

    def eth_getBlockReceipts(self, tag):
        block = self._block(number_key(self._at(tag)), False)
        return [self.eth_getTransactionReceipt(item) for item in block["transactions"]] if block else None

    # --- transactions

    def eth_getTransactionByHash(self, transaction_hash):
        place = self._storage.record(blocks.PLACE + bytes_of(transaction_hash, 32))
        if place is None:
            return None
        block = orjson.loads(self._storage.record(blocks.BLOCK + place[:8]))
        return block["transactions"][int.from_bytes(place[8:], "big")]

    def eth_getTransactionReceipt(self, transaction_hash):
        stored = self._storage.record(blocks.RECEIPT + bytes_of(transaction_hash, 32))
        return orjson.Fragment(stored) if stored else None

    def eth_sendRawTransaction(self, raw):
        try:
            return data(self._producer.submit(bytes_of(raw)))
        except Refused as refusal:
            raise RpcError(-32000, str(refusal)) from refusal

    # --- state

    def _state(self, tag):
        return self._chain.state_at(self._header(tag))

    def eth_getTransactionCount(self, address, tag="latest"):
        if tag == "pending":
            return quantity(self._producer.pending_nonce(bytes_of(address, 20)))
        return quantity(self._state(tag).get_nonce(bytes_of(address, 20)))

    def eth_getBalance(self, address, tag="latest"):
        return quantity(self._state(tag).get_balance(bytes_of(address, 20)))

    def eth_getCode(self, address, tag="latest"):
        return data(self._state(tag).get_code(bytes_of(address, 20)))

    def eth_getStorageAt(self, address, slot, tag="latest"):
        value = self._state(tag).get_storage(bytes_of(address, 20), number_of(slot))
        return data(value.to_bytes(32, "big"))

    def eth_call(self, call, tag="latest", overrides=None):
        return data(self._output(self._run(call, tag, self._gas_of(call), overrides)))

    @staticmethod
    def _gas_of(call) -> int:
        given = object_of(call).get("gas")
        return GAS_LIMIT if given is None else min(number_of(given), GAS_LIMIT)

    def _run(self, call: dict, tag, gas: int, overrides=None):
        """The computation of a call, as if in the next block after `tag`, whose time is the present."""
        if overrides:
            raise RpcError(-32602, "state overrides are not supported")
        header = self._header(tag)
        sender = bytes_of(call["from"], 20) if call.get("from") else ZERO_ADDRESS
        timestamp = max(self._producer.next_timestamp(), header.timestamp + 1)
        state = self._chain.state_at(header, number=header.block_number + 1, timestamp=timestamp)
        transaction = self._call_transaction(call, sender, state.get_nonce(sender), gas)
        if gas < least_gas(transaction):
            raise RpcError(-32000, "intrinsic gas too low")
        try:
            return state.costless_execute_transaction(transaction)
        except (ValidationError, VMError) as error:
            raise RpcError(-32000, str(error)) from error

    @staticmethod
    def _call_transaction(call: dict, sender: bytes, nonce: int, gas: int):
        unsigned = PragueTransactionBuilder.create_unsigned_transaction(
            nonce=nonce,
            gas_price=0,
            gas=gas,
            to=bytes_of(call["to"], 20) if call.get("to") else b"",
            value=number_of(call.get("value") or "0x0"),
            data=bytes_of(call.get("data") or call.get("input") or "0x"),
        )
        return SpoofTransaction(unsigned, from_=sender)

    @staticmethod
    def _output(computation) -> bytes:
        """What a call returned. Raises RpcError with the revert data if it failed."""
        if not computation.is_error:
            return computation.output
        kind = type(computation.error).__name__
        if kind == "Revert":
            raise RpcError(3, "execution reverted", data(computation.output))
        raise RpcError(-32000, HALTS.get(kind, kind))

    def eth_estimateGas(self, call, tag="latest", overrides=None):
        """Enough gas, at most a sixty-fourth too much; of what needs no more than it must, exactly that."""
        high = self._gas_of(call)
        self._output(self._run(call, tag, high, overrides))
        low = least_gas(self._call_transaction(call, ZERO_ADDRESS, 0, high))
        if self._suffices(call, tag, low):
            return quantity(low)
        while high - low > max(1, low // 64):
            middle = (low + high) // 2
            low, high = (low, middle) if self._suffices(call, tag, middle) else (middle, high)
        return quantity(high)

    def _suffices(self, call: dict, tag, gas: int) -> bool:
        try:
            return not self._run(call, tag, gas).is_error
        except RpcError:
            return False

    # --- proofs

    def eth_getProof(self, address, slots, tag="latest"):
        account, header = bytes_of(address, 20), self._header(tag)
        nodes = Nodes(self._storage)
        state = self._chain.state_at(header)
        storage_root = self._storage_root(nodes, header.state_root, account)
        return {
            "address": address,
            "balance": quantity(state.get_balance(account)),
            "nonce": quantity(state.get_nonce(account)),
            "codeHash": data(state.get_code_hash(account) if state.account_exists(account) else EMPTY_CODE_HASH),
            "storageHash": data(storage_root),
            "accountProof": _proof(nodes, header.state_root, account),
            "storageProof": [self._storage_proof(nodes, storage_root, slot) for slot in list_of(slots, SLOTS_LIMIT)],
        }

    @staticmethod
    def _storage_root(nodes: Nodes, state_root: bytes, account: bytes) -> bytes:
        encoded = HexaryTrie(nodes, state_root).get(keccak(account)) if state_root != BLANK_ROOT_HASH else b""
        return bytes(rlp.decode(encoded)[2]) if encoded else BLANK_ROOT_HASH

    @staticmethod
    def _storage_proof(nodes: Nodes, root: bytes, slot) -> dict:
        key = number_of(slot).to_bytes(32, "big")
        value = HexaryTrie(nodes, root).get(keccak(key)) if root != BLANK_ROOT_HASH else b""
        number = int.from_bytes(rlp.decode(value), "big") if value else 0
        return {"key": slot, "value": quantity(number), "proof": _proof(nodes, root, key)}

    # --- logs

    def eth_getLogs(self, query):
        first, last = self._range(object_of(query))
        addresses, topics = addresses_of(query), topics_of(query)
        shown_addresses = {data(item) for item in addresses}
        shown_topics = [wanted and {data(topic) for topic in wanted} for wanted in topics]
        found = []
        for number in self._candidates(first, last, addresses, topics):
            stored = self._storage.record(blocks.LOGS + number_key(number))
            found += [item for item in orjson.loads(stored or b"[]") if _matches(item, shown_addresses, shown_topics)]
        return found

    def _range(self, query: dict) -> tuple[int, int]:
        """First and last block. Topics are looked up in an index, so that only a filter without any has a limit."""
        if query.get("blockHash"):
            if "fromBlock" in query or "toBlock" in query:
                raise RpcError(-32602, "invalid argument: give blockHash, or fromBlock and toBlock")
            number = self._at({"blockHash": query["blockHash"]})
            return number, number
        first, last = self._at(query.get("fromBlock", "latest")), self._at(query.get("toBlock", "latest"))
        last = min(last, self._chain.head.block_number)
        if not any(topics_of(query)) and last - first >= self._block_range_limit:
            raise RpcError(-32005, f"query exceeds the limit of {self._block_range_limit} blocks")
        return first, last

    def _candidates(self, first: int, last: int, addresses: set[bytes], topics: list) -> list[int]:
        """Blocks that can hold what is asked for, by the narrowest index."""
        given = [wanted for wanted in topics if wanted]
        if given:
            prefixes = [blocks.TOPIC + topic for topic in given[-1]]
        elif addresses:
            prefixes = [blocks.ADDRESS + address for address in addresses]
        else:
            prefixes = [blocks.LOGS]
        return sorted({number for prefix in prefixes for number in self._storage.numbers(prefix, first, last)})


def _proof(nodes: Nodes, root: bytes, key: bytes) -> list[str]:
    """The nodes from the root towards a key. One shorter than a hash stands inside its parent, so it is not listed."""
    if root == BLANK_ROOT_HASH:
        return []
    root_node, *others = [rlp.encode(node) for node in HexaryTrie(nodes, root).get_proof(keccak(key))]
    return [data(node) for node in (root_node, *(node for node in others if len(node) >= HASH_BYTES))]


def _matches(item: dict, addresses: set[str], topics: list) -> bool:
    if addresses and item["address"] not in addresses:
        return False
    if len(topics) > len(item["topics"]):
        return False
    return all(wanted is None or item["topics"][i] in wanted for i, wanted in enumerate(topics))


class Application:
    """The WSGI application."""

    def __init__(self, methods: Methods, body_limit_bytes: int = BODY_LIMIT_BYTES):
        public = [name for name in dir(methods) if not name.startswith("_")]
        self._methods = {name: getattr(methods, name) for name in public}
        self._signatures = {name: inspect.signature(method) for name, method in self._methods.items()}
        self._body_limit_bytes = body_limit_bytes

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] != "POST":
            return _plain(start_response, "405 Method Not Allowed", "POST JSON-RPC here")
        if length > self._body_limit_bytes:
            return _plain(start_response, "413 Content Too Large", f"at most {self._body_limit_bytes} bytes")
        body = orjson.dumps(self._answer(environ["wsgi.input"].read(length)))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, body: bytes):
        try:
            asked = orjson.loads(body)
        except (orjson.JSONDecodeError, RecursionError):
            return _error(None, -32700, "parse error")
        if not isinstance(asked, list):
            return self._one(asked)
        if not asked or len(asked) > BATCH_LIMIT:
            return _error(None, -32600, f"a batch holds 1 to {BATCH_LIMIT} calls")
        return [self._one(call) for call in asked]

    def _one(self, call):
        if not isinstance(call, dict) or not isinstance(call.get("method"), str):
            return _error(None, -32600, "invalid request")
        call_id, name, parameters = call.get("id"), call["method"], call.get("params", [])
        if name not in self._methods:
            return _error(call_id, -32601, f"the method {name[:80]} does not exist")
        try:
            self._signatures[name].bind(*list_of([] if parameters is None else parameters))
        except TypeError as error:
            return _error(call_id, -32602, f"invalid parameters: {error}")
        except RpcError as error:
            return _error(call_id, error.code, error.message)
        return self._result(call_id, name, parameters or [])

    def _result(self, call_id, name: str, parameters: list) -> dict:
        try:
            return {"jsonrpc": "2.0", "id": call_id, "result": self._methods[name](*parameters)}
        except RpcError as error:
            return _error(call_id, error.code, error.message, error.details)
        except Exception:
            log.exception("%s", name)
            return _error(call_id, -32603, "internal error")


def _plain(start_response, status: str, text: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain")])
    return [text.encode() + b"\n"]


def _error(call_id, code: int, message: str, details=None) -> dict:
    error = {"code": code, "message": message}
    if details is not None:
        error["data"] = details
    return {"jsonrpc": "2.0", "id": call_id, "error": error}
