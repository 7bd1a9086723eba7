"""claim: the claim key binds a receipt to the buyer's own key, once."""

import pytest
from hostile import SPOILERS
from world import (
    ANY,
    CARRIER,
    LINES,
    OTHER_SELLER,
    SELLER,
)

ZERO = "0x" + "00" * 20
MOST_MINOR = 2**48 - 1


def claimed_as(world, sale, **changes):
    """A claim whose parts may differ from those of the sale."""
    parts = {"id": sale.id, "buyer": sale.buyer.address, "key": sale.claim_key, "signed": sale.signed, **changes}
    return world.act("claim", (parts["id"], parts["buyer"]), parts["key"], parts["signed"])


def not_by_seller(world, sale, signer=None):
    world.refused(world.claim(sale), "ReceiptNotSignedBySeller", sale.id, sale.signed[1], sale.receipt[0])


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    sale = world.sale(kind)
    spoil(world, "claim", (sale.id, sale.buyer.address), sale.claim_key, sale.signed)


def test_it_refuses_a_receipt_that_is_not_the_claimed_one(world):
    sale, other = world.sale(), world.sale()
    world.refused(claimed_as(world, sale, signed=other.signed), "ReceiptMismatch", sale.id, other.id)


def test_it_refuses_a_key_that_is_not_the_claim_key(world):
    sale, thief = world.sale(), world.fresh_key()
    world.refused(claimed_as(world, sale, key=thief), "ReceiptNotClaimKey", sale.id, thief.address)


def test_it_refuses_the_zero_address_as_buyer(world):
    world.refused(claimed_as(world, world.sale(), buyer=ZERO), "ReceiptBuyerInvalid", ZERO)


def test_it_refuses_a_receipt_that_is_claimed(world):
    sale = world.claimed()
    call = claimed_as(world, sale, buyer=world.fresh_key().address)
    world.refused(call, "ReceiptAlreadyClaimed", sale.id, sale.buyer.address)


@pytest.mark.parametrize("count", [0, 51])
def test_it_refuses_too_few_or_too_many_lines(world, count):
    world.refused(world.claim(world.sale(lines=LINES[:1] * count)), "ReceiptLinesInvalid", count, 50)


def test_it_refuses_a_sale_in_the_future(world):
    sold_at = world.now() + 3_600
    world.refused(world.claim(world.sale(sold_at=sold_at)), "RequestTimeInFuture", sold_at, ANY)


def test_it_refuses_a_receipt_signed_by_another_participant(world, kind):
    not_by_seller(world, world.sale(signer=world.key(OTHER_SELLER, kind)))


def test_it_refuses_a_receipt_signed_by_a_key_that_nobody_added(world):
    not_by_seller(world, world.sale(signer=world.fresh_key()))


def test_it_refuses_a_receipt_of_seller_zero_signed_by_a_key_that_nobody_added(world):
    not_by_seller(world, world.sale(seller=0, signer=world.fresh_key()))


def test_it_refuses_a_receipt_whose_signature_is_by_another_key(world, kind):
    sale = world.sale(kind)
    forged = (sale.receipt, sale.signed[1], world.fresh_key(kind).sign(sale.id))
    world.refused(claimed_as(world, sale, signed=forged), "ReceiptNotSignedBySeller", sale.id, sale.signed[1], SELLER)


def test_it_refuses_a_receipt_with_s_in_the_upper_half(world, kind):
    sale = world.sale(kind)
    forged = (sale.receipt, sale.signed[1], world.key(SELLER, kind).sign_malleable(sale.id))
    world.refused(claimed_as(world, sale, signed=forged), "ReceiptNotSignedBySeller", sale.id, sale.signed[1], SELLER)


@pytest.mark.parametrize("length", [0, 64, 66, 127, 129])
def test_it_refuses_a_receipt_with_a_signature_of_wrong_length(world, length):
    sale = world.sale()
    forged = (sale.receipt, sale.signed[1], bytes(length))
    world.refused(claimed_as(world, sale, signed=forged), "ReceiptNotSignedBySeller", sale.id, sale.signed[1], SELLER)


