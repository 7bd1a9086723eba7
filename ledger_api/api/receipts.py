"""Receipts: sales whose buyer bound them to his key."""

from flask import Blueprint

from ledger_api.api.common import answer_at, id_of, view
from ledger_api.errors import NotFound
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json

blueprint = Blueprint("receipts", __name__, url_prefix="/api/v1/receipts")


@blueprint.get("/<receipt>")
def get_receipt(receipt: str):
    """A claimed receipt: who bought, what, and under which terms."""
    subject = id_of(receipt, "receipt")
    with view() as look:
        entries = look.entries_of(subject)
        if not entries or entries[0].name != "ReceiptClaimed":
            raise NotFound(f"No receipt {receipt} was claimed")
        values = entries[0].values
        sold = to_json(values["receipt"])
        sold["currency"] = values["receipt"]["currency"].decode("ascii", "replace")
        body = {
            "receipt": receipt,
            "buyer": hex_of(values["buyer"]),
            "claimed_at": entries[0].recorded_at,
            "sale": sold,
        }
        return answer_at(look, body)
