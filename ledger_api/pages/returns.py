"""The status page of a return, and the start page."""

import time

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from ledger_api.errors import IndexInconsistent, InvalidField, LedgerError, NotFound
from ledger_api.pages import words
from ledger_api.rules.hashing import bytes_of, hex_of

blueprint = Blueprint("pages", __name__)

NEWEST = 10
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@blueprint.after_request
def harden(response):
    """Nothing inline, nothing from elsewhere, in no frame."""
    response.headers.update(HEADERS)
    return response


@blueprint.errorhandler(LedgerError)
def show_problem(error: LedgerError):
    """A page for what went wrong."""
    return render_template("errors/problem.html", error=error), error.status


@blueprint.get("/")
def start():
    """What this is, and the newest returns."""
    asked = request.args.get("id", "").strip()
    if asked:
        return redirect(url_for("pages.show_return", return_id=asked.lower()))
    ledger = current_app.extensions["ledger"]
    with ledger.queries.view() as look:
        names = _names(ledger, look)
        states = [look.return_state(item) for item, _ in look.returns(None, None, NEWEST)]
        rows = [
            {"id": state["return_id"], "text": words.standing(state, names), "at": state["opened_at"]}
            for state in states
        ]
        return render_template("start.html", rows=rows, words=words)


@blueprint.get("/returns/<return_id>")
def show_return(return_id: str):
    """Where a return stands, whose turn it is, and why."""
    subject = _id_of(return_id)
    ledger = current_app.extensions["ledger"]
    with ledger.queries.view() as look:
        names = _names(ledger, look)
        state = _state(look, subject)
        return render_template(
            "returns/detail.html",
            state=state,
            at=look.at,
            names=names,
            parties=_parties(state, names),
            sentence=words.standing(state, names),
            turn=words.turn(state, names, int(time.time())),
            words=words,
            server=request.host_url.rstrip("/"),
        )


def _id_of(text: str) -> bytes:
    try:
        subject = bytes_of(text)
    except ValueError:
        subject = b""
    if len(subject) != 32:
        raise InvalidField("return_id", "a return's number is 0x and 64 digits or letters from a to f")
    return subject


def _state(look, subject: bytes) -> dict:
    try:
        return look.return_state(subject)
    except NotFound:
        raise
    except Exception as error:
        raise IndexInconsistent(f"The record of {hex_of(subject)} here contradicts itself") from error


def _names(ledger, look):
    """A function from participants' numbers to names."""
    members = look.registry.members

    def name_of(number: int) -> str:
        return ledger.directory.name(number, members[number].directory if number in members else None)

    return name_of


def _parties(state: dict, name_of) -> list[dict]:
    """Who takes part, in the order of the journey; the one to act is marked."""
    due = state["turn"]
    parties = [{"role": "buyer", "name": "Buyer", "acts": due["who"] == "buyer" and due["act"] in words.ACTS}]
    for number in dict.fromkeys(parcel["carrier"] for parcel in state["parcels"]):
        acts = due["who"] == "carrier" and due["participant"] == number
        parties.append({"role": "carrier", "name": name_of(number), "acts": acts})
    if state["inspector"]:
        parties.append({"role": "inspector", "name": name_of(state["inspector"]), "acts": due["who"] == "inspector"})
    parties.append({"role": "seller", "name": name_of(state["seller"]), "acts": due["who"] == "seller"})
    return parties
