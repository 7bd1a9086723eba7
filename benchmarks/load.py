"""Load as a carrier makes it: signed before the clock starts, posted over HTTP, counted when it is in the index.

It is posted by a process of its own, since a carrier is another machine.

And the rival: the same calldata, sent to the node by nothing but eth_sendRawTransaction.
"""

import multiprocessing
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
import requests

from benchmarks.scene import CARRIER, Scene
from ledger_api.assembly import Ledger
from ledger_api.chain.client import Node
from ledger_api.client import Client
from ledger_api.demo import COUNCIL
from ledger_api.keys import KeyFolder
from ledger_api.rules import requests as rules
from ledger_api.rules.signatures import Secp256k1Key

POSTERS = 8
POST_TIMEOUT_S = 60
POLL_S = 0.1
BATCH_ITEMS = 200
VISITS = 5  # checkpoints of each parcel
RIVAL_GAS = 9_000_000  # for BATCH_ITEMS checkpoints of new parcels; a wider limit would keep others out of the block


@dataclass
class Carrier:
    """A carrier that a running server knows, with eight keys."""

    scene: Scene  # signs for it
    keys: list
    number: int = 2

    @classmethod
    def of(cls, ledger: Ledger, url: str) -> "Carrier":
        """Admitted by the council through the HTTP API."""
        folder = KeyFolder(ledger.settings.folder)
        council = [folder.load(name).key for name in COUNCIL]
        scene = Scene(ledger.node, Secp256k1Key(), ledger.deployment, council)
        carrier = cls(scene, [Secp256k1Key() for _ in range(8)])
        client = Client(url)
        admit, *add = scene.admissions(carrier.number, CARRIER, carrier.keys)
        client.wait(client.send("participants", admit)["id"])
        sent = [client.send("participants", request) for request in add]
        for status in sent:
            client.wait(status["id"])
        return carrier

    def own(self, parcels: list[bytes]) -> list[list]:
        """Transactions' worth of checkpoints with own signatures: each parcel is visited VISITS times."""
        return [
            self.scene.own_signatures(self.number, parcels[start : start + BATCH_ITEMS], self.keys, step)
            for step in range(VISITS)
            for start in range(0, len(parcels), BATCH_ITEMS)
        ]

    def one(self, parcels: list[bytes]) -> list:
        """The same checkpoints, each BATCH_ITEMS under one signature."""
        return [
            self.scene.one_signature(self.number, parcels[start : start + BATCH_ITEMS], self.keys[0], step)
            for step in range(VISITS)
            for start in range(0, len(parcels), BATCH_ITEMS)
        ]


def body(signed: list[rules.SignedRequest]) -> bytes:
    """One POST."""
    return orjson.dumps({"requests": [{"id": secrets.token_hex(16), **request.to_json()} for request in signed]})


def through_api(ledger: Ledger, url: str, bodies: list[bytes], count: int, timeout_s: float) -> float:
    """Checkpoints a second from the first POST until all `count` are in the index.

    Raises RuntimeError if one is refused or lost.
    """
    expected = _indexed(ledger) + count
    with _client(url, bodies) as refused:
        started = time.monotonic()
        while _indexed(ledger) < expected:
            if refused.poll():
                raise RuntimeError(f"refused: {refused.recv()}")
            if time.monotonic() - started > timeout_s:
                missing = expected - _indexed(ledger)
                raise RuntimeError(f"{missing} of {count} were not indexed within {timeout_s} seconds")
            time.sleep(POLL_S)
        return count / (time.monotonic() - started)


@contextmanager
def _client(url: str, bodies: list[bytes]):
    """A process that posts from now on; yields where it says what was refused."""
    spawn = multiprocessing.get_context("spawn")  # this process has threads, which a fork would break
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=post_all, args=(url, bodies, theirs), daemon=True)
    process.start()
    ours.recv()  # it is ready
    ours.send("go")
    try:
        yield ours
    finally:
        process.terminate()
        process.join()


def post_all(url: str, bodies: list[bytes], parent) -> None:
    """In the client's process: posts everything, and tells the parent of each answer that refuses something."""
    waiting = list(reversed(bodies))

    def post() -> None:
        with requests.Session() as session:
            while waiting:
                try:
                    data = waiting.pop()
                except IndexError:
                    return
                headers = {"Content-Type": "application/json"}
                answer = session.post(f"{url}/api/v1/checkpoints", data=data, headers=headers, timeout=POST_TIMEOUT_S)
                if answer.status_code != 202 or answer.json()["refused"]:
                    parent.send(answer.text[:500])

    parent.send("ready")
    parent.recv()
    posters = [threading.Thread(target=post) for _ in range(POSTERS)]
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()
    parent.recv()  # nothing comes: the parent ends this process


def _indexed(ledger: Ledger) -> int:
    with ledger.store.reading() as db:
        # All kinds of entries: while the clock runs there are none but checkpoints, and this count is cheap.
        return db.execute("SELECT COUNT(*) AS n FROM entries").fetchone()["n"]


def by_node(scene: Scene, calls: list[bytes], count: int, timeout_s: float) -> float:
    """Checkpoints a second from the first transaction sent until the last has a receipt: what the node itself does."""
    node = Node.at(scene.node.provider.endpoint_uri)
    to, fee_wei = scene.deployment.addresses["ParcelLedger"], 10 * node.fee_wei()
    scene.account_nonce = node.transaction_count(scene.sender.address)
    signed = [scene.transaction(to, data, fee_wei, RIVAL_GAS) for data in calls]
    started = time.monotonic()
    for raw, _ in signed:
        node.send_raw(raw)
    while node.receipt(signed[-1][1]) is None:
        if time.monotonic() - started > timeout_s:
            raise RuntimeError(f"the node has no receipt within {timeout_s} seconds")
        time.sleep(POLL_S / 10)
    elapsed = time.monotonic() - started
    receipts = node.receipts([transaction for _, transaction in signed])
    recorded = sum(len(log.topics) == 3 for receipt in receipts for log in receipt.logs)
    if recorded != count:
        raise RuntimeError(f"the node recorded {recorded} of {count}")
    return count / elapsed
