"""Deploy all contracts with Brownie and write where they are, for `return-ledger serve --deployment FILE`.

    brownie run deploy main FILE COUNCIL[,COUNCIL…] THRESHOLD --network NETWORK

FILE is the JSON to write, COUNCIL the members' addresses. The deploying account keeps no power.
"""

import json
from pathlib import Path

from brownie import ParcelLedger, ParticipantRegistry, PolicyBook, ReturnLedger, accounts, chain


def deploy(council, threshold, sender):
    """The four contracts, by name."""
    registry = ParticipantRegistry.deploy(council, threshold, {"from": sender})
    policies = PolicyBook.deploy(registry, {"from": sender})
    parcels = ParcelLedger.deploy(registry, {"from": sender})
    returns = ReturnLedger.deploy(registry, policies, parcels, {"from": sender})
    return {
        "ParticipantRegistry": registry,
        "PolicyBook": policies,
        "ParcelLedger": parcels,
        "ReturnLedger": returns,
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