def test_it_refuses_a_sale_before_the_key_was_added(world):
    added_at = world.read("ParticipantRegistry", "keyOf", world.key(SELLER).address)[1]
    not_by_seller(world, world.sale(sold_at=added_at - 1))


def test_it_refuses_a_sale_after_the_key_ended(world):
    world.do(world.council_act("endKey", world.key(SELLER).address))
    not_by_seller(world, world.sale(sold_at=world.now()))


@pytest.mark.parametrize("version", [0, 2])
def test_it_refuses_a_policy_version_that_does_not_exist(world, version):
    policy = world.read("PolicyBook", "policyId", SELLER, 1)
    world.refused(world.claim(world.sale(version=version)), "PolicyUnknown", policy, version)


def test_it_refuses_a_policy_that_the_signer_has_not_published(world):
    policy = world.read("PolicyBook", "policyId", CARRIER, 1)
    sale = world.sale(seller=CARRIER, signer=world.key(CARRIER))
    world.refused(world.claim(sale), "PolicyUnknown", policy, 1)


def test_it_refuses_a_line_of_no_pieces(world):
    sale = world.sale(lines=[LINES[0], (0, 1, 0, 1, 0, False)])
    world.refused(world.claim(sale), "QuantityZero", 1)


def test_it_refuses_a_discount_above_the_price(world):
    sale = world.sale(lines=[LINES[0], (1, 100, 101, 0, 0, False)])
    world.refused(world.claim(sale), "ReceiptDiscountTooLarge", 1, 101, 100)


@pytest.mark.parametrize("tax, duty", [(1, 0), (0, 1), (MOST_MINOR, MOST_MINOR)])
def test_it_refuses_a_line_whose_sum_is_too_large(world, tax, duty):
    sale = world.sale(lines=[(1, MOST_MINOR, 0, tax, duty, False)])
    world.refused(world.claim(sale), "ReceiptAmountTooLarge", 0, MOST_MINOR + tax + duty, MOST_MINOR)


def test_a_discount_counts_before_the_sum_is_limited(world):
    world.do(world.claim(world.sale(lines=[(1, MOST_MINOR, 7, 5, 2, False)])))


def test_it_refuses_a_currency_that_is_not_the_policy_s(world):
    world.refused(world.claim(world.sale(currency=b"USD")), "ReceiptCurrencyWrong", b"USD", b"EUR")


def test_a_receipt_is_claimed(world, kind):
    sale = world.sale(kind)
    (log,) = world.do(world.claim(sale))
    assert (log.name, log.topics[1]) == ("ReceiptClaimed", sale.id)
    assert (log.values["buyer"], log.values["signer"]) == (sale.buyer.address.lower(), sale.signed[1].lower())
    assert log.values["signature"] == sale.signed[2]
    receipt, lines = log.values["receipt"], log.values["receipt"][-1]
    assert receipt[8] == sale.claim_key.address.lower()
    assert (receipt[:8], receipt[9]) == (sale.receipt[:8], sale.receipt[9])
    assert list(lines) == LINES


def test_the_digest_of_a_receipt_is_as_eip_712_has_it(world):
    sale = world.sale()
    assert world.read("ReturnLedger", "receiptDigest", sale.receipt) == sale.id


def test_a_receipt_of_a_key_that_ended_later_stays_good(world):
    sale = world.sale(sold_at=world.now())
    world.pass_time(10)
    world.do(world.council_act("endKey", world.key(SELLER).address))
    assert world.do(world.claim(sale))[0].name == "ReceiptClaimed"


def test_a_receipt_of_a_seller_that_is_suspended_now_stays_good(world):
    world.do(world.council_act("setSuspension", SELLER, True))
    world.claimed()


def test_fifty_lines_at_the_largest_prices_are_claimed(world):
    most = (2**24 - 1, MOST_MINOR, 0, 0, 0, False)
    world.do(world.claim(world.sale(lines=[most] * 50, delivery=MOST_MINOR)))


def test_each_receipt_is_claimed_on_its_own(world):
    assert world.claimed().id != world.claimed().id
