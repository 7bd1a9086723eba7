"""Signing in, joining with an invitation, and what one is here: keys, participants, API keys."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.access.routes import SCOPES
from ledger_api.errors import InvalidField, NotFound
from ledger_api.pages.common import ledger, names_in, pages_blueprint, view
from ledger_api.pages.participants import ROLE_WORDS
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import ROLES
from ledger_api.texts import _, marked

blueprint = pages_blueprint("account")

NAME_LIMIT = 80  # characters


def local_path(text: str | None) -> str:
    """An address of this site to go on to; the account where it is none."""
    parts = urlsplit(text or "")
    is_here = (
        text and text.startswith("/") and not text.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    )
    return text if is_here else url_for("pages_account.show")


@blueprint.get("/sign-in")
def sign_in():
    """Which key this browser has, and one button to show it; or a recovery file."""
    return render_template("account/sign_in.html", then=local_path(request.args.get("next")))


@blueprint.get("/join/<token>")
def join(token: str):
    """An invitation: makes a key in this browser and brings it here."""
    invitation = ledger().access.invitation(token)
    with view() as look:
        name = names_in(look)(invitation.participant)
        key = look.registry.keys.get(invitation.actor) if invitation.actor else None
    waits = invitation.actor is not None and key is None
    return render_template(
        "account/join.html", invitation=invitation, organisation=name, token=token, waits=waits, joined=key is not None
    )


@blueprint.post("/join/<token>")
def bring_key(token: str):
    """The address of the key that the browser made."""
    try:
        actor = bytes_of(request.form.get("actor", ""))
    except ValueError:
        actor = b""
    if len(actor) != 20:
        raise InvalidField("actor", "must be 20 bytes, hexadecimal, beginning with 0x")
    ledger().access.join(token, actor)
    return redirect(url_for(".join", token=token), 303)


@blueprint.get("/account")
def show():
    """Who one is here."""
    return _account()


@blueprint.post("/account/api-keys")
def make_api_key():
    """A key for a machine of one's participant; shown once."""
    participant = _own_participant()
    name = request.form.get("name", "").strip()
    scopes = tuple(scope for scope in SCOPES if scope in request.form.getlist("scopes"))
    if not name or len(name) > NAME_LIMIT:
        return _account(error=_("Give the API key a name of at most %(limit)s characters.", limit=NAME_LIMIT))
    if not scopes:
        return _account(error=_("Choose what the API key may do."))
    return _account(made=ledger().access.make_api_key(name, participant, scopes))


@blueprint.post("/account/api-keys/<key>/revoke")
def revoke_api_key(key: str):
    """It opens nothing any more."""
    try:
        key_hash = bytes.fromhex(key)
    except ValueError:
        raise NotFound("There is no such API key") from None
    ledger().access.revoke_api_key(_own_participant(), key_hash)
    return redirect(url_for(".show"), 303)


def _own_participant() -> int:
    members = gate.person().members
    given = request.form.get("participant", "")
    if not given.isdigit() or int(given) not in members:
        raise NotFound("You do not speak for that participant")
    return int(given)


def _account(error: str = "", made: str = ""):
    person = gate.person()
    with view() as look:
        name, registry = names_in(look), look.registry
        organisations = [
            {
                "participant": number,
                "name": name(number),
                "roles": [marked(ROLE_WORDS[role]) for bit, role in ROLES.items() if roles & bit],
                "api_keys": ledger().access.api_keys(number),
            }
            for number, (roles, _actor) in sorted(person.members.items())
        ]
        keys = [{"address": hex_of(actor), "of": _stands_for(actor, registry, name)} for actor in person.actors]
        orders = sum(len(look.receipts_of(actor)) for actor in person.actors)
    page = {"organisations": organisations, "keys": keys, "orders": orders, "scopes": SCOPES}
    return render_template("account/show.html", **page, error=error, made=made, form=request.form)


def _stands_for(actor: bytes, registry, name) -> str:
    if actor in registry.council:
        return _("Council")
    return name(registry.keys[actor].participant) if actor in registry.keys else _("Purchases")
