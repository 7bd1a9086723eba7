"""E-mail against an SMTP server that speaks over real sockets."""

import logging
import smtplib
import socketserver
import sqlite3
import ssl
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import pytest

from ledger_api.config import Settings
from ledger_api.errors import InvalidField, QueueFull
from ledger_api.notify.mail import Mailer, SmtpServer, masked
from ledger_api.tls import LocalAuthority

TO = "maria.k@example.org"
PASSWORD = "s3cret-pass"


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand a message over."""

    timeout = 10

    def handle(self):
        server = self.server
        if server.tls and not server.starts_tls:
            self.encrypt()
        self.say("220 test")
        while line := self.rfile.readline():
            word = line.decode().strip()
            command = word.upper()
            if command.startswith("EHLO"):
                self.say(
                    "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN" if server.starts_tls else "250-test\r\n250 AUTH PLAIN"
                )
            elif command == "STARTTLS":
                self.say("220 go")
                self.encrypt()
            elif command.startswith("AUTH"):
                server.logins.append(word)
                self.say("235 welcome")
            elif command.startswith("RCPT"):
                self.say(server.answer_to_recipient)
            elif command == "DATA":
                self.take()
            elif command == "QUIT":
                self.say(server.goodbye)
                return
            else:
                self.say("250 ok")

    def say(self, text: str):
        self.wfile.write(f"{text}\r\n".encode())

    def take(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.messages.append(b"".join(lines))
        self.say("250 taken")

    def encrypt(self):
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.server.encrypted += 1

    def finish(self):
        self.connection.close()


class SmtpTestServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0, tls=None, starts_tls=False):
        super().__init__(("127.0.0.1", port), Session)
        self.tls, self.starts_tls = tls, starts_tls
        self.messages, self.logins, self.encrypted = [], [], 0
        self.answer_to_recipient, self.goodbye = "250 ok", "221 bye"

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that does not trust the certificate goes away."""


@contextmanager
def smtp_server(**options):
    with SmtpTestServer(**options) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def mailer(folder, url, tls=None, clock=time.time, **settings):
    made = Mailer(
        Settings(data_dir=str(folder), smtp_url=url, mail_from="Return Ledger <ledger@example.net>", **settings),
        tls,
        clock,
    )
    try:
        yield made
    finally:
        made.stop()


def url_of(server) -> str:
    return f"smtp://127.0.0.1:{server.port}"


