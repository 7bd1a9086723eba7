"""Messages between the sides of a return: who said something and when stands on chain, what was said is kept here."""

from flask import Blueprint

from ledger_api.api.access import reader_of
from ledger_api.api.common import answer_at, id_of, ledger, view
from ledger_api.documents.content import TEXT
from ledger_api.errors import AccessDenied
from ledger_api.rules import access
from ledger_api.rules.anchors import DocumentKind
from ledger_api.rules.hashing import hex_of

blueprint = Blueprint("messages", __name__, url_prefix="/api/v1/returns")


@blueprint.get("/<return_id>/messages")
def list_messages(return_id: str):
    """All messages of a return, in order, with their text where it is here."""
    subject = id_of(return_id, "return_id")
    with view() as look:
        asker = reader_of(look, subject)
        if DocumentKind.MESSAGE not in set().union(*(access.READS[part] for part in asker.parts)):
            raise AccessDenied("The messages of this return are not for that key")
        kept = {listed.commitment for listed in ledger().documents.of(subject)}
        sent = [entry for entry in look.entries_of(subject) if entry.name_or_none == "MessageSent"]
        return answer_at(look, {"items": [_item(subject, entry, kept) for entry in sent]})


def _item(subject: bytes, entry, kept: set[bytes]) -> dict:
    """One message; of another type than text it is a document to be read as such."""
    values = entry.values
    found = ledger().documents.read(subject, values["message"]) if values["message"] in kept else None
    is_text = found is not None and found.listed.type == TEXT
    return {
        "participant": values["participant"],
        "recorded_at": entry.recorded_at,
        "commitment": hex_of(values["message"]),
        "type": found.listed.type if found else None,
        "salt": hex_of(found.salt) if found else None,
        "text": found.content.decode() if is_text else None,
    }
