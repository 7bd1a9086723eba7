"""The shipped artefacts are what the contracts compile to, and the Python twins agree with them."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from eth_abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_api import artefacts
from ledger_api.rules import requests as rules
from ledger_api.rules.heads import HEADS_SLOT

ROOT = Path(__file__).parents[2]
SIZE_LIMIT_BYTES = 22_000
HASHED_TEXT = re.compile(r'keccak256\(\s*((?:"[^"]*"\s*)+)\)')


def sources_of_contracts() -> list[Path]:
    """All of them but those that are for tests."""
    return [path for path in (ROOT / "contracts").rglob("*.sol") if "mocks" not in path.parts]


def compiler():
    """scripts/compile.py, which is no package."""
    spec = importlib.util.spec_from_file_location("compile_contracts", ROOT / "scripts" / "compile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (ROOT / "node_modules" / "solc").exists(), reason="`make compiler` installs the compiler")
def test_the_artefacts_are_those_of_the_contracts():
    compiling = compiler()
    standard_json = compiling.compiler_input(ROOT)
    fresh = compiling.compile_input(standard_json)
    assert set(fresh) == {*artefacts.CONTRACTS, *artefacts.PARTS}
    for name, compiled in fresh.items():
        shipped = artefacts.load(name)
        assert compiled["bytecode"] == shipped["bytecode"], name
        assert compiled["deployed_bytecode"] == shipped["deployed_bytecode"], name
    assert not compiling.stale_artefacts(fresh | {"compiler-input": standard_json})


@pytest.mark.parametrize("name", [*artefacts.CONTRACTS, *artefacts.PARTS])
def test_a_contract_stays_below_the_size_limit(name):
    assert len(artefacts.load(name)["deployed_bytecode"]) // 2 - 1 < SIZE_LIMIT_BYTES


@pytest.mark.parametrize("name", [*artefacts.CONTRACTS, *artefacts.PARTS])
def test_the_heads_are_where_verifiers_look(name):
    assert artefacts.load(name)["storage"][0] == [str(HEADS_SLOT), 0, "_heads"]


def test_the_compiler_input_is_that_of_the_sources():
    sources = json.loads((artefacts.FOLDER / "compiler-input.json").read_text())["sources"]
    for path in sources_of_contracts():
        name = path.relative_to(ROOT).as_posix()
        assert sources[name]["content"] == path.read_text(), name


# --- Types that are signed --------------------------------------------------------------------------------------------


def types_in_contracts() -> set[str]:
    """Every string of which a contract takes keccak256, with the parts of a long one joined."""
    found = set()
    for path in sources_of_contracts():
        for match in HASHED_TEXT.finditer(path.read_text()):
            found.add("".join(re.findall(r'"([^"]*)"', match[1])))
    return found


@pytest.mark.parametrize("action", rules.actions().values(), ids=lambda action: action.name)
def test_the_contract_and_the_table_sign_the_same_type(action):
    assert rules.request_type(action) in types_in_contracts()


def test_every_type_of_the_contracts_is_one_of_the_table():
    receipt = rules.receipt_parameter()["components"]
    structs = rules._referenced([*receipt, *(field for a in rules.actions().values() for field in a.fields)], {})
    known = {rules.request_type(action) for action in rules.actions().values()}
    known |= {rules.type_string(name, members) for name, members in structs.items()}
    known |= {rules.type_string("Receipt", receipt)}
    assert {text for text in types_in_contracts() if "(" in text} <= known


# --- Calldata encoded by hand -----------------------------------------------------------------------------------------

WORD = st.binary(min_size=32, max_size=32)
CHECKPOINT = st.fixed_dictionaries(
    {"participant": st.integers(0, 2**32 - 1), "tracking": WORD, "facts": WORD, "code": WORD, "document": WORD}
)
AUTHORISATION_FIELDS = ("actor", "nonce", "deadline", "signature")
AUTHORISATION = st.fixed_dictionaries(
    {
        "actor": st.binary(min_size=20, max_size=20),
        "nonce": st.integers(0, 2**256 - 1),
        "deadline": st.integers(0, 2**64 - 1),
        "signature": st.binary(max_size=130),
    }
)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(CHECKPOINT, AUTHORISATION), max_size=8))
def test_bulk_calldata_by_hand_is_that_of_eth_abi(items):
    action = rules.action_of("ParcelLedger", "recordCheckpoint")
    signed = [rules.SignedRequest(action, request, (authorisation,)) for request, authorisation in items]
    types = [artefacts.abi_type(parameter) for parameter in rules.BULK["inputs"]]
    values = [
        [tuple(request[field["name"]] for field in action.fields) for request, _ in items],
        [tuple(authorisation[name] for name in AUTHORISATION_FIELDS) for _, authorisation in items],
    ]
    assert rules.encode_bulk(signed) == rules.BULK_SELECTOR + encode(types, values)
    read = rules.requests_in("ParcelLedger", rules.encode_bulk(signed))
    assert [(item.request, item.authorisations[0]) for item in read] == items
