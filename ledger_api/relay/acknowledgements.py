"""A server's signed promise that it holds a request: evidence against that server, never an input to a contract."""

from ledger_api.rules.hashing import hex_of, keccak, word
from ledger_api.rules.requests import domain_separator, typed_digest
from ledger_api.rules.signatures import Secp256k1Key, is_valid

TYPE = "Acknowledgement(bytes32 request,uint64 receivedAt,uint64 dueAt)"
DOMAIN = "ReturnLedgerServer"
_TYPEHASH = keccak(TYPE.encode())


def digest(request: bytes, received_at: int, due_at: int, chain_id: int, contract: bytes) -> bytes:
    """What the server signs: EIP-712, in the domain of the contract that the request is for."""
    hashed = keccak(_TYPEHASH + request + word(received_at) + word(due_at))
    return typed_digest(domain_separator(DOMAIN, chain_id, contract), hashed)


def acknowledge(
    key: Secp256k1Key, request: bytes, received_at: int, due_at: int, chain_id: int, contract: bytes
) -> dict:
    """The acknowledgement as JSON; times are Unix seconds UTC."""
    signed = digest(request, received_at, due_at, chain_id, contract)
    return {
        "request_digest": hex_of(request),
        "received_at": received_at,
        "due_at": due_at,
        "chain_id": chain_id,
        "contract": hex_of(contract),
        "server": hex_of(key.address),
        "signature": hex_of(key.sign(signed)),
    }


def is_acknowledged(acknowledgement: dict) -> bool:
    """Whether the server that an acknowledgement names signed it."""
    from_hex = bytes.fromhex
    signed = digest(
        from_hex(acknowledgement["request_digest"][2:]),
        acknowledgement["received_at"],
        acknowledgement["due_at"],
        acknowledgement["chain_id"],
        from_hex(acknowledgement["contract"][2:]),
    )
    return is_valid(from_hex(acknowledgement["server"][2:]), signed, from_hex(acknowledgement["signature"][2:]))
