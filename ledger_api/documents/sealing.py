"""Encryption of documents: AES-256-GCM with a key per subject, which the key file of the data folder wraps."""

import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_api.errors import DocumentDamaged

NONCE_BYTES = 12
KEY_BITS = 256


def seal(key: bytes, content: bytes, about: bytes) -> bytes:
    """Nonce and ciphertext; `about` is not encrypted, and opening needs the same."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """The content; raises DocumentDamaged for another key, other bytes, or another `about`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        raise DocumentDamaged("What is kept here was changed, or belongs to another key file") from None


class KeyFile:
    """The key that wraps all others: a file of its own, so that a backup of the documents opens nothing."""

    def __init__(self, path: Path):
        self._path = path

    def new_key(self, subject: bytes) -> bytes:
        """A fresh key for a subject, wrapped."""
        return seal(self._load(), AESGCM.generate_key(KEY_BITS), subject)

    def unwrap(self, wrapped: bytes, subject: bytes) -> bytes:
        """The key of a subject; raises DocumentDamaged if this file did not wrap it for that subject."""
        return unseal(self._load(), wrapped, subject)

    def subkey(self, purpose: bytes) -> bytes:
        """A key for one purpose, made of this file's: HMAC-SHA-256."""
        return hmac.digest(self._load(), purpose, "sha256")

    def _load(self) -> bytes:
        if not self._path.exists():
            self._make()
        return self._path.read_bytes()

    def _make(self) -> None:
        """Whole or not at all, and the first of two processes wins."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(AESGCM.generate_key(KEY_BITS))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, self._path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
