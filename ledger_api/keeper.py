"""Calls for what is due: the companion that keeps promise three, silence has a consequence. Anybody may run one.

It reads a server's lists of returns and disputes whose deadline and grace have passed, and posts `enforce` for each. It
holds no key.
"""

import logging
import threading
from collections.abc import Callable

from ledger_api.client import Client, Problem
from ledger_api.errors import LedgerError

log = logging.getLogger(__name__)

# Somebody else was faster, or the chain's clock is a little behind the server's.
HARMLESS = ("enforce-too-early", "enforce-nothing", "dispute-too-early", "dispute-nothing-to-enforce")
KINDS = {"disputes": "dispute_id", "returns": "return_id"}


class Keeper:
    """One server's keeper; `say` gets a line for each consequence."""

    def __init__(self, client: Client, interval_s: float, say: Callable[[str], None]):
        self._client = client
        self._interval_s = interval_s
        self._say = say

    def run(self, stop: threading.Event) -> None:
        """Looks again and again until `stop` is set; trouble is logged, and it goes on."""
        while not stop.is_set():
            try:
                self.look()
            except LedgerError as error:
                log.warning("keeper waits: %s", error.detail)
            stop.wait(self._interval_s)

    def look(self) -> int:
        """Enforces all that is due now; how many."""
        return sum(self._look(noun, name) for noun, name in KINDS.items())

    def _look(self, noun: str, name: str) -> int:
        count, cursor = 0, None
        while True:
            page = self._client.get(f"/api/v1/{noun}", due="true", **({"cursor": cursor} if cursor else {}))
            count += sum(self._enforce(f"/api/v1/{noun}/{item[name]}", item[name], item) for item in page["items"])
            cursor = page["next"]
            if cursor is None:
                return count

    def _enforce(self, path: str, subject: str, item: dict) -> bool:
        try:
            status = self._client.post(f"{path}/enforce", {})
            self._client.wait(status["id"])
        except Problem as problem:
            if problem.slug not in HARMLESS:
                log.warning("keeper: %s: %s", subject, problem.detail)
            return False
        turn = item.get("turn", {})
        self._say(f"{subject}: {turn.get('act')} not done in time, now {turn.get('consequence')}")
        return True
