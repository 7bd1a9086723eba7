"""Every page of the site, each as somebody who may see it: returns in several states, and a browser for each role."""

import re
from dataclasses import dataclass
from functools import cached_property

import requests
from flask import Flask

from ledger_api import pages
from ledger_api.access.store import AccessStore
from ledger_api.config import Settings
from ledger_api.pages.buyer_acts import ACTS
from ledger_api.rules import access_proofs, awards
from ledger_api.rules.hashing import bytes_of, hex_of
from tests.acting import KEY_OF, inspected
from tests.e2e.bought import bought

# What is no page: files, data, and where nothing is.
NO_PAGES = {
    "static",
    "pages_certificate.download",
    "pages_codes.drop_off",
    "pages_demo.council_file",
    "pages_disputes.nothing_there",
    "pages_documents.show",
    "pages_returns.nothing_there",
    "pages_returns.open_by_number",
    "pages_bench.look_up",
    "pages_scan.list_parcels",
    "pages_scan.worker",
}
# Pages about something that only another page names: who sees that page, its path, the link on it.
LINKED = {"/scan/recent/<tracking>/<key>": ("carrier", "/scan/recent", r'href="(/scan/recent/[^"]+)"')}
STATUS = "/returns/<return_id>"
PLAYED = {"played": "demo-return", "silence": "demo-silence", "ruled": "demo-disputed"}
NOTHING = "0x" + "00" * 32
# Who is tried for a page, by what its address begins with; the first who may see it shows it.
ROLES_OF = (
    ("/orders", ("buyer",)),
    ("/inbox", ("seller",)),
    ("/bench", ("seller",)),
    ("/refunds-to-pay", ("seller",)),
    ("/terms", ("seller",)),
    ("/sales", ("seller",)),
    ("/recover/<receipt>/propose", ("seller",)),
    ("/recover/<receipt>/take", ("buyer",)),
    ("/scan", ("carrier",)),
    ("/docket", ("arbitrator",)),
    ("/operator", ("council",)),
    ("/account", ("seller",)),
    ("/returns/<return_id>/my", ("buyer",)),
    ("/returns", ("stranger", "buyer", "seller")),
    ("/", ("stranger",)),
)


@dataclass(frozen=True)
class Stop:
    """One page: a name for files, who looks at it, its path."""

    name: str
    role: str
    path: str


