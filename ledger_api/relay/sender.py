"""Brings requests onto the chain: batch, sign, store, send, and follow up until there is a receipt.

One writer per sending key. The signed bytes are stored before they are sent and sent again until there is a receipt; a
crash at any point loses nothing and repeats nothing. When another transaction used the account's nonce, the requests go
into a new one. What was recorded is looked at again for days: if its block is gone, it is sent again.
"""

import logging
import threading
import time
from functools import cache

import orjson

from ledger_api.chain import reverts
from ledger_api.chain.client import Node, Receipt
from ledger_api.chain.contracts import Deployment, sign_transaction
from ledger_api.config import Settings
from ledger_api.errors import ChainError, NodeRefused, RequestRefused
from ledger_api.relay.enforcing import ENFORCE
from ledger_api.relay.outbox import Outbox
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import keccak
from ledger_api.rules.signatures import Secp256k1Key

log = logging.getLogger(__name__)

CALL_GAS_BASE = 300_000
# Of actions that work on all lines of a return, whatever the length of their call; `submit` of that contract wants as
# much to be there before each call.
LINES_GAS_BASE = 1_500_000
# Of every act of a dispute: `submit` of the desk wants as much, as each may end the dispute.
DISPUTE_GAS_BASE = 3_000_000
CALL_GAS_PER_BYTE = 330
BULK_ITEM_GAS = 75_000
P256_ITEM_GAS = 300_000
OVERHEAD_GAS = 200_000
BATCH_ITEM_GAS = 60_000
OPEN_TRANSACTIONS = 48
RECHECK_S = 30
FAILED_TOPIC = keccak(b"CallFailed(uint256,bytes)")
REFUSED_TOPIC = keccak(b"ItemRefused(uint256,bytes4)")
ALREADY_THERE = ("already known", "already imported", "known transaction")


@cache
def _on_all_lines() -> frozenset[bytes]:
    """Selectors of actions whose work does not show in the length of their call."""
    names = ("approveReturn", "declineReturn", "cancelReturn", "reopenReturn", "receiveGoods")
    return frozenset({ENFORCE, *(rules.action_of("ReturnLedger", name).selector for name in names)})


def _base_of(contract: str, selector: bytes) -> int:
    if contract == "DisputeDesk":
        return DISPUTE_GAS_BASE
    on_all_lines = contract == "RefundEscrow" or selector in _on_all_lines()
    return LINES_GAS_BASE if on_all_lines else CALL_GAS_BASE


