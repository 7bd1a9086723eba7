"""Who asks for documents: read from the Authorization header, and checked against the return."""

import time
from dataclasses import dataclass

from flask import request

from ledger_api.api.common import ledger
from ledger_api.errors import (
    AccessDenied,
    AccessExpired,
    AccessMalformed,
    AccessTooLong,
    AccessUnproven,
    AccessWrong,
    IndexInconsistent,
)
from ledger_api.rules import access, access_proofs
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.signatures import is_valid

SCHEME = "ledger"
FIELDS = ("actor", "deadline", "signature")
DEADLINE_DIGITS = 20  # of a uint64
ADDRESS_BYTES = 20


@dataclass(frozen=True)
class Asker:
    """Somebody whom a return concerns."""

    parts: dict  # access.Part → participant's number
    proof: bytes  # hash of who signed what: two who sign the same are two


def reader_of(look, return_id: bytes) -> Asker:
    """Who asks to read of a return; raises NotFound for no return, AccessUnproven, AccessDenied."""
    separator = ledger().deployment.separator(access_proofs.DOMAIN)
    return _asker(look, return_id, lambda deadline: access_proofs.digest_to_read(return_id, deadline, separator))


def keeper_of(look, return_id: bytes, content: bytes) -> Asker:
    """Who asks to keep bytes with that keccak256; raises as `reader_of`."""
    separator = ledger().deployment.separator(access_proofs.DOMAIN)
    asker = _asker(
        look, return_id, lambda deadline: access_proofs.digest_to_keep(return_id, content, deadline, separator)
    )
    if not access.may_keep(asker.parts):
        raise AccessDenied("That key may keep no documents of this return")
    return asker


def holder_of(subject: bytes) -> bytes:
    """The key that signed to read of a subject that no chain knows yet: its address."""
    separator = ledger().deployment.separator(access_proofs.DOMAIN)
    return _proven(lambda deadline: access_proofs.digest_to_read(subject, deadline, separator))[0]


def _asker(look, return_id: bytes, digest_of) -> Asker:
    look.subjects_of_return(return_id)  # that there is such a return is no secret
    actor, digest = _proven(digest_of)
    parts = access.parts_of(actor, _circle(look, return_id), look.registry)
    if not parts:
        raise AccessDenied(f"The return does not concern the key {hex_of(actor)}, or not now")
    return Asker(parts, keccak(actor + digest))


def _proven(digest_of) -> tuple[bytes, bytes]:
    """The address that signed, and the digest."""
    actor, deadline, signature = _header()
    _check_deadline(deadline)
    digest = digest_of(deadline)
    if not is_valid(actor, digest, signature):
        raise AccessWrong(f"The signature is not by {hex_of(actor)} over what this path needs")
    return actor, digest


def _circle(look, return_id: bytes) -> access.Circle:
    try:
        return access.circle_of(return_id, look.entries_of)
    except Exception as error:  # whatever entries that cannot be make of the rules
        text = (
            f"The entries of {hex_of(return_id)} in this server's index contradict themselves ({type(error).__name__})"
        )
        raise IndexInconsistent(text) from error


def _header() -> tuple[bytes, int, bytes]:
    given = request.authorization
    if given is None or given.type != SCHEME:
        raise AccessUnproven("Send `Authorization: Ledger actor=0x…, deadline=…, signature=0x…`")
    values = given.parameters or {}
    if set(values) != set(FIELDS):
        raise AccessMalformed(f"The Authorization header has exactly the fields {', '.join(FIELDS)}")
    deadline = values["deadline"]
    if not (deadline.isascii() and deadline.isdigit() and len(deadline) <= DEADLINE_DIGITS) or int(deadline) >> 64:
        raise AccessMalformed("deadline must be Unix seconds as a whole number")
    return _bytes(values, "actor", ADDRESS_BYTES), int(deadline), _bytes(values, "signature", None)


def _bytes(values: dict, name: str, length: int | None) -> bytes:
    try:
        data = bytes_of(values[name])
    except ValueError:
        raise AccessMalformed(f"{name} must be hexadecimal and begin with 0x") from None
    if length is not None and len(data) != length:
        raise AccessMalformed(f"{name} must be {length} bytes, is {len(data)}")
    return data


def _check_deadline(deadline: int) -> None:
    now, longest_s = int(time.time()), ledger().settings.access_s
    if deadline < now:
        raise AccessExpired(f"The proof held until {deadline}, it is {now}")
    if deadline > now + longest_s:
        raise AccessTooLong(f"A proof may hold for {longest_s} seconds; this one would for {deadline - now}")
