"""Returns over the API, on eth-tester."""

from ledger_api.demo import sold
from ledger_api.rules.hashing import hex_of
from tests.acting import filled


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
    money = {
        "paid_minor": 490 + 12_840 + 2 * 1_900,
        "requested_minor": 12_840,
        "net_minor": 10_439,
        "tax_minor": 2_401,
        "return_shipping_minor": 390,
        "earlier_minor": 12_450,
        "refunded_minor": 12_450,
        "due_minor": 0,
    }
    assert {name: state["money"][name] for name in money} == money
    assert [parcel["carrier"] for parcel in state["parcels"]] == [2, 3]
    assert state["parcels"][1]["status"] == "delivered"
    assert state["turn"]["act"] == "confirm"
    assert state["at"]["number"] == world.node.block_number()


def test_whose_turn_follows_each_act(world, rma):
    path = f"/api/v1/returns/{hex_of(rma)}"
    turn = world.client.get(path)["turn"]
    assert (turn["who"], turn["act"]) == ("seller", "answer")
    world.client.act("returns", "approveReturn", filled("approveReturn", returnId=rma), world.key("seller"))
    turn = world.client.get(path)["turn"]
    assert (turn["who"], turn["act"]) == ("buyer", "send")


def test_a_declined_return_can_be_closed_by_the_buyer(world):
    sale = world.sale().open().by_seller("declineReturn", reason=101).by_buyer("closeReturn")
    state = sale.state
    assert (state["status"], state["decline_reason"], state["turn"]["who"]) == ("closed", 101, "nobody")


def test_lists_go_on_at_their_cursor(world, rma):
    first = world.client.get("/api/v1/returns", seller=1)
    assert first["items"][0]["return_id"] == hex_of(rma)
    assert world.client.get("/api/v1/returns", seller=2)["items"] == []


def test_amounts_beyond_what_json_numbers_hold_are_decimal_strings(world):
    lines = [sold(2**24 - 1, 2**48 - 1, 0)] * 50
    sale = world.sale(lines=lines).open((0, 1, 1))
    assert sale.state["money"]["paid_minor"] == str(50 * (2**48 - 1) + 490)
    assert world.http.get(f"/returns/{hex_of(sale.rma)}").status_code == 200


def test_a_late_request_is_recorded_as_late(world, rma):
    world.chain.time_travel(world.now + 40 * 86_400)
    state = world.client.get(f"/api/v1/returns/{hex_of(rma)}")
    lines = [{"line": 1, "quantity": 1, "reason": 1}]
    asked = filled("openReturn", receipt=state["receipt"], number=2, kind=1, resolution=1, lines=lines)
    signed = world.client.sign("openReturn", asked, world.story.buyer, deadline=world.now + 30 * 86_400)
    world.client.wait(world.client.send("returns", signed)["id"])
    newest = world.client.get("/api/v1/returns")["items"][0]
    shown = world.client.get(f"/api/v1/returns/{newest['return_id']}")
    assert (shown["late"], shown["turn"]["consequence"]) == (True, "declined")


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
