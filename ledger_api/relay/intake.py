"""Takes requests in: checks what can be checked now, stores, acknowledges. What the contracts check is the law."""

import threading
import time

import orjson

from ledger_api.chain import reverts
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment
from ledger_api.config import Settings
from ledger_api.errors import NodeRefused, NotFound, QueueFull, RequestConflict, RequestError, RequestRefused
from ledger_api.relay import reading
from ledger_api.relay.acknowledgements import Promise, acknowledge, acknowledge_list
from ledger_api.relay.outbox import Outbox
from ledger_api.relay.reader import Readers
from ledger_api.relay.standings import Standings
from ledger_api.relay.timing import is_due_in_the_next_block
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key

CALL_GAS = 3_000_000
CLOCK_TOLERANCE_S = 120


class Intake:
    """The door of the relay."""

    def __init__(self, settings: Settings, node: Node, deployment: Deployment, outbox: Outbox, key: Secp256k1Key):
        self._settings = settings
        self._node = node
        self._deployment = deployment
        self._outbox = outbox
        self._key = key
        self._terms = reading.Terms(deployment.chain_id, deployment.addresses, settings.keep_s)
        self._readers = Readers(self._terms, settings.readers)
        self._standings = Standings(node, deployment.addresses["ParticipantRegistry"])
        self._door = threading.Lock()  # between the look for an id and its storing nobody else may pass
        self.wake = lambda: None

    def start(self) -> None:
        """Starts the processes that read long lists; they are not needed for anything."""
        self._readers.start()

    def stop(self) -> None:
        self._readers.stop()

    def registry_changed(self) -> None:
        """Who may report is asked of the contract again."""
        self._standings.forget()

    # --- taking requests

    def accept(self, body: dict) -> dict:
        """Takes one request; the answer is its status with the acknowledgement. Raises RequestError."""
        (taken,) = self._take([body])
        if isinstance(taken, RequestError):
            raise taken
        return self._status(taken, acknowledge(self._key, self._promise(taken)))

    def accept_many(self, bodies: list[dict]) -> list:
        """Takes many, each for itself: the list holds a status or the RequestError of each. One signature for all."""
        taken = self._take(bodies)
        held = [item for item in taken if not isinstance(item, RequestError)]
        given = iter(acknowledge_list(self._key, [self._promise(row) for row in held]) if held else ())
        return [item if isinstance(item, RequestError) else self._status(item, next(given)) for item in taken]

    def _take(self, bodies: list) -> list:
        """The row of each request that is on disk now, or was before; the RequestError of each other one."""
        waiting = self._outbox.waiting()
        if waiting + len(bodies) > self._settings.queue_limit:
            raise QueueFull(f"{waiting} requests are waiting; try again in a minute")
        now = int(time.time())
        ids = [body["id"] for body in bodies if isinstance(body, dict) and reading.is_id(body.get("id"))]
        before = self._outbox.by_ids(ids)
        rows = self._readers.read(bodies, now)
        taken = [self._try(self._read, body, row, before, now) for body, row in zip(bodies, rows, strict=True)]
        self._check_with_contracts(taken)
        with self._door:
            self._refuse_repeated(taken)
            new = list({item["id"]: item for item in taken if _is_new(item)}.values())
            if new:
                self._outbox.add(new)
        if new:
            self.wake()
        return taken

    @staticmethod
    def _try(function, *arguments):
        try:
            return function(*arguments)
        except RequestError as error:
            return error

    def _read(self, body: dict, row: dict | None, before: dict, now: int):
        """The row of a new request, or the one stored before; `row` is what a reader made of it and found good."""
        is_checked = row is not None
        row = row or reading.read(body, self._terms)
        if row["id"] in before:
            return _same(row, before[row["id"]])
        if not is_checked:
            reading.check(row, self._terms, now)
        return {**row, "received_at": now, "state": "queued", "refusal": None}

    def _refuse_repeated(self, taken: list) -> None:
        """The same request under another id is a replay; an id may have come in meanwhile, or twice in one list."""
        rows = {i: item for i, item in enumerate(taken) if _is_new(item)}
        known = self._outbox.by_ids([row["id"] for row in rows.values()])
        seen = self._outbox.pending_digests([row["digest"] for row in rows.values()])
        for i, row in rows.items():
            if row["id"] in known:
                taken[i] = self._try(_same, row, known[row["id"]])
            elif row["digest"] in seen:
                nonce = str(row["nonce"])
                taken[i] = RequestRefused("RequestNonceUsed", {"actor": hex_of(row["actor"]), "nonce": nonce})
            else:
                known[row["id"]] = row
                seen.add(row["digest"])

    # --- asking the contracts

    def _check_with_contracts(self, taken: list) -> None:
        """Runs each request on the newest block, so that what would fail is refused at once."""
        rows = {i: item for i, item in enumerate(taken) if _is_new(item)}
        # Running a batch costs the node as much as recording it, so that would halve what it can record.
        light = {rules.BATCH_ACTION, rules.CHECKPOINT_ACTION} if len(rows) > 1 else {rules.BATCH_ACTION}
        checkpoints = {i: row for i, row in rows.items() if row["action"] in light}
        standing = self._standings.of({_reporter(row) for row in checkpoints.values()})
        for i, row in rows.items():
            if i in checkpoints:
                taken[i] = self._try(_check_checkpoints, row, standing[_reporter(row)])
            else:
                taken[i] = self._try(self._dry_run, row)

    def _dry_run(self, row: dict) -> dict:
        try:
            self._node.call(self._deployment.addresses[row["contract"]], row["call"], CALL_GAS + 400 * len(row["call"]))
        except NodeRefused as error:
            refusal = reverts.refusal_in(error)
            if not is_due_in_the_next_block(refusal):
                raise refusal from error
        return row

    # --- answers

    def status(self, request_id: str) -> dict:
        """State of a request; raises NotFound."""
        row = self._outbox.request(request_id)
        if row is None:
            raise NotFound(f"This server holds no request with the id {request_id}")
        return self._status(row, acknowledge(self._key, self._promise(row)))

    def _promise(self, row) -> Promise:
        received_at, contract = row["received_at"], self._deployment.addresses[row["contract"]]
        due_at = received_at + self._settings.promise_s
        return Promise(row["digest"], received_at, due_at, self._deployment.chain_id, contract)

    def _status(self, row, acknowledgement: dict) -> dict:
        status = {
            "id": row["id"],
            "state": row["state"],
            "request_digest": hex_of(row["digest"]),
            "acknowledgement": acknowledgement,
        }
        if row["state"] == "recorded":
            status |= {"block_number": row["block_number"], "block_hash": hex_of(row["block_hash"])}
        if row["refusal"] is not None:
            status["problem"] = orjson.loads(row["refusal"])
        if row["call"][:4] == rules.action_of("ParcelLedger", rules.BATCH_ACTION).selector:
            signed = rules.from_call(row["contract"], row["call"])
            refusals = refused_items(signed.request, row["received_at"])
            status["items_refused"] = [{"index": i, "problem": r.problem()} for i, r in refusals.items()]
        return status


