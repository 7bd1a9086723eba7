"""ReturnRequests and ReturnSettlement run on ReturnLedger's storage: called directly they find and record nothing."""

import pytest
from signing import digest_of
from world import ACTIONS, CARRIER, FAR, GOODS_RETURNED, GOODWILL, INSPECTOR, REFUND, SELLER, TOO_LARGE, WORD, Call

ZERO = bytes(WORD)
REQUESTS = {
    "openReturn": (2, GOODWILL, REFUND, 0, [(0, 1, TOO_LARGE)]),
    "askBuyer": (ZERO,),
    "supplyAnswer": (ZERO,),
    "approveReturn": (0, False, []),
    "declineReturn": (101,),
    "cancelReturn": (),
    "reopenReturn": (ZERO,),
    "closeReturn": (),
    "receiveGoods": (INSPECTOR, 0, False, 0, 0, ZERO, [(0, 1)]),
}
SETTLEMENT = {
    "addParcel": (0, GOODS_RETURNED, CARRIER, ZERO, 0, ZERO),
    "inspectGoods": (INSPECTOR, ZERO, [(0, 1, 0, 0, 0, 0)]),
    "releaseRefund": (1, 0, ZERO, 0),
    "confirmOutcome": (True, ZERO),
    "proveOutcome": (ZERO,),
}
BY_BUYER = {
    "openReturn",
    "supplyAnswer",
    "cancelReturn",
    "reopenReturn",
    "addParcel",
    "confirmOutcome",
    "closeReturn",
}
PARTS = [*(("ReturnRequests", action) for action in REQUESTS), *(("ReturnSettlement", action) for action in SETTLEMENT)]
each_act = pytest.mark.parametrize("part, action", PARTS)


def request_of(sale, action):
    subject = sale.id if action == "openReturn" else sale.return_id()
    return (subject, *{**REQUESTS, **SETTLEMENT}[action])


def signed(world, sale, action, kind="secp256k1", **options):
    key = sale.buyer if action in BY_BUYER else world.key(SELLER, kind)
    return world.act(action, request_of(sale, action), key, **options)


@each_act
def test_a_part_knows_no_receipt_and_no_return(world, kind, part, action):
    sale = world.approved(kind)
    separator = world.separator("ReturnLedger", address=world.address(part))
    call = Call(part, signed(world, sale, action, kind, separator=separator).data)
    if action == "openReturn":
        world.refused(call, "ReceiptUnknown", sale.id)
    else:
        world.refused(call, "ReturnUnknown", sale.return_id())


@each_act
def test_a_part_refuses_what_was_signed_for_the_ledger(world, part, action):
    sale, nonce = world.approved(), world.fresh_nonce()
    call = signed(world, sale, action, nonce=nonce)
    key = sale.buyer if action in BY_BUYER else world.key(SELLER)
    separator = world.separator("ReturnLedger", address=world.address(part))
    digest = digest_of(separator, ACTIONS[action][1], (*request_of(sale, action), nonce, FAR))
    world.refused(Call(part, call.data), "RequestSignerMismatch", key.address, digest)


def test_a_part_has_no_silence_to_enforce(world):
    sale = world.approved()
    world.pass_to(world.turn(sale)[3])
    world.refused(Call("ReturnSettlement", world.enforce(sale).data), "ReturnUnknown", sale.return_id())


@each_act
def test_a_part_records_nothing_through_submit(world, part, action):
    sale = world.approved()
    separator = world.separator("ReturnLedger", address=world.address(part))
    call = signed(world, sale, action, separator=separator)
    (log,) = world.do(world.encode(part, "submit", [call.data]))
    assert log.name == "CallFailed"
    assert world.error_in(log.values["reason"])[0] in ("ReceiptUnknown", "ReturnUnknown")
    subject = request_of(sale, action)[0]
    untouched = world.read(part, "head", world.fresh())
    assert untouched != world.read(part, "head", subject)  # Each subject has its own origin.
    assert bytes(world.web3.eth.get_storage_at(world.address(part), 0)).strip(b"\0") == b""


@each_act
def test_a_nonce_of_the_ledger_is_not_used_by_a_part(world, part, action):
    sale, nonce = world.approved(), world.fresh_nonce()
    separator = world.separator("ReturnLedger", address=world.address(part))
    call = signed(world, sale, action, separator=separator, nonce=nonce)
    world.do(world.encode(part, "submit", [call.data]))
    key = sale.buyer if action in BY_BUYER else world.key(SELLER)
    assert not world.read(part, "nonceUsed", key.address, nonce)
    assert not world.read("ReturnLedger", "nonceUsed", key.address, nonce)


@each_act
def test_a_part_has_only_its_own_acts(world, part, action):
    other = {"ReturnRequests": "ReturnSettlement", "ReturnSettlement": "ReturnRequests"}[part]
    call = signed(world, world.approved(), action)
    assert world.try_call(Call(other, call.data)) == (False, b"")


def test_the_ledger_has_no_act_that_was_not_named(world):
    for data in (b"", b"\x01", b"\xff" * 4, b"\xff" * 100):
        assert world.try_call(Call("ReturnLedger", data)) == (False, b"")


def test_a_part_holds_no_code_to_claim_or_to_change_a_key(world):
    sale = world.sale()
    for part in ("ReturnRequests", "ReturnSettlement"):
        assert world.try_call(Call(part, world.claim(sale).data)) == (False, b"")
