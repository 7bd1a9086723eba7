"""The local authority: for whom it may vouch, what it makes anew, and https under it."""

import ipaddress
import re
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from http.client import HTTPSConnection

import pytest
import requests
import waitress
from cryptography import x509
from flask import Flask, Response, request

from ledger_api import hosts
from ledger_api.config import Settings
from ledger_api.errors import InvalidField
from ledger_api.https import https_server
from ledger_api.tls import DAY_S, LocalAuthority, permits

NOW = 1_800_000_000


@pytest.fixture
def machine(monkeypatch):
    """A machine whose name and addresses the test chooses."""
    found = {"names": ["desk", "desk.local"], "addresses": [ipaddress.ip_address("192.168.7.20")]}
    monkeypatch.setattr(hosts, "own_names", lambda: found["names"])
    monkeypatch.setattr(hosts, "own_addresses", lambda: found["addresses"])
    return found


def authority_in(folder, now=NOW, **settings) -> LocalAuthority:
    return LocalAuthority(Settings(data_dir=str(folder), **settings), lambda: now)


def names_of(authority) -> set[str]:
    shown = x509.load_pem_x509_certificate(authority.server_path.read_bytes())
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(item.value) for item in names}


def root_of(authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.authority_path.read_bytes())


# --- Certificates


@pytest.mark.parametrize("name", ["example.org", "localhost.example.org", "evil-desk", "com", "notlocal"])
def test_the_authority_may_not_vouch_for_names_elsewhere(tmp_path, machine, name):
    authority = authority_in(tmp_path)
    authority.ensure()
    assert not permits(root_of(authority), name)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "192.167.0.1", "2001:4860::1"])
def test_the_authority_may_not_vouch_for_public_addresses(tmp_path, machine, address):
    authority = authority_in(tmp_path)
    authority.ensure()
    assert not permits(root_of(authority), ipaddress.ip_address(address))


def test_the_constraints_are_critical_and_for_servers_only(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    extensions = root_of(authority).extensions
    assert extensions.get_extension_for_class(x509.NameConstraints).critical
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical and basic.value.ca and basic.value.path_length == 0
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        x509.oid.ExtendedKeyUsageOID.SERVER_AUTH
    ]


