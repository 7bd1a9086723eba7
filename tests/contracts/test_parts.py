"""The parts of ReturnLedger and DisputeDesk run on their storage: called directly they find and record nothing."""

import pytest
from signing import digest_of
from world import (
    ACTIONS,
    ARBITRATORS,
    FAR,
    GOODWILL,
    INSPECTOR,
    REFUND,
    SELLER,
    TOO_LARGE,
    WORD,
    Call,
)

ZERO = bytes(WORD)
NEW_KEY = "0x" + "77" * 20
ACTS = {
    "ReturnRequests": {
        "openReturn": (2, GOODWILL, REFUND, 0, [(0, 1, TOO_LARGE)]),
        "askBuyer": (ZERO,),
        "supplyAnswer": (ZERO,),
        "approveReturn": (0, False, []),
        "nameInspector": (INSPECTOR,),
        "declineReturn": (101,),
        "cancelReturn": (),
        "reopenReturn": (ZERO,),
        "closeReturn": (),
        "proposeBuyerKey": (NEW_KEY,),
        "vetoBuyerKey": (NEW_KEY,),
        "takeBuyerKey": (NEW_KEY,),
    },
    "ReturnGoods": {
        "receiveGoods": (INSPECTOR, 0, False, 0, 0, ZERO, [(0, 1)]),
        "inspectGoods": (INSPECTOR, ZERO, [(0, 1, 0, 0, 0, 0)]),
    },
    "ReturnSettlement": {
        "releaseRefund": (1, 0, ZERO, 0),
        "confirmOutcome": (True, ZERO),
        "proveOutcome": (ZERO,),
    },
    "ReturnDisputes": {"sendMessage": (SELLER, ZERO)},
    "DisputeRulings": {
        "escalateDispute": (0, ZERO),
        "recuseArbitrator": (ARBITRATORS[0],),
        "giveRuling": (ARBITRATORS[0], 2, (0, 0, 0, []), ZERO),
        "appealRuling": (0, ZERO),
    },
}
OF_RECEIPT = {"openReturn", "proposeBuyerKey", "vetoBuyerKey", "takeBuyerKey"}
BY_BUYER = {
    "openReturn",
    "supplyAnswer",
    "cancelReturn",
    "reopenReturn",
    "confirmOutcome",
    "closeReturn",
    "vetoBuyerKey",
    "takeBuyerKey",
    "escalateDispute",
    "appealRuling",
}
PARTS = [(part, action) for part, acts in ACTS.items() for action in acts]
each_act = pytest.mark.parametrize("part, action", PARTS)


def request_of(sale, action):
    subject = sale.id if action in OF_RECEIPT else sale.return_id()
    return (subject, *next(acts[action] for acts in ACTS.values() if action in acts))


def whole_of(part):
    """The contract on whose storage a part runs."""
    return "DisputeDesk" if part == "DisputeRulings" else "ReturnLedger"


def domain_of(world, part):
    return world.separator(whole_of(part), address=world.address(part))


def signed(world, sale, action, kind="secp256k1", **options):
    key = sale.buyer if action in BY_BUYER else world.key(SELLER, kind)
    return world.act(action, request_of(sale, action), key, **options)


@each_act
def test_a_part_knows_no_receipt_and_no_return(world, kind, part, action):
    sale = world.approved(kind)
    separator = domain_of(world, part)
    call = Call(part, signed(world, sale, action, kind, separator=separator).data)
    if action in OF_RECEIPT:
        world.refused(call, "ReceiptUnknown", sale.id)
    elif part == "DisputeRulings":
        world.refused(call, "DisputeUnknown", sale.return_id())
    else:
        world.refused(call, "ReturnUnknown", sale.return_id())


@each_act
def test_a_part_refuses_what_was_signed_for_the_ledger(world, part, action):
    sale, nonce = world.approved(), world.fresh_nonce()
    call = signed(world, sale, action, nonce=nonce)
    key = sale.buyer if action in BY_BUYER else world.key(SELLER)
    separator = domain_of(world, part)
    digest = digest_of(separator, ACTIONS[action][1], (*request_of(sale, action), nonce, FAR))
    world.refused(Call(part, call.data), "RequestSignerMismatch", key.address, digest)


def test_a_part_has_no_silence_to_enforce(world):
    sale = world.approved()
    world.pass_to(world.turn(sale)[3])
    world.refused(Call("ReturnSettlement", world.enforce(sale).data), "ReturnUnknown", sale.return_id())
    call = world.encode("DisputeDesk", "enforce", sale.return_id())
    world.refused(Call("DisputeRulings", call.data), "DisputeUnknown", sale.return_id())


def test_a_part_knows_no_dispute_and_no_arbitrator_contract(world):
    sale, award = world.approved(), (0, 0, 0, [])
    begin = world.encode("ReturnLedger", "beginDispute", sale.return_id(), ZERO, True, award, ZERO)
    end = world.encode("ReturnLedger", "endDispute", sale.return_id(), ZERO, True, 1, True, True, award, 0, ZERO)
    check = world.encode("ReturnLedger", "checkAward", sale.return_id(), award)
    for call in (begin, end, check):
        world.refused(Call("ReturnDisputes", call.data), "ReturnUnknown", sale.return_id())
    rule = world.encode("DisputeDesk", "rule", 0, 1)
    world.refused(Call("DisputeRulings", rule.data), "DisputeUnknown", ZERO)


@each_act
def test_a_part_records_nothing_through_submit(world, part, action):
    sale = world.approved()
    separator = domain_of(world, part)
    call = signed(world, sale, action, separator=separator)
    (log,) = world.do(world.encode(part, "submit", [call.data]))
    assert log.name == "CallFailed"
    assert world.error_in(log.values["reason"])[0] in ("ReceiptUnknown", "ReturnUnknown", "DisputeUnknown")
    subject = request_of(sale, action)[0]
    untouched = world.read(part, "head", world.fresh())
    assert untouched != world.read(part, "head", subject)  # Each subject has its own origin.
    assert bytes(world.web3.eth.get_storage_at(world.address(part), 0)).strip(b"\0") == b""


@each_act
def test_a_nonce_of_the_ledger_is_not_used_by_a_part(world, part, action):
    sale, nonce = world.approved(), world.fresh_nonce()
    separator = domain_of(world, part)
    call = signed(world, sale, action, separator=separator, nonce=nonce)
    world.do(world.encode(part, "submit", [call.data]))
    key = sale.buyer if action in BY_BUYER else world.key(SELLER)
    assert not world.read(part, "nonceUsed", key.address, nonce)
    assert not world.read(whole_of(part), "nonceUsed", key.address, nonce)


@each_act
def test_a_part_has_only_its_own_acts(world, part, action):
    call = signed(world, world.approved(), action)
    for other in set(ACTS) - {part}:
        assert world.try_call(Call(other, call.data)) == (False, b"")


def test_the_ledger_has_no_act_that_was_not_named(world):
    for data in (b"", b"\x01", b"\xff" * 4, b"\xff" * 100):
        assert world.try_call(Call("ReturnLedger", data)) == (False, b"")


def test_a_part_holds_no_code_to_claim(world):
    sale = world.sale()
    for part in ACTS:
        assert world.try_call(Call(part, world.claim(sale).data)) == (False, b"")
