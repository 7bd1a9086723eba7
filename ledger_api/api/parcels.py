"""Parcels: their checkpoints, by the parcel's id."""

from flask import Blueprint

from ledger_api.api.common import answer_at, id_of, view
from ledger_api.errors import NotFound
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.return_state import checkpoints_of, hand_overs_of

blueprint = Blueprint("parcels", __name__, url_prefix="/api/v1/parcels")


@blueprint.get("/<parcel_id>")
def get_parcel(parcel_id: str):
    """A parcel with its checkpoints, in order of recording, and the returns that list it."""
    subject = id_of(parcel_id, "parcel_id")
    with view() as look:
        entries = look.entries_of(subject)
        returns = look.returns_of_parcel(subject)
        if not entries and not returns:
            raise NotFound(f"Nothing is recorded about a parcel {parcel_id}")
        body = {
            "parcel_id": parcel_id,
            "returns": [hex_of(item) for item in returns],
            "checkpoints": checkpoints_of(entries),
            "hand_overs": hand_overs_of(entries),
        }
        return answer_at(look, body)
