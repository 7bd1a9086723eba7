"""One deployment for all tests; each test's traces are undone."""

import sys
from pathlib import Path

import pytest
from eth_abi import encode

sys.path.insert(0, str(Path(__file__).parent))

from signing import KINDS  # noqa: E402
from world import REASONS, World  # noqa: E402


@pytest.fixture(scope="session")
def settled(
    ParticipantRegistry,
    PolicyBook,
    ParcelLedger,
    ReturnLedger,
    ReturnRequests,
    ReturnSettlement,
    RefundEscrow,
    TestToken,
    accounts,
    web3,
):
    """The contracts with members, keys and one policy."""
    sender = accounts[0]
    council = [KINDS[kind](f"council {kind} {n}") for n, kind in enumerate(("secp256k1", "p256", "secp256k1"))]
    registry = ParticipantRegistry.deploy([key.address for key in council], 2, REASONS, {"from": sender})
    policies = PolicyBook.deploy(registry, {"from": sender})
    parcels = ParcelLedger.deploy(registry, {"from": sender})
    shared = (registry, policies, parcels)
    parts = [part.deploy(*shared, {"from": sender}) for part in (ReturnRequests, ReturnSettlement)]
    future = sender.get_deployment_address(sender.nonce + 1)
    returns = ReturnLedger.deploy(*shared, *parts, future, {"from": sender})
    escrow = RefundEscrow.deploy(registry, returns, {"from": sender})
    tokens = [TestToken.deploy({"from": sender}) for _ in range(2)]
    contracts = {contract._name: contract for contract in (registry, policies, parcels, returns, *parts, escrow)}
    world = World(web3, sender.address, contracts, council)
    world.tokens = tokens
    world.settle()
    return world


@pytest.fixture
def world(settled):
    """The same for every test."""
    request = settled.web3.provider.make_request
    snapshot = request("evm_snapshot", [])["result"]
    yield settled
    request("evm_revert", [snapshot])


@pytest.fixture
def deployment_refused(world, ParticipantRegistry):
    """Asserts that the registry's constructor reverts with an error."""

    def check(error, arguments, error_arguments):
        data = (
            ParticipantRegistry.bytecode + encode(["address[]", "uint8", "(uint16,uint8,bytes32)[]"], arguments).hex()
        )
        answer = world.web3.provider.make_request("eth_call", [{"from": world.sender, "data": "0x" + data}, "latest"])
        found = world.error_in(bytes.fromhex(answer["error"]["data"][2:]))
        assert list(found) == [error, *(a.lower() if isinstance(a, str) else a for a in error_arguments)]

    return check


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    """Each kind of key."""
    return request.param
