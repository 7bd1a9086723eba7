"""What the two sides of a return said and showed each other, for those who may read it."""

from ledger_api.access import gate
from ledger_api.documents.content import TEXT
from ledger_api.documents.lists import named_in
from ledger_api.pages.common import ledger
from ledger_api.pages.documents import readable
from ledger_api.pages.wording import you
from ledger_api.rules.access import Part
from ledger_api.rules.anchors import DocumentKind
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.sale import of_ledger
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _

FIELDS = {  # kind of entry → where it names a document
    "MessageSent": "message",
    "BuyerAsked": "question",
    "AnswerSupplied": "document",
    "ReturnReopened": "document",
    "OutcomeConfirmed": "evidence",
    "OutcomeProved": "evidence",
    "ParcelAdded": "document",
}
SELLERS = ("BuyerAsked", "OutcomeProved")


def conversation(subject: bytes, look, name: NameOf, state: dict) -> list[dict]:
    """[{who, mine, at, text, files}], oldest first; empty for who has no part in the return."""
    if gate.person().is_stranger or not gate.parts():
        return []
    allowed = {
        listed.commitment: listed for listed, kind in readable(subject, look) if kind is not DocumentKind.EVIDENCE
    }
    said = []
    for entry in of_ledger(look.entries_of(subject)):
        committed = entry.values.get(FIELDS.get(entry.name, ""), b"")
        if committed in allowed:
            said.append({**_speaker(entry, state, name), "at": entry.recorded_at, **_content(subject, committed)})
    return said


def _speaker(entry, state: dict, name: NameOf) -> dict:
    number = state["seller"] if entry.name in SELLERS else entry.values.get("participant", 0)
    mine = gate.parts().get(Part.BUYER) is not None if number == 0 else number in gate.person().members
    buyer = you() if mine else _("The buyer")
    return {"who": name(number) if number else buyer, "mine": mine}


def _content(subject: bytes, committed: bytes) -> dict:
    found = ledger().documents.read(subject, committed)
    if found.listed.type != TEXT:
        return {"text": "", "files": [_file(found.listed)]}
    names = named_in(found.content)
    if not names:
        return {"text": found.content.decode("utf-8", "replace"), "files": []}
    own = (item for item in ledger().documents.of(subject) if item.uploaded_by == found.listed.uploaded_by)
    listed = {item.commitment: item for item in own}
    return {"text": "", "files": [_file(listed[name]) for name in names if name in listed]}


def _file(listed) -> dict:
    return {"commitment": hex_of(listed.commitment), "is_image": listed.type.startswith("image/"), "type": listed.type}
