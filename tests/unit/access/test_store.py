"""What access rests on besides the chain: each secret opens once, for its time, and stands nowhere in the file."""

import sqlite3
from types import SimpleNamespace

import pytest

from ledger_api.access import store as module
from ledger_api.access.store import CHALLENGE_S, INVITATION_S, AccessStore
from ledger_api.errors import NotFound

ALICE, BOB = b"\x0a" * 20, b"\x0b" * 20
IDLE_S, LONGEST_S = 1_000, 5_000
SELLER = 1


@pytest.fixture
def clock(monkeypatch):
    """The time, which a test moves."""
    made = SimpleNamespace(now=1_790_000_000)
    monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: made.now))
    return made


@pytest.fixture
def store(tmp_path, clock):
    return AccessStore(tmp_path, IDLE_S, LONGEST_S)


# --- Signing in


def test_a_challenge_serves_once(store):
    challenge = store.challenge()
    assert store.take_challenge(challenge)
    assert not store.take_challenge(challenge)


def test_a_challenge_that_nobody_gave_out_serves_never(store):
    store.challenge()
    assert not store.take_challenge(bytes(32))


def test_a_challenge_serves_until_its_last_second(store, clock):
    first, second = store.challenge(), store.challenge()
    clock.now += CHALLENGE_S
    assert store.take_challenge(first)
    clock.now += 1
    assert not store.take_challenge(second)


def test_many_challenges_push_out_the_oldest(store, clock, monkeypatch):
    monkeypatch.setattr(module, "CHALLENGES_LIMIT", 3)
    given = []
    for _ in range(4):
        given.append(store.challenge())
        clock.now += 1
    assert [store.take_challenge(challenge) for challenge in given] == [False, True, True, True]


def test_a_session_has_the_keys_in_their_order(store, clock):
    token = store.start_session((BOB, ALICE))
    assert store.session(token) == module.Session((BOB, ALICE), clock.now)


def test_a_session_ends_when_it_is_not_used(store, clock):
    token = store.start_session((ALICE,))
    clock.now += IDLE_S
    assert store.session(token)
    clock.now += IDLE_S
    assert store.session(token)
    clock.now += IDLE_S + 1
    assert store.session(token) is None


def test_a_session_ends_in_the_end(store, clock):
    token = store.start_session((ALICE,))
    for _ in range(LONGEST_S // IDLE_S):
        clock.now += IDLE_S
        assert store.session(token)
    clock.now += 1
    assert store.session(token) is None


def test_another_key_gives_another_token_and_the_old_one_is_worth_nothing(store):
    first = store.start_session((ALICE,))
    second = store.start_session((BOB, ALICE), first)
    assert first != second
    assert store.session(first) is None
    store.end_session(second)
    assert store.session(second) is None


def test_the_file_holds_no_secret(store, tmp_path):
    secrets = [
        store.start_session((ALICE,)),
        store.make_api_key("shop", SELLER, ("sales",)),
        store.invite(SELLER, "Li"),
    ]
    content = (tmp_path / "access.sqlite").read_bytes()
    assert [secret for secret in secrets if secret.encode() in content] == []
    assert (tmp_path / "access.sqlite").stat().st_mode & 0o077 == 0


# --- Machines


def test_a_machine_is_known_by_its_key(store, clock):
    key = store.make_api_key("shop", SELLER, ("sales",))
    clock.now += 5
    found = store.api_key(key)
    assert (found.name, found.participant, found.scopes, found.used_at) == ("shop", SELLER, ("sales",), clock.now)
    assert store.api_key(f"{key}x") is None


def test_a_key_that_was_revoked_opens_nothing(store):
    key = store.make_api_key("shop", SELLER, ("sales",))
    store.revoke_api_key(SELLER, module.hash_of(key))
    assert store.api_key(key) is None
    with pytest.raises(NotFound):
        store.revoke_api_key(SELLER, module.hash_of(key))
    assert [item.revoked_at is not None for item in store.api_keys(SELLER)] == [True]


def test_nobody_revokes_the_key_of_another(store):
    key = store.make_api_key("shop", SELLER, ("sales",))
    with pytest.raises(NotFound):
        store.revoke_api_key(SELLER + 1, module.hash_of(key))
    assert store.api_key(key)
    assert store.api_keys(SELLER + 1) == []


# --- Invitations


def test_an_invitation_takes_one_key(store):
    token = store.invite(SELLER, "Li")
    assert store.join(token, ALICE).actor == ALICE
    assert store.join(token, ALICE).actor == ALICE  # the page again
    with pytest.raises(NotFound):
        store.join(token, BOB)


def test_an_invitation_that_nobody_used_expires(store, clock):
    used, unused = store.invite(SELLER, "Li"), store.invite(SELLER, "Wei")
    store.join(used, ALICE)
    clock.now += INVITATION_S + 1
    assert store.invitation(used).actor == ALICE
    with pytest.raises(NotFound):
        store.invitation(unused)
    with pytest.raises(NotFound):
        store.join(unused, BOB)
    assert [item.name for item in store.invitations()] == ["Li"]


def test_a_token_that_nobody_was_given_invites_to_nothing(store):
    with pytest.raises(NotFound):
        store.invitation("x")
    with pytest.raises(NotFound):
        store.join("x", ALICE)


# --- Acts of the council


def test_an_act_gathers_one_signature_of_each_member(store):
    number = store.propose({"action": "addKey", "authorisations": [{"actor": "0x0a", "nonce": "1"}]})
    store.add_authorisation(number, {"actor": "0x0b", "nonce": "2"})
    store.add_authorisation(number, {"actor": "0x0a", "nonce": "3"})
    body, sent_as = store.proposal(number)
    assert [(item["actor"], item["nonce"]) for item in body["authorisations"]] == [("0x0b", "2"), ("0x0a", "3")]
    assert sent_as is None
    store.mark_sent(number, "r1")
    assert [(row[0], row[3]) for row in store.proposals()] == [(number, "r1")]


def test_an_act_of_a_panel_is_none_of_the_council(store):
    number = store.propose({"authorisations": []}, "0x11")
    assert store.proposals() == []
    assert store.proposal(number, "0x11") == ({"authorisations": []}, None)
    for circle in ("", "0x12"):
        with pytest.raises(NotFound):
            store.proposal(number, circle)


def test_a_file_of_before_keeps_its_acts_for_the_council(store, tmp_path):
    with sqlite3.connect(tmp_path / "access.sqlite") as db:
        db.execute("INSERT INTO proposals (body, made_at) VALUES ('{}', 1)")
        db.execute("ALTER TABLE proposals DROP COLUMN circle")
    again = AccessStore(tmp_path, IDLE_S, LONGEST_S)
    assert [row[1] for row in again.proposals()] == [{}]


def test_an_act_that_is_not_there_cannot_be_signed(store):
    with pytest.raises(NotFound):
        store.proposal(1)
    with pytest.raises(NotFound):
        store.add_authorisation(1, {"actor": "0x0a"})


def test_another_process_sees_the_same(store, tmp_path):
    token = store.start_session((ALICE,))
    assert AccessStore(tmp_path, IDLE_S, LONGEST_S).session(token).actors == (ALICE,)
    with sqlite3.connect(tmp_path / "access.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM sessions").fetchone() == (1,)
