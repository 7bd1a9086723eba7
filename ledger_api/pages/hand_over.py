"""Hand-overs by two scans: who gives signs on his phone, who takes scans the code that it shows and signs the same.

What the giver signed is kept here under a token until the taker has signed too, for an hour at most. Both browsers
compute what they sign from the numbers on their page (frontend/src/hand-over.ts); the taker's sends it to the relay.
"""

import secrets

from flask import render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import AccessDenied, InvalidField, NotFound, RequestError
from ledger_api.pages import carrying
from ledger_api.pages.common import error_page, ledger, names_in, now, pages_blueprint, server_url, view
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.identifiers import parcel_number
from ledger_api.rules.ids import parcel_id
from ledger_api.rules.registry_state import BROKER, CARRIER, INSPECTOR, SELLER
from ledger_api.rules.signatures import is_valid
from ledger_api.texts import _
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("hand_over")

ACTION = "handOver"
CONTRACT = "ParcelLedger"
CUSTODY = SELLER | CARRIER | INSPECTOR | BROKER
PARCELS_LIMIT = 50  # of one hand-over
NUMBER_LIMIT = 60  # characters
SLACK_S = 2 * 3_600  # of the deadline, beyond what the relay asks for: who takes has an hour
NOTHING = bytes(32)


# --- Who gives --------------------------------------------------------------------------------------------------------


@blueprint.get("/scan/hand-over")
def start():
    """Who takes is chosen, then the parcels are scanned one after another."""
    giver, actor = _giver()
    with view() as look:
        name = names_in(look)
        takers = sorted((name(member.number), member.number) for member in _takers(look, giver))
        data = {
            "giver": giver,
            "actor": hex_of(actor),
            "chain": carrying.chain(),
            "countries": sorted(COUNTRIES),
            "now": now(),
            "deadline": now() + ledger().settings.keep_s + SLACK_S,
            "limit": PARCELS_LIMIT,
        }
        return render_template("hand_over/start.html", name=name(giver), takers=takers, data=data)


def _giver() -> tuple[int, bytes]:
    """The participant for whom who asks gives, and his key; a carrier if he speaks for one."""
    person = gate.person()
    number = person.participant(CARRIER) or person.participant(CUSTODY)
    if number is None:
        raise AccessDenied("That is for those who hold parcels")
    return number, person.actor_for(number)


def _takers(look, giver: int) -> list:
    """Participants that may hold parcels."""
    members = look.registry.members.values()
    return [member for member in members if member.roles & CUSTODY and not member.suspended and member.number != giver]


@blueprint.post("/scan/hand-over/parcels")
def find():
    """What a parcel's number stands for in the books of both sides; 404 if nobody announced it."""
    given, (giver, _actor) = _json(), _giver()
    number = given.get("number")
    if not isinstance(number, str) or not number.strip() or len(number) > NUMBER_LIMIT:
        raise InvalidField("number", f"must be a number of at most {NUMBER_LIMIT} characters")
    with view() as look:
        found = _sides(look, giver, _taker(look, giver, given.get("taker")), number)
    return found or ({"detail": "nobody announced it"}, 404)


def _json() -> dict:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidField("body", "must be an object")
    return body


def _taker(look, giver: int, number) -> int:
    if number not in [member.number for member in _takers(look, giver)]:
        raise InvalidField("taker", "must be a participant that may hold parcels")
    return number


def _sides(look, giver: int, taker: int, number: str) -> dict | None:
    """A parcel as giver and taker report it. Who reports none of his own names that of the carrier who takes it."""
    book = ledger().parcel_book
    is_carrier = bool(look.registry.members[taker].roles & CARRIER)
    own, other = book.find(giver, number), None
    if own is not None and is_carrier:
        other = book.find_or_enter(taker, own.number)
    elif own is None and is_carrier and not look.registry.members[giver].roles & CARRIER:
        other = book.find(taker, number)
    if own is None and other is None:
        return None
    told = [carrying.parcel_json(parcel) if parcel else None for parcel in (own, other)]
    return {"number": parcel_number(number).text, "giver": told[0], "taker": told[1]}


