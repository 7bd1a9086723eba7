"""A server whose index was tampered with: whatever fact is changed, the check says so and names where.

The loop is over the schema, so a new column fails here until it is either forged or named as stating no fact.
"""

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from ledger_api import open_ledger
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment
from ledger_api.config import Settings
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import policy_id
from ledger_api.serving import web_server
from ledger_api.verify.fetch import CannotTry
from ledger_api.verify.online import verify
from tests.e2e.processes import folder_with_demo

# waitress says so of the setting that lets live streams through at once
pytestmark = pytest.mark.filterwarnings("ignore:send_bytes will be removed:DeprecationWarning")

# What a reader of the return, of its entries or of its page is told. Each row of the return is forged in each of these.
FACTS = {
    "entries": ("contract", "subject", "topic", "request", "data"),
    "transactions": ("hash", "input", "contract"),
    "blocks": ("hash", "timestamp"),
}
ORDER = "only says in which order entries came; the heads hold the order"
KEY = "only finds a row; a wrong one finds none, or an older block, which is said and proven too"
LIST = "only lists read this table; what a list says of a return comes from entries"
LET_IN = "only lists and whom this server lets in rest on it, which is the server's anyhow"
NO_FACTS = {
    "meta.name": KEY,
    "meta.value": KEY,
    "blocks.number": KEY,
    "blocks.parent_hash": "only the follower reads it",
    "transactions.block_number": "only the follower reads it",
    "entries.block_number": ORDER,
    "entries.log_index": ORDER,
    "entries.block_hash": "nobody is told it",
    "entries.transaction_hash": KEY,
    "receipts.receipt": LIST,
    "receipts.block_number": LIST,
    "receipts.seller": LIST,
    "receipts.buyer": LIST,
    "returns.return_id": LIST,
    "returns.block_number": LIST,
    "returns.log_index": LIST,
    "returns.receipt": LIST,
    "returns.seller": LIST,
    "deadlines.return_id": LIST,
    "deadlines.enforceable_at": LIST,
    **dict.fromkeys(("deadlines.until", "deadlines.who", "deadlines.act", "dispute_deadlines.until"), LIST),
    **dict.fromkeys(("buyers.receipt", "buyers.buyer", "buyers.block_number", "buyers.log_index"), LET_IN),
    **dict.fromkeys(("inspectors.return_id", "inspectors.participant"), LET_IN),
    **dict.fromkeys(("inspectors.block_number", "inspectors.log_index"), LET_IN),
    **dict.fromkeys(("judges.dispute_id", "judges.participant"), LET_IN),
    "return_parcels.parcel": LIST,
    "return_parcels.return_id": LIST,
    "return_parcels.block_number": LIST,
    "disputes.dispute_id": LIST,
    "disputes.block_number": LIST,
    "disputes.log_index": LIST,
    "disputes.return_id": LIST,
    "dispute_deadlines.dispute_id": LIST,
    "dispute_deadlines.enforceable_at": LIST,
    "policies.policy": LIST,
    "policies.version": LIST,
    "policies.block_number": LIST,
    "policies.participant": LIST,
}
OF_DISPUTE = ("DisputeBegun", "DisputeResolved")
OTHER_CONTRACT = {
    "ParticipantRegistry": "PolicyBook",
    "PolicyBook": "ParcelLedger",
    "ParcelLedger": "ReturnLedger",
    "ReturnLedger": "ParticipantRegistry",
    "RefundEscrow": "ReturnLedger",
    "DisputeDesk": "ReturnLedger",
}


@dataclass
class Forged:
    """A server without relay and follower, whose index can be changed under it."""

    url: str
    return_id: str
    disputed_id: str  # another return, over which a dispute was ruled
    db: sqlite3.Connection

    @contextmanager
    def change(self, table: str, column: str, rowid: int, value):
        """One value changed, for as long as the block lasts."""
        sql = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
        (true,) = self.db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
        self.db.execute(sql, (value, rowid))
        try:
            yield
        finally:
            self.db.execute(sql, (true, rowid))


@pytest.fixture(scope="module")
def forged(tmp_path_factory):
    """The demo's data folder, served by the web part alone: nothing repairs the index."""
    folder = folder_with_demo(tmp_path_factory)
    chain = EmbeddedChain(folder / "chain")
    node = Node.at(chain.start())
    ledger = open_ledger(Settings(data_dir=str(folder), port=0), node, Deployment.load(folder / "deployment.json"))
    db = sqlite3.connect(folder / "index.sqlite", isolation_level=None, timeout=30)
    try:
        with web_server(ledger) as url:
            yield Forged(url, (folder / "demo-return").read_text(), (folder / "demo-disputed").read_text(), db)
    finally:
        db.close()
        ledger.outbox.close()
        chain.stop()


# --- rows of the return


@dataclass(frozen=True)
class Row:
    """A row of `entries` that the return rests on."""

    rowid: int
    entry: Entry
    transaction: bytes


def rows_of(forged: Forged) -> list[Row]:
    """Entries of the return, its receipt, its parcels, its policy and the registry, as they stand truly."""
    ledger_id = bytes_of(forged.return_id)
    (opened,) = forged.db.execute("SELECT receipt FROM returns WHERE return_id = ?", (ledger_id,)).fetchone()
    parcels = [
        row[0] for row in forged.db.execute("SELECT parcel FROM return_parcels WHERE return_id = ?", (ledger_id,))
    ]
    subjects = [ledger_id, opened, policy_id(1, 1), *parcels]
    return _rows(forged, f"subject IN ({','.join('?' * len(subjects))}) OR contract = 'ParticipantRegistry'", subjects)


