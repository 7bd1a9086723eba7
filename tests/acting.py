"""People of a return who act through the HTTP API: each method signs one request and waits until it is recorded."""

import secrets
from dataclasses import dataclass, field

from benchmarks.scene import filled
from ledger_api.api.requests import NOUNS
from ledger_api.demo import MEMBERS, signed_receipt, sold
from ledger_api.rules import awards
from ledger_api.rules.entries import Entry, from_json
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import dispute_id, return_id
from ledger_api.rules.signatures import P256Key
from ledger_api.vocabulary import DisputeGround, EvidenceKind, ParcelPurpose, Resolution, ReturnKind, Verdict

NOUN_OF = {action: noun for noun, actions in NOUNS.items() for action in actions}
TOO_LARGE, DEFECTIVE = 3, 6  # reasons
SELLER = 1  # participant
PANEL_QUORUM = 2
KEY_OF = {number: key for number, key, _, _ in MEMBERS}
LIFETIME_S = 30 * 86_400


def inspected(line: int, accepted: int = 0, rejected: int = 0, diminished: int = 0, grade: int = 1) -> dict:
    """One line of an inspection."""
    return {
        "line": line,
        "accepted": accepted,
        "rejected": rejected,
        "diminishedBasisPoints": diminished,
        "grade": grade,
        "disposition": 1,
    }


@dataclass
class Sale:
    """One sale of participant 1 with its buyer; `now()` is Unix seconds UTC on the chain."""

    client: object
    key: object  # name → key
    now: object
    lines: list = field(default_factory=lambda: [sold(1, 10_439, 2_401), sold(2, 3_090, 710)])
    series: int = 1
    terms_of_sale: dict = field(default_factory=dict)  # replaces fields of the receipt
    make_key: object = P256Key
    receipt: bytes = b""
    buyer: object = None
    number: int = 0

    def act(self, action: str, *keys, **given) -> dict:
        """Signs, posts and waits; fields that are not given say nothing."""
        return self._send(action, filled(action, **given), *keys)

    def _send(self, action: str, request: dict, *keys, receipt: dict | None = None) -> dict:
        signed = self.client.sign(action, request, *keys, receipt=receipt, deadline=self.now() + LIFETIME_S)
        return self.client.wait(self.client.send(NOUN_OF[action], signed)["id"])

    def claim(self) -> "Sale":
        """The seller signs the receipt, and the buyer binds it to a key of his own."""
        claim_key, self.buyer, seller = self.make_key(), self.make_key(), self.key("seller")
        sale = {"series": self.series, "soldAt": self.now(), "order": secrets.token_bytes(32), "lines": self.lines}
        separator = self.client.separator("ReturnLedger")
        self.receipt, signed = signed_receipt(claim_key, seller, separator, **(sale | self.terms_of_sale))
        request = {"receipt": self.receipt, "buyer": self.buyer.address}
        self._send("claim", request, claim_key, receipt=signed)
        return self

    @property
    def rma(self) -> bytes:
        """Id of the newest return."""
        return return_id(self.receipt, self.number)

    @property
    def state(self) -> dict:
        return self.client.get(f"/api/v1/returns/{hex_of(self.rma)}")

    # --- the buyer

    def open(self, *lines, kind=ReturnKind.GOODWILL, resolution=Resolution.REFUND, delivered_at=0) -> "Sale":
        """Lines are (number, pieces, reason); without any the first line, too large."""
        asked = [{"line": n, "quantity": q, "reason": r} for n, q, r in lines or ((0, 1, TOO_LARGE),)]
        self.number += 1
        given = {"receipt": self.receipt, "number": self.number, "deliveredAt": delivered_at, "lines": asked}
        self.act("openReturn", self.buyer, kind=kind, resolution=resolution, **given)
        return self

    def by_buyer(self, action: str, **given) -> "Sale":
        self.act(action, self.buyer, returnId=self.rma, **given)
        return self

    def send(self, carrier: int = 2, tracking: bytes | None = None, document: bytes = bytes(32)) -> bytes:
        """The buyer names a parcel; its tracking commitment."""
        tracking = tracking or secrets.token_bytes(32)
        parcel = {"carrier": carrier, "tracking": tracking, "document": document}
        self.by_buyer("addParcel", purpose=ParcelPurpose.GOODS_RETURNED, **parcel)
        return tracking

    # --- the seller and his inspector

    def by_seller(self, action: str, **given) -> "Sale":
        self.act(action, self.key("seller"), returnId=self.rma, **given)
        return self

    def approve(self, inspector: int = 4, **given) -> "Sale":
        return self.by_seller("approveReturn", inspector=inspector, **given)

    def receive(self, *lines, key: str = "inspector", participant: int = 4, complete: bool = False) -> "Sale":
        """Lines are (number, pieces)."""
        arrived = [{"line": n, "quantity": q} for n, q in lines or ((0, 1),)]
        given = {"participant": participant, "complete": complete, "lines": arrived}
        self.act("receiveGoods", self.key(key), returnId=self.rma, **given)
        return self

    def inspect(self, *lines: dict, key: str = "inspector", participant: int = 4) -> "Sale":
        found = list(lines) or [inspected(0, accepted=1)]
        self.act("inspectGoods", self.key(key), returnId=self.rma, participant=participant, lines=found)
        return self

    def pay(self, amount_minor: int | None = None, goodwill_minor: int = 0) -> "Sale":
        """What is due, or that amount."""
        amount = self.state["money"]["due_minor"] if amount_minor is None else amount_minor
        given = {"amountMinor": amount, "goodwillMinor": goodwill_minor, "payment": secrets.token_bytes(32)}
        return self.by_seller("releaseRefund", **given)

    def entries(self) -> list[Entry]:
        """Of the return, oldest first."""
        shown = self.client.get(f"/api/v1/returns/{hex_of(self.rma)}/entries")["entries"]
        return [from_json(item) for item in shown if item["subject"] == hex_of(self.rma)]

    def dispute(self, by_buyer: bool = True, **options) -> "Dispute":
        """The next dispute of the newest return, which is not opened yet."""
        return Dispute(self, by_buyer, len(self.state["disputes"]) + 1, **options)


