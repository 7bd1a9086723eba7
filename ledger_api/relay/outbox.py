"""What this server promised to bring onto the chain, on disk before it is promised.

A request is `queued`, then `sent` in a transaction, then `recorded` or `failed`. A signed transaction is stored before
it is sent. SQLite with synchronous=FULL: what is committed here survives a loss of power.
"""

import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import orjson

SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,             -- made by the client
    digest BLOB NOT NULL,            -- what was signed
    contract TEXT NOT NULL,
    actor BLOB NOT NULL,
    call BLOB NOT NULL,              -- calldata of the action: the whole request as it was accepted
    deadline INTEGER NOT NULL,       -- Unix seconds UTC
    received_at INTEGER NOT NULL,    -- Unix seconds UTC
    state TEXT NOT NULL,             -- queued, sent, recorded, failed
    refusal BLOB,                    -- failed: the problem, as JSON
    account_nonce INTEGER,           -- sent: the transaction that carries it
    block_number INTEGER,            -- recorded
    block_hash BLOB,                 -- recorded
    recorded_at INTEGER              -- recorded: Unix seconds UTC, when this server saw it
) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_state ON requests (state, contract, actor);
CREATE INDEX IF NOT EXISTS requests_by_digest ON requests (digest);
CREATE INDEX IF NOT EXISTS requests_by_nonce ON requests (account_nonce) WHERE account_nonce IS NOT NULL;
CREATE INDEX IF NOT EXISTS requests_by_block ON requests (block_number) WHERE block_number IS NOT NULL;
CREATE TABLE IF NOT EXISTS transactions (
    account_nonce INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    raw BLOB NOT NULL,
    contract TEXT NOT NULL,
    bulk INTEGER NOT NULL,           -- 1: recordCheckpoints, 0: submit
    request_ids BLOB NOT NULL,       -- JSON list, in the order in which the transaction carries them
    sent_at REAL,                    -- Unix seconds; NULL: stored, not sent yet
    done INTEGER NOT NULL DEFAULT 0  -- 1: has a receipt, or another transaction used its nonce
) STRICT;
CREATE INDEX IF NOT EXISTS transactions_open ON transactions (done) WHERE done = 0;
"""
IDS = "(SELECT value FROM json_each(CAST({} AS TEXT)))"  # of a list as JSON: one statement for many


class Outbox:
    """The requests and transactions of this server. One connection, one lock: SQLite has one writer anyway."""

    def __init__(self, path: Path | str):
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)
        self._drop_bodies()

    def _drop_bodies(self) -> None:
        """Outboxes of earlier versions held each request twice."""
        if any(column["name"] == "body" for column in self._db.execute("PRAGMA table_info(requests)")):
            self._db.execute("ALTER TABLE requests DROP COLUMN body")

    @contextmanager
    def transaction(self):
        """All or nothing, and on disk when it ends."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _all(self, sql: str, *values) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # --- requests

    def add(self, rows: list[dict]) -> None:
        """Stores accepted requests; durable when this returns."""
        with self.transaction() as db:
            db.executemany(
                "INSERT INTO requests (id, digest, contract, actor, call, deadline, received_at, state)"
                " VALUES (:id, :digest, :contract, :actor, :call, :deadline, :received_at, 'queued')",
                rows,
            )

    def request(self, request_id: str) -> sqlite3.Row | None:
        rows = self._all("SELECT * FROM requests WHERE id = ?", request_id)
        return rows[0] if rows else None

    def by_ids(self, ids: list[str]) -> dict[str, sqlite3.Row]:
        """Requests by id, those that exist."""
        rows = self._all(f"SELECT * FROM requests WHERE id IN {IDS.format('?')}", orjson.dumps(ids))
        return {row["id"]: row for row in rows}

    def pending_digests(self, digests: list[bytes]) -> set[bytes]:
        """Which of these digests wait here, are on their way, or were recorded."""
        found = set()
        for start in range(0, len(digests), 500):
            part = digests[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._all(f"SELECT digest FROM requests WHERE state != 'failed' AND digest IN ({marks})", *part)
            found.update(row["digest"] for row in rows)
        return found

    def waiting(self) -> int:
        """How many requests are not on chain yet."""
        return self._all("SELECT COUNT(*) AS n FROM requests WHERE state IN ('queued', 'sent')")[0]["n"]

    def counts(self) -> dict[str, int]:
        """Requests by state."""
        return {row["state"]: row["n"] for row in self._all("SELECT state, COUNT(*) AS n FROM requests GROUP BY state")}

    def queued(self, limit: int) -> list[sqlite3.Row]:
        """Requests that no transaction carries; those of one actor stand together, which the contract rewards."""
        return self._all(
            "SELECT id, contract, call FROM requests WHERE state = 'queued'"
            " ORDER BY contract, actor, received_at, rowid LIMIT ?",
            limit,
        )

    def recorded_blocks(self, since: int) -> list[sqlite3.Row]:
        """Blocks that hold requests recorded since then, with the hash that they had."""
        return self._all(
            "SELECT DISTINCT block_number, block_hash FROM requests WHERE state = 'recorded' AND recorded_at >= ?",
            since,
        )

    # --- transactions

    def store_transactions(self, rows: list[dict]) -> None:
        """Stores signed bytes, and which requests they carry, before they are sent."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO transactions (account_nonce, hash, raw, contract, bulk, request_ids)"
                " VALUES (:account_nonce, :hash, :raw, :contract, :bulk, :request_ids)",
                rows,
            )
            db.executemany(
                "UPDATE requests SET state = 'sent', account_nonce = :account_nonce"
                f" WHERE id IN {IDS.format(':request_ids')}",
                rows,
            )

    def open_transactions(self) -> list[sqlite3.Row]:
        """Without their bytes, which are long and hardly ever needed again."""
        return self._all(
            "SELECT account_nonce, hash, contract, bulk, request_ids, sent_at FROM transactions WHERE done = 0"
            " ORDER BY account_nonce"
        )

    def raw(self, account_nonces: list[int]) -> list[sqlite3.Row]:
        """Signed bytes of transactions."""
        return self._all(
            "SELECT account_nonce, raw FROM transactions WHERE account_nonce IN"
            f" {IDS.format('?')} ORDER BY account_nonce",
            orjson.dumps(account_nonces),
        )

    def next_account_nonce(self) -> int:
        """One more than the highest nonce on its way; 0 if none is. Nonces of lost blocks are used again."""
        return self._all("SELECT COALESCE(MAX(account_nonce) + 1, 0) AS n FROM transactions WHERE done = 0")[0]["n"]

    def mark_sent(self, account_nonces: list[int]) -> None:
        now = time.time()
        with self.transaction() as db:
            db.executemany(
                "UPDATE transactions SET sent_at = ? WHERE account_nonce = ?", [(now, n) for n in account_nonces]
            )

    def settle(self, ended: list[tuple]) -> None:
        """Ends transactions: (account nonce, recorded, failed, again) of each.

        recorded: (id, block number, hash); failed: (id, problem); again: ids to requeue.
        """
        now = int(time.time())
        with self.transaction() as db:
            for account_nonce, *requests in ended:
                db.execute("UPDATE transactions SET done = 1 WHERE account_nonce = ?", (account_nonce,))
                self._settle_requests(db, now, *requests)

    def settle_requests(self, recorded: list[tuple] = (), failed: list[tuple] = (), again: list[str] = ()) -> None:
        """The same for requests alone."""
        with self.transaction() as db:
            self._settle_requests(db, int(time.time()), recorded, failed, again)

    @staticmethod
    def _settle_requests(db, now, recorded, failed, again) -> None:
        by_place: dict = {}
        for request_id, *place in recorded:
            by_place.setdefault(tuple(place), []).append(request_id)
        db.executemany(
            "UPDATE requests SET state = 'recorded', block_number = ?, block_hash = ?, recorded_at = ?, refusal = NULL"
            f" WHERE id IN {IDS.format('?')}",
            [(*place, now, orjson.dumps(ids)) for place, ids in by_place.items()],
        )
        db.executemany(
            "UPDATE requests SET state = 'failed', refusal = ? WHERE id = ?",
            [(orjson.dumps(problem), request_id) for request_id, problem in failed],
        )
        db.executemany(
            "UPDATE requests SET state = 'queued', account_nonce = NULL, block_number = NULL, block_hash = NULL"
            " WHERE id = ?",
            [(request_id,) for request_id in again],
        )

    def in_block(self, number: int, block_hash: bytes) -> list[sqlite3.Row]:
        """Requests that were recorded in that block."""
        return self._all("SELECT * FROM requests WHERE block_number = ? AND block_hash = ?", number, block_hash)

    def forget(self, before: int) -> None:
        """Drops what has been final, or failed, since before that time (Unix seconds)."""
        with self.transaction() as db:
            db.execute("DELETE FROM requests WHERE state = 'recorded' AND recorded_at < ?", (before,))
            db.execute("DELETE FROM requests WHERE state = 'failed' AND received_at < ?", (before,))
            db.execute(
                "DELETE FROM transactions WHERE done = 1 AND sent_at < ?"
                " AND account_nonce < (SELECT MAX(account_nonce) FROM transactions)",
                (before,),
            )

    def close(self) -> None:
        with self._lock:
            self._db.close()
