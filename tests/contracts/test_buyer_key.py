"""The keys of buyers: who lost his gets another, proposed by seller or council, unless the old one objects."""

import pytest
from hostile import SPOILERS
from world import ANY, DAY, OTHER_SELLER, RECOVERY_S, SELLER, TOO_LARGE

ZERO = "0x" + "00" * 20


def propose(world, sale, new, key=None):
    return world.act("proposeBuyerKey", (sale.id, new.address), key or world.key(SELLER))


def veto(world, sale, new, key=None):
    return world.act("vetoBuyerKey", (sale.id, new.address), key or sale.buyer)


def take(world, sale, new, key=None):
    return world.act("takeBuyerKey", (sale.id, new.address), key or new)


def proposed(world, kind="secp256k1", sale=None):
    sale, new = sale or world.claimed(kind), world.fresh_key(kind)
    world.do(propose(world, sale, new))
    return sale, new


def taken(world, kind="secp256k1", sale=None):
    sale, new = proposed(world, kind, sale)
    world.pass_time(RECOVERY_S)
    world.do(take(world, sale, new))
    return sale, new


# --- Proposing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_propose(world, kind, spoil):
    request = (world.claimed().id, world.fresh_key().address)
    spoil(world, "proposeBuyerKey", request, world.key(SELLER, kind))


@pytest.mark.parametrize("act", [propose, veto, take])
def test_it_refuses_a_receipt_that_nobody_claimed(world, act):
    sale = world.sale()
    world.refused(act(world, sale, world.fresh_key()), "ReceiptUnknown", sale.id)


def test_it_refuses_a_proposal_of_who_is_not_the_seller(world, kind):
    sale, new = world.claimed(kind), world.fresh_key(kind)
    for key in (new, sale.buyer, sale.claim_key, world.key(OTHER_SELLER, kind)):
        world.refused(propose(world, sale, new, key), "KeyUnknown", key.address, SELLER)


def test_it_refuses_a_proposal_of_a_suspended_seller(world):
    sale = world.claimed()
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(propose(world, sale, world.fresh_key()), "ParticipantSuspended", SELLER)


def test_it_refuses_the_zero_address_and_the_present_key(world):
    sale = world.claimed()
    world.refused(propose(world, sale, sale.buyer), "ReceiptBuyerInvalid", sale.buyer.address)
    call = world.act("proposeBuyerKey", (sale.id, ZERO), world.key(SELLER))
    world.refused(call, "ReceiptBuyerInvalid", ZERO)


def test_the_seller_proposes_a_key(world, kind):
    sale, new = world.claimed(), world.fresh_key(kind)
    (log,) = world.do(propose(world, sale, new, world.key(SELLER, kind)))
    assert (log.name, log.topics[1]) == ("BuyerKeyProposed", sale.id)
    assert list(log.values.values()) == [world.now(), new.address.lower(), world.now() + RECOVERY_S]


def test_a_second_proposal_takes_the_place_of_the_first(world):
    sale, first = proposed(world)
    world.pass_time(RECOVERY_S)
    second = world.fresh_key()
    world.do(propose(world, sale, second))
    world.refused(take(world, sale, first), "BuyerKeyNotProposed", sale.id, first.address)
    world.refused(take(world, sale, second), "BuyerKeyTooEarly", sale.id, world.now() + RECOVERY_S)


def test_the_same_proposal_again_begins_the_time_anew(world):
    sale, new = proposed(world)
    world.pass_time(RECOVERY_S - DAY)
    world.do(propose(world, sale, new))
    takes_over_at = world.now() + RECOVERY_S
    world.pass_time(DAY)
    world.refused(take(world, sale, new), "BuyerKeyTooEarly", sale.id, takes_over_at)


# --- Proposing by the council -----------------------------------------------------------------------------------------


