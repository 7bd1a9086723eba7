"""The start page: what this is, a field to open a return by its number, the newest returns."""

from flask import render_template

from ledger_api.errors import IndexInconsistent
from ledger_api.pages.common import names_in, now, pages_blueprint, view
from ledger_api.pages.standing import for_anyone
from ledger_api.pages.turns import turn_words
from ledger_api.pages.wording import you
from ledger_api.rules.hashing import hex_of
from ledger_api.texts import _

blueprint = pages_blueprint("start")

NEWEST_ITEMS = 10


@blueprint.get("/")
def start():
    """What this is, and the newest returns."""
    with view() as look:
        name = names_in(look)
        newest = [_row(look, name, return_id) for return_id, _ in look.returns(None, None, NEWEST_ITEMS)]
    return render_template("start.html", newest=newest)


def _row(look, name, return_id: bytes) -> dict:
    """One return in the list; one that cannot be computed says so and hides no other."""
    try:
        state = look.return_state(return_id)
    except IndexInconsistent:
        return {"return_id": hex_of(return_id), "sentence": _("This return cannot be shown right now."), "turn": None}
    turn = turn_words(state, name, now())
    return {
        "return_id": state["return_id"],
        "sentence": for_anyone(state, name, now()),
        "opened_at": state["opened_at"],
        "turn": {**turn, "who": _("the buyer") if turn["who"] == you() else turn["who"]},
    }
