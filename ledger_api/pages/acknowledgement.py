"""What a buyer keeps of his request: what he asked, of whom, and when it was recorded. It prints on one page."""

from flask import render_template

from ledger_api.pages import buying
from ledger_api.pages.common import id_of, ledger, names_in, pages_blueprint, server_url, view
from ledger_api.pages.turns import turn_words
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.purchase import purchase_of
from ledger_api.rules.times import counted
from ledger_api.rules.wording import reason_words
from ledger_api.texts import _, marked
from ledger_api.vocabulary import Resolution

blueprint = pages_blueprint("acknowledgement")


def acknowledged(state: dict, look) -> dict:
    """What was asked for in a return, as it is told to its buyer."""
    purchase = purchase_of(bytes_of(state["receipt"]), look.entries_of)
    kept = ledger().sales.get(purchase.sale.subject)
    names = buying.article_names(purchase, kept)
    return {
        "withdraws": state["kind"] == "withdrawal",
        "seller": names_in(look)(state["seller"]),
        "order": kept.particulars.order if kept else "",
        "buyer": kept.particulars.buyer.name if kept else "",
        "email": kept.particulars.buyer.email if kept else "",
        "sold_at": state["sold_at"],
        "recorded_at": state["opened_at"],
        "wants": marked(buying.RESOLUTIONS[Resolution[state["resolution"].upper()]]),
        "lines": [_line(names, line) for line in state["lines"]],
        "address": f"{server_url()}/returns/{state['return_id']}",
        "return_id": state["return_id"],
    }


def _line(names: list[str], line: dict) -> str:
    pieces, reason = counted(line["requested"], "piece"), reason_words(line["reason"])
    return _("%(pieces)s of %(article)s. Why: %(reason)s", pieces=pieces, article=names[line["line"]], reason=reason)


@blueprint.get("/returns/<return_id>/acknowledgement")
def show(return_id: str):
    """Content and time of the request, and what happens next."""
    with view() as look:
        state = look.return_state(id_of(return_id))
        page = acknowledged(state, look)
        page["turn"] = turn_words(state, names_in(look), look.at.timestamp)
        page |= {"as_of": look.at}
    return render_template("purchases/acknowledgement.html", **page)
