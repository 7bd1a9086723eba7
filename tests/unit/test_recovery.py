"""Recovery files: what was sealed comes back with the passphrase alone, and nothing else opens them."""

import json

import pytest

from ledger_api import recovery
from ledger_api.errors import InvalidField
from ledger_api.rules.signatures import P256Key, Secp256k1Key

PASSPHRASE = "four words and a number 7"


@pytest.mark.parametrize("kind", [P256Key, Secp256k1Key])
def test_a_key_comes_back(tmp_path, kind):
    key, path = kind(), tmp_path / "recovery.json"
    recovery.save(path, key, PASSPHRASE)
    assert recovery.restore(path, PASSPHRASE).secret == key.secret
    assert key.secret.hex() not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_another_passphrase_opens_nothing(tmp_path):
    path = tmp_path / "recovery.json"
    recovery.save(path, P256Key(), PASSPHRASE)
    with pytest.raises(InvalidField, match="does not open"):
        recovery.restore(path, PASSPHRASE + ".")


@pytest.mark.parametrize("name", ["kind", "address", "salt", "nonce", "sealed"])
def test_a_file_that_was_changed_opens_nothing(tmp_path, name):
    path = tmp_path / "recovery.json"
    recovery.save(path, P256Key(), PASSPHRASE)
    body = json.loads(path.read_text())
    body[name] = "secp256k1" if name == "kind" else body[name][:-1] + ("0" if body[name][-1] != "0" else "1")
    path.write_text(json.dumps(body))
    with pytest.raises(InvalidField, match="was changed"):
        recovery.restore(path, PASSPHRASE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "nonsense", "\u00ff" * 10])
def test_what_is_no_recovery_file_is_said_to_be_none(tmp_path, text):
    path = tmp_path / "recovery.json"
    path.write_text(text)
    with pytest.raises(InvalidField, match="not a recovery file"):
        recovery.restore(path, PASSPHRASE)


def test_a_short_passphrase_and_a_file_that_is_there_are_refused(tmp_path):
    path = tmp_path / "recovery.json"
    with pytest.raises(InvalidField, match="at least 12"):
        recovery.save(path, P256Key(), "short")
    assert not path.exists()
    path.write_text("something dear")
    with pytest.raises(InvalidField, match="there already"):
        recovery.save(path, P256Key(), PASSPHRASE)
    assert path.read_text() == "something dear"