def rows_of_dispute(forged: Forged) -> list[Row]:
    """Entries of the dispute of the other return, and what its return says about begin and end."""
    disputed = bytes_of(forged.disputed_id)
    (dispute,) = forged.db.execute("SELECT dispute_id FROM disputes WHERE return_id = ?", (disputed,)).fetchone()
    found = _rows(forged, "subject IN (?, ?)", (dispute, disputed))
    return [row for row in found if row.entry.contract == "DisputeDesk" or row.entry.name in OF_DISPUTE]


def _rows(forged: Forged, condition: str, values) -> list[Row]:
    found = forged.db.execute(
        "SELECT rowid, transaction_hash, contract, subject, request, topic, data, block_number, log_index FROM entries"
        f" WHERE {condition} ORDER BY block_number, log_index",
        values,
    )
    return [Row(rowid, Entry(*values), transaction) for rowid, transaction, *values in found]


def flipped(value: bytes, position: int) -> bytes:
    """The same bytes with one bit of one byte changed."""
    changed = bytearray(value)
    changed[position] ^= 1
    return bytes(changed)


def changes_of(value) -> list:
    """Other values that could stand there."""
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, str):
        return [OTHER_CONTRACT[value]]
    return [flipped(value, position) for position in sorted({0, len(value) // 2, len(value) - 1})]


def findings(forged: Forged, return_id: str | None = None) -> str | None:
    """What the check says is wrong, as text; None if the server does not find the return any more."""
    try:
        report = verify(forged.url, return_id or forged.return_id)
    except CannotTry:
        return None
    if report.verified:
        return "verified, and must not be"
    return "\n".join(f"{item['where']}: {item['detail']}" for item in report.wrong)


def is_named(row: Row, text: str | None) -> bool:
    """Whether the check points at the entry, by its kind or subject, or repeats that the server gives up its index."""
    told = (row.entry.name, hex_of(row.entry.subject), "is of no known kind", "contradict themselves")
    return text is None or any(part in text for part in told)


# --- tests


def test_every_column_of_the_index_is_forged_here_or_states_no_fact(forged):
    tables = [name for (name,) in forged.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        f"{table}.{name}"
        for table in tables
        for (name,) in forged.db.execute("SELECT name FROM pragma_table_info(?)", (table,))
    }
    facts = {f"{table}.{column}" for table, columns_of in FACTS.items() for column in columns_of}
    assert not facts & set(NO_FACTS)
    assert columns == facts | set(NO_FACTS)


def test_the_return_verifies_before_anything_is_changed(forged):
    assert verify(forged.url, forged.return_id).wrong == []
    assert len(rows_of(forged)) > 25


@pytest.mark.parametrize("column", FACTS["entries"])
def test_an_entry_with_another_value_is_never_verified_and_is_named(forged, column):
    missed = []
    for row in rows_of(forged):
        for value in changes_of(getattr(row.entry, column)):
            with forged.change("entries", column, row.rowid, value):
                text = findings(forged)
            if not is_named(row, text):
                missed.append((row.entry.name, text))
    assert missed == []


@pytest.mark.parametrize("column", FACTS["transactions"])
def test_a_transaction_with_another_value_is_never_verified_and_an_entry_of_it_is_named(forged, column):
    rows, missed = rows_of(forged), []
    for transaction in {row.transaction for row in rows if any(row.entry.request)}:
        rowid, value = forged.db.execute(
            f"SELECT rowid, {column} FROM transactions WHERE hash = ?", (transaction,)
        ).fetchone()
        for changed in changes_of(value):
            with forged.change("transactions", column, rowid, changed):
                text = findings(forged)
            if not any(is_named(row, text) for row in rows if row.transaction == transaction):
                missed.append(text)
    assert missed == []


@pytest.mark.parametrize("column", FACTS["blocks"])
def test_the_block_that_an_answer_names_cannot_be_another(forged, column):
    rowid, value = forged.db.execute(f"SELECT rowid, {column} FROM blocks ORDER BY number DESC LIMIT 1").fetchone()
    for changed in changes_of(value):
        with forged.change("blocks", column, rowid, changed):
            assert findings(forged).startswith("at: ")


def test_an_entry_that_is_left_out_is_noticed(forged):
    missed = []
    for row in rows_of(forged):
        with forged.change("entries", "subject", row.rowid, bytes(32)):
            text = findings(forged)
        if not is_named(row, text):
            missed.append((row.entry.name, text))
    assert missed == []


def test_two_entries_in_another_order_are_noticed(forged):
    parcel = [row for row in rows_of(forged) if row.entry.name == "CheckpointRecorded"]
    first, last = parcel[0], next(row for row in reversed(parcel) if row.entry.subject == parcel[0].entry.subject)
    with forged.change("entries", "data", first.rowid, last.entry.data):
        with forged.change("entries", "data", last.rowid, first.entry.data):
            assert is_named(first, findings(forged))


# --- a dispute


def test_a_return_with_a_dispute_verifies_before_anything_is_changed(forged):
    assert verify(forged.url, forged.disputed_id).wrong == []
    kinds = {row.entry.name for row in rows_of_dispute(forged)}
    assert kinds >= {"DisputeOpened", "DisputeEscalated", "RulingGiven", "DisputeSilenceEnforced", *OF_DISPUTE}


@pytest.mark.parametrize("column", FACTS["entries"])
def test_an_entry_of_a_dispute_with_another_value_is_never_verified_and_is_named(forged, column):
    """One change in each: the same columns are forged at three places above."""
    missed = []
    for row in rows_of_dispute(forged):
        value = changes_of(getattr(row.entry, column))[-1]
        with forged.change("entries", column, row.rowid, value):
            text = findings(forged, forged.disputed_id)
        if not is_named(row, text):
            missed.append((row.entry.name, text))
    assert missed == []
