"""One cross-border return, from Warsaw to Shenzhen, played through the public HTTP API with real signatures."""

import secrets
import time
from dataclasses import dataclass

from ledger_api.client import Client
from ledger_api.directory import Directory
from ledger_api.keys import KeyFolder
from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.requests import receipt_digest
from ledger_api.rules.signatures import P256Key, Secp256k1Key
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ParcelPurpose, Resolution, ReturnKind, ZoneSource

DAY_S = 86_400
COUNCIL = ("council-1", "council-2", "council-3")
MEMBERS = (  # number, key, name, roles
    (1, "seller", "Nanshan Outdoor", 1),
    (2, "carrier-eu", "Wisła Parcel", 2),
    (3, "carrier-cn", "Pearl River Express", 2),
    (4, "inspector", "Bao'an Returns Centre", 4),
    (5, "arbitrator-5", "Vistula Arbitration Chamber", 16),
    (6, "arbitrator-6", "Shenzhen Trade Arbitration House", 16),
    (7, "arbitrator-7", "Baltic Consumer Mediation Board", 16),
    (8, "arbitrator-8", "Lingnan Commercial Arbitrators", 16),
    (9, "arbitrator-9", "Danube Returns Tribunal", 16),
    (10, "arbitrator-10", "Mazovian Chamber of Settlement", 16),
)
TERMS = {
    "window_s": 30 * DAY_S,
    "answer_s": 3 * DAY_S,
    "send_s": 14 * DAY_S,
    "transit_s": 30 * DAY_S,
    "inspect_s": 7 * DAY_S,
    "pay_s": 14 * DAY_S,
    "confirm_s": 10 * DAY_S,
    "grace_s": 8 * DAY_S,
    "supply_s": 7 * DAY_S,
    "reopen_s": 14 * DAY_S,
    "recovery_s": 7 * DAY_S,
    "withdrawal_s": 14 * DAY_S,
    "uninformed_s": 365 * DAY_S,
    "resolutions": 0b11110,  # refund, replacement, store credit, repair
    "choices": 0,
    "currency": b"EUR",
    "fees": {
        "restockingChangeOfMindBasisPoints": 0,
        "restockingSellerFaultBasisPoints": 0,
        "restockingCarrierFaultBasisPoints": 0,
        "returnShippingChangeOfMindMinor": 390,
        "returnShippingSellerFaultMinor": 0,
        "returnShippingCarrierFaultMinor": 0,
        "refundsDelivery": False,
    },
}
DISPUTES = {
    "dispute_s": 10 * DAY_S,
    "respond_s": 5 * DAY_S,
    "inquiry_s": 7 * DAY_S,
    "evidence_s": 7 * DAY_S,
    "rule_s": 7 * DAY_S,
    "appeal_s": 5 * DAY_S,
    "costMinor": 2_500,
    "buyerByDefault": True,
    "arbitrator": bytes(20),
}
SHORT_SERIES = 2
SHORT_TERMS = {**TERMS, "answer_s": 60, "grace_s": 0}
# Of the return that is disputed in the demo only: what takes days has to be played in seconds.
DISPUTED_SERIES = 3
DISPUTED_TERMS = {**TERMS, "grace_s": 0}
QUICK_DISPUTES = {**DISPUTES, "evidence_s": 2, "appeal_s": 2}
SCRATCHED, OFFERED, RULED = 1, 6_000, 8_500  # line of the receipt; basis points of its value
METHODS = [{"country": b"DE", "methods": 0b100101}, {"country": b"PL", "methods": 0b101101}]


def sold(quantity: int, net_minor: int, tax_minor: int, discount_minor: int = 0, final_sale: bool = False) -> dict:
    """One line of a receipt: totals for all its pieces."""
    return {
        "quantity": quantity,
        "netMinor": net_minor,
        "discountMinor": discount_minor,
        "taxMinor": tax_minor,
        "dutyMinor": 0,
        "finalSale": final_sale,
    }


def signed_receipt(claim_key, seller_key, separator: bytes, **fields) -> tuple[bytes, dict]:
    """Digest and signed form of a receipt in euro, of participant 1 under the first version of its first terms.

    `seller_key` signs in the return ledger's domain; `fields` replaces, or adds `soldAt`, `order` and `lines`.
    """
    receipt = {
        "seller": 1,
        "series": 1,
        "policyVersion": 1,
        "currency": b"EUR",
        "deliveryMinor": 490,
        "consumer": True,
        "informed": True,
        "claimKey": claim_key.address,
    } | fields
    digest = receipt_digest(receipt, separator)
    return digest, {"receipt": receipt, "signer": seller_key.address, "signature": seller_key.sign(digest)}


