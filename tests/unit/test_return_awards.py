"""What a dispute does to a return: holds lines, lets them go, gives effect to an award; and what is forged shows."""

import pytest

from ledger_api.demo import TERMS
from ledger_api.errors import InvalidField
from ledger_api.rules import awards
from ledger_api.rules.dispute_state import effect_of
from ledger_api.rules.return_case import case_of
from ledger_api.vocabulary import Act, Consequence, DisputeEnding, ParcelPurpose, Resolution, ReturnStatus
from tests.unit.recorded import (
    CLAIM,
    COAT_MINOR,
    DAY_S,
    HATS_MINOR,
    INSPECTOR,
    RMA,
    Recorded,
    accepted,
    contested,
    inspected,
    opened,
    resolved,
)

FEE_MINOR = 390
PAID_MINOR = COAT_MINOR + HATS_MINOR + 490
SCRATCH_MINOR = COAT_MINOR * 4_000 // 10_000
AT_85 = awards.part_of(CLAIM, 8_500)


def rma(told: Recorded):
    return case_of(RMA, told.entries_of)


def turn(told: Recorded):
    return rma(told).turn(told.entries_of)


def effect(told: Recorded, award: dict, cost_minor: int = 0):
    return effect_of(RMA, award, cost_minor, told.entries_of)


def ended(told: Recorded, award: dict = AT_85, applies: bool = True, ending: int = DisputeEnding.RULED, **values):
    """The dispute ends, and what is then due is what was foretold."""
    due = effect(told, award).due_minor if applies else rma(told).breakdown().due_minor
    return resolved(told, ending, award, applies, dueMinor=due, **values)


def inspect_hats(told: Recorded) -> Recorded:
    told.record("GoodsInspected", RMA, participant=INSPECTOR, lines=[inspected(1, 2)], accepted=[accepted(1, 2)])
    return told.wait(60)


def enforced(told: Recorded, act: Act, consequence: Consequence, period: str, **values) -> Recorded:
    told.wait(TERMS[period] + TERMS["grace_s"])
    told.record("SilenceEnforced", RMA, bytes(32), act=act, consequence=consequence, **values)
    return told.wait(60)


# --- Held -------------------------------------------------------------------------------------------------------------


def test_the_claimed_line_is_held_and_the_other_goes_on():
    told = opened(contested())
    assert [line.held is not None for line in rma(told).lines.values()] == [True, False]
    assert (turn(told).act, turn(told).consequence) == (Act.INSPECT, Consequence.ACCEPTED)
    inspect_hats(told)
    assert rma(told).breakdown().due_minor == COAT_MINOR - SCRATCH_MINOR + HATS_MINOR - FEE_MINOR
    assert (turn(told).act, rma(told).doubts) == (Act.REFUND, [])


def test_silence_decides_about_the_other_line_alone():
    told = opened(contested())
    enforced(told, Act.INSPECT, Consequence.ACCEPTED, "inspect_s", accepted=[accepted(1, 2)])
    assert ([line.accepted for line in rma(told).lines.values()], rma(told).doubts) == ([1, 2], [])


def test_where_nothing_else_is_waited_for_the_turn_is_the_dispute_s():
    told = inspect_hats(opened(contested()))
    told.record("RefundReleased", RMA, amountMinor=11_114, dueMinor=11_114, availableMinor=PAID_MINOR)
    assert (turn(told).act, turn(told).until, turn(told).consequence) == (Act.DISPUTE, 0, Consequence.NONE)


def test_what_the_seller_contests_is_not_due_meanwhile_and_is_again_if_he_is_wrong():
    """He took the coat at 60 percent and now says that it is worth 20."""
    claim = awards.part_of(CLAIM, 2_000)
    told = opened(contested(), claim, by_buyer=False)
    assert rma(told).breakdown().due_minor == COAT_MINOR * 2_000 // 10_000 - FEE_MINOR
    resolved(told, DisputeEnding.RULED, claim, applies=False, dueMinor=COAT_MINOR - SCRATCH_MINOR - FEE_MINOR)
    case = rma(told)
    assert (case.breakdown().due_minor, case.doubts) == (COAT_MINOR - SCRATCH_MINOR - FEE_MINOR, [])
    assert case.lines[0].decided