def test_only_the_owner_reads_the_keys(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    assert authority.folder.stat().st_mode & 0o777 == 0o700
    for path in authority.folder.glob("*.key"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in authority.folder.iterdir()} == {"ca.crt", "ca.key", "server.crt", "server.key"}


def test_on_loopback_the_certificate_holds_no_address_of_the_network(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    assert names_of(authority) == {"localhost", "127.0.0.1", "::1", "desk", "desk.local"}


def test_in_a_network_it_holds_the_addresses_there_and_what_the_operator_named(tmp_path, machine):
    authority = authority_in(
        tmp_path, host="0.0.0.0", allowed_hosts="returns.home.arpa", public_url="https://shop.local"
    )
    authority.ensure()
    assert names_of(authority) >= {"192.168.7.20", "returns.home.arpa", "shop.local"}
    assert authority.left_out() == []


def test_it_lasts_397_days_and_the_authority_ten_years(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    shown = x509.load_pem_x509_certificate(authority.server_path.read_bytes())
    assert (shown.not_valid_after_utc - shown.not_valid_before_utc).total_seconds() <= 397 * DAY_S
    years = (root_of(authority).not_valid_after_utc.timestamp() - NOW) / DAY_S / 365.25
    assert 9.99 < years < 10.01


def test_nothing_is_made_anew_while_it_holds(tmp_path, machine):
    assert authority_in(tmp_path).ensure()
    assert not authority_in(tmp_path, NOW + 366 * DAY_S).ensure()


def test_it_is_renewed_in_its_last_thirty_days_under_the_same_authority(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    before = authority.fingerprint()
    later = authority_in(tmp_path, NOW + 368 * DAY_S)
    assert later.ensure()
    assert later.fingerprint() == before


def test_it_is_renewed_when_the_machine_has_another_address(tmp_path, machine):
    authority = authority_in(tmp_path, host="0.0.0.0")
    authority.ensure()
    machine["addresses"] = [ipaddress.ip_address("10.1.2.3")]
    assert authority.ensure()
    assert "10.1.2.3" in names_of(authority)
    assert "192.168.7.20" not in names_of(authority)


def test_a_name_given_after_the_authority_was_made_is_left_out_and_named(tmp_path, machine):
    authority_in(tmp_path).ensure()
    authority = authority_in(tmp_path, public_url="https://returns.example.org")
    assert not authority.ensure()
    assert authority.left_out() == ["returns.example.org"]


def test_an_authority_about_to_expire_makes_way_for_another(tmp_path, machine):
    authority = authority_in(tmp_path)
    authority.ensure()
    before = authority.fingerprint()
    assert authority_in(tmp_path, NOW + 3_640 * DAY_S).ensure()
    assert authority.fingerprint() != before


@pytest.mark.parametrize("name", ["ca.crt", "ca.key", "server.crt", "server.key"])
def test_a_file_that_is_damaged_is_made_anew(tmp_path, machine, name):
    authority = authority_in(tmp_path)
    authority.ensure()
    (authority.folder / name).write_text("damaged")
    assert authority.ensure()
    assert not authority.ensure()


# --- https


def application() -> Flask:
    app = Flask("test")

    @app.get("/")
    def show():
        return f"{request.scheme} {request.headers.get('X-Forwarded-For')}"

    @app.post("/")
    def take():
        return str(len(request.get_data()))

    @app.get("/stream")
    def stream():
        def beats():
            for number in range(1_000):
                yield f"data: {number}\n\n"
                if app.config["closing"].wait(0.02):
                    return

        return Response(beats(), mimetype="text/event-stream")

    app.config["closing"] = threading.Event()
    return app


@contextmanager
def serving(folder, app=None, said=None, given=(), **settings):
    chosen = Settings(data_dir=str(folder), **{"https_port": 0, "threads": 4, **settings})
    object.__setattr__(chosen, "_given", frozenset(given))
    with https_server(chosen, app or application(), "127.0.0.1", (said if said is not None else []).append) as port:
        yield port, str(folder / "tls" / "ca.crt")


def handshake(port: int, root: str, name: str, change=lambda context: None) -> str:
    """The TLS version agreed on; raises ssl.SSLError."""
    context = ssl.create_default_context(cafile=root)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    change(context)
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        with context.wrap_socket(plain, server_hostname=name) as secure:
            return secure.version()


def at_most_tls_1_1(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_another_name_another_authority_and_old_tls_are_turned_away(tmp_path):
    with serving(tmp_path) as (port, root):
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(port, root, "example.org")
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(port, None, "localhost")
        with pytest.raises(ssl.SSLError):
            handshake(port, root, "localhost", at_most_tls_1_1)
        assert handshake(port, root, "localhost") == "TLSv1.3"


def test_a_certificate_outside_the_constraints_is_turned_away(tmp_path, monkeypatch):
    """Even one that the authority's own key signed."""
    monkeypatch.setattr("ledger_api.tls.permits", lambda authority, name: True)
    LocalAuthority(Settings(data_dir=str(tmp_path))).ensure()
    with serving(tmp_path, allowed_hosts="example.org") as (port, root):
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            handshake(port, root, "example.org")


def test_who_trusts_the_authority_reads_and_writes_over_https(tmp_path):
    with serving(tmp_path) as (port, root):
        for name in ("localhost", "127.0.0.1"):
            answer = requests.get(
                f"https://{name}:{port}/", verify=root, headers={"X_Forwarded_For": "1.2.3.4"}, timeout=5
            )
            assert answer.text == "https None"
            assert "Server" not in answer.headers
        assert requests.post(f"https://localhost:{port}/", b"x" * 500_000, verify=root, timeout=5).text == "500000"


@pytest.mark.parametrize("size", [10_001, 20_000, 20_001])
def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(tmp_path, size):
    with limited_to(10_000, tmp_path) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    ("parts", "status"), [((10_000, 1), 413), ((20_000,), 413), ((20_001,), 413), ((6_000, 4_000, 0), 200)]
)
def test_a_body_without_a_length_is_refused_where_it_passes_the_limit(tmp_path, parts, status):
    with limited_to(10_000, tmp_path) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for size in parts:
            connection.send(b"%x\r\n%b\r\n" % (size, b"x" * size))
        answer = connection.getresponse()
        assert answer.status == status
        if status == 200:
            assert answer.read() == b"10000"


def test_what_is_no_chunk_is_refused(tmp_path):
    with limited_to(10_000, tmp_path) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders(b"no number\r\n")
        assert connection.getresponse().status == 400


@contextmanager
def limited_to(size: int, folder):
    app = application()
    app.config["MAX_CONTENT_LENGTH"] = size
    with serving(folder, app, body_limit_bytes=size) as (port, root):
        connection = HTTPSConnection("localhost", port, timeout=5, context=ssl.create_default_context(cafile=root))
        yield connection
        connection.close()


def test_one_who_says_nothing_keeps_nobody_waiting(tmp_path):
    with serving(tmp_path) as (port, root), socket.create_connection(("127.0.0.1", port)):
        started = time.monotonic()
        assert requests.get(f"https://localhost:{port}/", verify=root, timeout=5).ok
        assert time.monotonic() - started < 2


def test_plain_http_on_the_port_of_https_gets_nothing(tmp_path):
    with serving(tmp_path) as (port, root):
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://localhost:{port}/", timeout=5)
        assert requests.get(f"https://localhost:{port}/", verify=root, timeout=5).ok


def test_live_streams_arrive_at_once_beside_other_requests_and_end_in_order(tmp_path):
    app = application()
    streams = []
    with serving(tmp_path, app) as (port, root):
        for _ in range(3):
            stream = requests.get(f"https://localhost:{port}/stream", verify=root, stream=True, timeout=5)
            streams.append((stream, stream.iter_lines()))
        assert all(next(lines) == b"data: 0" for _, lines in streams)
        assert requests.get(f"https://localhost:{port}/", verify=root, timeout=5).ok
        app.config["closing"].set()
        started = time.monotonic()
    assert time.monotonic() - started < 3
    for stream, lines in streams:
        assert list(lines)[-1] == b""
        stream.close()


def test_a_new_certificate_is_taken_without_a_restart(tmp_path, monkeypatch):
    monkeypatch.setattr("ledger_api.https.LOOK_AGAIN_S", 0.1)
    names = ["first"]
    monkeypatch.setattr(hosts, "own_names", lambda: names)
    with serving(tmp_path) as (port, root):
        names[:] = ["second.local"]
        end = time.monotonic() + 10
        while True:
            try:
                assert handshake(port, root, "second.local")
                break
            except ssl.SSLCertVerificationError:
                assert time.monotonic() < end


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_chosen_port_that_is_taken_is_an_error(tmp_path, taken):
    with pytest.raises(InvalidField, match=f"HTTPS_PORT: {taken} cannot be used"):
        with serving(tmp_path, https_port=taken, given={"https_port"}):
            pass


def test_the_default_port_makes_way_and_says_so(tmp_path, taken):
    said = []
    with serving(tmp_path, said=said, https_port=taken) as (port, root):
        assert said == [f"Port {taken} is taken; https is on {port}."]
        assert requests.get(f"https://localhost:{port}/", verify=root, timeout=5).ok


# --- What this machine is


def test_a_host_that_is_none_of_this_machine_is_an_error():
    for host in ("", "no such name", "\ud800"):
        with pytest.raises(InvalidField, match="HOST"):
            hosts.listening_on(Settings(host=host))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("192.168.7.20", "http://192.168.7.20:8000"),
        ("::", "http://[::1]:8000"),
        ("fd00::2", "http://[fd00::2]:8000"),
    ],
)
def test_the_address_shown_works_on_this_machine(address, url):
    assert hosts.url_of("http", address, 8000) == url


def test_own_names_and_addresses_are_such():
    assert all(re.fullmatch(r"[a-z0-9.-]+", name) for name in hosts.own_names())
    assert not any(address.is_loopback for address in hosts.own_addresses())


def test_waitress_serves_on_every_address_of_one_family():
    server = waitress.create_server(application(), host=hosts.listening_on(Settings(host="0.0.0.0")), port=0)
    assert server.effective_port
    server.close()
