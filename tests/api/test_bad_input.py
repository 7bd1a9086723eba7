"""Bad input gets a problem with a stable slug that names the field, and leaves nothing behind."""

import secrets
import time

import pytest

from ledger_api.demo import sold
from ledger_api.relay.acknowledgements import is_acknowledged
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import receipt_digest
from ledger_api.rules.signatures import P256Key, Secp256k1Key
from tests.acting import filled

DAY_S = 86_400


def count(world) -> int:
    with world.ledger.store.reading() as db:
        return db.execute("SELECT COUNT(*) AS n FROM entries").fetchone()["n"]


@pytest.fixture(autouse=True)
def nothing_is_written(world, request):
    """Every test here but the named ones must leave entries and outbox as they were."""
    if "writes" in request.keywords:
        yield
        return
    _ = request.getfixturevalue("rma") if "rma" in request.fixturenames else None
    before = count(world), world.ledger.outbox.counts()
    yield
    world.turn()
    assert (count(world), world.ledger.outbox.counts()) == before


def body_of(signed, request_id=None) -> dict:
    return {"id": request_id or secrets.token_hex(8), **signed.to_json()}


def approval(world, rma, *keys, **options):
    request = filled("approveReturn", returnId=rma)
    return world.client.sign("approveReturn", request, *(keys or [world.key("seller")]), **options)


def slug(problem: dict) -> str:
    return problem["type"].removeprefix("/errors/")


def test_a_body_that_is_not_json(world):
    response = world.http.post("/api/v1/returns", data=b"{not json")
    assert (response.status_code, slug(response.get_json())) == (400, "malformed-json")


def test_deeply_nested_json(world):
    response = world.http.post("/api/v1/returns", data=b"[" * 100_000)
    assert (response.status_code, slug(response.get_json())) == (400, "malformed-json")


def test_a_body_of_more_than_ten_megabytes(world):
    response = world.http.post("/api/v1/returns", data=b" " * 10_000_001)
    assert (response.status_code, slug(response.get_json())) == (413, "body-too-large")


def test_another_host_name(world):
    response = world.http.get("/api/v1/chain", headers={"Host": "evil.example"})
    assert (response.status_code, slug(response.get_json())) == (400, "unknown-host")


def test_a_missing_field_is_named(world, rma):
    body = body_of(approval(world, rma))
    del body["request"]["inspector"]
    problem = world.refusal("returns", body)
    assert (slug(problem), problem["field"]) == ("invalid-field", "request.inspector")


def test_an_unknown_field_is_named(world, rma):
    body = body_of(approval(world, rma))
    body["request"]["extra"] = 1
    problem = world.refusal("returns", body)
    assert (slug(problem), problem["field"]) == ("invalid-field", "request.extra")


@pytest.mark.parametrize("value", [-1, 1.5, "x", None, True, 1 << 32, [], {}])
def test_a_number_out_of_range_is_named(world, rma, value):
    body = body_of(approval(world, rma))
    body["request"]["inspector"] = value
    assert world.refusal("returns", body)["field"] == "request.inspector"


@pytest.mark.parametrize("value", ["0x12", "xyz", 5, None, "0x" + "zz" * 32])
def test_an_id_of_the_wrong_form_is_named(world, rma, value):
    body = body_of(approval(world, rma))
    body["request"]["returnId"] = value
    assert world.refusal("returns", body)["field"] == "request.returnId"


def test_a_request_id_that_is_too_short(world, rma):
    assert world.refusal("returns", body_of(approval(world, rma), "short"))["field"] == "id"


def test_an_action_of_another_noun(world, rma):
    assert world.refusal("refunds", body_of(approval(world, rma)))["field"] == "action"


def test_an_unknown_signer(world, rma):
    problem = world.refusal("returns", body_of(approval(world, rma, Secp256k1Key())))
    assert (slug(problem), problem["arguments"]["participant"]) == ("key-unknown", 1)


def test_a_signer_of_another_role(world, rma):
    assert slug(world.refusal("returns", body_of(approval(world, rma, world.key("carrier-eu"))))) == "key-unknown"


