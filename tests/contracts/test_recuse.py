"""recuseArbitrator: an arbitrator gives the case, or his seat, to the next."""

import pytest
from disputing import (
    APPEALED,
    BY_DEFAULT,
    DUE,
    ENDED,
    STAGES,
    UNDER_REVIEW,
    appeal,
    appealed,
    arbitrator_of,
    dispute_id,
    draw,
    heard,
    lot,
    panel_of,
    picked,
    recuse,
    reviewed,
    rule,
    ruled,
    scratched,
    standing,
    turn,
)
from hostile import SPOILERS
from world import ARBITRATORS, EVIDENCE_S, OTHER_SELLER, RULE_S

FIRST = ARBITRATORS[0]


def next_after(arbitrator, *gone):
    order = ARBITRATORS[ARBITRATORS.index(arbitrator) + 1 :] + ARBITRATORS
    return next(a for a in order if a not in (arbitrator, *gone))


def other_than(*participants):
    return next(a for a in ARBITRATORS if a not in participants)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    case = reviewed(world)
    arbitrator = arbitrator_of(world, case)
    spoil(world, "recuseArbitrator", (case.id, arbitrator), world.key(arbitrator, kind))


def test_it_refuses_a_dispute_that_does_not_exist(world):
    id = dispute_id(scratched(world))
    world.refused(world.act("recuseArbitrator", (id, FIRST), world.key(FIRST)), "DisputeUnknown", id)


def test_it_refuses_whoever_does_not_have_the_case(world):
    case = reviewed(world)
    other = other_than(arbitrator_of(world, case))
    world.refused(recuse(world, case, other), "ArbitratorNotAssigned", case.id, other)
    call = recuse(world, case, OTHER_SELLER)
    world.refused(call, "ParticipantMissingRole", OTHER_SELLER, 16)
    call = recuse(world, case, key=world.key(other))
    world.refused(call, "KeyUnknown", world.key(other).address, arbitrator_of(world, case))


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in (UNDER_REVIEW, APPEALED)])
def test_it_refuses_where_no_arbitrator_has_the_case(world, stage):
    case = STAGES[stage](world)
    by = arbitrator_of(world, case) or FIRST
    world.refused(recuse(world, case, by), "ArbitratorNotAssigned", case.id, by)


def test_the_next_in_roster_order_gets_the_case_with_the_full_time_to_rule(world, kind):
    case = heard(world)
    first = arbitrator_of(world, case)
    (log,) = world.do(recuse(world, case, key=world.key(first, kind)))
    assert (log.name, log.topics[1]) == ("ArbitratorRecused", case.id)
    assert list(log.values.values()) == [world.now(), first, next_after(first)]
    assert arbitrator_of(world, case) == next_after(first)
    assert turn(world, case)[3] == world.now() + RULE_S
    world.refused(rule(world, case, by=first), "ArbitratorNotAssigned", case.id, first)


def test_after_the_fourth_the_policy_decides(world):
    case, gone = reviewed(world), []
    for _ in range(3):
        gone.append(arbitrator_of(world, case))
        world.do(recuse(world, case))
        assert arbitrator_of(world, case) == next_after(gone[-1], *gone)
    recused, resolved = world.do(recuse(world, case))
    assert (recused.values["next"], resolved.values["ending"]) == (0, BY_DEFAULT)
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, BY_DEFAULT), DUE[100])


def test_where_nobody_is_left_the_policy_decides_at_once(world):
    case = reviewed(world, buyerByDefault=False)
    arbitrator = arbitrator_of(world, case)
    for other in ARBITRATORS:
        if other != arbitrator:
            world.do(world.council_act("setSuspension", other, True))
    _, resolved = world.do(recuse(world, case))
    assert (resolved.values["ending"], resolved.values["applies"]) == (BY_DEFAULT, False)


def test_a_seat_of_the_panel_goes_to_another_by_lot(world, kind):
    case = ruled(world)
    first = arbitrator_of(world, case)
    panel = panel_of(case, first)
    world.do(appeal(world, case))
    member = panel[1]
    (log,) = world.do(recuse(world, case, member, key=world.key(member, kind)))
    left = [a for a in ARBITRATORS if a not in (first, *panel)]
    other = picked(left, lot(draw(case), member))
    assert list(log.values.values()) == [world.now(), member, other]
    world.refused(recuse(world, case, member), "ArbitratorNotAssigned", case.id, member)
    world.do(recuse(world, case, other))


def test_the_panel_s_time_does_not_begin_anew(world):
    case = appealed(world)
    before = turn(world, case)
    world.pass_time(EVIDENCE_S)
    world.do(recuse(world, case, panel_of(case, arbitrator_of(world, case))[0]))
    assert turn(world, case) == before


def test_seats_stay_empty_once_nobody_is_left(world):
    case = appealed(world)
    panel = panel_of(case, arbitrator_of(world, case))
    for _ in range(3):
        world.do(recuse(world, case, panel[0]))
        panel[0] = next(a for a in ARBITRATORS if seated(world, case, a) and a not in panel[1:])
    (log,) = world.do(recuse(world, case, panel[0]))
    assert log.values["next"] == 0


def seated(world, case, arbitrator):
    return world.try_call(recuse(world, case, arbitrator))[0]
