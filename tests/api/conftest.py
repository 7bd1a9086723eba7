"""A whole server on eth-tester, whose clock can be moved."""

import pytest

from ledger_api.chain.in_memory import node_of
from ledger_api.embedded.tester import tester
from ledger_api.rules.signatures import Secp256k1Key
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A consortium with its policy."""
    chain = tester()
    account = Secp256k1Key(chain.backend.account_keys[0].to_bytes())
    made = World(tmp_path_factory.mktemp("data"), node_of(chain), account)
    made.chain = chain
    made.story.admit_consortium()
    made.story.publish_policy()
    yield made
    made.ledger.outbox.close()


@pytest.fixture
def rma(world) -> bytes:
    """An opened return."""
    return world.story.open_return()