def _is_new(item) -> bool:
    """Whether an item of a list is a row that is to be stored; those stored before are rows of the outbox."""
    return isinstance(item, dict)


def _same(row: dict, stored):
    """The same id and body give the same answer; raises RequestConflict for another body."""
    # The calldata holds the whole body: request, authorisations, and of a claim the receipt.
    if (row["contract"], row["call"]) != (stored["contract"], stored["call"]):
        raise RequestConflict(f"The id {row['id']} was used for a request with another body", field="id")
    return stored


def _reporter(row: dict) -> tuple[bytes, int]:
    return row["actor"], row["request"]["participant"]


def _check_checkpoints(row: dict, refusal: RequestRefused | None) -> dict:
    """A checkpoint among many: its reporter's standing, and time. A used nonce shows when it is recorded."""
    if refusal is not None:
        raise refusal
    refusals = refused_items(row["request"], row["received_at"])
    if len(refusals) == len(row["request"].get("checkpoints", (row["request"],))):
        raise refusals[0]
    return row


def refused_items(request: dict, now: int) -> dict[int, RequestRefused]:
    """Which checkpoints of a request the contract will pass over, by their position, and why."""
    found = {}
    for i, checkpoint in enumerate(request.get("checkpoints", (request,))):
        facts = checkpoint["facts"]
        occurred_at = int.from_bytes(facts[:8], "big")
        if occurred_at > now + CLOCK_TOLERANCE_S:
            found[i] = RequestRefused("RequestTimeInFuture", {"occurredAt": str(occurred_at), "blockTime": now})
        elif any(facts[19:]) or not occurred_at:
            found[i] = RequestRefused("CheckpointFactsInvalid", {"facts": hex_of(facts)})
    return found
