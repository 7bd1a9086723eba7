"""Reads posted requests: fields, digest, calldata, signatures. Needs no chain and no disk: any process can do it."""

import re
from typing import NamedTuple

from ledger_api.errors import DeadlineTooNear, InvalidField, RequestRefused
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import is_valid

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class Terms(NamedTuple):
    """What a request is read against."""

    chain_id: int
    addresses: dict  # contract name → 20 bytes
    keep_s: int  # least seconds from now to a deadline


def is_id(value) -> bool:
    """Whether a client may name a request so."""
    return isinstance(value, str) and REQUEST_ID.fullmatch(value) is not None


def read(body: dict, terms: Terms) -> dict:
    """A request as the outbox takes it, with its parsed values; raises InvalidField."""
    if not isinstance(body, dict):
        raise InvalidField("body", "must be an object")
    if not is_id(body.get("id")):
        raise InvalidField(
            "id", "must be 8 to 128 letters, digits or . _ : - that the client makes anew for each request"
        )
    signed = rules.from_json(body)
    contract = signed.action.contract
    separator = rules.domain_separator(contract, terms.chain_id, terms.addresses[contract])
    return {
        "id": body["id"],
        "digest": signed.digest(separator),
        "contract": contract,
        "action": signed.action.name,
        "actor": signed.authorisations[0]["actor"],
        "nonce": signed.nonce,
        "deadline": signed.deadline,
        "call": signed.call(),
        "request": signed.request,
        "authorisations": signed.authorisations,
    }


def check(row: dict, terms: Terms, now: int) -> None:
    """What needs no chain: deadline and signatures. Raises RequestRefused or DeadlineTooNear."""
    deadline, digest = row["deadline"], row["digest"]
    if deadline < now:
        raise RequestRefused("RequestExpired", {"deadline": deadline, "blockTime": now})
    if deadline < now + terms.keep_s:
        raise DeadlineTooNear(
            f"The deadline must be at least {terms.keep_s} seconds from now, so that this server can "
            "bring the request onto the chain again if a block is lost",
            field="authorisations[0].deadline",
        )
    for authorisation in row["authorisations"]:
        if not is_valid(authorisation["actor"], digest, authorisation["signature"]):
            contract = hex_of(terms.addresses[row["contract"]])
            raise RequestRefused(
                "RequestSignerMismatch",
                {"actor": hex_of(authorisation["actor"]), "digest": hex_of(digest)},
                "The signature is not the actor's over this request on this chain and contract. Sign the digest "
                f"for chain {terms.chain_id} and {contract}",
            )
