"""A dispute follows from its entries: who may be drawn, who was, what silence did, how it ended. Forgeries show."""

import pytest

from ledger_api.demo import DISPUTES
from ledger_api.rules import awards
from ledger_api.rules.dispute_case import dispute_case_of, outside_award, resolution_doubts
from ledger_api.rules.hashing import keccak, word
from ledger_api.rules.heads import REGISTRY_SUBJECT
from ledger_api.vocabulary import DisputeAct, DisputeConsequence, DisputeEnding, DisputeStage, Verdict
from tests.unit.recorded import (
    ARBITRATORS,
    CARRIER,
    CLAIM,
    DISPUTE,
    DRAW,
    INSPECTOR,
    RMA,
    SELLER,
    Recorded,
    answered,
    contested,
    drawn,
    escalated,
    opened,
    resolved,
    silent,
)

FIRST = drawn(DRAW, ARBITRATORS)
LEFT = [number for number in ARBITRATORS if number != FIRST]
CONTRACT = b"\6" * 20
RULING = awards.part_of(CLAIM, 8_500)
EVIDENCE_S, RULE_S, APPEAL_S = (DISPUTES[f"{name}_s"] for name in ("evidence", "rule", "appeal"))


def next_after(number: int, among: list) -> int:
    return next((item for item in among if item > number), among[0])


def case_of(told: Recorded):
    return dispute_case_of(DISPUTE, told.entries_of)


def doubts(told: Recorded) -> list[str]:
    return [words for _, words in case_of(told).doubts]


def reviewed() -> Recorded:
    """An arbitrator was drawn by lot."""
    return escalated(answered(opened(contested())), FIRST)


def ruled(verdict: Verdict = Verdict.AWARDED, award: dict = RULING, **by) -> Recorded:
    told = reviewed().wait(EVIDENCE_S)
    given = {"participant": FIRST, "verdict": verdict, "award": award} | by
    told.record("RulingGiven", DISPUTE, **given)
    return told.wait(60)


def panel_of() -> list[int]:
    left, panel = list(LEFT), []
    for seat in range(3):
        panel.append(drawn(keccak(DRAW + word(seat)), left))
        left.remove(panel[-1])
    return panel


def appealed() -> Recorded:
    told = ruled()
    told.record("RulingAppealed", DISPUTE, participant=SELLER, panel=panel_of())
    return told.wait(60)


def passed(told: Recorded, to: int, consequence=DisputeConsequence.PASSED, period_s: int = RULE_S) -> Recorded:
    return silent(told, DisputeAct.RULE, consequence, period_s, arbitrator=to)


# --- Who gets the case ------------------------------------------------------------------------------------------------


def test_both_seeds_draw_the_arbitrator():
    case = case_of(reviewed())
    assert (case.stage, case.arbitrator, case.doubts) == (DisputeStage.UNDER_REVIEW, FIRST, [])
    assert [(number, how) for number, _, how in case.assignments] == [(FIRST, "drawn")]


def test_without_an_answer_anybody_of_the_roster_may_be_next_and_nobody_else():
    told = opened(contested())
    given = {"act": DisputeAct.ANSWER, "consequence": DisputeConsequence.ESCALATED}
    case = case_of(silent(told, period_s=DISPUTES["respond_s"], arbitrator=8, **given))
    assert (case.arbitrator, case.draw, case.doubts) == (8, None, [])
    told.forge("DisputeSilenceEnforced", arbitrator=CARRIER)
    assert doubts(told) == [f"that participant {CARRIER} gets the case does not follow from seeds and roster"]


def test_who_recuses_is_followed_by_the_next_of_the_roster():
    told, following = reviewed(), next_after(FIRST, LEFT)
    told.record("ArbitratorRecused", DISPUTE, participant=FIRST, next=following)
    assert (case_of(told).arbitrator, case_of(told).passes, doubts(told)) == (following, 1, [])
    told.forge("ArbitratorRecused", next=next_after(following, LEFT))
    assert len(doubts(told)) == 1


