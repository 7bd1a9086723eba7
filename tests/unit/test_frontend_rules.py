"""The browser's modules and the Python rules say the same of every request, key, signature and recovery file."""

import json
import secrets

import pytest

from ledger_api import recovery
from ledger_api.demo import sold
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.signatures import P256_ORDER, SECP256K1_ORDER, P256Key, Secp256k1Key, is_valid
from tests.frontend.node import Browser, JavaScriptError

CHAIN_ID = 1_454_102_764
PASSPHRASE = "four wörds and a number 7"


@pytest.fixture(scope="module")
def browser():
    made = Browser()
    yield made
    made.close()


CONTRACTS = sorted({contract for contract, _ in rules.actions()})
ADDRESSES = {name: keccak(name.encode())[12:] for name in CONTRACTS}
CHAIN = {"chain_id": CHAIN_ID, "contracts": {name: hex_of(address) for name, address in ADDRESSES.items()}}


def separator(contract: str) -> bytes:
    return rules.domain_separator(contract, CHAIN_ID, ADDRESSES[contract])


def some(parameter: dict, length: int = 3):
    """Any value of an ABI parameter, numbers now and then at their bounds."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return [some({**parameter, "type": kind[:-2]}) for _ in range(length)]
    if kind == "tuple":
        return {c["name"]: some(c) for c in parameter["components"]}
    if kind.startswith("uint"):
        bits = int(kind[4:])
        return secrets.choice([0, 1, (1 << bits) - 1, secrets.randbits(bits)])
    if kind == "bool":
        return secrets.choice([True, False])
    return secrets.token_bytes(rules.BYTES[kind] or 65)


def signed(action, keys, receipt=None):
    """A random request, signed."""
    request = {field["name"]: some(field, secrets.choice([1, 2, 3, 5, 8])) for field in action.fields}
    nonce, deadline = secrets.randbits(255), 1_800_000_000
    return rules.sign(action, request, keys, nonce, deadline, separator(action.contract), receipt)


ACTIONS = pytest.mark.parametrize("action", rules.actions().values(), ids=lambda action: action.name)


# --- Requests ---------------------------------------------------------------------------------------------------------


@ACTIONS
def test_every_action_has_the_same_digest_and_body(browser, action):
    receipt = some(action.inputs[2]) if action.name == "claim" else None
    for _ in range(3):
        made = signed(action, [P256Key()], receipt)
        body = made.to_json()
        signers = [{"address": a["actor"], "signature": a["signature"]} for a in body["authorisations"]]
        assert browser.digest(body, CHAIN) == hex_of(made.digest(separator(action.contract)))
        given = [action.name, body["request"], signers, CHAIN, body.get("receipt"), str(made.nonce), made.deadline]
        assert browser.body(*given) == body
        assert rules.from_json(browser.body(*given)).call() == made.call()


def test_letters_are_taken_for_currencies_and_countries(browser):
    receipt = some(rules.receipt_parameter()) | {"currency": b"EUR"}
    shown = rules.to_json(receipt)
    expected = hex_of(rules.receipt_digest(receipt, separator("ReturnLedger")))
    assert browser.receiptDigest(shown, hex_of(separator("ReturnLedger"))) == expected
    assert browser.receiptDigest(shown | {"currency": "EUR"}, hex_of(separator("ReturnLedger"))) == expected


def test_a_receipt_is_signed_as_a_seller_does(browser):
    seller = P256Key()
    receipt = rules.to_json(some(rules.receipt_parameter()) | {"lines": [sold(1, 10_439, 2_401)]})
    made = browser.signReceipt(receipt, hex_of(seller.secret), CHAIN)
    digest = rules.receipt_digest(rules.parse(rules.receipt_parameter(), receipt, ""), separator("ReturnLedger"))
    assert made["receipt"] == receipt
    assert is_valid(seller.address, digest, bytes_of(made["signature"]))


WRONG = {
    "has nothing in a field": ({"returnId": None}, "returnId: must be hexadecimal"),
    "has another field": ({"more": 1}, "more: is not a field here"),
    "has a short id": ({"returnId": "0x12"}, "returnId: must be 32 bytes"),
    "has a number too large": ({"inspector": 1 << 32}, "inspector: must be from 0"),
    "has a number below zero": ({"inspector": -1}, "inspector: must be from 0"),
    "has a fraction": ({"inspector": 1.5}, "inspector: must be a whole number"),
    "has no truth value": ({"returnless": 1}, "returnless: must be true or false"),
    "has no list": ({"exceptions": {}}, "exceptions: must be a list"),
    "has a wrong item": ({"exceptions": [{"line": 256, "quantity": 1, "reason": 1}]}, r"exceptions\[0\].line: must be"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_request_that(browser, name):
    change, words = WRONG[name]
    request = {"returnId": "0x" + "11" * 32, "inspector": 4, "returnless": False, "exceptions": []} | change
    with pytest.raises(JavaScriptError, match=words):
        browser.body("approveReturn", request, [{"address": "0x", "signature": "0x"}], CHAIN, None, "1", 2)


def test_nonces_have_255_bits_and_differ(browser):
    found = {int(browser.nonce()) for _ in range(50)}
    assert len(found) == 50
    assert max(found).bit_length() in range(248, 256)


@pytest.mark.parametrize("size", [0, 1, 31, 32, 135, 136, 137, 5_000])
def test_the_hash_is_the_chains(browser, size):
    data = secrets.token_bytes(size)
    assert browser.keccak(hex_of(data)) == hex_of(keccak(data))


# --- Signatures -------------------------------------------------------------------------------------------------------


def test_what_the_browser_signs_is_valid_with_s_in_its_lower_half(browser):
    for _ in range(12):
        key, digest = P256Key(), secrets.token_bytes(32)
        made = browser.signBySecret(hex_of(key.secret), hex_of(digest))
        assert made["address"] == hex_of(key.address)
        assert is_valid(key.address, digest, bytes_of(made["signature"]))


def with_high_s(signature: bytes, at: int, order: int) -> bytes:
    """The other form of a signature, which the contracts refuse."""
    s = order - int.from_bytes(signature[at : at + 32], "big")
    return signature[:at] + s.to_bytes(32, "big") + signature[at + 32 :]


def spoilt(signature: bytes) -> list[bytes]:
    """Other bytes: too short, one bit changed in each of its numbers, zeros, numbers off the curve."""
    changed = [signature[:i] + bytes([signature[i] ^ 1]) + signature[i + 1 :] for i in range(7, len(signature), 16)]
    return [*changed, b"", signature[:-1], signature + b"\0", bytes(len(signature)), b"\xff" * len(signature)]


@pytest.mark.parametrize("kind", [P256Key, Secp256k1Key])
def test_a_signature_is_judged_alike(browser, kind):
    for _ in range(3):
        key, digest = kind(), secrets.token_bytes(32)
        good = key.sign(digest)
        high = with_high_s(good, 96, P256_ORDER) if kind is P256Key else with_high_s(good, 32, SECP256K1_ORDER)
        other = kind()
        cases = [(key.address, good), (other.address, good), (key.address, high), (other.address, other.sign(digest))]
        cases += [(key.address, item) for item in spoilt(good)]
        for actor, signature in cases:
            expected = is_valid(actor, digest, signature)
            assert browser.isSignature(hex_of(actor), hex_of(digest), hex_of(signature)) == expected
        assert is_valid(key.address, digest, good)
        assert not is_valid(key.address, digest, high)


# --- Recovery files ---------------------------------------------------------------------------------------------------


def test_a_file_of_the_command_line_opens_in_the_browser(browser, tmp_path):
    key, path = P256Key(), tmp_path / "recovery.json"
    recovery.save(path, key, PASSPHRASE)
    assert browser.opened(path.read_text(), PASSPHRASE) == hex_of(key.address)
    with pytest.raises(JavaScriptError, match="not-opened"):
        browser.opened(path.read_text(), PASSPHRASE + ".")


def test_a_file_of_the_browser_opens_on_the_command_line(browser, tmp_path):
    key, path = P256Key(), tmp_path / "recovery.json"
    path.write_text(browser.sealed(hex_of(key.secret), hex_of(key.address), PASSPHRASE))
    assert recovery.restore(path, PASSPHRASE).secret == key.secret
    assert browser.opened(path.read_text(), PASSPHRASE) == hex_of(key.address)
    assert key.secret.hex() not in path.read_text()


@pytest.mark.parametrize("name", ["address", "salt", "nonce", "sealed"])
def test_a_file_that_was_changed_does_not_open(browser, tmp_path, name):
    path = tmp_path / "recovery.json"
    recovery.save(path, P256Key(), PASSPHRASE)
    body = json.loads(path.read_text())
    body[name] = body[name][:-1] + ("0" if body[name][-1] != "0" else "1")
    with pytest.raises(JavaScriptError, match="not-opened"):
        browser.opened(json.dumps(body), PASSPHRASE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "nonsense"])
def test_what_is_no_recovery_file_is_said_to_be_none(browser, text):
    with pytest.raises(JavaScriptError, match="no-recovery-file"):
        browser.opened(text, PASSPHRASE)


def test_a_key_of_a_server_is_named_as_such(browser, tmp_path):
    path = tmp_path / "recovery.json"
    recovery.save(path, Secp256k1Key(), PASSPHRASE)
    with pytest.raises(JavaScriptError, match="other-kind"):
        browser.opened(path.read_text(), PASSPHRASE)


def test_a_short_passphrase_is_refused(browser):
    with pytest.raises(JavaScriptError, match="passphrase-short"):
        browser.sealed("0x" + "11" * 32, "0x" + "22" * 20, "short")
