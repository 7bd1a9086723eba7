"""Who gets a case: drawn by both seeds from the roster as it was at the opening, without anybody who is involved."""

import pytest
from disputing import (
    OPENER_SEED,
    OTHER_SEED,
    STATEMENT,
    answer,
    answered,
    arbitrator_of,
    award,
    disputed,
    does,
    draw,
    escalate,
    line,
    open_dispute,
    opened,
    picked,
    scratched,
    silence,
)
from world import (
    ARBITRATORS,
    CARRIER,
    INSPECTOR,
    ROLE_ARBITRATOR,
    ROLE_CARRIER,
    ROLE_INSPECTOR,
    ROLE_SELLER,
    SELLER,
    WITHDRAWAL,
    WORD,
)

FIRST, SECOND = ARBITRATORS[:2]
NEWCOMER = 28


def give_roles(world, participant, roles):
    world.do(world.council_act("setRoles", participant, roles))


def eligible_for(world, sale, **options):
    """The arbitrators that a dispute would be drawn from."""
    opened_log, _ = world.do(open_dispute(world, sale, award(line(0, 2)), **options))
    return opened_log.values["eligible"]


def suspend(world, *participants):
    for participant in participants:
        world.do(world.council_act("setSuspension", participant, True))


# --- The roster -------------------------------------------------------------------------------------------------------


def test_the_roster_keeps_the_order_in_which_arbitrators_were_admitted(world):
    assert world.read("ParticipantRegistry", "roster") == ARBITRATORS
    give_roles(world, FIRST, ROLE_CARRIER)
    assert world.read("ParticipantRegistry", "roster") == (0, *ARBITRATORS[1:])
    suspend(world, SECOND)
    assert world.read("ParticipantRegistry", "roster") == (0, 0, *ARBITRATORS[2:])
    give_roles(world, INSPECTOR, ROLE_INSPECTOR | ROLE_ARBITRATOR)
    give_roles(world, FIRST, ROLE_ARBITRATOR)
    assert world.read("ParticipantRegistry", "roster") == (FIRST, 0, *ARBITRATORS[2:], INSPECTOR)
    assert world.read("ParticipantRegistry", "rolesOf", INSPECTOR) == ROLE_INSPECTOR | ROLE_ARBITRATOR


def test_the_roster_has_a_limit(world):
    for participant in range(100, 100 + 64 - len(ARBITRATORS)):
        world.do(world.council_act("admitParticipant", participant, ROLE_ARBITRATOR, bytes(WORD)))
    call = world.council_act("admitParticipant", 999, ROLE_ARBITRATOR, bytes(WORD))
    world.refused(call, "RosterFull", 64)
    world.refused(world.council_act("setRoles", SELLER, ROLE_SELLER | ROLE_ARBITRATOR), "RosterFull", 64)
    # Who is on it may go and come back; and a dispute copes with as many.
    give_roles(world, FIRST, ROLE_ARBITRATOR)
    case = answered(world)
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) in (*ARBITRATORS, *range(100, 157))


# --- Who never gets it ------------------------------------------------------------------------------------------------


def test_the_seller_never_gets_his_own_case(world):
    give_roles(world, SELLER, ROLE_SELLER | ROLE_ARBITRATOR)
    assert eligible_for(world, scratched(world)) == ARBITRATORS


def test_the_inspector_of_the_return_never_gets_it(world):
    give_roles(world, INSPECTOR, ROLE_INSPECTOR | ROLE_ARBITRATOR)
    assert eligible_for(world, scratched(world)) == ARBITRATORS
    sale = world.opened()
    world.do(world.approve(sale, inspector=0, returnless=True))
    assert eligible_for(world, sale) == (*ARBITRATORS, INSPECTOR)


def test_a_carrier_of_the_return_never_gets_it(world):
    give_roles(world, CARRIER, ROLE_CARRIER | ROLE_ARBITRATOR)
    sale, tracking = world.approved(), world.fresh()
    world.do(world.send(sale, tracking=tracking))
    assert eligible_for(world, sale, parcels=[(CARRIER, tracking)]) == ARBITRATORS
    assert eligible_for(world, scratched(world)) == (*ARBITRATORS, CARRIER)


