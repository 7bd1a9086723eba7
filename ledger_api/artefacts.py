"""The contracts' interface, as compiled: which functions, structs, events and errors there are."""

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "chain" / "artefacts"
CONTRACTS = ("ParticipantRegistry", "PolicyBook", "ParcelLedger", "ReturnLedger", "RefundEscrow", "DisputeDesk")
# Run by a contract on its own storage, under its name: part → contract.
PARTS = {
    "ReturnRequests": "ReturnLedger",
    "ReturnGoods": "ReturnLedger",
    "ReturnSettlement": "ReturnLedger",
    "ReturnDisputes": "ReturnLedger",
    "DisputeRulings": "DisputeDesk",
}


@cache
def load(name: str) -> dict:
    """Artefact of one contract: name, abi, bytecode, deployed_bytecode, immutable_references, storage."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def abi_items(kind: str) -> list[tuple[str, dict]]:
    """All (contract, ABI item) of one kind: function, event or error."""
    return [(name, item) for name in CONTRACTS for item in load(name)["abi"] if item["type"] == kind]


def abi_type(parameter: dict) -> str:
    """The type of an ABI parameter as eth-abi names it; structs become tuples."""
    if not parameter["type"].startswith("tuple"):
        return parameter["type"]
    inner = ",".join(abi_type(component) for component in parameter["components"])
    return f"({inner}){parameter['type'][5:]}"


def signature(item: dict) -> str:
    """Name and types, whose keccak256 is the selector or topic."""
    return f"{item['name']}({','.join(abi_type(parameter) for parameter in item['inputs'])})"
