"""A carrier's or seller's own book of parcels: number and salt behind each tracking commitment. Never leaves here."""

import json
import os
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.identifiers import parcel_number
from ledger_api.rules.ids import parcel_id

SALT_BYTES = 32


def tracking_commitment(salt: bytes, number: str, first_seen: int) -> bytes:
    """keccak256(salt, carrier's own number, first day seen as YYYY-MM-DD UTC): carriers use numbers again."""
    return keccak(salt + number.encode() + day_of(first_seen).encode())


def day_of(first_seen: int) -> str:
    """YYYY-MM-DD, UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(first_seen))


@dataclass(frozen=True)
class KnownParcel:
    """One parcel of the book."""

    participant: int  # the reporting carrier
    number: str
    salt: bytes
    first_seen: int  # Unix seconds UTC

    @property
    def tracking(self) -> bytes:
        return tracking_commitment(self.salt, self.number, self.first_seen)

    @property
    def parcel_id(self) -> bytes:
        return parcel_id(self.participant, self.tracking)


class ParcelBook:
    """A file of known parcels, readable by its owner only."""

    def __init__(self, data_dir: Path):
        self._path = data_dir / "parcels.json"
        self._door = threading.Lock()  # a parcel that is entered does not push out another

    def parcels(self) -> dict[bytes, KnownParcel]:
        """Known parcels by id; the id is computed here, not read."""
        if not self._path.exists():
            return {}
        stored = json.loads(self._path.read_text())
        known = [KnownParcel(p["participant"], p["number"], bytes_of(p["salt"]), p["first_seen"]) for p in stored]
        return {parcel.parcel_id: parcel for parcel in known}

    def remember(self, participant: int, number: str, salt: bytes, first_seen: int) -> bytes:
        """Enters a parcel; its tracking commitment."""
        with self._door:
            return self._enter(KnownParcel(participant, number, salt, first_seen))

    def find(self, participant: int, number: str) -> KnownParcel | None:
        """A carrier's parcel with that number in any spelling; the newest, as carriers use numbers again."""
        wanted = parcel_number(number).text
        found = [parcel for parcel in self.of(participant) if parcel_number(parcel.number).text == wanted]
        return found[0] if found else None

    def of(self, participant: int) -> list[KnownParcel]:
        """A carrier's parcels, the newest first."""
        own = [parcel for parcel in self.parcels().values() if parcel.participant == participant]
        return sorted(own, key=lambda parcel: -parcel.first_seen)

    def find_or_enter(self, participant: int, number: str, salt: bytes | None = None, first_seen: int = 0):
        """The parcel of that number: the known one, else a new one under its one spelling.

        The first to name it, whether buyer, seller or carrier, gives it its salt; all others find it.
        """
        with self._door:
            known = self.find(participant, number)
            if known is None:
                when = first_seen or int(time.time())
                known = KnownParcel(
                    participant, parcel_number(number).text, salt or secrets.token_bytes(SALT_BYTES), when
                )
                self._enter(known)
            return known

    def _enter(self, parcel: KnownParcel) -> bytes:
        known = {**self.parcels(), parcel.parcel_id: parcel}
        rows = [
            {"participant": p.participant, "number": p.number, "salt": hex_of(p.salt), "first_seen": p.first_seen}
            for p in known.values()
        ]
        draft = self._path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(rows, out, indent=1)
        draft.replace(self._path)
        return parcel.tracking
