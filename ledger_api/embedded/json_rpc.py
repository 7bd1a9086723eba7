"""JSON-RPC over HTTP, as the Ethereum specification has it; only what a ledger's server needs."""

import logging
import time

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
from ledger_api.embedded.producer import Producer, Refused
from ledger_api.embedded.storage import Nodes, number_key

log = logging.getLogger(__name__)

CLIENT_VERSION = "ReturnLedgerEmbedded/1.0"
BODY_LIMIT_BYTES = 32_000_000
BATCH_LIMIT = 1_000
BLOCK_RANGE_LIMIT = 10_000
ZERO_ADDRESS = bytes(20)
EMPTY_CODE_HASH = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")


class RpcError(Exception):
    """An error of JSON-RPC: code, message, data."""

    def __init__(self, code: int, message: str, details=None):
        super().__init__(message)
        self.code, self.message, self.details = code, message, details


def _bytes(value, length: int | None = None) -> bytes:
    try:
        decoded = bytes.fromhex(value[2:]) if value[:2] == "0x" else None
    except (TypeError, ValueError):
        decoded = None
    if decoded is None or (length is not None and len(decoded) != length):
        raise RpcError(-32602, f"invalid argument: {str(value)[:80]} is not {length or 'hex'} bytes")
    return decoded


def _number(value) -> int:
    try:
        return int(value, 16)
    except (TypeError, ValueError):
        raise RpcError(-32602, f"invalid argument: {str(value)[:80]} is not a hex number") from None


class Methods:
    """One method for each JSON-RPC method, by its name."""

    def __init__(self, chain: Chain, producer: Producer):
        self._chain = chain
        self._producer = producer
        self._storage = chain.storage

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
        size = min(_number(count) if isinstance(count, str) else int(count), last + 1)
        fees = [quantity(0)] * (size + 1)
        rewards = [[quantity(0)] * len(percentiles or [])] * size
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
                found = self._storage.record(blocks.NUMBER + _bytes(tag["blockHash"], 32))
                if found is None:
                    raise RpcError(-32000, "header not found")
                return int.from_bytes(found, "big")
            return self._at(tag.get("blockNumber"))
        return _number(tag)

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
        number = self._storage.record(blocks.NUMBER + _bytes(block_hash, 32))
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
        place = self._storage.record(blocks.PLACE + _bytes(transaction_hash, 32))
        if place is None:
            return None
        block = orjson.loads(self._storage.record(blocks.BLOCK + place[:8]))
        return block["transactions"][int.from_bytes(place[8:], "big")]

    def eth_getTransactionReceipt(self, transaction_hash):
        stored = self._storage.record(blocks.RECEIPT + _bytes(transaction_hash, 32))
        return orjson.Fragment(stored) if stored else None

    def eth_sendRawTransaction(self, raw):
        try:
            return data(self._producer.submit(_bytes(raw)))
        except Refused as refusal:
            raise RpcError(-32000, str(refusal)) from refusal

    # --- state

    def _state(self, tag):
        return self._chain.state_at(self._header(tag))

    def eth_getTransactionCount(self, address, tag="latest"):
        if tag == "pending":
            return quantity(self._producer.pending_nonce(_bytes(address, 20)))
        return quantity(self._state(tag).get_nonce(_bytes(address, 20)))

    def eth_getBalance(self, address, tag="latest"):
        return quantity(self._state(tag).get_balance(_bytes(address, 20)))

    def eth_getCode(self, address, tag="latest"):
        return data(self._state(tag).get_code(_bytes(address, 20)))

    def eth_getStorageAt(self, address, slot, tag="latest"):
        value = self._state(tag).get_storage(_bytes(address, 20), _number(slot))
        return data(value.to_bytes(32, "big"))

    def eth_call(self, call, tag="latest", overrides=None):
        computation = self._run(call, tag, _number(call.get("gas", hex(GAS_LIMIT))))
        return data(self._output(computation))

    def _run(self, call: dict, tag, gas: int):
        if not isinstance(call, dict):
            raise RpcError(-32602, "invalid argument: the call must be an object")
        header = self._header(tag)
        sender = _bytes(call["from"], 20) if call.get("from") else ZERO_ADDRESS
        # A call runs as if in the next block, whose time is the present.
        timestamp = max(int(time.time()), header.timestamp + 1)
        state = self._chain.state_at(header, number=header.block_number + 1, timestamp=timestamp)
        transaction = self._call_transaction(call, sender, state.get_nonce(sender), min(gas, GAS_LIMIT))
        try:
            return state.costless_execute_transaction(transaction)
        except (ValidationError, VMError) as error:
            raise RpcError(-32000, str(error)) from error

    def _call_transaction(self, call: dict, sender: bytes, nonce: int, gas: int):
        unsigned = PragueTransactionBuilder.create_unsigned_transaction(
            nonce=nonce,
            gas_price=0,
            gas=gas,
            to=_bytes(call["to"], 20) if call.get("to") else b"",
            value=_number(call.get("value", "0x0")),
            data=_bytes(call.get("data") or call.get("input") or "0x"),
        )
        return SpoofTransaction(unsigned, from_=sender)

    @staticmethod
    def _output(computation) -> bytes:
        if computation.is_error:
            if computation.output:
                raise RpcError(3, "execution reverted", data(computation.output))
            reason = type(computation.error).__name__
            raise RpcError(
                3 if reason == "Revert" else -32000, "execution reverted" if reason == "Revert" else reason, "0x"
            )
        return computation.output

    def eth_estimateGas(self, call, tag="latest", overrides=None):
        high = _number(call.get("gas", hex(GAS_LIMIT)))
        self._output(self._run(call, tag, high))
        low = 20_999
        while high - low > max(1, low // 64):
            middle = (low + high) // 2
            try:
                ok = not self._run(call, tag, middle).is_error
            except RpcError:
                ok = False
            low, high = (low, middle) if ok else (middle, high)
        return quantity(high)

    # --- proofs

    def eth_getProof(self, address, slots, tag="latest"):
        account, header = _bytes(address, 20), self._header(tag)
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
            "storageProof": [self._storage_proof(nodes, storage_root, slot) for slot in slots],
        }

    @staticmethod
    def _storage_root(nodes: Nodes, state_root: bytes, account: bytes) -> bytes:
        encoded = HexaryTrie(nodes, state_root).get(_hash(account)) if state_root != BLANK_ROOT_HASH else b""
        return bytes(rlp.decode(encoded)[2]) if encoded else BLANK_ROOT_HASH

    @staticmethod
    def _storage_proof(nodes: Nodes, root: bytes, slot) -> dict:
        key = _number(slot).to_bytes(32, "big")
        value = HexaryTrie(nodes, root).get(_hash(key)) if root != BLANK_ROOT_HASH else b""
        number = int.from_bytes(rlp.decode(value), "big") if value else 0
        return {"key": slot, "value": quantity(number), "proof": _proof(nodes, root, key)}

    # --- logs

    def eth_getLogs(self, query):
        first, last = self._range(query)
        addresses = query.get("address") or []
        addresses = {a.lower() for a in ([addresses] if isinstance(addresses, str) else addresses)}
        topics = [self._wanted(item) for item in query.get("topics") or []]
        found = []
        for number in self._candidates(first, last, addresses, topics):
            stored = self._storage.record(blocks.LOGS + number_key(number))
            found += [item for item in orjson.loads(stored or b"[]") if _matches(item, addresses, topics)]
        return found

    def _range(self, query) -> tuple[int, int]:
        if not isinstance(query, dict):
            raise RpcError(-32602, "invalid argument: the filter must be an object")
        if query.get("blockHash"):
            number = self._at({"blockHash": query["blockHash"]})
            return number, number
        first, last = self._at(query.get("fromBlock", "latest")), self._at(query.get("toBlock", "latest"))
        last = min(last, self._chain.head.block_number)
        if not any(item for item in query.get("topics") or []) and last - first >= BLOCK_RANGE_LIMIT:
            raise RpcError(-32005, f"query exceeds the limit of {BLOCK_RANGE_LIMIT} blocks")
        return first, last

    @staticmethod
    def _wanted(item) -> set[str] | None:
        if item is None or item == []:
            return None
        return {topic.lower() for topic in ([item] if isinstance(item, str) else item)}

    def _candidates(self, first: int, last: int, addresses: set[str], topics: list) -> list[int]:
        """Blocks that can hold what is asked for, by the narrowest index."""
        given = [wanted for wanted in topics if wanted]
        if given:
            prefixes = [blocks.TOPIC + _bytes(topic, 32) for topic in given[-1]]
        elif addresses:
            prefixes = [blocks.ADDRESS + _bytes(address, 20) for address in addresses]
        else:
            prefixes = [blocks.LOGS]
        return sorted({number for prefix in prefixes for number in self._storage.numbers(prefix, first, last)})