def test_silence_passes_the_case_three_times_and_then_it_ends_by_default():
    told, left, at, period_s = reviewed(), list(LEFT), FIRST, EVIDENCE_S + RULE_S
    for _ in range(3):
        at = next_after(at, left)
        left.remove(at)
        told, period_s = passed(told, at, period_s=period_s), RULE_S
        assert case_of(told).arbitrator == at
    assert case_of(told).turn().consequence is DisputeConsequence.DEFAULTED
    case = case_of(passed(told, 0, DisputeConsequence.DEFAULTED))
    assert (case.ending, case.applied, case.doubts) == (DisputeEnding.BY_DEFAULT, CLAIM, [])


def test_the_policy_may_decide_for_the_seller_by_default():
    told = escalated(answered(opened(suspended(contested(buyerByDefault=False)), eligible=[])), 0)
    case = case_of(told)
    assert (case.ending, case.applied, case.doubts) == (DisputeEnding.BY_DEFAULT, None, [])


def suspended(told: Recorded, *numbers: int) -> Recorded:
    """These arbitrators, or all of them, may not rule from here on."""
    for number in numbers or ARBITRATORS:
        told.record("SuspensionSet", REGISTRY_SUBJECT, participant=number, suspended=True)
    return told.wait(60)


def test_nobody_who_was_suspended_since_is_drawn():
    told = suspended(answered(opened(contested())), FIRST)
    left = [number for number in ARBITRATORS if number != FIRST]
    assert doubts(escalated(told, drawn(DRAW, left))) == []
    told.forge("DisputeEscalated", arbitrator=FIRST)
    assert len(doubts(told)) == 1


def test_the_panel_is_drawn_by_lots_of_the_same_seeds():
    told = appealed()
    assert (case_of(told).panel, doubts(told)) == (panel_of(), [])
    told.forge("RulingAppealed", panel=[FIRST, *panel_of()[1:]])
    assert f"that participant {FIRST} sits on the panel does not follow from seeds and roster" in doubts(told)


def test_who_leaves_the_panel_is_replaced_by_lot():
    told, panel = appealed(), panel_of()
    left = [number for number in LEFT if number not in panel]
    to = drawn(keccak(DRAW + word(panel[1])), left)
    told.record("ArbitratorRecused", DISPUTE, participant=panel[1], next=to)
    assert (case_of(told).panel, doubts(told)) == ([panel[0], to, panel[2]], [])
    other = next(number for number in left if number != to)
    told.forge("ArbitratorRecused", next=other)
    assert len(doubts(told)) == 1


def test_an_arbitrator_contract_goes_first_and_its_silence_draws_from_the_roster():
    told = escalated(answered(opened(contested(arbitrator=CONTRACT))), 0, arbitratorContract=CONTRACT, externalId=7)
    assert (case_of(told).arbitrator_contract, case_of(told).arbitrator) == (CONTRACT, 0)
    told = passed(told, drawn(DRAW, ARBITRATORS), period_s=EVIDENCE_S + RULE_S)
    assert (case_of(told).arbitrator_contract, case_of(told).arbitrator, doubts(told)) == (None, FIRST, [])


# --- What is forged ---------------------------------------------------------------------------------------------------

WITH_SELLER = [SELLER, *ARBITRATORS]


@pytest.mark.parametrize("eligible", [ARBITRATORS[1:], ARBITRATORS[::-1], WITH_SELLER, [*ARBITRATORS, INSPECTOR], []])
def test_a_forged_list_of_eligible_arbitrators_shows(eligible):
    told = opened(contested())
    told.forge("DisputeOpened", eligible=eligible)
    assert doubts(told) == ["who may be drawn does not follow from the registry"]


def test_a_carrier_who_arbitrates_too_is_not_eligible_where_he_carries():
    told = contested()
    told.record("RolesSet", REGISTRY_SUBJECT, participant=CARRIER, roles=2 | 16)
    assert doubts(opened(told.wait(60))) == []
    told.forge("DisputeOpened", eligible=[*ARBITRATORS, CARRIER])
    assert doubts(told) == ["who may be drawn does not follow from the registry"]


def test_a_name_without_the_role_excludes_nobody():
    """An arbitrator whom the seller names as a carrier can be drawn, since he is none."""
    told = contested()
    told.record("ParcelAdded", RMA, participant=SELLER, purpose=1, carrier=7, parcel=b"\7" * 32)
    assert doubts(opened(told.wait(60))) == []


