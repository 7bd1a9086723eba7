"""When each open return and dispute can be enforced: kept up to date with the entries, so that nobody computes all to
find the due.

A deadline of a return moves with an entry of it, of one of its parcels, or of another return of its receipt; that of a
dispute with its own entries alone.
"""

import logging

from ledger_api.index.queries import View
from ledger_api.rules.access import judges_of
from ledger_api.rules.dispute_case import dispute_case_of
from ledger_api.rules.return_case import case_of

log = logging.getLogger(__name__)

TABLES = {"deadlines", "dispute_deadlines", "judges"}


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
    db.execute("DELETE FROM judges")
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
    def rows():
        turn = case_of(return_id, look.entries_of).turn(look.entries_of)
        return {"deadlines": [(turn.enforceable_at, turn.until, turn.who, turn.act)] if turn.until else []}

    _set(db, "return_id", return_id, rows)


def _set_dispute(db, look: View, dispute_id: bytes) -> None:
    def rows():
        case = dispute_case_of(dispute_id, look.entries_of)
        turn = case.turn()
        return {
            "dispute_deadlines": [(turn.enforceable_at, turn.until)] if turn.until else [],
            "judges": [(number,) for number in judges_of(case)],
        }

    _set(db, "dispute_id", dispute_id, rows)


def _set(db, name: str, subject: bytes, rows_of) -> None:
    """Puts the rows of a subject in the place of those that its tables have."""
    try:
        rows = rows_of()
    except Exception:  # one that cannot be computed stops no other
        log.exception("the deadline of 0x%s cannot be computed", subject.hex())
        return
    for table, found in rows.items():
        db.execute(f"DELETE FROM {table} WHERE {name} = ?", (subject,))
        for row in found:
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * (1 + len(row)))})", (subject, *row))