class Sender:
    """The loop that empties the outbox."""

    def __init__(self, settings: Settings, node: Node, deployment: Deployment, outbox: Outbox, key: Secp256k1Key):
        self._settings = settings
        self._node = node
        self._deployment = deployment
        self._outbox = outbox
        self._key = key
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._rechecked_at = 0.0
        self._followed: int | None = None  # the final block at which receipts were last asked for
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self.trouble: str | None = None  # in words, while the chain cannot be reached

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopped.set()
        self._awake.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                busy = self.turn()
                self.trouble = None
            except ChainError as error:
                self.trouble, busy = error.detail, False
                log.warning("relay waits: %s", error.detail)
                self._stopped.wait(1)
            except Exception:
                self.trouble, busy = "an unexpected error in the relay; see the log", False
                log.exception("relay")
                self._stopped.wait(1)
            self._awake.wait(0.05 if busy else 0.5)
            self._awake.clear()

    def turn(self) -> bool:
        """One round: fill, follow up, recheck. Whether there is more to do soon."""
        self._fill()
        self._follow_up()
        self._recheck()
        return bool(self._outbox.open_transactions())

    # --- batch, sign, store, send

    def _fill(self) -> None:
        room = OPEN_TRANSACTIONS - len(self._outbox.open_transactions())
        if room <= 0:
            return
        rows = self._outbox.queued(room * self._settings.batch_items)
        batches = self._batches(rows)[:room]
        if not batches:
            return
        fee_wei, count = self._node.fee_and_count(self._key.address)
        first = max(self._outbox.next_account_nonce(), count)
        transactions = [self._signed(number, fee_wei, *batch) for number, batch in enumerate(batches, first)]
        self._outbox.store_transactions(transactions)
        self._send(transactions)

    def _batches(self, rows) -> list[tuple]:
        """(contract, bulk or not, rows), each within the limits of items and gas."""
        batches: list[tuple] = []
        gas = 0
        for row in rows:
            bulk = self._is_bulk(row)
            cost = self._gas_of(row, bulk)
            last = batches[-1] if batches else None
            fits = last and last[:2] == (row["contract"], bulk) and gas + cost <= self._settings.batch_gas
            if fits and len(last[2]) < self._settings.batch_items:
                last[2].append(row)
                gas += cost
            else:
                batches.append((row["contract"], bulk, [row]))
                gas = cost
        return batches

    @staticmethod
    def _is_bulk(row) -> bool:
        return row["call"][:4] == rules.action_of("ParcelLedger", "recordCheckpoint").selector

    @staticmethod
    def _gas_of(row, bulk: bool) -> int:
        """Upper bound of what the request can use. Never eth_estimateGas: it finds too little for a batch."""
        size = len(row["call"])
        if bulk:
            return BULK_ITEM_GAS + (P256_ITEM_GAS if size > 460 else 0)
        if row["call"][:4] == rules.action_of("ParcelLedger", rules.BATCH_ACTION).selector:
            return CALL_GAS_BASE + max(CALL_GAS_PER_BYTE, BATCH_ITEM_GAS // 128) * size
        return _base_of(row["contract"], row["call"][:4]) + CALL_GAS_PER_BYTE * size

    def _signed(self, account_nonce: int, fee_wei: int, contract: str, bulk: bool, batch: list) -> dict:
        """A transaction as the outbox stores it."""
        if bulk:
            data = rules.encode_bulk_calls([row["call"] for row in batch])
        else:
            data = rules.encode_submit([row["call"] for row in batch])
        gas = OVERHEAD_GAS + 16 * len(data) + sum(self._gas_of(row, bulk) for row in batch) * 64 // 63
        if contract in ("ReturnLedger", "RefundEscrow"):
            gas += LINES_GAS_BASE
        address = self._deployment.addresses[contract]
        raw, transaction = sign_transaction(
            self._key.secret, self._deployment.chain_id, account_nonce, address, data, gas, fee_wei
        )
        return {
            "account_nonce": account_nonce,
            "hash": transaction,
            "raw": raw,
            "contract": contract,
            "bulk": int(bulk),
            "request_ids": orjson.dumps([row["id"] for row in batch]),
        }

    def _send(self, transactions: list) -> None:
        for row in transactions:
            try:
                self._node.send_raw(row["raw"])
            except NodeRefused as error:
                if not any(words in error.message.lower() for words in ALREADY_THERE):
                    log.info("transaction %d was not taken: %s", row["account_nonce"], error.message)
        self._outbox.mark_sent([row["account_nonce"] for row in transactions])

    # --- follow up

    def _follow_up(self) -> None:
        transactions = self._outbox.open_transactions()
        if not transactions:
            return
        final = self._node.final_number()
        # Receipts of batches are long: they are asked for when there may be new ones, or bytes are to be sent again.
        if final == self._followed and not any(self._is_due(row) for row in transactions):
            return
        receipts = self._node.receipts([row["hash"] for row in transactions])
        missing, ended = [], []
        for row, receipt in zip(transactions, receipts, strict=True):
            if receipt is None:
                missing.append(row)
            elif receipt.block_number <= final:
                ended.append(self._ended(row, receipt))
        if ended:
            self._outbox.settle(ended)
        if missing:
            self._resend(missing, final)
        self._followed = final

    def _is_due(self, row) -> bool:
        """Whether a transaction without a receipt is to be sent again."""
        return row["sent_at"] is None or time.time() - row["sent_at"] > self._settings.resend_s

    def _ended(self, row, receipt: Receipt) -> tuple:
        """What became of a transaction and its requests, as `Outbox.settle` takes it."""
        ids = orjson.loads(row["request_ids"])
        if not receipt.succeeded:
            # Too little gas for a batch, or a node that runs out; each request then goes again.
            log.warning("transaction %d reverted; its %d requests go again", row["account_nonce"], len(ids))
            return row["account_nonce"], [], [], ids
        refusals = self._refusals(receipt, bool(row["bulk"]))
        recorded, failed = [], []
        for position, request_id in enumerate(ids):
            if position not in refusals:
                recorded.append((request_id, receipt.block_number, receipt.block_hash))
                continue
            self._judge(request_id, refusals[position], recorded, failed)
        return row["account_nonce"], recorded, failed, []

    def _refusals(self, receipt: Receipt, bulk: bool) -> dict[int, RequestRefused]:
        """What failed, by position in the transaction. Outside bulk an item's refusal is one within a request."""
        found = {}
        for entry in receipt.logs_of(FAILED_TOPIC, REFUSED_TOPIC):
            position = int.from_bytes(entry.data[:32], "big")
            if entry.topics[0] == FAILED_TOPIC:
                length = int.from_bytes(entry.data[64:96], "big")
                found[position] = reverts.refusal_of(entry.data[96 : 96 + length])
            elif bulk and entry.topics[0] == REFUSED_TOPIC:
                found[position] = reverts.refusal_of(entry.data[32:36])
        return found

    def _judge(self, request_id: str, refusal: RequestRefused, recorded: list, failed: list) -> None:
        """A used nonce may mean that the same request came in through another server: then it is recorded."""
        place = self._find_entry(request_id) if refusal.error_name == "RequestNonceUsed" else None
        if place:
            recorded.append((request_id, *place))
        else:
            failed.append((request_id, refusal.problem()))

    def _find_entry(self, request_id: str) -> tuple[int, bytes] | None:
        row = self._outbox.request(request_id)
        logs = self._node.logs(
            self._deployment.block,
            self._node.block_number(),
            [self._deployment.addresses[row["contract"]]],
            [None, None, row["digest"]],
        )
        return (logs[0].block_number, logs[0].block_hash) if logs else None

    def _resend(self, missing: list, final: int) -> None:
        """Sends the same bytes again, or the requests anew where another transaction used the account's nonce."""
        # At a block that is final: a node may count the transactions of a newer one before it has their receipts.
        count = self._node.transaction_count(self._key.address, final)
        due = []
        for row in missing:
            if row["account_nonce"] < count:
                # Between the questions that block may have come to be: ask once more.
                if self._node.receipt(row["hash"]) is None:
                    self._replace(row)
            elif self._is_due(row):
                due.append(row["account_nonce"])
        if due:
            self._send(self._outbox.raw(due))

    def _replace(self, row) -> None:
        again, recorded = [], []
        for request_id in orjson.loads(row["request_ids"]):
            place = self._find_entry(request_id)
            if place:
                recorded.append((request_id, *place))
            else:
                again.append(request_id)
        log.warning(
            "account nonce %d was used by another transaction; %d requests go again", row["account_nonce"], len(again)
        )
        self._outbox.settle([(row["account_nonce"], recorded, [], again)])

    # --- days later

    def _recheck(self) -> None:
        """Notices blocks that are gone, sends their requests again, and forgets what is old."""
        if time.time() - self._rechecked_at < RECHECK_S:
            return
        self._rechecked_at = time.time()
        since = int(time.time()) - self._settings.keep_s
        places = {(row["block_number"], row["block_hash"]) for row in self._outbox.recorded_blocks(since)}
        hashes = self._node.block_hashes([number for number, _ in places])
        for number, block_hash in places:
            if hashes.get(number) != block_hash:
                self._requeue_block(number, block_hash)
        self._outbox.forget(since)

    def _requeue_block(self, number: int, block_hash: bytes) -> None:
        rows = self._outbox.in_block(number, block_hash)
        log.warning("block %d is gone; %d requests go again", number, len(rows))
        again, recorded = [], []
        for row in rows:
            place = self._find_entry(row["id"])
            if place:
                recorded.append((row["id"], *place))
            else:
                again.append(row["id"])
        self._outbox.settle_requests(recorded=recorded, again=again)
