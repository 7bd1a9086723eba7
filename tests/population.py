"""Many returns that between them reach every state, or disputes that reach every end, on the embedded chain, each
checked as a stranger would check it.

    python -m tests.population [--returns 1000 | --disputes 300]

Every act is signed and posted through the HTTP API; the chain's clock is moved, so that deadlines pass. Then a server
serves the ledger, and `verify` runs on each return over HTTP. Prints what was reached; exits with 1 if one is not
verified.
"""

import argparse
import collections
import itertools
import json
import multiprocessing
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from ledger_api import client
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import sign_transaction
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.serving import web_server
from ledger_api.verify.online import verify
from ledger_api.vocabulary import Act, Consequence, DisputeEnding, ReturnStatus
from tests import disputes
from tests.pages.states import STATES, Scene
from tests.world import World

CHECKERS = 2
ENDINGS = {item.name.lower() for item in DisputeEnding if item not in (DisputeEnding.NONE, DisputeEnding.BY_DEFAULT)}
ENDINGS |= {"by_default_for_the_buyer", "by_default_for_the_seller"}
RECEIPT_TIMEOUT_S = 10


class MovedClock:
    """The embedded chain's clock: it goes where it is told, and a block is made there."""

    def __init__(self, node: Node, file: Path):
        self._node, self._file = node, file
        self._key, self._chain_id, self._nonce = Secp256k1Key(), node.chain_id(), 0

    def time_travel(self, moment: int) -> None:
        """The newest block is at that Unix second."""
        self._file.write_text(str(moment))
        fields = (self._nonce, self._key.address, b"", 100_000, self._node.fee_wei())
        raw, transaction = sign_transaction(self._key.secret, self._chain_id, *fields)
        self._node.send_raw(raw)
        self._nonce += 1
        end = time.monotonic() + RECEIPT_TIMEOUT_S
        while self._node.receipt(transaction) is None:
            if time.monotonic() > end:
                raise TimeoutError("the chain made no block")
            time.sleep(0.005)


@contextmanager
def consortium(folder: Path, scene_type: type = Scene):
    """A world on the embedded chain, with the policies that the states need."""
    clock = folder / "clock"
    clock.write_text(str(int(time.time())))
    chain = EmbeddedChain(folder / "chain", block_interval_s=0.005, options=("--clock", str(clock)))
    node = Node.at(chain.start())
    try:
        world = World(folder, node, Secp256k1Key())
        world.story.admit_consortium()
        yield scene_type(world, MovedClock(node, clock))
        world.ledger.outbox.close()
    finally:
        chain.stop()


def grow(scene: Scene, count: int) -> list[str]:
    """Drives that many returns, each state in turn; their ids."""
    with sleepless():
        drives = itertools.islice(itertools.cycle(STATES.values()), count)
        return [hex_of(drive(scene).rma) for drive, _ in drives]


@contextmanager
def sleepless():
    """The world runs relay and index at each call, so nobody has to sleep in between."""
    client.time = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    try:
        yield
    finally:
        client.time = time


def check(job: tuple[str, str]) -> dict:
    """What `verify` says of one return, and its state."""
    server, return_id = job
    report = verify(server, return_id)
    state = client.Client(server).get(f"/api/v1/returns/{return_id}")
    reached = {
        "statuses": [state["status"]],
        "acts": [state["turn"]["act"]],
        "consequences": [item["consequence"] for item in state["enforcements"]],
        "endings": [_ending(item) for item in state["disputes"]],
    }
    return {"return_id": return_id, "wrong": report.wrong, **reached}


def _ending(dispute: dict) -> str:
    """How a dispute ended; where nobody decided it, for whom."""
    if dispute["ending"] != "by_default":
        return dispute["ending"]
    granted = dispute["applied"] is not None
    return f"by_default_for_the_{'buyer' if granted == (dispute['opened_by'] == 'buyer') else 'seller'}"


def check_all(scene: Scene, return_ids: list[str]) -> list[dict]:
    """Checks each over HTTP, in processes of their own."""
    with web_server(scene.world.ledger) as url:
        jobs = [(url, return_id) for return_id in return_ids]
        with multiprocessing.get_context("spawn").Pool(CHECKERS) as pool:
            return list(pool.imap_unordered(check, jobs, chunksize=4))


def missing(found: list[dict]) -> dict[str, set]:
    """What no return reached, of all statuses, turns and consequences; disputes are another population's."""
    wanted = {
        "statuses": {item.name.lower() for item in ReturnStatus if item},
        "acts": {item.name.lower() for item in Act if item is not Act.DISPUTE},
        "consequences": {item.name.lower() for item in Consequence if item},
    }
    return {kind: names - {name for item in found for name in item[kind]} for kind, names in wanted.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--returns", type=int, default=1_000)
    parser.add_argument("--disputes", type=int, default=0, help="so many disputes instead of returns")
    options = parser.parse_args(arguments)
    populate = _disputes if options.disputes else _returns
    with tempfile.TemporaryDirectory() as folder:
        return populate(Path(folder), options.disputes or options.returns)


def _returns(folder: Path, count: int) -> int:
    with consortium(folder) as scene:
        return_ids = _timed(f"{count} returns", lambda: grow(scene, count))
        found = _timed("checked", lambda: check_all(scene, return_ids))
    for kind in ("statuses", "acts", "consequences"):
        counts = collections.Counter(name for item in found for name in item[kind])
        print(f"{kind}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    unreached = {kind: sorted(names) for kind, names in missing(found).items() if names}
    return _conclude("returns", found, unreached)


def _disputes(folder: Path, count: int) -> int:
    with consortium(folder, disputes.Court) as scene, sleepless():
        driven = _timed(f"{count} disputes", lambda: disputes.grow(scene, count))
        found = _timed("checked", lambda: check_all(scene, [hex_of(dispute.rma) for _, _, dispute in driven]))
    reached = {kind: collections.Counter(names) for kind, names in _kinds(driven, found).items()}
    for kind, counts in reached.items():
        print(f"{kind}:" + "".join(f"\n  {number:>4} {name}" for name, number in sorted(counts.items())))
    wanted = {"endings": ENDINGS, "how it ended": set(disputes.ENDINGS), "what was contested": set(disputes.CONTESTS)}
    unreached = {kind: sorted(names - reached[kind].keys()) for kind, names in wanted.items()}
    return _conclude("disputes", found, {kind: names for kind, names in unreached.items() if names})


def _kinds(driven: list, found: list[dict]) -> dict[str, list]:
    return {
        "endings": [name for item in found for name in item["endings"]],
        "how it ended": [name for _, name, _ in driven],
        "what was contested": [name for name, _, _ in driven],
    }


def _timed(what: str, run):
    started = time.monotonic()
    found = run()
    print(f"{what} in {time.monotonic() - started:.0f} s", flush=True)
    return found


def _conclude(noun: str, found: list[dict], unreached: dict) -> int:
    wrong = [item for item in found if item["wrong"]]
    for item in wrong[:10]:
        print(f"NOT verified: {item['return_id']}: {json.dumps(item['wrong'])[:400]}")
    print(json.dumps({noun: len(found), "verified": len(found) - len(wrong), "unreached": unreached}))
    return 1 if wrong or unreached else 0


if __name__ == "__main__":
    sys.exit(main())