def test_a_signature_for_another_chain(world, rma):
    signed = approval(world, rma)
    separator = rules.domain_separator("ReturnLedger", 1, world.ledger.deployment.addresses["ReturnLedger"])
    foreign = rules.sign(signed.action, signed.request, [world.key("seller")], 5, signed.deadline, separator)
    assert slug(world.refusal("returns", body_of(foreign))) == "request-signer-mismatch"


def test_a_signature_for_another_contract(world, rma):
    signed = approval(world, rma)
    separator = world.client.separator("PolicyBook")
    foreign = rules.sign(signed.action, signed.request, [world.key("seller")], 5, signed.deadline, separator)
    assert slug(world.refusal("returns", body_of(foreign))) == "request-signer-mismatch"


def test_an_expired_request(world, rma):
    problem = world.refusal("returns", body_of(approval(world, rma, deadline=int(time.time()) - 1)))
    assert slug(problem) == "request-expired"


def test_a_deadline_within_the_time_that_the_outbox_keeps_requests(world, rma):
    problem = world.refusal("returns", body_of(approval(world, rma, deadline=int(time.time()) + DAY_S)))
    assert (slug(problem), problem["field"]) == ("request-deadline-too-near", "authorisations[0].deadline")


@pytest.mark.writes
def test_a_replayed_request(world, rma):
    signed = approval(world, rma)
    world.client.wait(world.client.send("returns", signed)["id"])
    before = count(world)
    assert slug(world.refusal("returns", body_of(signed))) == "request-nonce-used"
    world.turn()
    assert count(world) == before


@pytest.mark.writes
def test_the_same_id_and_body_give_the_same_answer_and_another_body_a_conflict(world, rma):
    body = body_of(approval(world, rma))
    first = world.client.post("/api/v1/returns", body)
    again = world.client.post("/api/v1/returns", body)
    assert again["request_digest"] == first["request_digest"]
    assert again["acknowledgement"] == first["acknowledgement"]
    other = body_of(approval(world, rma), body["id"])
    problem = world.refusal("returns", other)
    assert (problem["status"], slug(problem)) == (409, "request-id-reused")


@pytest.mark.writes
def test_a_suspended_signer(world, rma):
    council = [world.key(name) for name in ("council-1", "council-2")]
    world.client.act("participants", "setSuspension", {"participant": 1, "suspended": True}, *council)
    try:
        assert slug(world.refusal("returns", body_of(approval(world, rma)))) == "participant-suspended"
    finally:
        world.client.act("participants", "setSuspension", {"participant": 1, "suspended": False}, *council)


def receipt(world, **changes) -> dict:
    return {
        "seller": 1,
        "series": 1,
        "policyVersion": 1,
        "currency": b"EUR",
        "soldAt": world.now,
        "deliveryMinor": 0,
        "consumer": True,
        "informed": True,
        "claimKey": bytes(20),
        "order": secrets.token_bytes(32),
        "lines": [sold(1, 100, 0)],
        **changes,
    }


def claim(world, claim_key, seller, **changes):
    sold = receipt(world, claimKey=claim_key.address, **changes)
    digest = receipt_digest(sold, world.client.separator("ReturnLedger"))
    signed = {"receipt": sold, "signer": seller.address, "signature": seller.sign(digest)}
    return world.client.sign("claim", {"receipt": digest, "buyer": P256Key().address}, claim_key, receipt=signed)


def test_a_receipt_that_the_seller_did_not_sign(world):
    signed = claim(world, P256Key(), Secp256k1Key())
    assert slug(world.refusal("receipts", body_of(signed))) == "receipt-not-signed-by-seller"


def test_a_receipt_signed_by_another_participant(world):
    signed = claim(world, P256Key(), world.key("carrier-eu"))
    assert slug(world.refusal("receipts", body_of(signed))) == "receipt-not-signed-by-seller"


def test_a_receipt_under_a_policy_that_does_not_exist(world):
    signed = claim(world, P256Key(), world.key("seller"), policyVersion=9)
    assert slug(world.refusal("receipts", body_of(signed))) == "policy-unknown"


