"""Ids of subjects: derived, never chosen, so that nobody takes another's."""

from ledger_api.rules.hashing import keccak, word


def policy_id(participant: int, series: int) -> bytes:
    """Id of a seller's policy."""
    return keccak(word(participant) + word(series))


def parcel_id(participant: int, tracking: bytes) -> bytes:
    """Id of a parcel: it says which participant may write it."""
    return keccak(word(participant) + tracking)


def return_id(receipt: bytes, number: int) -> bytes:
    """Id of the nth return of a receipt."""
    return keccak(receipt + word(number))


def dispute_id(return_id: bytes, number: int) -> bytes:
    """Id of the nth dispute of a return."""
    return keccak(return_id + word(number))


def record_id(participant: int) -> bytes:
    """Subject of a participant's public record."""
    return keccak(b"record".ljust(32, b"\0") + word(participant))
