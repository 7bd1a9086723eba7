"""A SQLite file of what is kept off chain: one transaction at a time, and what is deleted is overwritten."""

import sqlite3
from contextlib import contextmanager
from pathlib import Path

WAIT_S = 30  # for another process that writes


@contextmanager
def opened(path: Path, lock: str = "DEFERRED", schema: str = ""):
    """One transaction, IMMEDIATE for writing; `schema` makes the tables that are not there yet, before it begins."""
    db = sqlite3.connect(path, isolation_level=None, timeout=WAIT_S)
    try:
        db.execute("PRAGMA secure_delete = ON")
        if schema:
            db.executescript(schema)
        db.execute(f"BEGIN {lock}")
        yield db
        db.execute("COMMIT")
    finally:
        db.close()  # without COMMIT nothing happened
