"""Entries a second into an empty index, JSON-RPC included.

The rival is the fetching alone: the same blocks and logs asked from the same node, and the answers thrown away.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.nodes import anvil, funded_key
from benchmarks.results import Figure, finish
from benchmarks.scene import CARRIER, Scene, trackings
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import await_receipt
from ledger_api.config import Settings
from ledger_api.index.follower import Follower
from ledger_api.index.store import Store
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key

ENTRIES = 100_000
BATCH_ITEMS = 200
VISITS = 10  # checkpoints of each parcel
GAS = 9_000_000
LEAST = 10_000
CARRIER_NUMBER = 2


def fill(scene: Scene) -> None:
    """Batches of 200 under one signature, each in a block of its own. Raises RuntimeError if one is lost."""
    key = Secp256k1Key()
    scene.admit(CARRIER_NUMBER, CARRIER, [key])
    parcels = trackings(ENTRIES // VISITS)
    to, fee_wei = scene.deployment.addresses["ParcelLedger"], 10 * scene.node.fee_wei()
    for step in range(VISITS):
        for start in range(0, len(parcels), BATCH_ITEMS):
            signed = scene.one_signature(CARRIER_NUMBER, parcels[start : start + BATCH_ITEMS], key, step)
            raw, transaction = scene.transaction(to, signed.call(), fee_wei, GAS)
            scene.node.send_raw(raw)
    await_receipt(scene.node, transaction, lambda: time.sleep(0.05))


def fetch(node: Node, scene: Scene, last: int, block_range: int) -> float:
    """Seconds to ask for all blocks and logs in the same ranges as the follower."""
    addresses = [hex_of(address) for address in scene.deployment.addresses.values()]
    started = time.monotonic()
    for first in range(scene.deployment.block, last + 1, block_range):
        end = min(last, first + block_range - 1)
        node.batch([("eth_getBlockByNumber", (hex(number), True)) for number in range(first, end + 1)])
        node.request("eth_getLogs", {"fromBlock": hex(first), "toBlock": hex(end), "address": addresses})
    return time.monotonic() - started


def main() -> int:
    settings = Settings()
    with anvil() as url, tempfile.TemporaryDirectory() as folder:
        scene = Scene.set(Node.at(url), funded_key())
        fill(scene)
        last = scene.node.block_number()
        fetched_s = fetch(Node.at(url), scene, last, settings.block_range)
        store = Store(Path(folder) / "index.sqlite")
        started = time.monotonic()
        height = Follower(settings, Node.at(url), scene.deployment, store).catch_up()
        elapsed_s = time.monotonic() - started
        with store.reading() as db:
            count = db.execute("SELECT COUNT(*) AS n FROM entries").fetchone()["n"]
    if height != last or count < ENTRIES:
        raise RuntimeError(f"the index has {count} entries up to block {height}, not {ENTRIES} up to {last}")
    print(f"{count:,} entries in {last} blocks: {elapsed_s:.1f} s; fetching alone {fetched_s:.1f} s")
    rate, rival = count / elapsed_s, count / fetched_s
    return finish([Figure("index_from_empty", rate, "entries/s", "fetching alone", rival, least=LEAST)])


if __name__ == "__main__":
    sys.exit(main())
