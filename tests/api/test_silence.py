"""Silence has a consequence: anybody may call for it once deadline and grace have passed, and nobody before."""

import pytest

from ledger_api.demo import SHORT_SERIES, SHORT_TERMS
from ledger_api.keeper import Keeper
from ledger_api.rules.hashing import hex_of


@pytest.fixture(scope="module")
def short(world):
    """A policy of a minute."""
    world.story.publish_policy(SHORT_SERIES, SHORT_TERMS)
    return SHORT_SERIES


def enforce_path(sale) -> str:
    return f"/api/v1/returns/{hex_of(sale.rma)}/enforce"


def test_it_is_refused_before_its_time_with_the_moment_from_which_it_is_due(world, short):
    sale = world.sale(series=short).open()
    response = world.http.post(enforce_path(sale))
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/enforce-too-early")
    assert response.get_json()["arguments"]["enforceableAt"] == sale.state["turn"]["enforceable_at"]


def test_it_is_refused_for_a_return_that_is_not_there(world):
    response = world.http.post(f"/api/v1/returns/0x{'11' * 32}/enforce")
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/return-unknown")


def test_it_is_refused_for_a_closed_return(world, short):
    sale = world.sale(series=short).open().by_buyer("closeReturn")
    response = world.http.post(enforce_path(sale))
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/enforce-nothing")


def test_a_stranger_approves_what_the_seller_did_not_answer(world, short):
    sale = world.sale(series=short).open()
    world.chain.time_travel(sale.state["turn"]["enforceable_at"])
    status = world.client.post(enforce_path(sale), {})
    world.client.wait(status["id"])
    state = sale.state
    assert state["status"] == "approved"
    assert state["enforcements"][0]["consequence"] == "approved"
    assert (state["turn"]["who"], state["turn"]["act"]) == ("buyer", "send")


def test_the_keeper_calls_for_all_that_is_due_and_nothing_else(world, short):
    Keeper(world.client, 0, str).look()  # what other tests left
    due = [world.sale(series=short).open() for _ in range(3)]
    world.chain.time_travel(due[-1].state["turn"]["enforceable_at"])
    waiting = world.sale(series=short).open()
    said = []
    assert Keeper(world.client, 0, said.append).look() >= 3
    assert [sale.state["status"] for sale in due] == ["approved"] * 3
    assert waiting.state["status"] == "requested"
    assert hex_of(due[0].rma) in "".join(said)
    assert Keeper(world.client, 0, said.append).look() == 0


def test_silence_to_the_very_end_closes_a_return_without_any_signature(world, short):
    sale = world.sale(series=short).open()
    acts = []
    for _ in range(10):
        turn = sale.state["turn"]
        if turn["act"] == "none":
            break
        acts.append((turn["act"], turn["consequence"]))
        world.chain.time_travel(max(turn["enforceable_at"], world.now + 1))
        world.client.wait(world.client.post(enforce_path(sale), {})["id"])
    assert acts == [("answer", "approved"), ("send", "expired"), ("reopen", "closed")]
    assert sale.state["status"] == "closed"
