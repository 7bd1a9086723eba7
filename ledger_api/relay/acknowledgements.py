"""A server's signed promise that it holds a request: evidence against that server, never an input to a contract.

For a single request the server signs the promise. For a list it signs, once, the Merkle root over the digests of its
promises, and each comes with its path. A leaf is a hash of 66 bytes and a node above it one of 64, so neither can pose
as the other.
"""

from typing import NamedTuple

from ledger_api.rules import merkle
from ledger_api.rules.hashing import bytes_of, hex_of, keccak, word
from ledger_api.rules.requests import domain_separator, typed_digest
from ledger_api.rules.signatures import Secp256k1Key, is_valid

TYPE = "Acknowledgement(bytes32 request,uint64 receivedAt,uint64 dueAt)"
LIST_TYPE = "AcknowledgementList(bytes32 root)"
DOMAIN = "ReturnLedgerServer"
# A list may hold requests to several contracts; which one each is for, its leaf says.
LIST_DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId)"
_TYPEHASH = keccak(TYPE.encode())
_LIST_TYPEHASH = keccak(LIST_TYPE.encode())


class Promise(NamedTuple):
    """What is promised of one request; times are Unix seconds UTC."""

    request: bytes  # its digest
    received_at: int
    due_at: int
    chain_id: int
    contract: bytes  # the address that the request is for


def digest(promise: Promise) -> bytes:
    """What the server signs for a single request, and the leaf in a list: EIP-712, in the domain of the contract."""
    hashed = keccak(_TYPEHASH + promise.request + word(promise.received_at) + word(promise.due_at))
    return typed_digest(domain_separator(DOMAIN, promise.chain_id, promise.contract), hashed)


def list_digest(root: bytes, chain_id: int) -> bytes:
    """What the server signs for a list: EIP-712, in a domain without a contract."""
    names = keccak(DOMAIN.encode()) + keccak(b"1")
    separator = keccak(keccak(LIST_DOMAIN_TYPE.encode()) + names + word(chain_id))
    return typed_digest(separator, keccak(_LIST_TYPEHASH + root))


def acknowledge(key: Secp256k1Key, promise: Promise) -> dict:
    """The acknowledgement of one request as JSON."""
    return _to_json(promise, hex_of(key.address), hex_of(key.sign(digest(promise))))


def acknowledge_list(key: Secp256k1Key, promises: list[Promise]) -> list[dict]:
    """Acknowledgements of at least one request on one chain, all under one signature."""
    leaves = [digest(promise) for promise in promises]
    paths = merkle.paths(leaves)
    root = merkle.root_of_path(leaves[0], paths[0])
    server, signature = hex_of(key.address), hex_of(key.sign(list_digest(root, promises[0].chain_id)))
    return [
        {**_to_json(promise, server, signature), "path": [hex_of(sibling) for sibling in path]}
        for promise, path in zip(promises, paths, strict=True)
    ]


def _to_json(promise: Promise, server: str, signature: str) -> dict:
    return {
        "request_digest": hex_of(promise.request),
        "received_at": promise.received_at,
        "due_at": promise.due_at,
        "chain_id": promise.chain_id,
        "contract": hex_of(promise.contract),
        "server": server,
        "signature": signature,
    }


def is_acknowledged(acknowledgement: dict) -> bool:
    """Whether the server that an acknowledgement names signed it, alone or, if it has a path, in a list."""
    promise = Promise(
        bytes_of(acknowledgement["request_digest"]),
        acknowledgement["received_at"],
        acknowledgement["due_at"],
        acknowledgement["chain_id"],
        bytes_of(acknowledgement["contract"]),
    )
    signed = digest(promise)
    if "path" in acknowledgement:
        siblings = [bytes_of(sibling) for sibling in acknowledgement["path"]]
        # Of another length a sibling could shift the words that are hashed.
        if any(len(sibling) != 32 for sibling in siblings):
            return False
        signed = list_digest(merkle.root_of_path(signed, siblings), promise.chain_id)
    return is_valid(bytes_of(acknowledgement["server"]), signed, bytes_of(acknowledgement["signature"]))
