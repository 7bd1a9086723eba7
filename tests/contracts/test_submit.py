"""submit: many actions in one transaction; a call that fails undoes only itself."""

import pytest
from world import CARRIER, WORD

CONTRACTS = (
    "ParticipantRegistry PolicyBook ParcelLedger ReturnLedger ReturnRequests ReturnGoods ReturnSettlement"
    " ReturnDisputes RefundEscrow DisputeDesk DisputeRulings"
).split()


def checkpoint_call(world, kind="secp256k1", **options):
    checkpoint = options.pop("checkpoint", None) or world.checkpoint()
    return world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER, kind), **options)


def submit(world, calls, contract="ParcelLedger"):
    return world.encode(contract, "submit", [call.data for call in calls])


def failures(world, logs):
    """Index, name and arguments of each call that failed."""
    return [(log.values["index"], *world.error_in(log.values["reason"])) for log in logs if log.name == "CallFailed"]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_it_refuses_a_submit_within_a_submit(world, contract):
    inner = world.encode(contract, "submit", [])
    world.refused(world.encode(contract, "submit", [inner.data]), "SubmitNotNested", 0)


def test_it_refuses_the_selector_of_submit_alone(world):
    inner = world.encode("ParcelLedger", "submit", [])
    call = world.encode("ParcelLedger", "submit", [checkpoint_call(world).data, inner.data[:4]])
    world.refused(call, "SubmitNotNested", 1)


def test_a_nested_submit_undoes_the_calls_before_it(world):
    nonce = world.fresh_nonce()
    good, inner = checkpoint_call(world, nonce=nonce), world.encode("ParcelLedger", "submit", [])
    world.refused(submit(world, [good, inner]), "SubmitNotNested", 1)
    assert not world.read("ParcelLedger", "nonceUsed", world.key(CARRIER).address, nonce)


def test_it_refuses_too_little_gas(world):
    call = submit(world, [checkpoint_call(world)])
    passed, data = world.try_call(call, gas=300_000)
    assert not passed
    assert world.error_in(data)[:2] == ("SubmitNeedsGas", 0)


def test_a_call_that_fails_undoes_only_itself_and_its_nonce(world, kind):
    nonces = [world.fresh_nonce() for _ in range(3)]
    future = world.checkpoint(10**10)
    good = [checkpoint_call(world, kind, nonce=nonces[0]), checkpoint_call(world, kind, nonce=nonces[2])]
    bad = checkpoint_call(world, kind, nonce=nonces[1], checkpoint=future)
    logs = world.do(submit(world, [good[0], bad, good[1]]))
    assert [log.name for log in logs] == ["CheckpointRecorded", "CallFailed", "CheckpointRecorded"]
    assert failures(world, logs) == [(1, "RequestTimeInFuture", 10**10, world.now())]
    key = world.key(CARRIER, kind)
    assert [world.read("ParcelLedger", "nonceUsed", key.address, n) for n in nonces] == [True, False, True]


def test_a_nonce_of_a_failed_call_can_be_used_later(world):
    nonce = world.fresh_nonce()
    world.do(submit(world, [checkpoint_call(world, nonce=nonce, checkpoint=world.checkpoint(10**10))]))
    assert world.do(checkpoint_call(world, nonce=nonce))[0].name == "CheckpointRecorded"


def test_a_council_act_that_fails_at_the_second_signature_leaves_the_first_unused(world):
    member, nonce = world.council[0], world.fresh_nonce()
    act = world.act("listContract", (bytes(WORD), member.address), [member, member], nonce=nonce)
    logs = world.do(submit(world, [act], "ParticipantRegistry"))
    assert failures(world, logs) == [(0, "RequestNonceUsed", member.address.lower(), nonce)]
    assert not world.read("ParticipantRegistry", "nonceUsed", member.address, nonce)


def test_lines_that_a_failed_return_took_are_given_back(world):
    sale = world.claimed()
    bad = world.open(sale, [(0, 3, 3), (1, 9, 3)])
    good = world.open(sale, [(0, 3, 3), (1, 2, 3)])
    logs = world.do(submit(world, [bad, good], "ReturnLedger"))
    assert failures(world, logs) == [(0, "QuantityTooLarge", 1, 9, 2)]
    assert logs[1].name == "ReturnOpened"


def test_the_same_call_twice_is_recorded_once(world):
    nonce = world.fresh_nonce()
    call = checkpoint_call(world, nonce=nonce)
    logs = world.do(submit(world, [call, call]))
    assert failures(world, logs) == [(1, "RequestNonceUsed", world.key(CARRIER).address.lower(), nonce)]


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xff" * 4, b"\xff" * 100])
def test_a_call_of_no_function_fails_without_a_reason(world, data):
    good = checkpoint_call(world)
    logs = world.do(world.encode("ParcelLedger", "submit", [data, good.data]))
    assert (logs[0].name, logs[0].values) == ("CallFailed", {"index": 0, "reason": b""})
    assert logs[1].name == "CheckpointRecorded"


def test_a_truncated_call_fails_and_stops_no_other(world):
    good = checkpoint_call(world)
    logs = world.do(world.encode("ParcelLedger", "submit", [good.data[:-200], good.data]))
    assert [log.name for log in logs] == ["CallFailed", "CheckpointRecorded"]


def test_a_bulk_may_stand_in_a_submit(world):
    request = (CARRIER, *world.checkpoint())
    authorisation = world.authorise("ParcelLedger", "RecordCheckpoint", request, world.key(CARRIER))
    bulk = world.encode("ParcelLedger", "recordCheckpoints", [request], [authorisation])
    assert [log.name for log in world.do(submit(world, [bulk, checkpoint_call(world)]))] == ["CheckpointRecorded"] * 2


def test_a_whole_return_passes_in_one_submit(world, kind):
    sale = world.sale(kind)
    calls = [
        world.claim(sale),
        world.open(sale),
        world.approve(sale, kind=kind),
        world.send(sale),
        world.receive(sale),
        world.inspect(sale),
        world.pay(sale, 3_095 - 248 - 61 - 250),
        world.buyer_does("confirmOutcome", sale, True, bytes(WORD)),
    ]
    names = (
        "ReceiptClaimed ReturnOpened ReturnApproved ParcelAdded"
        " GoodsReceived GoodsInspected RefundReleased OutcomeConfirmed"
    ).split()
    assert [log.name for log in world.do(submit(world, calls, "ReturnLedger"))] == names


def test_a_call_for_another_contract_fails(world):
    logs = world.do(submit(world, [checkpoint_call(world)], "ReturnLedger"))
    assert (logs[0].name, logs[0].values["reason"]) == ("CallFailed", b"")


def test_silence_may_stand_in_a_submit_beside_others(world):
    early, late = world.opened(), world.opened()
    world.pass_to(world.turn(late)[3])
    world.do(world.seller_does("askBuyer", early, world.fresh()))
    logs = world.do(submit(world, [world.enforce(early), world.enforce(late)], "ReturnLedger"))
    at = world.turn(early)[3]
    assert failures(world, logs) == [(0, "EnforceTooEarly", early.return_id(), at, world.now())]
    assert logs[1].name == "SilenceEnforced"


def test_nothing_happens_for_nothing(world):
    assert world.do(submit(world, [])) == []
