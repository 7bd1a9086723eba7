"""The head of a subject: one hash that commits to all its entries. Twin of contracts/base/History.sol."""

from ledger_api.rules.hashing import keccak, word

HEADS_SLOT = 0
REGISTRY_SUBJECT = b"registry".ljust(32, b"\0")
NO_REQUEST = bytes(32)


def origin(chain_id: int, contract: bytes, subject: bytes) -> bytes:
    """Head of a subject without entries."""
    return keccak(word(chain_id) + word(contract) + subject)


def extend(head: bytes, topic: bytes, request: bytes, data: bytes) -> bytes:
    """Head after one more entry."""
    return keccak(head + topic + request + keccak(data))


def storage_key(subject: bytes) -> bytes:
    """Storage slot that holds the head of a subject."""
    return keccak(subject + word(HEADS_SLOT))
