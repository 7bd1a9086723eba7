"""giveRuling: the arbitrator decides, once the time for evidence is over."""

import pytest
from disputing import (
    AWARDED,
    DISMISSED,
    DUE,
    EITHERS,
    EMPTY,
    FINAL,
    REASONS,
    REFUSED,
    RULED,
    SCRATCHED,
    STAGES,
    TO_APPEAL,
    UNDER_REVIEW,
    answer,
    arbitrator_of,
    award,
    dispute_id,
    disputed,
    escalate,
    heard,
    line,
    reviewed,
    rule,
    scratched,
    silence,
    standing,
    turn,
)
from hostile import SPOILERS
from world import APPEAL_S, ARBITRATORS, DAY, EVIDENCE_S, GRACE_S, OTHER_SELLER, ROLE_ARBITRATOR, SELLER

FIRST = ARBITRATORS[0]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    case = heard(world)
    arbitrator = arbitrator_of(world, case)
    spoil(world, "giveRuling", (case.id, arbitrator, AWARDED, SCRATCHED, REASONS), world.key(arbitrator, kind))


def test_it_refuses_a_dispute_that_does_not_exist(world):
    id = dispute_id(scratched(world))
    call = world.act("giveRuling", (id, FIRST, DISMISSED, EMPTY, REASONS), world.key(FIRST))
    world.refused(call, "DisputeUnknown", id)


def test_it_refuses_who_is_no_arbitrator(world):
    case = heard(world)
    world.refused(rule(world, case, by=OTHER_SELLER), "ParticipantMissingRole", OTHER_SELLER, ROLE_ARBITRATOR)
    stranger = world.fresh_key()
    by = arbitrator_of(world, case)
    world.refused(rule(world, case, key=stranger), "KeyUnknown", stranger.address, by)


def test_it_refuses_an_arbitrator_who_does_not_have_the_case(world):
    case = heard(world)
    other = next(a for a in ARBITRATORS if a != arbitrator_of(world, case))
    world.refused(rule(world, case, by=other), "ArbitratorNotAssigned", case.id, other)


def test_it_refuses_an_arbitrator_who_is_suspended(world):
    case = heard(world)
    by = arbitrator_of(world, case)
    world.do(world.council_act("setSuspension", by, True))
    world.refused(rule(world, case), "ParticipantSuspended", by)


def test_nobody_rules_on_his_own_case_with_the_key_of_a_buyer(world):
    case = heard(world)
    by = arbitrator_of(world, case)
    new = world.key(by)
    world.do(world.act("proposeBuyerKey", (case.sale.id, new.address), world.key(SELLER)))
    world.pass_time(4 * DAY)
    world.do(world.act("takeBuyerKey", (case.sale.id, new.address), new))
    world.refused(rule(world, case), "ArbitratorNotAssigned", case.id, by)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != UNDER_REVIEW])
def test_it_refuses_a_ruling_at_any_other_stage(world, stage):
    case = STAGES[stage](world)
    by = arbitrator_of(world, case) or FIRST
    world.refused(rule(world, case, by=by), "DisputeWrongStage", case.id, stage, UNDER_REVIEW)


def test_it_refuses_a_ruling_before_both_sides_were_heard(world):
    case = reviewed(world)
    heard_at = world.now() + EVIDENCE_S
    world.pass_to(heard_at - 1)
    world.refused(rule(world, case), "RulingTooEarly", case.id, heard_at)
    world.next_at(heard_at)
    world.do(rule(world, case))


def test_it_refuses_other_lines_than_those_in_dispute(world):
    case = heard(world)
    for given, index in ((EMPTY, 0), (award(line(1, 1)), 0), (award(line(0, 2), line(1, 1)), 2)):
        world.refused(rule(world, case, given), "AwardLinesDiffer", case.id, index)


def test_it_refuses_what_could_not_take_effect(world):
    case = heard(world)
    world.refused(rule(world, case, award(line(0, 2, 1))), "QuantityTooLarge", 0, 3, 2)
    world.refused(rule(world, case, award(line(0, 1, 1))), "AwardAcceptsFewer", 0, 1, 2)
    world.refused(rule(world, case, award(line(0, 2), costs=10_001)), "AwardInvalid", 2, 10_001, 10_000)


@pytest.mark.parametrize("verdict", [REFUSED, DISMISSED])
def test_it_refuses_an_award_with_a_verdict_that_gives_none(world, verdict):
    case = heard(world)
    for given in (SCRATCHED, award(extra=1), award(unpaid=1), award(costs=1)):
        world.refused(rule(world, case, given, verdict), "VerdictInvalid", case.id, verdict)


def test_it_refuses_a_verdict_that_does_not_exist(world):
    assert world.try_call(rule(world, heard(world), EMPTY, 3)) == (False, b"")


@pytest.mark.parametrize("verdict, given", [(AWARDED, SCRATCHED), (DISMISSED, EMPTY), (REFUSED, EMPTY)])
def test_the_arbitrator_rules_and_either_side_may_appeal(world, kind, verdict, given):
    case = heard(world)
    by = arbitrator_of(world, case)
    before = world.turn(case.sale)
    (log,) = world.do(rule(world, case, given, verdict, key=world.key(by, kind)))
    assert (log.name, log.topics[1]) == ("RulingGiven", case.id)
    kept = (*given[:3], tuple(given[3]))
    assert list(log.values.values()) == [world.now(), by, verdict, kept, REASONS]
    assert standing(world, case) == (RULED, 0)
    until = world.now() + APPEAL_S
    assert turn(world, case) == (EITHERS, TO_APPEAL, 0, until, until + GRACE_S, FINAL)
    # Nothing happens to the return before the ruling is final.
    assert (world.due(case.sale), world.turn(case.sale)) == (DUE[60], before)


def test_a_late_ruling_counts_as_long_as_nobody_has_enforced(world):
    case = heard(world)
    world.pass_to(turn(world, case)[4] + 1)
    world.do(rule(world, case))


def test_a_late_ruling_is_refused_once_another_has_the_case(world):
    case = heard(world)
    late = rule(world, case)
    by = arbitrator_of(world, case)
    silence(world, case)
    world.refused(late, "ArbitratorNotAssigned", case.id, by)
    world.do(rule(world, case))


def test_a_ruling_may_give_more_than_was_claimed(world):
    sale = scratched(world)
    case = disputed(world, sale, award(line(0, 2, award=7_000)))
    world.do(answer(world, case))
    world.do(escalate(world, case))
    world.pass_time(EVIDENCE_S)
    world.do(rule(world, case, award(line(0, 2), extra=100)))
    silence(world, case)
    assert world.due(sale) == DUE[100] + 100
