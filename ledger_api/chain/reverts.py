"""What a contract says when it refuses: its custom errors, by selector."""

from functools import cache

from eth_abi import decode
from eth_abi.exceptions import DecodingError

from ledger_api import artefacts
from ledger_api.errors import NodeRefused, RequestRefused
from ledger_api.rules.hashing import bytes_of, keccak
from ledger_api.rules.requests import to_json


@cache
def errors_by_selector() -> dict[bytes, dict]:
    """ABI item of each custom error of the contracts."""
    return {keccak(artefacts.signature(item).encode())[:4]: item for _, item in artefacts.abi_items("error")}


def refusal_of(data: bytes) -> RequestRefused:
    """The refusal that revert data stands for; the selector alone will do."""
    item = errors_by_selector().get(data[:4])
    if item is None:
        return RequestRefused("RequestReverted", {"data": "0x" + data.hex()})
    try:
        values = decode([artefacts.abi_type(p) for p in item["inputs"]], data[4:]) if len(data) > 4 else ()
    except DecodingError:
        values = ()
    names = [parameter["name"] for parameter in item["inputs"]]
    return RequestRefused(item["name"], {name: to_json(value) for name, value in zip(names, values, strict=False)})


def revert_data(error: NodeRefused) -> bytes | None:
    """Revert data in a node's error, None if the error is no revert."""
    data = error.data
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, bytes):
        return data
    try:
        return bytes_of(data)
    except (TypeError, ValueError, AttributeError):
        return b"" if "revert" in error.message.lower() else None


def refusal_in(error: NodeRefused) -> RequestRefused:
    """The contract's reason for a call that failed; raises the error itself if the node had another one."""
    data = revert_data(error)
    if data is None:
        raise error
    return refusal_of(data)
