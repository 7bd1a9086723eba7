"""What opening a dispute takes, whichever side does it: its ground, its claim with what that gives, its lot."""

from ledger_api.pages.acts import Errors, Row
from ledger_api.rules import awards
from ledger_api.rules.amounts import amount
from ledger_api.rules.dispute_state import award_json, effect_of
from ledger_api.rules.dispute_words import award_words
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.ids import dispute_id
from ledger_api.rules.sale import EntriesOf
from ledger_api.texts import _
from ledger_api.vocabulary import DisputeGround

SEED_BYTES = 32


def next_dispute(state: dict) -> bytes:
    """Id of the next dispute of a return."""
    return dispute_id(bytes_of(state["return_id"]), len(state["disputes"]) + 1)


def seed_of(form, errors: Errors) -> bytes:
    """What the browser drew for the lot, or its hash."""
    try:
        found = bytes_of(form.get("seed", ""))
    except ValueError:
        found = b""
    if len(found) != SEED_BYTES:
        errors.add("seed", _("This needs JavaScript: your browser draws a number for the lot."))
    return found.rjust(SEED_BYTES, b"\0")[:SEED_BYTES]


def ground_of(form, errors: Errors, among) -> DisputeGround:
    """What was chosen among some; `OTHER` with an error where nothing was."""
    text = form.get("ground", "")
    if text not in {str(int(ground)) for ground in among}:
        errors.add("ground", _("Choose what it is about."))
        return DisputeGround.OTHER
    return DisputeGround(int(text))


def meaning(return_id: bytes, award: dict, currency: str, due_label: str, entries_of: EntriesOf) -> list[Row]:
    """What an award gives, and what is then due; raises InvalidField where it could not take effect."""
    due = effect_of(return_id, award, 0, entries_of).due_minor
    return [
        Row(_("What that means"), " ".join(award_words(award_json(award), currency))),
        Row(due_label, amount(due, currency)),
    ]


def opening(state: dict, participant: int, ground: DisputeGround, claim: dict, statement: bytes, seed: bytes) -> tuple:
    """The request that opens the next dispute of a return; `seed` is the hash of what the browser drew."""
    parcels = [{**item, "tracking": bytes_of(item["tracking"])} for item in awards.parcel_references(state)]
    return "openDispute", {
        "returnId": bytes_of(state["return_id"]),
        "number": len(state["disputes"]) + 1,
        "participant": participant,
        "ground": int(ground),
        "statement": statement,
        "seedHash": seed,
        "claim": claim,
        "parcels": parcels,
    }
