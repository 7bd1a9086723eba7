"""What every answer carries, and from whom a request is taken."""

import dataclasses
import re

import pytest
from flask import request

from ledger_api import create_app
from ledger_api.errors import InvalidField
from ledger_api.headers import FOR_EVER, HEADERS, POLICY
from ledger_api.index.queries import Queries

ZERO = "0x" + "00" * 32
EXAMPLE = {
    "position": 1,
    "number": 1,
    "series": 1,
    "filename": "ledger.css",
    "contract": "ReturnLedger",
    "slug": "not-found",
}


def app_of(world, **settings):
    return create_app(dataclasses.replace(world.ledger, settings=dataclasses.replace(world.settings, **settings)))


def client_of(world, **settings):
    return app_of(world, **settings).test_client()


def fetched(http, address):
    """A static file, whose file is closed again."""
    with http.get(address) as response:
        response.get_data()
        return response


def check(response, caching="no-store"):
    for name, value in {**HEADERS, "Cache-Control": caching}.items():
        assert response.headers.getlist(name) == [value], name
    assert "Server" not in response.headers


# --- Who is refused


@pytest.mark.parametrize(
    "host",
    ["example.org", "example.org:8000", "localhost.example.org", "192.168.7.20", "8.8.8.8", "[fd00::2]:8000", "::1x"],
)
def test_on_loopback_no_other_host_may_be_named(world, host):
    for address in ("/", "/api/v1/chain"):
        response = world.http.get(address, headers={"Host": host})
        assert response.status_code == 400
        check(response)
    assert response.get_json()["type"] == "/errors/unknown-host"


def test_in_a_network_no_other_name_may_be_named(world):
    assert client_of(world, host="0.0.0.0").get("/", headers={"Host": "example.org"}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_this_machine_may_be_named(world, host):
    assert world.http.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"host": "0.0.0.0"}, "192.168.7.20:8000"),
        ({"host": "0.0.0.0"}, "[fd00::2]:8000"),
        ({"allowed_hosts": "a.example, b.example"}, "b.example:8443"),
        ({"allowed_hosts": "*"}, "anything.example"),
        ({"public_url": "https://returns.example.org"}, "returns.example.org"),
    ],
)
def test_the_operator_lets_more_hosts_be_named(world, settings, host):
    assert client_of(world, **settings).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "url", ["returns.example.org", "ftp://x.example", "https://", "https://x.example/path", "https://["]
)
def test_a_public_address_that_is_none_is_an_error(world, url):
    with pytest.raises(InvalidField, match="PUBLIC_URL"):
        app_of(world, public_url=url)


# --- A proxy

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "returns.example.org", "X-Forwarded-For": "203.0.113.9"}
BEHIND = {"public_url": "https://returns.example.org", "trusted_proxy": "127.0.0.1, fd00::5"}


def test_a_proxy_that_is_no_address_is_an_error(world):
    with pytest.raises(InvalidField, match="TRUSTED_PROXY"):
        app_of(world, trusted_proxy="proxy.example")


@pytest.mark.parametrize(
    ("sender", "believed"), [("127.0.0.1", True), ("::ffff:127.0.0.1", True), ("fd00::5", True), ("10.0.0.1", False)]
)
def test_only_the_named_proxy_is_believed(world, sender, believed):
    app = app_of(world, **BEHIND)
    app.add_url_rule("/seen", view_func=seen)
    response = app.test_client().get("/seen", headers=FORWARDED, environ_base={"REMOTE_ADDR": sender})
    expected = ["https", "returns.example.org", "203.0.113.9"] if believed else ["http", "localhost", sender]
    assert response.get_json() == expected


def seen() -> list:
    return [request.scheme, request.host, request.remote_addr]


def test_nobody_is_believed_where_no_proxy_is_named(world):
    response = client_of(world, public_url="https://returns.example.org").get("/", headers=FORWARDED)
    assert "Strict-Transport-Security" not in response.headers


