"""One client for every node: the embedded chain, anvil, Besu, and eth-tester in memory."""

from dataclasses import dataclass
from typing import NamedTuple

import orjson
import requests
import rlp
from web3 import HTTPProvider
from web3.exceptions import Web3Exception

from ledger_api.errors import NodeRefused, NodeUnreachable
from ledger_api.rules.hashing import bytes_of, hex_of, keccak

BATCH_CALLS = 100
HEADER_FIELDS = (
    ("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    ("difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
    ("extraData", "mixHash", "nonce"),
)
LATER_HEADER_FIELDS = (  # in the order in which forks added them; True: a number
    ("baseFeePerGas", True),
    ("withdrawalsRoot", False),
    ("blobGasUsed", True),
    ("excessBlobGas", True),
    ("parentBeaconBlockRoot", False),
    ("requestsHash", False),
)


class FastHTTPProvider(HTTPProvider):
    """web3's provider with orjson in the place of json."""

    def encode_rpc_request(self, method, params):
        return orjson.dumps({"jsonrpc": "2.0", "id": next(self.request_counter), "method": method, "params": params})

    def decode_rpc_response(self, raw_response):
        return orjson.loads(raw_response)

    def encode_batch_rpc_request(self, requests):
        return b"[" + b",".join(self.encode_rpc_request(method, params) for method, params in requests) + b"]"

    def make_batch_request(self, batch_requests):
        raw = self._make_request("batch", self.encode_batch_rpc_request(batch_requests))
        return orjson.loads(raw)


@dataclass(frozen=True)
class Transaction:
    hash: bytes
    to: bytes | None
    input: bytes


@dataclass(frozen=True)
class Block:
    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int  # Unix seconds UTC
    transactions: tuple
    raw: dict  # as the node gave it


class Log(NamedTuple):
    block_number: int
    block_hash: bytes
    transaction: bytes  # its hash
    index: int  # within the block
    address: bytes
    topics: tuple
    data: bytes


@dataclass(frozen=True)
class Receipt:
    succeeded: bool
    block_number: int
    block_hash: bytes
    gas_used: int
    contract: bytes | None
    raw_logs: list  # as the node gave them: of a batch hardly anybody needs them all

    @property
    def logs(self) -> list[Log]:
        return [_log(raw) for raw in self.raw_logs]

    def logs_of(self, *topics: bytes) -> list[Log]:
        """Those whose first topic is one of these."""
        return [_log(raw) for raw in self.raw_logs if data_of(raw["topics"][0]) in topics]


def quantity(value) -> int:
    """A number as a node gives it: hex text, or int from eth-tester."""
    return int(value, 16) if isinstance(value, str) else int(value)


def data_of(value) -> bytes:
    """Bytes as a node gives them."""
    return bytes_of(value) if isinstance(value, str) else bytes(value)


def _log(raw: dict) -> Log:
    return Log(
        quantity(raw["blockNumber"]),
        data_of(raw["blockHash"]),
        data_of(raw["transactionHash"]),
        quantity(raw["logIndex"]),
        data_of(raw["address"]),
        tuple(data_of(topic) for topic in raw["topics"]),
        data_of(raw["data"]),
    )


def _fee_wei(block: dict) -> int:
    return 2 * quantity(block.get("baseFeePerGas") or 0)


def _block(raw: dict) -> Block:
    transactions = tuple(
        Transaction(
            data_of(t["hash"]), data_of(t["to"]) if t.get("to") else None, data_of(t.get("input", t.get("data")))
        )
        for t in raw["transactions"]
        if not isinstance(t, (str, bytes))
    )
    return Block(
        quantity(raw["number"]),
        data_of(raw["hash"]),
        data_of(raw["parentHash"]),
        quantity(raw["timestamp"]),
        transactions,
        raw,
    )


def header_rlp(raw: dict) -> bytes | None:
    """RLP of a block's header, whose keccak256 is the block's hash; None if this node's form is another."""
    hashes, numbers, tail = HEADER_FIELDS
    fields = [data_of(raw[name]) for name in hashes]
    fields += [_integer(raw[name]) for name in numbers]
    fields += [data_of(raw[name]) for name in tail]
    for name, is_number in LATER_HEADER_FIELDS:
        if raw.get(name) is not None:
            fields.append(_integer(raw[name]) if is_number else data_of(raw[name]))
    encoded = rlp.encode(fields)
    return encoded if keccak(encoded) == data_of(raw["hash"]) else None


def _integer(value) -> bytes:
    number = quantity(value)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


class Node:
    """JSON-RPC calls that the product needs, with values as bytes and ints."""

    def __init__(self, provider):
        self.provider = provider

    @classmethod
    def at(cls, url: str, timeout_s: int = 30) -> "Node":
        """A node over HTTP."""
        return cls(FastHTTPProvider(url, request_kwargs={"timeout": timeout_s}, exception_retry_configuration=None))

    def request(self, method: str, *params):
        """One call; raises NodeUnreachable or NodeRefused."""
        try:
            answer = self.provider.make_request(method, list(params))
        except (requests.RequestException, Web3Exception, OSError, ValueError) as error:
            raise NodeUnreachable(f"{method}: {type(error).__name__}") from error
        return self._result(method, answer)

    def batch(self, calls: list[tuple]) -> list:
        """Many calls, in order of the list; an error in one raises."""
        found = self._outcomes(calls)
        for outcome in found:
            if isinstance(outcome, NodeRefused):
                raise outcome
        return found

    def _outcomes(self, calls: list[tuple]) -> list:
        """Result or NodeRefused of each call. eth-tester has no batches: one after another."""
        if not isinstance(self.provider, HTTPProvider):
            return [self._outcome(self.request, method, *params) for method, params in calls]
        found = []
        for start in range(0, len(calls), BATCH_CALLS):
            found += self._batch(calls[start : start + BATCH_CALLS])
        return found

    def _batch(self, calls: list[tuple]) -> list:
        try:
            answers = self.provider.make_batch_request([(method, list(params)) for method, params in calls])
        except (requests.RequestException, Web3Exception, OSError, ValueError) as error:
            raise NodeUnreachable(f"batch of {len(calls)}: {type(error).__name__}") from error
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise NodeUnreachable(f"batch of {len(calls)}: the answer is not a list of that length")
        answers.sort(key=lambda answer: answer["id"])
        return [self._outcome(self._result, *pair) for pair in zip((call[0] for call in calls), answers, strict=True)]

    @staticmethod
    def _outcome(function, *arguments):
        try:
            return function(*arguments)
        except NodeRefused as error:
            return error

    @staticmethod
    def _result(method: str, answer: dict):
        error = answer.get("error")
        if error is None:
            return answer.get("result")
        if isinstance(error, str):
            error = {"code": -32000, "message": error}
        raise NodeRefused(method, error.get("code", -32000), error.get("message", ""), error.get("data"))

    # --- the chain

    def chain_id(self) -> int:
        return quantity(self.request("eth_chainId"))

    def block_number(self) -> int:
        return quantity(self.request("eth_blockNumber"))

    def final_number(self) -> int:
        """The newest block that is final by the engine's own word."""
        raw = self.request("eth_getBlockByNumber", "finalized", False)
        return quantity(raw["number"]) if raw else 0

    def block(self, number: int | str, full: bool = False) -> Block | None:
        raw = self.request("eth_getBlockByNumber", hex(number) if isinstance(number, int) else number, full)
        return _block(raw) if raw else None

    def blocks(self, first: int, last: int) -> list[Block]:
        """Blocks with their transactions, both ends included."""
        calls = [("eth_getBlockByNumber", (hex(n), True)) for n in range(first, last + 1)]
        return [_block(raw) for raw in self.batch(calls)]

    def block_hashes(self, numbers: list[int]) -> dict[int, bytes | None]:
        """Hash of each block, None where there is none."""
        raws = self.batch([("eth_getBlockByNumber", (hex(n), False)) for n in numbers])
        return {n: data_of(raw["hash"]) if raw else None for n, raw in zip(numbers, raws, strict=True)}

    def logs(self, first: int, last: int, addresses: list[bytes], topics: list | None = None) -> list[Log]:
        """Logs of a block range, both ends included."""
        query = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": [hex_of(a) for a in addresses],
            "topics": [hex_of(t) if t else None for t in topics or []],
        }
        return [_log(raw) for raw in self.request("eth_getLogs", query)]

    def proof(self, address: bytes, slots: list[bytes], number: int) -> dict:
        """eth_getProof as the node gives it."""
        return self.request("eth_getProof", hex_of(address), [hex_of(s) for s in slots], hex(number))

    def code(self, address: bytes) -> bytes:
        return data_of(self.request("eth_getCode", hex_of(address), "latest"))

    # --- calls and transactions

    def call(self, to: bytes, data: bytes, gas: int | None = None) -> bytes:
        """eth_call on the newest block; a revert raises NodeRefused with the revert data."""
        parameters = {"to": hex_of(to), "data": hex_of(data)}
        if gas:
            parameters["gas"] = hex(gas)
        return data_of(self.request("eth_call", parameters, "latest"))

    def refusals(self, to: bytes, calls: list[bytes]) -> list[NodeRefused | None]:
        """What the node answers to each of these eth_calls on the newest block; None where it succeeds."""
        asked = [("eth_call", ({"to": hex_of(to), "data": hex_of(data)}, "latest")) for data in calls]
        return [found if isinstance(found, NodeRefused) else None for found in self._outcomes(asked)]

    def transaction_count(self, address: bytes, at: int | str = "latest") -> int:
        """How many transactions an account has sent up to a block."""
        tag = hex(at) if isinstance(at, int) else at
        return quantity(self.request("eth_getTransactionCount", hex_of(address), tag))

    def fee_wei(self) -> int:
        """What to offer for one unit of gas: twice the base fee, nothing on a chain that takes nothing."""
        return _fee_wei(self.request("eth_getBlockByNumber", "latest", False))

    def fee_and_count(self, address: bytes) -> tuple[int, int]:
        """`fee_wei` and `transaction_count`, asked together."""
        block, count = self.batch(
            [
                ("eth_getBlockByNumber", ("latest", False)),
                ("eth_getTransactionCount", (hex_of(address), "latest")),
            ]
        )
        return _fee_wei(block), quantity(count)

    def send_raw(self, raw: bytes) -> bytes:
        return data_of(self.request("eth_sendRawTransaction", hex_of(raw)))

    def receipt(self, transaction: bytes) -> Receipt | None:
        return self.receipts([transaction])[0]

    def receipts(self, transactions: list[bytes]) -> list[Receipt | None]:
        """Receipts; None while there is none."""
        raws = self.batch([("eth_getTransactionReceipt", (hex_of(t),)) for t in transactions])
        return [self._receipt(raw) if raw and raw.get("blockNumber") is not None else None for raw in raws]

    @staticmethod
    def _receipt(raw: dict) -> Receipt:
        contract = raw.get("contractAddress")
        return Receipt(
            quantity(raw["status"]) == 1,
            quantity(raw["blockNumber"]),
            data_of(raw["blockHash"]),
            quantity(raw["gasUsed"]),
            data_of(contract) if contract else None,
            raw["logs"],
        )
