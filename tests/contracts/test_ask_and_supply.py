"""askBuyer and supplyAnswer: the seller needs more before he answers."""

import pytest
from hostile import SPOILERS
from world import (
    ANSWER,
    ANSWER_S,
    APPROVED,
    DECLINED,
    OF_SELLER,
    OTHER_SELLER,
    QUESTIONED,
    REQUESTED,
    SELLER,
)

LIMIT = 3


def ask(world, sale, key=None):
    return world.act("askBuyer", (sale.return_id(), world.fresh()), key or world.key(SELLER))


def supply(world, sale, key=None):
    return world.act("supplyAnswer", (sale.return_id(), world.fresh()), key or sale.buyer)


def asked(world, kind="secp256k1"):
    sale = world.opened(kind)
    world.do(ask(world, sale))
    return sale


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_a_question(world, kind, spoil):
    spoil(world, "askBuyer", (world.opened().return_id(), world.fresh()), world.key(SELLER, kind))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_of_an_answer(world, kind, spoil):
    sale = asked(world, kind)
    spoil(world, "supplyAnswer", (sale.return_id(), world.fresh()), sale.buyer)


@pytest.mark.parametrize("act", [ask, supply])
def test_it_refuses_a_return_that_does_not_exist(world, act):
    sale = world.claimed()
    world.refused(act(world, sale), "ReturnUnknown", sale.return_id())


def test_only_the_seller_asks(world, kind):
    sale = world.opened(kind)
    for key in (sale.buyer, world.key(OTHER_SELLER, kind)):
        world.refused(ask(world, sale, key), "KeyUnknown", key.address, SELLER)


def test_only_the_buyer_answers(world, kind):
    sale = asked(world, kind)
    for key in (sale.claim_key, world.key(SELLER, kind), world.fresh_key(kind)):
        world.refused(supply(world, sale, key), "ReturnNotParty", sale.return_id(), key.address)


@pytest.mark.parametrize("stage, status", [("approved", APPROVED), ("declined", DECLINED)])
def test_it_refuses_to_ask_about_what_is_decided(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(ask(world, sale), "ReturnWrongStatus", sale.return_id(), status, REQUESTED)


def test_it_refuses_a_second_question_before_the_answer(world):
    sale = asked(world)
    world.refused(ask(world, sale), "ReturnWrongStatus", sale.return_id(), QUESTIONED, REQUESTED)


@pytest.mark.parametrize("stage, status", [("opened", REQUESTED), ("approved", APPROVED)])
def test_it_refuses_an_answer_that_nobody_asked_for(world, stage, status):
    sale = getattr(world, stage)()
    world.refused(supply(world, sale), "ReturnWrongStatus", sale.return_id(), status, QUESTIONED)


def test_it_refuses_the_fourth_question(world):
    sale = world.opened()
    for _ in range(LIMIT):
        world.do(ask(world, sale))
        world.do(supply(world, sale))
    world.refused(ask(world, sale), "ReturnQuestionLimitReached", sale.return_id(), LIMIT)


def test_a_reopened_return_does_not_allow_more_questions(world):
    sale = world.opened()
    for _ in range(LIMIT):
        world.do(ask(world, sale))
        world.do(supply(world, sale))
    world.do(world.buyer_does("cancelReturn", sale))
    world.do(world.buyer_does("reopenReturn", sale, world.fresh()))
    world.refused(ask(world, sale), "ReturnQuestionLimitReached", sale.return_id(), LIMIT)


def test_the_seller_asks(world, kind):
    sale, question = world.opened(), world.fresh()
    (log,) = world.do(world.seller_does("askBuyer", sale, question, kind=kind))
    assert (log.name, log.topics[1]) == ("BuyerAsked", sale.return_id())
    assert list(log.values.values()) == [world.now(), question]
    assert world.status(sale.return_id()) == QUESTIONED


def test_the_buyer_answers_and_the_seller_has_his_time_again(world, kind):
    sale, document = asked(world, kind), world.fresh()
    (log,) = world.do(world.buyer_does("supplyAnswer", sale, document))
    assert (log.name, log.topics[1]) == ("AnswerSupplied", sale.return_id())
    assert list(log.values.values()) == [world.now(), document]
    assert world.status(sale.return_id()) == REQUESTED
    assert world.turn(sale)[:3] == (OF_SELLER, ANSWER, world.now() + ANSWER_S)


def test_the_buyer_may_cancel_instead_of_an_answer(world):
    sale = asked(world)
    world.do(world.buyer_does("cancelReturn", sale))
    world.refused(supply(world, sale), "ReturnWrongStatus", sale.return_id(), 6, QUESTIONED)
