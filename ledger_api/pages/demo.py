"""Where a visitor of the demo steps through a return in each role, with keys that his own browser makes."""

from flask import Response, redirect, render_template, request, url_for

from ledger_api import texts
from ledger_api.errors import NotFound
from ledger_api.pages.common import ledger, names_in, pages_blueprint, view
from ledger_api.rules.registry_state import ARBITRATOR, CARRIER, INSPECTOR, SELLER
from ledger_api.texts import _

blueprint = pages_blueprint("demo")

ROLES = (SELLER, CARRIER, INSPECTOR, ARBITRATOR)


def _desk():
    desk = ledger().demo
    if desk is None:
        raise NotFound("No demo is served here")
    return desk


@blueprint.get("/demo")
def show():
    """The roles to choose from."""
    desk = _desk()
    with view() as look:
        name, members = names_in(look), look.registry.members.values()
        by_role = {
            role: [
                {"participant": member.number, "name": name(member.number), "cases": _cases(look, member.number, role)}
                for member in members
                if member.roles & role
            ]
            for role in ROLES
        }
    return render_template(
        "demo/show.html",
        sellers=by_role[SELLER],
        carriers=by_role[CARRIER],
        inspectors=by_role[INSPECTOR],
        arbitrators=sorted(by_role[ARBITRATOR], key=lambda item: -item["cases"]),
        passphrase=desk.passphrase,
    )


def _cases(look, number: int, role: int) -> int:
    """How many disputes wait for a ruling of an arbitrator."""
    if role != ARBITRATOR:
        return 0
    turns = (look.dispute_state(found)["turn"] for found in look.disputes_before(number))
    return sum(turn["who"] == "arbitrator" and number in turn["participants"] for turn in turns)


@blueprint.post("/demo/buy")
def buy():
    """A purchase of today, and its claim link."""
    receipt, secret = _desk().sell(texts.language())
    return redirect(f"{url_for('pages_claim.show', receipt=receipt)}#{secret}", 303)


@blueprint.post("/demo/become")
def become():
    """An invitation to one of the demo's members."""
    desk = _desk()
    given = request.form.get("participant", "")
    with view() as look:
        if not given.isdigit() or int(given) not in look.registry.members:
            raise NotFound("There is no such participant")
    return redirect(url_for("pages_account.join", token=desk.invite(int(given), _("Visitor"))), 303)


@blueprint.get("/demo/council-member.json")
def council_file():
    """A key of the demo's council as a recovery file."""
    response = Response(_desk().council_file(), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="demo-council-member.json"'
    return response