@pytest.mark.parametrize(
    ("name", "changed", "words"),
    [
        ("DisputeEscalated", {"arbitrator": LEFT[0]}, "gets the case does not follow"),
        ("DisputeEscalated", {"seed": b"\x09" * 32}, "the seed is not the one of the opening"),
        ("DisputeAnswered", {"seed": b"\x09" * 32}, "gets the case does not follow"),
        ("DisputeOpened", {"claim": awards.award(awards.awarded(0, accepted=1, rejected=1))}, "with this claim"),
        ("DisputeBegun", {"byBuyer": False}, "that the other side opened it"),
        ("RulingGiven", {"participant": LEFT[0]}, "he did not have the case"),
    ],
)
def test_a_forged_step_shows(name, changed, words):
    told = ruled()
    assert doubts(told) == []
    told.forge(name, **changed)
    assert any(words in found for found in doubts(told))


def test_a_ruling_before_the_evidence_is_over_shows():
    told = reviewed()
    told.record("RulingGiven", DISPUTE, participant=FIRST, verdict=Verdict.AWARDED, award=RULING)
    assert doubts(told) == ["the time for evidence was not over"]


def test_evidence_after_its_time_shows():
    told = reviewed().wait(EVIDENCE_S)
    told.record("EvidenceSubmitted", DISPUTE, kind=1, document=b"\1" * 32)
    assert doubts(told) == ["the time for evidence was over"]


def test_silence_that_is_enforced_too_early_or_does_something_else_shows():
    told = reviewed().wait(EVIDENCE_S)
    silent(told, DisputeAct.RULE, DisputeConsequence.PASSED, 0, arbitrator=next_after(FIRST, LEFT))
    assert doubts(told) == ["silence was enforced before its time"]
    told.forge("DisputeSilenceEnforced", consequence=DisputeConsequence.FINAL)
    assert "what silence did does not follow from the terms" in doubts(told)


def test_nothing_follows_the_end():
    told = opened(contested())
    told.record("DisputeWithdrawn", DISPUTE)
    told.record("EvidenceSubmitted", DISPUTE, kind=1, document=b"\1" * 32)
    assert doubts(told) == ["it was recorded after the end"]


def test_only_what_the_other_side_offers_now_can_be_accepted():
    told = answered(opened(contested()))
    first = told.record("OfferMade", DISPUTE, participant=SELLER, award=awards.part_of(CLAIM, 6_500))
    second = told.record("OfferMade", DISPUTE, participant=SELLER, award=awards.part_of(CLAIM, 7_500))
    told.record("OfferAccepted", DISPUTE, participant=0, offer=second.request)
    case = case_of(told)
    assert (case.ending, case.applied, case.doubts) == (DisputeEnding.SETTLED, second.values["award"], [])
    for offer in (first.request, case.opened.request):
        told.forge("OfferAccepted", offer=offer)
        assert doubts(told) == ["no such offer of the other side stood"]


def test_a_ruling_ends_all_offers():
    told = ruled()
    told.record("OfferAccepted", DISPUTE, participant=SELLER, offer=case_of(told).opened.request)
    assert doubts(told) == ["no such offer of the other side stood"]


def test_an_act_after_its_deadline_counts_and_is_marked_late():
    told = opened(contested()).wait(DISPUTES["respond_s"])
    case = case_of(answered(told))
    assert [turn.act for _, turn in case.late] == [DisputeAct.ANSWER]
    assert (case.stage, case.doubts) == (DisputeStage.ANSWERED, [])


# --- Arbitrator contracts ---------------------------------------------------------------------------------------------

AMOUNTS = awards.award(awards.awarded(0, accepted=1), extra_minor=1_001, unpaid_minor=33)


@pytest.mark.parametrize(
    ("ruling", "by_buyer", "verdict", "values"),
    [
        (0, True, Verdict.REFUSED, None),
        (1, True, Verdict.DISMISSED, None),
        (1, False, Verdict.AWARDED, (0, 0, 0)),
        (51, True, Verdict.AWARDED, (5_000, 500, 16)),
        (101, True, Verdict.AWARDED, (10_000, 1_001, 33)),
    ],
)
def test_a_number_stands_for_a_percentage_of_the_claim(ruling, by_buyer, verdict, values):
    found, award = outside_award(AMOUNTS, by_buyer, ruling)
    assert found is verdict
    shown = (award["lines"][0]["awardBasisPoints"], award["extraMinor"], award["unpaidMinor"]) if values else None
    assert shown == values
    assert award["buyerCostBasisPoints"] == 0


