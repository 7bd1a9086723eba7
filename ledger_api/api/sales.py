"""Sales with their articles and buyers, off chain: what a claim link opens, and what a seller finds returns by."""

from flask import Blueprint

from ledger_api.access import gate
from ledger_api.api.access import holder_of
from ledger_api.api.common import answer, id_of, json_body, ledger, view
from ledger_api.documents.sales import Sale, read_particulars
from ledger_api.errors import AccessDenied, InvalidField, NotFound
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.registry_state import SELLER
from ledger_api.rules.signatures import is_valid

blueprint = Blueprint("sales", __name__, url_prefix="/api/v1")

CLAIM_PATH = "/claim/"


@blueprint.post("/sales")
def keep():
    """Keeps a sale: its signed receipt, and its particulars. The same receipt again replaces the particulars."""
    body = json_body()
    if not isinstance(body, dict) or set(body) != {"receipt", "particulars", "order_salt"}:
        raise InvalidField("body", "must be an object with exactly receipt, particulars and order_salt")
    sale = _read(body)
    _check_may_sell(sale)
    ledger().sales.keep(sale)
    path = f"{CLAIM_PATH}{hex_of(sale.receipt)}"
    return answer({"receipt": hex_of(sale.receipt), "claim_path": path}, 201, Location=path)


@blueprint.get("/receipts/<receipt>/offer")
def get_offer(receipt: str):
    """What a claim link is about, for whoever proves that he has its key: the signed receipt, its articles."""
    sale = ledger().sales.get(id_of(receipt, "receipt"))
    if sale is None:
        raise NotFound(f"No sale with the receipt {receipt} is kept here; ask the seller for a new link")
    if holder_of(sale.receipt) != sale.claim_key:
        raise AccessDenied("That is not the key of this receipt's claim link")
    articles = [{"name": article.name, "sku": article.sku} for article in sale.particulars.articles]
    body = {"seller": sale.seller, "order": sale.particulars.order, "articles": articles}
    return answer({**body, "receipt": sale.signed_receipt})


def _read(body: dict) -> Sale:
    signed = rules.read_signed_receipt(body["receipt"])
    values = signed["receipt"]
    particulars = read_particulars(body["particulars"])
    if len(particulars.articles) != len(values["lines"]):
        lines = len(values["lines"])
        raise InvalidField("particulars.articles", f"must be {lines}, one for each line of the receipt")
    salt = _salt(body["order_salt"])
    if keccak(salt + particulars.order.encode()) != values["order"]:
        raise InvalidField("order_salt", "keccak256(order_salt, particulars.order) must be the receipt's order")
    separator = ledger().deployment.separator("ReturnLedger")
    digest = rules.receipt_digest(values, separator)
    if not is_valid(signed["signer"], digest, signed["signature"]):
        raise InvalidField("receipt.signature", "is not by the signer over this receipt")
    with view() as look:
        refusal = look.registry.refusal(signed["signer"], values["seller"], SELLER)
    if refusal is not None:
        raise InvalidField("receipt.signer", refusal)
    return Sale(digest, values["seller"], values["claimKey"], body["receipt"], particulars, hex_of(salt))


def _salt(given) -> bytes:
    try:
        salt = bytes_of(given)
    except (ValueError, TypeError, AttributeError):
        raise InvalidField("order_salt", "must be 32 bytes, hexadecimal, beginning with 0x") from None
    if len(salt) != 32:
        raise InvalidField("order_salt", f"must be 32 bytes, is {len(salt)}")
    return salt


def _check_may_sell(sale: Sale) -> None:
    machine = gate.machine()
    if sale.seller not in gate.person().members and (machine is None or machine.participant != sale.seller):
        raise AccessDenied(f"Sales of participant {sale.seller} are for that participant to enter")
