"""Parameters of JSON-RPC calls, read strictly: what is wrong is named, and nothing is guessed."""

import re

QUANTITY = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
LIST_LIMIT = 1_000  # addresses, or alternatives for one topic, in a filter
TOPICS_LIMIT = 4


class RpcError(Exception):
    """An error of JSON-RPC: code, message, data."""

    def __init__(self, code: int, message: str, details=None):
        super().__init__(message)
        self.code, self.message, self.details = code, message, details


def invalid(value, wanted: str) -> RpcError:
    """The error for a value that is not what was wanted."""
    return RpcError(-32602, f"invalid argument: {str(value)[:80]} is not {wanted}")


def bytes_of(value, length: int | None = None) -> bytes:
    """Bytes from hex with 0x; of that length, if one is given. Raises RpcError."""
    try:
        decoded = bytes.fromhex(value[2:]) if isinstance(value, str) and value[:2] == "0x" else None
    except ValueError:
        decoded = None
    if decoded is None or (length is not None and len(decoded) != length):
        raise invalid(value, f"{length or 'hex'} bytes")
    return decoded


def number_of(value, bits: int = 256) -> int:
    """A number from hex with 0x; leading zeros are let through, as slots have them. Raises RpcError."""
    if not isinstance(value, str) or not QUANTITY.fullmatch(value):
        raise invalid(value, "a hex number")
    number = int(value, 16)
    if number >> bits:
        raise invalid(value, f"a hex number of at most {bits} bits")
    return number


def object_of(value) -> dict:
    """A JSON object. Raises RpcError."""
    if not isinstance(value, dict):
        raise invalid(value, "an object")
    return value


def list_of(value, limit: int = LIST_LIMIT) -> list:
    """A JSON list that is not too long. Raises RpcError."""
    if not isinstance(value, list):
        raise invalid(value, "a list")
    if len(value) > limit:
        raise RpcError(-32602, f"invalid argument: a list of {len(value)} where at most {limit} are allowed")
    return value


def addresses_of(query: dict) -> set[bytes]:
    """The addresses of a filter; empty: any."""
    given = query.get("address") or []
    return {bytes_of(item, 20) for item in ([given] if isinstance(given, str) else list_of(given))}


def topics_of(query: dict) -> list[set[bytes] | None]:
    """What a filter wants at each place of a log's topics; None: anything."""
    return [_alternatives(item) for item in list_of(query.get("topics") or [], TOPICS_LIMIT)]


def _alternatives(item) -> set[bytes] | None:
    given = [item] if isinstance(item, str) else list_of(item or [])
    return {bytes_of(topic, 32) for topic in given} or None