def contexts(folder) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server on localhost, and of a client that trusts its authority."""
    authority = LocalAuthority(Settings(data_dir=str(folder)))
    authority.ensure()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(authority.server_path, authority.server_key_path)
    return serving, ssl.create_default_context(cafile=authority.authority_path)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maria",
        "maria@",
        "@example.org",
        f"{TO}\nBcc: x@example.org",
        f"{TO}\r",
        "a b@example.org",
        f"a,{TO}",
        "<a@b>",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(tmp_path, address):
    with mailer(tmp_path, "smtp://127.0.0.1:1") as mail, pytest.raises(InvalidField) as error:
        mail.send(address, "A subject", "text", "r")
    assert "example.org" not in str(error.value)


@pytest.mark.parametrize("subject", ["", "  ", "a\nBcc: x@example.org", "a\rb", "a\0b", "a\u2028b", "x" * 201])
def test_a_subject_of_two_lines_is_refused(tmp_path, subject):
    with mailer(tmp_path, "smtp://127.0.0.1:1") as mail, pytest.raises(InvalidField):
        mail.send(TO, subject, "text", "r")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "smtp://",
        "smtp://host:none",
        "smtp://host:25?tls=1",
        "smtp://host/path",
        "smtps://host?starttls=1",
        f"smtp://me:{PASSWORD}@mail.example.org",
        f"smtp://me:{PASSWORD}@host:none",
    ],
)
def test_an_address_of_a_mail_server_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(InvalidField) as error:
        SmtpServer.of(url)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize("sender", ["", "Return Ledger", "a@b\nBcc: c@d"])
def test_a_mail_server_needs_a_sender(tmp_path, sender):
    with pytest.raises(InvalidField, match="MAIL_FROM"):
        Mailer(Settings(data_dir=str(tmp_path), smtp_url="smtp://127.0.0.1", mail_from=sender))


def test_settings_show_no_password():
    settings = Settings(smtp_url=f"smtps://me:{PASSWORD}@host")
    assert PASSWORD not in repr(settings)
    assert PASSWORD not in repr(SmtpServer.of(settings.smtp_url))


def test_more_than_the_limit_do_not_wait(tmp_path):
    with mailer(tmp_path, "smtp://127.0.0.1:1", mail_limit=1) as mail:
        mail.send(TO, "First", "text", "1")
        with pytest.raises(QueueFull):
            mail.send(TO, "Second", "text", "2")


def test_a_recipient_that_the_server_refuses_is_not_tried_again_and_not_kept(tmp_path, caplog):
    with smtp_server() as server, mailer(tmp_path, url_of(server)) as mail:
        server.answer_to_recipient = f"550 no {TO} here"
        mail.send(TO, "A subject", "text", "r")
        assert (mail.turn(), mail.waiting) == (0, 0)
        assert not mail.send(TO, "A subject", "text", "r")
    assert "m…@example.org is refused: the server answers 550" in caplog.text
    assert TO not in caplog.text


def test_a_recipient_that_the_server_defers_waits(tmp_path):
    with smtp_server() as server, mailer(tmp_path, url_of(server)) as mail:
        server.answer_to_recipient = "451 later"
        mail.send(TO, "A subject", "text", "r")
        assert (mail.turn(), mail.waiting) == (0, 1)


def test_an_unknown_authority_gets_no_message(tmp_path):
    serving, _ = contexts(tmp_path / "ca")
    with smtp_server(tls=serving) as server:
        with mailer(tmp_path, f"smtps://localhost:{server.port}", ssl.create_default_context()) as mail:
            mail.send(TO, "A subject", "text", "r")
            assert (mail.turn(), mail.waiting, server.messages) == (0, 1, [])


def test_a_server_that_speaks_no_tls_gets_no_password(tmp_path):
    with smtp_server() as server:
        with mailer(tmp_path, f"smtp://me:{PASSWORD}@127.0.0.1:{server.port}?starttls=1") as mail:
            mail.send(TO, "A subject", "text", "r")
            assert (mail.turn(), server.logins, server.messages) == (0, [], [])


def test_what_nobody_takes_is_given_up_and_forgotten(tmp_path, caplog):
    now = [1_800_000_000.0]
    with mailer(tmp_path, "smtp://127.0.0.1:1", clock=lambda: now[0], mail_keep_s=3_600) as mail:
        mail.send(TO, "A subject", "text", "r")
        mail.turn()
        now[0] += 3_600
        mail.turn()
        assert mail.waiting == 0
    assert "given up after 2 tries" in caplog.text
    assert TO not in caplog.text


def test_tries_are_further_and_further_apart(tmp_path, monkeypatch):
    now, tried = [1_800_000_000.0], []
    monkeypatch.setattr(smtplib, "SMTP", lambda *_, **__: tried.append(now[0]) or (_ for _ in ()).throw(OSError()))
    with mailer(tmp_path, "smtp://127.0.0.1:1", clock=lambda: now[0]) as mail:
        mail.send(TO, "A subject", "text", "r")
        for _ in range(100):
            mail.turn()
            now[0] += 1
    assert [moment - tried[0] for moment in tried] == [0, 5, 15, 35, 75]


def test_a_message_arrives_as_it_was_written(tmp_path):
    with smtp_server() as server, mailer(tmp_path, url_of(server)) as mail:
        assert mail.send(
            "maria.k@münchen.example", "Zwrot: 124,50\u00a0€ – płaszcz", "Zażółć\n.\nEnd: " + "x" * 1200, "r"
        )
        assert (mail.turn(), mail.waiting) == (1, 0)
    shown = message_from_bytes(server.messages[0], policy=default)
    assert shown["To"] == "maria.k@xn--mnchen-3ya.example"
    assert shown["From"] == "Return Ledger <ledger@example.net>"
    assert shown["Subject"] == "Zwrot: 124,50\u00a0€ – płaszcz"
    assert shown["Auto-Submitted"] == "auto-generated"
    assert shown["Message-ID"].endswith("@example.net>")
    assert abs(shown["Date"].datetime.timestamp() - time.time()) < 60
    assert shown.get_content_type() == "text/plain"
    assert shown.get_content_charset() == "utf-8"
    assert all(len(line) <= 998 for line in server.messages[0].split(b"\r\n"))


def test_a_reference_has_one_message_also_after_it_was_sent_and_after_a_restart(tmp_path):
    with smtp_server() as server:
        with mailer(tmp_path, url_of(server)) as mail:
            assert mail.send(TO, "A subject", "text", "r")
            assert not mail.send(TO, "A subject", "text", "r")
            mail.turn()
            assert not mail.send(TO, "A subject", "text", "r")
        with mailer(tmp_path, url_of(server)) as mail:
            assert not mail.send(TO, "A subject", "text", "r")
            mail.turn()
        assert len(server.messages) == 1


def test_a_server_that_says_goodbye_badly_has_the_message_all_the_same(tmp_path):
    with smtp_server() as server, mailer(tmp_path, url_of(server)) as mail:
        server.goodbye = "421 too busy"
        mail.send(TO, "A subject", "text", "r")
        assert (mail.turn(), mail.waiting) == (1, 0)


def test_an_address_is_not_in_the_file_once_its_message_is_sent(tmp_path):
    with smtp_server() as server, mailer(tmp_path, url_of(server)) as mail:
        mail.send(TO, "A subject", "text", "return 7 to " + TO)
        path = tmp_path / "mail.sqlite"
        assert TO.encode() in path.read_bytes()
        mail.turn()
        assert all(TO.encode() not in file.read_bytes() for file in tmp_path.glob("mail.sqlite*"))
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as db:
        assert [row[1:] for row in db.execute("SELECT * FROM done")] == [
            (time.strftime("%Y-%m-%d", time.gmtime()), "sent")
        ]
    db.close()


def test_what_waits_goes_out_when_the_server_comes_back_also_after_a_restart(tmp_path, monkeypatch):
    monkeypatch.setattr("ledger_api.notify.mail.FIRST_PAUSE_S", 0.05)
    with smtp_server() as server:
        port = server.port
    with mailer(tmp_path, f"smtp://127.0.0.1:{port}") as mail:
        mail.start()
        mail.send(TO, "A subject", "text", "r")
        time.sleep(0.1)
        assert mail.waiting == 1
    with smtp_server(port=port) as server, mailer(tmp_path, f"smtp://127.0.0.1:{port}") as mail:
        mail.start()
        until(lambda: mail.waiting == 0)
        assert len(server.messages) == 1


@pytest.mark.parametrize("starts_tls", [False, True])
def test_message_and_password_go_over_tls(tmp_path, caplog, starts_tls):
    caplog.set_level(logging.DEBUG)
    serving, trusting = contexts(tmp_path / "ca")
    with smtp_server(tls=serving, starts_tls=starts_tls) as server:
        url = f"{'smtp' if starts_tls else 'smtps'}://me:{PASSWORD}@localhost:{server.port}?starttls={int(starts_tls)}"
        with mailer(tmp_path, url, trusting) as mail:
            mail.send(TO, "A subject", "text", "r")
            assert mail.turn() == 1
        assert (server.encrypted, len(server.logins), len(server.messages)) == (1, 1, 1)
    assert PASSWORD not in caplog.text


def test_sending_does_not_wait_for_the_server(tmp_path):
    with mailer(tmp_path, "smtp://192.0.2.250:25") as mail:
        mail.start()
        started = time.monotonic()
        mail.send(TO, "A subject", "text", "r")
        assert time.monotonic() - started < 1


def test_without_a_mail_server_a_message_is_in_the_log(tmp_path, caplog):
    mail = Mailer(Settings(data_dir=str(tmp_path)))
    mail.send(TO, "A subject", "Open https://example.net/x", "r")
    assert mail.turn() == 1
    mail.stop()
    assert "e-mail to m…@example.org (no SMTP_URL): A subject\nOpen https://example.net/x" in caplog.text
    assert TO not in caplog.text
    assert masked("x@y") == "x…@y"


def until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
