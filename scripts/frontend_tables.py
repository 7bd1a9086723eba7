"""Write the tables that the browser's modules read, from the contracts' artefacts.

    python scripts/frontend_tables.py          write frontend/src/tables/*.json
    python scripts/frontend_tables.py --check  only compare

actions.json: contract → action → [noun, signed type, whether several sign]. A type is a string as in EIP-712.
events.json: contract → types of its entries, in the same form, with all their fields.
code.json: contract or part → [bytes, keccak256 of the code with zeros for what a constructor writes, places of those,
the contract in whose domain it checks signatures].
lists.json: what the command line's checks are made of, besides.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ledger_api import artefacts  # noqa: E402
from ledger_api.api.requests import NOUNS  # noqa: E402
from ledger_api.rules import requests as rules  # noqa: E402
from ledger_api.rules.entries import events_by_topic  # noqa: E402
from ledger_api.rules.hashing import bytes_of, hex_of, keccak  # noqa: E402
from ledger_api.rules.return_state import CONTRACT_OF_GROUP  # noqa: E402
from ledger_api.verify import authority  # noqa: E402

FOLDER = ROOT / "frontend" / "src" / "tables"
NOUN_OF = {action: noun for noun, names in NOUNS.items() for action in names}


def actions() -> dict:
    """What can be signed, and what a batch of checkpoints is made of."""
    found: dict = {}
    for (contract, name), action in rules.actions().items():
        found.setdefault(contract, {})[name] = [NOUN_OF[name], rules.request_type(action), action.many]
    batch = rules.action_of("ParcelLedger", rules.BATCH_ACTION)
    receipt = rules.type_string("Receipt", rules.receipt_parameter()["components"])
    return {"actions": found, "batch": rules.type_string("Batch", batch.fields), "receipt": receipt}


def events() -> dict:
    """Types of all entries."""
    found: dict = {}
    for contract, item in events_by_topic().values():
        found.setdefault(contract, []).append(rules.type_string(item["name"], item["inputs"]))
    return found


def code() -> dict:
    """What the contracts' code is, but for what their constructors write into it."""
    names = (*artefacts.CONTRACTS, *artefacts.PARTS)
    return {name: [*_code(artefacts.load(name)), artefacts.PARTS.get(name, name)] for name in names}


def _code(artefact: dict) -> list:
    runtime = bytearray(bytes_of(artefact["deployed_bytecode"]))
    places = sorted(p["start"] for found in artefact["immutable_references"].values() for p in found)
    for start in places:
        runtime[start : start + 32] = bytes(32)
    return [len(runtime), hex_of(keccak(bytes(runtime))), places]


def lists() -> dict:
    """Groups of histories, and the entries that are special."""
    unsigned, of_desk = list(authority.UNSIGNED), list(authority.OF_DESK)
    return {"contractOfGroup": CONTRACT_OF_GROUP, "unsigned": unsigned, "ofDesk": of_desk}


def texts() -> dict[str, str]:
    """Name of each file and what belongs there."""
    tables = {"actions": actions(), "events": events(), "code": code(), "lists": lists()}
    return {f"{name}.json": json.dumps(table, indent=0) + "\n" for name, table in tables.items()}


def main(arguments: list[str]) -> int:
    fresh = texts()
    if "--check" in arguments:
        stale = [name for name, text in fresh.items() if (FOLDER / name).read_text() != text]
        print(f"Stale: {', '.join(stale)}; run `make frontend`" if stale else "The tables are those of the contracts")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name, text in fresh.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