# --- Let go -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "decided"),
    [
        (DisputeEnding.WITHDRAWN, False),
        (DisputeEnding.REFUSED, False),
        (DisputeEnding.RULED, True),
        (DisputeEnding.BY_DEFAULT, True),
    ],
)
def test_without_an_award_all_is_as_before_and_decided_only_if_somebody_decided(ending, decided):
    before = rma(contested())
    told = ended(opened(contested()), CLAIM, applies=False, ending=ending)
    case = rma(told)
    assert (case.lines[0].held, case.lines[0].decided, case.dispute) == (None, decided, None)
    assert (case.lines[0].expected, case.lines[0].diminished_minor) == (1, SCRATCH_MINOR)
    assert (case.breakdown(), case.ruled, case.doubts) == (before.breakdown(), False, [])


def test_the_clock_of_what_was_not_disputed_went_on():
    """But for an inspection after a buyer's dispute, who may have held goods from it: its time starts again."""
    told = ended(opened(contested()).wait(DAY_S), CLAIM, applies=False, ending=DisputeEnding.WITHDRAWN)
    assert (turn(told).act, turn(told).until) == (Act.INSPECT, told.now - 60 + TERMS["inspect_s"])
    told = opened(contested(), awards.part_of(CLAIM, 5_000), by_buyer=False)
    until = turn(told).until
    ended(told.wait(DAY_S), awards.part_of(CLAIM, 5_000), applies=False, ending=DisputeEnding.WITHDRAWN)
    assert (turn(told).act, turn(told).until) == (Act.INSPECT, until)


# --- Awards -----------------------------------------------------------------------------------------------------------


