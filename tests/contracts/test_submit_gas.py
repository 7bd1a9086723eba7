"""Whatever gas a transaction brings: it does all that is valid, or nothing. Nobody burns another's request."""

import random

import pytest
from eth_abi import decode, encode
from eth_utils import keccak
from world import CARRIER, SELLER, WORD

# Without a precompile a P-256 check is most of the cost; one a batch is enough to put every point into its middle.
LEAST_GAS = 100_000
STEP = 5_000
RANDOM_POINTS = 1_000
PROBE = keccak(text="probe(address,bytes,uint256,bytes32[])")[:4]


@pytest.fixture
def probe(world, SubmitProbe):
    """`probe(call, gas, subjects)`: whether the call passed, gas used, and the heads it leaves; changes nothing."""
    mock = SubmitProbe.deploy({"from": world.sender})

    def ask(call, gas, subjects):
        given = [world.address(call.contract), call.data, gas, subjects]
        data = PROBE + encode(["address", "bytes", "uint256", "bytes32[]"], given)
        asked = {"from": world.sender, "to": mock.address, "data": "0x" + data.hex(), "gas": hex(29_000_000)}
        answer = world.web3.provider.make_request("eth_call", [asked, "latest"])
        return decode(["bool", "uint256", "bytes32[]"], bytes.fromhex(answer["result"][2:]))

    return ask


def assert_all_or_nothing(world, probe, call, valid, invalid):
    """`valid` are the subjects that the call extends, `invalid` those of its bad items."""
    subjects = valid + invalid
    untouched = [world.head(call.contract, subject) for subject in subjects]
    passed, used, complete = probe(call, 20_000_000, subjects)
    assert passed
    assert all(after != before for after, before in zip(complete[: len(valid)], untouched, strict=False))
    assert list(complete[len(valid) :]) == untouched[len(valid) :]

    chance = random.Random(20261124)
    points = list(range(LEAST_GAS, 2 * used, STEP))
    points += [chance.randrange(LEAST_GAS, 2 * used) for _ in range(RANDOM_POINTS)]
    seen = set()
    for gas in points:
        passed, _, heads = probe(call, gas, subjects)
        assert list(heads) == (list(complete) if passed else untouched), f"a part was done with {gas} gas"
        seen.add(passed)
    return seen


def test_a_submit_of_checkpoints_does_all_or_nothing(world, probe):
    valid, invalid = [world.checkpoint() for _ in range(4)], world.checkpoint(10**10)
    kinds = ["secp256k1", "secp256k1", "secp256k1", "p256"]
    calls = [
        world.act("recordCheckpoint", (CARRIER, *c), world.key(CARRIER, kind))
        for c, kind in zip(valid, kinds, strict=True)
    ]
    calls.insert(2, world.act("recordCheckpoint", (CARRIER, *invalid), world.key(CARRIER)))
    call = world.encode("ParcelLedger", "submit", [c.data for c in calls])
    subjects = [world.parcel_id(c) for c in valid]
    assert assert_all_or_nothing(world, probe, call, subjects, [world.parcel_id(invalid)]) == {True, False}


def test_a_submit_of_returns_does_all_or_nothing(world, probe):
    sales = [world.sale("p256"), world.opened(), world.approved(), world.opened()]
    refused = world.opened()
    calls = [
        world.claim(sales[0]),
        world.act("approveReturn", (sales[1].return_id(), 0), world.key(SELLER)),
        world.act("releaseRefund", (refused.return_id(), 1, bytes(WORD), 1), world.key(SELLER)),
        world.act("addParcel", (sales[2].return_id(), 0, CARRIER, world.fresh()), sales[2].buyer),
        world.act("closeReturn", (sales[3].return_id(), 0), sales[3].buyer),
    ]
    call = world.encode("ReturnLedger", "submit", [c.data for c in calls])
    subjects = [sales[0].id, *(sale.return_id() for sale in sales[1:])]
    assert assert_all_or_nothing(world, probe, call, subjects, [refused.return_id()]) == {True, False}


def test_a_bulk_does_all_or_nothing(world, probe):
    valid, invalid = [world.checkpoint() for _ in range(6)], world.checkpoint(10**10)
    checkpoints = [*valid[:3], invalid, *valid[3:]]
    keys = [world.key(CARRIER, kind) for kind in [*["secp256k1"] * 6, "p256"]]
    requests = [(CARRIER, *checkpoint) for checkpoint in checkpoints]
    given = [world.authorise("ParcelLedger", "RecordCheckpoint", r, key) for r, key in zip(requests, keys, strict=True)]
    call = world.encode("ParcelLedger", "recordCheckpoints", requests, given)
    subjects = [world.parcel_id(c) for c in valid]
    assert assert_all_or_nothing(world, probe, call, subjects, [world.parcel_id(invalid)]) == {True, False}
