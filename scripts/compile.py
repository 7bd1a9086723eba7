"""Compile the contracts and write their artefacts into the package.

py-solc-x drives a native solc 0.8.30 where one is installed, otherwise the npm package `solc` behind
`scripts/solc-js`. The artefacts carry the exact compiler input, so anybody can recompile and compare.

    python scripts/compile.py          compile, write, print sizes
    python scripts/compile.py --check  only compare: are the artefacts those of the contracts?
    python scripts/compile.py --link   only put the compiler where py-solc-x, Brownie and forge look for it
"""

import json
import os
import re
import sys
from pathlib import Path

import solcx

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "ledger_api" / "chain" / "artefacts"
SOLC_VERSION = "0.8.30"
SIZE_LIMIT_BYTES = 22_000
VIA_IR = True
OPTIMIZER_RUNS = 5_000
SETTINGS = {
    "evmVersion": "cancun",
    "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
    "viaIR": VIA_IR,
    "metadata": {"bytecodeHash": "none", "appendCBOR": False},
    "outputSelection": {
        "*": {
            "*": [
                "abi",
                "evm.bytecode.object",
                "evm.deployedBytecode.object",
                "evm.deployedBytecode.immutableReferences",
                "evm.methodIdentifiers",
                "storageLayout",
            ]
        }
    },
}
IMPORT = re.compile(r'import\s+(?:[^"\';]*?from\s+)?["\']([^"\']+)["\']')


class CompileError(Exception):
    """The compiler refused the contracts; the message is in its own words."""


# ------------------------------------------------------------------ the compiler


def link_compiler(root: Path = ROOT) -> Path:
    """Path of a solc that py-solc-x accepts; puts the npm one there when there is no native one.

    Also writes `.build/solc`, which `foundry.toml` names.
    """
    native = solcx.get_solcx_install_folder() / f"solc-v{SOLC_VERSION}"
    command = f'exec "{native}" "$@"'
    if not native.exists() or is_wrapper(native):
        command = f'PATH="{root}/.venv-node/bin:$PATH" exec node "{root}/scripts/solc-js" "$@"'
        write_executable(native, f"#!/bin/sh\n{command}\n")
    write_executable(root / ".build" / "solc", f"#!/bin/sh\n{command}\n")
    return native