def test_an_award_says_what_the_line_is_worth_and_the_rest_waits_as_it_did():
    told = ended(opened(contested()))
    case = rma(told)
    assert (case.lines[0].diminished_minor, case.lines[0].decided) == (COAT_MINOR * 1_500 // 10_000, True)
    assert (case.ruled, case.dispute, case.doubts) == (True, None, [])
    assert turn(told).act is Act.INSPECT


def test_extra_and_costs_are_part_of_what_is_due():
    award = AT_85 | {"extraMinor": 700, "buyerCostBasisPoints": 5_000}
    told = opened(contested())
    due = effect(told, award, 2_500)
    assert (due.extra_minor, due.costs_minor) == (700, 1_250)
    resolved(told, DisputeEnding.RULED, award, dueMinor=due.due_minor, costsMinor=1_250)
    assert (rma(told).breakdown(), rma(told).doubts) == (due, [])


def test_costs_are_never_more_than_what_they_are_deducted_from():
    award = awards.part_of(CLAIM, 500) | {"buyerCostBasisPoints": 10_000}
    due = effect(opened(contested()), award, 2_500)
    assert (due.costs_minor, due.due_minor) == (COAT_MINOR * 500 // 10_000 - FEE_MINOR, 0)


def test_what_counts_as_not_paid_is_due_again():
    told = contested()
    paid = COAT_MINOR - SCRATCH_MINOR - FEE_MINOR
    told.record("RefundReleased", RMA, amountMinor=paid, dueMinor=paid, availableMinor=PAID_MINOR)
    award = awards.award(unpaid_minor=1_000)
    opened(told.wait(60), award)
    assert effect(told, award).due_minor == 1_000
    case = rma(ended(told, award, availableMinor=PAID_MINOR - paid))
    assert (case.breakdown().due_minor, case.refunded_minor, case.doubts) == (1_000, paid - 1_000, [])


def test_a_ruling_about_the_fault_changes_the_fees():
    told = opened(contested())
    award = awards.award(awards.awarded(0, accepted=1, category=2))
    assert effect(told, award).return_shipping_minor == 0
    assert rma(ended(told, award)).breakdown().return_shipping_minor == 0


def test_pieces_that_an_award_accepts_have_their_value():
    """Two hats that were not inspected yet are claimed and awarded at 90 percent."""
    award = awards.award(awards.awarded(1, accepted=2, basis_points=9_000))
    told = opened(contested(), award)
    due = effect(told, award)
    assert due.diminished_minor == SCRATCH_MINOR + HATS_MINOR // 10
    resolved(told, DisputeEnding.SETTLED, award, accepted=[accepted(1, 2)], completesOrder=True, dueMinor=due.due_minor)
    assert (rma(told).breakdown(), rma(told).lines[1].accepted, rma(told).doubts) == (due, 2, [])
    told.forge("DisputeResolved", accepted=[accepted(1, 2) | {"goodsMinor": HATS_MINOR - 1}])
    assert ["the value of line 1 does not follow from the refund rule"] == [words for _, words in rma(told).doubts]
    told.forge("DisputeResolved", accepted=[])
    assert "not all pieces that it accepts have their value" in [words for _, words in rma(told).doubts]


def test_pieces_that_are_still_to_come_are_sent_anew():
    told = inspect_hats(contested())
    claim = awards.award(awards.awarded(0, accepted=1, awaited=1))
    assert rma(told).sent_at is not None
    case = rma(
        resolved(opened(told, claim), DisputeEnding.SETTLED, claim, dueMinor=COAT_MINOR + HATS_MINOR - FEE_MINOR)
    )
    assert (case.sent_at, case.parcels, case.lines[0].decided, case.lines[0].expected) == (None, [], False, 2)
    assert (turn(told).act, turn(told).consequence) == (Act.SEND, Consequence.SHORT)


def test_a_replaced_return_becomes_one_for_money_and_what_nobody_disputed_is_worth_nothing():
    told = inspect_hats(contested(Resolution.REPLACEMENT))
    told.record("ParcelAdded", RMA, participant=1, purpose=ParcelPurpose.REPLACEMENT, carrier=2, parcel=b"\x08" * 32)
    opened(told.wait(60))
    assert effect(told, AT_85).due_minor == COAT_MINOR * 8_500 // 10_000 - FEE_MINOR
    case = rma(ended(told))
    assert (case.resolution, case.lines[1].diminished_minor) == (Resolution.REFUND, HATS_MINOR)
    assert (turn(told).act, case.doubts) == (Act.REFUND, [])


def test_a_declined_return_is_approved_by_an_award():
    told = contested()
    told.entries[RMA] = told.entries[RMA][:1]
    told.record("ReturnDeclined", RMA, reason=103)
    opened(told.wait(60))
    assert turn(told).act is Act.DISPUTE
    award = awards.award(awards.awarded(0, awaited=1))
    case = rma(resolved(told, DisputeEnding.RULED, award))
    assert (case.status, case.decline_reason, turn(told).act) == (ReturnStatus.APPROVED, None, Act.SEND)


# --- Forged, and impossible -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dueMinor": 1}, "what is due does not follow from the refund rule"),
        ({"payUntil": 1}, "the day of the debt does not follow from the terms"),
        ({"dispute": b"\x09" * 32}, "no such dispute was open"),
        ({"costsMinor": 100}, "what is due does not follow from the refund rule"),
    ],
)
def test_a_forged_end_shows(changed, words):
    told = ended(opened(contested()))
    assert rma(told).doubts == []
    told.forge("DisputeResolved", **changed)
    assert words in [found for _, found in rma(told).doubts]


@pytest.mark.parametrize(
    ("award", "field"),
    [
        (CLAIM | {"unpaidMinor": 1}, "award.unpaidMinor"),
        (CLAIM | {"extraMinor": PAID_MINOR + 1}, "award.extraMinor"),
        (CLAIM | {"buyerCostBasisPoints": 10_001}, "award.buyerCostBasisPoints"),
        (awards.award(awards.awarded(0, accepted=2)), "award.lines[0]"),
        (awards.award(awards.awarded(0, rejected=1)), "award.lines[0].accepted"),
        (awards.part_of(CLAIM, 10_001), "award.lines[0].awardBasisPoints"),
        (awards.award(awards.awarded(0, accepted=1, category=4)), "award.lines[0].category"),
    ],
)
def test_an_award_that_could_not_take_effect_has_none_to_show(award, field):
    with pytest.raises(InvalidField) as problem:
        effect(opened(contested()), award)
    assert problem.value.extras["field"] == field
