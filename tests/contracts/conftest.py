"""One deployment for all tests; each test's traces are undone."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from signing import KINDS  # noqa: E402
from world import World  # noqa: E402


@pytest.fixture(scope="session")
def settled(project, accounts, web3):
    """The contracts with members, keys and one policy."""
    sender = accounts[0]
    council = [KINDS[kind](f"council {kind} {n}") for n, kind in enumerate(("secp256k1", "p256", "secp256k1"))]
    registry = project.ParticipantRegistry.deploy([key.address for key in council], 2, {"from": sender})
    policies = project.PolicyBook.deploy(registry, {"from": sender})
    parcels = project.ParcelLedger.deploy(registry, {"from": sender})
    returns = project.ReturnLedger.deploy(registry, policies, parcels, {"from": sender})
    contracts = {contract._name: contract for contract in (registry, policies, parcels, returns)}
    world = World(web3, sender.address, contracts, council)
    world.settle()
    return world


@pytest.fixture
def world(settled):
    """The same for every test."""
    request = settled.web3.provider.make_request
    snapshot = request("evm_snapshot", [])["result"]
    yield settled
    request("evm_revert", [snapshot])




@pytest.fixture(params=sorted(KINDS))
def kind(request):
    """Each kind of key."""
    return request.param
