"""openDispute: one side says what is contested, and asks for something."""

import pytest
from disputing import (
    ALL,
    BUYERS,
    BY_DEFAULT,
    CLAIM,
    DUE,
    ENDED,
    ESCALATED,
    INQUIRY,
    INSPECTION,
    LIMIT,
    NO_STAGE,
    NOT_YET,
    OPENER_SEED,
    SELLERS,
    SELLERS_CLAIM,
    STATEMENT,
    TO_ANSWER,
    award,
    dispute_id,
    disputed,
    line,
    open_dispute,
    opening,
    scratched,
    seed_hash,
    silence,
    standing,
    turn,
    withdraw,
)
from hostile import SPOILERS
from world import (
    ANY,
    APPROVED,
    ARBITRATORS,
    CANCELLED,
    CARRIER,
    CLOSED,
    DAY,
    FINAL_SALE,
    GRACE_S,
    INSPECTOR,
    LINES,
    OTHER_SELLER,
    REQUESTED,
    RESPOND_S,
    SELLER,
    TOO_LARGE,
    WORD,
)

TRACKING = b"\x61" * WORD
SILENCES = 5  # of the other side and of four arbitrators
BOTH = pytest.mark.parametrize("by_buyer", [True, False])


def claim_by(by_buyer):
    return CLAIM if by_buyer else SELLERS_CLAIM


# --- Failures ---------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil, by_buyer):
    sale = scratched(world, kind)
    key = sale.buyer if by_buyer else world.key(SELLER, kind)
    spoil(world, "openDispute", opening(sale, claim_by(by_buyer), by_buyer=by_buyer), key)


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(open_dispute(world, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_who_is_no_party(world, kind):
    sale = scratched(world)
    for key in (sale.claim_key, world.key(SELLER, kind), world.key(INSPECTOR, kind), world.fresh_key(kind)):
        world.refused(open_dispute(world, sale, key=key), "DisputeNotParty", sale.return_id(), key.address)
    other = world.key(OTHER_SELLER, kind)
    call = open_dispute(world, sale, by_buyer=False, participant=OTHER_SELLER, key=other)
    world.refused(call, "DisputeNotParty", sale.return_id(), other.address)
    world.refused(open_dispute(world, sale, by_buyer=False, key=sale.buyer), "KeyUnknown", ANY, SELLER)


def test_it_refuses_a_suspended_seller(world):
    sale = scratched(world)
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(open_dispute(world, sale, SELLERS_CLAIM, by_buyer=False), "ParticipantSuspended", SELLER)


@pytest.mark.parametrize("number", [0, 2, 2**32 - 1])
def test_it_refuses_any_number_but_the_next(world, number):
    sale = scratched(world)
    call = open_dispute(world, sale, number=number)
    world.refused(call, "DisputeNumberWrong", sale.return_id(), number, 1)


def test_it_refuses_no_ground(world):
    world.refused(open_dispute(world, scratched(world), ground=0), "DisputeGroundInvalid")


@BOTH
def test_each_side_has_few_disputes_of_a_return(world, by_buyer):
    sale = scratched(world)
    for number in range(1, LIMIT + 1):
        world.do(withdraw(world, disputed(world, sale, claim_by(by_buyer), by_buyer=by_buyer, number=number)))
    call = open_dispute(world, sale, claim_by(by_buyer), by_buyer=by_buyer, number=LIMIT + 1)
    world.refused(call, "DisputeLimitReached", sale.return_id(), LIMIT)
    world.do(open_dispute(world, sale, claim_by(not by_buyer), by_buyer=not by_buyer, number=LIMIT + 1))


def test_it_refuses_other_parcels_than_those_of_the_return(world):
    sale, trackings = world.approved(), [world.fresh(), world.fresh()]
    for tracking in trackings:
        world.do(world.send(sale, tracking=tracking))
    first, second = ((CARRIER, tracking) for tracking in trackings)
    for parcels, index in (
        ([], 0),
        ([first], 1),
        ([first, second, first], 3),
        ([second, first], 0),
        ([first, (CARRIER, world.fresh())], 1),
        ([first, (INSPECTOR, trackings[1])], 1),
    ):
        call = open_dispute(world, sale, parcels=parcels)
        world.refused(call, "DisputeParcelsDiffer", sale.return_id(), index)
    world.do(open_dispute(world, sale, parcels=[first, second]))


@BOTH
def test_it_refuses_a_second_one_while_one_is_open(world, by_buyer):
    sale = scratched(world)
    disputed(world, sale, CLAIM)
    call = open_dispute(world, sale, claim_by(by_buyer), by_buyer=by_buyer, number=2)
    world.refused(call, "ReturnDisputed", sale.return_id())


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("cancelled", CANCELLED), ("closed", CLOSED)])
def test_it_refuses_what_nobody_refused_or_began(world, stage, status):
    sale = world.opened()
    if stage != "opened":
        world.do(world.buyer_does("cancelReturn" if stage == "cancelled" else "closeReturn", sale))
    world.refused(open_dispute(world, sale), "ReturnWrongStatus", sale.return_id(), status, APPROVED)


