"""Sales off chain: who enters them, what is checked, what a claim link gives, and who finds them."""

import pytest

from ledger_api.access import gate
from ledger_api.demo import signed_receipt, sold
from ledger_api.documents.sales import FOUND_LIMIT, SaleStore
from ledger_api.rules.hashing import hex_of, keccak
from ledger_api.rules.requests import to_json
from ledger_api.rules.signatures import P256Key
from tests.api.papers import slug, to_read

ORIGIN = {"Origin": "http://localhost"}
SALT = b"\x05" * 32
BUYER = {"name": "Zoë Łukasik", "email": "zoe@example.org", "street": "Polna 7", "city": "Łódź", "country": "PL"}


def body_of(world, key="seller", order="NO-77", articles=("Coat", "Hat"), claim_key=None, **changed) -> dict:
    claim_key = claim_key or P256Key()
    values = {"series": 1, "soldAt": world.now, "order": keccak(SALT + order.encode())}
    lines = [sold(1, 10_439, 2_401), sold(2, 3_090, 710)]
    _, signed = signed_receipt(claim_key, world.key(key), world.client.separator("ReturnLedger"), lines=lines, **values)
    particulars = {"order": order, "articles": [{"name": name} for name in articles], "buyer": dict(BUYER)}
    return {"receipt": to_json(signed), "particulars": particulars, "order_salt": hex_of(SALT)} | changed


def as_seller(world):
    http = world.app.test_client()
    http.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("seller").address,)))
    return http


def keep(world, body: dict):
    return as_seller(world).post("/api/v1/sales", json=body, headers=ORIGIN)


# --- Who may


def test_a_seller_enters_a_sale_and_gets_its_claim_path(world):
    answer = keep(world, body_of(world))
    assert answer.status_code == 201
    assert answer.get_json()["claim_path"] == f"/claim/{answer.get_json()['receipt']}" == answer.headers["Location"]


def test_a_stranger_enters_none(world):
    assert slug(world.http.post("/api/v1/sales", json=body_of(world))) == (401, "authorization-missing")


def test_another_member_enters_none(world):
    http = world.app.test_client()
    http.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("carrier-eu").address,)))
    assert slug(http.post("/api/v1/sales", json=body_of(world), headers=ORIGIN)) == (403, "access-denied")


@pytest.mark.parametrize(
    ("participant", "scopes", "status"), [(1, ("sales",), 201), (1, (), 403), (2, ("sales",), 403)]
)
def test_a_machine_enters_those_of_its_seller_with_the_scope(world, participant, scopes, status):
    key = world.ledger.access.make_api_key("shop", participant, scopes)
    headers = {"Authorization": f"Bearer {key}"}
    answer = world.http.post("/api/v1/sales", json=body_of(world), headers=headers)
    assert answer.status_code == status


# --- What is checked


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body.pop("order_salt"), "body"),
        (lambda body: body.update(more=1), "body"),
        (lambda body: body.update(order_salt="0x12"), "order_salt"),
        (lambda body: body.update(order_salt=hex_of(bytes(32))), "order_salt"),
        (lambda body: body["particulars"].update(order=""), "particulars.order"),
        (lambda body: body["particulars"].update(order="NO-78"), "order_salt"),
        (lambda body: body["particulars"]["articles"].pop(), "particulars.articles"),
        (lambda body: body["particulars"]["articles"][1].update(name=""), "particulars.articles[1].name"),
        (lambda body: body["particulars"]["articles"][1].update(weight_g=-1), "particulars.articles[1].weight_g"),
        (lambda body: body["particulars"]["articles"][1].update(colour="red"), "particulars.articles[1].colour"),
        (lambda body: body["particulars"]["buyer"].update(name="x" * 201), "particulars.buyer.name"),
        (lambda body: body["particulars"]["buyer"].update(name="Zoë\nŁukasik"), "particulars.buyer.name"),
        (lambda body: body["receipt"]["receipt"].update(soldAt=1), "receipt.signature"),
        (lambda body: body["receipt"].update(signature="0x" + "11" * 65), "receipt.signature"),
    ],
)
def test_what_does_not_fit_is_refused_and_its_field_named(world, change, field):
    body = body_of(world)
    change(body)
    answer = keep(world, body)
    assert slug(answer) == (400, "invalid-field")
    assert answer.get_json()["field"] == field


