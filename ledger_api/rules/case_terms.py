"""What the terms say about each kind of entry of a case, in words: the period it had, what it counts for. Pure."""

from ledger_api.rules.entries import Entry
from ledger_api.rules.times import period
from ledger_api.vocabulary import DisputeConsequence, ParcelPurpose, ReturnKind

_FREE = "It may be done at any time and costs nothing."
_PERIODS = {  # kind of entry → (member of the terms, from when)
    "ReturnApproved": ("answer_s", "the request"),
    "ReturnDeclined": ("answer_s", "the request"),
    "BuyerAsked": ("answer_s", "the request"),
    "AnswerSupplied": ("supply_s", "the question"),
    "ReturnReopened": ("reopen_s", "the end of the first attempt"),
    "GoodsReceived": ("transit_s", "the sending, to confirm it"),
    "GoodsInspected": ("inspect_s", "the arrival"),
    "RefundReleased": ("pay_s", "when it became due"),
    "OutcomeProved": ("pay_s", "the buyer’s word"),
    "OutcomeConfirmed": ("confirm_s", "when all was done"),
}
_DISPUTE_PERIODS = {
    "DisputeAnswered": ("respond_s", "the opening"),
    "DisputeEscalated": ("inquiry_s", "the answer"),
    "RulingGiven": ("rule_s", "the end of evidence or, if later, from getting the case"),
    "RulingAppealed": ("appeal_s", "the ruling, once"),
    "PanelRulingGiven": ("rule_s", "the end of evidence"),
}
_PARCEL_PERIODS = {
    ParcelPurpose.GOODS_RETURNED: ("send_s", "the approval or the withdrawal"),
    ParcelPurpose.REPLACEMENT: ("pay_s", "when it became due"),
    ParcelPurpose.REPAIRED: ("pay_s", "when it became due"),
    ParcelPurpose.GOODS_GIVEN_BACK: ("pay_s", "when it became due"),
}
_SENTENCES = {
    "ReceiptClaimed": "From here on these terms hold for this sale; nobody can change them for it.",
    "DeliveryStated": "The time to ask for a return counts from the latest delivery that anybody states.",
    "ReturnCancelled": _FREE,
    "CheckpointRecorded": "A carrier’s report counts unless somebody shows that it is wrong.",
    "CheckpointCorrected": "What was taken back stays to be seen and no longer counts.",
    "HandedOver": "Both sides signed: it counts as shown.",
    "InspectorNamed": "The seller may name who checks the goods.",
    "ReturnClosed": "Once it is closed, nothing follows any more.",
    "MessageSent": "Messages decide nothing. Arbitrators see them once they have the case.",
    "OfferMade": "It stands until the same side makes another. Accepting it ends the dispute and costs nothing.",
    "OfferAccepted": "It takes effect like a ruling and costs nothing.",
    "ArbitratorRecused": "An arbitrator may step back without a reason; the next of the list gets the case.",
    "ExternalRulingGiven": "The terms name this arbitrator: nobody is drawn.",
}


def terms_words(entry: Entry, terms: dict, disputes: dict) -> str:
    """What the policy's terms, and its terms of disputes, say about an entry; empty if they say nothing."""
    name = entry.name
    if name in _PERIODS:
        return _period(terms, *_PERIODS[name])
    if name in _DISPUTE_PERIODS:
        return _period(disputes, *_DISPUTE_PERIODS[name])
    if name in _OTHERS:
        return _OTHERS[name](entry, terms, disputes)
    return _SENTENCES.get(name, "")


def _period(terms: dict, member: str, since: str) -> str:
    return f"The terms give {period(terms[member])} from {since}."


def _opened(entry: Entry, terms: dict, disputes: dict) -> str:
    if entry.values["kind"] == ReturnKind.WITHDRAWAL:
        return f"The law gives {period(terms['withdrawal_s'])} from the delivery, and no answer is needed."
    return f"The terms give {period(terms['window_s'])} from the delivery."


def _sent(entry: Entry, terms: dict, disputes: dict) -> str:
    return _period(terms, *_PARCEL_PERIODS[ParcelPurpose(entry.values["purpose"])])


def _silence(entry: Entry, terms: dict, disputes: dict) -> str:
    grace_s = terms["grace_s"]
    return f"It may be called for {period(grace_s)} after the last day." if grace_s else ""


def _dispute_opened(entry: Entry, terms: dict, disputes: dict) -> str:
    return (
        f"The terms allow a dispute for {period(disputes['dispute_s'])} from what is contested, and the days of grace."
    )


def _evidence(entry: Entry, terms: dict, disputes: dict) -> str:
    return (
        f"Evidence may come until {period(disputes['evidence_s'])} after an arbitrator was asked for, and as long again"
        " after an appeal."
    )


def _withdrawn(entry: Entry, terms: dict, disputes: dict) -> str:
    return "Its opener may take it back before the ruling. After the other side’s answer that was its last try."


def _dispute_silence(entry: Entry, terms: dict, disputes: dict) -> str:
    words = _silence(entry, terms, disputes)
    if entry.values["consequence"] != DisputeConsequence.DEFAULTED:
        return words
    side = "buyer" if disputes["buyerByDefault"] else "seller"
    return f"{words} The terms say that it then ends for the {side}.".strip()


def _resolved(entry: Entry, terms: dict, disputes: dict) -> str:
    if not entry.values["applies"]:
        return ""
    return f"The terms give {period(terms['pay_s'])} to pay. What is not paid then goes on the seller’s public record."


_OTHERS = {
    "ReturnOpened": _opened,
    "ParcelAdded": _sent,
    "SilenceEnforced": _silence,
    "DisputeOpened": _dispute_opened,
    "DisputeBegun": _dispute_opened,
    "EvidenceSubmitted": _evidence,
    "DisputeWithdrawn": _withdrawn,
    "DisputeSilenceEnforced": _dispute_silence,
    "DisputeResolved": _resolved,
}
