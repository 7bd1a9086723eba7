"""A refund that waits in the escrow: paid in by a wallet, paid out on the buyer's signature, verified by a stranger."""

import pytest

from benchmarks.cases import compiled_mock, plain_call
from ledger_api.demo import COUNCIL
from ledger_api.rules.hashing import hex_of
from tests.population import check_all, consortium
from tests.wallet import Wallet

UNITS = 10_000  # of the token in a cent
WALLET = "0x" + "5a" * 20
# waitress says so of the setting that lets live streams through at once
pytestmark = pytest.mark.filterwarnings("ignore:send_bytes will be removed:DeprecationWarning")


def test_a_deposit_pays_the_buyer_without_the_seller_and_all_of_it_is_verified(tmp_path):
    with consortium(tmp_path) as scene:
        world = scene.world
        payer, escrow = Wallet(world.node), world.ledger.deployment.addresses["RefundEscrow"]
        token = payer.send(None, compiled_mock("TestToken"))
        council = [world.key(name) for name in COUNCIL[:2]]
        listed = {"token": token, "currency": "EUR", "unitsPerMinor": UNITS}
        world.client.act("refunds", "listToken", listed, *council)
        payer.send(token, plain_call("mint(address,uint256)", hex_of(payer.key.address), 10**12))
        payer.send(token, plain_call("approve(address,uint256)", hex_of(escrow), 10**12))

        sale = scene.accepted()
        due = sale.state["money"]["due_minor"]
        payer.send(escrow, plain_call("deposit(bytes32,address,uint256)", sale.rma, hex_of(token), (due + 5) * UNITS))
        world.turn()
        assert sale.state["escrow"]["held_units"] == (due + 5) * UNITS

        sale.act("withdrawRefund", sale.buyer, returnId=sale.rma, to=WALLET)
        state = sale.state
        assert (state["money"]["due_minor"], state["money"]["refunded_minor"]) == (0, due)
        assert state["escrow"]["held_units"] == 5 * UNITS
        assert [move["kind"] for move in state["escrow"]["moves"]] == ["deposit", "withdrawal"]
        assert (state["turn"]["who"], state["turn"]["act"]) == ("buyer", "confirm")

        sale.by_buyer("confirmOutcome", arrived=True)
        sale.act("reclaimDeposit", world.key("seller"), returnId=sale.rma, to=WALLET)
        assert sale.state["escrow"]["held_units"] == 0
        (found,) = check_all(scene, [hex_of(sale.rma)])
        assert found["wrong"] == []
