"""RefundEscrow: tokens are paid in for a return, and paid out by pull, without anybody's goodwill."""

import pytest
from hostile import SPOILERS
from world import ANY, CLOSED, INSPECT, SELLER, WORD

UNITS = 10**4  # of the token in a cent: six decimals
THREE_YEARS_S = 3 * 365 * 86_400
STRANGER = "0x" + "5a" * 20


@pytest.fixture
def token(world):
    """A euro with six decimals, listed, of which the sender has plenty and has allowed the escrow to take."""
    token = world.tokens[0]
    world.do(world.act("listToken", (token.address, b"EUR", UNITS), world.council[:2]))
    move(world, token, "mint", world.sender, 10**15)
    move(world, token, "approve", world.address("RefundEscrow"), 10**15)
    return token


def move(world, token, name, *arguments):
    sent = getattr(token, name).encode_input(*arguments)
    hash_ = world.web3.eth.send_transaction({"from": world.sender, "to": token.address, "data": sent, "gas": 10**6})
    assert world.web3.eth.wait_for_transaction_receipt(hash_, timeout=20, poll_latency=0.005)["status"] == 1


def balance(world, token, who) -> int:
    data = token.balanceOf.encode_input(who)
    return int.from_bytes(world.web3.eth.call({"to": token.address, "data": data}), "big")


def deposit(world, sale, token, units):
    return world.encode("RefundEscrow", "deposit", sale.return_id(), token.address, units)


def withdraw(world, sale, to=STRANGER, key=None, **options):
    return world.act("withdrawRefund", (sale.return_id(), to), key or sale.buyer, **options)


def reclaim(world, sale, to=STRANGER, key=None):
    return world.act("reclaimDeposit", (sale.return_id(), to), key or world.key(SELLER))


def held(world, sale) -> int:
    return world.read("RefundEscrow", "depositOf", sale.return_id())[1]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_listing_refuses_an_authorisation(world, spoil):
    spoil(world, "listToken", (world.tokens[0].address, b"EUR", UNITS), world.council[:2])


def test_listing_needs_enough_of_the_council_each_once(world):
    request, (first, second, _) = (world.tokens[0].address, b"EUR", UNITS), world.council
    world.refused(world.act("listToken", request, [first]), "RequestAuthorisationMissing", 1, 2)
    world.refused(world.encode("RefundEscrow", "listToken", request, []), "RequestAuthorisationMissing", 0, 1)
    world.refused(world.act("listToken", request, [first, first]), "RequestNonceUsed", first.address, ANY)
    stranger = world.fresh_key()
    world.refused(world.act("listToken", request, [second, stranger]), "CouncilNotMember", stranger.address)


def test_listing_refuses_what_is_no_token_and_a_second_time(world, token):
    for request in ((STRANGER, b"EUR", 1), (token.address, b"", 1), (token.address, b"EUR", 0)):
        call = world.act("listToken", request, world.council[:2])
        world.refused(call, "TokenInvalid", request[0], request[1].ljust(3, b"\0"))
    call = world.act("listToken", (token.address, b"USD", 1), world.council[:2])
    world.refused(call, "TokenListedBefore", token.address)


def test_paying_in_refuses_nothing_a_closed_return_and_other_tokens(world, token):
    sale = world.approved()
    world.refused(deposit(world, sale, token, 0), "DepositEmpty", sale.return_id())
    world.refused(deposit(world, sale, world.tokens[1], 1), "TokenInvalid", world.tokens[1].address, b"EUR")
    world.refused(deposit(world, world.claimed(), token, 1), "ReturnUnknown", ANY)
    world.do(world.buyer_does("closeReturn", sale))
    world.refused(deposit(world, sale, token, 1), "DepositEmpty", sale.return_id())


def test_paying_in_refuses_a_token_of_another_currency_or_one_that_takes_a_fee(world, token):
    other = world.tokens[1]
    world.do(world.act("listToken", (other.address, b"USD", 1), world.council[:2]))
    sale = world.approved()
    world.refused(deposit(world, sale, other, 1), "TokenInvalid", other.address, b"EUR")
    move(world, token, "setFee", 1)
    world.refused(deposit(world, sale, token, 100), "DepositShort", token.address, 100, 99)


def test_paying_in_refuses_a_second_token_for_the_same_return(world, token):
    other, sale = world.tokens[1], world.approved()
    world.do(world.act("listToken", (other.address, b"EUR", 1), world.council[:2]))
    world.do(deposit(world, sale, token, 1))
    call = deposit(world, sale, other, 1)
    world.refused(call, "DepositTokenDiffers", sale.return_id(), other.address, token.address)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_withdrawing_refuses_an_authorisation(world, token, kind, spoil):
    sale = world.inspected(kind)
    world.do(deposit(world, sale, token, 10**9))
    spoil(world, "withdrawRefund", (sale.return_id(), STRANGER), sale.buyer)


def test_withdrawing_refuses_who_is_not_the_buyer(world, token):
    sale = world.inspected()
    world.do(deposit(world, sale, token, 10**9))
    for key in (world.key(SELLER), world.fresh_key()):
        world.refused(withdraw(world, sale, key=key), "WithdrawalNotBuyer", sale.return_id(), key.address)


def test_withdrawing_refuses_addresses_from_which_nobody_could_spend(world, token):
    sale = world.inspected("p256")
    world.do(deposit(world, sale, token, 10**9))
    for to in ("0x" + "00" * 20, sale.buyer.address, world.address("RefundEscrow")):
        world.refused(withdraw(world, sale, to), "PayoutInvalid", to)