def propose_by_council(world, sale, new, keys=None, **options):
    return world.act("proposeBuyerKeyByCouncil", (sale.id, new.address), keys or world.council[:2], **options)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_council(world, spoil):
    request = (world.claimed().id, world.fresh_key().address)
    spoil(world, "proposeBuyerKeyByCouncil", request, world.council[:2])


def test_it_needs_enough_of_the_council_each_once(world):
    sale, new, (first, second, _) = world.claimed(), world.fresh_key(), world.council
    request = (sale.id, new.address)
    none = world.encode("ReturnLedger", "proposeBuyerKeyByCouncil", request, [])
    world.refused(none, "RequestAuthorisationMissing", 0, 1)
    world.refused(propose_by_council(world, sale, new, [first]), "RequestAuthorisationMissing", 1, 2)
    world.refused(propose_by_council(world, sale, new, [first, first]), "RequestNonceUsed", first.address, ANY)
    stranger = world.key(SELLER)
    world.refused(propose_by_council(world, sale, new, [second, stranger]), "CouncilNotMember", stranger.address)


def test_the_council_refuses_what_the_seller_could_not_propose(world):
    sale = world.sale()
    world.refused(propose_by_council(world, sale, world.fresh_key()), "ReceiptUnknown", sale.id)
    world.do(world.claim(sale))
    world.refused(propose_by_council(world, sale, sale.buyer), "ReceiptBuyerInvalid", sale.buyer.address)


def test_the_council_proposes_where_the_seller_does_not_and_the_old_key_may_object(world, kind):
    sale, new = world.claimed(kind), world.fresh_key(kind)
    world.do(world.council_act("setSuspension", SELLER, True))
    (log,) = world.do(propose_by_council(world, sale, new))
    assert list(log.values.values()) == [world.now(), new.address.lower(), world.now() + RECOVERY_S]
    world.do(veto(world, sale, new))
    world.do(propose_by_council(world, sale, new))
    world.refused(take(world, sale, new), "BuyerKeyTooEarly", sale.id, world.now() + RECOVERY_S)
    world.pass_time(RECOVERY_S)
    world.do(take(world, sale, new))


# --- Objecting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_object(world, kind, spoil):
    sale, new = proposed(world, kind)
    spoil(world, "vetoBuyerKey", (sale.id, new.address), sale.buyer)


def test_it_refuses_an_objection_of_who_is_not_the_buyer(world, kind):
    sale, new = proposed(world, kind)
    for key in (new, sale.claim_key, world.key(SELLER, kind)):
        world.refused(veto(world, sale, new, key), "ReceiptNotParty", sale.id, key.address)


def test_it_refuses_an_objection_to_a_key_that_was_not_proposed(world):
    sale, other = world.claimed(), world.fresh_key()
    world.refused(veto(world, sale, other), "BuyerKeyNotProposed", sale.id, other.address)
    call = world.act("vetoBuyerKey", (sale.id, ZERO), sale.buyer)
    world.refused(call, "BuyerKeyNotProposed", sale.id, ZERO)
    proposed(world, sale=sale)
    world.refused(veto(world, sale, other), "BuyerKeyNotProposed", sale.id, other.address)


def test_the_old_key_objects(world, kind):
    sale, new = proposed(world, kind)
    (log,) = world.do(veto(world, sale, new))
    assert (log.name, log.topics[1]) == ("BuyerKeyVetoed", sale.id)
    assert list(log.values.values()) == [world.now(), new.address.lower()]
    world.refused(veto(world, sale, new), "BuyerKeyNotProposed", sale.id, new.address)
    world.pass_time(RECOVERY_S)
    world.refused(take(world, sale, new), "BuyerKeyNotProposed", sale.id, new.address)


def test_the_old_key_may_object_until_the_new_one_takes_over(world):
    sale, new = proposed(world)
    world.pass_time(RECOVERY_S + DAY)
    world.do(veto(world, sale, new))


