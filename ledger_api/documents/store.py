"""Originals off chain: encrypted with AES-256-GCM, found by their salted commitment."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_api.errors import NotFound
from ledger_api.rules.hashing import keccak

SALT_BYTES = 32
NONCE_BYTES = 12


def commitment(salt: bytes, document: bytes) -> bytes:
    """keccak256(salt, document): what goes on chain. Whoever has neither can guess nothing."""
    return keccak(salt + document)


class DocumentStore:
    """The folder `documents/` of a data folder; its key lies apart, in `keys/`."""

    def __init__(self, data_dir: Path):
        self._folder = data_dir / "documents"
        self._key_file = data_dir / "keys" / "documents.key"

    def _cipher(self) -> AESGCM:
        if not self._key_file.exists():
            self._key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(AESGCM.generate_key(256))
        return AESGCM(self._key_file.read_bytes())

    def keep(self, document: bytes) -> bytes:
        """Stores a document under a fresh salt; its commitment."""
        salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
        committed = commitment(salt, document)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sealed = nonce + self._cipher().encrypt(nonce, salt + document, committed)
        draft = self._folder / f"{committed.hex()}.new"
        draft.write_bytes(sealed)
        draft.replace(self._folder / committed.hex())
        return committed

    def read(self, committed: bytes) -> bytes:
        """A document, checked against its commitment; raises NotFound."""
        path = self._folder / committed.hex()
        if not path.is_file():
            raise NotFound(f"There is no document 0x{committed.hex()} here")
        sealed = path.read_bytes()
        opened = self._cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], committed)
        salt, document = opened[:SALT_BYTES], opened[SALT_BYTES:]
        if commitment(salt, document) != committed:
            raise NotFound(f"The document 0x{committed.hex()} was changed")
        return document

    def erase(self, committed: bytes) -> None:
        """Destroys document and salt here; the history still verifies."""
        (self._folder / committed.hex()).unlink(missing_ok=True)
