"""appealRuling and givePanelRuling: one appeal, to a panel of three, of whom two decide."""

import pytest
from disputing import (
    APPEALED,
    AWARDED,
    CLAIM,
    DISMISSED,
    DUE,
    EMPTY,
    ENDED,
    FINAL,
    ON_APPEAL,
    PANELS,
    REASONS,
    REFUSED,
    RULED,
    SCRATCHED,
    STAGES,
    STATEMENT,
    TO_RULE_ON_APPEAL,
    appeal,
    appealed,
    arbitrator_of,
    award,
    dispute_id,
    line,
    panel_of,
    recuse,
    rule_on_appeal,
    ruled,
    scratched,
    side,
    standing,
    turn,
)
from hostile import SPOILERS
from world import (
    ANY,
    ARBITRATORS,
    DAY,
    EVIDENCE_S,
    GRACE_S,
    INSPECTOR,
    ROLE_ARBITRATOR,
    RULE_S,
    SELLER,
)

BOTH = pytest.mark.parametrize("by_buyer", [True, False])


def heard_again(world, **options):
    """On appeal, after the time for evidence; and the keys of the panel."""
    case = appealed(world, **options)
    world.pass_time(EVIDENCE_S)
    return case, [world.key(member) for member in panel_of(case, arbitrator_of(world, case))]


# --- Appeal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_appeal(world, kind, spoil):
    case = ruled(world, kind=kind)
    spoil(world, "appealRuling", (case.id, 0, STATEMENT), case.sale.buyer)


def test_it_refuses_a_dispute_that_does_not_exist(world):
    sale = scratched(world)
    id = dispute_id(sale)
    world.refused(world.act("appealRuling", (id, 0, STATEMENT), sale.buyer), "DisputeUnknown", id)
    keys = [world.key(a) for a in ARBITRATORS[:2]]
    call = world.act("givePanelRuling", (id, DISMISSED, EMPTY, REASONS), keys)
    world.refused(call, "DisputeUnknown", id)


def test_it_refuses_an_appeal_of_strangers_and_of_the_arbitrator(world, kind):
    case = ruled(world)
    for key in (world.key(INSPECTOR, kind), world.key(arbitrator_of(world, case), kind)):
        world.refused(appeal(world, case, key=key), "DisputeNotParty", case.id, key.address)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != RULED])
def test_it_refuses_an_appeal_at_any_other_stage(world, stage):
    case = STAGES[stage](world)
    world.refused(appeal(world, case), "DisputeWrongStage", case.id, stage, RULED)


@pytest.mark.parametrize("left", [0, 1, 2])
def test_it_refuses_an_appeal_where_no_panel_is_left(world, left):
    case = ruled(world)
    others = [a for a in ARBITRATORS if a != arbitrator_of(world, case)]
    for arbitrator in others[left:]:
        world.do(world.council_act("setSuspension", arbitrator, True))
    world.refused(appeal(world, case), "AppealNoPanel", case.id, left)
    assert standing(world, case) == (RULED, 0)


@BOTH
def test_either_side_appeals_and_a_panel_of_three_is_drawn(world, kind, by_buyer):
    case = ruled(world, kind=kind)
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    first = arbitrator_of(world, case)
    (log,) = world.do(appeal(world, case, by_buyer, key=key))
    panel = panel_of(case, first)
    assert (log.name, log.topics[1]) == ("RulingAppealed", case.id)
    assert list(log.values.values()) == [world.now(), side(by_buyer), STATEMENT, tuple(panel)]
    assert len({first, *panel}) == 4
    heard = world.now() + EVIDENCE_S
    until = heard + RULE_S
    assert turn(world, case) == (PANELS, TO_RULE_ON_APPEAL, heard, until, until + GRACE_S, FINAL)


# --- The panel --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_panel(world, kind, spoil):
    case, _ = heard_again(world)
    members = panel_of(case, arbitrator_of(world, case))
    keys = [world.key(members[0], kind), world.key(members[1])]
    spoil(world, "givePanelRuling", (case.id, AWARDED, SCRATCHED, REASONS), keys)


def test_it_needs_two_of_the_panel(world):
    case, keys = heard_again(world)
    world.refused(rule_on_appeal(world, case, keys[:1]), "PanelTooFew", case.id, 1)
    none = world.encode("DisputeDesk", "givePanelRuling", (case.id, AWARDED, SCRATCHED, REASONS), [])
    world.refused(none, "RequestAuthorisationMissing", 0, 2)


def test_it_counts_a_member_once_whatever_keys_he_has(world):
    case, keys = heard_again(world)
    world.refused(rule_on_appeal(world, case, [keys[0], keys[0]]), "RequestNonceUsed", keys[0].address, ANY)
    member = panel_of(case, arbitrator_of(world, case))[0]
    call = rule_on_appeal(world, case, [keys[0], world.key(member, "p256")])
    world.refused(call, "PanelTooFew", case.id, 1)


def test_it_refuses_who_is_not_of_the_panel(world):
    case, keys = heard_again(world)
    first = arbitrator_of(world, case)
    for other in (first, SELLER, INSPECTOR):
        call = rule_on_appeal(world, case, [keys[0], world.key(other)])
        world.refused(call, "ArbitratorNotAssigned", case.id, other)
    call = rule_on_appeal(world, case, [keys[0], world.fresh_key()])
    world.refused(call, "ArbitratorNotAssigned", case.id, 0)


