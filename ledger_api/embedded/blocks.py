"""The chain of blocks: genesis, execution of a block, and state at a block."""

import logging
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import orjson
import rlp
from eth.db.atomic import AtomicDB
from eth.db.trie import make_trie_root_and_nodes
from eth.exceptions import VMError
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth_utils import ValidationError

from ledger_api.embedded import formats
from ledger_api.embedded.machine import VM, State
from ledger_api.embedded.storage import Nodes, Storage, number_key

log = logging.getLogger(__name__)

GAS_LIMIT = 100_000_000
PREFUND_WEI = 10**30
ANCESTORS = 256
CHAIN_ID_RANGE = (1 << 20, 1 << 31)
# Keys of records: one letter, then what it is found by.
HEAD, CHAIN_ID = b"meta:head", b"meta:chain_id"
HEADER, BLOCK, NUMBER, LOGS, RECEIPT, PLACE, ADDRESS, TOPIC = (letter.encode() for letter in "hbnlrpat")


class OtherChain(Exception):
    """The folder holds another chain than the one asked for."""


@dataclass
class Executed:
    """One transaction that went into a block."""

    transaction: object
    sender: bytes
    receipt: object
    gas_used: int


class Chain:
    """Blocks on disk. One writer calls `append`; any thread reads."""

    def __init__(
        self,
        folder: Path,
        chain_id: int | None = None,
        genesis_time: int | None = None,
        prefund: tuple[bytes, ...] = (),
    ):
        """The last three are for a new folder. Raises AlreadyInUse, OtherChain."""
        self.storage = Storage(folder)
        if self.storage.record(CHAIN_ID) is None:
            low, high = CHAIN_ID_RANGE
            self._found(chain_id or low + secrets.randbelow(high - low), genesis_time, prefund)
        self.chain_id = int.from_bytes(self.storage.record(CHAIN_ID), "big")
        if chain_id not in (None, self.chain_id):
            self.storage.close()
            raise OtherChain(f"{folder} holds the chain {self.chain_id}, not {chain_id}")
        self.head = self.header(int.from_bytes(self.storage.record(HEAD), "big"))

    def _found(self, chain_id: int, genesis_time: int | None, prefund: tuple[bytes, ...]) -> None:
        timestamp = int(time.time()) - 1 if genesis_time is None else genesis_time
        header = PragueBlockHeader(difficulty=0, block_number=0, gas_limit=GAS_LIMIT, timestamp=timestamp)
        self.chain_id, nodes = chain_id, Nodes(self.storage)
        if prefund:
            state = self.state_at(header, nodes)
            for address in prefund:
                state.set_balance(address, PREFUND_WEI)
            state.persist()
            header = header.copy(state_root=state.state_root)
        records = {CHAIN_ID: chain_id.to_bytes(8, "big"), **self._records(header, [], [])}
        self.storage.write(nodes.fresh, records)

    # --- reading

    def header(self, number: int) -> PragueBlockHeader | None:
        """Header of a block; None if there is none."""
        encoded = self.storage.record(HEADER + number_key(number))
        return rlp.decode(encoded, PragueBlockHeader) if encoded else None

    def state_at(self, header: PragueBlockHeader, nodes: Nodes | None = None, **context) -> State:
        """State after a block, to run calls on; what they change is kept nowhere."""
        database = AtomicDB(Nodes(self.storage) if nodes is None else nodes)
        return State(database, self._context(header, **context), header.state_root)

    def _context(
        self, header: PragueBlockHeader, number: int | None = None, timestamp: int | None = None
    ) -> ExecutionContext:
        number = header.block_number if number is None else number
        return ExecutionContext(
            coinbase=header.coinbase,
            timestamp=header.timestamp if timestamp is None else timestamp,
            block_number=number,
            difficulty=0,
            mix_hash=header.mix_hash,
            gas_limit=GAS_LIMIT,
            prev_hashes=(self.header(n).hash for n in range(number - 1, max(-1, number - 1 - ANCESTORS), -1)),
            chain_id=self.chain_id,
            base_fee_per_gas=0,
            excess_blob_gas=0,
        )

    # --- writing

    def append(self, candidates: list, timestamp: int) -> tuple[list[Executed], list[tuple]]:
        """Executes transactions [(transaction, sender)] as the next block.

        Returns (executed, left out [(transaction, sender, reason)]); no block is made if nothing could run. What
        follows one that was left out, of the same sender, is in neither.
        """
        parent, nodes = self.head, Nodes(self.storage)
        number = parent.block_number + 1
        state = self.state_at(parent, nodes, number=number, timestamp=timestamp)
        header = PragueBlockHeader(
            difficulty=0, block_number=number, gas_limit=GAS_LIMIT, timestamp=timestamp, parent_hash=parent.hash
        )
        executed, left_out = self._execute(state, header, candidates)
        if not executed:
            return [], left_out
        state.persist()
        self._seal(header, state, executed, nodes)
        return executed, left_out

    @classmethod
    def _execute(cls, state: State, header, candidates: list) -> tuple[list[Executed], list[tuple]]:
        executed, left_out, gas_used, failed = [], [], 0, set()
        for transaction, sender in candidates:
            if sender in failed:
                continue  # its nonce is not reached now; it stays in the pool
            computation = cls._apply(state, transaction, GAS_LIMIT - gas_used)
            if isinstance(computation, str):
                left_out.append((transaction, sender, computation))
                failed.add(sender)
                continue
            receipt = VM.make_receipt(header.copy(gas_used=gas_used), transaction, computation, state)
            executed.append(Executed(transaction, sender, receipt, receipt.gas_used - gas_used))
            gas_used = receipt.gas_used
        return executed, left_out

    @staticmethod
    def _apply(state: State, transaction, gas_left: int):
        """The computation of a transaction, or in words why it cannot be in this block; then nothing has changed."""
        if transaction.gas > gas_left:
            return "exceeds block gas limit"
        state.lock_changes()
        before = state.snapshot()
        try:
            computation = state.apply_transaction(transaction)
        except (ValidationError, VMError) as error:
            state.revert(before)
            return str(error)
        except Exception as error:  # a fault of the machine; it must not stop the chain for everybody
            log.exception("transaction 0x%s", transaction.hash.hex())
            state.revert(before)
            return type(error).__name__
        state.commit(before)
        return computation

    def _seal(self, header, state: State, executed: list[Executed], nodes: Nodes) -> None:
        transaction_root, _ = make_trie_root_and_nodes([item.transaction for item in executed])
        receipt_root, _ = make_trie_root_and_nodes([item.receipt for item in executed])
        bloom = 0
        for item in executed:
            bloom |= item.receipt.bloom
        header = header.copy(
            state_root=state.state_root,
            transaction_root=transaction_root,
            receipt_root=receipt_root,
            bloom=bloom,
            gas_used=executed[-1].receipt.gas_used,
        )
        transactions = [
            formats.transaction_json(item.transaction, item.sender, header, i) for i, item in enumerate(executed)
        ]
        self.storage.write(nodes.fresh, self._records(header, transactions, executed))
        self.head = header

    @staticmethod
    def _records(header, transactions: list[dict], executed: list[Executed]) -> dict[bytes, bytes]:
        """What JSON-RPC answers with, ready to be sent, and the indexes of logs."""
        number = number_key(header.block_number)
        records = {
            HEAD: number,
            HEADER + number: rlp.encode(header),
            NUMBER + header.hash: number,
            BLOCK + number: orjson.dumps({**formats.header_json(header), "transactions": transactions}),
        }
        all_logs: list[dict] = []
        for position, item in enumerate(executed):
            shown = transactions[position]["hash"]
            logs = [
                formats.log_json(log, shown, position, header, len(all_logs) + i)
                for i, log in enumerate(item.receipt.logs)
            ]
            all_logs += logs
            receipt = formats.receipt_json(
                item.transaction, item.sender, header, position, item.receipt, item.gas_used, logs
            )
            records[RECEIPT + item.transaction.hash] = orjson.dumps(receipt)
            records[PLACE + item.transaction.hash] = number + number_key(position)
            for log in item.receipt.logs:
                records[ADDRESS + log.address + number] = b"\1"
                for topic in log.topics:
                    records[TOPIC + topic.to_bytes(32, "big") + number] = b"\1"
        if all_logs:
            records[LOGS + number] = orjson.dumps(all_logs)
        return records
