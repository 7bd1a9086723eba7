"""Kills servers and chains while requests are posted, then asks the chain whether each acknowledged one is there once.

Run: python -m tests.faults.durability --writes 500 --seed 1
"""

import argparse
import json
import os
import random
import secrets
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ledger_api.chain.client import Node
from ledger_api.client import Problem
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.errors import NodeUnreachable
from tests.e2e.processes import Server, signed_checkpoint

VICTIMS = ("server", "chain", "both")
SENT_SHARE = 2  # every second kill waits for a transaction that has no receipt yet
WRITES_PER_KILL = 12
RECOVERY_TIMEOUT_S = 90
RETRY_S = 0.05
PAUSE_S = 0.02  # between writes, so that kills fall between them too
LOGS_AT_ONCE = 100


@dataclass
class Result:
    """What happened."""

    acknowledged: dict = field(default_factory=dict)  # request id → digest as 0x-hex
    kills: list = field(default_factory=list)  # (victim, whether a transaction was under way)
    found: Counter = field(default_factory=Counter)  # digest → times on chain

    @property
    def lost(self) -> list:
        return [digest for digest in self.acknowledged.values() if not self.found[digest]]

    @property
    def repeated(self) -> list:
        return [digest for digest in self.acknowledged.values() if self.found[digest] > 1]

    @property
    def kills_under_way(self) -> int:
        """Kills between the sending of a transaction and its receipt."""
        return sum(1 for _, under_way in self.kills if under_way)


class Writer:
    """Posts checkpoints one after another; each until it is answered, with the same id and body."""

    def __init__(self, server: Server, writes: int, result: Result):
        self._server = server
        self._result = result
        client = server.client
        self._client = client
        self._bodies = [
            {"id": secrets.token_hex(16), **signed_checkpoint(server, client, f"W{i}").to_json()} for i in range(writes)
        ]
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self.error: Exception | None = None

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Waits until all is acknowledged; raises what went wrong."""
        self._thread.join(RECOVERY_TIMEOUT_S)
        if self.error:
            raise self.error
        if self._thread.is_alive():
            raise TimeoutError(f"{len(self._result.acknowledged)} of {len(self._bodies)} requests were acknowledged")

    @property
    def is_busy(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            for body in self._bodies:
                status = self._post(body)
                self._result.acknowledged[body["id"]] = status["request_digest"]
                time.sleep(PAUSE_S)
        except Exception as error:
            self.error = error

    def _post(self, body: dict) -> dict:
        end = time.monotonic() + RECOVERY_TIMEOUT_S
        while True:
            try:
                return self._client.post("/api/v1/checkpoints", body)
            except (NodeUnreachable, Problem, ValueError) as error:
                refused = isinstance(error, Problem) and error.status < 500
                if refused or time.monotonic() > end:
                    raise
                time.sleep(RETRY_S)


# --- killing


def under_way(folder: Path) -> bool:
    """Whether a transaction was handed to the chain and has no receipt yet, by the outbox on disk."""
    db = sqlite3.connect(folder / "outbox.sqlite", timeout=5)
    try:
        return bool(db.execute("SELECT 1 FROM transactions WHERE done = 0 AND sent_at IS NOT NULL").fetchone())
    finally:
        db.close()


def await_under_way(folder: Path, writer: Writer) -> None:
    """Returns as soon as a transaction is under way, or nothing is written any more."""
    db = sqlite3.connect(folder / "outbox.sqlite", timeout=5, isolation_level=None)
    try:
        while (
            writer.is_busy
            and not db.execute("SELECT 1 FROM transactions WHERE done = 0 AND sent_at IS NOT NULL").fetchone()
        ):
            time.sleep(0.0005)
    finally:
        db.close()


def kill(server: Server, victim: str) -> bool:
    """Kills, says whether a transaction was under way, and brings back what does not come back by itself."""
    chain = server.chain_pid()
    if victim in ("chain", "both"):
        os.kill(chain, signal.SIGKILL)
    if victim in ("server", "both"):
        server.kill()
    open_transaction = under_way(server.folder)
    if victim == "chain":
        await_new_chain(server, chain)
    else:
        server.start()
    return open_transaction


def await_new_chain(server: Server, old: int) -> None:
    """The server starts its chain again by itself."""
    end = time.monotonic() + RECOVERY_TIMEOUT_S
    while server.chain_pid() in (None, old):
        if time.monotonic() > end:
            raise TimeoutError("the server did not start its chain again")
        time.sleep(0.05)


def kill_at_random(server: Server, writer: Writer, result: Result, kills: int, writes: int, chance) -> None:
    """Kills in turn, each after a random number of further writes, until there were so many."""
    for number in range(kills):
        behind = (number + chance.random()) * writes / kills
        while writer.is_busy and len(result.acknowledged) < behind:
            time.sleep(0.002)
        if number % SENT_SHARE == 0:
            await_under_way(server.folder, writer)
        else:
            time.sleep(chance.random() * 0.3)
        victim = VICTIMS[number % len(VICTIMS)]
        result.kills.append((victim, kill(server, victim)))


# --- the separate check


def count_on_chain(folder: Path, digests: list[str]) -> Counter:
    """How often the chain has an entry of each request; asked at a node that only this check runs."""
    chain = EmbeddedChain(folder / "chain")
    node = Node.at(chain.start())
    found: Counter = Counter()
    try:
        for start in range(0, len(digests), LOGS_AT_ONCE):
            part = digests[start : start + LOGS_AT_ONCE]
            query = {"fromBlock": "0x0", "toBlock": "latest", "topics": [None, None, part]}
            found.update(log["topics"][2] for log in node.request("eth_getLogs", query))
    finally:
        chain.stop()
    return found


def await_recorded(server: Server, result: Result) -> None:
    """Waits until the server says of all that it acknowledged that it is recorded."""
    for request_id in result.acknowledged:
        server.client.wait(request_id, RECOVERY_TIMEOUT_S)


def run(folder: Path, writes: int, kills: int, seed: int) -> Result:
    """The whole test on a data folder, new or with the demo."""
    chance, result = random.Random(seed), Result()
    server = Server(folder, "--demo").start()
    try:
        writer = Writer(server, writes, result)
        writer.start()
        kill_at_random(server, writer, result, kills, writes, chance)
        writer.join()
        await_recorded(server, result)
    finally:
        server.stop()
    result.found = count_on_chain(folder, list(result.acknowledged.values()))
    return result


def main() -> int:
    """Exit status 0: nothing lost, nothing twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.durability", description=__doc__.splitlines()[0])
    parser.add_argument("--writes", type=int, default=500)
    parser.add_argument("--kills", type=int, help="default: one in a dozen writes")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    kills = options.kills or max(len(VICTIMS), options.writes // WRITES_PER_KILL)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder) / "data", options.writes, kills, options.seed)
    summary = {
        "seed": options.seed,
        "acknowledged": len(result.acknowledged),
        "kills": Counter(victim for victim, _ in result.kills),
        "kills_between_sending_and_receipt": result.kills_under_way,
        "lost": result.lost,
        "repeated": result.repeated,
        "seconds": round(time.monotonic() - started),
    }
    print(json.dumps(summary))
    return 1 if result.lost or result.repeated or result.kills_under_way < len(VICTIMS) else 0


if __name__ == "__main__":
    sys.exit(main())
