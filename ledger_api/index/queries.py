"""Every SELECT that the api and the pages use."""

from dataclasses import dataclass
from functools import cached_property

from ledger_api.errors import IndexInconsistent, NotFound
from ledger_api.index.store import TABLES, Store
from ledger_api.rules import merkle
from ledger_api.rules import requests as rules
from ledger_api.rules.dispute_state import dispute_state
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.heads import REGISTRY_SUBJECT
from ledger_api.rules.ids import parcel_id
from ledger_api.rules.registry_state import Registry, registry_of
from ledger_api.rules.return_state import related_subjects, return_state
from ledger_api.rules.sale import of_ledger

SUBJECTS_LIMIT = 5_000  # of one question


@dataclass(frozen=True)
class At:
    """The block at which an answer is true."""

    number: int
    hash: str
    timestamp: int  # Unix seconds UTC

    def to_json(self) -> dict:
        return {"number": self.number, "hash": self.hash, "timestamp": self.timestamp}


class View:
    """One consistent look at the index."""

    def __init__(self, db):
        self._db = db
        self._entries: dict[bytes, list[Entry]] = {}

    @cached_property
    def at(self) -> At | None:
        """The last applied block; None before the first."""
        row = self._db.execute(
            "SELECT number, hash, timestamp FROM blocks"
            " WHERE number = (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'cursor')"
        ).fetchone()
        return At(row["number"], hex_of(row["hash"]), row["timestamp"]) if row else None

    def entries_of(self, subject: bytes) -> list[Entry]:
        """Entries of a subject, oldest first."""
        if subject not in self._entries:
            rows = self._db.execute(
                "SELECT contract, subject, request, topic, data, block_number, log_index FROM entries"
                " WHERE subject = ? ORDER BY block_number, log_index",
                (subject,),
            )
            self._entries[subject] = [Entry(*row) for row in rows]
        return self._entries[subject]

    def latest_subjects(self, subjects: list[bytes], limit: int) -> list[bytes]:
        """Those of the subjects with the newest entries, the newest first. At most SUBJECTS_LIMIT are asked about."""
        asked = subjects[:SUBJECTS_LIMIT]
        rows = self._db.execute(
            "SELECT subject, MAX(block_number) AS newest FROM entries"
            f" WHERE subject IN ({', '.join('?' * len(asked))}) GROUP BY subject ORDER BY newest DESC, subject LIMIT ?",
            (*asked, limit),
        )
        return [row["subject"] for row in rows]

    def place_of(self, entry: Entry) -> dict:
        """Block and transaction of an entry, with the transaction's calldata."""
        row = self._db.execute(
            "SELECT e.block_hash, e.transaction_hash, t.input, t.contract FROM entries e LEFT JOIN transactions t"
            " ON t.hash = e.transaction_hash WHERE e.block_number = ? AND e.log_index = ?",
            (entry.block_number, entry.log_index),
        ).fetchone()
        return dict(row)

    @cached_property
    def registry(self) -> Registry:
        """Participants, roles and keys now."""
        return registry_of(self.entries_of(REGISTRY_SUBJECT))

    # --- returns

    def return_state(self, return_id: bytes) -> dict:
        """State of a return; raises NotFound, or IndexInconsistent where this index cannot be right."""
        return self._state("return", return_state, return_id)

    def _state(self, kind: str, compute, subject: bytes) -> dict:
        try:
            state = compute(subject, self.entries_of)
        except Exception as error:  # whatever entries that cannot be make of the rules
            raise IndexInconsistent(
                f"The entries of {kind} {hex_of(subject)} in this server's index contradict themselves "
                f"({type(error).__name__})"
            ) from error
        if state is None:
            raise NotFound(f"There is no {kind} {hex_of(subject)} in this ledger")
        return state

    def returns(self, seller: int | None, after: tuple[int, int] | None, limit: int) -> list:
        """(return id, place) of returns, newest first; `after` is the place of the last one seen."""
        conditions, values = [], []
        if seller is not None:
            conditions.append("seller = ?")
            values.append(seller)
        if after is not None:
            conditions.append("(block_number, log_index) < (?, ?)")
            values += after
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._db.execute(
            f"SELECT return_id, block_number, log_index FROM returns {where}"
            " ORDER BY block_number DESC, log_index DESC LIMIT ?",
            (*values, limit),
        )
        return [(bytes(row["return_id"]), (row["block_number"], row["log_index"])) for row in rows]

    def due_returns(self, now: int, after: tuple[int, int] | None, limit: int) -> list:
        """(return id, place) of returns whose deadline and grace have passed by `now` (Unix seconds UTC), the longest
        overdue first; a place is (enforceable at, how many of that second were seen)."""
        return self._due("deadlines", "return_id", now, after or (0, 0), limit)

    def due_disputes(self, now: int, after: tuple[int, int] | None, limit: int) -> list:
        """The same of disputes."""
        return self._due("dispute_deadlines", "dispute_id", now, after or (0, 0), limit)

    def _due(self, table: str, name: str, now: int, after: tuple[int, int], limit: int) -> list:
        since, skip = after
        rows = self._db.execute(
            f"SELECT {name} AS subject, enforceable_at FROM {table} WHERE enforceable_at BETWEEN ? AND ?"
            f" ORDER BY enforceable_at, {name} LIMIT ? OFFSET ?",
            (since, now, limit, skip),
        ).fetchall()
        found, seen = [], {since: skip}
        for row in rows:
            at = row["enforceable_at"]
            seen[at] = seen.get(at, 0) + 1
            found.append((bytes(row["subject"]), (at, seen[at])))
        return found

    # --- whose they are

    def receipts_of(self, buyer: bytes) -> list[bytes]:
        """Receipts whose buyer has that key now, in the order in which they were claimed."""
        rows = self._db.execute(
            "SELECT receipt FROM buyers b WHERE buyer = ? AND NOT EXISTS (SELECT 1 FROM buyers later WHERE"
            " later.receipt = b.receipt AND (later.block_number, later.log_index) > (b.block_number, b.log_index))"
            " ORDER BY block_number, log_index",
            (buyer,),
        )
        return [bytes(row["receipt"]) for row in rows]

    def returns_of_receipt(self, receipt: bytes) -> list[bytes]:
        """Returns of a receipt, oldest first."""
        query = "SELECT return_id FROM returns WHERE receipt = ? ORDER BY block_number, log_index"
        return [bytes(row["return_id"]) for row in self._db.execute(query, (receipt,))]

    def open_returns(self, seller: int | None, inspector: int | None, limit: int) -> list[bytes]:
        """Returns that somebody is waited for, of a seller or of those that an inspector was named for, by deadline."""
        conditions, values = ["1 = 1"], []
        if seller is not None:
            conditions.append("seller = ?")
            values.append(seller)
        if inspector is not None:
            conditions.append(
                "return_id IN (SELECT return_id FROM inspectors i WHERE participant = ? AND NOT EXISTS (SELECT 1 FROM"
                " inspectors later WHERE later.return_id = i.return_id AND"
                " (later.block_number, later.log_index) > (i.block_number, i.log_index)))"
            )
            values.append(inspector)
        rows = self._db.execute(
            "SELECT return_id FROM deadlines JOIN returns USING (return_id)"
            f" WHERE {' AND '.join(conditions)} ORDER BY until, return_id LIMIT ?",
            (*values, limit),
        )
        return [bytes(row["return_id"]) for row in rows]

    def open_disputes(self, seller: int, limit: int) -> list[tuple[bytes, bytes]]:
        """(dispute id, return id) of a seller's disputes that have not ended, by deadline."""
        rows = self._db.execute(
            "SELECT dispute_id, return_id FROM dispute_deadlines JOIN disputes USING (dispute_id)"
            " JOIN returns USING (return_id) WHERE seller = ? ORDER BY until, dispute_id LIMIT ?",
            (seller, limit),
        )
        return [(bytes(row["dispute_id"]), bytes(row["return_id"])) for row in rows]

    def disputes_before(self, arbitrator: int) -> list[bytes]:
        """Disputes that an arbitrator has, or ruled on: those with a deadline first, by it."""
        rows = self._db.execute(
            "SELECT j.dispute_id FROM judges j LEFT JOIN dispute_deadlines d USING (dispute_id)"
            " WHERE participant = ? ORDER BY d.until IS NULL, d.until, j.dispute_id",
            (arbitrator,),
        )
        return [bytes(row["dispute_id"]) for row in rows]

    # --- disputes

    def dispute_state(self, dispute_id: bytes) -> dict:
        """State of a dispute; raises NotFound, or IndexInconsistent where this index cannot be right."""
        return self._state("dispute", dispute_state, dispute_id)

    def disputes(self, after: tuple[int, int] | None, limit: int) -> list:
        """(dispute id, place) of disputes, newest first; `after` is the place of the last one seen."""
        where, values = ("WHERE (block_number, log_index) < (?, ?)", after) if after is not None else ("", ())
        rows = self._db.execute(
            f"SELECT dispute_id, block_number, log_index FROM disputes {where}"
            " ORDER BY block_number DESC, log_index DESC LIMIT ?",
            (*values, limit),
        )
        return [(bytes(row["dispute_id"]), (row["block_number"], row["log_index"])) for row in rows]

    def returns_of_parcel(self, parcel: bytes) -> list[bytes]:
        """Returns that list a parcel."""
        rows = self._db.execute("SELECT return_id FROM return_parcels WHERE parcel = ?", (parcel,))
        return [bytes(row["return_id"]) for row in rows]

    def subjects_of_return(self, return_id: bytes) -> dict[str, list[bytes]]:
        """All subjects that the state of a return rests on; raises NotFound."""
        entries = of_ledger(self.entries_of(return_id))
        if not entries or entries[0].name != "ReturnOpened":
            raise NotFound(f"There is no return {hex_of(return_id)} in this ledger")
        related = related_subjects(entries, self.entries_of)
        return {"return": [return_id], **related, "registry": [REGISTRY_SUBJECT]}

    def policies(self, participant: int | None) -> list[tuple[bytes, int]]:
        """(policy id, newest version) of a seller, or of all."""
        where, values = ("WHERE participant = ?", (participant,)) if participant is not None else ("", ())
        rows = self._db.execute(f"SELECT policy, MAX(version) AS version FROM policies {where} GROUP BY policy", values)
        return [(bytes(row["policy"]), row["version"]) for row in rows]

    # --- the signed requests behind entries

    def signed_request(self, entry: Entry, separator_of) -> dict | None:
        """The request that an entry records, with its authorisations; a checkpoint of a batch with its path.

        `separator_of` gives the EIP-712 domain of a contract: that which the transaction called, as the escrow's
        requests cause entries of the return ledger too.
        """
        if not any(entry.request):
            return None
        place = self.place_of(entry)
        if place["input"] is None:
            return None
        called = place["contract"] or entry.contract
        for signed in rules.requests_in(called, place["input"]):
            if signed.digest(separator_of(called)) == entry.request:
                return _batch_item(signed, entry) if signed.action.name == rules.BATCH_ACTION else signed.to_json()
        return None

    def dump(self):
        """The whole index as lines of text, the same for the same chain."""
        for table in TABLES:
            columns = [row["name"] for row in self._db.execute(f"SELECT name FROM pragma_table_info('{table}')")]
            order = ", ".join(columns)
            for row in self._db.execute(f"SELECT {order} FROM {table} ORDER BY {order}"):
                cells = (hex_of(value) if isinstance(value, bytes) else str(value) for value in row)
                yield f"{table} " + " ".join(cells)