@pytest.mark.writes
def test_a_receipt_claimed_twice(world):
    claim_key, seller = P256Key(), world.key("seller")
    order = secrets.token_bytes(32)
    sold_at = world.now
    first = claim(world, claim_key, seller, order=order, soldAt=sold_at)
    world.client.wait(world.client.send("receipts", first)["id"])
    second = claim(world, claim_key, seller, order=order, soldAt=sold_at)
    assert slug(world.refusal("receipts", body_of(second))) == "receipt-already-claimed"


@pytest.mark.writes
def test_a_quantity_above_what_was_sold(world, rma):
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    lines = [{"line": 1, "quantity": 3, "reason": 1}]
    asked = filled("openReturn", receipt=state["receipt"], number=2, kind=1, resolution=1, lines=lines)
    problem = world.refusal("returns", body_of(world.client.sign("openReturn", asked, world.story.buyer)))
    assert (slug(problem), problem["arguments"]["available"]) == ("quantity-too-large", 2)


@pytest.mark.writes
def test_a_refund_above_what_was_paid(world, rma):
    world.client.act("returns", "approveReturn", filled("approveReturn", returnId=rma), world.key("seller"))
    paid = world.client.get(f"/api/v1/returns/{hex_of(rma)}")["money"]["paid_minor"]
    refund = filled("releaseRefund", returnId=rma, amountMinor=paid + 1)
    problem = world.refusal("refunds", body_of(world.client.sign("releaseRefund", refund, world.key("seller"))))
    assert (slug(problem), problem["arguments"]["available"]) == ("refund-too-large", paid)


def checkpoint(world, occurred_at, key=None):
    facts = occurred_at.to_bytes(8, "big") + bytes([2, 0]) + b"PL" + bytes([1]) + bytes(19)
    request = {"participant": 2, "tracking": b"t" * 32, "facts": facts, "code": bytes(32), "document": bytes(32)}
    return world.client.sign("recordCheckpoint", request, key or world.key("carrier-eu"))


def test_a_claimed_time_in_the_future(world):
    late = int(time.time()) + DAY_S
    assert slug(world.refusal("checkpoints", body_of(checkpoint(world, late)))) == "request-time-in-future"


@pytest.mark.writes
def test_a_batch_with_bad_items_records_the_good_ones_and_reports_the_others(world):
    now = int(time.time())
    items = [
        body_of(checkpoint(world, now - 60)),
        body_of(checkpoint(world, now + DAY_S)),
        {"id": "not-a-request"},
        body_of(checkpoint(world, now - 50, Secp256k1Key())),
        body_of(checkpoint(world, now - 40)),
    ]
    before = count(world)
    answer = world.client.post("/api/v1/checkpoints", {"requests": items})
    assert (answer["accepted"], answer["refused"]) == (2, 3)
    reasons = [slug(item["problem"]) for item in answer["items"] if item["state"] == "refused"]
    assert reasons == ["request-time-in-future", "invalid-field", "key-unknown"]
    world.turn()
    world.turn()
    assert count(world) == before + 2


@pytest.mark.writes
def test_a_batch_of_bad_items_alone_is_refused(world):
    response = world.http.post(
        "/api/v1/checkpoints", json={"requests": [body_of(checkpoint(world, int(time.time()) + DAY_S))]}
    )
    assert response.status_code == 422


@pytest.mark.writes
def test_a_batch_under_one_signature_reports_its_bad_items_and_records_the_others(world):
    now = int(time.time())
    times = [now + DAY_S, now - 30, now - 20]
    checkpoints = [checkpoint(world, at).request for at in times]
    items = [{name: value for name, value in item.items() if name != "participant"} for item in checkpoints]
    batch = {"participant": 2, "checkpoints": items}
    before = count(world)
    body = {**body_of(world.client.sign("recordCheckpointBatch", batch, world.key("carrier-eu")))}
    status = world.client.post("/api/v1/checkpoints", body)
    assert [(item["index"], slug(item["problem"])) for item in status["items_refused"]] == [
        (0, "request-time-in-future")
    ]
    world.turn()
    assert world.client.get(f"/api/v1/requests/{body['id']}")["state"] == "recorded"
    assert count(world) == before + 2


