"""A recovery file: one key under a passphrase, so that a buyer who loses a device keeps his returns.

Scrypt (RFC 7914) makes the key of AES-256-GCM from the passphrase; kind and address of the key are authenticated with
it.
"""

import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ledger_api.errors import InvalidField
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import key_of

FORMAT = "return-ledger-recovery-1"
COST, BLOCK, PARALLEL = 1 << 17, 8, 1  # 128 MiB and about half a second
LEAST_CHARACTERS = 12
FILE_LIMIT_BYTES = 4_096


def save(path: Path, key, passphrase: str) -> None:
    """Writes a new file, readable by its owner only.

    Raises InvalidField for a short passphrase, and for a file that is there.
    """
    if len(passphrase) < LEAST_CHARACTERS:
        raise InvalidField("passphrase", f"must have at least {LEAST_CHARACTERS} characters")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = {"format": FORMAT, "kind": key.kind, "address": hex_of(key.address)}
    sealed = AESGCM(_derived(passphrase, salt)).encrypt(nonce, key.secret, _authenticated(head))
    body = {**head, "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidField("FILE", f"{path} is there already") from None
    with os.fdopen(file, "w") as out:
        json.dump(body, out, indent=1)


def restore(path: Path, passphrase: str):
    """The key of a file. Raises InvalidField for another passphrase, or a file that is not what `save` wrote."""
    if path.stat().st_size > FILE_LIMIT_BYTES:
        raise InvalidField("FILE", f"{path} is too long for a recovery file")
    try:
        body = json.loads(path.read_text())
        head = {name: body[name] for name in ("format", "kind", "address")}
        salt, nonce, sealed = (bytes.fromhex(body[name]) for name in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError):
        raise InvalidField("FILE", f"{path} is not a recovery file") from None
    if head["format"] != FORMAT:
        raise InvalidField("FILE", f"{path} has the format {head['format']!r}, not {FORMAT}")
    try:
        secret = AESGCM(_derived(passphrase, salt)).decrypt(nonce, sealed, _authenticated(head))
    except (InvalidTag, ValueError):
        raise InvalidField("passphrase", "does not open this file, or the file was changed") from None
    return key_of(head["kind"], secret)


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=PARALLEL).derive(passphrase.encode())


def _authenticated(head: dict) -> bytes:
    return json.dumps(head, sort_keys=True).encode()
