"""E-mail: on disk before `send` returns, sent by a thread until a server has it or too much time has passed.

What is to be said, and when, others decide. An address stands in the queue only while its message waits there; what
stays is a hash of the reference and the day (UTC).
"""

import hashlib
import logging
import re
import smtplib
import sqlite3
import ssl
import threading
import time
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from ledger_api.config import Settings
from ledger_api.errors import InvalidField, QueueFull

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 3_600
IDLE_S = 60
TIMEOUT_S = 30
STOP_S = 5
SUBJECT_LIMIT_CHARACTERS = 200
TEXT_LIMIT_CHARACTERS = 100_000
ADDRESS_LIMIT_CHARACTERS = 254
REFERENCE_LIMIT_CHARACTERS = 500
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+"
)
LOCAL = ("localhost", "127.0.0.1", "::1")
SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
    reference BLOB PRIMARY KEY,      -- SHA-256
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    queued_at INTEGER NOT NULL,      -- Unix seconds UTC
    tries INTEGER NOT NULL,
    due_at REAL NOT NULL             -- Unix seconds UTC
) STRICT;
CREATE TABLE IF NOT EXISTS done (
    reference BLOB PRIMARY KEY,      -- SHA-256
    day TEXT NOT NULL,               -- ISO 8601, UTC
    outcome TEXT NOT NULL            -- sent, refused, given up
) STRICT;
"""


class Mailer:
    """The queue and the thread that empties it. `clock` gives Unix seconds UTC."""

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None, clock=time.time):
        self._settings = settings
        self._clock = clock
        self._carrier = carrier_of(settings, tls)
        self._queue = _Queue(settings.folder / "mail.sqlite")
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def send(self, to: str, subject: str, text: str, reference: str) -> bool:
        """Takes a message in plain text; on disk when this returns. False: `reference` had its message before.

        Raises InvalidField if it cannot be a message, QueueFull if too many wait.
        """
        recipient = checked_address(to)
        _check(subject, text, reference)
        key = hashlib.sha256(reference.encode()).digest()
        new = self._queue.add(key, recipient, subject, text, self._clock(), self._settings.mail_limit)
        self._wake.set()
        return new

    @property
    def waiting(self) -> int:
        """Messages that no server has yet."""
        return self._queue.count()

    def start(self) -> None:
        """Begins to send what waits, also from before."""
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """What waits goes on at the next start."""
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(STOP_S)
        if not self._thread or not self._thread.is_alive():
            self._queue.close()

    def turn(self) -> int:
        """Sends what is due, once; how many went."""
        return sum(self._try(message) for message in self._queue.due(self._clock()) if not self._stopped.is_set())

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            try:
                self.turn()
                self._wake.wait(self._queue.pause(self._clock()))
            except Exception:
                log.exception("sending e-mail")
                self._stopped.wait(FIRST_PAUSE_S)

    def _try(self, message: "Waiting") -> bool:
        try:
            self._carrier(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            self._failed(message, f"the server answers {code}", code >= 500)
        except smtplib.SMTPResponseException as error:
            # A server that wants another password may get one; a message that it does not want stays unwanted.
            final = error.smtp_code >= 500 and isinstance(error, smtplib.SMTPDataError)
            self._failed(message, f"the server answers {error.smtp_code}", final)
        except Exception as error:
            self._failed(message, type(error).__name__, False)
        else:
            self._queue.finish(message, "sent", self._clock())
            return True
        return False

    def _failed(self, message: "Waiting", reason: str, final: bool) -> None:
        """Never the words of the server: they hold addresses."""
        now = self._clock()
        shown = masked(message.recipient)
        if final:
            log.error("e-mail to %s is refused: %s", shown, reason)
            self._queue.finish(message, "refused", now)
        elif now - message.queued_at >= self._settings.mail_keep_s:
            log.error("e-mail to %s is given up after %d tries: %s", shown, message.tries + 1, reason)
            self._queue.finish(message, "given up", now)
        else:
            log.warning("e-mail to %s waits: %s", shown, reason)
            self._queue.postpone(message, now + min(FIRST_PAUSE_S * 2**message.tries, LONGEST_PAUSE_S))


# --- What can be a message


def checked_address(text: str) -> str:
    """An address as it is sent to, its domain in ASCII. Raises InvalidField, which does not repeat it."""
    local, at, domain = text.rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        address = ""
    if len(address) > ADDRESS_LIMIT_CHARACTERS or not ADDRESS.fullmatch(address):
        raise InvalidField("to", "is no e-mail address, or one that cannot be written to")
    return address


def _check(subject: str, text: str, reference: str) -> None:
    if not subject.strip() or len(subject) > SUBJECT_LIMIT_CHARACTERS or _breaks(subject):
        raise InvalidField("subject", f"must be one line of 1 to {SUBJECT_LIMIT_CHARACTERS} characters")
    if len(text) > TEXT_LIMIT_CHARACTERS or "\0" in text:
        raise InvalidField("text", f"must be at most {TEXT_LIMIT_CHARACTERS:,} characters, none of them zero")
    if not 0 < len(reference) <= REFERENCE_LIMIT_CHARACTERS:
        raise InvalidField("reference", f"must be 1 to {REFERENCE_LIMIT_CHARACTERS} characters")


def _breaks(line: str) -> bool:
    """Whether there is more than one line in it, or a control character."""
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line)


def masked(address: str) -> str:
    """An address for the log: m…@example.org."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


# --- The queue


@dataclass(frozen=True)
class Waiting:
    """A message on its way."""

    reference: bytes
    recipient: str
    subject: str
    body: str
    queued_at: int  # Unix seconds UTC
    tries: int


