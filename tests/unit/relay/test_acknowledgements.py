"""A server's promise holds for what it signed, alone or in a list, and for nothing else."""

import secrets

import pytest

from ledger_api.relay.acknowledgements import Promise, acknowledge, acknowledge_list, digest, is_acknowledged
from ledger_api.rules import merkle
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.signatures import Secp256k1Key

KEY = Secp256k1Key()
OTHER = Secp256k1Key()
AT = 1_795_514_400
CHAIN = 31_337


def promises(count: int) -> list[Promise]:
    """To two contracts, received at different times."""
    contracts = [bytes([1]) * 20, bytes([2]) * 20]
    return [Promise(secrets.token_bytes(32), AT + i, AT + i + 60, CHAIN, contracts[i % 2]) for i in range(count)]


@pytest.fixture
def listed() -> list[dict]:
    return acknowledge_list(KEY, promises(7))


def test_the_acknowledgement_of_one_request():
    (promise,) = promises(1)
    assert is_acknowledged(acknowledge(KEY, promise))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 200, 201])
def test_every_acknowledgement_of_a_list_stands_alone(count):
    given = acknowledge_list(KEY, promises(count))
    assert len(given) == count
    assert len({item["signature"] for item in given}) == 1
    assert all(is_acknowledged(item) for item in given)


@pytest.mark.parametrize(
    "change",
    [
        {"request_digest": hex_of(bytes(32))},
        {"received_at": AT - 1},
        {"due_at": AT + 61},
        {"chain_id": CHAIN + 1},
        {"contract": hex_of(bytes([3]) * 20)},
        {"server": hex_of(OTHER.address)},
        {"path": []},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_field(listed, change):
    assert not is_acknowledged({**listed[0], **change})


@pytest.mark.parametrize(
    "change", [{"received_at": AT - 1}, {"due_at": AT + 61}, {"server": hex_of(OTHER.address)}, {"path": []}]
)
def test_a_changed_field_of_a_single_acknowledgement(change):
    (promise,) = promises(1)
    assert not is_acknowledged({**acknowledge(KEY, promise), **change})


def test_the_path_of_another_request(listed):
    assert not is_acknowledged({**listed[0], "path": listed[2]["path"]})


def test_the_root_of_another_list(listed):
    other = acknowledge_list(KEY, promises(7))
    assert not is_acknowledged({**listed[0], "signature": other[0]["signature"]})


def test_a_list_signed_by_another_server(listed):
    given = promises(3)
    forged = acknowledge_list(OTHER, given)
    assert not is_acknowledged({**forged[0], "server": hex_of(KEY.address)})


def test_a_path_that_is_cut_short_or_goes_on(listed):
    path = listed[0]["path"]
    assert not is_acknowledged({**listed[0], "path": path[:-1]})
    assert not is_acknowledged({**listed[0], "path": [*path, hex_of(bytes(32))]})


def test_a_path_with_a_sibling_of_another_length(listed):
    path = [bytes_of(sibling) for sibling in listed[0]["path"]]
    assert not is_acknowledged({**listed[0], "path": [hex_of(path[0] + path[1]), *map(hex_of, path[2:])]})


def test_a_node_of_the_tree_is_no_request(listed):
    """A request whose digest is an inner node, with the rest of the path: its leaf is a hash of other bytes."""
    path = [bytes_of(sibling) for sibling in listed[0]["path"]]
    leaf = digest(Promise(bytes_of(listed[0]["request_digest"]), AT, AT + 60, CHAIN, bytes_of(listed[0]["contract"])))
    inner = keccak(min(leaf, path[0]) + max(leaf, path[0]))
    assert merkle.root_of_path(inner, path[1:]) == merkle.root_of_path(leaf, path)
    assert not is_acknowledged({**listed[0], "request_digest": hex_of(inner), "path": listed[0]["path"][1:]})
    assert not is_acknowledged({**listed[0], "request_digest": hex_of(leaf)})


def test_the_signature_of_a_list_is_none_of_a_request_and_the_reverse():
    (promise,) = promises(1)
    single, (in_list,) = acknowledge(KEY, promise), acknowledge_list(KEY, [promise])
    assert in_list["path"] == []
    assert not is_acknowledged({**single, "path": []})
    assert not is_acknowledged({name: value for name, value in in_list.items() if name != "path"})


def test_paths_are_those_of_each_leaf():
    for count in range(1, 20):
        leaves = [secrets.token_bytes(32) for _ in range(count)]
        assert merkle.paths(leaves) == [merkle.path(leaves, i) for i in range(count)]
        assert {merkle.root_of_path(*pair) for pair in zip(leaves, merkle.paths(leaves), strict=True)} == {
            merkle.root(leaves)
        }
