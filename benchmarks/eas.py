"""The rival of the gas table: the Ethereum Attestation Service, as its makers compiled it."""

import json
import secrets
from pathlib import Path

from eth_abi import encode

from benchmarks.scene import Scene
from ledger_api.artefacts import abi_type, signature
from ledger_api.rules.hashing import bytes_of, hex_of, keccak

PACKAGE = Path(__file__).parent.parent / "node_modules" / "@ethereum-attestation-service" / "eas-contracts"
ARTEFACTS = PACKAGE / "artifacts" / "contracts"
SCHEMA = "bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document"  # what one checkpoint says: 128 bytes
GAS = 90_000_000
NOBODY = "0x" + "00" * 20


class Eas:
    """A deployed SchemaRegistry and EAS, with a schema for checkpoints."""

    def __init__(self, scene: Scene):
        self._scene = scene
        registry_artefact, artefact = _artefact("SchemaRegistry"), _artefact("EAS")
        registry = scene.send(None, bytes_of(registry_artefact["bytecode"])).contract
        arguments = encode(["address"], [hex_of(registry)])
        self._at = scene.send(None, bytes_of(artefact["bytecode"]) + arguments).contract
        self._abi = artefact["abi"]
        registered = scene.send(registry, _call(registry_artefact["abi"], "register", [SCHEMA, NOBODY, False]))
        self._schema = registered.logs[0].topics[1]
        self.code_bytes = len(bytes_of(artefact["deployedBytecode"]))

    def attest(self) -> int:
        """Gas of one attestation in a transaction of its own. Not revocable: entries are not either."""
        return self._scene.send(self._at, _call(self._abi, "attest", [(self._schema, self._data())])).gas_used

    def multi_attest(self, count: int) -> float:
        """Gas of one attestation among many in one transaction."""
        request = (self._schema, [self._data() for _ in range(count)])
        return self._scene.send(self._at, _call(self._abi, "multiAttest", [[request]]), gas=GAS).gas_used / count

    @staticmethod
    def _data() -> tuple:
        facts = secrets.token_bytes(8) + b"\2\0PL\1" + bytes(19)
        data = secrets.token_bytes(32) + facts + b"PU".ljust(32, b"\0") + secrets.token_bytes(32)
        return (NOBODY, 0, False, bytes(32), data, 0)


def _artefact(name: str) -> dict:
    path = ARTEFACTS / f"{name}.sol" / f"{name}.json"
    if not path.is_file():
        raise SystemExit("@ethereum-attestation-service/eas-contracts is not installed; `make bench` installs it")
    return json.loads(path.read_text())


def _call(abi: list[dict], name: str, values: list) -> bytes:
    function = next(item for item in abi if item.get("name") == name and item["type"] == "function")
    return keccak(signature(function).encode())[:4] + encode([abi_type(item) for item in function["inputs"]], values)
