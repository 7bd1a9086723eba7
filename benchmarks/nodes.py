"""Anvil as a child process, on the loopback interface only."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from ledger_api.chain.client import Node
from ledger_api.errors import ChainError
from ledger_api.rules.signatures import Secp256k1Key

ANVIL = Path(__file__).parent.parent / "node_modules" / ".bin" / "anvil"
# Of anvil's first account, known to everybody.
ANVIL_SECRET = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
START_TIMEOUT_S = 20
STOP_TIMEOUT_S = 10
GAS_LIMIT = 1_000_000_000


def funded_key() -> Secp256k1Key:
    """Anvil's first account."""
    return Secp256k1Key(ANVIL_SECRET)


@contextmanager
def anvil(*options: str, hardfork: str = "cancun"):
    """A running anvil; yields its URL."""
    program = str(ANVIL) if ANVIL.exists() else shutil.which("anvil")
    if not program:
        raise SystemExit("anvil is not installed; `make bench` installs it")
    port = _free_port()
    command = [program, "--host", "127.0.0.1", "--port", str(port), "--hardfork", hardfork, "--silent"]
    command += ["--gas-limit", str(GAS_LIMIT), "--slots-in-an-epoch", "0", *options]
    # A session of its own: an interrupt reaches this process, which ends anvil in order.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        _await_node(url)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
