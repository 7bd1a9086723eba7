"""When each open return can be enforced: kept up to date with the entries, so that nobody computes all to find the due.

A deadline moves with an entry of its return, of one of its parcels, or of another return of its receipt.
"""

import logging

from ledger_api.index.queries import View
from ledger_api.rules.return_case import case_of

log = logging.getLogger(__name__)


def update(db, subjects: set[bytes]) -> None:
    """Computes the deadlines of the returns that entries of these subjects touch."""
    look = View(db)
    for return_id in _touched(db, subjects):
        _set(db, look, return_id)


def recompute(db) -> None:
    """Computes all of them: after blocks were dropped."""
    db.execute("DELETE FROM deadlines")
    look = View(db)
    for row in db.execute("SELECT return_id FROM returns").fetchall():
        _set(db, look, bytes(row["return_id"]))


def _touched(db, subjects: set[bytes]) -> set[bytes]:
    found = set()
    for subject in subjects:
        rows = db.execute(
            "SELECT return_id FROM returns WHERE receipt = COALESCE("
            "(SELECT receipt FROM returns WHERE return_id = ?1), ?1)"
            " UNION SELECT return_id FROM return_parcels WHERE parcel = ?1",
            (subject,),
        )
        found.update(bytes(row["return_id"]) for row in rows)
    return found


def _set(db, look: View, return_id: bytes) -> None:
    try:
        turn = case_of(return_id, look.entries_of).turn(look.entries_of)
    except Exception:  # one return that cannot be computed stops no other
        log.exception("the deadline of 0x%s cannot be computed", return_id.hex())
        return
    db.execute("DELETE FROM deadlines WHERE return_id = ?", (return_id,))
    if turn.until:
        db.execute("INSERT INTO deadlines VALUES (?, ?)", (return_id, turn.enforceable_at))