class _Queue:
    """SQLite without a log of changes, zeros over what is deleted: an address is gone when its message is."""

    def __init__(self, path: Path):
        self._lock = threading.Lock()
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode = DELETE", "synchronous = FULL", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        self._db.executescript(SCHEMA)

    @contextmanager
    def _writing(self):
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def add(self, reference: bytes, recipient: str, subject: str, body: str, now: float, limit: int) -> bool:
        """False if this reference is known."""
        with self._writing() as db:
            for table in ("waiting", "done"):
                if db.execute(f"SELECT 1 FROM {table} WHERE reference = ?", (reference,)).fetchone():
                    return False
            if self._count() >= limit:
                raise QueueFull("Too many e-mails wait to be sent; try again later")
            db.execute(
                "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, 0, ?)", (reference, recipient, subject, body, int(now), now)
            )
        return True

    def _count(self) -> int:
        return self._db.execute("SELECT COUNT(*) FROM waiting").fetchone()[0]

    def count(self) -> int:
        with self._lock:
            return self._count()

    def due(self, now: float) -> list[Waiting]:
        """Those to be tried now, the oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT reference, recipient, subject, body, queued_at, tries FROM waiting WHERE due_at <= ?"
                " ORDER BY queued_at, rowid LIMIT 100",
                (now,),
            ).fetchall()
        return [Waiting(*row) for row in rows]

    def pause(self, now: float) -> float:
        """Seconds until one is due."""
        with self._lock:
            first = self._db.execute("SELECT MIN(due_at) FROM waiting").fetchone()[0]
        return IDLE_S if first is None else min(max(first - now, 0), IDLE_S)

    def postpone(self, message: Waiting, due_at: float) -> None:
        with self._writing() as db:
            db.execute(
                "UPDATE waiting SET tries = tries + 1, due_at = ? WHERE reference = ?", (due_at, message.reference)
            )

    def finish(self, message: Waiting, outcome: str, now: float) -> None:
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        with self._writing() as db:
            db.execute("DELETE FROM waiting WHERE reference = ?", (message.reference,))
            db.execute("INSERT INTO done VALUES (?, ?, ?)", (message.reference, day, outcome))

    def close(self) -> None:
        with self._lock:
            self._db.close()


# --- Who carries it


def carrier_of(settings: Settings, tls: ssl.SSLContext | None = None):
    """A function that hands a message over: to the server of SMTP_URL, else to the log. Raises InvalidField."""
    if not settings.smtp_url:
        return _to_log
    server = SmtpServer.of(settings.smtp_url)
    sender = parseaddr(settings.mail_from)
    if not ADDRESS.fullmatch(sender[1]) or _breaks(settings.mail_from):
        raise InvalidField("MAIL_FROM", "must be an e-mail address, or a name and <address>, when SMTP_URL is set")

    def carry(message: Waiting) -> None:
        server.hand_over(written(message, settings.mail_from), sender[1], message.recipient, tls)

    return carry


def _to_log(message: Waiting) -> None:
    """Without a mail server: for whoever tries the ledger out on his own machine."""
    log.warning("e-mail to %s (no SMTP_URL): %s\n%s", masked(message.recipient), message.subject, message.body)


def written(message: Waiting, sender: str) -> EmailMessage:
    """A message in the form of RFC 5322; sent twice it has the same Message-ID, so that it is shown once."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = message.recipient
    made["Subject"] = message.subject
    made["Date"] = format_datetime(datetime.fromtimestamp(message.queued_at, UTC))
    made["Message-ID"] = f"<{message.reference.hex()[:40]}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.body, charset="utf-8")
    return made


@dataclass(frozen=True)
class SmtpServer:
    """What SMTP_URL says."""

    host: str
    port: int
    is_tls: bool  # from the first byte
    starts_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "SmtpServer":
        """Reads smtp://user:password@host:587?starttls=1 or smtps://…; raises InvalidField, never with the password."""
        try:
            parts = urlsplit(url)
            options = parse_qs(parts.query, strict_parsing=bool(parts.query))
            is_tls, starts_tls = parts.scheme == "smtps", options.pop("starttls", ["0"]) == ["1"]
            port = parts.port or (465 if is_tls else 587 if starts_tls else 25)
            known = parts.scheme in ("smtp", "smtps") and parts.hostname and not options and parts.path in ("", "/")
        except ValueError:
            known = False
        if not known or (is_tls and starts_tls):
            raise InvalidField("SMTP_URL", "must be like smtp://user:password@host:587?starttls=1 or smtps://host:465")
        if parts.username and not (is_tls or starts_tls or parts.hostname in LOCAL):
            raise InvalidField("SMTP_URL", "sends a password in the clear; add ?starttls=1 or use smtps://")
        return cls(
            parts.hostname, port, is_tls, starts_tls, unquote(parts.username or ""), unquote(parts.password or "")
        )

    def hand_over(self, message: EmailMessage, sender: str, recipient: str, tls: ssl.SSLContext | None) -> None:
        """Raises what smtplib raises."""
        context = tls or ssl.create_default_context()
        smtp = self._connection(context)
        try:
            if self.starts_tls:
                smtp.starttls(context=context)
            if self.user:
                smtp.login(self.user, self.password)
            smtp.send_message(message, sender, [recipient])
        finally:
            with suppress(smtplib.SMTPException, OSError):  # The message is with the server, however it says goodbye.
                smtp.quit()
            smtp.close()

    def _connection(self, context: ssl.SSLContext) -> smtplib.SMTP:
        if self.is_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
