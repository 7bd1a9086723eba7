"""One function per kind of entry that has a table of its own; all other kinds live in `entries` alone."""

from ledger_api.rules.entries import topic_of


def receipt_claimed(db, entry) -> None:
    """A receipt has its buyer now."""
    values = entry.values
    db.execute(
        "INSERT INTO receipts VALUES (?, ?, ?, ?)",
        (entry.subject, entry.block_number, values["receipt"]["seller"], values["buyer"]),
    )
    buyer_key_taken(db, entry)


def buyer_key_taken(db, entry) -> None:
    """A receipt has another key of its buyer."""
    row = (entry.subject, entry.values["buyer"], entry.block_number, entry.log_index)
    db.execute("INSERT INTO buyers VALUES (?, ?, ?, ?)", row)


def inspector_named(db, entry) -> None:
    """A return has an inspector, unless an approval names none."""
    if number := entry.values["inspector"]:
        row = (entry.subject, number, entry.block_number, entry.log_index)
        db.execute("INSERT INTO inspectors VALUES (?, ?, ?, ?)", row)


def return_opened(db, entry) -> None:
    """There is a return."""
    values = entry.values
    seller = db.execute("SELECT seller FROM receipts WHERE receipt = ?", (values["receipt"],)).fetchone()["seller"]
    db.execute(
        "INSERT INTO returns VALUES (?, ?, ?, ?, ?)",
        (entry.subject, entry.block_number, entry.log_index, values["receipt"], seller),
    )


def parcel_added(db, entry) -> None:
    """A parcel belongs to a return."""
    db.execute(
        "INSERT INTO return_parcels VALUES (?, ?, ?)", (entry.values["parcel"], entry.subject, entry.block_number)
    )


def policy_published(db, entry) -> None:
    """A policy has a new version."""
    values = entry.values
    db.execute(
        "INSERT INTO policies VALUES (?, ?, ?, ?)",
        (entry.subject, values["version"], entry.block_number, values["participant"]),
    )


def dispute_opened(db, entry) -> None:
    """There is a dispute."""
    db.execute(
        "INSERT INTO disputes VALUES (?, ?, ?, ?)",
        (entry.subject, entry.block_number, entry.log_index, entry.values["returnId"]),
    )


HANDLERS = {
    topic_of("ReceiptClaimed"): receipt_claimed,
    topic_of("BuyerKeyTaken"): buyer_key_taken,
    topic_of("ReturnOpened"): return_opened,
    topic_of("ReturnApproved"): inspector_named,
    topic_of("InspectorNamed"): inspector_named,
    topic_of("ParcelAdded"): parcel_added,
    topic_of("PolicyPublished"): policy_published,
    topic_of("DisputeOpened"): dispute_opened,
}
