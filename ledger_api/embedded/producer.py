"""Takes transactions and makes blocks: one when there is something to put in, at most one an interval."""

import logging
import threading
import time
from itertools import count, takewhile

from eth.vm.forks.prague.transactions import PragueTransactionBuilder
from eth_utils import ValidationError

from ledger_api.embedded.blocks import GAS_LIMIT, RECEIPT, Chain
from ledger_api.embedded.machine import least_gas

log = logging.getLogger(__name__)

POOL_LIMIT = 5_000  # transactions
POOL_LIMIT_BYTES = 256_000_000
NONCES_AHEAD = 1_000
INIT_CODE_LIMIT_BYTES = 49_152  # EIP-3860
KINDS = (0, 1, 2)  # legacy, EIP-2930, EIP-1559; there are no blobs here, and no accounts with code
CLOCK_LOOK_S = 0.02
RETRY_S = 1
BLOCK_GAS_WISH = 45_000_000  # keeps blocks short, so that reads and clocks do not wait for one long block


class Refused(Exception):
    """A transaction is not taken; worded as other nodes do."""


class Producer:
    """The pool and the thread that empties it."""

    def __init__(self, chain: Chain, interval_s: float = 1.0, clock=time.time):
        self._chain = chain
        self._interval_s = interval_s
        self._clock = clock
        self._pool: dict[bytes, dict[int, object]] = {}  # sender → nonce → transaction
        self._sizes: dict[bytes, int] = {}  # hash → bytes, of all in the pool
        self._bytes = 0
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="producer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._filled.set()
        self._thread.join(timeout=30)

    def next_timestamp(self) -> int:
        """Unix seconds UTC of a block made now."""
        return max(int(self._clock()), self._chain.head.timestamp + 1)

    # --- the pool

    def submit(self, raw: bytes) -> bytes:
        """Takes a signed transaction; its hash. Raises Refused."""
        transaction, sender = self._read(raw)
        self._check_account(transaction, sender)
        with self._lock:
            if transaction.hash in self._sizes:
                raise Refused("already known")
            if len(self._sizes) >= POOL_LIMIT or self._bytes + len(raw) > POOL_LIMIT_BYTES:
                raise Refused("txpool is full")
            if transaction.nonce in self._pool.get(sender, {}):
                raise Refused("replacement transaction underpriced")
            self._pool.setdefault(sender, {})[transaction.nonce] = transaction
            self._sizes[transaction.hash] = len(raw)
            self._bytes += len(raw)
        self._filled.set()
        return transaction.hash

    def _read(self, raw: bytes):
        """(transaction, sender), once what needs no state is checked."""
        try:
            transaction = PragueTransactionBuilder.decode(raw)
            sender = transaction.sender
        except Exception as error:  # py-evm, rlp and eth-keys each raise their own for bytes that are no transaction
            raise Refused(f"invalid transaction: {type(error).__name__}") from error
        if (transaction.type_id or 0) not in KINDS:
            raise Refused("transaction type not supported")
        if transaction.chain_id != self._chain.chain_id:
            raise Refused("invalid chain id for signer")
        if transaction.max_priority_fee_per_gas > transaction.max_fee_per_gas:
            raise Refused("max priority fee per gas higher than max fee per gas")
        self._check_gas(transaction)
        try:
            transaction.validate()
        except ValidationError as error:
            raise Refused(f"invalid transaction: {error}") from error
        return transaction, sender

    @staticmethod
    def _check_gas(transaction) -> None:
        if not transaction.to and len(transaction.data) > INIT_CODE_LIMIT_BYTES:
            raise Refused("max initcode size exceeded")
        if transaction.gas > GAS_LIMIT:
            raise Refused("exceeds block gas limit")
        if transaction.gas < transaction.intrinsic_gas:
            raise Refused("intrinsic gas too low")
        if transaction.gas < least_gas(transaction):
            raise Refused("insufficient gas for floor data gas cost")

    def _check_account(self, transaction, sender: bytes) -> None:
        state = self._chain.state_at(self._chain.head)
        nonce = state.get_nonce(sender)
        if transaction.nonce < nonce:
            known = self._chain.storage.record(RECEIPT + transaction.hash)
            raise Refused("already known" if known else "nonce too low")
        if transaction.nonce > nonce + NONCES_AHEAD:
            raise Refused("nonce too high")
        if transaction.max_fee_per_gas * transaction.gas + transaction.value > state.get_balance(sender):
            raise Refused("insufficient funds for gas * price + value")

    def _remove(self, sender: bytes, nonce: int) -> None:
        """Out of the pool; the lock is held."""
        waiting = self._pool.get(sender, {})
        transaction = waiting.pop(nonce, None)
        if transaction is not None:
            self._bytes -= self._sizes.pop(transaction.hash)
        if not waiting:
            self._pool.pop(sender, None)

    def pending_nonce(self, sender: bytes) -> int:
        """The next nonce of an account, with what waits in the pool."""
        nonce = self._chain.state_at(self._chain.head).get_nonce(sender)
        with self._lock:
            waiting = self._pool.get(sender, {})
            while nonce in waiting:
                nonce += 1
        return nonce

    # --- blocks

    def _run(self) -> None:
        last = float("-inf")
        while not self._stopped.is_set():
            self._filled.wait()
            self._filled.clear()
            if self._stopped.wait(max(0.0, last + self._interval_s - time.monotonic())):
                return
            try:
                self._await_clock()
                last = time.monotonic()
                self.produce()
            except Exception:
                log.exception("a block could not be made")
                self._filled.set()
                self._stopped.wait(RETRY_S)

    def _await_clock(self) -> None:
        """Until the wall clock has passed the newest block, so that blocks do not run ahead of it.

        No longer than an interval: a wall clock that was set back must not stop the chain.
        """
        end = time.monotonic() + self._interval_s
        while self._interval_s >= 1 and int(self._clock()) <= self._chain.head.timestamp and time.monotonic() < end:
            if self._stopped.wait(CLOCK_LOOK_S):
                return

    def produce(self) -> int:
        """Makes a block of what is ready; how many transactions went in."""
        candidates = self._ready()
        if not candidates:
            return 0
        executed, left_out = self._chain.append(candidates, self.next_timestamp())
        for transaction, _, reason in left_out:
            log.warning("transaction 0x%s was left out: %s", transaction.hash.hex(), reason)
        with self._lock:
            for item in executed:
                self._remove(item.sender, item.transaction.nonce)
            for transaction, sender, _ in left_out:
                self._remove(sender, transaction.nonce)
            if self._pool:
                self._filled.set()
        return len(executed)

    def _ready(self) -> list[tuple]:
        """Transactions whose turn it is, up to the wished gas: senders in turn, each in order of nonce.

        Whoever was served goes to the end of the pool, so that one busy sender does not keep others out.
        """
        state, chosen, gas = self._chain.state_at(self._chain.head), [], 0
        with self._lock:
            queues = {sender: self._in_order(sender, state.get_nonce(sender)) for sender in list(self._pool)}
            while queues:
                for sender in list(queues):
                    transaction = next(queues[sender], None)
                    if transaction is None or (chosen and gas + transaction.gas > BLOCK_GAS_WISH):
                        del queues[sender]
                        continue
                    chosen.append((transaction, sender))
                    gas += transaction.gas
            for sender in dict.fromkeys(sender for _, sender in chosen):
                self._pool[sender] = self._pool.pop(sender)
        return chosen

    def _in_order(self, sender: bytes, nonce: int):
        """What can run of a sender, from its account's nonce on; used nonces leave the pool. The lock is held."""
        for used in [n for n in self._pool[sender] if n < nonce]:
            self._remove(sender, used)
        waiting = self._pool.get(sender, {})
        return takewhile(lambda item: item is not None, map(waiting.get, count(nonce)))