def test_a_contract_that_the_policy_does_not_name_shows():
    told = escalated(answered(opened(contested(arbitrator=CONTRACT))), 0, arbitratorContract=CONTRACT, externalId=7)
    assert doubts(told) == []
    told.forge("DisputeEscalated", arbitratorContract=b"\x09" * 20)
    assert doubts(told) == ["the policy names another arbitrator contract"]


def test_a_ruling_of_another_contract_or_with_another_award_shows():
    told = escalated(answered(opened(contested(arbitrator=CONTRACT))), 0, arbitratorContract=CONTRACT, externalId=7)
    verdict, award = outside_award(CLAIM, True, 86)
    given = {"arbitratorContract": CONTRACT, "ruling": 86, "verdict": verdict, "award": award}
    told.wait(EVIDENCE_S).record("ExternalRulingGiven", DISPUTE, bytes(32), **given)
    assert doubts(told) == []
    told.forge("ExternalRulingGiven", ruling=87)
    assert doubts(told) == ["the award does not follow from the ruling"]
    told.forge("ExternalRulingGiven", ruling=86, arbitratorContract=b"\x09" * 20)
    assert doubts(told) == ["another contract had the case"]


# --- What the return says about the end -------------------------------------------------------------------------------

COSTLY = RULING | {"buyerCostBasisPoints": 2_000}


def ended() -> Recorded:
    """A ruling that charges a fifth of the costs stands, as nobody appealed."""
    told = silent(ruled(award=COSTLY), DisputeAct.APPEAL, DisputeConsequence.FINAL, APPEAL_S)
    return resolved(told, DisputeEnding.RULED, COSTLY, costsMinor=500)


def end_doubts(told: Recorded) -> list[str]:
    entry = next(entry for entry in told.entries_of(RMA) if entry.name == "DisputeResolved")
    return resolution_doubts(entry, case_of(told))


def test_the_end_of_a_dispute_is_the_same_in_both_histories():
    told = ended()
    assert (case_of(told).ending, doubts(told), end_doubts(told)) == (DisputeEnding.RULED, [], [])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ending": DisputeEnding.SETTLED}, "the dispute ended in another way"),
        ({"applies": False}, "the dispute ended in another way"),
        ({"award": CLAIM}, "the award is not the one that ended the dispute"),
        ({"costsMinor": 2_500}, "the buyer's part of the costs does not follow from the terms"),
        ({"recordedAt": 1}, "something else ended the dispute"),
    ],
)
def test_a_forged_end_shows(changed, words):
    told = ended()
    told.forge("DisputeResolved", **changed)
    assert words in end_doubts(told)


def test_an_end_of_a_dispute_that_goes_on_shows():
    assert end_doubts(resolved(ruled(), DisputeEnding.RULED, RULING)) == ["the dispute has not ended"]


def test_the_panel_has_the_last_word_and_its_silence_leaves_the_first():
    told = appealed().wait(EVIDENCE_S)
    told.record("PanelRulingGiven", DISPUTE, verdict=Verdict.DISMISSED)
    assert (case_of(told).ending, case_of(told).applied) == (DisputeEnding.RULED_ON_APPEAL, None)
    told = silent(appealed(), DisputeAct.RULE_ON_APPEAL, DisputeConsequence.FINAL, EVIDENCE_S + RULE_S)
    assert (case_of(told).ending, case_of(told).applied, doubts(told)) == (DisputeEnding.RULED, RULING, [])


def test_who_refuses_to_arbitrate_leaves_everything_as_it_was():
    nothing = awards.award()
    told = ruled(Verdict.REFUSED, nothing)
    told = silent(told, DisputeAct.APPEAL, DisputeConsequence.FINAL, APPEAL_S)
    assert (case_of(told).ending, case_of(told).applied, doubts(told)) == (DisputeEnding.REFUSED, None, [])