class Tour:
    """A server of the demo with more returns, and who can look at them."""

    def __init__(self, server):
        self.server = server
        self.asked = self._sale().open((0, 1, 3))
        self.sent = self._sale().open((1, 2, 3)).approve()
        self.sent.send()
        self.arrived = self._sale().open((0, 1, 6)).approve(inspector=0)
        self.arrived.receive(key="seller", participant=1, complete=True)
        self.due = self._sale().open((0, 1, 3)).approve(inspector=0)
        self.due.receive(key="seller", participant=1, complete=True)
        self.due.inspect(inspected(0, accepted=1), key="seller", participant=1)
        self.disputed = self._sale().open((0, 1, 3)).approve(inspector=0)
        self.disputed.receive(key="seller", participant=1, complete=True)
        self.disputed.inspect(inspected(0, accepted=1, diminished=4_000), key="seller", participant=1).pay()
        self.disputed.dispute().open(awards.awarded(0, accepted=1))
        self.fresh = self._sale()

    def _sale(self):
        return bought(self.server)[0]

    @cached_property
    def sales(self) -> list:
        return [self.asked, self.sent, self.arrived, self.due, self.disputed, self.fresh]

    @cached_property
    def keys(self) -> dict:
        """Role → keys that sign in."""
        waiting = self.server.client.get(f"/api/v1/disputes/{self.waiting}")
        judge = KEY_OF[waiting["dispute"]["arbitrator"] if "dispute" in waiting else waiting["arbitrator"]]
        return {
            "stranger": [],
            "buyer": [sale.buyer for sale in self.sales],
            "seller": [self.server.key("seller").key],
            "carrier": [self.server.key("carrier-eu").key],
            "arbitrator": [self.server.key(judge).key],
            "council": [self.server.key("council-1").key],
        }

    @property
    def waiting(self) -> str:
        """The dispute that the demo leaves to decide."""
        return (self.server.folder / "demo-waiting").read_text()

    def cookie(self, role: str) -> dict | None:
        """Of a session with the keys of a role, as a browser takes it; None for a stranger."""
        session = requests.Session()
        session.headers["Origin"] = self.server.url
        address = f"{self.server.url}/api/v1/session"
        separator = self.server.client.separator(access_proofs.DOMAIN)
        for key in self.keys[role]:
            challenge = session.post(f"{address}/challenge", json={}, timeout=30).json()["challenge"]
            digest = access_proofs.digest_to_sign_in(bytes_of(challenge), self.server.url, separator)
            body = {"actor": hex_of(key.address), "challenge": challenge, "signature": hex_of(key.sign(digest))}
            session.post(address, json=body, timeout=30).raise_for_status()
        value = session.cookies.get("session")
        return {"name": "session", "value": value, "url": self.server.url} if value else None

    # --- stops

    def stops(self) -> list[Stop]:
        """Each route once for each thing that it can be about, as the first role that may see it."""
        app = Flask(__name__)
        pages.register(app)
        found = [Stop("error-not-found", "stranger", f"/returns/{NOTHING}")]
        rules = {rule.rule: rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
        for text, rule in sorted(rules.items()):
            if rule.endpoint not in NO_PAGES:
                found += self._stops_of(app, text, rule)
        return found

    def _stops_of(self, app, text: str, rule) -> list[Stop]:
        roles = next(roles for start, roles in ROLES_OF if text.startswith(start))
        found = []
        for label, path in self._paths(app, rule):
            role = next((role for role in roles if self._sees(role, path)), None)
            if role:
                found.append(Stop(_name(text, label), role, path))
            if text == STATUS and label not in PLAYED:
                found.append(Stop(_name(text, f"{label}-as-buyer"), "buyer", path))
        return found

    def _paths(self, app, rule) -> list[tuple[str, str]]:
        """(label, path) of each thing that a route can be about."""
        if rule.rule in LINKED:
            role, page, link = LINKED[rule.rule]
            found = re.search(link, self._page(role, page))
            return [("", found[1])] if found else []
        build = app.url_map.bind("localhost").build
        return [(label, build(rule.endpoint, values)) for label, values in self._values(rule)]

    def _page(self, role: str, path: str) -> str:
        return self._get(role, path).text

    def _get(self, role: str, path: str):
        cookies = {"session": self.cookies[role]["value"]} if role != "stranger" else {}
        return requests.get(self.server.url + path, cookies=cookies, allow_redirects=False, timeout=60)

    def _sees(self, role: str, path: str) -> bool:
        answer = self._get(role, path)
        return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")

    @cached_property
    def cookies(self) -> dict:
        return {role: self.cookie(role) for role in self.keys}

    def _values(self, rule) -> list[tuple[str, dict]]:
        """What a route can be about: (label, arguments)."""
        names = rule.arguments
        if names == {"return_id", "act"}:
            return [(act, {"return_id": sale, "act": act}) for act in ACTS for sale in [self._return_for(act)] if sale]
        if names == {"return_id"}:
            labels = (
                self._returns if rule.rule in ("/returns/<return_id>", "/inbox/<return_id>") else self._first_that_shows
            )
            return [(label, {"return_id": value}) for label, value in labels(rule.rule)]
        return [("", {name: self._argument(name, rule.rule) for name in names})]

    def _returns(self, _rule: str) -> list[tuple[str, str]]:
        more = [(label, (self.server.folder / name).read_text()) for label, name in PLAYED.items()]
        own = ("asked", "sent", "arrived", "due", "disputed")
        return [(name, hex_of(getattr(self, name).rma)) for name in own] + more

    def _first_that_shows(self, rule: str) -> list[tuple[str, str]]:
        role = next(roles for start, roles in ROLES_OF if rule.startswith(start))[-1]
        for _, value in self._returns(rule):
            if self._sees(role, rule.replace("<return_id>", value)):
                return [("", value)]
        return []

    def _return_for(self, act: str) -> str | None:
        for _, value in self._returns(""):
            path = f"/returns/{value}/my/{act}"
            if self._sees("buyer", path) and "<form" in self._page("buyer", path).split("<main")[1]:
                return value
        return None

    def _argument(self, name: str, rule: str):
        entry = self.server.client.get(f"/api/v1/returns/{hex_of(self.sent.rma)}/entries")["entries"][0]
        unclaimed = requests.post(
            f"{self.server.url}/demo/buy", headers={"Origin": self.server.url}, allow_redirects=False, timeout=30
        ).headers["Location"]
        found = {
            "dispute_id": self.waiting
            if rule.startswith("/docket")
            else (self.server.folder / "demo-dispute").read_text(),
            "return_id": hex_of(self.sent.rma),
            "receipt": unclaimed.split("#")[0].rsplit("/", 1)[1] if "/claim/" in rule else hex_of(self.fresh.receipt),
            "contract": entry["contract"],
            "subject": entry["subject"],
            "position": 1,
            "number": 1,
            "series": 1,
            "slug": "refund-too-large",
            "address": hex_of(self.server.key("seller").key.address),
            "token": self._invitation,
        }
        return found[name]

    @cached_property
    def _invitation(self) -> str:
        settings = Settings(data_dir=str(self.server.folder))
        return AccessStore(settings.folder, settings.session_idle_s, settings.session_s).invite(2, "Ewa Nowak")


def _name(rule: str, label: str) -> str:
    plain = re.sub(r"<(?:\w+:)?(\w+?)(_id)?>", r"\1", rule).strip("/") or "start"
    words = [word for word in re.split(r"[/ ]+", plain) if word]
    return "-".join([*words, label] if label else words)
