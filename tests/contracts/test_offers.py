"""makeOffer and acceptOffer: the sides end a dispute by themselves; what they agree on takes effect like a ruling."""

import pytest
from disputing import (
    AWARDED,
    CLAIM,
    DISMISSED,
    DUE,
    EMPTY,
    ENDED,
    INQUIRY,
    SCRATCHED,
    SETTLED,
    STAGES,
    STATEMENT,
    accept,
    answer,
    appealed,
    award,
    dispute_id,
    escalate,
    line,
    offer,
    opened,
    rule,
    ruled,
    scratched,
    side,
    standing,
)
from hostile import SPOILERS
from world import ANY, EVIDENCE_S, INSPECTOR, PAY, PAY_S, SELLER

BOTH = pytest.mark.parametrize("by_buyer", [True, False])
OFFER_LIMIT = 10
NO_OFFER = bytes(32)
OPEN_STAGES = [stage for stage in STAGES if stage != ENDED]
SIXTY = award(line(0, 2, award=6_000))


def offered(world, case, by_buyer, given):
    """Makes the offer; its digest."""
    nonce = world.fresh_nonce()
    world.do(offer(world, case, by_buyer, given, nonce=nonce))
    return world.digest("DisputeDesk", "MakeOffer", (case.id, side(by_buyer), STATEMENT, given), nonce)


# --- Offering ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_offer(world, kind, spoil):
    case = opened(world)
    spoil(world, "makeOffer", (case.id, SELLER, STATEMENT, SCRATCHED), world.key(SELLER, kind))


def test_it_refuses_offers_and_acceptances_where_there_is_no_dispute(world):
    sale = scratched(world)
    made = world.act("makeOffer", (dispute_id(sale), 0, STATEMENT, CLAIM), sale.buyer)
    accepted = world.act("acceptOffer", (dispute_id(sale), 0, NO_OFFER), sale.buyer)
    for call in (made, accepted):
        world.refused(call, "DisputeUnknown", dispute_id(sale))


def test_it_refuses_strangers(world, kind):
    case = opened(world)
    for key in (case.sale.claim_key, world.key(SELLER, kind), world.key(INSPECTOR, kind)):
        for call in (offer(world, case, True, CLAIM, key=key), accept(world, case, True, NO_OFFER, key=key)):
            world.refused(call, "DisputeNotParty", case.id, key.address)


def test_it_refuses_offers_and_acceptances_once_it_ended(world):
    case = STAGES[ENDED](world)
    for call in (offer(world, case, True, CLAIM), accept(world, case, False, case.opening)):
        world.refused(call, "DisputeWrongStage", case.id, ENDED, INQUIRY)


@BOTH
def test_each_side_makes_few_offers(world, by_buyer):
    case = opened(world)
    calls = [offer(world, case, by_buyer, SCRATCHED).data for _ in range(OFFER_LIMIT)]
    world.do(world.encode("DisputeDesk", "submit", calls))
    world.refused(offer(world, case, by_buyer, SCRATCHED), "OfferLimitReached", case.id, OFFER_LIMIT)
    world.do(offer(world, case, not by_buyer, SCRATCHED))


def test_it_refuses_other_lines_than_those_in_dispute(world):
    case = opened(world)
    for given, index in ((EMPTY, 0), (award(line(1, 1)), 0), (award(line(0, 2), line(1, 1)), 2)):
        world.refused(offer(world, case, False, given), "AwardLinesDiffer", case.id, index)


def test_it_refuses_what_could_not_take_effect(world):
    case = opened(world)
    world.refused(offer(world, case, False, award(line(0, 3))), "QuantityTooLarge", 0, 3, 2)
    world.refused(offer(world, case, False, award(line(0, 1))), "AwardAcceptsFewer", 0, 1, 2)
    world.refused(offer(world, case, False, award(line(0, 2, award=10_001))), "AwardInvalid", 3, 10_001, 10_000)
    world.refused(offer(world, case, False, award(line(0, 2), unpaid=1)), "AwardInvalid", 1, 1, 0)


@BOTH
def test_a_side_makes_an_offer(world, kind, by_buyer):
    case = opened(world, kind=kind)
    key = case.sale.buyer if by_buyer else world.key(SELLER, kind)
    (log,) = world.do(offer(world, case, by_buyer, SCRATCHED, key=key))
    assert (log.name, log.topics[1]) == ("OfferMade", case.id)
    kept = (*SCRATCHED[:3], tuple(SCRATCHED[3]))
    assert list(log.values.values()) == [world.now(), side(by_buyer), STATEMENT, kept]


# --- Accepting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_accept(world, kind, spoil):
    case = opened(world, kind=kind)
    made = offered(world, case, False, SIXTY)
    spoil(world, "acceptOffer", (case.id, 0, made), case.sale.buyer)


