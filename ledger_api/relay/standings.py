"""Who may report checkpoints now: the contract is asked once, and its yes is remembered until the registry changes."""

import threading
import time

from ledger_api.chain import reverts
from ledger_api.chain.client import Node
from ledger_api.errors import RequestRefused
from ledger_api.rules.hashing import keccak, word

ROLE_CARRIER = 2
REMEMBER_S = 5  # if nobody says that the registry changed; a node may call its blocks final much later
_SELECTOR = keccak(b"requireRole(address,uint32,uint16)")[:4]


class Standings:
    """Asking costs a call for each actor, and a node that makes a block lets it wait."""

    def __init__(self, node: Node, registry: bytes):
        self._node = node
        self._registry = registry
        self._lock = threading.Lock()
        self._good: dict[tuple, float] = {}  # (actor, participant) → until when it is remembered
        self._changes = 0

    def forget(self) -> None:
        """The registry has new entries."""
        with self._lock:
            self._good.clear()
            self._changes += 1

    def of(self, reporters: set[tuple[bytes, int]]) -> dict[tuple, RequestRefused | None]:
        """Why each (actor, participant) may not report; None if it may."""
        now = time.monotonic()
        with self._lock:
            changes = self._changes
            unknown = [who for who in reporters if self._good.get(who, now) <= now]
        found = dict.fromkeys(reporters) | self._ask(unknown)
        with self._lock:
            # An answer from before a change that was announced meanwhile is good for this list, and for no later one.
            if changes == self._changes:
                self._good.update((who, now + REMEMBER_S) for who in unknown if found[who] is None)
        return found

    def _ask(self, reporters: list[tuple]) -> dict:
        role = word(ROLE_CARRIER)
        calls = [_SELECTOR + word(actor) + word(participant) + role for actor, participant in reporters]
        answers = self._node.refusals(self._registry, calls) if calls else []
        return {who: error and reverts.refusal_in(error) for who, error in zip(reporters, answers, strict=True)}
