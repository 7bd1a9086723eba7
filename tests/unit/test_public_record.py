"""What stands against a seller in public: ruled debts that were not paid in time, until they are."""

from ledger_api.rules.ids import record_id
from ledger_api.rules.registry_state import record_of
from tests.unit.recorded import RMA, SELLER, Recorded

RECORD, OTHER = record_id(SELLER), b"\x0a" * 32


def default(told: Recorded, return_id: bytes, owed_minor: int) -> None:
    said = {"participant": SELLER, "returnId": return_id, "currency": b"EUR", "owedMinor": owed_minor}
    told.wait(60).record("DefaultRecorded", RECORD, bytes(32), **said)


def settled(told: Recorded) -> list[tuple]:
    return [(item["owed_minor"], item["settled_at"]) for item in record_of(told.entries_of(RECORD))]


def test_a_debt_stands_until_it_is_paid():
    told = Recorded()
    default(told, RMA, 500)
    assert record_of(told.entries_of(RECORD))[0] | {"recorded_at": 0} == {
        "return_id": RMA,
        "currency": "EUR",
        "owed_minor": 500,
        "recorded_at": 0,
        "settled_at": None,
    }
    told.wait(60).record("DefaultSettled", RECORD, bytes(32), participant=SELLER, returnId=RMA)
    assert settled(told) == [(500, told.now)]


def test_a_payment_settles_every_default_of_its_return_and_of_no_other():
    """A second award made the debt larger, and he defaulted again before he paid all of it."""
    told = Recorded()
    for return_id, owed_minor in ((RMA, 500), (OTHER, 300), (RMA, 900)):
        default(told, return_id, owed_minor)
    told.wait(60).record("DefaultSettled", RECORD, bytes(32), participant=SELLER, returnId=RMA)
    assert settled(told) == [(500, told.now), (300, None), (900, told.now)]


def test_what_was_settled_before_keeps_its_day():
    told = Recorded()
    default(told, RMA, 500)
    told.wait(60).record("DefaultSettled", RECORD, bytes(32), participant=SELLER, returnId=RMA)
    first = told.now
    default(told, RMA, 200)
    told.wait(60).record("DefaultSettled", RECORD, bytes(32), participant=SELLER, returnId=RMA)
    assert settled(told) == [(500, first), (200, told.now)]
