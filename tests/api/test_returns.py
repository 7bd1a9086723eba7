"""Returns over the API, on eth-tester."""

import secrets

from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import receipt_digest
from ledger_api.rules.signatures import P256Key


def test_an_unknown_return_is_not_found(world):
    response = world.http.get("/api/v1/returns/0x" + "11" * 32)
    assert response.status_code == 404
    assert response.get_json()["type"] == "/errors/not-found"


def test_an_id_that_is_no_id_names_the_field(world):
    response = world.http.get("/api/v1/returns/0x12")
    assert response.status_code == 400
    assert response.get_json()["field"] == "return_id"


def test_a_whole_return_ends_refunded_with_all_facts(world):
    rma = world.story.open_return()
    world.story.travel(rma)
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    assert state["status"] == "approved"
    assert state["money"] == {
        "paid_minor": 490 + 12_840 + 2 * 1_900,
        "requested_minor": 12_840,
        "accepted_minor": 12_840,
        "refunded_minor": 12_840,
    }
    assert [parcel["carrier"] for parcel in state["parcels"]] == [2, 3]
    assert state["parcels"][1]["status"] == "delivered"
    assert state["turn"]["act"] == "close"
    assert state["at"]["number"] == world.node.block_number()


def test_whose_turn_follows_each_act(world, rma):
    path = f"/api/v1/returns/{hex_of(rma)}"
    turn = world.client.get(path)["turn"]
    assert (turn["who"], turn["act"]) == ("seller", "answer")
    world.client.act("returns", "approveReturn", {"returnId": rma, "inspector": 0}, world.key("seller"))
    turn = world.client.get(path)["turn"]
    assert (turn["who"], turn["act"]) == ("buyer", "send")


def test_a_declined_return_can_be_closed_by_the_seller(world, rma):
    seller = world.key("seller")
    world.client.act("returns", "declineReturn", {"returnId": rma, "reason": 101}, seller)
    world.client.act("returns", "closeReturn", {"returnId": rma, "participant": 1}, seller)
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    assert (state["status"], state["decline_reason"], state["turn"]["who"]) == ("closed", 101, "nobody")


def test_lists_go_on_at_their_cursor(world, rma):
    first = world.client.get("/api/v1/returns", seller=1)
    assert first["items"][0]["return_id"] == hex_of(rma)
    assert world.client.get("/api/v1/returns", seller=2)["items"] == []


def test_amounts_beyond_what_json_numbers_hold_are_decimal_strings(world):
    claim_key, buyer, seller = P256Key(), P256Key(), world.key("seller")
    huge = {"quantity": 2**32 - 1, "unitNetMinor": 2**64 - 1, "unitTaxMinor": 0, "unitDutyMinor": 0}
    sold = {
        "seller": 1,
        "series": 1,
        "policyVersion": 1,
        "currency": b"JPY",
        "soldAt": world.now,
        "deliveryMinor": 0,
        "claimKey": claim_key.address,
        "order": secrets.token_bytes(32),
        "lines": [huge],
    }
    digest = receipt_digest(sold, world.client.separator("ReturnLedger"))
    signed = {"receipt": sold, "signer": seller.address, "signature": seller.sign(digest)}
    world.client.act("receipts", "claim", {"receipt": digest, "buyer": buyer.address}, claim_key, receipt=signed)
    line = {"line": 0, "quantity": 1, "reason": 1}
    asked = {"receipt": digest, "number": 1, "deliveredAt": 0, "lines": [line]}
    world.client.act("returns", "openReturn", asked, buyer)
    newest = world.client.get("/api/v1/returns")["items"][0]
    assert newest["money"]["paid_minor"] == str((2**32 - 1) * (2**64 - 1))
    assert world.http.get(f"/returns/{newest['return_id']}").status_code == 200


def test_a_late_request_is_recorded_as_late(world, rma):
    world.chain.time_travel(world.now + 40 * 86_400)
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    asked = {
        "receipt": state["receipt"],
        "number": 2,
        "deliveredAt": state["delivered_at"],
        "lines": [{"line": 1, "quantity": 1, "reason": 1}],
    }
    signed = world.client.sign("openReturn", asked, world.story.buyer, deadline=world.now + 30 * 86_400)
    world.client.wait(world.client.send("returns", signed)["id"])
    newest = world.client.get("/api/v1/returns")["items"][0]
    assert world.client.get(f"/api/v1/returns/{newest['return_id']}")["late"] is True


def test_a_parcel_with_the_id_of_a_policy_disturbs_no_return(world):
    """A member that is seller and carrier can make these two ids equal; the histories stay apart."""
    council = [world.key(name) for name in ("council-1", "council-2")]
    roles = {"participant": 1, "roles": 3}
    late = world.now + 30 * 86_400
    for action, request in (("setRoles", roles),):
        signed = world.client.sign(action, request, *council, deadline=late)
        world.client.wait(world.client.send("participants", signed)["id"])
    facts = world.now.to_bytes(8, "big") + bytes([2, 0]) + b"PL" + bytes([1]) + bytes(19)
    tracking = (1).to_bytes(32, "big")  # the number of the policy's series
    fact = {"participant": 1, "tracking": tracking, "facts": facts, "code": bytes(32), "document": bytes(32)}
    signed = world.client.sign("recordCheckpoint", fact, world.key("seller"), deadline=late)
    world.client.wait(world.client.send("checkpoints", signed)["id"])
    assert all("problem" not in item for item in world.client.get("/api/v1/returns")["items"])
