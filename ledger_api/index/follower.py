"""Follows the chain into the index: fetch a range of final blocks, compare hashes, apply, and move the cursor."""

import logging
import threading

from ledger_api.chain.client import Block, Log, Node
from ledger_api.chain.contracts import Deployment
from ledger_api.config import Settings
from ledger_api.errors import ChainError
from ledger_api.index import deadlines
from ledger_api.index.handlers import HANDLERS
from ledger_api.index.store import TABLES, Store
from ledger_api.rules.entries import Entry, is_entry

log = logging.getLogger(__name__)


class Follower:
    """The only writer of the index."""

    def __init__(
        self, settings: Settings, node: Node, deployment: Deployment, store: Store, announce=lambda subjects: None
    ):
        self._settings = settings
        self._node = node
        self._deployment = deployment
        self._store = store
        self._announce = announce
        self._names = {address: name for name, address in deployment.addresses.items()}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)
        self.trouble: str | None = None  # in words, while the chain cannot be followed
        self.chain_height = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                while self.step() and not self._stopped.is_set():
                    pass
                self.trouble = None
            except ChainError as error:
                self.trouble = error.detail
                log.warning("index waits: %s", error.detail)
                self._stopped.wait(1)
            except Exception:
                self.trouble = "an unexpected error in the index; see the log"
                log.exception("index")
                self._stopped.wait(1)
            self._stopped.wait(self._settings.follow_interval_ms / 1_000)

    def catch_up(self) -> int:
        """Applies all that is final; the number of the last applied block."""
        while self.step():
            pass
        return self._cursor()

    # --- one range

    def step(self) -> bool:
        """Applies the next range; whether there may be more."""
        self.chain_height = final = self._node.final_number()
        cursor = self._cursor()
        if self._went_back(cursor):
            return True
        if cursor >= final:
            return False
        last = min(final, cursor + self._settings.block_range)
        blocks = self._node.blocks(cursor + 1, last)
        logs = self._node.logs(cursor + 1, last, list(self._names))
        if not self._is_chained(cursor, blocks):
            self._rewind(cursor)
            return True
        hashes = {block.number: block.hash for block in blocks}
        if any(entry.block_hash != hashes[entry.block_number] for entry in logs):
            return True  # The chain changed between the two questions: ask again.
        self._apply(blocks, logs)
        return last < final

    def _cursor(self) -> int:
        with self._store.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()
        return int(row["value"]) if row else self._deployment.block - 1

    def _stored_hash(self, number: int) -> bytes | None:
        with self._store.reading() as db:
            row = db.execute("SELECT hash FROM blocks WHERE number = ?", (number,)).fetchone()
        return bytes(row["hash"]) if row else None

    def _went_back(self, cursor: int) -> bool:
        """Whether the last applied block is no longer the node's; then the index is rewound."""
        stored = self._stored_hash(cursor)
        if stored is None or self._node.block_hashes([cursor])[cursor] == stored:
            return False
        self._rewind(cursor)
        return True

    def _is_chained(self, cursor: int, blocks: list[Block]) -> bool:
        expected = self._stored_hash(cursor)
        for block in blocks:
            if expected is not None and block.parent_hash != expected:
                return False
            expected = block.hash
        return True

    def _rewind(self, cursor: int) -> None:
        """Drops blocks that the node does not have, down to the last common one."""
        number = cursor
        while number >= self._deployment.block and self._node.block_hashes([number])[number] != self._stored_hash(
            number
        ):
            number -= 1
        log.warning("the chain changed: the index goes back from block %d to %d", cursor, number)
        with self._store.writing() as db:
            for table in set(TABLES) - deadlines.TABLES:
                column = "number" if table == "blocks" else "block_number"
                db.execute(f"DELETE FROM {table} WHERE {column} > ?", (number,))
            deadlines.recompute(db)
            self._set_cursor(db, number)

    @staticmethod
    def _set_cursor(db, number: int) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('cursor', ?)", (str(number),))

    # --- applying

    def _apply(self, blocks: list[Block], logs: list[Log]) -> None:
        found = [item for item in logs if is_entry(item.topics)]
        touched = {item.transaction for item in found}
        with self._store.writing() as db:
            db.executemany(
                "INSERT INTO blocks VALUES (?, ?, ?, ?)",
                [(b.number, b.hash, b.parent_hash, b.timestamp) for b in blocks],
            )
            db.executemany(
                "INSERT INTO transactions VALUES (?, ?, ?, ?)",
                [
                    (t.hash, block.number, self._names.get(t.to, ""), t.input)
                    for block in blocks
                    for t in block.transactions
                    if t.hash in touched
                ],
            )
            db.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        item.block_number,
                        item.index,
                        item.block_hash,
                        item.transaction,
                        self._names[item.address],
                        item.topics[1],
                        item.topics[0],
                        item.topics[2],
                        item.data,
                    )
                    for item in found
                ],
            )
            for item in found:
                handler = HANDLERS.get(item.topics[0])
                if handler is not None:
                    handler(db, self._entry(item))
            deadlines.update(db, {item.topics[1] for item in found})
            self._set_cursor(db, blocks[-1].number)
        if found:
            self._announce({item.topics[1] for item in found})

    def _entry(self, item: Log) -> Entry:
        topic, subject, request = item.topics
        name = self._names[item.address]
        return Entry(name, subject, request, topic, item.data, item.block_number, item.index)