def _batch_item(signed, entry: Entry) -> dict | None:
    """One checkpoint of a batch: the leaf and its path, not the siblings; None if it is not in the batch."""
    checkpoints = signed.request["checkpoints"]
    leaves = [rules.checkpoint_leaf(checkpoint) for checkpoint in checkpoints]
    wanted = entry.data[32:128]
    found = (
        i
        for i, c in enumerate(checkpoints)
        if c["facts"] + c["code"] + c["document"] == wanted and _is_of(signed, c, entry)
    )
    position = next(found, None)
    if position is None:
        return None
    return {
        "contract": signed.action.contract,
        "action": signed.action.name,
        "participant": signed.request["participant"],
        "root": hex_of(merkle.root(leaves)),
        "count": len(leaves),
        "checkpoint": rules.to_json(checkpoints[position]),
        "path": [hex_of(sibling) for sibling in merkle.path(leaves, position)],
        "authorisations": rules.to_json(signed.authorisations),
    }


def _is_of(signed, checkpoint: dict, entry: Entry) -> bool:
    return parcel_id(signed.request["participant"], checkpoint["tracking"]) == entry.subject


class Queries:
    """Opens views on the index."""

    def __init__(self, store: Store):
        self._store = store

    def view(self):
        """`with queries.view() as view:` one consistent look."""
        return _ViewContext(self._store)


class _ViewContext:
    def __init__(self, store: Store):
        self._reading = store.reading()

    def __enter__(self) -> View:
        return View(self._reading.__enter__())

    def __exit__(self, *error) -> None:
        self._reading.__exit__(*error)