def test_https_only_is_asked_for_under_a_public_https_address_and_over_https(world):
    name = "Strict-Transport-Security"
    assert client_of(world, **BEHIND).get("/", headers=FORWARDED).headers[name] == "max-age=31536000"
    public = client_of(world, **BEHIND)
    assert name not in public.get("/").headers
    assert name not in public.get("/", base_url="https://localhost").headers
    assert name not in world.http.get("/", base_url="https://localhost").headers


def test_links_lead_to_the_public_address(world, rma):
    page = (
        client_of(world, public_url="https://returns.example.org").get(f"/returns/0x{rma.hex()}").get_data(as_text=True)
    )
    assert "https://returns.example.org" in page


# --- Headers


def routes(app) -> list[tuple[str, str]]:
    """A method and an address for each route."""
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: EXAMPLE.get(name, ZERO) for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, values, append_unknown=False)
        found += [(method, address) for method in rule.methods]
    return found


def test_every_route_answers_with_them(world):
    for method, address in routes(world.app):
        response = world.http.open(address, method=method, buffered=False)
        check(response, "no-cache" if address.startswith("/static/") else "no-store")
        response.close()


def test_no_page_without_an_answer_forgets_them(world):
    check(world.http.get("/nothing/here"))
    check(world.http.get("/static/nothing.css"))
    check(world.http.delete("/"))
    check(world.http.post("/api/v1/requests"))
    check(world.http.post("/api/v1/returns", data=b"x" * (world.settings.body_limit_bytes + 1)))
    assert world.http.post("/api/v1/returns", data=b"x" * (world.settings.body_limit_bytes + 1)).status_code == 413


@pytest.mark.parametrize("address", ["/", "/api/v1/returns"])
def test_a_bug_does_not_forget_them(world, monkeypatch, address):
    monkeypatch.setattr(Queries, "view", lambda self: 1 / 0)
    response = world.http.get(address)
    assert response.status_code == 500
    check(response)


def test_the_policy_lets_nothing_in_from_elsewhere():
    for directive in POLICY:
        sources = directive.split()[1:]
        assert set(sources) <= {"'none'", "'self'", "blob:"}, directive
    assert "default-src 'none'" in POLICY


def test_the_camera_is_for_this_site_and_the_rest_for_nobody():
    features = HEADERS["Permissions-Policy"].split(", ")
    assert features[0] == "camera=(self)"
    assert all(re.fullmatch(r"[a-z-]+=\(\)", item) for item in features[1:])


# --- Static files


def test_the_address_of_a_static_file_changes_with_its_content(world, tmp_path):
    (tmp_path / "a.css").write_text("a{}")
    app = app_of(world)
    app.static_folder = str(tmp_path)
    with app.test_request_context():
        first = app.url_for("static", filename="a.css")
        (tmp_path / "a.css").write_text("b{}b{}")
        second = app.url_for("static", filename="a.css")
        assert app.url_for("static", filename="missing.css") == "/static/missing.css"
    assert first != second
    http = app.test_client()
    assert fetched(http, second).headers["Cache-Control"] == FOR_EVER
    assert fetched(http, first).headers["Cache-Control"] == "no-cache"


def test_a_page_names_static_files_by_their_content_and_a_browser_asks_once(world):
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', world.http.get("/").get_data(as_text=True))
    assert addresses
    for address in addresses:
        response = fetched(world.http, address)
        assert response.status_code == 200
        check(response, FOR_EVER)


def test_a_part_of_a_module_is_named_by_its_content_already(world):
    found = re.search(r'"\./(part-[A-Z0-9]{8}\.js)"', fetched(world.http, "/static/js/check.js").get_data(as_text=True))
    assert fetched(world.http, f"/static/js/{found[1]}").headers["Cache-Control"] == FOR_EVER
    assert fetched(world.http, "/static/js/check.js").headers["Cache-Control"] == "no-cache"


def test_a_server_without_a_certificate_of_its_own_has_none_to_give(world):
    assert world.http.get("/ca.crt").status_code == 404


def test_the_certificate_to_install_is_handed_out(world):
    from ledger_api.tls import LocalAuthority

    authority = LocalAuthority(world.settings)
    authority.ensure()
    response = world.http.get("/ca.crt")
    assert response.mimetype == "application/x-x509-ca-cert"
    assert response.data == authority.authority_path.read_bytes()
