"""When each open return and dispute can be enforced: kept up to date with the entries, so that nobody computes all to
find the due.

A deadline of a return moves with an entry of it, of one of its parcels, or of another return of its receipt; that of a
dispute with its own entries alone.
"""

import logging

from ledger_api.index.queries import View
from ledger_api.rules.dispute_case import dispute_case_of
from ledger_api.rules.return_case import case_of

log = logging.getLogger(__name__)

TABLES = {"deadlines", "dispute_deadlines"}


def update(db, subjects: set[bytes]) -> None:
    """Computes the deadlines of the returns and disputes that entries of these subjects touch."""
    look = View(db)
    for return_id in _touched(db, subjects):
        _set_return(db, look, return_id)
    for dispute_id in _disputes_among(db, subjects):
        _set_dispute(db, look, dispute_id)


def recompute(db) -> None:
    """Computes all of them: after blocks were dropped."""
    look = View(db)
    db.execute("DELETE FROM deadlines")
    for row in db.execute("SELECT return_id FROM returns").fetchall():
        _set_return(db, look, bytes(row["return_id"]))
    db.execute("DELETE FROM dispute_deadlines")
    for row in db.execute("SELECT dispute_id FROM disputes").fetchall():
        _set_dispute(db, look, bytes(row["dispute_id"]))


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


def _disputes_among(db, subjects: set[bytes]) -> list[bytes]:
    known = "SELECT 1 FROM disputes WHERE dispute_id = ?"
    return [subject for subject in subjects if db.execute(known, (subject,)).fetchone()]


def _set_return(db, look: View, return_id: bytes) -> None:
    _set(db, ("deadlines", "return_id"), return_id, lambda: case_of(return_id, look.entries_of).turn(look.entries_of))


def _set_dispute(db, look: View, dispute_id: bytes) -> None:
    place = ("dispute_deadlines", "dispute_id")
    _set(db, place, dispute_id, lambda: dispute_case_of(dispute_id, look.entries_of).turn())


def _set(db, place: tuple[str, str], subject: bytes, turn_of) -> None:
    table, name = place
    try:
        turn = turn_of()
    except Exception:  # one that cannot be computed stops no other
        log.exception("the deadline of 0x%s cannot be computed", subject.hex())
        return
    db.execute(f"DELETE FROM {table} WHERE {name} = ?", (subject,))
    if turn.until:
        db.execute(f"INSERT INTO {table} VALUES (?, ?)", (subject, turn.enforceable_at))
