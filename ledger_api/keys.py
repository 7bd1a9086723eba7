"""Keys in a data folder: one file each, readable by its owner only. Never logged, never sent."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ledger_api.errors import InvalidField
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key, key_of

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class NamedKey:
    """A key with the participant that it stands for; 0: a buyer, a council member or the server itself."""

    name: str
    participant: int
    key: object


class KeyFolder:
    """The folder `keys/` of a data folder."""

    def __init__(self, data_dir: Path):
        self.path = data_dir / "keys"

    def names(self) -> list[str]:
        """Names of the keys here."""
        return sorted(path.stem for path in self.path.glob("*.json"))

    def load(self, name: str) -> NamedKey:
        """A key by its name, or by the path of its file; raises InvalidField."""
        path = Path(name) if name.endswith(".json") else self._file(name)
        if not path.is_file():
            known = ", ".join(self.names()) or "none"
            raise InvalidField("key", f"there is no key {name!r} here; keys in this data folder: {known}")
        stored = json.loads(path.read_text())
        return NamedKey(path.stem, stored["participant"], key_of(stored["kind"], bytes.fromhex(stored["secret"])))

    def save(self, name: str, key, participant: int = 0) -> NamedKey:
        """Stores a key; a name is used once."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        stored = {
            "kind": key.kind,
            "participant": participant,
            "address": hex_of(key.address),
            "secret": key.secret.hex(),
        }
        try:
            file = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise InvalidField("key", f"there is a key {name!r} already") from None
        with os.fdopen(file, "w") as out:
            json.dump(stored, out, indent=1)
        return NamedKey(name, participant, key)

    def load_or_make(self, name: str) -> NamedKey:
        """The key by that name, made now if there is none."""
        return self.load(name) if self._file(name).is_file() else self.save(name, Secp256k1Key())

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise InvalidField("key", f"{name!r} is not a name: lower-case letters, digits, dots, dashes, underscores")
        return self.path / f"{name}.json"
