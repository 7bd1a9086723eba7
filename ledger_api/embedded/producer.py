"""Takes transactions and makes blocks: one when there is something to put in, at most one an interval."""

import logging
import threading
import time

from eth.vm.forks.prague.transactions import PragueTransactionBuilder

from ledger_api.embedded.blocks import GAS_LIMIT, Chain

log = logging.getLogger(__name__)

POOL_LIMIT = 5_000
NONCES_AHEAD = 1_000
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
        self._hashes: set[bytes] = set()
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

    # --- the pool

    def submit(self, raw: bytes) -> bytes:
        """Takes a signed transaction; its hash. Raises Refused."""
        transaction, sender = self._read(raw)
        header = self._chain.head
        state = self._chain.state_at(header)
        if transaction.nonce < state.get_nonce(sender):
            known = self._chain.storage.record(b"r" + transaction.hash)
            raise Refused("already known" if known else "nonce too low")
        if transaction.nonce > state.get_nonce(sender) + NONCES_AHEAD:
            raise Refused("nonce too high")
        price = getattr(transaction, "max_fee_per_gas", None)
        price = transaction.gas_price if price is None else price
        if price * transaction.gas + transaction.value > state.get_balance(sender):
            raise Refused("insufficient funds for gas * price + value")
        with self._lock:
            if transaction.hash in self._hashes:
                raise Refused("already known")
            if len(self._hashes) >= POOL_LIMIT:
                raise Refused("txpool is full")
            waiting = self._pool.setdefault(sender, {})
            if transaction.nonce in waiting:
                raise Refused("replacement transaction underpriced")
            waiting[transaction.nonce] = transaction
            self._hashes.add(transaction.hash)
        self._filled.set()
        return transaction.hash

    def _read(self, raw: bytes):
        try:
            transaction = PragueTransactionBuilder.decode(raw)
            sender = transaction.sender
            transaction.validate()
        except Exception as error:  # py-evm, rlp and eth-keys each raise their own for bytes that are no transaction
            raise Refused(f"invalid transaction: {type(error).__name__}") from error
        if transaction.chain_id != self._chain.chain_id:
            raise Refused("invalid chain id for signer")
        if transaction.gas > GAS_LIMIT:
            raise Refused("exceeds block gas limit")
        if transaction.gas < transaction.intrinsic_gas:
            raise Refused("intrinsic gas too low")
        return transaction, sender

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
        last = 0.0
        while not self._stopped.is_set():
            self._filled.wait()
            self._filled.clear()
            if self._stopped.wait(max(0.0, last + self._interval_s - time.monotonic())):
                return
            try:
                while int(self._clock()) <= self._chain.head.timestamp and self._interval_s >= 1:
                    if self._stopped.wait(0.02):
                        return
                last = time.monotonic()
                self.produce()
            except Exception:
                log.exception("a block could not be made")
                self._stopped.wait(1)

    def produce(self) -> int:
        """Makes a block of what is ready; how many transactions went in."""
        timestamp = max(int(self._clock()), self._chain.head.timestamp + 1)
        candidates = self._ready()
        if not candidates:
            return 0
        executed, left_out = self._chain.append(candidates, timestamp)
        for _, reason in left_out:
            log.warning("a transaction was left out: %s", reason)
        with self._lock:
            for transaction, sender in candidates:
                self._pool[sender].pop(transaction.nonce, None)
                self._hashes.discard(transaction.hash)
            self._pool = {sender: waiting for sender, waiting in self._pool.items() if waiting}
            if self._pool:
                self._filled.set()
        return len(executed)

    def _ready(self) -> list[tuple]:
        """Transactions whose turn it is, of each sender in order of nonce, up to the wished gas."""
        state, chosen, gas = self._chain.state_at(self._chain.head), [], 0
        with self._lock:
            pool = {sender: dict(waiting) for sender, waiting in self._pool.items()}
        for sender, waiting in pool.items():
            nonce = state.get_nonce(sender)
            self._drop_used(sender, waiting, nonce)
            while nonce in waiting and (not chosen or gas + waiting[nonce].gas <= BLOCK_GAS_WISH):
                chosen.append((waiting[nonce], sender))
                gas += waiting[nonce].gas
                nonce += 1
        return chosen

    def _drop_used(self, sender: bytes, waiting: dict, nonce: int) -> None:
        with self._lock:
            for used in [n for n in waiting if n < nonce]:
                transaction = self._pool[sender].pop(used, None)
                if transaction is not None:
                    self._hashes.discard(transaction.hash)
