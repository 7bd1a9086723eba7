"""Imports a carrier's document: read, keep the original, leave out what is known, sign, post, and wait."""

import secrets
from dataclasses import dataclass, field

from ledger_api.client import Client
from ledger_api.documents.store import DocumentStore
from ledger_api.errors import InvalidDocument, InvalidField
from ledger_api.interop import InteropError, parse
from ledger_api.keys import NamedKey
from ledger_api.parcel_book import KnownParcel, ParcelBook
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.vocabulary import Checkpoint

POST_ITEMS = 200


@dataclass
class Imported:
    """What an import did."""

    format: str = ""
    new: int = 0
    known: int = 0
    refused: list = field(default_factory=list)  # {index, slug, field, detail}

    def to_json(self) -> dict:
        return {
            "format": self.format,
            "new": self.new,
            "known": self.known,
            "refused": len(self.refused),
            "refusals": self.refused,
        }


def import_document(
    client: Client,
    document: bytes,
    return_id: str,
    signer: NamedKey,
    book: ParcelBook,
    documents: DocumentStore,
    zone: str | None,
) -> Imported:
    """Records the checkpoints of a document that the return's parcels do not have yet. Raises LedgerError."""
    parcels = _own_parcels(client.get(f"/api/v1/returns/{return_id}"), signer, book)
    try:
        result = parse(document, tracking_numbers=[p.number for p in parcels], default_zone=zone)
    except InteropError as error:
        raise InvalidDocument(error.slug, error.field, error.detail) from error
    done = Imported(result.format)
    done.refused = [
        {"index": r.source_index, "slug": r.reason_slug, "field": r.field, "detail": r.detail} for r in result.refused
    ]
    waiting = []
    for parcel in parcels:
        found = result.parcels.get(parcel.number, [])
        known = _known_facts(client, parcel)
        fresh = [checkpoint for checkpoint in found if _identity(checkpoint) not in known]
        done.known += len(found) - len(fresh)
        waiting += [_request(client, signer, parcel, checkpoint, documents) for checkpoint in fresh]
    for start in range(0, len(waiting), POST_ITEMS):
        _post(client, waiting[start : start + POST_ITEMS], done)
    return done


def _own_parcels(state: dict, signer: NamedKey, book: ParcelBook) -> list[KnownParcel]:
    """Parcels of the return that the signer reports; their ids are computed here from number and salt."""
    known = book.parcels()
    listed = [bytes.fromhex(p["parcel_id"][2:]) for p in state["parcels"] if p["carrier"] == signer.participant]
    parcels = [known[parcel] for parcel in listed if parcel in known]
    if not parcels:
        raise InvalidField(
            "return",
            f"lists no parcel of participant {signer.participant} whose number is in this data folder; "
            "`return-ledger parcel` adds one",
        )
    return parcels


def _known_facts(client: Client, parcel: KnownParcel) -> set[tuple]:
    shown = client.get(f"/api/v1/parcels/0x{parcel.parcel_id.hex()}")
    return {
        (item["occurred_at"], item["kind"], item["incident"], item["country"], item["code"])
        for item in shown["checkpoints"]
    }


def _identity(checkpoint: Checkpoint) -> tuple:
    """What makes two reports the same fact; all of it stands on chain."""
    kind, incident = checkpoint.kind.name.lower(), checkpoint.incident.name.lower()
    return checkpoint.occurred_at, kind, incident, checkpoint.country, checkpoint.code


def _request(client: Client, signer: NamedKey, parcel: KnownParcel, checkpoint: Checkpoint, documents: DocumentStore):
    request = {
        "participant": signer.participant,
        "tracking": parcel.tracking,
        "facts": pack_facts(checkpoint),
        "code": pack_code(checkpoint.code),
        "document": _keep(parcel, checkpoint.original, signer, documents) if checkpoint.original else bytes(32),
    }
    signed = client.sign("recordCheckpoint", request, signer.key)
    return checkpoint.source_index, {"id": secrets.token_hex(16), **signed.to_json()}


def _keep(parcel: KnownParcel, original: bytes, signer: NamedKey, documents: DocumentStore) -> bytes:
    """Under the key of its parcel: an original belongs to no return."""
    kept = documents.keep(parcel.parcel_id, original, "application/json", signer.participant)
    return kept.listed.commitment


def _post(client: Client, batch: list, done: Imported) -> None:
    answer = client.post("/api/v1/checkpoints", {"requests": [body for _, body in batch]})
    for (index, body), item in zip(batch, answer["items"], strict=True):
        if item["state"] == "refused":
            done.refused.append(_refusal(index, item["problem"]))
            continue
        try:
            client.wait(body["id"])
            done.new += 1
        except Exception as error:
            problem = getattr(error, "body", None)
            if problem is None:
                raise
            done.refused.append(_refusal(index, problem))


def _refusal(index: int, problem: dict) -> dict:
    slug = str(problem["type"]).rsplit("/", 1)[-1]
    return {"index": index, "slug": slug, "field": problem.get("field", ""), "detail": problem["detail"]}
