"""A carrier's standing is asked once, and again after the registry changed; a no is never remembered."""

import time

import pytest

from ledger_api.relay import standings as module
from ledger_api.relay.standings import Standings
from ledger_api.rules.signatures import Secp256k1Key
from tests.conftest import anvil, funded_key
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with anvil("--slots-in-an-epoch", "0") as url:
        made = World(tmp_path_factory.mktemp("data"), module.Node.at(url), funded_key())
        made.story.admit_consortium()
        yield made
        made.ledger.outbox.close()


@pytest.fixture
def standings(world) -> Standings:
    return Standings(world.node, world.ledger.deployment.addresses["ParticipantRegistry"])


def suspend(world, suspended: bool) -> None:
    council = [world.key(name) for name in ("council-1", "council-2")]
    world.client.act("participants", "setSuspension", {"participant": 2, "suspended": suspended}, *council)


def carrier(world) -> tuple[bytes, int]:
    return world.key("carrier-eu").address, 2


def asked(world, monkeypatch) -> list:
    """Every (actor, participant) call that the node gets from now on."""
    calls, refusals = [], world.node.refusals
    monkeypatch.setattr(world.node, "refusals", lambda to, data: calls.extend(data) or refusals(to, data))
    return calls


def test_a_yes_is_asked_once(world, standings, monkeypatch):
    calls = asked(world, monkeypatch)
    for _ in range(3):
        assert standings.of({carrier(world)}) == {carrier(world): None}
    assert len(calls) == 1
    standings.forget()
    standings.of({carrier(world)})
    assert len(calls) == 2


def test_a_no_is_asked_every_time(world, standings, monkeypatch):
    calls, stranger = asked(world, monkeypatch), (Secp256k1Key().address, 2)
    for _ in range(2):
        assert standings.of({stranger, carrier(world)})[stranger].error_name == "KeyUnknown"
    assert len(calls) == 3


def test_a_yes_is_forgotten_after_a_while(world, standings, monkeypatch):
    monkeypatch.setattr(module, "REMEMBER_S", 0.1)
    calls = asked(world, monkeypatch)
    standings.of({carrier(world)})
    time.sleep(0.2)
    standings.of({carrier(world)})
    assert len(calls) == 2


def test_an_answer_that_a_change_overtook_is_not_remembered(world, standings, monkeypatch):
    refusals, calls = world.node.refusals, []

    def overtaken(to, data):
        calls.append(data)
        found = refusals(to, data)
        standings.forget()
        return found

    monkeypatch.setattr(world.node, "refusals", overtaken)
    standings.of({carrier(world)})
    standings.of({carrier(world)})
    assert len(calls) == 2


def test_the_index_says_when_the_registry_changed(world):
    known = world.ledger.intake._standings
    assert known.of({carrier(world)})[carrier(world)] is None
    suspend(world, True)
    assert known.of({carrier(world)})[carrier(world)].error_name == "ParticipantSuspended"
    suspend(world, False)
    assert known.of({carrier(world)})[carrier(world)] is None
