"""confirmOutcome and proveOutcome: the buyer says whether it arrived, the seller answers a buyer who says no."""

import pytest
from hostile import SPOILERS
from world import (
    APPROVED,
    CLOSED,
    CONFIRM,
    CONFIRM_S,
    DECLINED,
    GIVE_BACK,
    INSPECT,
    OF_SELLER,
    OTHER_SELLER,
    PAID_MINOR,
    PAY,
    PAY_S,
    PROVE,
    REPLACE,
    REPLACEMENT,
    REPLACEMENT_SENT,
    REQUESTED,
    SELLER,
    SEND,
    WORD,
)

EVIDENCE = b"\x0b" * WORD
AWAITED = {"opened": 1, "approved": SEND, "received": INSPECT, "inspected": PAY, "declined": 11}


def confirm(world, sale, arrived=True, key=None):
    return world.act("confirmOutcome", (sale.return_id(), arrived, EVIDENCE), key or sale.buyer)


def prove(world, sale, key=None):
    return world.act("proveOutcome", (sale.return_id(), EVIDENCE), key or world.key(SELLER))


def contested(world, kind="secp256k1"):
    sale = world.paid(kind)
    world.do(confirm(world, sale, False))
    return sale


def proved(world, kind="secp256k1"):
    sale = contested(world, kind)
    world.do(prove(world, sale))
    return sale


# --- The buyer's word -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_buyer(world, kind, spoil, arrived):
    sale = world.paid(kind)
    spoil(world, "confirmOutcome", (sale.return_id(), arrived, EVIDENCE), sale.buyer)


@pytest.mark.parametrize("act", [confirm, prove])
def test_it_refuses_a_return_that_does_not_exist(world, act):
    sale = world.claimed()
    world.refused(act(world, sale), "ReturnUnknown", sale.return_id())


@pytest.mark.parametrize("arrived", [True, False])
def test_it_refuses_the_word_of_who_is_not_the_buyer(world, kind, arrived):
    sale = world.paid(kind)
    for key in (world.key(SELLER, kind), sale.claim_key, world.fresh_key(kind)):
        world.refused(confirm(world, sale, arrived, key), "ReturnNotParty", sale.return_id(), key.address)


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("stage", AWAITED)
def test_it_refuses_the_buyer_s_word_before_it_is_awaited(world, stage, arrived):
    sale = getattr(world, stage)()
    world.refused(confirm(world, sale, arrived), "OutcomeNotAwaited", sale.return_id(), AWAITED[stage])


@pytest.mark.parametrize("arrived", [True, False])
def test_it_refuses_the_buyer_s_word_before_rejected_goods_are_given_back(world, arrived):
    sale = world.received()
    world.do(world.inspect(sale, [(0, 0, 2, 0, 5, 2), (1, 0, 1, 0, 5, 2)]))
    world.refused(confirm(world, sale, arrived), "OutcomeNotAwaited", sale.return_id(), GIVE_BACK)


@pytest.mark.parametrize("arrived", [True, False])
def test_it_refuses_the_buyer_s_word_before_the_replacement_is_sent(world, arrived):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale, returnless=True))
    world.refused(confirm(world, sale, arrived), "OutcomeNotAwaited", sale.return_id(), REPLACE)


@pytest.mark.parametrize("arrived", [True, False])
def test_it_refuses_the_buyer_s_word_while_the_seller_has_to_prove(world, arrived):
    sale = contested(world)
    world.refused(confirm(world, sale, arrived), "OutcomeNotAwaited", sale.return_id(), PROVE)


def test_it_refuses_to_contest_twice(world):
    sale = proved(world)
    world.refused(confirm(world, sale, False), "OutcomeNotAwaited", sale.return_id(), CONFIRM)


def test_it_refuses_to_contest_again_once_the_seller_is_in_default(world):
    sale = contested(world)
    world.enforced(sale)
    world.refused(confirm(world, sale, False), "OutcomeNotAwaited", sale.return_id(), CONFIRM)


