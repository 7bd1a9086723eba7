"""Corrections of a carrier's own scans: what the form refuses, and that nothing but what was changed is signed anew."""

import json
import re
import time

import pytest

from ledger_api.pages import corrections
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts, unpack_code, unpack_facts
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ZoneSource
from tests.pages.test_hand_over import ORIGIN, browser_of

CARRIER, NUMBER, AT = 2, "WRONG-1", 1_767_600_000
FACTS = pack_facts(Checkpoint(AT, CheckpointKind.ARRIVED, country="PL", zone_source=ZoneSource.STATED), performer=3)
CODE = pack_code("WAW 2")
TYPED = {"reason": "202", "kind": "3", "country": "PL", "code": "WAW 2", "at": "2026-01-05T08:00:00"}


@pytest.fixture
def recorded(scene, monkeypatch):
    """One scan of the carrier; its address."""
    parcel = scene.world.ledger.parcel_book.find_or_enter(CARRIER, NUMBER)
    scan = corrections.Scan(parcel, FACTS, CODE, AT, 1, None)
    monkeypatch.setattr(corrections, "scans_of", lambda found, look: [scan] if found == parcel else [])
    return f"/scan/recent/{hex_of(parcel.tracking)}/{scan.key}"


def sent(scene, address: str, **changed):
    kind = str(int(CheckpointKind.ARRIVED))
    return browser_of(scene, "carrier-eu").post(address, data={**TYPED, "kind": kind, **changed}, headers=ORIGIN)


def to_sign(answer) -> dict:
    block = re.search(r'id="to-sign">(.*?)</script>', answer.get_data(as_text=True), re.S)[1]
    return json.loads(block)["requests"][0]["request"]


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"reason": ""}, "Choose what is wrong."),
        ({"reason": "1"}, "Choose what is wrong."),  # of another category
        ({}, "This is what was recorded."),
        ({"kind": "250"}, "Choose what happened."),
        ({"kind": str(int(CheckpointKind.DELIVERY_FAILED))}, "Choose a reason that fits"),
        ({"at": "yesterday"}, "Enter date and time."),
        ({"at": "2999-01-01T00:00"}, "Enter a time that has come already."),
        ({"country": "XX"}, "Choose a country of the list."),
        ({"code": "Łódź"}, "Use plain letters"),
    ],
)
def test_what_cannot_be_signed_is_told_at_its_field(scene, recorded, changed, words):
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(AT))
    answer = sent(scene, recorded, **{"at": at, **changed})
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)


def test_another_carrier_has_no_such_scan(scene, recorded):
    assert browser_of(scene, "carrier-cn").get(recorded).status_code == 404
    assert browser_of(scene, "seller").get(recorded).status_code == 403


def test_what_was_not_changed_stays_as_it_was(scene, recorded):
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(AT))
    request = to_sign(sent(scene, recorded, at=at, code="WAW 3"))
    assert (request["wrongFacts"], request["wrongCode"]) == (hex_of(FACTS), hex_of(CODE))
    assert unpack_facts(bytes_of(request["facts"])) == unpack_facts(FACTS)
    assert (unpack_code(bytes_of(request["code"])), request["reason"]) == ("WAW 3", 202)


def test_what_did_not_happen_has_nothing_in_its_place(scene, recorded):
    request = to_sign(sent(scene, recorded, reason="201", at=""))
    assert (request["facts"], request["code"], request["reason"]) == (hex_of(bytes(32)), hex_of(bytes(32)), 201)
