"""What a server acknowledged is on the chain once, whatever was killed meanwhile. Every day, small; in full by hand."""

import pytest

from tests.e2e.processes import folder_with_demo
from tests.faults import durability

WRITES = 60
KILLS = 6
SEED = 20_260_302


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """One run with kills of server, chain and both."""
    return durability.run(folder_with_demo(tmp_path_factory), WRITES, KILLS, SEED)


def test_each_acknowledged_request_is_on_the_chain_exactly_once(result):
    assert len(result.acknowledged) == WRITES
    assert (result.lost, result.repeated) == ([], [])


def test_the_kills_hit_server_chain_and_both_and_some_between_sending_and_receipt(result):
    assert {victim for victim, _ in result.kills} == set(durability.VICTIMS)
    assert result.kills_under_way >= 3
