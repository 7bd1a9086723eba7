"""What an open dispute holds of a return, and what goes on besides."""

from disputing import (
    CLAIM,
    accepted_of,
    disputed,
    scratched,
    settle,
    withdraw,
)
from world import (
    APPROVED,
    BECOMES_ACCEPTED,
    BECOMES_DEFAULTED,
    BECOMES_SHORT,
    CARRIER,
    DAY,
    DISPUTE,
    GIVE_BACK,
    INSPECT,
    INSPECT_S,
    NO_CONSEQUENCE,
    NOBODY,
    OF_SELLER,
    PAY,
    PAY_S,
    RECEIVE,
    TOO_LARGE,
    WORD,
)

EVIDENCE = b"\x0b" * WORD


def test_nothing_ends_or_reopens_a_return_in_dispute(world):
    sale = scratched(world)
    disputed(world, sale)
    for action in ("closeReturn", "cancelReturn"):
        world.refused(world.buyer_does(action, sale), "ReturnDisputed", sale.return_id())
    declined = world.declined()
    disputed(world, declined, CLAIM)
    world.refused(world.buyer_does("reopenReturn", declined, EVIDENCE), "ReturnDisputed", declined.return_id())
    assert world.turn(declined) == (NOBODY, DISPUTE, 0, 0, NO_CONSEQUENCE, 1)
    world.refused(world.enforce(declined), "EnforceNothing", declined.return_id())


def test_once_all_else_is_done_a_return_waits_for_its_dispute(world):
    sale = scratched(world)
    disputed(world, sale)
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[:2] == (NOBODY, DISPUTE)
    world.pass_time(1_000 * DAY)
    world.refused(world.enforce(sale), "EnforceNothing", sale.return_id())
    call = world.buyer_does("confirmOutcome", sale, True, EVIDENCE)
    world.refused(call, "OutcomeNotAwaited", sale.return_id(), DISPUTE)


def test_lines_in_dispute_cannot_be_inspected_but_received(world):
    sale = world.approved()
    tracking = world.fresh()
    world.do(world.send(sale, tracking=tracking))
    disputed(world, sale, CLAIM, parcels=[(CARRIER, tracking)])
    world.do(world.receive(sale))
    world.refused(world.inspect(sale), "LineDisputed", 0)
    world.do(world.inspect(sale, [(1, 1, 0, 0, 1, 1)]))


def test_lines_that_are_not_in_dispute_go_on(world):
    sale = world.received()
    case = disputed(world, sale, CLAIM)
    assert world.turn(sale)[1] == INSPECT
    world.do(world.inspect(sale, [(1, 1, 0, 0, 1, 1)]))
    assert world.turn(sale)[:3] == (OF_SELLER, PAY, world.now() + PAY_S)
    assert world.due(sale) == 615 - 61 - 250
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == DISPUTE
    world.do(withdraw(world, case))
    assert world.turn(sale)[1:3] == (INSPECT, world.now() + INSPECT_S)


def test_silence_about_the_other_lines_has_its_consequence(world):
    sale = world.received()
    disputed(world, sale, CLAIM)
    log = world.enforced(sale)
    assert (log.values["consequence"], accepted_of(log)) == (BECOMES_ACCEPTED, [(1, 0, 1)])
    assert world.enforced(sale).values["consequence"] == BECOMES_DEFAULTED
    assert world.turn(sale)[1] == DISPUTE


def test_what_did_not_come_of_the_other_lines_counts_as_short_and_the_return_does_not_lapse(world):
    sale, tracking = world.approved(), world.fresh()
    world.do(world.send(sale, tracking=tracking))
    case = disputed(world, sale, CLAIM, parcels=[(CARRIER, tracking)])
    log = world.enforced(sale)
    assert (log.values["act"], log.values["consequence"]) == (RECEIVE, BECOMES_SHORT)
    assert world.status(sale.return_id()) == APPROVED
    world.do(world.open(sale, [(1, 2, TOO_LARGE)], number=2))
    world.refused(world.open(sale, [(0, 2, TOO_LARGE)], number=3), "QuantityTooLarge", 0, 2, 1)
    assert accepted_of(settle(world, case, CLAIM)) == [(0, 0, 2)]


def test_a_silence_of_the_seller_accepts_no_line_in_dispute(world):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 0, 2, 0, 5, 2), (1, 0, 1, 0, 5, 2)]))
    case = disputed(world, sale, CLAIM)
    assert world.turn(sale)[1] == GIVE_BACK
    assert accepted_of(world.enforced(sale)) == [(1, 0, 1)]
    world.do(withdraw(world, case))
    # What he paid nothing for is waited for first; line 0 is still rejected.
    assert world.turn(sale)[1] == PAY
    world.do(world.pay(sale, world.due(sale)))
    assert world.turn(sale)[1] == GIVE_BACK
