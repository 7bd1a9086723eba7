"""A buyer of the demo for stories of the other side: buys, claims, and acts through the HTTP API."""

import time

import requests

from ledger_api.demo import DISPUTES, METHODS, TERMS
from ledger_api.documents.sales import SaleStore
from ledger_api.keys import KeyFolder
from ledger_api.rules import requests as rules
from ledger_api.rules.awards import award, awarded
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.signatures import P256Key
from tests.acting import Dispute, Sale

EVIDENCE_S = 2
NOT_RETURNABLE = 101  # a reason to decline


def acting_for(server, series: int = 1) -> Sale:
    """A sale under those terms that is not claimed yet; its people sign with the demo's keys."""
    keys = KeyFolder(server.folder)
    return Sale(server.client, lambda name: keys.load(name).key, lambda: int(time.time()), series=series)


def under_terms(server, series: int, disputes: dict, **terms) -> Sale:
    """A sale under new terms of the seller: those of the demo with these changes, and no grace."""
    sale = acting_for(server, series)
    policy = {"participant": 1, "series": series, "version": 1, "methods": METHODS, "document": bytes([1] * 32)}
    policy |= {"terms": {**TERMS, "grace_s": 0, **terms}, "disputes": {**DISPUTES, **disputes}}
    sale.act("publishPolicy", sale.key("seller"), **policy)
    return sale


def ruled(server, series: int, basis_points: int) -> Dispute:
    """A return that was declined, and a ruling on it, under new terms of two seconds for evidence."""
    sale = under_terms(server, series, {"evidence_s": EVIDENCE_S})
    sale.claim().open().by_seller("declineReturn", reason=NOT_RETURNABLE)
    dispute = sale.dispute().open(awarded(0, accepted=1)).answer().escalate()
    time.sleep(EVIDENCE_S + 2)
    return dispute.rule(award(awarded(0, accepted=1, basis_points=basis_points)))


def bought(server) -> tuple[Sale, str]:
    """A purchase that its buyer has claimed, and its order number."""
    answer = requests.post(f"{server.url}/demo/buy", headers={"Origin": server.url}, allow_redirects=False, timeout=30)
    path, secret = answer.headers["Location"].split("#")
    receipt = bytes_of(path.rsplit("/", 1)[1])
    kept = SaleStore(server.folder).of(receipt)
    sale = acting_for(server)
    sale.receipt, sale.buyer = receipt, P256Key()
    signed = rules.read_signed_receipt(kept.signed_receipt)
    claim = {"receipt": receipt, "buyer": sale.buyer.address}
    sale._send("claim", claim, P256Key(bytes.fromhex(secret)), receipt=signed)
    return sale, kept.particulars.order
