"""Scanning parcels: the page, the carrier's known numbers, and the worker that keeps the page at hand offline.

What happened is signed and kept in the browser (frontend/src/scan.ts), and sent from there when it can be.
"""

from pathlib import Path

from flask import Response, current_app, render_template, request

from ledger_api.errors import InvalidField
from ledger_api.pages import carrying
from ledger_api.pages.common import ledger, names_in, now, pages_blueprint, view
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("scan")

PARCELS_LIMIT = 5_000  # the newest; a browser takes in what is older under its number
NUMBER_LIMIT = 60  # characters
SALT_BYTES = 32
FIRST_SEEN_LIMIT_S = 60 * 86_400  # how long a phone may have been without a connection
CLOCK_TOLERANCE_S = 86_400


@blueprint.get("/scan")
def show():
    """What happened is chosen once, then parcels are scanned one after another."""
    number, actor = carrying.carrier()
    with view() as look:
        name = names_in(look)(number)
    return render_template(
        "scan/show.html",
        name=name,
        data={"participant": number, "actor": hex_of(actor), "chain": carrying.chain(), "countries": sorted(COUNTRIES)},
        usual=carrying.choices(carrying.USUAL),
        customs=carrying.choices(carrying.CUSTOMS),
        special=carrying.choices(carrying.SPECIAL),
        reasons=carrying.reason_choices(),
        countries=carrying.country_choices(),
    )


@blueprint.get("/scan/parcels")
def list_parcels():
    """Numbers, salts and first days of this carrier's parcels; the browser computes their ids from these."""
    number, _actor = carrying.carrier()
    found = ledger().parcel_book.of(number)[:PARCELS_LIMIT]
    return {"participant": number, "now": now(), "parcels": [carrying.parcel_json(parcel) for parcel in found]}


@blueprint.post("/scan/parcels")
def take_in():
    """A number that nobody announced, with the salt that the browser made; the answer is what the book holds now."""
    number, _actor = carrying.carrier()
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise InvalidField("parcel", "must be an object with number, salt and first_seen")
    parcel = ledger().parcel_book.find_or_enter(number, _number(given), _salt(given), _first_seen(given))
    return carrying.parcel_json(parcel)


def _number(given: dict) -> str:
    text = given.get("number")
    if not isinstance(text, str) or not text.strip() or len(text) > NUMBER_LIMIT:
        raise InvalidField("number", f"must be a number of at most {NUMBER_LIMIT} characters")
    return text


def _salt(given: dict) -> bytes:
    try:
        salt = bytes_of(given.get("salt"))
    except (ValueError, AttributeError, TypeError):
        salt = b""
    if len(salt) != SALT_BYTES:
        raise InvalidField("salt", f"must be {SALT_BYTES} bytes as hexadecimal that begins with 0x")
    return salt


def _first_seen(given: dict) -> int:
    when, current = given.get("first_seen"), now()
    if not isinstance(when, int) or not current - FIRST_SEEN_LIMIT_S <= when <= current + CLOCK_TOLERANCE_S:
        raise InvalidField("first_seen", "must be Unix seconds of the last days")
    return when


@blueprint.get("/scan-worker.js")
def worker() -> Response:
    """At the root, so that it may look after /scan."""
    content = Path(current_app.static_folder, "js", "scan-worker.js").read_bytes()
    response = Response(content, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/scan"
    return response
