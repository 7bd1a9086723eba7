"""The code of a drop-off point, for who has no printer, as PDF."""

from flask import Response

from ledger_api.errors import NotFound
from ledger_api.interop.labels import TEXT_LIMITS, drop_off_code
from ledger_api.pages.common import id_of, ledger, names_in, pages_blueprint, view
from ledger_api.rules.hashing import bytes_of

blueprint = pages_blueprint("codes")

SHORT_DIGITS = 8  # of a return's number, as both sides say it


def parcel_in_book(state: dict):
    """(the newest parcel with returned goods whose number is known here, its carrier); None if there is none.

    The buyer's own goes before those that others named: the legs that follow it.
    """
    book = ledger().parcel_book.parcels()
    for parcel in sorted(reversed(state["parcels"]), key=lambda item: item["added_by"] != 0):
        known = book.get(bytes_of(parcel["parcel_id"]))
        if parcel["purpose"] == "goods_returned" and parcel["counts"] and known is not None:
            return known, parcel["carrier"]
    return None


@blueprint.get("/returns/<return_id>/drop-off-code.pdf")
def drop_off(return_id: str):
    """The number of the parcel as a large code."""
    with view() as look:
        state = look.return_state(id_of(return_id))
        found, name = parcel_in_book(state), names_in(look)
        if found is None:
            raise NotFound("No parcel of this return is known here")
        known, carrier = found
        title = name(carrier)[: TEXT_LIMITS["carrier"]]
        pdf = drop_off_code(known.number, state["return_id"][2 : 2 + SHORT_DIGITS].upper(), title)
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="drop-off-code.pdf"'
    return response
