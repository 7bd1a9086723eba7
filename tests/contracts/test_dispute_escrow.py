"""RefundEscrow and disputes: what is paid in stays while it is contested; a ruling moves it without anybody's help."""

import pytest
from disputing import (
    BY_DEFAULT,
    CLAIM,
    DISMISSED,
    DUE,
    SELLERS_CLAIM,
    award,
    decide,
    disputed,
    line,
    open_dispute,
    opened,
    scratched,
    settle,
    silence,
    withdraw,
)
from test_refund_escrow import STRANGER, UNITS, balance, deposit, held, reclaim, token  # noqa: F401
from world import CARRIER, GRACE_S, REOPEN_S

ALL_HELD = 10**9


def fetch(world, sale):
    return world.act("withdrawRefund", (sale.return_id(), STRANGER), sale.buyer)


def refuses_to_give_back(world, sale):
    world.refused(reclaim(world, sale), "ReclaimNothingFree", sale.return_id(), ALL_HELD, ALL_HELD)


@pytest.mark.parametrize("by_buyer", [True, False])
def test_nothing_goes_back_while_a_return_is_disputed(world, token, by_buyer):  # noqa: F811
    sale = scratched(world)
    world.do(deposit(world, sale, token, ALL_HELD))
    disputed(world, sale, CLAIM if by_buyer else SELLERS_CLAIM, by_buyer=by_buyer)
    refuses_to_give_back(world, sale)
    world.refused(world.buyer_does("closeReturn", sale), "ReturnDisputed", sale.return_id())


def test_a_seller_cannot_decline_and_take_the_deposit_before_the_buyer_disputes(world, token):  # noqa: F811
    sale = world.opened()
    world.do(deposit(world, sale, token, ALL_HELD))
    world.do(world.seller_does("declineReturn", sale, 101))
    refuses_to_give_back(world, sale)
    case = disputed(world, sale, CLAIM)
    refuses_to_give_back(world, sale)
    settle(world, case, CLAIM)
    world.do(fetch(world, sale))
    assert balance(world, token, STRANGER) == (2_480 - 248 - 250) * UNITS


def test_an_expired_return_keeps_its_deposit_until_it_is_closed(world, token):  # noqa: F811
    sale, tracking = world.approved(), world.fresh()
    world.do(deposit(world, sale, token, ALL_HELD))
    world.do(world.send(sale, tracking=tracking))
    world.enforced(sale)
    refuses_to_give_back(world, sale)
    world.do(withdraw(world, disputed(world, sale, CLAIM, parcels=[(CARRIER, tracking)])))
    refuses_to_give_back(world, sale)
    world.enforced(sale)
    world.do(reclaim(world, sale))
    assert held(world, sale) == 0


def test_a_ruling_moves_the_money_without_anybody_s_goodwill(world, token):  # noqa: F811
    """The seller never says a word: not to the dispute, not about the money."""
    case = opened(world)
    world.do(deposit(world, case.sale, token, ALL_HELD))
    for _ in range(5):
        resolved = silence(world, case)[-1]
    assert resolved.values["ending"] == BY_DEFAULT
    world.do(fetch(world, case.sale))
    assert balance(world, token, STRANGER) == DUE[100] * UNITS
    assert world.due(case.sale) == 0


def test_what_the_seller_contests_is_not_paid_out_and_the_rest_is(world, token):  # noqa: F811
    case = opened(world, False)
    world.do(deposit(world, case.sale, token, ALL_HELD))
    world.do(fetch(world, case.sale))
    assert balance(world, token, STRANGER) == DUE[0] * UNITS
    world.refused(fetch(world, case.sale), "WithdrawalNothingDue", case.return_id)
    decide(world, case, verdict=DISMISSED)
    world.do(fetch(world, case.sale))
    assert balance(world, token, STRANGER) == DUE[60] * UNITS


def test_nobody_rules_that_what_the_escrow_paid_was_not_paid(world, token):  # noqa: F811
    sale = scratched(world)
    world.do(deposit(world, sale, token, 1_000 * UNITS))
    world.do(fetch(world, sale))
    world.refused(open_dispute(world, sale, award(unpaid=1)), "AwardInvalid", 1, 1, 0)
    world.do(world.pay(sale, 500))
    world.refused(open_dispute(world, sale, award(unpaid=501)), "AwardInvalid", 1, 501, 500)
    case = disputed(world, sale, award(unpaid=500))
    settle(world, case, award(unpaid=500))
    assert world.due(sale) == DUE[60] - 1_000


def test_an_awarded_sum_is_paid_once(world, token):  # noqa: F811
    sale = scratched(world)
    world.do(deposit(world, sale, token, ALL_HELD))
    case = disputed(world, sale)
    world.do(fetch(world, sale))
    settle(world, case, CLAIM)
    world.do(fetch(world, sale))
    assert balance(world, token, STRANGER) == DUE[100] * UNITS
    world.refused(fetch(world, sale), "WithdrawalNothingDue", sale.return_id())
    world.do(world.buyer_does("closeReturn", sale))
    world.do(reclaim(world, sale))
    assert (held(world, sale), balance(world, token, STRANGER)) == (0, ALL_HELD)


def test_a_declined_return_gives_its_deposit_back_once_nobody_asked_again(world, token):  # noqa: F811
    sale = world.opened()
    world.do(deposit(world, sale, token, ALL_HELD))
    world.do(world.seller_does("declineReturn", sale, 101))
    world.pass_to(world.now() + REOPEN_S + GRACE_S)
    world.do(world.enforce(sale))
    world.do(reclaim(world, sale))
    assert balance(world, token, STRANGER) == ALL_HELD


def test_a_line_whose_value_was_ruled_to_nothing_frees_nothing_before_the_close(world, token):  # noqa: F811
    sale = scratched(world)
    world.do(deposit(world, sale, token, ALL_HELD))
    settle(world, disputed(world, sale, SELLERS_CLAIM, by_buyer=False), award(line(0, 2, award=0)))
    refuses_to_give_back(world, sale)
