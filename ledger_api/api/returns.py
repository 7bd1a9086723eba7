"""Returns: their state, their entries, their proof, their changes as they happen."""

import orjson
from flask import Blueprint, Response, request

from ledger_api.api.common import (
    answer,
    answer_at,
    cursor_of,
    due_by,
    enforced,
    flag_of,
    id_of,
    ledger,
    listing,
    number_of,
    summary,
    view,
)
from ledger_api.chain.client import header_rlp
from ledger_api.errors import TooManyStreams
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.heads import storage_key
from ledger_api.rules.requests import to_json
from ledger_api.rules.return_state import CONTRACT_OF_GROUP

blueprint = Blueprint("returns", __name__, url_prefix="/api/v1/returns")

SUMMARY = ("return_id", "status", "seller", "opened_at", "currency", "money", "turn")
HEARTBEAT_S = 15
_streams = 0


@blueprint.get("")
def list_returns():
    """Returns, newest first; `seller` filters. With `due=true` those that anybody may enforce now, the longest overdue
    first. `cursor` goes on."""
    limit = ledger().settings.page_items
    after = cursor_of(request.args.get("cursor"))
    with view() as look:
        if flag_of("due"):
            found = look.due_returns(due_by(look), after, limit + 1)
        else:
            found = look.returns(number_of("seller"), after, limit + 1)
        return listing(look, found, limit, _summary)


def _summary(look, return_id: bytes) -> dict:
    return summary(look.return_state, return_id, "return_id", SUMMARY)


@blueprint.get("/<return_id>")
def get_return(return_id: str):
    """State of a return."""
    subject = id_of(return_id, "return_id")
    with view() as look:
        return answer_at(look, to_json(look.return_state(subject)))


@blueprint.post("/<return_id>/enforce")
def enforce(return_id: str):
    """Calls for what silence means here; anybody may, once deadline and grace have passed. Needs no body."""
    return enforced("ReturnLedger", id_of(return_id, "return_id"))


@blueprint.get("/<return_id>/entries")
def get_entries(return_id: str):
    """All entries that the state rests on, with their signed requests: return, receipt, policy, parcels, registry."""
    subject = id_of(return_id, "return_id")
    until = number_of("at")
    with view() as look:
        groups = look.subjects_of_return(subject)
        body = {
            "subjects": {group: [hex_of(item) for item in items] for group, items in groups.items()},
            "entries": [
                _entry(look, entry)
                # A return and its escrow are two histories of one subject.
                for item in dict.fromkeys(item for items in groups.values() for item in items)
                for entry in look.entries_of(item)
                if until is None or entry.block_number <= until
            ],
        }
        return answer_at(look, body)


def _entry(look, entry) -> dict:
    """One entry as it stands in the index; whether it is true is for the reader to check."""
    known = entry.contract in ledger().deployment.addresses
    signed = look.signed_request(entry, ledger().deployment.separator) if known else None
    return {
        "contract": entry.contract,
        "subject": hex_of(entry.subject),
        "name": entry.name_or_none,
        "topic": hex_of(entry.topic),
        "request_digest": hex_of(entry.request),
        "data": hex_of(entry.data),
        "signed_request": signed,
    }


@blueprint.get("/<return_id>/proof")
def get_proof(return_id: str):
    """Storage proofs of the heads of all those subjects, at a block (`at`); without code whose hash is `known`."""
    known = set(request.args.getlist("known"))
    subject = id_of(return_id, "return_id")
    parts = ledger()
    with view() as look:
        groups = look.subjects_of_return(subject)
        asked = number_of("at")
        number = look.at.number if asked is None else asked
    proofs = []
    for name, address in parts.deployment.addresses.items():
        subjects = [item for group, items in groups.items() if CONTRACT_OF_GROUP[group] == name for item in items]
        proof = parts.node.proof(address, [storage_key(item) for item in subjects], number)
        code = None if proof["codeHash"] in known else hex_of(parts.node.code(address))
        proofs.append(_proof(name, address, code, subjects, proof))
    block = parts.node.block(number)
    header = header_rlp(block.raw)
    return answer(
        {
            "block": {"number": number, "hash": hex_of(block.hash), "header": hex_of(header) if header else None},
            "chain_id": parts.deployment.chain_id,
            "proofs": proofs,
        }
    )


def _proof(name: str, address: bytes, code: str | None, subjects: list[bytes], proof: dict) -> dict:
    return {
        "contract": name,
        "address": hex_of(address),
        "code": code,
        "account_proof": proof["accountProof"],
        "heads": [
            {"subject": hex_of(item), "proof": storage["proof"]}
            for item, storage in zip(subjects, proof["storageProof"], strict=True)
        ],
    }


@blueprint.get("/<return_id>/events")
def get_events(return_id: str):
    """Server-sent events: one `changed` for each change of the return or its parcels."""
    global _streams
    subject = id_of(return_id, "return_id")
    parts = ledger()
    seen = parts.hub.sequence
    with view() as look:
        groups = look.subjects_of_return(subject)
    if _streams >= parts.settings.streams_limit:
        raise TooManyStreams("All live streams of this server are taken; ask for the return every few seconds instead")
    watched = {subject, *groups["parcels"]}
    return Response(
        _stream(parts, subject, watched, seen), mimetype="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _stream(parts, subject: bytes, watched: set[bytes], seen: int):
    global _streams
    _streams += 1
    try:
        yield f"retry: 2000\nid: {seen}\nevent: open\ndata: {{}}\n\n"
        while not parts.hub.closed:
            seen, changed = parts.hub.wait(watched, seen, HEARTBEAT_S)
            if not changed:
                yield ": still here\n\n"
                continue
            with parts.queries.view() as look:
                watched |= set(look.subjects_of_return(subject)["parcels"])
                body = orjson.dumps({"return_id": hex_of(subject), "at": look.at.to_json()}).decode()
            yield f"id: {seen}\nevent: changed\ndata: {body}\n\n"
    finally:
        _streams -= 1
