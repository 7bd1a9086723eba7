"""What access rests on besides the chain: challenges, sessions, API keys, invitations, acts that several sign.

The file `access.sqlite` of a data folder. Secrets are kept as hashes; nothing here can sign.
"""

import hashlib
import json
import secrets
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger_api.errors import NotFound

WAIT_S = 30  # for another process that writes
CHALLENGE_S = 300
CHALLENGES_LIMIT = 10_000  # that wait at one time
COUNCIL = ""  # the circle of its acts; a panel's is the id of its dispute
INVITATION_S = 7 * 86_400
HAND_OVER_S = 3_600  # for so long a hand-over waits for who takes
HAND_OVER_SHOWN_S = 86_400  # and for so long its page says what became of it
SCHEMA = """
CREATE TABLE IF NOT EXISTS challenges (
    challenge BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL      -- Unix seconds UTC, as all times here
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY,     -- SHA-256 of what the cookie holds
    actors TEXT NOT NULL,            -- JSON list of addresses, each proved by a signature
    started_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS api_keys (
    key_hash BLOB PRIMARY KEY,       -- SHA-256 of the key
    name TEXT NOT NULL,
    participant INTEGER NOT NULL,
    scopes TEXT NOT NULL,            -- JSON list
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS invitations (
    token_hash BLOB PRIMARY KEY,
    participant INTEGER NOT NULL,
    name TEXT NOT NULL,              -- whom it is for, as the inviter calls him
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    actor BLOB,                      -- the key that came with it
    joined_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS proposals (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL,              -- JSON: contract, action, request, nonce, deadline, authorisations so far
    made_at INTEGER NOT NULL,
    sent_as TEXT,                    -- id of the request once enough had signed
    circle TEXT NOT NULL DEFAULT ''  -- whose act it is: empty for the council, else the dispute of a panel
) STRICT;
CREATE TABLE IF NOT EXISTS hand_overs (
    token_hash BLOB PRIMARY KEY,
    giver INTEGER NOT NULL,
    taker INTEGER NOT NULL,
    body TEXT NOT NULL,              -- JSON: the requests that the giver signed, and which parcels they name
    made_at INTEGER NOT NULL
) STRICT;
"""
CIRCLE = "ALTER TABLE proposals ADD COLUMN circle TEXT NOT NULL DEFAULT ''"  # files of before had the council's alone


