"""The members' directory: names behind participants' numbers, off chain, each under a salted commitment on chain."""

import json
import secrets
from pathlib import Path

from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.texts import _


def commitment(name: str, salt: bytes) -> bytes:
    """keccak256(salt, name in UTF-8)."""
    return keccak(salt + name.encode())


class Directory:
    """A JSON file of {number: {name, salt}}; read anew when it changed."""

    def __init__(self, path: Path):
        self._path = path
        self._read_at = 0.0
        self._members: dict[int, dict] = {}

    def members(self) -> dict[int, dict]:
        """Entries by participant number."""
        if self._path.exists() and self._path.stat().st_mtime != self._read_at:
            self._read_at = self._path.stat().st_mtime
            self._members = {int(number): entry for number, entry in json.loads(self._path.read_text()).items()}
        return self._members

    def add(self, number: int, name: str) -> bytes:
        """Enters a member; its commitment is what the council signs."""
        salt = secrets.token_bytes(32)
        self._write({**self.members(), number: {"name": name, "salt": hex_of(salt)}})
        return commitment(name, salt)

    def entry_for(self, name: str) -> tuple[bytes, dict]:
        """(commitment, {name, salt}) of a name that is not entered yet; `merge` enters it."""
        salt = secrets.token_bytes(32)
        return commitment(name, salt), {"name": name, "salt": hex_of(salt)}

    def merge(self, participants: list[dict]) -> int:
        """Takes over names that another member's server shows (`/api/v1/participants`); how many fit their commitment.

        A name here is believed on pages only where the chain has its commitment, so a wrong one does no harm.
        """
        fitting = {}
        for item in participants:
            shown = item["directory"]
            if "name" in shown and commitment(shown["name"], bytes_of(shown["salt"])) == bytes_of(shown["commitment"]):
                fitting[item["participant"]] = {"name": shown["name"], "salt": shown["salt"]}
        self._write({**fitting, **self.members()})
        return len(fitting)

    def _write(self, members: dict[int, dict]) -> None:
        self._path.write_text(json.dumps({str(n): entry for n, entry in members.items()}, indent=1) + "\n")

    def name(self, number: int, committed: bytes | None = None) -> str:
        """Name of a member; its number where the directory has none, or another than was committed to."""
        entry = self.members().get(number)
        if entry is None or (committed is not None and commitment(entry["name"], bytes_of(entry["salt"])) != committed):
            return _("Participant %(number)s", number=number)
        return entry["name"]

    def names_in(self, look):
        """A function from number to name, by what the registry of this look commits to."""
        members = look.registry.members

        def name(number: int) -> str:
            return self.name(number, members[number].directory if number in members else None)

        return name
