"""The public record of a seller: a ruled or agreed debt that was not paid in time, and that it was paid later."""

import pytest
from disputing import (
    DUE,
    SCRATCHED,
    award,
    disputed,
    line,
    scratched,
    settle,
    withdraw,
)
from eth_utils import keccak
from test_history import extended
from test_refund_escrow import STRANGER, UNITS, deposit, token  # noqa: F401
from world import BECOMES_DEFAULTED, CONFIRM, DISPUTE_S, GRACE_S, SELLER, WORD, ascii32

RECORD = keccak(ascii32("record") + SELLER.to_bytes(WORD, "big"))
EVIDENCE = b"\x0b" * WORD


@pytest.fixture
def listed(world):
    """The council has listed the ledger."""
    world.do(world.council_act("listContract", ascii32("ReturnLedger"), world.address("ReturnLedger")))
    return world


def owing(world):
    """A settled dispute, and nothing paid until the deadline."""
    sale = scratched(world)
    settle(world, disputed(world, sale), SCRATCHED)
    return sale


def enforce_now(world, sale):
    world.next_at(world.turn(sale)[3])
    return world.do(world.enforce(sale))


def names(logs):
    return [log.name for log in logs]


def test_nobody_writes_into_a_record_himself(world):
    """Not listed, nothing happens; and nothing reverts, as a debt stands in the return's own history even so."""
    before = world.head("ParticipantRegistry", RECORD)
    assert world.read("ParticipantRegistry", "recordOf", SELLER) == RECORD
    calls = (("recordDefault", (SELLER, EVIDENCE, b"EUR", 1)), ("settleDefault", (SELLER, EVIDENCE)))
    for function, arguments in calls:
        assert world.do(world.encode("ParticipantRegistry", function, *arguments)) == []
    assert world.head("ParticipantRegistry", RECORD) == before


def test_a_ledger_that_is_not_listed_goes_on_all_the_same(world):
    sale = owing(world)
    (log,) = enforce_now(world, sale)
    assert (log.name, log.values["owedMinor"]) == ("SilenceEnforced", DUE[85])
    (log,) = world.do(world.pay(sale, DUE[85]))
    assert (log.name, world.turn(sale)[1]) == ("RefundReleased", CONFIRM)


def test_a_ruled_debt_that_is_not_paid_stands_in_the_record(listed):
    sale, before = owing(listed), listed.head("ParticipantRegistry", RECORD)
    recorded, enforced = enforce_now(listed, sale)
    assert (recorded.name, recorded.topics[1:]) == ("DefaultRecorded", [RECORD, bytes(WORD)])
    assert list(recorded.values.values()) == [listed.now(), SELLER, sale.return_id(), b"EUR", DUE[85]]
    assert enforced.values["consequence"] == BECOMES_DEFAULTED
    assert listed.head("ParticipantRegistry", RECORD) == extended(before, recorded)


def test_a_debt_that_nobody_ruled_on_stands_in_no_record(listed):
    sale = listed.inspected()
    assert names(enforce_now(listed, sale)) == ["SilenceEnforced"]
    assert names(listed.do(listed.pay(sale, listed.due(sale)))) == ["RefundReleased"]


def test_the_record_says_that_it_was_paid_later_once(listed):
    sale = owing(listed)
    enforce_now(listed, sale)
    assert names(listed.do(listed.pay(sale, 1))) == ["RefundReleased"]
    settled, released = listed.do(listed.pay(sale, DUE[85] - 1))
    assert (settled.name, settled.topics[1:]) == ("DefaultSettled", [RECORD, bytes(WORD)])
    assert list(settled.values.values()) == [listed.now(), SELLER, sale.return_id()]
    assert released.name == "RefundReleased"
    # Whatever becomes due afterwards is another matter.
    settle(listed, disputed(listed, sale, award(extra=100), number=2), award(extra=100))
    assert names(listed.do(listed.pay(sale, 100))) == ["RefundReleased"]


def test_the_escrow_settles_it_too(listed, token):  # noqa: F811
    sale = owing(listed)
    enforce_now(listed, sale)
    listed.do(deposit(listed, sale, token, 10**9))
    logs = listed.do(listed.act("withdrawRefund", (sale.return_id(), STRANGER), sale.buyer))
    assert names(logs) == ["RefundWithdrawn", "DefaultSettled", "RefundReleased"]


def test_a_second_ruling_does_not_leave_the_first_default_unsettled_for_ever(listed):
    sale = owing(listed)
    enforce_now(listed, sale)
    settle(listed, disputed(listed, sale, award(line(1, 1)), number=2), award(line(1, 1, award=9_000)))
    assert names(listed.do(listed.pay(sale, listed.due(sale)))) == ["DefaultSettled", "RefundReleased"]


def test_a_dispute_in_vain_does_not_either(listed):
    sale = owing(listed)
    enforce_now(listed, sale)
    case = disputed(listed, sale, award(line(1, 1, award=0)), by_buyer=False, number=2)
    listed.do(withdraw(listed, case))
    assert names(listed.do(listed.pay(sale, listed.due(sale)))) == ["DefaultSettled", "RefundReleased"]


def test_a_payment_that_a_ruling_did_not_believe_is_owed_in_public(listed):
    sale = listed.paid()
    due = 3_095 - 248 - 61 - 250
    settle(listed, disputed(listed, sale, award(unpaid=due), ground=2), award(unpaid=due))
    recorded, _ = enforce_now(listed, sale)
    assert recorded.values["owedMinor"] == due


def test_a_ledger_that_is_listed_as_something_else_writes_nothing(world):
    world.do(world.council_act("listContract", ascii32("DisputeDesk"), world.address("ReturnLedger")))
    assert names(enforce_now(world, owing(world))) == ["SilenceEnforced"]


def test_what_the_escrow_paid_is_never_owed_whatever_the_buyer_says(listed, token):  # noqa: F811
    sale = owing(listed)
    listed.do(deposit(listed, sale, token, 1_000 * UNITS))
    listed.do(listed.act("withdrawRefund", (sale.return_id(), STRANGER), sale.buyer))
    listed.do(listed.pay(sale, DUE[85] - 1_000))
    listed.do(listed.buyer_does("confirmOutcome", sale, False, EVIDENCE))
    recorded, _ = enforce_now(listed, sale)
    assert recorded.values["owedMinor"] == DUE[85] - 1_000


def test_a_buyer_who_confirms_at_last_settles_it(listed):
    sale = owing(listed)
    listed.do(listed.pay(sale, DUE[85]))
    listed.do(listed.buyer_does("confirmOutcome", sale, False, EVIDENCE))
    assert names(enforce_now(listed, sale)) == ["DefaultRecorded", "SilenceEnforced"]
    listed.pass_time(DISPUTE_S + GRACE_S)
    logs = listed.do(listed.buyer_does("confirmOutcome", sale, True, EVIDENCE))
    assert names(logs) == ["DefaultSettled", "OutcomeConfirmed"]
