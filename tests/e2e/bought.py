"""A buyer of the demo for stories of the other side: buys, claims, and acts through the HTTP API."""

import time

import requests

from ledger_api.documents.sales import SaleStore
from ledger_api.keys import KeyFolder
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.signatures import P256Key
from tests.acting import Sale


def bought(server) -> tuple[Sale, str]:
    """A purchase that its buyer has claimed, and its order number."""
    answer = requests.post(f"{server.url}/demo/buy", headers={"Origin": server.url}, allow_redirects=False, timeout=30)
    path, secret = answer.headers["Location"].split("#")
    receipt = bytes_of(path.rsplit("/", 1)[1])
    kept = SaleStore(server.folder).of(receipt)
    sale = Sale(server.client, lambda name: KeyFolder(server.folder).load(name).key, lambda: int(time.time()))
    sale.receipt, sale.buyer = receipt, P256Key()
    signed = rules.read_signed_receipt(kept.signed_receipt)
    claim = {"receipt": receipt, "buyer": sale.buyer.address}
    sale._send("claim", claim, P256Key(bytes.fromhex(secret)), receipt=signed)
    return sale, kept.particulars.order
