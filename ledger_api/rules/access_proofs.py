"""What somebody signs to show which key reads, uploads or signs in: EIP-712, domain ReturnLedger, never on chain."""

from ledger_api.rules.hashing import keccak
from ledger_api.rules.requests import struct_hash, type_string, typed_digest

DOMAIN = "ReturnLedger"
READ = "ReadDocuments"
KEEP = "KeepDocument"
SIGN_IN = "SignIn"
TYPES = {
    READ: ({"name": "returnId", "type": "bytes32"}, {"name": "deadline", "type": "uint64"}),
    KEEP: (
        {"name": "returnId", "type": "bytes32"},
        {"name": "content", "type": "bytes32"},  # keccak256 of the bytes that are uploaded
        {"name": "deadline", "type": "uint64"},  # Unix seconds UTC
    ),
    SIGN_IN: (
        {"name": "challenge", "type": "bytes32"},  # as the server gave it, good for one signature
        {"name": "site", "type": "bytes32"},  # keccak256 of the site's origin: of no use to another site
    ),
}


def type_strings() -> list[str]:
    """The signed types, as EIP-712 writes them."""
    return [type_string(name, members) for name, members in TYPES.items()]


def digest_to_read(return_id: bytes, deadline: int, separator: bytes) -> bytes:
    """What is signed to read documents and messages of a return until a moment (Unix seconds UTC)."""
    return _digest(READ, {"returnId": return_id, "deadline": deadline}, separator)


def digest_to_keep(return_id: bytes, content: bytes, deadline: int, separator: bytes) -> bytes:
    """What is signed to upload bytes with that keccak256 to a return until a moment."""
    return _digest(KEEP, {"returnId": return_id, "content": content, "deadline": deadline}, separator)


def digest_to_sign_in(challenge: bytes, origin: str, separator: bytes) -> bytes:
    """What is signed to sign in to a site, named by its origin: `https://ledger.example:8443`."""
    return _digest(SIGN_IN, {"challenge": challenge, "site": keccak(origin.encode())}, separator)


def _digest(name: str, values: dict, separator: bytes) -> bytes:
    return typed_digest(separator, struct_hash(name, list(TYPES[name]), values))
