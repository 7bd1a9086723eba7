"""Calls for what silence means: `enforce`, which anybody may call once deadline and grace have passed. No signature."""

import threading
import time

from ledger_api.chain import reverts
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment
from ledger_api.errors import NodeRefused
from ledger_api.relay.intake import Intake
from ledger_api.relay.outbox import Outbox
from ledger_api.relay.timing import is_due_in_the_next_block
from ledger_api.rules.hashing import keccak

ENFORCE = keccak(b"enforce(bytes32)")[:4]
HEAD = keccak(b"head(bytes32)")[:4]
NOBODY = bytes(20)
LIFETIME_S = 30 * 86_400
GAS = 3_000_000


class Enforcer:
    """Puts calls of `enforce` among the requests, so that they share batches, account nonces and what is kept."""

    def __init__(self, node: Node, deployment: Deployment, outbox: Outbox, intake: Intake):
        self._node = node
        self._addresses = deployment.addresses
        self._outbox = outbox
        self._intake = intake
        self._door = threading.Lock()  # two callers at once ask for the same thing

    def enforce(self, contract: str, subject: bytes) -> dict:
        """Takes the call; the answer is its status. Raises RequestRefused if it is too early, or nothing is due.

        The same state of a return, or of a dispute, is enforced once: until its head moves, the same call gets the same
        answer.
        """
        call = ENFORCE + subject
        self._dry_run(contract, call)
        digest = keccak(call + self._node.call(self._addresses[contract], HEAD + subject))
        request_id = f"enforce.{digest.hex()}"
        with self._door:
            if self._outbox.request(request_id) is None:
                self._outbox.add([self._row(request_id, digest, contract, call)])
                self._intake.wake()
        return self._intake.status(request_id)

    def _dry_run(self, contract: str, call: bytes) -> None:
        try:
            self._node.call(self._addresses[contract], call, GAS)
        except NodeRefused as error:
            refusal = reverts.refusal_in(error)
            if not is_due_in_the_next_block(refusal):
                raise refusal from error

    @staticmethod
    def _row(request_id: str, digest: bytes, contract: str, call: bytes) -> dict:
        now = int(time.time())
        return {
            "id": request_id,
            "digest": digest,
            "contract": contract,
            "actor": NOBODY,
            "call": call,
            "deadline": now + LIFETIME_S,
            "received_at": now,
        }
