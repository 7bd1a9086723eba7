"""A carrier's or seller's own book of parcels: number and salt behind each tracking commitment. Never leaves here."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.ids import parcel_id


def tracking_commitment(salt: bytes, number: str, first_seen: int) -> bytes:
    """keccak256(salt, carrier's own number, first day seen as YYYY-MM-DD UTC): carriers use numbers again."""
    day = time.strftime("%Y-%m-%d", time.gmtime(first_seen))
    return keccak(salt + number.encode() + day.encode())


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

    def parcels(self) -> dict[bytes, KnownParcel]:
        """Known parcels by id; the id is computed here, not read."""
        if not self._path.exists():
            return {}
        stored = json.loads(self._path.read_text())
        known = [KnownParcel(p["participant"], p["number"], bytes_of(p["salt"]), p["first_seen"]) for p in stored]
        return {parcel.parcel_id: parcel for parcel in known}

    def remember(self, participant: int, number: str, salt: bytes, first_seen: int) -> bytes:
        """Enters a parcel; its tracking commitment."""
        parcel = KnownParcel(participant, number, salt, first_seen)
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