def test_it_refuses_a_suspended_member(world):
    case, keys = heard_again(world)
    member = panel_of(case, arbitrator_of(world, case))[1]
    world.do(world.council_act("setSuspension", member, True))
    world.refused(rule_on_appeal(world, case, keys), "ParticipantSuspended", member)
    world.do(rule_on_appeal(world, case, [keys[0], keys[2]]))


def test_it_refuses_a_member_who_has_given_up_his_seat(world):
    case, keys = heard_again(world)
    member = panel_of(case, arbitrator_of(world, case))[0]
    world.do(recuse(world, case, member))
    world.refused(rule_on_appeal(world, case, keys), "ArbitratorNotAssigned", case.id, member)


def test_it_refuses_signatures_over_different_requests(world):
    case, keys = heard_again(world)
    request, struct = (case.id, AWARDED, SCRATCHED, REASONS), "GivePanelRuling"
    given = [world.authorise("DisputeDesk", struct, request, key) for key in keys[:2]]
    call = world.encode("DisputeDesk", "givePanelRuling", request, given)
    world.refused(call, "RequestSignerMismatch", keys[1].address, ANY)


def test_a_member_does_not_rule_on_his_own_case_with_the_key_of_the_buyer(world):
    case, keys = heard_again(world)
    world.do(world.act("proposeBuyerKey", (case.sale.id, keys[1].address), world.key(SELLER)))
    world.pass_time(4 * DAY)
    world.do(world.act("takeBuyerKey", (case.sale.id, keys[1].address), keys[1]))
    member = panel_of(case, arbitrator_of(world, case))[1]
    world.refused(rule_on_appeal(world, case, keys[:2]), "ArbitratorNotAssigned", case.id, member)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != APPEALED])
def test_it_refuses_a_panel_s_ruling_at_any_other_stage(world, stage):
    case = STAGES[stage](world)
    keys = [world.key(a) for a in ARBITRATORS[:2]]
    world.refused(rule_on_appeal(world, case, keys), "ArbitratorNotAssigned", case.id, ARBITRATORS[0])


def test_it_refuses_a_panel_s_ruling_before_both_sides_were_heard(world):
    case = appealed(world)
    heard = turn(world, case)[2]
    keys = [world.key(member) for member in panel_of(case, arbitrator_of(world, case))]
    world.pass_to(heard - 1)
    world.refused(rule_on_appeal(world, case, keys), "RulingTooEarly", case.id, heard)
    world.next_at(heard)
    world.do(rule_on_appeal(world, case, keys))


def test_it_refuses_to_refuse_and_an_award_where_there_is_none(world):
    case, keys = heard_again(world)
    world.refused(rule_on_appeal(world, case, keys, EMPTY, REFUSED), "VerdictInvalid", case.id, REFUSED)
    world.refused(rule_on_appeal(world, case, keys, SCRATCHED, DISMISSED), "VerdictInvalid", case.id, DISMISSED)
    world.refused(rule_on_appeal(world, case, keys, EMPTY), "AwardLinesDiffer", case.id, 0)
    world.refused(rule_on_appeal(world, case, keys, award(line(0, 1))), "AwardAcceptsFewer", 0, 1, 2)


@pytest.mark.parametrize("seats", [(0, 1), (2, 0), (0, 1, 2)])
def test_two_of_the_panel_decide_for_good(world, seats):
    case, keys = heard_again(world)
    ruling, resolved = world.do(rule_on_appeal(world, case, [keys[seat] for seat in seats], CLAIM))
    assert (ruling.name, ruling.topics[1]) == ("PanelRulingGiven", case.id)
    assert list(ruling.values.values()) == [world.now(), AWARDED, (*CLAIM[:3], tuple(CLAIM[3])), REASONS]
    assert (resolved.name, resolved.topics[1:]) == ("DisputeResolved", [case.return_id, ruling.topics[2]])
    assert (resolved.values["ending"], resolved.values["applies"]) == (ON_APPEAL, True)
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, ON_APPEAL), DUE[100])


def test_a_panel_dismisses_what_was_awarded(world):
    case, keys = heard_again(world)
    _, resolved = world.do(rule_on_appeal(world, case, keys, EMPTY, DISMISSED))
    assert (resolved.values["ending"], resolved.values["applies"]) == (ON_APPEAL, False)
    assert world.due(case.sale) == DUE[60]


@pytest.mark.parametrize("verdict", [DISMISSED, REFUSED])
def test_a_panel_awards_what_was_dismissed_or_refused(world, verdict):
    case, keys = heard_again(world, given=EMPTY, verdict=verdict)
    world.do(rule_on_appeal(world, case, keys, CLAIM))
    assert world.due(case.sale) == DUE[100]


def test_a_key_of_both_kinds_signs_for_the_panel(world):
    case, _ = heard_again(world)
    members = panel_of(case, arbitrator_of(world, case))
    world.do(rule_on_appeal(world, case, [world.key(members[0], "p256"), world.key(members[1])]))


def test_who_loses_the_role_has_lost_the_seat(world):
    case, keys = heard_again(world)
    member = panel_of(case, arbitrator_of(world, case))[0]
    world.do(world.council_act("setRoles", member, 0))
    world.refused(rule_on_appeal(world, case, keys), "ParticipantMissingRole", member, ROLE_ARBITRATOR)
