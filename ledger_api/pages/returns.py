"""The status page of a return."""

from flask import redirect, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import NotFound
from ledger_api.pages.codes import parcel_in_book
from ledger_api.pages.common import articles_kept, id_of, names_in, now, pages_blueprint, view
from ledger_api.pages.conversation import conversation
from ledger_api.pages.disputed import dispute_rows
from ledger_api.pages.goods import line_rows, parcel_rows
from ledger_api.pages.history import history, notes
from ledger_api.pages.legal import legal_words
from ledger_api.pages.money import money_rows, money_words
from ledger_api.pages.offered import labels, offered, primary
from ledger_api.pages.papers import paper_links
from ledger_api.pages.standing import standing
from ledger_api.pages.turns import parties, turn_words
from ledger_api.pages.wording import to_buyer, total
from ledger_api.rules.case_facts import facts_of
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import record_id
from ledger_api.rules.registry_state import record_of
from ledger_api.texts import _

blueprint = pages_blueprint("returns")


@blueprint.get("/returns")
def open_by_number():
    """Where the start page's field leads."""
    return redirect(url_for(".show", return_id=hex_of(id_of(request.args.get("id", "")))))


@blueprint.get("/returns/<return_id>")
def show(return_id: str):
    """Where things stand, whose turn it is, the money, the parcels, all that happened, and how to check it."""
    subject = id_of(return_id)
    with view() as look:
        state = look.return_state(subject)
        name = names_in(look)
        page = {
            "state": state,
            "standing": standing(state, name, now()),
            "turn": turn_words(state, name, now()),
            "now": now(),
            "legal": legal_words(state),
            "notes": notes(state),
            "parties": parties(state, name),
            "money": money_rows(state),
            "lines": line_rows(state, articles_kept(bytes_of(state["receipt"])) if gate.parts() else None),
            "money_words": money_words(state),
            "parcels": parcel_rows(state, name),
            "disputes": dispute_rows(state, name, now()),
            "in_default": bool(record_of(look.entries_of(record_id(state["seller"])))),
            "history": history(state, name, facts_of(subject, look.entries_of, to_buyer(name))),
            "seller": name(state["seller"]),
            "as_of": look.at,
            "yours": your_acts(state, look),
            "conversation": conversation(subject, look, name, state),
        }
    return render_template("returns/show.html", **page)


def your_acts(state: dict, look) -> dict | None:
    """What the buyer may do, with addresses; None for anybody else."""
    if bytes_of(state["buyer"]) not in gate.person().actors:
        return None
    first, words = primary(state, now()), labels(state)
    links = {
        act: {"words": words[act], "address": url_for("pages_buyer_acts.form", return_id=state["return_id"], act=act)}
        for act in offered(state, now())
    }
    besides = [link for act, link in links.items() if act != first]
    order = url_for("pages_purchases.show", receipt=state["receipt"])
    kept = url_for("pages_acknowledgement.show", return_id=state["return_id"])
    besides += [
        {"words": _("What you asked for, to keep"), "address": kept},
        {"words": _("The order"), "address": order},
    ]
    if parcel_in_book(state) and not total(state, "received"):
        code = url_for("pages_codes.drop_off", return_id=state["return_id"])
        besides.insert(0, {"words": _("Code for the drop-off point (PDF)"), "address": code})
    besides = [*paper_links(look, state), *besides]
    return {"primary": links.get(first), "besides": besides}


@blueprint.get("/returns/<return_id>/<path:rest>")
def nothing_there(return_id: str, rest: str):
    """Under a return there is nothing else yet."""
    raise NotFound(f"There is nothing at {request.path}")
