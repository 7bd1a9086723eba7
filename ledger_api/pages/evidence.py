"""What was brought to a dispute, for who decides it: each document with whether it is what the record commits to."""

from ledger_api.documents.content import TEXT
from ledger_api.documents.lists import listed_by
from ledger_api.documents.store import Listed
from ledger_api.errors import DocumentDamaged
from ledger_api.pages.common import ledger
from ledger_api.pages.documents import readable
from ledger_api.rules.anchors import DocumentKind
from ledger_api.rules.dispute_words import EVIDENCE
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.sale import of_ledger
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, marked


def of_dispute(dispute: dict, look, parts: dict, name: NameOf) -> list[dict]:
    """Statements and evidence of a dispute, in the order in which they were brought."""
    rows = [
        {"title": title, "who": name(said["participant"]), "at": said["recorded_at"], "commitment": commitment}
        for title, said, commitment in _named(dispute)
        if commitment
    ]
    return _with_documents(sorted(rows, key=lambda row: row["at"]), dispute, look, parts)


def _named(dispute: dict):
    """(title, who said it when, commitment)."""
    opened = 0 if dispute["opened_by"] == "buyer" else dispute["seller"]
    opening = {"participant": opened, "recorded_at": dispute["opened_at"]}
    yield _("Statement with the claim"), opening, dispute["statement"]
    if dispute["answer"]:
        yield _("Statement with the answer"), dispute["answer"], dispute["answer"]["statement"]
    for offer in dispute["offers"]:
        yield _("Statement with an offer"), offer, offer["statement"]
    for item in dispute["evidence"]:
        yield marked(EVIDENCE[item["kind"]]), item, item["document"]
    if dispute["appeal"]:
        yield _("Statement with the appeal"), dispute["appeal"], dispute["appeal"]["statement"]


def of_return(dispute: dict, look, parts: dict, name: NameOf) -> list[dict]:
    """Documents of the return itself that are here: of its inspection, its parcels, its questions."""
    subject = bytes_of(dispute["return_id"])
    listing = ledger().documents
    rows = [
        {
            "title": _("Document of the return"),
            "who": name(listed.uploaded_by),
            "at": listed.uploaded_at,
            "commitment": hex_of(listed.commitment),
        }
        for listed, kind in readable(subject, look, parts)
        if kind is DocumentKind.DOCUMENT and not listed_by(listing, subject, listed)
    ]
    return _with_documents(rows, dispute, look, parts)


def messages(dispute: dict, look, parts: dict, name: NameOf) -> list[dict]:
    """What the two wrote to each other, oldest first."""
    sent = [e for e in of_ledger(look.entries_of(bytes_of(dispute["return_id"]))) if e.name == "MessageSent"]
    rows = [
        {
            "title": _("Message"),
            "who": name(entry.values["participant"]),
            "at": entry.recorded_at,
            "commitment": hex_of(entry.values["message"]),
        }
        for entry in sent
    ]
    return _with_documents(rows, dispute, look, parts)


def _with_documents(rows: list[dict], dispute: dict, look, parts: dict) -> list[dict]:
    """Each with `state` (fits, damaged, missing), and `type`, `text`, `size` of what is here."""
    subject = bytes_of(dispute["return_id"])
    here = {listed.commitment: listed for listed, _kind in readable(subject, look, parts)}
    return [found for row in rows for found in _with_list(subject, here, row)]


def _with_list(subject: bytes, here: dict, row: dict) -> list[dict]:
    """The document of a row; for a list what it lists, as far as its own uploader brought that."""
    listed = here.get(bytes_of(row["commitment"]))
    names = listed_by(ledger().documents, subject, listed) if listed else []
    if not names:
        return [{**row, **_opened(subject, listed)}]
    own = ((name, here.get(name)) for name in names)
    mine = ((name, item if item and item.uploaded_by == listed.uploaded_by else None) for name, item in own)
    return [{**row, "commitment": hex_of(name), **_opened(subject, item)} for name, item in mine]


def _opened(subject: bytes, listed: Listed | None) -> dict:
    """A document is read, and its commitment computed, before anybody is told that it fits."""
    if listed is None:
        return {"state": "missing", "type": "", "text": "", "size": 0}
    try:
        found = ledger().documents.read(subject, listed.commitment)
    except DocumentDamaged:
        return {"state": "damaged", "type": "", "text": "", "size": 0}
    text = found.content.decode() if listed.type == TEXT else ""
    return {"state": "fits", "type": listed.type, "text": text, "size": listed.size_bytes}
