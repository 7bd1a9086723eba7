"""What a return rests on besides its own entries: its sale, with receipt, terms, statements, keys and refunds. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger_api.rules import refund
from ledger_api.rules.entries import Entry
from ledger_api.rules.heads import REGISTRY_SUBJECT
from ledger_api.rules.ids import policy_id, return_id

PAYMENTS = ("RefundReleased", "DisputeResolved")
EntriesOf = Callable[[bytes], list[Entry]]  # entries of a subject, oldest first


@dataclass
class Sale:
    """The receipt of a return, its policy's terms, its statements of delivery, its keys, its refunds."""

    subject: bytes
    claimed: Entry
    receipt: dict
    policy: Entry
    statements: list  # DeliveryStated
    buyer: bytes
    proposal: Entry | None  # BuyerKeyProposed that waits
    categories: dict  # reason → category
    refunds: list  # RefundReleased of all returns of the receipt, and DisputeResolved that says what was not paid

    @property
    def terms(self) -> dict:
        return self.policy.values["terms"]

    @property
    def prices(self) -> list[refund.Price]:
        return [price_of(sold) for sold in self.receipt["lines"]]

    @property
    def paid_minor(self) -> int:
        return refund.paid_minor(self.prices, self.receipt["deliveryMinor"])

    def available_minor(self, at: int | None = None) -> int:
        """What can still be refunded, now or at a moment (Unix seconds UTC)."""
        return self.paid_minor - sum(_spent_minor(e) for e in self.refunds if at is None or e.recorded_at <= at)


def _spent_minor(entry: Entry) -> int:
    values = entry.values
    if entry.name == "RefundReleased":
        return values["amountMinor"] + values["goodwillMinor"]
    return -values["award"]["unpaidMinor"] if values["applies"] else 0


def price_of(sold: dict) -> refund.Price:
    """A receipt's line as the refund rule wants it."""
    return refund.Price(sold["quantity"], sold["netMinor"], sold["discountMinor"], sold["taxMinor"], sold["dutyMinor"])


def fees_of(terms: dict) -> refund.Fees:
    """What the terms of a policy let the seller keep."""
    fees = terms["fees"]
    return refund.Fees(
        fees["restockingChangeOfMindBasisPoints"],
        fees["restockingSellerFaultBasisPoints"],
        fees["restockingCarrierFaultBasisPoints"],
        fees["returnShippingChangeOfMindMinor"],
        fees["returnShippingSellerFaultMinor"],
        fees["returnShippingCarrierFaultMinor"],
        fees["refundsDelivery"],
    )


def of_ledger(entries: list[Entry]) -> list[Entry]:
    """Those of the return ledger: the escrow keeps a history of the same subject."""
    return [entry for entry in entries if entry.contract == "ReturnLedger"]


def sibling_ids(receipt: bytes, entries_of: EntriesOf) -> list[bytes]:
    """Ids of all returns of a receipt, and of the next one, which has no entry: so nobody can leave one out."""
    found = [return_id(receipt, 1)]
    while of_ledger(entries_of(found[-1])):
        found.append(return_id(receipt, len(found) + 1))
    return found


def sale_of(opened: Entry, entries_of: EntriesOf) -> Sale:
    """The sale of a return. Raises ValueError if its entries contradict themselves."""
    return sale_of_receipt(opened.values["receipt"], entries_of)


def sale_of_receipt(subject: bytes, entries_of: EntriesOf) -> Sale:
    """The sale of a receipt that was claimed. Raises ValueError if its entries contradict themselves."""
    claimed, *later = entries_of(subject)
    receipt = claimed.values["receipt"]
    buyer, proposal = claimed.values["buyer"], None
    for entry in later:
        if entry.name == "BuyerKeyTaken":
            buyer, proposal = entry.values["buyer"], None
        elif entry.name == "BuyerKeyProposed":
            proposal = entry
        elif entry.name == "BuyerKeyVetoed":
            proposal = None
    return Sale(
        subject=subject,
        claimed=claimed,
        receipt=receipt,
        policy=_policy(receipt, entries_of),
        statements=[entry for entry in later if entry.name == "DeliveryStated"],
        buyer=buyer,
        proposal=proposal,
        categories=categories_of(entries_of(REGISTRY_SUBJECT)),
        refunds=[e for i in sibling_ids(subject, entries_of) for e in entries_of(i) if e.name in PAYMENTS],
    )


def _policy(receipt: dict, entries_of: EntriesOf) -> Entry:
    policy = policy_id(receipt["seller"], receipt["series"])
    for entry in entries_of(policy):
        # A member that is carrier too can give a parcel the id of its policy.
        if entry.name == "PolicyPublished" and entry.values["version"] == receipt["policyVersion"]:
            return entry
    raise ValueError(f"the policy 0x{policy.hex()} has no version {receipt['policyVersion']}")


def categories_of(registry: list[Entry]) -> dict[int, int]:
    """Category of each reason that the registry defines."""
    defined = (reason for e in registry if e.name == "ReasonsDefined" for reason in e.values["reasons"])
    return {reason["reason"]: reason["category"] for reason in defined}
