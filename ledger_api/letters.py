"""Letters to buyers: by e-mail, in the language of their sale, at what concerns them, and each once.

Only for sales that are kept here with an address. What was written the mailer remembers by its reference, so a new
start, or an index that is built anew, writes nothing twice; what is long past is not written at all.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger_api import texts
from ledger_api.documents.sales import Sale
from ledger_api.errors import LedgerError
from ledger_api.pages import letters
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.sale import of_ledger
from ledger_api.rules.times import DAY_S

log = logging.getLogger(__name__)

FRESH_S = 2 * DAY_S  # what was recorded longer ago is told by no letter
LEAD_S = 2 * DAY_S  # a reminder comes so long before a deadline, or after two thirds of a shorter time
REMIND_INTERVAL_S = 600
OPEN_LIMIT = 10_000  # returns looked at for reminders, those with the next deadlines


@dataclass(frozen=True)
class Letter:
    """One e-mail; `reference` is the same for the same event."""

    reference: str
    subject: str
    text: str


class Letters:
    """What the index learns, told to buyers; `name_of(look)` gives a function from number to name."""

    def __init__(self, queries, sales, mailer, address: Callable[[], str], name_of: Callable):
        self._queries, self._sales, self._mailer = queries, sales, mailer
        self._address, self._name_of = address, name_of
        self._changed: set[bytes] = set()
        self._door, self._wake, self._stopped = threading.Lock(), threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def changed(self, subjects: set[bytes]) -> None:
        """These have new entries."""
        with self._door:
            self._changed |= subjects
        self._wake.set()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="letters", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        reminded_at = 0.0
        while not self._stopped.is_set():
            self._wake.wait(REMIND_INTERVAL_S)
            self._wake.clear()
            due = time.monotonic() - reminded_at >= REMIND_INTERVAL_S
            reminded_at = time.monotonic() if due else reminded_at
            try:
                self.turn(int(time.time()), reminds=due)
            except Exception:
                log.exception("letters")

    def turn(self, now: int, reminds: bool = True) -> int:
        """Writes what is to be written now; how many letters are new."""
        with self._door:
            changed, self._changed = self._changed, set()
        with self._queries.view() as look:
            found = {item for subject in changed for item in _returns_of(subject, look)}
            if reminds:
                found |= set(look.open_returns(None, None, OPEN_LIMIT))
            return sum(self._write(subject, look, now) for subject in sorted(found))

    def _write(self, subject: bytes, look, now: int) -> int:
        opened = of_ledger(look.entries_of(subject))[0]
        sale = self._sales.get(opened.values["receipt"])
        if sale is None or not sale.particulars.buyer.email:
            return 0  # most returns of a server with many sellers: their state is computed for nobody
        state = look.return_state(subject)
        with texts.in_language(sale.particulars.language):
            return sum(self._send(sale, letter) for letter in self._due(state, sale, look, now))

    def _due(self, state: dict, sale: Sale, look, now: int) -> Iterator[Letter]:
        name, page = self._name_of(look), f"{self._address()}/returns/{state['return_id']}"
        key = state["return_id"]
        if now - state["opened_at"] < FRESH_S:
            yield Letter(f"{key}/asked", *letters.asked(state, sale, name, page))
        for refund in state["refunds"]:
            if now - refund["recorded_at"] < FRESH_S:
                reference = f"{key}/paid/{refund['payment']}"
                yield Letter(reference, *letters.paid(state, refund, name, now, page))
        turn = letters.buyers_turn(state)
        if turn is None or now >= turn["until"]:
            return
        paid_lately = bool(state["refunds"]) and now - state["refunds"][-1]["recorded_at"] < FRESH_S
        told = turn["act"] == "confirm" and paid_lately  # The letter about the money has said it already.
        since = max(entry.recorded_at for entry in of_ledger(look.entries_of(bytes_of(key))))
        reference = f"{key}/{turn['act']}/{turn['until']}"
        if now - since < FRESH_S and not told:
            yield Letter(reference, *letters.turn(state, name, now, page))
        if turn["until"] - now <= min(LEAD_S, (turn["until"] - since) // 3):
            yield Letter(f"{reference}/reminder", *letters.reminder(state, name, now, page))

    def _send(self, sale: Sale, letter: Letter) -> bool:
        try:
            return self._mailer.send(sale.particulars.buyer.email, letter.subject, letter.text, letter.reference)
        except LedgerError as error:
            log.warning("a letter waits: %s", error.detail)
            return False


def _returns_of(subject: bytes, look) -> list[bytes]:
    """Returns that an entry of this subject is about."""
    first = next(iter(look.entries_of(subject)), None)
    if first is None:
        return []
    if first.name == "DisputeOpened":
        return [first.values["returnId"]]
    own = of_ledger(look.entries_of(subject))
    if own and own[0].name == "ReturnOpened":
        return [subject]
    return look.returns_of_parcel(subject)
