"""Whatever gas a transaction brings: it does all that is valid, or nothing. Nobody burns another's request."""

import random

import pytest
import requests
from disputing import accept, award, dispute_id, disputed, enforce, line, open_dispute, silence, turn
from eth_abi import decode, encode
from eth_utils import keccak
from world import CARRIER, FINAL_SALE, LINES, TOO_LARGE

LEAST_GAS = 100_000
STEP = 5_000
RANDOM_POINTS = 1_000
HEADROOM = 2_500_000
BATCH = 50  # calls in one message to the node
PROBE = keccak(text="probe(address,bytes,uint256,bytes32[])")[:4]


@pytest.fixture(scope="session")
def mock(settled, SubmitProbe):
    """Deployed once: Brownie counts its transactions itself and waits for those that a test's end undid."""
    return SubmitProbe.deploy({"from": settled.sender})


@pytest.fixture
def probe(mock, world):
    """`probe(call, gases, subjects)`: for each gas whether the call passed, gas used, and the heads it leaves."""
    url = world.web3.provider.endpoint_uri

    def body(number, call, gas, subjects):
        given = [world.address(call.contract), call.data, gas, subjects]
        data = PROBE + encode(["address", "bytes", "uint256", "bytes32[]"], given)
        asked = {"from": str(world.sender), "to": mock.address, "data": "0x" + data.hex(), "gas": hex(29_000_000)}
        return {"jsonrpc": "2.0", "id": number, "method": "eth_call", "params": [asked, "latest"]}

    def ask(call, gases, subjects):
        answers = []
        for start in range(0, len(gases), BATCH):
            part = [body(i, call, gas, subjects) for i, gas in enumerate(gases[start : start + BATCH])]
            answers += sorted(requests.post(url, json=part, timeout=120).json(), key=lambda answer: answer["id"])
        return [decode(["bool", "uint256", "bytes32[]"], bytes.fromhex(a["result"][2:])) for a in answers]

    return ask


def assert_all_or_nothing(world, probe, call, valid, invalid, random_points=RANDOM_POINTS, step=STEP, most=HEADROOM):
    """`valid` are the subjects that the call extends, `invalid` those of its bad items."""
    subjects = valid + invalid
    untouched = [world.head(call.contract, subject) for subject in subjects]
    ((passed, used, complete),) = probe(call, [20_000_000], subjects)
    assert passed
    assert all(after != before for after, before in zip(complete[: len(valid)], untouched, strict=False))
    assert list(complete[len(valid) :]) == untouched[len(valid) :]

    chance = random.Random(20261124)
    points = list(range(LEAST_GAS, 2 * used, step))
    # What `submit` wants to be there before a call may be more than what the call uses.
    points += range(2 * used, used + most, 10 * step)
    points += [chance.randrange(LEAST_GAS, 2 * used) for _ in range(random_points)]
    seen = set()
    for gas, (passed, _, heads) in zip(points, probe(call, points, subjects), strict=True):
        assert list(heads) == (list(complete) if passed else untouched), f"a part was done with {gas} gas"
        seen.add(passed)
    return seen


def test_a_submit_of_checkpoints_does_all_or_nothing(world, probe):
    valid, invalid = [world.checkpoint() for _ in range(4)], world.checkpoint(10**10)
    kinds = ["secp256k1", "p256", "secp256k1", "p256"]
    calls = [
        world.act("recordCheckpoint", (CARRIER, *c), world.key(CARRIER, kind))
        for c, kind in zip(valid, kinds, strict=True)
    ]
    calls.insert(2, world.act("recordCheckpoint", (CARRIER, *invalid), world.key(CARRIER, "p256")))
    call = world.encode("ParcelLedger", "submit", [c.data for c in calls])
    subjects = [world.parcel_id(c) for c in valid]
    assert assert_all_or_nothing(world, probe, call, subjects, [world.parcel_id(invalid)]) == {True, False}


