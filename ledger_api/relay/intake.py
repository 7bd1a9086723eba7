"""Takes requests in: checks what can be checked now, stores, acknowledges. What the contracts check is the law."""

import re
import threading
import time

import orjson

from ledger_api.chain import reverts
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment
from ledger_api.config import Settings
from ledger_api.errors import (
    DeadlineTooNear,
    InvalidField,
    NodeRefused,
    NotFound,
    QueueFull,
    RequestConflict,
    RequestError,
    RequestRefused,
)
from ledger_api.relay import acknowledgements
from ledger_api.relay.outbox import Outbox
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of, keccak, word
from ledger_api.rules.signatures import Secp256k1Key, is_valid

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,128}")
CALL_GAS = 3_000_000
CLOCK_TOLERANCE_S = 120
ROLE_CARRIER = 2


class Intake:
    """The door of the relay."""

    def __init__(self, settings: Settings, node: Node, deployment: Deployment, outbox: Outbox, key: Secp256k1Key):
        self._settings = settings
        self._node = node
        self._deployment = deployment
        self._outbox = outbox
        self._key = key
        self._door = threading.Lock()  # between the look for an id and its storing nobody else may pass
        self.wake = lambda: None

    # --- one request

    def accept(self, body: dict) -> dict:
        """Takes one request; the answer is its status with the acknowledgement. Raises RequestError."""
        (answer,) = self.accept_many([body])
        if isinstance(answer, RequestError):
            raise answer
        return answer

    def accept_many(self, bodies: list[dict]) -> list:
        """Takes many, each for itself: the list holds a status or the RequestError of each."""
        if self._outbox.waiting() + len(bodies) > self._settings.queue_limit:
            raise QueueFull(f"{self._outbox.waiting()} requests are waiting; try again in a minute")
        now = int(time.time())
        before = self._outbox.by_ids(
            [body["id"] for body in bodies if isinstance(body, dict) and _is_id(body.get("id"))]
        )
        taken = [self._try(self._read, body, before, now) for body in bodies]
        self._check_with_contracts(taken)
        with self._door:
            self._refuse_repeated(taken)
            rows = [item for item in taken if isinstance(item, dict) and "call" in item]
            if rows:
                self._outbox.add(rows)
        if rows:
            self.wake()
        known = self._outbox.by_ids([item["id"] for item in taken if isinstance(item, dict)])
        return [self._status(known[item["id"]]) if isinstance(item, dict) else item for item in taken]

    @staticmethod
    def _try(function, *arguments):
        try:
            return function(*arguments)
        except RequestError as error:
            return error

    def _read(self, body: dict, before: dict, now: int) -> dict:
        """The row of a new request; `{"id": …}` alone if it is known already."""
        if not isinstance(body, dict):
            raise InvalidField("body", "must be an object")
        request_id = body.get("id")
        if not _is_id(request_id):
            raise InvalidField(
                "id", "must be 8 to 128 letters, digits or . _ : - that the client makes anew for each request"
            )
        signed = rules.from_json(body)
        canonical = orjson.dumps(signed.to_json(), option=orjson.OPT_SORT_KEYS)
        if request_id in before:
            return _same(request_id, canonical, before[request_id]["body"])
        digest = signed.digest(self._deployment.separator(signed.action.contract))
        self._check(signed, digest, now)
        return {
            "id": request_id,
            "digest": digest,
            "contract": signed.action.contract,
            "actor": signed.authorisations[0]["actor"],
            "body": canonical,
            "call": signed.call(),
            "deadline": signed.deadline,
            "received_at": now,
            "signed": signed,
        }

    def _check(self, signed: rules.SignedRequest, digest: bytes, now: int) -> None:
        """What needs no chain: deadline and signatures."""
        if signed.deadline < now:
            raise RequestRefused("RequestExpired", {"deadline": signed.deadline, "blockTime": now})
        if signed.deadline < now + self._settings.keep_s:
            raise DeadlineTooNear(
                f"The deadline must be at least {self._settings.keep_s} seconds from now, so that this server can "
                "bring the request onto the chain again if a block is lost",
                field="authorisations[0].deadline",
            )
        contract = hex_of(self._deployment.addresses[signed.action.contract])
        for authorisation in signed.authorisations:
            if not is_valid(authorisation["actor"], digest, authorisation["signature"]):
                raise RequestRefused(
                    "RequestSignerMismatch",
                    {"actor": hex_of(authorisation["actor"]), "digest": hex_of(digest)},
                    "The signature is not the actor's over this request on this chain and contract. Sign the digest "
                    f"for chain {self._deployment.chain_id} and {contract}",
                )

    def _refuse_repeated(self, taken: list) -> None:
        """The same request under another id is a replay; an id may have come in meanwhile, or twice in one list."""
        rows = {i: item for i, item in enumerate(taken) if isinstance(item, dict) and "call" in item}
        bodies = {id_: row["body"] for id_, row in self._outbox.by_ids([row["id"] for row in rows.values()]).items()}
        seen = self._outbox.pending_digests([row["digest"] for row in rows.values()])
        for i, row in rows.items():
            if row["id"] in bodies:
                taken[i] = self._try(_same, row["id"], row["body"], bodies[row["id"]])
            elif row["digest"] in seen:
                nonce = str(row["signed"].nonce)
                taken[i] = RequestRefused("RequestNonceUsed", {"actor": hex_of(row["actor"]), "nonce": nonce})
            bodies.setdefault(row["id"], row["body"])
            seen.add(row["digest"])

    # --- asking the contracts

    def _check_with_contracts(self, taken: list) -> None:
        """Runs each request on the newest block, so that what would fail is refused at once."""
        rows = {i: item for i, item in enumerate(taken) if isinstance(item, dict) and "call" in item}
        standing: dict = {}
        for i, row in rows.items():
            name = row["signed"].action.name
            # Running a batch costs the node as much as recording it, so that would halve what it can record.
            many = name == rules.BATCH_ACTION or (name == rules.CHECKPOINT_ACTION and len(rows) > 1)
            taken[i] = self._try(self._check_checkpoints, row, standing) if many else self._try(self._dry_run, row)

    def _dry_run(self, row: dict) -> dict:
        try:
            self._node.call(self._deployment.addresses[row["contract"]], row["call"], CALL_GAS + 400 * len(row["call"]))
        except NodeRefused as error:
            data = reverts.revert_data(error)
            if data is None:
                raise
            raise reverts.refusal_of(data) from error
        return row

    def _check_checkpoints(self, row: dict, standing: dict) -> dict:
        """A checkpoint among many: role, asked once an actor, and time. A used nonce shows when it is recorded."""
        request = row["signed"].request
        who = (row["actor"], request["participant"])
        if who not in standing:
            standing[who] = self._standing(*who)
        if standing[who] is not None:
            raise standing[who]
        refusals = refused_items(request, row["received_at"])
        if len(refusals) == len(request.get("checkpoints", (request,))):
            raise refusals[0]
        return row

    def _standing(self, actor: bytes, participant: int) -> RequestRefused | None:
        call = keccak(b"requireRole(address,uint32,uint16)")[:4] + word(actor) + word(participant) + word(ROLE_CARRIER)
        try:
            self._node.call(self._deployment.addresses["ParticipantRegistry"], call)
        except NodeRefused as error:
            data = reverts.revert_data(error)
            if data is None:
                raise
            return reverts.refusal_of(data)
        return None

    # --- answers

    def status(self, request_id: str) -> dict:
        """State of a request; raises NotFound."""
        row = self._outbox.request(request_id)
        if row is None:
            raise NotFound(f"This server holds no request with the id {request_id}")
        return self._status(row)

    def _status(self, row) -> dict:
        contract = self._deployment.addresses[row["contract"]]
        due_at = row["received_at"] + self._settings.promise_s
        status = {
            "id": row["id"],
            "state": row["state"],
            "request_digest": hex_of(row["digest"]),
            "acknowledgement": acknowledgements.acknowledge(
                self._key, row["digest"], row["received_at"], due_at, self._deployment.chain_id, contract
            ),
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


def _is_id(value) -> bool:
    return isinstance(value, str) and REQUEST_ID.fullmatch(value) is not None


def _same(request_id: str, body: bytes, stored: bytes) -> dict:
    """The same id and body give the same answer; raises RequestConflict for another body."""
    if body != stored:
        raise RequestConflict(f"The id {request_id} was used for a request with another body", field="id")
    return {"id": request_id}


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
