"""People of a return who act through the HTTP API: each method signs one request and waits until it is recorded."""

import secrets
from dataclasses import dataclass, field

from benchmarks.scene import filled
from ledger_api.demo import signed_receipt, sold
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.signatures import P256Key
from ledger_api.vocabulary import ParcelPurpose, Resolution, ReturnKind

NOUN_OF = {
    "claim": "receipts",
    "stateDelivery": "receipts",
    "proposeBuyerKey": "receipts",
    "proposeBuyerKeyByCouncil": "receipts",
    "vetoBuyerKey": "receipts",
    "takeBuyerKey": "receipts",
    "addParcel": "parcels",
    "handOver": "parcels",
    "receiveGoods": "inspections",
    "inspectGoods": "inspections",
    "releaseRefund": "refunds",
    "confirmOutcome": "refunds",
    "proveOutcome": "refunds",
    "withdrawRefund": "refunds",
    "reclaimDeposit": "refunds",
    "sendMessage": "messages",
    **dict.fromkeys(
        (
            "openDispute",
            "answerDispute",
            "makeOffer",
            "acceptOffer",
            "submitEvidence",
            "escalateDispute",
            "withdrawDispute",
            "recuseArbitrator",
            "giveRuling",
            "appealRuling",
            "givePanelRuling",
        ),
        "disputes",
    ),
    "publishPolicy": "policies",
    "recordCheckpoint": "checkpoints",
    "recordCheckpointBatch": "checkpoints",
    "correctCheckpoint": "checkpoints",
}
TOO_LARGE, DEFECTIVE = 3, 6  # reasons
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
        return self.client.wait(self.client.send(NOUN_OF.get(action, "returns"), signed)["id"])

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
