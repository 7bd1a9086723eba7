"""Signing in: a signature over this site's own challenge, once, by the key that it names, from a page of this site."""

import pytest

from ledger_api.access import gate
from ledger_api.api.sessions import ACTORS_LIMIT
from ledger_api.rules import access_proofs
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import P256Key, Secp256k1Key
from tests.api.papers import slug

ORIGIN = "http://localhost"


@pytest.fixture
def http(world):
    """A browser of its own."""
    return world.app.test_client()


def challenge_of(http) -> bytes:
    return bytes.fromhex(http.post("/api/v1/session/challenge", headers={"Origin": ORIGIN}).get_json()["challenge"][2:])


def body_of(world, key, challenge: bytes, origin: str = ORIGIN) -> dict:
    digest = access_proofs.digest_to_sign_in(challenge, origin, world.client.separator(access_proofs.DOMAIN))
    return {"actor": hex_of(key.address), "challenge": hex_of(challenge), "signature": hex_of(key.sign(digest))}


def sign_in(world, http, key):
    body = body_of(world, key, challenge_of(http))
    return http.post("/api/v1/session", json=body, headers={"Origin": ORIGIN})


@pytest.mark.parametrize("make", [P256Key, Secp256k1Key])
def test_who_signs_the_challenge_is_signed_in(world, http, make):
    key = make()
    assert http.get("/api/v1/session").get_json() == {"actors": [], "participants": [], "council": []}
    response = sign_in(world, http, key)
    assert response.status_code == 201
    assert response.get_json()["actors"] == [hex_of(key.address)]
    assert http.get("/api/v1/session").get_json()["actors"] == [hex_of(key.address)]


def test_a_member_is_known_with_his_roles(world, http):
    sign_in(world, http, world.key("seller"))
    known = http.get("/api/v1/session").get_json()["participants"]
    assert [(item["participant"], item["roles"]) for item in known] == [(1, ["seller"])]


def test_the_cookie_is_for_this_site_alone_and_for_no_script(world, http):
    cookie = sign_in(world, http, P256Key()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    body = body_of(world, P256Key(), challenge_of(http), "https://localhost")
    fresh = world.app.test_client()
    safe = fresh.post(
        "/api/v1/session", json=body, base_url="https://localhost", headers={"Origin": "https://localhost"}
    )
    assert "Secure" in safe.headers["Set-Cookie"]


def test_a_challenge_is_for_one_signature(world, http):
    body = body_of(world, P256Key(), challenge_of(http))
    assert http.post("/api/v1/session", json=body).status_code == 201
    assert slug(world.app.test_client().post("/api/v1/session", json=body)) == (401, "authorization-wrong")


def test_a_challenge_of_ones_own_is_refused(world, http):
    assert slug(http.post("/api/v1/session", json=body_of(world, P256Key(), b"\x01" * 32))) == (
        401,
        "authorization-wrong",
    )


def test_a_signature_for_another_site_is_refused(world, http):
    body = body_of(world, P256Key(), challenge_of(http), "https://phishing.example")
    assert slug(http.post("/api/v1/session", json=body)) == (401, "authorization-wrong")


def test_nobody_signs_in_as_another(world, http):
    body = body_of(world, P256Key(), challenge_of(http)) | {"actor": hex_of(world.key("seller").address)}
    assert slug(http.post("/api/v1/session", json=body)) == (401, "authorization-wrong")
    assert http.get("/api/v1/session").get_json()["actors"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"actor": "0x12"}, "actor"),
        ({"actor": 7}, "actor"),
        ({"challenge": "rose"}, "challenge"),
        ({"signature": None}, "signature"),
        ({"signature": "0x0"}, "signature"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(world, http, changed, field):
    response = http.post("/api/v1/session", json=body_of(world, P256Key(), challenge_of(http)) | changed)
    assert slug(response) == (400, "invalid-field")
    assert response.get_json()["field"] == field


@pytest.mark.parametrize("body", [[], "text", {}, {"actor": "0x" + "00" * 20}])
def test_a_body_without_the_fields_is_refused(http, body):
    assert slug(http.post("/api/v1/session", json=body)) == (400, "invalid-field")


def test_a_second_key_joins_the_first_and_the_old_token_is_worth_nothing(world, http):
    first, second = P256Key(), P256Key()
    sign_in(world, http, first)
    old = http.get_cookie(gate.COOKIE).value
    shown = sign_in(world, http, second).get_json()["actors"]
    assert shown == [hex_of(second.address), hex_of(first.address)]
    thief = world.app.test_client()
    thief.set_cookie(gate.COOKIE, old)
    assert thief.get("/api/v1/session").get_json()["actors"] == []


def test_keys_without_end_push_out_the_oldest(world, http):
    actors = tuple(bytes([number]) * 20 for number in range(ACTORS_LIMIT))
    http.set_cookie(gate.COOKIE, world.ledger.access.start_session(actors))
    key = P256Key()
    shown = sign_in(world, http, key).get_json()["actors"]
    assert shown == [hex_of(actor) for actor in (key.address, *actors[:-1])]


def test_who_signs_out_is_nobody_even_with_the_old_cookie(world, http):
    sign_in(world, http, P256Key())
    token = http.get_cookie(gate.COOKIE).value
    assert http.post("/api/v1/session/end", headers={"Origin": ORIGIN}).status_code == 200
    http.set_cookie(gate.COOKIE, token)
    assert http.get("/api/v1/session").get_json()["actors"] == []


# --- From elsewhere


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost.example", None])
def test_a_write_with_a_session_from_another_page_is_refused(world, http, origin):
    sign_in(world, http, P256Key())
    headers = {"Origin": origin} if origin else {}
    assert slug(http.post("/api/v1/session/end", headers=headers)) == (403, "cross-site")
    assert http.get("/api/v1/session").get_json()["actors"]


def test_a_page_of_another_site_posts_no_form_here(world, http):
    assert http.post("/account/api-keys", headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_program_without_a_session_needs_no_origin(world, http):
    assert slug(http.post("/api/v1/returns", json={})) == (400, "invalid-field")