def test_a_receipt_that_somebody_else_signed_is_refused(world):
    answer = keep(world, body_of(world, key="carrier-eu"))
    assert slug(answer) == (400, "invalid-field")
    assert answer.get_json()["field"] == "receipt.signer"


def test_the_same_receipt_again_replaces_what_is_known(world):
    body = body_of(world, order="NO-79")
    receipt = keep(world, body).get_json()["receipt"]
    body["particulars"]["buyer"] = {"name": "Adam Nowak"}
    assert keep(world, body).status_code == 201
    found = [hex_of(sale.receipt) for sale in world.ledger.sales.find(1, "NO-79 nowak")]
    assert found == [receipt]
    assert world.ledger.sales.find(1, "NO-79 zoe") == []


# --- The claim link


def test_a_claim_link_shows_what_was_bought_and_not_by_whom(world):
    claim_key = P256Key()
    body = body_of(world, claim_key=claim_key)
    receipt = keep(world, body).get_json()["receipt"]
    headers = to_read(world, bytes.fromhex(receipt[2:]), claim_key)
    offer = world.http.get(f"/api/v1/receipts/{receipt}/offer", headers=headers)
    assert offer.get_json()["articles"] == [{"name": "Coat", "sku": ""}, {"name": "Hat", "sku": ""}]
    assert offer.get_json()["receipt"] == body["receipt"]
    assert b"zoe@example.org" not in offer.data


def test_without_the_links_key_nothing_is_shown(world):
    receipt = keep(world, body_of(world)).get_json()["receipt"]
    path = f"/api/v1/receipts/{receipt}/offer"
    assert slug(world.http.get(path)) == (401, "authorization-missing")
    for key in (P256Key(), world.key("seller")):
        headers = to_read(world, bytes.fromhex(receipt[2:]), key)
        assert slug(world.http.get(path, headers=headers)) == (403, "access-denied")


def test_a_link_to_a_sale_that_is_not_kept_here_says_so(world):
    path = f"/api/v1/receipts/{hex_of(bytes(32))}/offer"
    assert slug(world.http.get(path, headers=to_read(world, bytes(32), P256Key()))) == (404, "not-found")


# --- The store


@pytest.mark.parametrize("text", ["NO-80", "no 80", "zoe", "LUKASIK", "łuka", "zoë no-80", "ZOË ŁUKASIK"])
def test_a_sale_is_found_by_order_and_name_however_they_are_written(world, text):
    receipt = keep(world, body_of(world, order="NO-80")).get_json()["receipt"]
    assert receipt in [hex_of(sale.receipt) for sale in world.ledger.sales.find(1, text)]


@pytest.mark.parametrize("text", ["", "   ", "--", "NO-81 nobody", "%", "zo"])
def test_nothing_is_found_by_nothing(world, text):
    keep(world, body_of(world, order="NO-81"))
    assert world.ledger.sales.find(1, text) == []


def test_a_sale_is_found_by_its_tracking_number_and_by_its_seller_alone(world):
    receipt = bytes.fromhex(keep(world, body_of(world, order="NO-82")).get_json()["receipt"][2:])
    world.ledger.sales.also_find_by(receipt, "RR473124829PL")
    assert [sale.receipt for sale in world.ledger.sales.find(1, "rr473124829pl")] == [receipt]
    assert world.ledger.sales.find(2, "rr473124829pl") == []
    assert len(world.ledger.sales.newest(1)) <= FOUND_LIMIT


def test_the_file_tells_nobody_who_bought_what(world):
    keep(world, body_of(world, order="NO-83"))
    content = (world.folder / "sales.sqlite").read_bytes()
    for text in ("ukasik", "zoe@example.org", "NO-83", "Polna", "Coat"):
        assert text.encode() not in content, text


def test_what_is_erased_is_gone(world):
    receipt = bytes.fromhex(keep(world, body_of(world, order="NO-84")).get_json()["receipt"][2:])
    assert world.ledger.sales.erase(receipt)
    assert not world.ledger.sales.erase(receipt)
    assert world.ledger.sales.get(receipt) is None
    assert world.ledger.sales.find(1, "NO-84") == []
    assert SaleStore(world.folder).get(receipt) is None
