"""Compile the contracts and write their artefacts into the package.

Uses py-solc-x with a native solc 0.8.30 where one is installed, otherwise the npm package `solc` behind
`scripts/solc-js`. The artefacts carry the exact compiler input, so anybody can recompile and compare.
"""

import json
import os
import re
import sys
from pathlib import Path

import solcx

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "ledger_api" / "chain" / "artefacts"
CONTRACTS = ("ParticipantRegistry", "PolicyBook", "ParcelLedger", "ReturnLedger")
SOLC_VERSION = "0.8.30"
SIZE_LIMIT_BYTES = 22_000
SETTINGS = {
    "evmVersion": "cancun",
    "optimizer": {"enabled": True, "runs": 200},
    "metadata": {"bytecodeHash": "none", "appendCBOR": False},
    "outputSelection": {
        "*": {
            "*": [
                "abi",
                "evm.bytecode.object",
                "evm.deployedBytecode.object",
                "evm.deployedBytecode.immutableReferences",
                "storageLayout",
            ]
        }
    },
}
IMPORT = re.compile(r'import\s+(?:[^"\';]*?from\s+)?["\']([^"\']+)["\']')


def install_compiler() -> Path:
    """Path of a solc that py-solc-x accepts; links the npm one into place where there is no native one."""
    installed = solcx.get_solcx_install_folder() / f"solc-v{SOLC_VERSION}"
    if not installed.exists():
        installed.parent.mkdir(parents=True, exist_ok=True)
        script = ROOT / "scripts" / "solc-js"
        installed.write_text(f'#!/bin/sh\nSOLC_JS_ROOT="{ROOT}" exec "{script}" "$@"\n')
        installed.chmod(0o755)
    return installed


def collect_sources(root: Path) -> dict[str, dict]:
    """All sources that the contracts need, by the name under which they import each other."""
    sources: dict[str, dict] = {}
    waiting = [f"contracts/{name}.sol" for name in CONTRACTS]
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        path = root / "node_modules" / name if name.startswith("@") else root / name
        text = path.read_text()
        sources[name] = {"content": text}
        for target in IMPORT.findall(text):
            waiting.append(os.path.normpath(os.path.join(os.path.dirname(name), target)) if target[0] == "." else target)
    return dict(sorted(sources.items()))


def compiler_input(root: Path) -> dict:
    """The standard-JSON input; it depends on no path of the machine."""
    return {"language": "Solidity", "sources": collect_sources(root), "settings": SETTINGS}


def compile_input(standard_json: dict) -> dict[str, dict]:
    """Artefacts by contract name. Raises SystemExit with the compiler's own words when it fails."""
    try:
        output = solcx.compile_standard(standard_json, solc_binary=install_compiler())
    except solcx.exceptions.SolcError as error:
        raise SystemExit(str(error)) from error
    return {name: artefact(name, output["contracts"][f"contracts/{name}.sol"][name]) for name in CONTRACTS}


def artefact(name: str, compiled: dict) -> dict:
    """What the package keeps of one contract; bytecode as 0x-prefixed hex."""
    deployed = compiled["evm"]["deployedBytecode"]
    return {
        "name": name,
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployed_bytecode": "0x" + deployed["object"],
        "immutable_references": deployed.get("immutableReferences", {}),
        "storage": [[entry["slot"], entry["offset"], entry["label"]] for entry in compiled["storageLayout"]["storage"]],
    }


def size_bytes(compiled: dict) -> int:
    """Deployed size of a contract."""
    return len(compiled["deployed_bytecode"]) // 2 - 1


def main() -> None:
    standard_json = compiler_input(ROOT)
    artefacts = compile_input(standard_json)
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / "compiler-input.json").write_text(json.dumps(standard_json, indent=1) + "\n")
    for name, compiled in artefacts.items():
        (ARTEFACTS / f"{name}.json").write_text(json.dumps(compiled, indent=1) + "\n")
        print(f"{name}: {size_bytes(compiled):,} bytes of {SIZE_LIMIT_BYTES:,}")
    if any(size_bytes(compiled) >= SIZE_LIMIT_BYTES for compiled in artefacts.values()):
        sys.exit(f"A contract reaches the limit of {SIZE_LIMIT_BYTES:,} bytes.")


if __name__ == "__main__":
    main()