def test_the_buyer_confirms(world, kind):
    sale = world.paid(kind)
    (log,) = world.do(confirm(world, sale))
    assert (log.name, log.topics[1]) == ("OutcomeConfirmed", sale.return_id())
    assert list(log.values.values()) == [world.now(), True, EVIDENCE]
    assert world.status(sale.return_id()) == CLOSED


def test_the_buyer_contests(world, kind):
    sale = world.paid(kind)
    (log,) = world.do(confirm(world, sale, False))
    assert list(log.values.values()) == [world.now(), False, EVIDENCE]
    assert world.status(sale.return_id()) == APPROVED
    assert world.turn(sale)[:3] == (OF_SELLER, PROVE, world.now() + PAY_S)


def test_the_buyer_contests_a_replacement(world):
    sale = world.claimed()
    world.do(world.open(sale, resolution=REPLACEMENT))
    world.do(world.approve(sale, returnless=True))
    world.do(world.seller_does("addParcel", sale, SELLER, REPLACEMENT_SENT, 2, world.fresh(), 0, EVIDENCE))
    world.do(confirm(world, sale, False))
    # What was replaced is worth 2,480 and 615, less 10 % for a change of mind and the way back.
    assert world.enforced(sale).values["owedMinor"] == 3_095 - 248 - 61 - 250


def test_the_buyer_confirms_after_the_proof(world):
    sale = proved(world)
    world.do(confirm(world, sale))
    assert world.status(sale.return_id()) == CLOSED


def test_a_buyer_who_did_not_get_his_money_may_contest_once_after_the_default(world):
    sale = world.inspected()
    world.enforced(sale)
    world.do(confirm(world, sale, False))
    world.refused(confirm(world, sale, False), "OutcomeNotAwaited", sale.return_id(), CONFIRM)


# --- The seller's proof -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_the_seller(world, kind, spoil):
    spoil(world, "proveOutcome", (contested(world).return_id(), EVIDENCE), world.key(SELLER, kind))


def test_it_refuses_the_proof_of_who_is_not_the_seller(world, kind):
    sale = contested(world, kind)
    for key in (sale.buyer, world.key(OTHER_SELLER, kind)):
        world.refused(prove(world, sale, key), "KeyUnknown", key.address, SELLER)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("declined", DECLINED)])
def test_it_refuses_a_proof_for_what_is_not_approved(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(prove(world, sale), "ReturnWrongStatus", sale.return_id(), status, APPROVED)


@pytest.mark.parametrize("stage, awaited", [("approved", SEND), ("inspected", PAY), ("paid", CONFIRM)])
def test_it_refuses_a_proof_that_nobody_asked_for(world, stage, awaited):
    sale = getattr(world, stage)()
    world.refused(prove(world, sale), "OutcomeNotAwaited", sale.return_id(), awaited)


def test_it_refuses_to_prove_twice(world):
    sale = proved(world)
    world.refused(prove(world, sale), "OutcomeNotAwaited", sale.return_id(), CONFIRM)


def test_it_refuses_a_proof_once_the_seller_is_in_default(world):
    sale = contested(world)
    world.enforced(sale)
    world.refused(prove(world, sale), "OutcomeNotAwaited", sale.return_id(), CONFIRM)


def test_the_seller_proves(world, kind):
    sale = contested(world)
    (log,) = world.do(prove(world, sale, world.key(SELLER, kind)))
    assert (log.name, log.topics[1]) == ("OutcomeProved", sale.return_id())
    assert list(log.values.values()) == [world.now(), EVIDENCE]
    assert world.turn(sale)[1:3] == (CONFIRM, world.now() + CONFIRM_S)


def test_a_contested_payment_that_is_not_proved_counts_as_not_made(world):
    sale = world.inspected()
    due = world.due(sale)
    world.do(world.pay(sale, due, goodwill=100))
    world.do(confirm(world, sale, False))
    assert world.enforced(sale).values["owedMinor"] == due


def test_money_paid_once_more_does_not_stand_for_a_proof(world):
    sale = contested(world)
    before = world.turn(sale)
    world.do(world.pay(sale, PAID_MINOR // 4))
    assert world.turn(sale) == before
