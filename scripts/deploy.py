"""Deploy all contracts with Brownie and write where they are, for `return-ledger serve --deployment FILE`.

    brownie run deploy main FILE COUNCIL[,COUNCIL…] THRESHOLD --network NETWORK

FILE is the JSON to write, COUNCIL the members' addresses. The deploying account keeps no power.
"""

import json
from pathlib import Path

from brownie import (
    DisputeDesk,
    DisputeRulings,
    ParcelLedger,
    ParticipantRegistry,
    PolicyBook,
    RefundEscrow,
    ReturnDisputes,
    ReturnGoods,
    ReturnLedger,
    ReturnRequests,
    ReturnSettlement,
    accounts,
    chain,
)

# The first reasons, as in ledger_api/vocabulary.py: number, category, handle.
REASONS = (
    (1, 1, "unwanted"),
    (2, 1, "size_too_small"),
    (3, 1, "size_too_large"),
    (4, 1, "color"),
    (5, 1, "style"),
    (6, 2, "defective"),
    (7, 2, "not_as_described"),
    (8, 2, "wrong_item"),
    (9, 3, "arrived_damaged"),
    (10, 3, "arrived_late"),
    (11, 1, "other"),
    (12, 2, "missing_parts"),
    (101, 4, "final_sale"),
    (102, 4, "return_period_ended"),
    (103, 4, "other_ground"),
    (104, 4, "not_returnable"),
    (201, 5, "did_not_occur"),
    (202, 5, "incorrect_data"),
)


def deploy(council, threshold, sender):
    """The contracts, by name."""
    reasons = [(number, category, handle.encode().ljust(32, b"\0")) for number, category, handle in REASONS]
    registry = ParticipantRegistry.deploy(council, threshold, reasons, {"from": sender})
    policies = PolicyBook.deploy(registry, {"from": sender})
    parcels = ParcelLedger.deploy(registry, {"from": sender})
    shared = (registry, policies, parcels)
    kinds = (ReturnRequests, ReturnGoods, ReturnSettlement, ReturnDisputes)
    parts = [kind.deploy(*shared, {"from": sender}) for kind in kinds]
    # Escrow and desk need the ledger's address and the ledger theirs: those of this account's later contracts.
    future_escrow, future_desk = (sender.get_deployment_address(sender.nonce + step) for step in (1, 3))
    returns = ReturnLedger.deploy(*shared, parts, future_escrow, future_desk, {"from": sender})
    escrow = RefundEscrow.deploy(registry, returns, {"from": sender})
    rulings = DisputeRulings.deploy(registry, policies, returns, {"from": sender})
    desk = DisputeDesk.deploy(registry, policies, returns, rulings, {"from": sender})
    if (escrow.address, desk.address) != (future_escrow, future_desk):
        raise RuntimeError(f"escrow or desk is not at {future_escrow} or {future_desk}: deploy again")
    return {
        "ParticipantRegistry": registry,
        "PolicyBook": policies,
        "ParcelLedger": parcels,
        **{kind._name: part for kind, part in zip(kinds, parts, strict=True)},
        "ReturnLedger": returns,
        "RefundEscrow": escrow,
        "DisputeRulings": rulings,
        "DisputeDesk": desk,
    }


def main(file, council, threshold):
    """Entry point of `brownie run deploy`."""
    contracts = deploy(council.split(","), int(threshold), accounts[0])
    deployment = {
        "chain_id": chain.id,
        "block": contracts["ParticipantRegistry"].tx.block_number,
        "contracts": {name: contract.address.lower() for name, contract in contracts.items()},
    }
    Path(file).write_text(json.dumps(deployment, indent=1) + "\n")
    print(f"Deployed on chain {chain.id}: {file}")
