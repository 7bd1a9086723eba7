"""Nodes for tests: anvil and the embedded chain, as real processes that end with the test."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger_api.chain.client import Node
from ledger_api.errors import ChainError
from ledger_api.rules.signatures import Secp256k1Key

ANVIL = Path(__file__).parent.parent / "node_modules" / ".bin" / "anvil"
ANVIL_SECRET = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
START_TIMEOUT_S = 20


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def anvil_program() -> str:
    """Path of anvil; the test fails without it."""
    found = str(ANVIL) if ANVIL.exists() else shutil.which("anvil")
    if not found:
        pytest.fail("anvil is not installed; `make test` installs it")
    return found


@contextmanager
def anvil(*options: str):
    """A running anvil; yields its URL."""
    port = free_port()
    command = [
        anvil_program(),
        "--port",
        str(port),
        "--hardfork",
        "cancun",
        "--gas-limit",
        "100000000",
        "--silent",
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _await_node(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _await_node(url: str) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            Node.at(url, 2).chain_id()
            return
        except ChainError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def funded_key() -> Secp256k1Key:
    """Anvil's first account."""
    return Secp256k1Key(ANVIL_SECRET)
