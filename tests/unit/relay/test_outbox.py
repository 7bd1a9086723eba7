"""What the outbox holds survives a new version of its tables."""

import sqlite3

from ledger_api.relay.outbox import SCHEMA, Outbox

ROW = {"digest": b"d", "contract": "ParcelLedger", "actor": b"a", "call": b"c", "deadline": 2, "received_at": 1}


def test_an_outbox_of_an_earlier_version_goes_on(tmp_path):
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA.replace("    call BLOB", "    body BLOB NOT NULL,\n    call BLOB", 1))
        db.execute(
            "INSERT INTO requests (id, digest, contract, actor, body, call, deadline, received_at, state)"
            " VALUES ('request-1', x'01', 'ParcelLedger', x'02', x'7b7d', x'03', 2, 1, 'queued')"
        )
    db.close()
    outbox = Outbox(path)
    outbox.add([{**ROW, "id": "request-2"}])
    assert {row["id"]: row["call"] for row in outbox.queued(10)} == {"request-1": b"\x03", "request-2": b"c"}
    outbox.close()


def test_a_transaction_takes_its_requests_and_settles_each(tmp_path):
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.add([{**ROW, "id": f"request-{i}", "digest": bytes([i])} for i in range(4)])
    ids = b'["request-0","request-1","request-2"]'
    row = {"hash": b"h", "raw": b"r", "contract": "ParcelLedger", "bulk": 1, "request_ids": ids}
    outbox.store_transactions([{**row, "account_nonce": 7}])
    assert outbox.counts() == {"queued": 1, "sent": 3}
    assert [tuple(found) for found in outbox.raw([7, 8])] == [(7, b"r")]
    outbox.settle([(7, [("request-0", 5, b"b")], [("request-1", {"status": 422})], ["request-2"])])
    assert outbox.counts() == {"failed": 1, "queued": 2, "recorded": 1}
    found = outbox.request("request-0")
    assert (found["block_number"], found["block_hash"], found["account_nonce"]) == (5, b"b", 7)
    assert outbox.open_transactions() == []
    outbox.close()
