"""enforce at the desk: every dispute ends without anybody's help; for everybody to record, without a choice."""

import pytest
from disputing import (
    ANSWERED,
    APPEALED,
    BY_DEFAULT,
    BY_RULING,
    DEFAULTED,
    DISMISSED,
    DUE,
    EMPTY,
    ENDED,
    ESCALATED,
    FINAL,
    INQUIRY,
    LAPSED,
    NOTHING,
    PASSED,
    REFUSED,
    REFUSED_TO,
    RULED,
    STAGES,
    TO_ANSWER,
    TO_APPEAL,
    TO_ESCALATE,
    TO_RULE,
    TO_RULE_ON_APPEAL,
    UNDER_REVIEW,
    WITHDRAWN,
    answer,
    answered,
    appeal,
    appealed,
    arbitrator_of,
    draw,
    ended,
    enforce,
    escalate,
    heard,
    opened,
    picked,
    reviewed,
    rule,
    ruled,
    silence,
    standing,
    turn,
)
from world import ANY, ARBITRATORS, CONFIRM, DAY, EVIDENCE_S, GRACE_S, PAY, RULE_S

OPEN_STAGES = [stage for stage in STAGES if stage != ENDED]
NOBODY = "0x" + "00" * 20
each_open_stage = pytest.mark.parametrize("stage", OPEN_STAGES)


@each_open_stage
@pytest.mark.parametrize("by_buyer", [True, False])
def test_it_refuses_one_second_too_early(world, stage, by_buyer):
    case = STAGES[stage](world, by_buyer)
    at = turn(world, case)[4]
    world.pass_to(at - 1)
    world.refused(enforce(world, case), "DisputeTooEarly", case.id, at, at - 1)
    world.next_at(at)
    world.do(enforce(world, case))


@each_open_stage
def test_it_refuses_in_the_grace(world, stage):
    case = STAGES[stage](world)
    until, at = turn(world, case)[3:5]
    assert at == until + GRACE_S
    world.pass_to(until + 1)
    world.refused(enforce(world, case), "DisputeTooEarly", case.id, at, until + 1)


def test_it_refuses_what_has_ended(world):
    case = ended(world)
    world.pass_time(1_000 * DAY)
    assert turn(world, case) == (0, NOTHING, 0, 0, 0, 0)
    world.refused(enforce(world, case), "DisputeNothingToEnforce", case.id)


@each_open_stage
def test_time_alone_changes_no_turn(world, stage):
    case = STAGES[stage](world)
    before = turn(world, case)
    world.pass_time(1_000 * DAY)
    assert turn(world, case) == before


def test_without_an_answer_an_arbitrator_gets_it(world):
    case = opened(world)
    (log,) = silence(world, case)
    assert (log.name, log.topics[1:]) == ("DisputeSilenceEnforced", [case.id, bytes(32)])
    arbitrator = arbitrator_of(world, case)
    assert list(log.values.values()) == [world.now(), TO_ANSWER, ESCALATED, arbitrator, NOBODY, 0]
    assert arbitrator in ARBITRATORS
    assert (standing(world, case)[0], turn(world, case)[2]) == (UNDER_REVIEW, world.now() + EVIDENCE_S)


def test_an_opener_who_does_not_go_on_has_withdrawn(world):
    case = answered(world)
    log, resolved = silence(world, case)
    assert list(log.values.values())[1:] == [TO_ESCALATE, LAPSED, 0, NOBODY, 0]
    assert (resolved.values["ending"], resolved.topics[2]) == (WITHDRAWN, bytes(32))
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, WITHDRAWN), DUE[60])
    world.refused(escalate(world, case), "DisputeWrongStage", case.id, ENDED, ANSWERED)


def test_a_silent_arbitrator_loses_the_case_to_the_next(world):
    case = reviewed(world)
    first = arbitrator_of(world, case)
    (log,) = silence(world, case)
    second = arbitrator_of(world, case)
    assert second == ARBITRATORS[(ARBITRATORS.index(first) + 1) % len(ARBITRATORS)]
    assert list(log.values.values())[1:] == [TO_RULE, PASSED, second, NOBODY, 0]
    assert turn(world, case)[3] == world.now() + RULE_S