def make_keys(folder: KeyFolder) -> None:
    """Keys of the council and of the demo's members; those that exist stay."""
    for name in COUNCIL:
        if name not in folder.names():
            # The first is of the kind that a browser can use, with its recovery file.
            folder.save(name, P256Key() if name == COUNCIL[0] else Secp256k1Key())
    for number, name, _, _ in MEMBERS:
        if name not in folder.names():
            folder.save(name, Secp256k1Key(), number)


def council_addresses(folder: KeyFolder) -> list[bytes]:
    """The council that the registry is deployed with."""
    return [folder.load(name).key.address for name in COUNCIL]


@dataclass
class Story:
    """The demo's consortium and its one return."""

    client: Client
    folder: KeyFolder
    directory: Directory
    book: ParcelBook
    say: object = print
    now: object = time.time
    token: object = secrets.token_bytes
    make_key: object = P256Key

    def key(self, name: str):
        return self.folder.load(name).key

    def play(self) -> str:
        """Everything, once; the return's id as 0x-hex."""
        self.admit_consortium()
        self.publish_policy()
        rma = self.open_return()
        self.travel(rma)
        return hex_of(rma)

    def admit_consortium(self) -> None:
        """The council admits seller, carriers, inspector and arbitrators, adds their keys, and lists the contracts."""
        admitted, keys = [], []
        for number, key, name, roles in MEMBERS:
            self.say(f"  The council admits {name}")
            committed = self.directory.add(number, name)
            admitted.append({"participant": number, "roles": roles, "directory": committed})
            keys.append({"participant": number, "key": self.key(key).address, "inCustody": True})
        contracts = [
            {"kind": name.encode().ljust(32, b"\0"), "at": bytes_of(address)}
            for name, address in self.client.chain["contracts"].items()
        ]
        council = [self.key(name) for name in COUNCIL[:2]]
        self.together(*(("participants", "admitParticipant", item, *council) for item in admitted))
        added = (("participants", "addKey", item, *council) for item in keys)
        self.together(*added, *(("participants", "listContract", item, *council) for item in contracts))

    def play_silence(self) -> str:
        """A second return, under terms of a minute, that its seller does not answer; its id as 0x-hex."""
        self.say("  A second buyer asks; Nanshan Outdoor says nothing, and its terms give it one minute")
        told, self.say = self.say, lambda text: None
        self.publish_policy(SHORT_SERIES, SHORT_TERMS)
        rma = self.open_return(SHORT_SERIES)
        self.say = told
        return hex_of(rma)

    def publish_policy(self, series: int = 1, terms: dict = TERMS, disputes: dict = DISPUTES) -> None:
        """The first version of the seller's terms."""
        self.say("  Nanshan Outdoor publishes its return terms")
        policy = {
            "participant": 1,
            "series": series,
            "version": 1,
            "terms": terms,
            "disputes": disputes,
            "methods": METHODS,
            "document": self.token(32),
        }
        self.client.act("policies", "publishPolicy", policy, self.key("seller"))

    def open_return(self, series: int = 1, returned: tuple = ((0, 1),)) -> bytes:
        """A coat and two hats were bought; the buyer claims the receipt and asks to return (line, pieces) of them."""
        self.say("  A buyer in Warsaw claims her receipt and asks to return a coat")
        claim_key, buyer = self.make_key(), self.make_key()
        self.buyer = buyer
        now = int(self.now())
        lines = [sold(1, 10_439, 2_401), sold(2, 3_090, 710)]
        sale = {"series": series, "soldAt": now, "order": self.token(32), "lines": lines}
        separator = self.client.separator("ReturnLedger")
        digest, signed = signed_receipt(claim_key, self.key("seller"), separator, **sale)
        self.client.act("receipts", "claim", {"receipt": digest, "buyer": buyer.address}, claim_key, receipt=signed)
        asked = {
            "receipt": digest,
            "number": 1,
            "kind": ReturnKind.GOODWILL,
            "resolution": Resolution.REFUND,
            "deliveredAt": now,
            "lines": [{"line": line, "quantity": pieces, "reason": 3} for line, pieces in returned],
        }
        self.client.act("returns", "openReturn", asked, buyer)
        return return_id(digest, 1)

    def travel(self, rma: bytes) -> None:
        """Approval, two legs by two carriers, reception, inspection, refund."""
        client, now = self.client, int(self.now())
        self.say("  Nanshan Outdoor approves and names an inspector")
        approved = {"returnId": rma, "inspector": 4, "returnless": False, "exceptions": []}
        client.act("returns", "approveReturn", approved, self.key("seller"))
        first, second = self.token(32), self.token(32)
        leg_one = self.book.remember(2, "WP602190044PL", first, now)
        leg_two = self.book.remember(3, "PRX80031177", second, now)
        self.say("  Wisła Parcel carries it to the border, Pearl River Express from there")
        self.together(
            ("parcels", "addParcel", self.parcel(rma, 0, 2, leg_one), self.buyer),
            ("checkpoints", "recordCheckpointBatch", self.leg(2, leg_one, EUROPEAN_LEG), self.key("carrier-eu")),
            ("parcels", "addParcel", self.parcel(rma, 1, 3, leg_two), self.key("seller")),
            ("checkpoints", "recordCheckpointBatch", self.leg(3, leg_two, CHINESE_LEG), self.key("carrier-cn")),
        )
        self.say("  The inspector receives and accepts the coat; Nanshan Outdoor refunds 124.50 EUR")
        arrived = {
            "returnId": rma,
            "participant": 4,
            "receivedAt": int(self.now()),
            "complete": True,
            "extra": 0,
            "wrong": 0,
            "evidence": bytes(32),
            "lines": [{"line": 0, "quantity": 1}],
        }
        client.act("inspections", "receiveGoods", arrived, self.key("inspector"))
        found = {
            "line": 0,
            "accepted": 1,
            "rejected": 0,
            "diminishedBasisPoints": 0,
            "grade": 1,
            "disposition": 1,
        }
        inspected = {"returnId": rma, "participant": 4, "evidence": self.token(32), "lines": [found]}
        client.act("inspections", "inspectGoods", inspected, self.key("inspector"))
        refund = {
            "returnId": rma,
            "amountMinor": 12_450,
            "goodwillMinor": 0,
            "payment": self.token(32),
            "paidAt": int(self.now()),
        }
        client.act("refunds", "releaseRefund", refund, self.key("seller"))

    def parcel(self, rma: bytes, participant: int, carrier: int, tracking: bytes) -> dict:
        """A parcel with the goods, handed over now."""
        return {
            "returnId": rma,
            "participant": participant,
            "purpose": ParcelPurpose.GOODS_RETURNED,
            "carrier": carrier,
            "tracking": tracking,
            "sentAt": int(self.now()),
            "document": bytes(32),
        }

    def leg(self, participant: int, tracking: bytes, leg) -> dict:
        """One leg's checkpoints, for one signature."""
        now = int(self.now())
        checkpoints = [
            {"tracking": tracking, "facts": _facts(now, item), "code": pack_code(item[3]), "document": bytes(32)}
            for item in leg
        ]
        return {"participant": participant, "checkpoints": checkpoints}

    def together(self, *acts: tuple) -> None:
        """Acts that do not wait for each other, each (noun, action, request, keys …); waits until all are recorded."""
        signed = [(noun, self.client.sign(action, request, *keys)) for noun, action, request, *keys in acts]
        for status in [self.client.send(noun, item) for noun, item in signed]:
            self.client.wait(status["id"])


# The demo's journey takes seconds, so that no claimed time lies before the approval: seconds before the leg is posted,
# what happened, country, the carrier's code.
EUROPEAN_LEG = (
    (5, CheckpointKind.PICKED_UP, "PL", "EMA"),
    (4, CheckpointKind.ARRIVED, "PL", "EMB"),
    (3, CheckpointKind.CUSTOMS_PROCESSING, "PL", "EXA"),
    (2, CheckpointKind.CUSTOMS_RELEASED, "PL", "EXC"),
    (1, CheckpointKind.DEPARTED, "PL", "EMC"),
)
CHINESE_LEG = (
    (4, CheckpointKind.ARRIVED, "CN", "EMD"),
    (3, CheckpointKind.CUSTOMS_RELEASED, "CN", "EDC"),
    (2, CheckpointKind.OUT_FOR_DELIVERY, "CN", "EDG"),
    (1, CheckpointKind.DELIVERED, "CN", "EMI"),
)


def _facts(now: int, item) -> bytes:
    before_s, kind, country, _ = item
    return pack_facts(Checkpoint(now - before_s, kind, country=country, zone_source=ZoneSource.STATED))