def is_wrapper(path: Path) -> bool:
    """Whether it is the script of some checkout, which may have moved, and not a native compiler."""
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def write_executable(path: Path, text: str) -> None:
    """Write in one step, as another process may be starting the file."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(path)


# ------------------------------------------------------------------ its input


def compiler_input(root: Path) -> dict:
    """The standard-JSON input; it depends on no path of the machine."""
    return {"language": "Solidity", "sources": collect_sources(root), "settings": SETTINGS}


def collect_sources(root: Path, names: list[str] | None = None) -> dict[str, dict]:
    """All sources that the contracts, or those of these names, need, by the name under which they import each other."""
    sources: dict[str, dict] = {}
    waiting = list(names or [f"contracts/{path.name}" for path in (root / "contracts").glob("*.sol")])
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        path = root / "node_modules" / name if name.startswith("@") else root / name
        try:
            text = path.read_text()
        except FileNotFoundError:
            raise CompileError(f"{name}: no such source, though another one imports it") from None
        sources[name] = {"content": text}
        for target in IMPORT.findall(text):
            relative = os.path.normpath(os.path.join(os.path.dirname(name), target))
            waiting.append(relative if target.startswith(".") else target)
    return dict(sorted(sources.items()))


# ------------------------------------------------------------------ its output


def compile_all(root: Path) -> dict[str, dict]:
    """Artefacts by contract name, compiled from the sources under `root`. Raises CompileError."""
    return compile_input(compiler_input(root), root)


def compile_input(standard_json: dict, root: Path = ROOT) -> dict[str, dict]:
    """Artefacts by contract name, without interfaces, libraries and abstract contracts. Raises CompileError."""
    try:
        output = solcx.compile_standard(standard_json, solc_binary=link_compiler(root))
    except solcx.exceptions.SolcError as error:
        raise CompileError(f"{error.message}\n{error.stderr_data or ''}".strip()) from error
    top_level = sorted(source for source in output["contracts"] if re.fullmatch(r"contracts/\w+\.sol", source))
    names = parameter_names(output["contracts"])
    return {
        name: artefact(name, compiled, names)
        for source in top_level
        for name, compiled in output["contracts"][source].items()
        if name == Path(source).stem and compiled["evm"]["deployedBytecode"]["object"]
    }


def parameter_names(contracts: dict[str, dict]) -> dict[tuple[str, str], list[str]]:
    """Names of a function's parameters by (contract, function), from the interfaces: what only passes a call on to a
    part of its contract leaves them unnamed."""
    return {
        (name[1:], item["name"]): [parameter["name"] for parameter in item["inputs"]]
        for source, found in contracts.items()
        if source.startswith("contracts/interfaces/")
        for name, compiled in found.items()
        for item in compiled["abi"]
        if item["type"] == "function"
    }


def with_names(item: dict, names: list[str]) -> dict:
    """An ABI item whose unnamed parameters have the given names."""
    inputs = [{**p, "name": p["name"] or name} for p, name in zip(item["inputs"], names, strict=True)]
    return {**item, "inputs": inputs}


def artefact(name: str, compiled: dict, names: dict[tuple[str, str], list[str]]) -> dict:
    """What the package keeps of one contract; bytecode as 0x-prefixed hex, storage as [slot, offset, label]."""
    deployed = compiled["evm"]["deployedBytecode"]
    known = [(item, names.get((name, item.get("name")))) for item in compiled["abi"]]
    return {
        "name": name,
        "abi": [with_names(item, given) if given else item for item, given in known],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployed_bytecode": "0x" + deployed["object"],
        "immutable_references": deployed.get("immutableReferences", {}),
        "method_identifiers": compiled["evm"]["methodIdentifiers"],
        "storage": [[entry["slot"], entry["offset"], entry["label"]] for entry in compiled["storageLayout"]["storage"]],
    }


def size_bytes(compiled: dict) -> int:
    """Deployed size of a contract."""
    return len(compiled["deployed_bytecode"]) // 2 - 1


# ------------------------------------------------------------------ the package's files


def write_artefacts(contents: dict[str, dict]) -> None:
    """One file each, and none of contracts that are gone."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for path in ARTEFACTS.glob("*.json"):
        if path.stem not in contents:
            path.unlink()
    for name, content in contents.items():
        (ARTEFACTS / f"{name}.json").write_text(as_text(content))


def stale_artefacts(contents: dict[str, dict]) -> list[str]:
    """Names whose file is missing, differs, or should not be there."""
    present = {path.stem: path.read_text() for path in ARTEFACTS.glob("*.json")}
    expected = {name: as_text(content) for name, content in contents.items()}
    return sorted(name for name in present.keys() | expected.keys() if present.get(name) != expected.get(name))


def as_text(content: dict) -> str:
    return json.dumps(content, indent=1) + "\n"


def run(options: list[str]) -> None:
    """What the command line asks for; exits with a message where it fails."""
    if "--link" in options:
        link_compiler()
        return
    standard_json = compiler_input(ROOT)
    artefacts = compile_input(standard_json)
    contents = artefacts | {"compiler-input": standard_json}
    if "--check" not in options:
        write_artefacts(contents)
    elif stale := stale_artefacts(contents):
        sys.exit(f"Not what the contracts compile to: {', '.join(stale)}. `make compile` writes them anew.")
    for name, compiled in artefacts.items():
        print(f"{name}: {size_bytes(compiled):,} bytes of {SIZE_LIMIT_BYTES:,}")
    if any(size_bytes(compiled) >= SIZE_LIMIT_BYTES for compiled in artefacts.values()):
        sys.exit(f"A contract reaches the limit of {SIZE_LIMIT_BYTES:,} bytes.")


if __name__ == "__main__":
    try:
        run(sys.argv[1:])
    except CompileError as error:
        sys.exit(str(error))
