"""One entry of a return's record: where a fact leads that somebody wants to check."""

import orjson
from flask import render_template

from ledger_api.errors import NotFound
from ledger_api.pages.common import id_of, ledger, pages_blueprint, view
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json
from ledger_api.rules.return_state import CONTRACT_OF_GROUP

blueprint = pages_blueprint("entries")


@blueprint.get("/returns/<return_id>/entries/<contract>/<subject>/<int:position>")
def show(return_id: str, contract: str, subject: str, position: int):
    """What was recorded, the request that caused it, and who signed that; `position` counts from 1."""
    rma, of = id_of(return_id), id_of(subject)
    with view() as look:
        groups = look.subjects_of_return(rma)
        known = any(of in items for group, items in groups.items() if CONTRACT_OF_GROUP[group] == contract)
        history = [entry for entry in look.entries_of(of) if entry.contract == contract] if known else []
        if not 1 <= position <= len(history):
            raise NotFound(f"There is no entry {position} of {subject} in that return's record")
        entry = history[position - 1]
        signed = look.signed_request(entry, ledger().deployment.separator)
        page = {
            "entry": entry,
            "position": position,
            "count": len(history),
            "return_id": hex_of(rma),
            "values": _text(to_json(entry.values)),
            "signed": _text(signed) if signed else None,
            "request": hex_of(entry.request) if any(entry.request) else None,
            "subject": hex_of(of),
            "as_of": look.at,
        }
    return render_template("entries/show.html", **page)


def _text(values: dict) -> str:
    return orjson.dumps(values, option=orjson.OPT_INDENT_2).decode()
