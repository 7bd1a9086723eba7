"""keccak256 and the 32-byte words that the chain hashes."""

from sha3 import keccak_256

ID_BYTES = 32


def keccak(data: bytes) -> bytes:
    """keccak256, 32 bytes."""
    return keccak_256(data).digest()


def word(value: int | bytes) -> bytes:
    """One ABI word: an unsigned number or an address right-aligned."""
    return value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0")


def hex_of(data: bytes) -> str:
    """0x-prefixed lower-case hex."""
    return "0x" + data.hex()


def bytes_of(text: str) -> bytes:
    """Bytes of 0x-prefixed hex; raises ValueError for anything else."""
    if not text.startswith("0x"):
        raise ValueError("must begin with 0x")
    return bytes.fromhex(text[2:])


def id_of(text) -> bytes:
    """A 32-byte id from its hex; raises ValueError, which says what it must be, for anything else."""
    try:
        data = bytes_of(text)
    except (ValueError, TypeError, AttributeError):
        data = b""
    if len(data) != ID_BYTES:
        raise ValueError("must be 0x and 64 hexadecimal digits")
    return data