@BOTH
def test_it_refuses_one_s_own_offer_and_claim(world, by_buyer):
    case = opened(world, by_buyer)
    for made in (offered(world, case, by_buyer, CLAIM), case.opening):
        world.refused(accept(world, case, by_buyer, made), "OfferUnknown", case.id, made)


def test_it_refuses_what_nobody_offered(world):
    case = opened(world)
    for made in (NO_OFFER, world.fresh()):
        for by_buyer in (True, False):
            world.refused(accept(world, case, by_buyer, made), "OfferUnknown", case.id, made)


def test_an_offer_takes_the_place_of_the_one_before(world):
    case = opened(world)
    first = offered(world, case, False, SCRATCHED)
    second = offered(world, case, False, SIXTY)
    world.refused(accept(world, case, True, first), "OfferUnknown", case.id, first)
    world.do(accept(world, case, True, second))
    assert world.due(case.sale) == DUE[60]


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_an_accepted_offer_ends_it_at_every_stage(world, kind, stage):
    case = STAGES[stage](world, kind=kind)
    made = offered(world, case, False, SCRATCHED)
    accepted, resolved = world.do(accept(world, case, True, made))
    assert (accepted.name, accepted.topics[1]) == ("OfferAccepted", case.id)
    assert list(accepted.values.values()) == [world.now(), 0, made]
    assert (resolved.name, resolved.topics[1:]) == ("DisputeResolved", [case.return_id, accepted.topics[2]])
    assert (resolved.values["ending"], resolved.values["applies"]) == (SETTLED, True)
    assert resolved.values["dueMinor"] == world.due(case.sale) == DUE[85]
    assert standing(world, case) == (ENDED, SETTLED)


def test_a_seller_accepts_a_buyer_s_offer(world):
    case = opened(world)
    made = offered(world, case, True, SCRATCHED)
    world.do(accept(world, case, False, made))
    assert world.due(case.sale) == DUE[85]


@BOTH
def test_the_other_side_may_just_accept_the_claim(world, by_buyer):
    case = opened(world, by_buyer)
    world.do(answer(world, case))
    _, resolved = world.do(accept(world, case, not by_buyer, case.opening))
    assert resolved.values["ending"] == SETTLED
    assert world.due(case.sale) == DUE[100 if by_buyer else 0]


def test_a_settlement_costs_nothing_whatever_it_says(world):
    case = opened(world)
    made = offered(world, case, False, award(line(0, 2), costs=10_000))
    _, resolved = world.do(accept(world, case, True, made))
    # Without an arbitrator there was no cost.
    assert (resolved.values["costsMinor"], world.due(case.sale)) == (0, DUE[100])


def test_a_settlement_is_a_debt_with_its_own_day(world):
    case = opened(world)
    made = offered(world, case, False, SCRATCHED)
    _, resolved = world.do(accept(world, case, True, made))
    assert resolved.values["payUntil"] == world.now() + PAY_S
    assert world.turn(case.sale)[1:3] == (PAY, world.now() + PAY_S)


@pytest.mark.parametrize("verdict", [AWARDED, DISMISSED])
def test_whoever_lost_cannot_take_what_the_other_was_content_with_before_the_ruling(world, verdict):
    case = opened(world)
    claim = case.opening
    mild = offered(world, case, True, SIXTY)
    generous = offered(world, case, False, CLAIM)
    world.do(answer(world, case))
    rule_it(world, case, verdict)
    for by_buyer, made in ((False, mild), (True, generous), (False, claim)):
        world.refused(accept(world, case, by_buyer, made), "OfferUnknown", case.id, made)
    world.do(accept(world, case, True, offered(world, case, False, SIXTY)))


def rule_it(world, case, verdict):
    world.do(escalate(world, case))
    world.pass_time(EVIDENCE_S)
    world.do(rule(world, case, SCRATCHED if verdict == AWARDED else EMPTY, verdict))


@pytest.mark.parametrize("build", [ruled, appealed])
def test_an_offer_made_after_the_ruling_may_still_be_accepted(world, build):
    case = build(world)
    world.do(accept(world, case, True, offered(world, case, False, CLAIM)))
    assert (world.due(case.sale), standing(world, case)) == (DUE[100], (ENDED, SETTLED))


def test_a_former_key_of_the_buyer_accepts_nothing_any_more(world):
    case, new = opened(world), world.fresh_key()
    made = offered(world, case, False, SIXTY)
    world.do(world.act("proposeBuyerKey", (case.sale.id, new.address), world.key(SELLER)))
    world.pass_time(4 * 86_400)
    world.do(world.act("takeBuyerKey", (case.sale.id, new.address), new))
    world.refused(accept(world, case, True, made), "DisputeNotParty", case.id, ANY)
    world.do(accept(world, case, True, made, key=new))