def hash_of(secret: str) -> bytes:
    """What is kept of a random secret of 128 bits or more."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True)
class Session:
    """A browser that showed whose keys it has."""

    actors: tuple[bytes, ...]
    started_at: int  # Unix seconds UTC


@dataclass(frozen=True)
class ApiKey:
    """A machine of a participant; `key_hash` names it."""

    key_hash: bytes
    name: str
    participant: int
    scopes: tuple[str, ...]
    made_at: int
    used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True)
class Invitation:
    """A link with which somebody brings his key to a participant; `token_hash` names it."""

    token_hash: bytes
    participant: int
    name: str
    made_at: int
    expires_at: int
    actor: bytes | None
    joined_at: int | None


@dataclass(frozen=True)
class HandOver:
    """Parcels that one side has signed for and the other not yet."""

    giver: int
    taker: int
    body: dict
    made_at: int

    @property
    def expires_at(self) -> int:
        return self.made_at + HAND_OVER_S


class AccessStore:
    """The file; every method is one transaction."""

    def __init__(self, data_dir: Path, idle_s: int, longest_s: int):
        self._path = data_dir / "access.sqlite"
        self._idle_s, self._longest_s = idle_s, longest_s
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._open() as db:
            db.executescript(SCHEMA)
            if "circle" not in {row[1] for row in db.execute("PRAGMA table_info(proposals)")}:
                db.execute(CIRCLE)
        self._path.chmod(0o600)

    @contextmanager
    def _open(self):
        db = sqlite3.connect(self._path, isolation_level=None, timeout=WAIT_S)
        try:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")
        finally:
            db.close()  # without COMMIT nothing happened

    # --- signing in

    def challenge(self) -> bytes:
        """32 random bytes for one signature within CHALLENGE_S seconds."""
        made, now = secrets.token_bytes(32), int(time.time())
        with self._open() as db:
            db.execute("DELETE FROM challenges WHERE expires_at < ?", (now,))
            # Whoever asks for many pushes out the oldest, which hurts nobody but who waits longest.
            db.execute(
                "DELETE FROM challenges WHERE challenge IN (SELECT challenge FROM challenges ORDER BY expires_at DESC"
                " LIMIT -1 OFFSET ?)",
                (CHALLENGES_LIMIT - 1,),
            )
            db.execute("INSERT INTO challenges VALUES (?, ?)", (made, now + CHALLENGE_S))
        return made

    def take_challenge(self, challenge: bytes) -> bool:
        """Whether it was given out here and waits; it does so no longer."""
        query = "DELETE FROM challenges WHERE challenge = ? AND expires_at >= ?"
        with self._open() as db:
            return db.execute(query, (challenge, int(time.time()))).rowcount == 1

    def start_session(self, actors: tuple[bytes, ...], instead_of: str | None = None) -> str:
        """A new token for these actors; that of an earlier session ends."""
        token, now = secrets.token_urlsafe(32), int(time.time())
        named = json.dumps([actor.hex() for actor in actors])
        with self._open() as db:
            self._sweep(db, now)
            if instead_of is not None:
                db.execute("DELETE FROM sessions WHERE token_hash = ?", (hash_of(instead_of),))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (hash_of(token), named, now, now))
        return token

    def session(self, token: str) -> Session | None:
        """The session of a token, used now; None if there is none, or no longer."""
        now = int(time.time())
        with self._open() as db:
            query = "SELECT actors, started_at, used_at FROM sessions WHERE token_hash = ?"
            row = db.execute(query, (hash_of(token),)).fetchone()
            if row is None or row[1] < now - self._longest_s or row[2] < now - self._idle_s:
                return None
            if row[2] < now - 60:  # not at every request
                db.execute("UPDATE sessions SET used_at = ? WHERE token_hash = ?", (now, hash_of(token)))
        return Session(tuple(bytes.fromhex(actor) for actor in json.loads(row[0])), row[1])

    def end_session(self, token: str) -> None:
        """Signs out."""
        with self._open() as db:
            db.execute("DELETE FROM sessions WHERE token_hash = ?", (hash_of(token),))

    def _sweep(self, db, now: int) -> None:
        query = "DELETE FROM sessions WHERE started_at < ? OR used_at < ?"
        db.execute(query, (now - self._longest_s, now - self._idle_s))

    # --- machines

    def make_api_key(self, name: str, participant: int, scopes: tuple[str, ...]) -> str:
        """A new key, shown this once."""
        key = f"rl_{secrets.token_urlsafe(32)}"
        row = (hash_of(key), name, participant, json.dumps(scopes), int(time.time()))
        with self._open() as db:
            db.execute("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, NULL, NULL)", row)
        return key

    def api_key(self, key: str) -> ApiKey | None:
        """The machine of a key that was not revoked."""
        with self._open() as db:
            query = "UPDATE api_keys SET used_at = ? WHERE key_hash = ? AND revoked_at IS NULL RETURNING *"
            row = db.execute(query, (int(time.time()), hash_of(key))).fetchone()
        return _api_key(row) if row else None

    def api_keys(self, participant: int) -> list[ApiKey]:
        """All of a participant, newest first."""
        with self._open() as db:
            query = "SELECT * FROM api_keys WHERE participant = ? ORDER BY made_at DESC, key_hash"
            return [_api_key(row) for row in db.execute(query, (participant,))]

    def revoke_api_key(self, participant: int, key_hash: bytes) -> None:
        """It opens nothing any more; raises NotFound."""
        query = "UPDATE api_keys SET revoked_at = ? WHERE key_hash = ? AND participant = ? AND revoked_at IS NULL"
        with self._open() as db:
            if not db.execute(query, (int(time.time()), key_hash, participant)).rowcount:
                raise NotFound("There is no such API key, or it was revoked")

    # --- people who join

    def invite(self, participant: int, name: str) -> str:
        """The token of a link with which somebody brings his key."""
        token, now = secrets.token_urlsafe(32), int(time.time())
        row = (hash_of(token), participant, name, now, now + INVITATION_S)
        with self._open() as db:
            db.execute("INSERT INTO invitations VALUES (?, ?, ?, ?, ?, NULL, NULL)", row)
        return token

    def invitation(self, token: str) -> Invitation:
        """The invitation of a link; raises NotFound if it is not known, or expired unused."""
        with self._open() as db:
            row = db.execute("SELECT * FROM invitations WHERE token_hash = ?", (hash_of(token),)).fetchone()
        found = Invitation(*row) if row else None
        if found is None or (found.actor is None and found.expires_at < int(time.time())):
            raise NotFound("This invitation is not known here, or has expired")
        return found

    def join(self, token: str, actor: bytes) -> Invitation:
        """Brings a key, once and in time: another key with the same link is refused (NotFound)."""
        query = (
            "UPDATE invitations SET actor = ?1, joined_at = ?2"
            " WHERE token_hash = ?3 AND (actor = ?1 OR (actor IS NULL AND expires_at >= ?2))"
        )
        with self._open() as db:
            if not db.execute(query, (actor, int(time.time()), hash_of(token))).rowcount:
                raise NotFound("This invitation was used with another key, or has expired")
        return self.invitation(token)

    def invitations(self) -> list[Invitation]:
        """All that are in use or can be used, newest first."""
        with self._open() as db:
            query = (
                "SELECT * FROM invitations WHERE actor IS NOT NULL OR expires_at >= ? ORDER BY made_at DESC, token_hash"
            )
            return [Invitation(*row) for row in db.execute(query, (int(time.time()),))]

    # --- acts that several sign, each kept for one circle: the council, or the panel of a dispute

    def propose(self, body: dict, circle: str = COUNCIL) -> int:
        """Keeps an act; its number."""
        with self._open() as db:
            query = "INSERT INTO proposals (body, made_at, circle) VALUES (?, ?, ?)"
            return db.execute(query, (json.dumps(body), int(time.time()), circle)).lastrowid

    def proposal(self, number: int, circle: str = COUNCIL) -> tuple[dict, str | None]:
        """(body, id of the request that it was sent as); raises NotFound."""
        _number, body, _made_at, sent_as = self.proposed(number, circle)
        return body, sent_as

    def proposed(self, number: int, circle: str = COUNCIL) -> tuple[int, dict, int, str | None]:
        """(number, body, made at, sent as) of one; raises NotFound."""
        found = next((row for row in self.proposals(circle) if row[0] == number), None)
        if found is None:
            raise NotFound(f"There is no act {number} here that these members sign")
        return found

    def proposals(self, circle: str = COUNCIL) -> list[tuple[int, dict, int, str | None]]:
        """(number, body, made at, sent as) of a circle, newest first."""
        query = "SELECT id, body, made_at, sent_as FROM proposals WHERE circle = ? ORDER BY id DESC"
        with self._open() as db:
            rows = db.execute(query, (circle,))
            return [(number, json.loads(body), made_at, sent_as) for number, body, made_at, sent_as in rows]

    def add_authorisation(self, number: int, authorisation: dict) -> dict:
        """The act with one more signature; the same member's again replaces his."""
        with self._open() as db:
            row = db.execute("SELECT body FROM proposals WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise NotFound(f"There is no act {number} here")
            body = json.loads(row[0])
            others = [given for given in body["authorisations"] if given["actor"] != authorisation["actor"]]
            body["authorisations"] = [*others, authorisation]
            db.execute("UPDATE proposals SET body = ? WHERE id = ?", (json.dumps(body), number))
        return body

    def mark_sent(self, number: int, request_id: str) -> None:
        """Enough had signed, and it went to the relay."""
        with self._open() as db:
            db.execute("UPDATE proposals SET sent_as = ? WHERE id = ?", (request_id, number))

    # --- hand-overs that wait for who takes

    def keep_hand_over(self, giver: int, taker: int, body: dict) -> str:
        """The token of 128 bits under which the other side finds it."""
        token, now = secrets.token_urlsafe(16), int(time.time())
        with self._open() as db:
            db.execute("DELETE FROM hand_overs WHERE made_at < ?", (now - HAND_OVER_SHOWN_S,))
            row = (hash_of(token), giver, taker, json.dumps(body), now)
            db.execute("INSERT INTO hand_overs VALUES (?, ?, ?, ?, ?)", row)
        return token

    def hand_over(self, token: str) -> HandOver:
        """The hand-over of a token, also when it has expired lately; raises NotFound."""
        query = "SELECT giver, taker, body, made_at FROM hand_overs WHERE token_hash = ? AND made_at >= ?"
        with self._open() as db:
            row = db.execute(query, (hash_of(token), int(time.time()) - HAND_OVER_SHOWN_S)).fetchone()
        if row is None:
            raise NotFound("There is no such hand-over here")
        giver, taker, body, made_at = row
        return HandOver(giver, taker, json.loads(body), made_at)


def _api_key(row) -> ApiKey:
    key_hash, name, participant, scopes, *times = row
    return ApiKey(key_hash, name, participant, tuple(json.loads(scopes)), *times)
