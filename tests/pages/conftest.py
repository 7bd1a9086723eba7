"""A whole server on eth-tester, so that real returns can be driven into every state."""

import time
from types import SimpleNamespace

import pytest

from ledger_api import client
from ledger_api.chain.in_memory import node_of
from ledger_api.embedded.tester import tester
from ledger_api.rules.signatures import Secp256k1Key
from tests.pages.states import Scene
from tests.world import World


@pytest.fixture(scope="module")
def impatient():
    """Relay and index run at each call here, so that nobody has to wait for them."""
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "time", clock)
        yield


@pytest.fixture(scope="module")
def scene(tmp_path_factory, impatient):
    """A consortium and the policies that the states need."""
    chain = tester()
    account = Secp256k1Key(chain.backend.account_keys[0].to_bytes())
    world = World(tmp_path_factory.mktemp("data"), node_of(chain), account)
    world.story.admit_consortium()
    yield Scene(world, chain)
    world.ledger.outbox.close()
