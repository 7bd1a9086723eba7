"""sendMessage: what the sides of a return say to each other is off chain; that and when they said it stands here."""

import pytest
from disputing import disputed, scratched
from hostile import SPOILERS
from world import INSPECTOR, OTHER_SELLER, SELLER

MESSAGE_LIMIT = 200
BATCH = 100  # calls in one submit
BOTH = pytest.mark.parametrize("by_buyer", [True, False])


def say(world, sale, by_buyer=True, key=None, participant=None):
    participant = (0 if by_buyer else SELLER) if participant is None else participant
    key = key or (sale.buyer if by_buyer else world.key(SELLER))
    return world.act("sendMessage", (sale.return_id(), participant, world.fresh()), key)


@BOTH
@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil, by_buyer):
    sale = world.opened(kind)
    request = (sale.return_id(), 0 if by_buyer else SELLER, world.fresh())
    spoil(world, "sendMessage", request, sale.buyer if by_buyer else world.key(SELLER, kind))


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(say(world, sale), "ReturnUnknown", sale.return_id())


def test_it_refuses_strangers(world, kind):
    sale = world.opened()
    for key in (sale.claim_key, world.key(SELLER, kind), world.fresh_key(kind)):
        world.refused(say(world, sale, key=key), "ReturnNotParty", sale.return_id(), key.address)
    for key in (sale.buyer, world.key(INSPECTOR, kind), world.key(OTHER_SELLER, kind)):
        world.refused(say(world, sale, False, key), "KeyUnknown", key.address, SELLER)


def test_it_refuses_a_seller_in_the_name_of_another(world):
    sale = world.opened()
    call = say(world, sale, False, participant=OTHER_SELLER)
    world.refused(call, "ReturnNotParty", sale.return_id(), world.key(SELLER).address)


@BOTH
def test_each_side_says_only_so_much(world, by_buyer):
    sale = world.opened()
    for _ in range(MESSAGE_LIMIT // BATCH):
        calls = [say(world, sale, by_buyer).data for _ in range(BATCH)]
        assert len(world.do(world.encode("ReturnLedger", "submit", calls))) == BATCH
    world.refused(say(world, sale, by_buyer), "MessageLimitReached", sale.return_id(), MESSAGE_LIMIT)
    world.do(say(world, sale, not by_buyer))


@BOTH
def test_each_side_says_something(world, kind, by_buyer):
    sale, message = world.opened(kind), world.fresh()
    participant = 0 if by_buyer else SELLER
    key = sale.buyer if by_buyer else world.key(SELLER, kind)
    (log,) = world.do(world.act("sendMessage", (sale.return_id(), participant, message), key))
    assert (log.name, log.topics[1]) == ("MessageSent", sale.return_id())
    assert list(log.values.values()) == [world.now(), participant, message]


@BOTH
def test_words_move_no_deadline_and_are_said_in_every_state(world, by_buyer):
    sale = scratched(world)
    disputed(world, sale)
    before = world.turn(sale)
    world.do(say(world, sale, by_buyer))
    assert world.turn(sale) == before
    closed = world.opened()
    world.do(world.buyer_does("closeReturn", closed))
    world.do(say(world, closed, by_buyer))