@pytest.mark.parametrize("buyer_by_default", [True, False])
def test_when_four_were_silent_the_policy_decides(world, buyer_by_default):
    case = reviewed(world, buyerByDefault=buyer_by_default)
    for passes in range(3):
        assert turn(world, case)[5] == PASSED, passes
        silence(world, case)
    assert turn(world, case)[5] == DEFAULTED
    last = arbitrator_of(world, case)
    log, resolved = silence(world, case)
    assert list(log.values.values())[1:] == [TO_RULE, DEFAULTED, 0, NOBODY, 0]
    assert (resolved.values["ending"], resolved.values["applies"]) == (BY_DEFAULT, buyer_by_default)
    assert (resolved.values["costsMinor"], world.due(case.sale)) == (0, DUE[100 if buyer_by_default else 60])
    # A late arbitrator cannot undo it.
    world.refused(rule(world, case, by=last), "DisputeWrongStage", case.id, ENDED, UNDER_REVIEW)


def test_where_all_others_are_suspended_the_policy_decides_at_the_first_silence(world):
    case = heard(world)
    for arbitrator in ARBITRATORS:
        world.do(world.council_act("setSuspension", arbitrator, True))
    log, resolved = silence(world, case)
    assert (log.values["consequence"], resolved.values["ending"]) == (DEFAULTED, BY_DEFAULT)


def test_without_an_answer_and_without_arbitrators_the_policy_decides(world):
    for arbitrator in ARBITRATORS:
        world.do(world.council_act("setSuspension", arbitrator, True))
    case = opened(world)
    log, resolved = silence(world, case)
    assert list(log.values.values())[1:4] == [TO_ANSWER, DEFAULTED, 0]
    assert (resolved.values["ending"], world.due(case.sale)) == (BY_DEFAULT, DUE[100])


def test_an_unappealed_ruling_takes_effect(world):
    case = ruled(world)
    log, resolved = silence(world, case)
    assert list(log.values.values())[1:] == [TO_APPEAL, FINAL, 0, NOBODY, 0]
    assert (resolved.values["ending"], resolved.values["applies"]) == (BY_RULING, True)
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, BY_RULING), DUE[85])
    world.refused(appeal(world, case), "DisputeWrongStage", case.id, ENDED, RULED)


@pytest.mark.parametrize("verdict, ending", [(DISMISSED, BY_RULING), (REFUSED, REFUSED_TO)])
def test_an_unappealed_ruling_that_awards_nothing_changes_nothing(world, verdict, ending):
    case = ruled(world, given=EMPTY, verdict=verdict)
    _, resolved = silence(world, case)
    assert (resolved.values["ending"], resolved.values["applies"]) == (ending, False)
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, ending), DUE[60])


def test_a_silent_panel_lets_the_ruling_stand(world):
    case = appealed(world)
    log, resolved = silence(world, case)
    assert list(log.values.values())[1:3] == [TO_RULE_ON_APPEAL, FINAL]
    assert (resolved.values["ending"], world.due(case.sale)) == (BY_RULING, DUE[85])


@pytest.mark.parametrize("stage", [INQUIRY, ANSWERED, UNDER_REVIEW, RULED, APPEALED])
@pytest.mark.parametrize("by_buyer", [True, False])
def test_silence_alone_ends_every_dispute_and_then_the_return(world, stage, by_buyer):
    case = STAGES[stage](world, by_buyer)
    for _ in range(6):
        if standing(world, case)[0] == ENDED:
            break
        silence(world, case)
    assert standing(world, case)[0] == ENDED
    sale = case.sale
    assert world.turn(sale)[1] in (PAY, CONFIRM)
    for _ in range(2):
        world.pass_to(max(world.turn(sale)[3], world.now() + 1))
        world.do(world.enforce(sale))
    assert world.status(sale.return_id()) == 4


def test_the_act_that_is_waited_for_still_counts_before_anybody_enforces(world):
    case = opened(world)
    world.pass_to(turn(world, case)[4] + DAY)
    world.do(answer(world, case))
    world.pass_to(turn(world, case)[4] + DAY)
    world.do(escalate(world, case))
    assert arbitrator_of(world, case) == picked(ARBITRATORS, draw(case))
    world.pass_to(turn(world, case)[4] + DAY)
    world.do(rule(world, case))
    world.pass_to(turn(world, case)[4] + DAY)
    world.do(appeal(world, case))
    world.refused(enforce(world, case), "DisputeTooEarly", case.id, ANY, ANY)