def test_a_submit_of_returns_does_all_or_nothing(world, probe):
    sales = [world.sale("p256"), world.opened("p256"), world.approved("p256"), world.opened()]
    refused = world.opened()
    calls = [
        world.claim(sales[0]),
        world.approve(sales[1]),
        world.pay(refused, 1),
        world.send(sales[2]),
        world.buyer_does("closeReturn", sales[3]),
    ]
    call = world.encode("ReturnLedger", "submit", [c.data for c in calls])
    subjects = [sales[0].id, *(sale.return_id() for sale in sales[1:])]
    assert assert_all_or_nothing(world, probe, call, subjects, [refused.return_id()]) == {True, False}


def test_a_submit_of_returns_of_fifty_lines_does_all_or_nothing(world, probe):
    """What these cost grows with the lines of the receipt, which their calldata does not show."""

    def opened():
        sale = world.claimed("p256", lines=[LINES[0]] * 50)
        world.do(world.open(sale, [(line, 3, TOO_LARGE) for line in range(50)]))
        return sale

    def sent():
        sale = opened()
        world.do(world.approve(sale))
        world.do(world.send(sale, document=world.fresh()))
        return sale

    sales = [opened(), opened(), sent(), sent(), opened()]
    world.pass_to(world.turn(sales[2])[3])
    calls = [
        world.approve(sales[0], returnless=True, kind="p256"),
        world.buyer_does("cancelReturn", sales[1]),
        world.enforce(sales[2]),
        world.receive(sales[3], [], complete=True),
        world.seller_does("declineReturn", sales[4], FINAL_SALE),
    ]
    for call, sale in zip(calls, sales, strict=True):
        call = world.encode("ReturnLedger", "submit", [call.data])
        assert assert_all_or_nothing(world, probe, call, [sale.return_id()], [], 200) == {True, False}


def test_a_submit_of_disputes_of_fifty_lines_does_all_or_nothing(world, probe):
    """To accept or to enforce takes one word, and works on all lines that the opening named."""
    claim = award(*[line(number, 3) for number in range(50)])

    def declined():
        sale = world.claimed("p256", lines=[LINES[0]] * 50)
        world.do(world.open(sale, [(number, 3, TOO_LARGE) for number in range(50)]))
        world.do(world.seller_does("declineReturn", sale, FINAL_SALE))
        return sale

    agreed, dismissed = disputed(world, declined(), claim), disputed(world, declined(), claim)
    for _ in range(4):
        silence(world, dismissed)
    world.pass_to(turn(world, dismissed)[4])
    fresh = declined()
    calls = [
        (open_dispute(world, fresh, claim), dispute_id(fresh)),
        (accept(world, agreed, False, agreed.opening), agreed.id),
        (enforce(world, dismissed), dismissed.id),
    ]
    for call, id in calls:
        call = world.encode("DisputeDesk", "submit", [call.data])
        assert assert_all_or_nothing(world, probe, call, [id], [], 60, 20 * STEP, 2 * HEADROOM) == {True, False}


def test_a_bulk_does_all_or_nothing(world, probe):
    valid, invalid = [world.checkpoint() for _ in range(6)], world.checkpoint(10**10)
    checkpoints = [*valid[:3], invalid, *valid[3:]]
    keys = [
        world.key(CARRIER, kind) for kind in ("secp256k1", "p256", "secp256k1", "p256", "p256", "secp256k1", "p256")
    ]
    requests = [(CARRIER, *checkpoint) for checkpoint in checkpoints]
    given = [world.authorise("ParcelLedger", "RecordCheckpoint", r, key) for r, key in zip(requests, keys, strict=True)]
    call = world.encode("ParcelLedger", "recordCheckpoints", requests, given)
    subjects = [world.parcel_id(c) for c in valid]
    assert assert_all_or_nothing(world, probe, call, subjects, [world.parcel_id(invalid)]) == {True, False}
