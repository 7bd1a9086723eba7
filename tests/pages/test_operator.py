"""Acts of the council: members sign the same act one after another, and nobody else does."""

import json
import re
import time

import pytest

from ledger_api.demo import COUNCIL
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key

CARRIER = 3


def signed_in(scene, key):
    """A browser of who has that key."""
    client = scene.world.app.test_client()
    client.set_cookie("session", scene.world.ledger.access.start_session((key.address,)))
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


@pytest.fixture(scope="module")
def members(scene):
    return [(key, signed_in(scene, key)) for key in map(scene.world.key, COUNCIL)]


def act_of(page: str) -> dict:
    """What the page holds to be signed."""
    return json.loads(re.search(r'id="to-sign">(.*?)</script>', page, re.DOTALL)[1])


def signed(scene, act: dict, key) -> dict:
    """As the browser signs it."""
    (item,) = act["requests"]
    nonce = int(act["nonce"]) if "nonce" in act else None
    deadline = act.get("deadline") or int(time.time()) + 30 * 86_400
    made = scene.world.client.sign(item["action"], item["request"], key, nonce=nonce, deadline=deadline).to_json()
    return made | ({"directory": act["directory"]} if "directory" in act else {})


def suspension(browser) -> dict:
    return act_of(browser.get(f"/operator/participants/{CARRIER}/suspension").text)


def test_an_act_takes_effect_once_enough_members_signed(scene, members):
    (first, at_first), (second, at_second), _ = members
    act = suspension(at_first)
    place = at_first.post(act["post"], json=signed(scene, act, first)).json["then"]
    assert "one more member has to sign" in at_first.get(place).text
    assert 'id="to-sign"' not in at_first.get(place).text  # he has signed
    too = act_of(at_second.get(place).text)
    answer = at_second.post(too["post"], json=signed(scene, too, second))
    assert answer.status_code == 200, answer.text
    scene.world.turn()
    assert "It is in effect." in at_second.get(place).text
    assert "Suspended by the council" in at_first.get(f"/operator/participants/{CARRIER}").text


def test_signatures_of_others_or_of_something_else_are_refused(scene, members):
    (first, at_first), (second, at_second), _ = members
    act = act_of(at_first.get("/operator/participants/4/suspension").text)
    stranger = Secp256k1Key()
    assert at_first.post(act["post"], json=signed(scene, act, stranger)).status_code == 403
    assert at_first.post(act["post"], json=signed(scene, act, second)).status_code == 403  # not his session
    good = signed(scene, act, first)
    assert at_first.post(act["post"], json=good | {"request": good["request"] | {"participant": 5}}).status_code == 400
    place = at_first.post(act["post"], json=good).json["then"]
    too = act_of(at_second.get(place).text)
    other = {**too, "requests": suspension(at_second)["requests"]}
    assert at_second.post(too["post"], json=signed(scene, other, second)).status_code == 400
    assert "one more member has to sign" in at_first.get(place).text


@pytest.mark.parametrize("body", [None, [], {}, {"authorisations": []}, {"authorisations": ["no"]}, {"contract": "X"}])
def test_what_cannot_be_read_is_refused(body, members):
    _, browser = members[0]
    assert browser.post("/operator/proposals", json=body).status_code == 400
    assert browser.post("/operator/proposals/1", json=body).status_code in (400, 200)


def test_a_new_participant_gets_the_next_number_and_its_name_once_it_is_signed(scene, members):
    (first, browser), _, _ = members
    given = {"name": "Nordbahn Logistik", "roles": ["2", "4"]}
    act = act_of(browser.post("/operator/admit", data=given).text)
    values = act["requests"][0]["request"]
    assert (values["participant"], values["roles"]) == (11, 6)
    assert 11 not in scene.world.ledger.directory.members()
    browser.post(act["post"], json=signed(scene, act, first))
    assert scene.world.ledger.directory.members()[11]["name"] == "Nordbahn Logistik"
    later = act_of(browser.post("/operator/admit", data=given).text)
    assert later["requests"][0]["request"]["participant"] == 12


def test_a_name_that_was_not_signed_is_not_entered(scene, members):
    (first, browser), _, _ = members
    act = act_of(browser.post("/operator/admit", data={"name": "One", "roles": ["2"]}).text)
    act["directory"]["name"] = "Another"
    browser.post(act["post"], json=signed(scene, act, first))
    names = [entry["name"] for entry in scene.world.ledger.directory.members().values()]
    assert "Another" not in names


def test_an_invitation_admits_nobody_by_itself(scene, members):
    _, browser = members[0]
    page = browser.post("/operator/invite", data={"name": "Jan", "participant": "2"}).text
    token = re.search(r"/join/([\w-]+)", page)[1]
    key = Secp256k1Key()
    scene.world.ledger.access.join(token, key.address)
    page = browser.get("/operator").text
    assert hex_of(key.address) in page
    assert "Admit the key of Jan" in page
    act = act_of(browser.get(f"/operator/participants/2/keys/{hex_of(key.address)}/admission").text)
    assert act["requests"][0]["action"] == "addKey"


def test_it_is_for_the_council_alone(scene, members):
    seller = signed_in(scene, scene.world.key("seller"))
    for path in ("/operator", "/operator/participants/1", "/operator/proposals/1", "/operator/invite"):
        assert seller.get(path).status_code == 403
    assert seller.post("/operator/proposals", json={}).status_code == 403
