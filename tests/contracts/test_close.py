"""closeReturn: the buyer ends a return, at any time."""

import pytest
from hostile import SPOILERS
from world import APPROVED, CLOSED, OTHER_SELLER, SELLER, TOO_LARGE

STAGES = ["opened", "approved", "declined", "sent", "received", "inspected", "paid", "withdrawn"]


def close(world, sale, key=None):
    return world.act("closeReturn", (sale.return_id(),), key or sale.buyer)


def of_both_kinds(world, stage, kind):
    return world.declined() if stage == "declined" else getattr(world, stage)(kind)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    sale = world.opened(kind)
    spoil(world, "closeReturn", (sale.return_id(),), sale.buyer)


def test_it_refuses_a_return_that_does_not_exist(world):
    sale = world.claimed()
    world.refused(close(world, sale), "ReturnUnknown", sale.return_id())


@pytest.mark.parametrize("stage", STAGES)
def test_it_refuses_who_is_not_the_buyer(world, kind, stage):
    sale = of_both_kinds(world, stage, kind)
    for key in (world.key(SELLER, kind), world.key(OTHER_SELLER, kind), sale.claim_key):
        world.refused(close(world, sale, key), "ReturnNotParty", sale.return_id(), key.address)


def test_it_refuses_a_return_that_is_closed(world):
    sale = world.declined()
    world.do(close(world, sale))
    world.refused(close(world, sale), "ReturnWrongStatus", sale.return_id(), CLOSED, APPROVED)


def test_nothing_is_recorded_on_a_closed_return(world):
    sale = world.inspected()
    world.do(close(world, sale))
    id, fresh = sale.return_id(), world.fresh()
    for call in (
        world.approve(sale),
        world.seller_does("declineReturn", sale, 101),
        world.seller_does("askBuyer", sale, fresh),
        world.buyer_does("supplyAnswer", sale, fresh),
        world.buyer_does("cancelReturn", sale),
        world.buyer_does("reopenReturn", sale, fresh),
        world.send(sale),
        world.receive(sale),
        world.inspect(sale),
        world.pay(sale, 1),
        world.seller_does("proveOutcome", sale, fresh),
    ):
        passed, data = world.try_call(call)
        assert not passed
        assert world.error_in(data)[:3] == ("ReturnWrongStatus", id, CLOSED)
    for arrived in (True, False):
        world.refused(world.buyer_does("confirmOutcome", sale, arrived, fresh), "OutcomeNotAwaited", id, 0)
    world.refused(world.enforce(sale), "EnforceNothing", id)


@pytest.mark.parametrize("stage", STAGES)
def test_the_buyer_closes_at_any_time(world, kind, stage):
    sale = of_both_kinds(world, stage, kind)
    (log,) = world.do(close(world, sale))
    assert (log.name, log.topics[1]) == ("ReturnClosed", sale.return_id())
    assert list(log.values.values()) == [world.now()]
    assert world.status(sale.return_id()) == CLOSED


def test_closing_gives_no_pieces_back(world):
    sale = world.opened()
    world.do(close(world, sale))
    world.refused(world.open(sale, [(0, 2, TOO_LARGE)], number=2), "QuantityTooLarge", 0, 2, 1)
