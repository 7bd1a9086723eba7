"""Asks the table of routes before every request, and says who is there."""

import logging
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for

from ledger_api.access import people
from ledger_api.access.people import NOBODY, Person
from ledger_api.access.routes import RULES, Kind, Need
from ledger_api.access.store import ApiKey, Session
from ledger_api.errors import AccessDenied, AccessUnproven, CrossSite, NotFound
from ledger_api.rules import hashing
from ledger_api.rules.entries import Entry

log = logging.getLogger(__name__)

COOKIE = "session"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BEARER = "bearer"


def register(app: Flask) -> None:
    """Every request passes here first."""
    app.before_request(admit)
    app.jinja_env.globals["person"] = person


def admit():
    """Lets a request through, sends a reader to signing in, or raises AccessUnproven, AccessDenied, CrossSite."""
    if request.endpoint is None:
        return None
    needs = RULES.get(request.endpoint)
    if needs is None:
        log.error("the route %s stands in no table of access", request.endpoint)
        raise AccessDenied("This address is for nobody")
    _check_origin()
    if any(_is_met(need) for need in needs):
        return None
    if person().is_stranger and machine() is None:
        if request.path.startswith("/api/"):
            raise AccessUnproven("Sign in first, or send `Authorization: Bearer` with an API key")
        return redirect(url_for("pages_account.sign_in", next=request.full_path.rstrip("?")))
    raise AccessDenied("That is for others than those whose key you have")


def origin() -> str:
    """Of this site, as the browser has it: scheme, host and port."""
    return request.host_url.rstrip("/")


def _check_origin() -> None:
    """What a browser writes with its session comes from a page of this site."""
    if request.method in SAFE_METHODS or COOKIE not in request.cookies and not request.endpoint.startswith("pages_"):
        return
    given = request.headers.get("Origin")
    if given is None:
        if request.headers.get("Sec-Fetch-Site") in ("same-origin", None) and COOKIE not in request.cookies:
            return
        raise CrossSite("A request with a session needs the Origin header of this site")
    if given != origin():
        raise CrossSite(f"The request comes from a page of {urlsplit(given).netloc or 'somewhere else'}")


# --- Who is there


def session() -> Session | None:
    """The session of the cookie."""
    if "session" not in g:
        token = request.cookies.get(COOKIE)
        g.session = _ledger().access.session(token) if token else None
    return g.session


def person() -> Person:
    """Who asks; a stranger without a session."""
    if "person" not in g:
        found = session()
        if found is None:
            g.person = NOBODY
        else:
            with _ledger().queries.view() as look:
                g.person = people.person_of(found.actors, look)
    return g.person


def machine() -> ApiKey | None:
    """The machine whose API key came with the request."""
    if "machine" not in g:
        given = request.authorization
        is_key = given is not None and given.type == BEARER and given.token
        g.machine = _ledger().access.api_key(given.token) if is_key else None
    return g.machine


def parts() -> dict:
    """What who asks is in the return of the address: part → (participant or 0, actor). Raises NotFound."""
    if "parts" not in g:
        return_id = _id("return_id")
        with _ledger().queries.view() as look:
            look.subjects_of_return(return_id)
            g.parts = people.parts_in(person(), return_id, look)
    return g.parts


def _ledger():
    return current_app.extensions["ledger"]


def _id(name: str) -> bytes:
    try:
        return hashing.id_of(request.view_args[name].strip().lower())
    except ValueError:
        raise NotFound(f"There is nothing at {request.path}") from None


# --- Needs


def _is_met(need: Need) -> bool:
    return _MET[need.kind](need)


def _has_role(need: Need) -> bool:
    return bool(person().roles & need.roles)


def _has_part(need: Need) -> bool:
    return not person().is_stranger and bool(need.parts & parts().keys())


def _judges(need: Need) -> bool:
    with _ledger().queries.view() as look:
        return people.judged_by(person(), _id("dispute_id"), look) is not None


def _is_of_sale(need: Need) -> bool:
    receipt = _id("receipt")
    with _ledger().queries.view() as look:
        if any(receipt in look.receipts_of(actor) for actor in person().actors):
            return True
        claimed = next(iter(look.entries_of(receipt)), None)
    return _sells(claimed) or _ledger().sales.seller_of(receipt) in person().members


def _sells(claimed: Entry | None) -> bool:
    return (
        claimed is not None
        and claimed.name == "ReceiptClaimed"
        and claimed.values["receipt"]["seller"] in person().members
    )


def _is_machine(need: Need) -> bool:
    found = machine()
    return found is not None and bool(need.scopes & set(found.scopes))


_MET = {
    Kind.ANYBODY: lambda need: True,
    Kind.SIGNED_IN: lambda need: not person().is_stranger,
    Kind.ROLE: _has_role,
    Kind.PART: _has_part,
    Kind.JUDGE: _judges,
    Kind.SALE: _is_of_sale,
    Kind.COUNCIL: lambda need: bool(person().council),
    Kind.MACHINE: _is_machine,
}
