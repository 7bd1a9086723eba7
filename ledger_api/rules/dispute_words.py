"""Disputes in words: what is contested, what a claim, an offer or a ruling gives, what evidence is. Pure."""

from ledger_api.rules.amounts import amount
from ledger_api.rules.times import counted, period
from ledger_api.rules.wording import percent

ALL_BASIS_POINTS = 10_000
GROUNDS = {
    "refund_short": "less was refunded than is due",
    "not_paid": "the refund did not arrive",
    "inspection": "what was found of the goods, or what they lost in value",
    "parcel_lost": "a parcel was lost",
    "delivery_denied": "whether a parcel arrived",
    "wrong_goods": "other goods arrived than were sent",
    "declined": "the return should have been approved",
    "other": "another ground",
}
BURDENS = {  # ground → who has to show what, as people hold it in disputes of this kind
    "refund_short": "What is due follows from the record by the published rule; nobody has to show it. What was paid, "
    "the seller has to show.",
    "not_paid": "The seller has to show that the money left, for example with the bank’s confirmation. The buyer does "
    "not have to show that nothing came.",
    "inspection": "The seller has to show what is wrong with the goods and what they lost in value. If the buyer says "
    "that they came like that, the buyer shows it.",
    "parcel_lost": "Whoever sent the parcel has to show that it was handed over. From then on the carrier’s record"
    " counts.",
    "delivery_denied": "Whoever says that it arrived has to show it: by the carrier’s record, or by a signature.",
    "wrong_goods": "Whoever says that other goods came has to show what came.",
    "declined": "The seller has to show the reason for which the return was not approved.",
    "other": "Whoever claims something has to show it.",
}
EVIDENCE = {
    "proof_of_return": "Proof that the goods were sent back",
    "return_tracking_information": "Tracking of the parcel",
    "return_policy": "The return terms",
    "proof_of_refund": "Proof of the refund",
    "proof_of_refund_outside": "Proof of a refund by another way",
    "proof_of_delivery_signature": "Signature at delivery",
    "delivery_receipt": "Receipt of the delivery",
    "proof_of_reshipment": "Proof that it was sent again",
    "receipt_of_replacement": "Receipt of the replacement",
    "item_description": "Description of the article",
    "proof_of_damage": "Proof of damage",
    "proof_of_significant_difference": "Proof that it is not what was sold",
    "third_party_proof": "Statement of somebody else",
    "proof_of_denial_by_carrier": "The carrier’s refusal",
    "proof_of_shipment_postage": "Receipt for the postage",
    "customs_document": "Customs document",
    "customs_fee_receipt": "Receipt of customs duties",
    "proof_of_confiscation": "Proof that customs kept it",
    "return_address": "The address for returns",
    "correspondence": "What the two wrote to each other",
    "other": "Something else",
}
FAULTS = {1: "a change of mind", 2: "the seller’s fault", 3: "the carrier’s fault"}


def award_words(award: dict, currency: str, costs: bool = False) -> list[str]:
    """Sentences of what a claim, an offer or a ruling gives; `costs`: whether it shares out the cost of the dispute."""
    words = [sentence for line in award["lines"] for sentence in _line_words(line)]
    if award["extra_minor"]:
        words.append(f"{amount(award['extra_minor'], currency)} to the buyer besides.")
    if award["unpaid_minor"]:
        words.append(f"{amount(award['unpaid_minor'], currency)} of the refunds counts as not paid.")
    if costs:
        words.append(_cost_words(award["buyer_cost_basis_points"]))
    return words or ["Nothing for the buyer."]


def _line_words(line: dict) -> list[str]:
    item = f"Item {line['line'] + 1}"  # People count from one.
    words = []
    if line["accepted"]:
        at = line["award_basis_points"]
        value = "in full" if at == ALL_BASIS_POINTS else f"at {percent(at)} of the price"
        words.append(f"{item}: {counted(line['accepted'], 'piece')} {_counts(line['accepted'])} {value}.")
    if line["rejected"]:
        words.append(f"{item}: {counted(line['rejected'], 'piece')} {_goes(line['rejected'])} back to the buyer.")
    if line["awaited"]:
        words.append(f"{item}: {counted(line['awaited'], 'piece')} still to be sent back.")
    if not words:
        words.append(f"{item}: nothing.")
    if line["category"]:
        words.append(f"{item}: counts as {FAULTS[line['category']]}.")
    return words


def _counts(pieces: int) -> str:
    return "counts" if pieces == 1 else "count"


def _goes(pieces: int) -> str:
    return "goes" if pieces == 1 else "go"


def _cost_words(buyers: int) -> str:
    if not buyers:
        return "The seller bears the cost of the dispute."
    if buyers == ALL_BASIS_POINTS:
        return "The buyer bears the cost of the dispute."
    return f"The buyer bears {percent(buyers)} of the cost of the dispute, the seller the rest."


def items_words(award: dict) -> str:
    """Item 1, or Items 1 and 3; empty if only amounts are named."""
    numbers = [str(line["line"] + 1) for line in award["lines"]]
    if len(numbers) < 2:
        return f"Item {numbers[0]}" if numbers else ""
    return f"Items {', '.join(numbers[:-1])} and {numbers[-1]}"


def document_words(commitment: str) -> str:
    """A document that is not shown here."""
    return f"document {commitment[:10]}…"


def term_rows(terms: dict, currency: str) -> list[tuple[str, str]]:
    """(what, how long or how much) of the policy's terms of disputes, in the order in which they matter."""
    return [
        ("To open a dispute", f"{period(terms['dispute_s'])} from what is contested"),
        ("To answer", f"{period(terms['respond_s'])} from the opening"),
        ("To agree, or ask for an arbitrator", f"{period(terms['inquiry_s'])} from the answer"),
        ("To bring evidence", f"{period(terms['evidence_s'])} from then on, and again after an appeal"),
        ("To rule", f"{period(terms['rule_s'])} from the end of evidence, for each arbitrator"),
        ("To appeal, once", f"{period(terms['appeal_s'])} from the ruling"),
        ("Grace, added to each of these", period(terms["grace_s"])),
        ("Cost, if a ruling awards something", amount(terms["cost_minor"], currency)),
        ("If no arbitrator decides", f"it ends for the {terms['default']}"),
    ]
