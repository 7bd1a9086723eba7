"""The index's database: one writer, any number of readers, every change and the cursor in one transaction."""

import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql").read_text()
TABLES = (
    "blocks",
    "transactions",
    "entries",
    "receipts",
    "buyers",
    "inspectors",
    "returns",
    "deadlines",
    "return_parcels",
    "policies",
    "disputes",
    "dispute_deadlines",
    "judges",
)
VERSION = 2  # of the schema; an index of another one is dropped and read anew from the chain


class Store:
    """SQLite in WAL mode. The index can be rebuilt, so a commit need not wait for the disk."""

    def __init__(self, path: Path | str):
        self._path = str(path)
        self._local = threading.local()
        self._write_lock = threading.Lock()
        with self.writing() as db:
            _drop_other_version(db)
            for statement in SCHEMA.split(";\n"):
                if statement.strip():
                    db.execute(statement)

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
        return connection

    @contextmanager
    def writing(self):
        """One transaction of the writer."""
        with self._write_lock:
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def reading(self):
        """One consistent view."""
        db = self._connection()
        if db.in_transaction:
            yield db
            return
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("COMMIT")


def _drop_other_version(db) -> None:
    """Nothing is lost with an index."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        db.execute(f"DROP TABLE {name}")
    db.execute(f"PRAGMA user_version = {VERSION}")