def test_reclaiming_refuses_the_escrow_itself(world, token):
    sale = world.claimed()
    world.do(world.open(sale))
    world.do(deposit(world, sale, token, 10**9))
    world.refused(reclaim(world, sale, world.address("RefundEscrow")), "PayoutInvalid", world.address("RefundEscrow"))


def test_withdrawing_puts_no_inspection_off(world, token):
    sale = world.approved()
    for line in ((0, 2), (1, 1)):
        world.do(world.receive(sale, [line]))
        if line[0] == 0:
            world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    before = world.turn(sale)
    assert before[1] == INSPECT
    world.do(deposit(world, sale, token, 10**9))
    world.pass_to(before[2] - 10)
    world.do(withdraw(world, sale))
    assert world.turn(sale) == before


def test_withdrawing_refuses_while_nothing_is_due_or_held(world, token):
    sale = world.received()
    world.do(deposit(world, sale, token, 10**9))
    world.refused(withdraw(world, sale), "WithdrawalNothingDue", sale.return_id())
    bare = world.inspected()
    world.refused(withdraw(world, bare), "WithdrawalNothingDue", bare.return_id())
    world.do(deposit(world, bare, token, UNITS - 1))
    world.refused(withdraw(world, bare), "WithdrawalNothingDue", bare.return_id())


def test_a_buyer_gets_what_is_due_and_the_return_counts_it_as_refunded(world, token, kind):
    sale = world.inspected(kind)
    due = world.due(sale)
    world.do(deposit(world, sale, token, due * UNITS + 7))
    names = [log.name for log in world.do(withdraw(world, sale)) if hasattr(log, "name")]
    assert names[:2] == ["RefundWithdrawn", "RefundReleased"]
    assert balance(world, token, STRANGER) == due * UNITS
    assert (world.due(sale), held(world, sale)) == (0, 7)
    world.refused(withdraw(world, sale), "WithdrawalNothingDue", sale.return_id())


def test_a_buyer_gets_a_part_where_less_was_paid_in_and_the_rest_later(world, token):
    sale = world.inspected()
    due = world.due(sale)
    world.do(deposit(world, sale, token, 1_000 * UNITS))
    world.do(withdraw(world, sale))
    assert world.due(sale) == due - 1_000
    world.do(world.pay(sale, 500))
    world.do(deposit(world, sale, token, due * UNITS))
    world.do(withdraw(world, sale))
    assert (world.due(sale), balance(world, token, STRANGER)) == (0, (due - 500) * UNITS)


def test_silence_of_the_inspector_is_enough_to_be_paid(world, token):
    sale = world.received()
    world.do(deposit(world, sale, token, 10**12))
    world.pass_to(world.turn(sale)[3])
    world.do(world.enforce(sale))
    due = world.due(sale)
    world.do(withdraw(world, sale))
    assert balance(world, token, STRANGER) == due * UNITS > 0


def test_reclaiming_refuses_while_the_return_goes_on_and_what_is_due(world, token):
    sale = world.received()
    world.do(deposit(world, sale, token, 10**9))
    world.refused(reclaim(world, sale), "ReclaimNothingFree", sale.return_id(), 10**9, 10**9)
    world.do(world.inspect(sale))
    due = world.due(sale)
    world.do(world.buyer_does("closeReturn", sale))
    world.do(reclaim(world, sale))
    assert held(world, sale) == due * UNITS
    world.refused(reclaim(world, sale), "ReclaimNothingFree", sale.return_id(), due * UNITS, due * UNITS)
    key = world.fresh_key()
    world.refused(reclaim(world, sale, key=key), "KeyUnknown", key.address, SELLER)


def test_a_seller_gets_all_back_of_a_return_that_was_cancelled(world, token):
    sale = world.opened()
    world.do(deposit(world, sale, token, 10**9))
    world.do(world.buyer_does("cancelReturn", sale))
    world.do(reclaim(world, sale))
    assert (held(world, sale), balance(world, token, STRANGER)) == (0, 10**9)


def test_three_years_after_the_close_what_nobody_withdrew_goes_back(world, token):
    sale = world.inspected()
    due = world.due(sale)
    world.do(deposit(world, sale, token, due * UNITS))
    world.do(world.buyer_does("closeReturn", sale))
    closed_at = world.now()
    assert world.status(sale.return_id()) == CLOSED
    world.pass_to(closed_at + THREE_YEARS_S - 2)
    world.refused(reclaim(world, sale), "ReclaimNothingFree", sale.return_id(), ANY, ANY)
    world.pass_to(closed_at + THREE_YEARS_S)
    world.do(reclaim(world, sale))
    assert held(world, sale) == 0


def test_the_ledger_believes_no_other_that_money_was_paid(world, token):
    sale = world.inspected()
    call = world.encode("ReturnLedger", "releaseFromEscrow", sale.return_id(), 1, bytes(WORD))
    world.refused(call, "RefundNotFromEscrow", world.sender)


def test_what_is_held_is_the_sum_of_the_deposits(world, token):
    sales = [world.inspected() for _ in range(3)]
    for sale in sales:
        world.do(deposit(world, sale, token, 10**9))
    world.do(withdraw(world, sales[0]))
    world.do(world.buyer_does("closeReturn", sales[1]))
    world.do(reclaim(world, sales[1]))
    together = sum(held(world, sale) for sale in sales)
    escrow = world.address("RefundEscrow")
    assert world.read("RefundEscrow", "heldOf", token.address) == together == balance(world, token, escrow)
