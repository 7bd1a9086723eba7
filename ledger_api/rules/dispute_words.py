"""Disputes in words: what is contested, what a claim, an offer or a ruling gives, what evidence is. Pure."""

from ledger_api.rules.amounts import amount
from ledger_api.rules.telling import listed
from ledger_api.rules.times import counted, period
from ledger_api.rules.wording import percent
from ledger_api.texts import _, mark, marked, ngettext

ALL_BASIS_POINTS = 10_000
GROUNDS = {
    "refund_short": mark("less was refunded than is due"),
    "not_paid": mark("the refund did not arrive"),
    "inspection": mark("what was found of the goods, or what they lost in value"),
    "parcel_lost": mark("a parcel was lost"),
    "delivery_denied": mark("whether a parcel arrived"),
    "wrong_goods": mark("other goods arrived than were sent"),
    "declined": mark("the return should have been approved"),
    "other": mark("another ground"),
}
BURDENS = {  # ground → who has to show what, as people hold it in disputes of this kind
    "refund_short": mark(
        "What is due follows from the record by the published rule; nobody has to show it. What was paid, "
        "the seller has to show."
    ),
    "not_paid": mark(
        "The seller has to show that the money left, for example with the bank’s confirmation. The buyer does "
        "not have to show that nothing came."
    ),
    "inspection": mark(
        "The seller has to show what is wrong with the goods and what they lost in value. If the buyer says "
        "that they came like that, the buyer shows it."
    ),
    "parcel_lost": mark(
        "Whoever sent the parcel has to show that it was handed over. From then on the carrier’s record counts."
    ),
    "delivery_denied": mark("Whoever says that it arrived has to show it: by the carrier’s record, or by a signature."),
    "wrong_goods": mark("Whoever says that other goods came has to show what came."),
    "declined": mark("The seller has to show the reason for which the return was not approved."),
    "other": mark("Whoever claims something has to show it."),
}
EVIDENCE = {
    "proof_of_return": mark("Proof that the goods were sent back"),
    "return_tracking_information": mark("Tracking of the parcel"),
    "return_policy": mark("The return terms"),
    "proof_of_refund": mark("Proof of the refund"),
    "proof_of_refund_outside": mark("Proof of a refund by another way"),
    "proof_of_delivery_signature": mark("Signature at delivery"),
    "delivery_receipt": mark("Receipt of the delivery"),
    "proof_of_reshipment": mark("Proof that it was sent again"),
    "receipt_of_replacement": mark("Receipt of the replacement"),
    "item_description": mark("Description of the article"),
    "proof_of_damage": mark("Proof of damage"),
    "proof_of_significant_difference": mark("Proof that it is not what was sold"),
    "third_party_proof": mark("Statement of somebody else"),
    "proof_of_denial_by_carrier": mark("The carrier’s refusal"),
    "proof_of_shipment_postage": mark("Receipt for the postage"),
    "customs_document": mark("Customs document"),
    "customs_fee_receipt": mark("Receipt of customs duties"),
    "proof_of_confiscation": mark("Proof that customs kept it"),
    "return_address": mark("The address for returns"),
    "correspondence": mark("What the two wrote to each other"),
    "other": mark("Something else"),
}
FAULTS = {  # category → what pieces count as
    1: mark("Item %(item)s: counts as a change of mind."),
    2: mark("Item %(item)s: counts as the seller’s fault."),
    3: mark("Item %(item)s: counts as the carrier’s fault."),
}


def award_words(award: dict, currency: str, costs: bool = False) -> list[str]:
    """Sentences of what a claim, an offer or a ruling gives; `costs`: whether it shares out the cost of the dispute."""
    words = [sentence for line in award["lines"] for sentence in _line_words(line)]
    if award["extra_minor"]:
        words.append(_("%(amount)s to the buyer besides.", amount=amount(award["extra_minor"], currency)))
    if award["unpaid_minor"]:
        unpaid = amount(award["unpaid_minor"], currency)
        words.append(_("%(amount)s of the refunds counts as not paid.", amount=unpaid))
    if costs:
        words.append(_cost_words(award["buyer_cost_basis_points"]))
    return words or [_("Nothing for the buyer.")]


def _line_words(line: dict) -> list[str]:
    item = line["line"] + 1  # People count from one.
    words = []
    if line["accepted"]:
        words.append(_accepted_words(item, line["accepted"], line["award_basis_points"]))
    if line["rejected"]:
        words.append(
            ngettext(
                "Item %(item)s: %(num)s piece goes back to the buyer.",
                "Item %(item)s: %(num)s pieces go back to the buyer.",
                line["rejected"],
                item=item,
            )
        )
    if line["awaited"]:
        pieces = counted(line["awaited"], "piece")
        words.append(_("Item %(item)s: %(pieces)s still to be sent back.", item=item, pieces=pieces))
    if not words:
        words.append(_("Item %(item)s: nothing.", item=item))
    if line["category"]:
        words.append(marked(FAULTS[line["category"]], item=item))
    return words


def _accepted_words(item: int, pieces: int, at: int) -> str:
    """At what value the pieces of an item count."""
    if at == ALL_BASIS_POINTS:
        return ngettext(
            "Item %(item)s: %(num)s piece counts in full.",
            "Item %(item)s: %(num)s pieces count in full.",
            pieces,
            item=item,
        )
    return ngettext(
        "Item %(item)s: %(num)s piece counts at %(part)s of the price.",
        "Item %(item)s: %(num)s pieces count at %(part)s of the price.",
        pieces,
        item=item,
        part=percent(at),
    )


def _cost_words(buyers: int) -> str:
    if not buyers:
        return _("The seller bears the cost of the dispute.")
    if buyers == ALL_BASIS_POINTS:
        return _("The buyer bears the cost of the dispute.")
    return _("The buyer bears %(part)s of the cost of the dispute, the seller the rest.", part=percent(buyers))


def items_words(award: dict) -> str:
    """Within a sentence: item 1, or items 1 and 3; empty if only amounts are named."""
    numbers = [str(line["line"] + 1) for line in award["lines"]]
    if not numbers:
        return ""
    return (
        _("item %(number)s", number=numbers[0])
        if len(numbers) == 1
        else _("items %(numbers)s", numbers=listed(numbers))
    )


def document_words(commitment: str) -> str:
    """A document that is not shown here."""
    return _("document %(number)s…", number=commitment[:10])


def term_rows(terms: dict, currency: str) -> list[tuple[str, str]]:
    """(what, how long or how much) of the policy's terms of disputes, in the order in which they matter."""

    def time(member: str) -> str:
        return period(terms[member])

    ends = _("it ends for the buyer") if terms["default"] == "buyer" else _("it ends for the seller")
    return [
        (_("To open a dispute"), _("%(period)s from what is contested", period=time("dispute_s"))),
        (_("To answer"), _("%(period)s from the opening", period=time("respond_s"))),
        (_("To agree, or ask for an arbitrator"), _("%(period)s from the answer", period=time("inquiry_s"))),
        (
            _("To bring evidence"),
            _("%(period)s from then on, and again after an appeal", period=time("evidence_s")),
        ),
        (_("To rule"), _("%(period)s from the end of evidence, for each arbitrator", period=time("rule_s"))),
        (_("To appeal, once"), _("%(period)s from the ruling", period=time("appeal_s"))),
        (_("Grace, added to each of these"), time("grace_s")),
        (_("Cost, if a ruling awards something"), amount(terms["cost_minor"], currency)),
        (_("If no arbitrator decides"), ends),
    ]
