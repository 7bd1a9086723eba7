"""Hand-overs by two scans: who may see one, what is kept of what the giver signed, and how it ends."""

import sqlite3
import time

import pytest

from ledger_api.access import gate
from ledger_api.access.store import HAND_OVER_S
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of

GIVER, TAKER, NUMBER = 2, 3, "GIVEN-1"
ORIGIN = {"Origin": "http://localhost"}


def browser_of(scene, key: str):
    world = scene.world
    browser = world.app.test_client()
    browser.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key(key).address,)))
    return browser


@pytest.fixture
def giver(scene):
    """The giver's browser; one parcel is announced to him."""
    scene.world.ledger.parcel_book.find_or_enter(GIVER, NUMBER)
    return browser_of(scene, "carrier-eu")


def signed(scene, phone, key: str = "carrier-eu", **changed) -> dict:
    """The request over what the books say, as the giver's browser signs it."""
    world = scene.world
    parcel = phone.post("/scan/hand-over/parcels", json={"taker": TAKER, "number": NUMBER}, headers=ORIGIN).json
    request = {
        "giver": GIVER,
        "giverTracking": bytes_of(parcel["giver"]["tracking"]),
        "taker": TAKER,
        "takerTracking": bytes_of(parcel["taker"]["tracking"]),
        "occurredAt": int(time.time()) - 5,
        "document": bytes(32),
        **changed,
    }
    action, separator = rules.action_of("ParcelLedger", "handOver"), world.ledger.deployment.separator("ParcelLedger")
    deadline = int(time.time()) + 5 * 86_400
    return rules.sign(action, request, [world.key(key)], 7, deadline, separator).to_json()


def keep(giver, body: dict, number: str = NUMBER):
    return giver.post("/scan/hand-over", json={"taker": TAKER, "numbers": [number], "requests": [body]}, headers=ORIGIN)


# --- Who and what is refused


def test_who_holds_no_parcels_hands_none_over(scene):
    assert scene.world.app.test_client().get("/scan/hand-over").status_code == 302
    assert browser_of(scene, "arbitrator-5").get("/scan/hand-over").status_code == 403


@pytest.mark.parametrize("number", ["NOBODY-KNOWS-IT", ""])
def test_a_number_that_is_in_no_book_is_not_found(giver, number):
    answer = giver.post("/scan/hand-over/parcels", json={"taker": TAKER, "number": number}, headers=ORIGIN)
    assert answer.status_code in (400, 404)


def test_nobody_hands_over_to_himself(giver):
    answer = giver.post("/scan/hand-over/parcels", json={"taker": GIVER, "number": NUMBER}, headers=ORIGIN)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "changed", [{"giver": 0}, {"taker": 4}, {"giverTracking": bytes([1] * 32)}, {"takerTracking": bytes(32)}]
)
def test_what_says_something_else_than_the_books_is_not_kept(scene, giver, changed):
    assert keep(giver, signed(scene, giver, **changed)).status_code == 400


def test_what_another_key_signed_is_not_kept(scene, giver):
    assert keep(giver, signed(scene, giver, key="carrier-cn")).status_code == 400


# --- What is kept


def test_only_giver_and_taker_see_it(scene, giver):
    address = keep(giver, signed(scene, giver)).json["then"]
    assert len(address.rpartition("/")[2]) == 22  # 128 bits
    assert "Let" in giver.get(address).get_data(as_text=True)
    page = browser_of(scene, "carrier-cn").get(address).get_data(as_text=True)
    assert NUMBER in page and 'id="sign"' in page
    other = browser_of(scene, "seller").get(address)
    assert other.status_code == 403 and NUMBER not in other.get_data(as_text=True)
    assert scene.world.app.test_client().get(address).status_code == 302


def test_after_an_hour_nobody_signs_it_any_more(scene, giver):
    address = keep(giver, signed(scene, giver)).json["then"]
    with sqlite3.connect(scene.world.ledger.access._path) as db:
        db.execute("UPDATE hand_overs SET made_at = made_at - ?", (HAND_OVER_S + 1,))
    page = browser_of(scene, "carrier-cn").get(address).get_data(as_text=True)
    assert "This hand-over has expired" in page and 'id="sign"' not in page


def test_an_address_that_is_not_known_says_so(giver):
    answer = giver.get("/scan/hand-over/unknown")
    assert answer.status_code == 404 and "not known here" in answer.get_data(as_text=True)