@dataclass
class Dispute:
    """One dispute over a return, opened by its buyer or its seller; each method signs one request and waits."""

    sale: Sale
    by_buyer: bool = True
    number: int = 1
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    rma: bytes = b""
    opening: str = ""  # digest of the request that opened it
    newest_offer: dict = field(default_factory=dict)  # whether by the buyer → digest of the request

    def __post_init__(self):
        self.rma = self.sale.rma

    @property
    def dispute_id(self) -> bytes:
        return dispute_id(self.rma, self.number)

    @property
    def state(self) -> dict:
        shown = self.sale.client.get(f"/api/v1/returns/{hex_of(self.rma)}")["disputes"]
        return next(item for item in shown if item["dispute_id"] == hex_of(self.dispute_id))

    @property
    def claim(self) -> dict:
        """As it was opened with, in the contract's words."""
        opened = next(entry for entry in self.sale.entries() if self._begins(entry))
        return opened.values["claim"]

    def _begins(self, entry: Entry) -> bool:
        return entry.name == "DisputeBegun" and entry.values["dispute"] == self.dispute_id

    # --- the sides

    def by_side(self, by_buyer: bool, action: str, **given) -> dict:
        """Buyer or seller acts; the status of the request."""
        key = self.sale.buyer if by_buyer else self.sale.key("seller")
        return self.sale.act(action, key, participant=0 if by_buyer else SELLER, **given)

    def open(self, *lines: dict, ground: DisputeGround = DisputeGround.INSPECTION, **amounts) -> "Dispute":
        """Claims so much of these lines, and these amounts."""
        parcels = awards.parcel_references(self.sale.state)
        subject = {"returnId": self.rma, "number": self.number, "ground": ground, "parcels": parcels}
        words = {"statement": secrets.token_bytes(32), "seedHash": awards.seed_hash(self.seed)}
        claim = awards.award(*lines, **amounts)
        status = self.by_side(self.by_buyer, "openDispute", claim=claim, **subject, **words)
        self.opening = status["request_digest"]
        return self

    def _act(self, by_buyer: bool, action: str, **given) -> "Dispute":
        self.by_side(by_buyer, action, dispute=self.dispute_id, **given)
        return self

    def answer(self) -> "Dispute":
        words = {"statement": secrets.token_bytes(32), "seed": secrets.token_bytes(32)}
        return self._act(not self.by_buyer, "answerDispute", **words)

    def offer(self, award: dict, by_buyer: bool = False) -> "Dispute":
        given = {"dispute": self.dispute_id, "statement": secrets.token_bytes(32), "award": award}
        self.newest_offer[by_buyer] = self.by_side(by_buyer, "makeOffer", **given)["request_digest"]
        return self

    def accept(self, by_buyer: bool = True) -> "Dispute":
        """The other side's offer, or the claim if it made none."""
        offer = self.newest_offer.get(not by_buyer, self.opening)
        return self._act(by_buyer, "acceptOffer", offer=bytes_of(offer))

    def evidence(self, by_buyer: bool = True, kind: EvidenceKind = EvidenceKind.ITEM_DESCRIPTION) -> "Dispute":
        return self._act(by_buyer, "submitEvidence", kind=kind, document=secrets.token_bytes(32))

    def escalate(self) -> "Dispute":
        return self._act(self.by_buyer, "escalateDispute", seed=self.seed)

    def withdraw(self) -> "Dispute":
        return self._act(self.by_buyer, "withdrawDispute")

    def appeal(self, by_buyer: bool = False) -> "Dispute":
        return self._act(by_buyer, "appealRuling", statement=secrets.token_bytes(32))

    # --- arbitrators

    def by_arbitrator(self, number: int, action: str, **given) -> "Dispute":
        key = self.sale.key(KEY_OF[number])
        self.sale.act(action, key, dispute=self.dispute_id, participant=number, **given)
        return self

    def recuse(self, number: int = 0) -> "Dispute":
        """Who has the case, or a member of the panel."""
        return self.by_arbitrator(number or self.state["arbitrator"], "recuseArbitrator")

    def rule(self, award: dict | None = None, verdict: Verdict = Verdict.AWARDED) -> "Dispute":
        return self.by_arbitrator(self.state["arbitrator"], "giveRuling", **self._ruling(award, verdict))

    def rule_on_appeal(self, award: dict | None = None, verdict: Verdict = Verdict.AWARDED) -> "Dispute":
        """The first two of the panel sign."""
        keys = [self.sale.key(KEY_OF[number]) for number in self.state["panel"] if number][:PANEL_QUORUM]
        self.sale.act("givePanelRuling", *keys, dispute=self.dispute_id, **self._ruling(award, verdict))
        return self

    @staticmethod
    def _ruling(award: dict | None, verdict: Verdict) -> dict:
        return {"verdict": verdict, "award": award or awards.award(), "reasons": secrets.token_bytes(32)}

    # --- anybody

    def enforce(self) -> "Dispute":
        """Calls for what silence means now."""
        client = self.sale.client
        client.wait(client.post(f"/api/v1/disputes/{hex_of(self.dispute_id)}/enforce", {})["id"])
        return self
