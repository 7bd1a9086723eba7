"""Every route × everybody: who is let in, as docs/access.md shows it; and what must hold whatever stands there.

UPDATE=1 .venv/bin/pytest tests/api/test_routes_by_role.py   writes the table anew
"""

import os
from pathlib import Path

import pytest
from werkzeug.routing import IntegerConverter

from ledger_api.access import gate
from ledger_api.access.routes import BY_SIGNATURE, RULES, SIGNED
from ledger_api.errors import LedgerError
from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.registry_state import SELLER
from ledger_api.rules.signatures import P256Key
from tests.acting import KEY_OF, Sale, inspected

PAGE = Path(__file__).parent.parent.parent / "docs" / "access.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
BY_SIGNATURE_WORDS = """\
By signature: what is posted, or the `Authorization` header, says who asks, and route or contract check it.

"""
ORIGIN = {"Origin": "http://localhost"}
OTHER_SELLER, OTHER_CARRIER = 21, 3
FREE = {"filename": "ledger.css", "contract": "ReturnLedger", "slug": "not-found"}
PERSONAL = ("stranger", "another buyer", "another seller")  # who may read no document, message or sale of this return


@pytest.fixture(scope="module")
def scene(world):
    """A return with a dispute that an arbitrator has, and all who could ask about it."""
    _admit_another_seller(world)
    sale: Sale = world.sale().open().approve()
    sale.send()
    sale.receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))
    dispute = sale.dispute().open(awards.awarded(0, accepted=1)).answer().escalate()
    judge = dispute.state["arbitrator"]
    idle = next(n for n in range(5, 11) if n != judge)
    keys = {
        "stranger": None,
        "buyer": sale.buyer,
        "another buyer": world.sale().open().buyer,
        "seller": world.key("seller"),
        "another seller": world.other_seller,
        "inspector": world.key("inspector"),
        "carrier": world.key("carrier-eu"),
        "another carrier": world.key("carrier-cn"),
        "arbitrator": world.key(KEY_OF[judge]),
        "another arbitrator": world.key(KEY_OF[idle]),
        "council": world.key("council-1"),
    }
    values = {"return_id": hex_of(sale.rma), "dispute_id": hex_of(dispute.dispute_id), "receipt": hex_of(sale.receipt)}
    tokens = {who: key and world.ledger.access.start_session((key.address,)) for who, key in keys.items()}
    machine = world.ledger.access.make_api_key("shop", 1, ("sales",))
    return world.app, values, tokens, machine


def _admit_another_seller(world) -> None:
    world.other_seller = P256Key()
    council = [world.key("council-1"), world.key("council-2")]
    admitted = {"participant": OTHER_SELLER, "roles": SELLER, "directory": bytes(32)}
    world.client.act("participants", "admitParticipant", admitted, *council)
    key = {"participant": OTHER_SELLER, "key": world.other_seller.address, "inCustody": False}
    world.client.act("participants", "addKey", key, *council)


def routes(app) -> list[tuple[str, str, str]]:
    """(method, rule, endpoint) of everything that can be asked for."""
    return sorted(
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )


def address(app, rule: str, endpoint: str, values: dict) -> str:
    """Of a route, about this return where it is about one."""
    found = next(item for item in app.url_map.iter_rules() if item.rule == rule and item.endpoint == endpoint)
    numbers = {name for name, kind in found._converters.items() if isinstance(kind, IntegerConverter)}
    other = {name: 1 if name in numbers else FREE.get(name, hex_of(bytes(32))) for name in found.arguments}
    given = {name: values.get(name, other[name]) for name in found.arguments}
    return app.url_map.bind("localhost").build(endpoint, given, append_unknown=False)


def is_let_in(app, method: str, path: str, token: str | None, machine: str | None = None) -> bool:
    """Whether the gate lets such a request through to its route."""
    headers = dict(ORIGIN)
    if token:
        headers["Cookie"] = f"{gate.COOKIE}={token}"
    if machine:
        headers["Authorization"] = f"Bearer {machine}"
    with app.test_request_context(path, method=method, headers=headers):
        try:
            return gate.admit() is None
        except LedgerError:
            return False