@pytest.mark.parametrize("by_buyer", [True, False])
def test_nobody_keeps_arbitrators_away_by_naming_them_as_carriers(world, by_buyer):
    sale, parcels = world.approved(), []
    for arbitrator in ARBITRATORS:
        parcels.append((arbitrator, world.fresh()))
        values = (0 if by_buyer else SELLER, 1, *parcels[-1], 0, bytes(WORD))
        world.do((world.buyer_does if by_buyer else world.seller_does)("addParcel", sale, *values))
    assert eligible_for(world, sale, parcels=parcels) == ARBITRATORS


def test_nobody_keeps_an_arbitrator_away_by_naming_him_as_inspector(world):
    sale = world.opened()
    world.do(world.approve(sale, inspector=FIRST, returnless=True))
    assert eligible_for(world, sale) == ARBITRATORS


def test_who_is_suspended_at_the_opening_never_gets_it_even_if_reinstated(world):
    suspend(world, FIRST)
    case = opened(world)
    world.do(world.council_act("setSuspension", FIRST, False))
    world.do(answer(world, case))
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked(ARBITRATORS[1:], draw(case))


def test_who_is_suspended_since_the_opening_is_skipped(world):
    case = answered(world)
    drawn = picked(ARBITRATORS, draw(case))
    suspend(world, drawn)
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked([a for a in ARBITRATORS if a != drawn], draw(case))


def test_who_lost_the_role_since_the_opening_is_skipped(world):
    case = answered(world)
    for arbitrator in ARBITRATORS[:-1]:
        give_roles(world, arbitrator, ROLE_CARRIER)
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == ARBITRATORS[-1]


def test_who_joins_after_the_opening_never_gets_it(world):
    case = answered(world)
    world.do(world.council_act("admitParticipant", NEWCOMER, ROLE_ARBITRATOR, bytes(WORD)))
    suspend(world, *ARBITRATORS)
    escalated = world.do(escalate(world, case))[0]
    assert escalated.values["arbitrator"] == 0


# --- Nobody chooses ---------------------------------------------------------------------------------------------------


def test_each_seed_moves_the_lot(world):
    """The opener is bound before he sees the other's seed; and the other never sees his."""
    case = opened(world)
    lots = {picked(ARBITRATORS, draw(case, OPENER_SEED, bytes([n]) * WORD)) for n in range(64)}
    assert lots == set(ARBITRATORS)
    lots = {picked(ARBITRATORS, draw(case, bytes([n]) * WORD, OTHER_SEED)) for n in range(64)}
    assert lots == set(ARBITRATORS)
    other = b"\x07" * WORD
    world.do(does(world, case, "answerDispute", False, STATEMENT, other))
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked(ARBITRATORS, draw(case, OPENER_SEED, other))


def test_an_answer_with_a_seed_of_nothing_is_drawn_all_the_same(world):
    case = opened(world)
    world.do(does(world, case, "answerDispute", False, STATEMENT, bytes(WORD)))
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked(ARBITRATORS, draw(case, OPENER_SEED, bytes(WORD)))


def test_without_an_answer_the_cases_go_round_in_roster_order(world):
    got = []
    for _ in range(3):
        case = opened(world)
        silence(world, case)
        got.append(arbitrator_of(world, case))
    place = ARBITRATORS.index(got[0])
    assert got == [ARBITRATORS[(place + step) % len(ARBITRATORS)] for step in range(3)]


def test_a_withdrawal_that_names_its_inspector_late_does_not_change_who_was_eligible(world):
    give_roles(world, INSPECTOR, ROLE_INSPECTOR | ROLE_ARBITRATOR)
    sale = world.claimed()
    world.do(world.open(sale, kind=WITHDRAWAL))
    world.do(world.seller_does("receiveGoods", sale, SELLER, 0, False, 0, 0, bytes(WORD), [(0, 2)]))
    case = disputed(world, sale, award(line(0, 2)))
    world.do(world.seller_does("nameInspector", sale, INSPECTOR))
    world.do(answer(world, case))
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked((*ARBITRATORS, INSPECTOR), draw(case))
