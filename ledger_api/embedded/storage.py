"""LMDB: trie nodes and code in one table, what JSON-RPC answers with in another.

A block is one transaction. What was announced is on disk: LMDB syncs when a transaction commits. A process that is
killed leaves the last whole block.
"""

import fcntl
from pathlib import Path

import lmdb
from eth.db.backends.base import BaseDB

MAP_BYTES = 1 << 40  # address space, not disk
NUMBER_BYTES = 8


class AlreadyInUse(Exception):
    """Another process runs the chain of this folder."""


def number_key(number: int) -> bytes:
    """Block numbers sort as bytes."""
    return number.to_bytes(NUMBER_BYTES, "big")


class Storage:
    """The chain's files. Readers see whole blocks only."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = open(folder / "lock", "w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise AlreadyInUse(f"another process runs the chain in {folder}") from None
        self._env = lmdb.open(str(folder), map_size=MAP_BYTES, max_dbs=2, max_readers=512)
        self._nodes = self._env.open_db(b"nodes")
        self._records = self._env.open_db(b"records")

    def node(self, key: bytes) -> bytes | None:
        """A trie node or code by its hash."""
        with self._env.begin(db=self._nodes) as transaction:
            return transaction.get(key)

    def record(self, key: bytes) -> bytes | None:
        """A record by its key."""
        with self._env.begin(db=self._records) as transaction:
            return transaction.get(key)

    def records(self, keys: list[bytes]) -> list[bytes | None]:
        """Many records, in one view."""
        with self._env.begin(db=self._records) as transaction:
            return [transaction.get(key) for key in keys]

    def numbers(self, prefix: bytes, first: int, last: int) -> list[int]:
        """Block numbers that stand in keys `prefix + number`, both ends included."""
        found = []
        with self._env.begin(db=self._records) as transaction:
            cursor = transaction.cursor()
            if not cursor.set_range(prefix + number_key(first)):
                return found
            end = prefix + number_key(last)
            for key in cursor.iternext(keys=True, values=False):
                if not key.startswith(prefix) or key > end:
                    break
                found.append(int.from_bytes(key[len(prefix) :], "big"))
        return found

    def write(self, nodes: dict[bytes, bytes], records: dict[bytes, bytes]) -> None:
        """All or nothing, and on disk when this returns."""
        with self._env.begin(write=True) as transaction:
            for key, value in nodes.items():
                transaction.put(key, value, db=self._nodes)
            for key, value in records.items():
                transaction.put(key, value, db=self._records)

    def close(self) -> None:
        self._env.close()
        self._lock.close()


class Nodes(BaseDB):
    """Trie nodes as py-evm's database. What is set stays in `fresh` until a block is written."""

    def __init__(self, storage: Storage):
        self._storage = storage
        self.fresh: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        value = self.fresh.get(key)
        if value is None:
            value = self._storage.node(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.fresh[key] = value

    def __delitem__(self, key: bytes) -> None:
        """Does nothing: proofs and calls at earlier blocks need old nodes, and two tries may share a fresh one."""

    def _exists(self, key: bytes) -> bool:
        return key in self.fresh or self._storage.node(key) is not None