def test_a_batch_under_one_signature_without_any_good_item(world):
    item = checkpoint(world, int(time.time()) + DAY_S).request
    batch = {"participant": 2, "checkpoints": [{name: value for name, value in item.items() if name != "participant"}]}
    body = body_of(world.client.sign("recordCheckpointBatch", batch, world.key("carrier-eu")))
    assert slug(world.refusal("checkpoints", body)) == "request-time-in-future"


def test_the_type_of_a_problem_leads_to_a_page(world):
    problem = world.refusal("returns", {"id": "x"})
    assert world.http.get(problem["type"]).status_code == 200
    assert world.http.get("/errors/quantity-too-large").status_code == 200
    assert world.http.get("/errors/nothing-of-the-kind").status_code == 404


@pytest.mark.writes
def test_an_id_twice_in_one_list(world):
    now = int(time.time())
    first, other = checkpoint(world, now - 15), checkpoint(world, now - 14)
    items = [body_of(first, "twice-in-a-list"), body_of(first, "twice-in-a-list"), body_of(other, "twice-in-a-list")]
    answer = world.client.post("/api/v1/checkpoints", {"requests": items})
    assert [item["state"] for item in answer["items"]][:2] == ["queued", "queued"]
    assert slug(answer["items"][2]["problem"]) == "request-id-reused"


@pytest.mark.writes
def test_the_good_ones_of_a_long_list_are_taken_and_each_other_one_is_refused_with_its_own_reason(world):
    """Long enough to be read by another process."""
    now = int(time.time())
    items = [body_of(checkpoint(world, now - 100 - i)) for i in range(24)]
    items[3]["authorisations"] = items[4]["authorisations"]
    items[5] = body_of(checkpoint(world, now + DAY_S))
    items[7] = {"id": "not-a-request"}
    items[9] = {**items[8], "id": "the-same-under-another-id"}
    items[11] = {**items[11], "id": items[10]["id"]}
    try:
        answer = world.client.post("/api/v1/checkpoints", {"requests": items})
        again = world.client.post("/api/v1/checkpoints", {"requests": items})
    finally:
        world.ledger.intake.stop()
    reasons = {item["index"]: slug(item["problem"]) for item in answer["items"] if item["state"] == "refused"}
    assert reasons == {
        3: "request-signer-mismatch",
        5: "request-time-in-future",
        7: "invalid-field",
        9: "request-nonce-used",
        11: "request-id-reused",
    }
    taken = [item for item in answer["items"] if item["index"] not in reasons]
    assert all(is_acknowledged(item["acknowledgement"]) for item in taken)
    assert {item["request_digest"] for item in taken} == {item["acknowledgement"]["request_digest"] for item in taken}
    assert [item.get("request_digest") for item in again["items"]] == [i.get("request_digest") for i in answer["items"]]


@pytest.mark.writes
def test_a_list_is_acknowledged_under_one_signature_and_each_of_it_alone_when_asked_later(world):
    now = int(time.time())
    bodies = [body_of(checkpoint(world, now - 200 - i)) for i in range(3)]
    items = world.client.post("/api/v1/checkpoints", {"requests": bodies})["items"]
    assert len({item["acknowledgement"]["signature"] for item in items}) == 1
    for item in items:
        later = world.client.get(f"/api/v1/requests/{item['id']}")["acknowledgement"]
        assert is_acknowledged(item["acknowledgement"])
        assert is_acknowledged(later)
        said = {name: value for name, value in later.items() if name != "signature"}
        assert said == {name: item["acknowledgement"][name] for name in said}


@pytest.mark.writes
def test_an_id_twice_in_one_list_with_a_request_that_is_a_replay(world):
    signed = checkpoint(world, int(time.time()) - 300)
    world.client.post("/api/v1/checkpoints", {"requests": [body_of(signed), body_of(checkpoint(world, 5))]})
    items = [body_of(signed, "twice-a-replay"), body_of(signed, "twice-a-replay")]
    response = world.http.post("/api/v1/checkpoints", json={"requests": items})
    assert [slug(item["problem"]) for item in response.get_json()["items"]] == ["request-nonce-used"] * 2
