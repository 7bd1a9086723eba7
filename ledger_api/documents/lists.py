"""Lists of documents: one entry has room for one commitment, so several documents are named in a text, one a line.

A list says what its documents are only for those of its own uploader: else somebody who cannot read a document could
make it another's evidence.
"""

from ledger_api.documents.content import TEXT
from ledger_api.documents.store import DocumentStore, Listed
from ledger_api.errors import DocumentDamaged
from ledger_api.rules.anchors import Anchor, DocumentKind, kind_of

LINE = 66  # characters of a commitment
DOCUMENTS_LIMIT = 64  # in one list


def named_in(content: bytes) -> list[bytes]:
    """The commitments that a text lists, one a line and nothing else; empty if it is no such list."""
    lines = content.split(b"\n")
    if len(lines) > DOCUMENTS_LIMIT or any(len(line) != LINE or not line.startswith(b"0x") for line in lines):
        return []
    try:
        return [bytes.fromhex(line[2:].decode("ascii")) for line in lines]
    except ValueError:
        return []


def listed_by(store: DocumentStore, subject: bytes, listed: Listed) -> list[bytes]:
    """The commitments that a document lists; empty if it is no list, or not what was kept."""
    if listed.type != TEXT or listed.size_bytes % (LINE + 1) != LINE:
        return []
    try:
        return named_in(store.read(subject, listed.commitment).content)
    except DocumentDamaged:
        return []


def kinds_of(store: DocumentStore, subject: bytes, anchors: dict[bytes, list[Anchor]]) -> list:
    """(listed, kind) of all documents of a return in order of upload, those of a list with the kind of the list."""
    kept = store.of(subject)
    through: dict[tuple[bytes, int], list[Anchor]] = {}
    for item in kept:
        if kind_of(anchors.get(item.commitment, []), item.uploaded_by) is DocumentKind.DRAFT:
            continue
        for commitment in listed_by(store, subject, item):
            through.setdefault((commitment, item.uploaded_by), []).extend(anchors[item.commitment])
    return [(item, kind_of(_anchors(item, anchors, through), item.uploaded_by)) for item in kept]


def _anchors(item: Listed, anchors: dict, through: dict) -> list[Anchor]:
    """What names a document itself comes before what lists it."""
    return [*anchors.get(item.commitment, []), *through.get((item.commitment, item.uploaded_by), [])]
