"""Merkle-Patricia proofs of eth_getProof, against a block's state root."""

import rlp
from trie import HexaryTrie
from trie.exceptions import BadTrieProof, TraversedPartialPath, ValidationError

from ledger_api.rules.hashing import bytes_of, keccak

STATE_ROOT_FIELD = 3
NUMBER_FIELD = 8
TIMESTAMP_FIELD = 11
# What the libraries raise for nodes that are none.
UNREADABLE = (
    BadTrieProof,
    TraversedPartialPath,
    ValidationError,
    rlp.DecodingError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
)


class ProofFailed(Exception):
    """A proof does not lead to what it should prove."""


def read_header(header: bytes) -> tuple[bytes, bytes, int, int]:
    """(block hash, state root, number, timestamp) of an RLP header."""
    try:
        fields = rlp.decode(header)
        number, timestamp = (int.from_bytes(fields[i], "big") for i in (NUMBER_FIELD, TIMESTAMP_FIELD))
        return keccak(header), bytes(fields[STATE_ROOT_FIELD]), number, timestamp
    except (rlp.DecodingError, IndexError, TypeError) as error:
        raise ProofFailed(f"the block header cannot be read ({type(error).__name__})") from error


def _value(root: bytes, key: bytes, proof: list[str]) -> bytes:
    try:
        nodes = [rlp.decode(bytes_of(node)) for node in proof]
        return HexaryTrie.get_from_proof(root, keccak(key), nodes)
    except UNREADABLE as error:
        raise ProofFailed(f"the proof does not fit the state root ({type(error).__name__})") from error


def account(state_root: bytes, address: bytes, proof: list[str]) -> tuple[bytes, bytes]:
    """(storage root, code hash) of a contract."""
    encoded = _value(state_root, address, proof)
    if not encoded:
        raise ProofFailed("there is no contract at that address")
    fields = rlp.decode(encoded)
    return bytes(fields[2]), bytes(fields[3])


def storage_word(storage_root: bytes, slot: bytes, proof: list[str]) -> bytes:
    """A storage slot's value, 32 bytes; zeros if it was never written."""
    encoded = _value(storage_root, slot, proof)
    return bytes(rlp.decode(encoded)).rjust(32, b"\0") if encoded else bytes(32)