def table(scene) -> dict[tuple[str, str, str], dict[str, bool]]:
    """Route → who → whether he is let in."""
    app, values, tokens, machine = scene
    found = {}
    for method, rule, endpoint in routes(app):
        path = address(app, rule, endpoint, values)
        asked = {who: is_let_in(app, method, path, token) for who, token in tokens.items()}
        found[method, rule, endpoint] = {**asked, "machine": is_let_in(app, method, path, None, machine)}
    return found


def rendered(found: dict) -> str:
    """As Markdown, those that are for all in a list of their own."""
    people = list(next(iter(found.values())))
    lines = [f"| route | {' | '.join(people)} |", f"|---|{'---|' * len(people)}"]
    for (method, rule, _), asked in found.items():
        if not all(asked.values()):
            marks = (" ✓ " if asked[who] else "   " for who in people)
            lines.append(f"| {method} `{rule}` |{'|'.join(marks)}|")
    signed = [(method, rule) for (method, rule, endpoint), asked in found.items() if endpoint in SIGNED]
    open_ = [
        (m, rule) for (m, rule, endpoint), asked in found.items() if all(asked.values()) and endpoint not in SIGNED
    ]
    text = "\n".join(lines) + "\n\n"
    text += BY_SIGNATURE_WORDS
    text += "".join(f"- {method} `{rule}`\n" for method, rule in signed)
    text += "\nFor all:\n\n" + "".join(f"- {method} `{rule}`\n" for method, rule in open_)
    return text


@pytest.fixture(scope="module")
def found(scene):
    return table(scene)


def test_the_page_shows_who_is_let_in(found):
    before, _, rest = PAGE.read_text().partition(BEGIN)
    shown, _, after = rest.partition(END)
    if os.environ.get("UPDATE"):
        PAGE.write_text(before + BEGIN + rendered(found) + END + after)
    else:
        assert shown == rendered(found), "run it with UPDATE=1, and read what changed"


def test_every_route_has_its_rule_and_every_rule_its_route(scene):
    app = scene[0]
    assert {endpoint for _, _, endpoint in routes(app)} == set(RULES)


def test_what_is_by_signature_lets_the_gate_out_of_it():
    assert [endpoint for endpoint in SIGNED if RULES[endpoint] != BY_SIGNATURE] == []


@pytest.mark.parametrize("part", ["documents", "/orders/<", "/inbox/<", "/docket/<", "/bench/<", "/my/"])
def test_what_is_personal_is_for_nobody_else(found, part):
    for (_, rule, endpoint), asked in found.items():
        if part in rule and not rule.startswith("/api/"):
            assert [who for who in PERSONAL if asked[who]] == [], rule
            assert endpoint not in SIGNED


def test_a_stranger_and_a_machine_are_let_in_nowhere_but_where_all_are(found):
    for (_, rule, _), asked in found.items():
        if asked["stranger"]:
            assert all(asked.values()), rule
        elif asked["machine"]:
            assert rule == "/api/v1/sales"


def test_a_route_that_stands_nowhere_is_for_nobody(scene, monkeypatch):
    app, _, tokens, _ = scene
    monkeypatch.delitem(RULES, "pages_start.start")
    assert [who for who, token in tokens.items() if is_let_in(app, "GET", "/", token)] == []


def test_a_key_that_ended_is_a_strangers(world, scene):
    app, values, _, _ = scene
    key = P256Key()
    council = [world.key("council-1"), world.key("council-2")]
    added = {"participant": OTHER_CARRIER, "key": key.address, "inCustody": False}
    world.client.act("participants", "addKey", added, *council)
    token = world.ledger.access.start_session((key.address,))
    assert is_let_in(app, "GET", "/scan", token)
    world.client.act("participants", "endKey", {"key": key.address}, *council)
    assert not is_let_in(app, "GET", "/scan", token)


def test_before_escalation_no_arbitrator_reads_anything(world):
    sale = world.sale().open().approve().receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))
    sale.dispute().open(awards.awarded(0, accepted=1)).answer()
    path = f"/returns/{hex_of(sale.rma)}/documents"
    for number in range(5, 11):
        token = world.ledger.access.start_session((world.key(KEY_OF[number]).address,))
        assert not is_let_in(world.app, "GET", path, token)