def _hash(key: bytes) -> bytes:
    return keccak(key)


def _proof(nodes: Nodes, root: bytes, key: bytes) -> list[str]:
    if root == BLANK_ROOT_HASH:
        return []
    return [data(rlp.encode(node)) for node in HexaryTrie(nodes, root).get_proof(_hash(key))]


def _matches(item: dict, addresses: set[str], topics: list) -> bool:
    if addresses and item["address"] not in addresses:
        return False
    if len(topics) > len(item["topics"]):
        return False
    return all(wanted is None or item["topics"][i] in wanted for i, wanted in enumerate(topics))


class Application:
    """The WSGI application."""

    def __init__(self, chain: Chain, producer: Producer):
        self._methods = Methods(chain, producer)

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] != "POST" or length > BODY_LIMIT_BYTES:
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"POST JSON-RPC here\n"]
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
        name, parameters = call["method"], call.get("params") or []
        method = getattr(self._methods, name, None) if not name.startswith("_") else None
        if method is None:
            return _error(call.get("id"), -32601, f"the method {name[:80]} does not exist")
        try:
            return {"jsonrpc": "2.0", "id": call.get("id"), "result": method(*parameters)}
        except RpcError as error:
            return _error(call.get("id"), error.code, error.message, error.details)
        except (TypeError, KeyError, AttributeError) as error:
            log.debug("bad parameters", exc_info=True)
            return _error(call.get("id"), -32602, f"invalid parameters: {error}")
        except Exception:
            log.exception("%s", name)
            return _error(call.get("id"), -32603, "internal error")


def _error(call_id, code: int, message: str, details=None) -> dict:
    error = {"code": code, "message": message}
    if details is not None:
        error["data"] = details
    return {"jsonrpc": "2.0", "id": call_id, "error": error}
