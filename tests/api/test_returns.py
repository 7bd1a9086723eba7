"""Returns over the API, on eth-tester."""

from ledger_api.rules.hashing import hex_of


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
