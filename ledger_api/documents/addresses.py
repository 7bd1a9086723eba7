"""Where a seller wants returned goods sent: one address for all its terms, and others for single series. Off chain.

The file `return-addresses.sqlite` of a data folder, each address encrypted with a key of its own.
"""

from dataclasses import asdict
from pathlib import Path

import orjson

from ledger_api.documents.database import opened
from ledger_api.documents.sales import Contact
from ledger_api.documents.sealing import KeyFile, seal, unseal

ALL = 0  # as a series: what holds where a series has no address of its own
SCHEMA = """
CREATE TABLE IF NOT EXISTS addresses (
    seller INTEGER NOT NULL,
    series INTEGER NOT NULL,         -- of the seller's policies, 0 = all that have none of their own
    wrapped BLOB NOT NULL,           -- the address's key, encrypted with the key file
    sealed BLOB NOT NULL,
    PRIMARY KEY (seller, series)
) STRICT;
"""


class ReturnAddresses:
    """The file `return-addresses.sqlite`; the key file that wraps its keys is that of the documents."""

    def __init__(self, data_dir: Path):
        self._path = data_dir / "return-addresses.sqlite"
        self._key_file = KeyFile(data_dir / "keys" / "documents.key")
        with opened(self._path, schema=SCHEMA):
            pass  # the tables are there now
        self._path.chmod(0o600)

    def keep(self, seller: int, address: Contact, series: int = ALL) -> None:
        """Takes the place of the one before."""
        subject = _subject(seller, series)
        wrapped = self._key_file.new_key(subject)
        sealed = seal(self._key_file.unwrap(wrapped, subject), orjson.dumps(asdict(address)), subject)
        with opened(self._path, "IMMEDIATE") as db:
            db.execute("INSERT OR REPLACE INTO addresses VALUES (?, ?, ?, ?)", (seller, series, wrapped, sealed))

    def get(self, seller: int, series: int = ALL) -> Contact | None:
        """The address of exactly that series."""
        with opened(self._path) as db:
            query = "SELECT wrapped, sealed FROM addresses WHERE seller = ? AND series = ?"
            row = db.execute(query, (seller, series)).fetchone()
        if row is None:
            return None
        subject = _subject(seller, series)
        return Contact(**orjson.loads(unseal(self._key_file.unwrap(row[0], subject), row[1], subject)))

    def where(self, seller: int, series: int) -> Contact | None:
        """Where goods go that were sold under a series: to its own address, else to the seller's."""
        return self.get(seller, series) or self.get(seller)

    def series_of(self, seller: int) -> list[int]:
        """The series that have an address of their own."""
        with opened(self._path) as db:
            query = "SELECT series FROM addresses WHERE seller = ? AND series <> ? ORDER BY series"
            return [series for (series,) in db.execute(query, (seller, ALL))]

    def erase(self, seller: int, series: int = ALL) -> None:
        """Destroys an address and its key."""
        with opened(self._path, "IMMEDIATE") as db:
            db.execute("DELETE FROM addresses WHERE seller = ? AND series = ?", (seller, series))


def _subject(seller: int, series: int) -> bytes:
    return b"return address" + seller.to_bytes(8, "big") + series.to_bytes(8, "big")