@blueprint.post("/scan/hand-over")
def keep():
    """Takes what the giver signed; the answer is where its code is shown."""
    given, (giver, actor) = _json(), _giver()
    numbers, bodies = given.get("numbers"), given.get("requests")
    if not isinstance(numbers, list) or not isinstance(bodies, list) or not 0 < len(bodies) <= PARCELS_LIMIT:
        raise InvalidField("requests", f"must be a list of at most {PARCELS_LIMIT}")
    if len(numbers) != len(bodies) or not all(isinstance(number, str) for number in numbers):
        raise InvalidField("numbers", "must be as many as requests")
    with view() as look:
        taker = _taker(look, giver, given.get("taker"))
        parcels = [_sides(look, giver, taker, number) for number in numbers]
    try:
        items = [_item(*pair, giver, taker, actor) for pair in zip(bodies, parcels, strict=True)]
    except RequestError as error:
        return {"detail": error.detail}, error.status
    token = ledger().access.keep_hand_over(giver, taker, {"items": items})
    return {"then": url_for(".show", token=token)}


def _item(body, parcel: dict | None, giver: int, taker: int, actor: bytes) -> dict:
    """One request that the giver signed, over exactly this parcel; its id is that under which it will be sent."""
    if not isinstance(body, dict) or parcel is None:
        raise InvalidField("requests", "must name parcels that were announced")
    names = ("contract", "action", "request", "authorisations")
    signed = rules.from_json({name: body.get(name) for name in names})
    kept, values = signed.to_json(), signed.request
    if (signed.action.contract, signed.action.name) != (CONTRACT, ACTION) or len(kept["authorisations"]) != 1:
        raise InvalidField("requests", "must be hand-overs with one signature")
    said = (values["giver"], values["giverTracking"], values["taker"], values["takerTracking"], values["document"])
    if said != (giver, _tracking(parcel["giver"]), taker, _tracking(parcel["taker"]), NOTHING):
        raise InvalidField("requests", "must say what the books of both sides say")
    (first,) = kept["authorisations"]
    digest = signed.digest(ledger().deployment.separator(CONTRACT))
    if bytes_of(first["actor"]) != actor or not is_valid(actor, digest, bytes_of(first["signature"])):
        raise InvalidField("authorisations", "is not signed by your key")
    return {"id": secrets.token_hex(16), "parcel": parcel, "body": kept}


def _tracking(side: dict | None) -> bytes:
    return bytes_of(side["tracking"]) if side else NOTHING


# --- Both -------------------------------------------------------------------------------------------------------------


@blueprint.get("/scan/hand-over/<token>")
def show(token: str):
    """For the giver the code that the taker scans, for the taker what he is about to sign; then what became of it."""
    try:
        kept = ledger().access.hand_over(token)
    except NotFound:
        return _refused(404, _("This hand-over is not known here"), _("Ask who gives to show you a new code."))
    person = gate.person()
    gives, takes = (person.actor_for(number) for number in (kept.giver, kept.taker))
    with view() as look:
        name = names_in(look)
        if gives is None and takes is None:
            who = name(kept.taker)
            return _refused(
                403,
                _("These parcels are meant for %(name)s", name=who),
                _("If you take them, ask who gives to choose you, and to show you a new code."),
            )
        items = kept.body["items"]
        page = {
            "giver": name(kept.giver),
            "taker": name(kept.taker),
            "numbers": [item["parcel"]["number"] for item in items],
            "at": int(items[0]["body"]["request"]["occurredAt"]),
            "expires_at": kept.expires_at,
            "gives": gives is not None,
            "takes": takes is not None,
            **_standing(look, kept),
        }
    address = server_url() + url_for(".show", token=token)
    data = _to_take(kept, takes) if takes is not None and page["state"] == "waiting" else None
    return render_template("hand_over/show.html", address=address, data=data, **page)


def _refused(status: int, heading: str, advice: str):
    return error_page(status, heading, advice)


def _to_take(kept, actor: bytes) -> dict:
    """For the taker's browser, which signs nothing that it cannot compute from the numbers shown."""
    return {
        "giver": kept.giver,
        "taker": kept.taker,
        "actor": hex_of(actor),
        "chain": carrying.chain(),
        "countries": sorted(COUNTRIES),
        "items": kept.body["items"],
    }


def _standing(look, kept) -> dict:
    """`done`, `expired` or `waiting`, from what is recorded; `recorded` counts the parcels that have passed."""
    items = kept.body["items"]
    recorded = sum(_is_recorded(look, item["body"]) for item in items)
    state = "done" if recorded == len(items) else "expired" if kept.expires_at < now() else "waiting"
    return {"state": state, "recorded": recorded}


def _is_recorded(look, body: dict) -> bool:
    signed = rules.from_json(body)
    digest, values = signed.digest(ledger().deployment.separator(CONTRACT)), signed.request
    side = "giver" if values["giverTracking"] != NOTHING else "taker"
    subject = parcel_id(values[side], values[f"{side}Tracking"])
    return any(entry.request == digest for entry in look.entries_of(subject))