def test_it_refuses_an_approved_return_of_which_nothing_happened_yet(world):
    for sale in (world.approved(), world.withdrawn()):
        world.refused(open_dispute(world, sale), "DisputeNothingContested", sale.return_id())


@BOTH
def test_it_is_too_late_once_silence_has_its_consequence(world, by_buyer):
    sale = scratched(world)
    until = world.turn(sale)[3]
    world.pass_to(until)
    call = open_dispute(world, sale, claim_by(by_buyer), by_buyer=by_buyer)
    world.refused(call, "DisputeTooLate", sale.return_id(), until)
    # What silence did may be disputed.
    world.do(world.enforce(sale))
    world.do(open_dispute(world, sale, claim_by(by_buyer), by_buyer=by_buyer))


def test_it_is_opened_in_the_last_second(world):
    sale = scratched(world)
    world.next_at(world.turn(sale)[3] - 1)
    world.do(open_dispute(world, sale))


def test_it_refuses_a_claim_of_nothing_or_of_too_many_lines(world):
    sale = scratched(world)
    world.refused(open_dispute(world, sale, award(costs=1)), "LineListInvalid", 0, 50)
    world.refused(open_dispute(world, sale, award(*[line(0, 2)] * 51)), "LineListInvalid", 51, 50)


def test_it_refuses_lines_that_are_not_returned_or_stand_twice(world):
    sale = world.claimed()
    world.do(world.open(sale, [(0, 2, TOO_LARGE)]))
    world.do(world.approve(sale, returnless=True))
    world.refused(open_dispute(world, sale, award(line(1, 1))), "LineUnknown", 1, len(LINES))
    world.refused(open_dispute(world, sale, award(line(9, 1))), "LineUnknown", 9, len(LINES))
    world.refused(open_dispute(world, sale, award(line(0, 2), line(0, 2))), "LineRepeated", 0)


def test_it_refuses_more_pieces_than_were_asked_for(world):
    sale = scratched(world)
    for claim in (line(0, 3), line(0, 2, 1), line(0, 2, 0, 1), line(0, 2**24 - 1, 2**24 - 1, 2**24 - 1)):
        world.refused(open_dispute(world, sale, award(claim)), "QuantityTooLarge", 0, sum(claim[1:4]), 2)


def test_it_refuses_pieces_that_another_return_has_taken(world):
    sale = world.declined()
    world.do(world.open(sale, [(0, 2, TOO_LARGE)], number=2))
    world.refused(open_dispute(world, sale, CLAIM), "QuantityTooLarge", 0, 2, 1)
    world.do(open_dispute(world, sale, award(line(0, 1))))
    world.refused(world.open(sale, [(0, 1, TOO_LARGE)], number=3), "QuantityTooLarge", 0, 1, 0)


def test_a_seller_takes_no_pieces_that_the_buyer_may_ask_for_again(world):
    sale = world.declined()
    call = open_dispute(world, sale, award(line(0, 2, award=0)), by_buyer=False)
    world.refused(call, "QuantityTooLarge", 0, 2, 0)


def test_it_refuses_fewer_pieces_than_were_accepted(world):
    sale = scratched(world)
    world.refused(open_dispute(world, sale, award(line(0, 1, 1))), "AwardAcceptsFewer", 0, 1, 2)


def test_it_refuses_amounts_that_cannot_be(world):
    sale = scratched(world)
    paid = 3_720 + 1_230 + 490
    world.do(world.pay(sale, 700))
    for claim, field, given, limit in (
        (award(extra=paid + 1), 0, paid + 1, paid),
        (award(unpaid=701), 1, 701, 700),
        (award(line(0, 2), costs=ALL + 1), 2, ALL + 1, ALL),
        (award(line(0, 2, award=ALL + 1)), 3, ALL + 1, ALL),
        (award(line(0, 2, category=4)), 4, 4, 3),
    ):
        world.refused(open_dispute(world, sale, claim), "AwardInvalid", field, given, limit)
    world.do(open_dispute(world, sale, award(extra=paid, unpaid=700)))


def test_a_seller_claims_no_more_than_less_for_the_lines(world):
    sale = scratched(world)
    world.do(world.pay(sale, 700))
    for claim, field in ((award(line(0, 2), extra=1), 0), (award(line(0, 2), unpaid=1), 1)):
        world.refused(open_dispute(world, sale, claim, by_buyer=False), "AwardInvalid", field, 1, 0)


def test_only_the_desk_begins_ends_or_checks_at_the_ledger(world):
    sale, none = scratched(world), bytes(WORD)
    begin = world.encode("ReturnLedger", "beginDispute", sale.return_id(), none, True, CLAIM, none)
    end = world.encode("ReturnLedger", "endDispute", sale.return_id(), none, True, 3, True, True, CLAIM, 0, none)
    for call in (begin, end):
        world.refused(call, "DisputeNotFromDesk", world.sender)
    # To check an award changes nothing, so everybody may.
    world.do(world.encode("ReturnLedger", "checkAward", sale.return_id(), CLAIM))
    unknown = world.claimed().return_id()
    world.refused(world.encode("ReturnLedger", "checkAward", unknown, CLAIM), "ReturnUnknown", unknown)