# --- Taking over ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_to_take_over(world, kind, spoil):
    sale, new = proposed(world, kind)
    world.pass_time(RECOVERY_S)
    spoil(world, "takeBuyerKey", (sale.id, new.address), new)


def test_it_refuses_to_take_over_what_was_not_proposed(world):
    sale, new = world.claimed(), world.fresh_key()
    world.refused(take(world, sale, new), "BuyerKeyNotProposed", sale.id, new.address)
    call = world.act("takeBuyerKey", (sale.id, ZERO), new)
    world.refused(call, "BuyerKeyNotProposed", sale.id, ZERO)


def test_it_refuses_a_stranger(world, kind):
    sale, new = proposed(world, kind)
    world.pass_time(RECOVERY_S)
    for key in (world.fresh_key(kind), sale.claim_key, sale.buyer, world.key(SELLER, kind)):
        world.refused(take(world, sale, new, key), "ReceiptNotParty", sale.id, key.address)
        world.refused(take(world, sale, key), "BuyerKeyNotProposed", sale.id, key.address)


def test_it_refuses_to_take_over_too_early(world):
    sale, new = proposed(world)
    takes_over_at = world.now() + RECOVERY_S
    world.pass_to(takes_over_at - 1)
    world.refused(take(world, sale, new), "BuyerKeyTooEarly", sale.id, takes_over_at)


def test_the_new_key_takes_over_in_the_first_second(world, kind):
    sale, new = proposed(world, kind)
    world.next_at(world.now() + RECOVERY_S)
    (log,) = world.do(take(world, sale, new))
    assert (log.name, log.topics[1]) == ("BuyerKeyTaken", sale.id)
    assert list(log.values.values()) == [world.now(), new.address.lower()]


def test_it_is_taken_over_once(world):
    sale, new = taken(world)
    world.refused(take(world, sale, new), "BuyerKeyNotProposed", sale.id, new.address)


def test_the_old_key_stops_working_in_the_middle_of_a_return(world, kind):
    sale, new = taken(world, kind, world.approved(kind))
    id, old = sale.return_id(), sale.buyer.address
    for call in (
        world.send(sale),
        world.buyer_does("cancelReturn", sale),
        world.buyer_does("closeReturn", sale),
        world.open(sale, [(0, 1, TOO_LARGE)], number=2),
    ):
        expected = sale.return_id(2) if call.data[:4] == world.open(sale).data[:4] else id
        world.refused(call, "ReturnNotParty", expected, old)
    call = world.act("stateDelivery", (sale.id, 0, world.now(), world.fresh()), sale.buyer)
    world.refused(call, "ReceiptNotParty", sale.id, old)
    other = world.fresh_key(kind)
    world.do(propose(world, sale, other))
    world.refused(veto(world, sale, other), "ReceiptNotParty", sale.id, old)
    world.do(veto(world, sale, other, new))
    world.do(world.act("cancelReturn", (id,), new))


def test_a_request_that_the_old_key_signed_before_is_refused_after(world):
    sale = world.approved()
    signed = world.buyer_does("closeReturn", sale)
    taken(world, sale=sale)
    world.refused(signed, "ReturnNotParty", sale.return_id(), sale.buyer.address)


def test_other_receipts_of_the_old_key_are_untouched(world):
    sale, other = world.claimed(), world.sale()
    call = world.act("claim", (other.id, sale.buyer.address), other.claim_key, other.signed)
    world.do(call)
    _, new = taken(world, sale=sale)
    values = (other.id, 1, 1, 1, 0, [(0, 1, TOO_LARGE)])
    world.refused(world.act("openReturn", values, new), "ReturnNotParty", other.return_id(), new.address)
    world.do(world.act("openReturn", values, sale.buyer))


def test_the_claim_key_cannot_claim_again_after_a_change(world):
    sale, new = taken(world)
    world.refused(world.claim(sale), "ReceiptAlreadyClaimed", sale.id, new.address)
