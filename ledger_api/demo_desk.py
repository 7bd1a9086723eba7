"""What lets a visitor of the demo act himself: somebody sells to him, and the council admits his key at once."""

import logging
import secrets
import threading
import time

from ledger_api import recovery
from ledger_api.assembly import Ledger
from ledger_api.client import Client
from ledger_api.demo import COUNCIL, signed_receipt, sold
from ledger_api.directory import Directory
from ledger_api.documents.sales import Article, Contact, Particulars, Sale
from ledger_api.errors import LedgerError
from ledger_api.keys import KeyFolder
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of, keccak
from ledger_api.rules.requests import to_json
from ledger_api.rules.signatures import P256Key

log = logging.getLogger(__name__)

INTERVAL_S = 1
SELLER = 1
COUNCIL_FILE = "demo-council-member.json"
PASSPHRASE = "a council of the demo"
CATALOGUE = (
    (sold(1, 10_439, 2_401), Article("Winter coat “Tatra”, size M, green", "NO-COAT-TATRA-M", 1_350, "CN", "620140")),
    (sold(2, 3_090, 710), Article("Wool hat, grey", "NO-HAT-GREY", 90, "CN", "650500")),
    (sold(1, 4_065, 935), Article("Hiking socks, three pairs", "NO-SOCKS-3", 210, "PL", "611595")),
)
BUYER = Contact(
    name="Zofia Wiśniewska",
    email="zofia@example.org",
    phone="+48 600 100 200",
    street="ul. Nowy Świat 12/4",
    postcode="00-497",
    city="Warszawa",
    country="PL",
)

RETURN_ADDRESS = Contact(
    name="Returns desk",
    company="Nanshan Outdoor Ltd.",
    email="returns@nanshan.example",
    phone="+86 755 1234 5678",
    street="88 Keyuan Road",
    postcode="518057",
    city="Shenzhen",
    region="Guangdong",
    country="CN",
)
EXPORT_DECLARATION = "26CN530400A0012345"


class DemoDesk:
    """The demo's seller and council, on their server."""

    passphrase = PASSPHRASE

    def __init__(self, ledger: Ledger, url: str):
        folder = ledger.settings.folder
        self._ledger, self._client = ledger, Client(url)
        self._keys, self._directory = KeyFolder(folder), Directory(folder / "directory.json")
        self._folder = folder
        if ledger.return_addresses.get(SELLER) is None:
            ledger.return_addresses.keep(SELLER, RETURN_ADDRESS)

    def sell(self, language: str) -> tuple[str, str]:
        """A purchase of today: receipt as 0x-hex, and the secret of its claim link as 64 hex digits."""
        claim_key, number = P256Key(), f"NO-{secrets.randbelow(900_000) + 100_000}"
        salt = secrets.token_bytes(32)
        lines, articles = zip(*CATALOGUE, strict=True)
        digest, signed = signed_receipt(
            claim_key,
            self._keys.load("seller").key,
            self._client.separator("ReturnLedger"),
            series=1,
            soldAt=int(time.time()),
            order=keccak(salt + number.encode()),
            lines=list(lines),
        )
        particulars = Particulars(
            order=number,
            articles=articles,
            buyer=BUYER,
            language=language,
            export_declaration=EXPORT_DECLARATION,
        )
        sale = Sale(digest, SELLER, claim_key.address, to_json(signed), particulars, hex_of(salt))
        self._ledger.sales.keep(sale)
        return hex_of(digest), claim_key.secret.hex()

    def invite(self, participant: int, name: str) -> str:
        """The token of an invitation."""
        return self._ledger.access.invite(participant, name)

    def council_file(self) -> bytes:
        """A recovery file with the key of one member of the demo's council; its passphrase is shown with it."""
        path = self._folder / COUNCIL_FILE
        if not path.exists():
            recovery.save(path, self._keys.load(COUNCIL[0]).key, PASSPHRASE)
        return path.read_bytes()

    def run(self, stop: threading.Event) -> None:
        """Admits whoever waits, and signs what another member of the council proposed, until `stop` is set."""
        while not stop.wait(INTERVAL_S):
            try:
                self._admit()
                self._sign()
            except LedgerError as error:
                log.warning("the demo's council waits: %s", error.detail)
            except Exception:
                log.exception("the demo's council waits")  # and goes on: a visitor waits for it

    def _admit(self) -> None:
        with self._ledger.queries.view() as look:
            known = set(look.registry.keys)
        council = [self._keys.load(name).key for name in COUNCIL[:2]]
        for invitation in self._ledger.access.invitations():
            if invitation.actor and invitation.actor not in known:
                key = {"participant": invitation.participant, "key": invitation.actor, "inCustody": False}
                self._client.act("participants", "addKey", key, *council)

    def _sign(self) -> None:
        """The second signature under what a visitor proposed as the first member."""
        for number, body, _, sent_as in self._ledger.access.proposals():
            if sent_as is None and len(body["authorisations"]) == 1:
                sign_as(self._ledger, number, body, self._keys.load(COUNCIL[1]).key)


def sign_as(ledger: Ledger, number: int, body: dict, key) -> None:
    """Adds a member's signature to an act of the council; the act goes to the relay once enough have signed."""
    digest = rules.from_json(body).digest(ledger.deployment.separator(body["contract"]))
    given = body["authorisations"][0]
    authorisation = {**given, "actor": hex_of(key.address), "signature": hex_of(key.sign(digest))}
    complete = ledger.access.add_authorisation(number, authorisation)
    status = ledger.intake.accept({"id": secrets.token_hex(16), **complete})
    ledger.access.mark_sent(number, status["id"])
