"""Silence in a dispute has a consequence too: anybody may call for it over HTTP, and the keeper does."""

import pytest

from ledger_api.index import deadlines
from ledger_api.keeper import Keeper
from ledger_api.rules.awards import awarded
from ledger_api.rules.hashing import hex_of
from tests.acting import inspected


@pytest.fixture
def dispute(world):
    """The buyer claims what the inspector took off."""
    sale = world.sale().open().approve().receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))
    return sale.dispute().open(awarded(0, accepted=1))


def enforce_path(dispute) -> str:
    return f"/api/v1/disputes/{hex_of(dispute.dispute_id)}/enforce"


def fall_due(world, dispute) -> None:
    """The index has the block from which on anybody may enforce it."""
    world.chain.time_travel(dispute.state["turn"]["enforceable_at"])
    world.chain.mine_block()
    world.turn()


def due(world) -> list[str]:
    return [item["dispute_id"] for item in world.client.get("/api/v1/disputes", due="true")["items"]]


def test_it_is_refused_before_its_time_with_the_moment_from_which_it_is_due(world, dispute):
    response = world.http.post(enforce_path(dispute))
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/dispute-too-early")
    assert response.get_json()["arguments"]["enforceableAt"] == dispute.state["turn"]["enforceable_at"]


def test_it_is_refused_for_a_dispute_that_is_not_there(world):
    response = world.http.post(f"/api/v1/disputes/0x{'11' * 32}/enforce")
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/dispute-unknown")


def test_it_is_refused_for_a_dispute_that_ended(world, dispute):
    dispute.withdraw()
    response = world.http.post(enforce_path(dispute))
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/dispute-nothing-to-enforce")
    assert hex_of(dispute.dispute_id) not in due(world)


def test_a_stranger_gives_an_unanswered_dispute_to_an_arbitrator_and_his_silence_passes_it_on(world, dispute):
    for consequence in ("escalated", "passed"):
        fall_due(world, dispute)
        before = dispute.state["arbitrator"]
        dispute.enforce()
        assert dispute.state["enforcements"][-1]["consequence"] == consequence
        assert dispute.state["arbitrator"] not in (0, before)


def test_the_keeper_brings_a_dispute_in_which_everybody_is_silent_to_its_end(world, dispute):
    keeper = Keeper(world.client, 0, str)
    for _ in range(5):
        assert dispute.state["stage"] != "ended"
        fall_due(world, dispute)
        assert hex_of(dispute.dispute_id) in due(world)
        keeper.look()
    assert (dispute.state["stage"], dispute.state["ending"]) == ("ended", "by_default")
    assert hex_of(dispute.dispute_id) not in due(world)


def test_due_disputes_come_back_after_the_index_dropped_blocks(world, dispute):
    fall_due(world, dispute)
    before = due(world)
    with world.ledger.store.writing() as db:
        deadlines.recompute(db)
    assert due(world) == before
    assert hex_of(dispute.dispute_id) in before
