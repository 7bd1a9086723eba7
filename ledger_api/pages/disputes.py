"""The case file of a dispute."""

from flask import render_template, request

from ledger_api.errors import NotFound
from ledger_api.pages.common import id_of, names_in, now, pages_blueprint, view
from ledger_api.pages.disputed import turn_for_anyone
from ledger_api.rules.case_file import case_file
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.times import DAY_S

blueprint = pages_blueprint("disputes")


@blueprint.get("/disputes/<dispute_id>")
def show(dispute_id: str):
    """Both sides' claims, the facts with who signed them, the terms, the draw, the ruling and the debt."""
    subject = id_of(dispute_id)
    with view() as look:
        dispute, name = look.dispute_state(subject), names_in(look)
        file = case_file(subject, look.entries_of, name, now())
        page = {
            "case": file,
            "dispute": dispute,
            "turn": turn_for_anyone(dispute, name, now()),
            "facts": [fact_row(fact) for fact in file["facts"]],
            "currency": dispute["currency"],
            "as_of": look.at,
        }
    return render_template("disputes/show.html", **page)


@blueprint.get("/disputes/<dispute_id>/<path:rest>")
def nothing_there(dispute_id: str, rest: str):
    """Under a dispute there is nothing else."""
    raise NotFound(f"There is nothing at {request.path}")


def fact_row(fact) -> dict:
    """A fact as the template wants it; `recorded_at` only where it differs from the claimed time by more than a day."""
    return {
        **vars(fact),
        "check": fact.check,
        "recorded_at": fact.recorded_at if abs(fact.recorded_at - fact.at) > DAY_S else None,
        "subject": hex_of(fact.subject),
    }
