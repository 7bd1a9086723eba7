"""What a document of a return is: that follows from the first entry that names its commitment. Pure.

The first one counts, and only one of who uploaded it: otherwise somebody who may read documents, but no messages, could
name a message as his document.
"""

from dataclasses import dataclass
from enum import Enum

from ledger_api.rules.entries import Entry
from ledger_api.rules.sale import EntriesOf, of_ledger

# Fields of entries that commit to something off chain.
FIELDS = ("document", "evidence", "question", "statement", "message", "reasons", "payment")


class DocumentKind(Enum):
    """What a document is for."""

    DRAFT = "draft"  # uploaded; nobody has signed anything about it
    DOCUMENT = "document"  # of the return: a proof, a question, an answer, an inspection
    EVIDENCE = "evidence"  # of a dispute: evidence, statements, reasons
    MESSAGE = "message"


@dataclass(frozen=True)
class Anchor:
    """An entry that names a commitment."""

    kind: DocumentKind
    speakers: frozenset | None  # participants who say so, 0 = the buyer; None: the entry does not say


def disputes_of(entries: list[Entry]) -> list[bytes]:
    """Ids of the disputes of a return, by its entries."""
    return [entry.values["dispute"] for entry in entries if entry.name == "DisputeBegun"]


def of_desk(entries: list[Entry]) -> list[Entry]:
    """Those of the dispute desk."""
    return [entry for entry in entries if entry.contract == "DisputeDesk"]


def anchors_of(return_id: bytes, entries_of: EntriesOf) -> dict[bytes, list[Anchor]]:
    """Anchors by commitment, in the order of the chain: of a return, its parcels' hand-overs and its disputes."""
    own = of_ledger(entries_of(return_id))
    parcels = {entry.values["parcel"] for entry in own if entry.name == "ParcelAdded"}
    handed = [e for parcel in parcels for e in entries_of(parcel) if e.name == "HandedOver"]
    disputed = [e for dispute in disputes_of(own) for e in of_desk(entries_of(dispute))]
    found: dict[bytes, list[Anchor]] = {}
    for entry in sorted(own + handed + disputed, key=lambda e: (e.block_number, e.log_index)):
        anchor = Anchor(_kind(entry), _speakers(entry.values))
        for name in FIELDS:
            if name in entry.values:
                found.setdefault(entry.values[name], []).append(anchor)
    return found


def kind_of(anchors: list[Anchor], uploaded_by: int) -> DocumentKind:
    """What a document with these anchors is; the uploader is a participant's number, 0 = the buyer."""
    fitting = (a.kind for a in anchors if a.speakers is None or uploaded_by in a.speakers)
    return next(fitting, DocumentKind.DRAFT)


def _kind(entry: Entry) -> DocumentKind:
    if entry.name == "MessageSent":
        return DocumentKind.MESSAGE
    return DocumentKind.EVIDENCE if entry.contract == "DisputeDesk" else DocumentKind.DOCUMENT


def _speakers(values: dict) -> frozenset | None:
    named = frozenset(values[name] for name in ("participant", "giver", "taker") if name in values)
    return named or None
