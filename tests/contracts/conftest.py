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
    ReturnGoods,
    ReturnSettlement,
    ReturnDisputes,
    RefundEscrow,
    DisputeRulings,
    DisputeDesk,
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
    kinds = (ReturnRequests, ReturnGoods, ReturnSettlement, ReturnDisputes)
    parts = [part.deploy(*shared, {"from": sender}) for part in kinds]
    future_escrow, future_desk = (sender.get_deployment_address(sender.nonce + step) for step in (1, 3))
    returns = ReturnLedger.deploy(*shared, parts, future_escrow, future_desk, {"from": sender})
    escrow = RefundEscrow.deploy(registry, returns, {"from": sender})
    rulings = DisputeRulings.deploy(registry, policies, returns, {"from": sender})
    desk = DisputeDesk.deploy(registry, policies, returns, rulings, {"from": sender})
    tokens = [TestToken.deploy({"from": sender}) for _ in range(2)]
    contracts = {c._name: c for c in (registry, policies, parcels, returns, *parts, escrow, rulings, desk)}
    world = World(web3, sender.address, contracts, council)
    world.tokens = tokens
    world.settle()
    return world


@pytest.fixture
def world(settled):
    """The same for every test."""
    settled.settle_pool()
    snapshot = settled.ask("evm_snapshot")
    yield settled
    settled.settle_pool()
    assert settled.ask("evm_revert", snapshot)


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