def test_there_is_no_dispute_before_it_was_opened(world):
    id = dispute_id(scratched(world))
    assert world.read("DisputeDesk", "standingOf", id) == (NO_STAGE, NOT_YET, bytes(WORD), 0)
    for view in ("turnOf", "enforce"):
        world.refused(world.encode("DisputeDesk", view, id), "DisputeUnknown", id)


# --- Opening ----------------------------------------------------------------------------------------------------------


@BOTH
def test_a_side_opens_a_dispute(world, kind, by_buyer):
    sale, claim = scratched(world, kind), claim_by(by_buyer)
    key = sale.buyer if by_buyer else world.key(SELLER, kind)
    opened, begun = world.do(open_dispute(world, sale, claim, by_buyer=by_buyer, key=key))
    id, participant = dispute_id(sale), 0 if by_buyer else SELLER
    assert world.read("DisputeDesk", "disputeIdOf", sale.return_id(), 1) == id
    kept = (*claim[:3], tuple(claim[3]))
    assert (opened.name, opened.topics[1]) == ("DisputeOpened", id)
    assert list(opened.values.values()) == [
        *(world.now(), sale.return_id(), 1, participant, INSPECTION, STATEMENT, seed_hash(OPENER_SEED)),
        *(kept, ARBITRATORS),
    ]
    assert (begun.name, begun.topics[1:]) == ("DisputeBegun", [sale.return_id(), opened.topics[2]])
    assert list(begun.values.values()) == [world.now(), id, by_buyer, kept]
    assert world.read("DisputeDesk", "standingOf", id) == (INQUIRY, NOT_YET, sale.return_id(), 0)


@BOTH
def test_the_other_side_has_to_answer(world, by_buyer):
    case = disputed(world, scratched(world), claim_by(by_buyer), by_buyer=by_buyer)
    until, who = world.now() + RESPOND_S, SELLERS if by_buyer else BUYERS
    assert turn(world, case) == (who, TO_ANSWER, 0, until, until + GRACE_S, ESCALATED)
    assert standing(world, case) == (INQUIRY, NOT_YET)


STARTS = {
    "declined": lambda w: w.declined(),
    "expired": lambda w: expired(w),
    "approved in part": lambda w: approved_in_part(w),
    "sent": lambda w: sent(w),
    "received": lambda w: w.received(),
    "kept by the buyer": lambda w: kept(w),
    "paid": lambda w: w.paid(),
    "paid in advance": lambda w: paid_in_advance(w),
    "contested": lambda w: contested(w),
    "in default": lambda w: in_default(w),
}


def sent(world):
    sale = world.approved()
    world.do(world.send(sale, tracking=TRACKING))
    return sale


def expired(world):
    sale = world.approved()
    world.enforced(sale)
    return sale


def approved_in_part(world):
    sale = world.opened()
    world.do(world.approve(sale, exceptions=[(0, 1, FINAL_SALE)]))
    return sale


def kept(world):
    sale = world.opened()
    world.do(world.approve(sale, returnless=True))
    return sale


def paid_in_advance(world):
    sale = world.approved()
    world.do(world.pay(sale, 1))
    return sale


def contested(world):
    sale = world.paid()
    world.do(world.buyer_does("confirmOutcome", sale, False, world.fresh()))
    return sale


def in_default(world):
    sale = world.inspected()
    world.enforced(sale)
    return sale


@pytest.mark.parametrize("start", STARTS)
def test_a_buyer_opens_one_wherever_something_is_contested_and_it_ends(world, start):
    sale = STARTS[start](world)
    parcels = [(CARRIER, TRACKING)] if start == "sent" else []
    case = disputed(world, sale, award(line(0, 2), line(1, 1)), parcels=parcels)
    # Nobody answers, and no arbitrator rules.
    for _ in range(SILENCES):
        silence(world, case)
    assert standing(world, case) == (ENDED, BY_DEFAULT)
    assert world.due(sale) != 0 or start in ("paid", "contested")


def test_while_the_seller_contests_a_line_only_what_he_leaves_is_due(world):
    sale = scratched(world)
    assert world.due(sale) == DUE[60]
    case = disputed(world, sale, SELLERS_CLAIM, by_buyer=False)
    assert world.due(sale) == DUE[0]
    world.do(withdraw(world, case))
    assert world.due(sale) == DUE[60]


def test_a_seller_who_claims_less_than_was_found_changes_nothing(world):
    sale = scratched(world)
    disputed(world, sale, award(line(0, 2, award=9_000)), by_buyer=False)
    assert world.due(sale) == DUE[60]


def test_what_a_buyer_claims_is_not_due_before_it_is_decided(world):
    sale = scratched(world)
    disputed(world, sale, award(line(0, 2), extra=1_000))
    assert world.due(sale) == DUE[60]
    world.pass_time(DAY)
    assert world.due(sale) == DUE[60]
