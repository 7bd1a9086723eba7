"""What the terms say about each kind of entry of a case, in words: the period it had, what it counts for. Pure."""

from ledger_api.rules.entries import Entry
from ledger_api.rules.times import period
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import DisputeConsequence, ParcelPurpose, ReturnKind

_FREE = mark("It may be done at any time and costs nothing.")
_PERIODS = {  # kind of entry → (member of the terms, what they say)
    "ReturnApproved": ("answer_s", mark("The terms give %(period)s from the request.")),
    "ReturnDeclined": ("answer_s", mark("The terms give %(period)s from the request.")),
    "BuyerAsked": ("answer_s", mark("The terms give %(period)s from the request.")),
    "AnswerSupplied": ("supply_s", mark("The terms give %(period)s from the question.")),
    "ReturnReopened": ("reopen_s", mark("The terms give %(period)s from the end of the first attempt.")),
    "GoodsReceived": ("transit_s", mark("The terms give %(period)s from the sending, to confirm it.")),
    "GoodsInspected": ("inspect_s", mark("The terms give %(period)s from the arrival.")),
    "RefundReleased": ("pay_s", mark("The terms give %(period)s from when it became due.")),
    "OutcomeProved": ("pay_s", mark("The terms give %(period)s from the buyer’s word.")),
    "OutcomeConfirmed": ("confirm_s", mark("The terms give %(period)s from when all was done.")),
}
_DISPUTE_PERIODS = {
    "DisputeAnswered": ("respond_s", mark("The terms give %(period)s from the opening.")),
    "DisputeEscalated": ("inquiry_s", mark("The terms give %(period)s from the answer.")),
    "RulingGiven": (
        "rule_s",
        mark("The terms give %(period)s from the end of evidence or, if later, from getting the case."),
    ),
    "RulingAppealed": ("appeal_s", mark("The terms give %(period)s from the ruling, once.")),
    "PanelRulingGiven": ("rule_s", mark("The terms give %(period)s from the end of evidence.")),
}
_PARCEL_PERIODS = {
    ParcelPurpose.GOODS_RETURNED: ("send_s", mark("The terms give %(period)s from the approval or the withdrawal.")),
    ParcelPurpose.REPLACEMENT: ("pay_s", mark("The terms give %(period)s from when it became due.")),
    ParcelPurpose.REPAIRED: ("pay_s", mark("The terms give %(period)s from when it became due.")),
    ParcelPurpose.GOODS_GIVEN_BACK: ("pay_s", mark("The terms give %(period)s from when it became due.")),
}
_SENTENCES = {
    "ReceiptClaimed": mark("From here on these terms hold for this sale; nobody can change them for it."),
    "DeliveryStated": mark("The time to ask for a return counts from the latest delivery that anybody states."),
    "ReturnCancelled": _FREE,
    "CheckpointRecorded": mark("A carrier’s report counts unless somebody shows that it is wrong."),
    "CheckpointCorrected": mark("What was taken back stays to be seen and no longer counts."),
    "HandedOver": mark("Both sides signed: it counts as shown."),
    "InspectorNamed": mark("The seller may name who checks the goods."),
    "ReturnClosed": mark("Once it is closed, nothing follows any more."),
    "MessageSent": mark("Messages decide nothing. Arbitrators see them once they have the case."),
    "OfferMade": mark("It stands until the same side makes another. Accepting it ends the dispute and costs nothing."),
    "OfferAccepted": mark("It takes effect like a ruling and costs nothing."),
    "ArbitratorRecused": mark("An arbitrator may step back without a reason; the next of the list gets the case."),
    "ExternalRulingGiven": mark("The terms name this arbitrator: nobody is drawn."),
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
    return marked(_SENTENCES[name]) if name in _SENTENCES else ""


def _period(terms: dict, member: str, message: str) -> str:
    return marked(message, period=period(terms[member]))


def _opened(entry: Entry, terms: dict, disputes: dict) -> str:
    if entry.values["kind"] == ReturnKind.WITHDRAWAL:
        by_law = period(terms["withdrawal_s"])
        return _("The law gives %(period)s from the delivery, and no answer is needed.", period=by_law)
    return _("The terms give %(period)s from the delivery.", period=period(terms["window_s"]))


def _sent(entry: Entry, terms: dict, disputes: dict) -> str:
    return _period(terms, *_PARCEL_PERIODS[ParcelPurpose(entry.values["purpose"])])


def _silence(entry: Entry, terms: dict, disputes: dict) -> str:
    grace_s = terms["grace_s"]
    return _("It may be called for %(period)s after the last day.", period=period(grace_s)) if grace_s else ""


def _dispute_opened(entry: Entry, terms: dict, disputes: dict) -> str:
    return _(
        "The terms allow a dispute for %(period)s from what is contested, and the days of grace.",
        period=period(disputes["dispute_s"]),
    )


def _evidence(entry: Entry, terms: dict, disputes: dict) -> str:
    return _(
        "Evidence may come until %(period)s after an arbitrator was asked for, and as long again after an appeal.",
        period=period(disputes["evidence_s"]),
    )


def _withdrawn(entry: Entry, terms: dict, disputes: dict) -> str:
    return _("Its opener may take it back before the ruling. After the other side’s answer that was its last try.")


def _dispute_silence(entry: Entry, terms: dict, disputes: dict) -> str:
    words = _silence(entry, terms, disputes)
    if entry.values["consequence"] != DisputeConsequence.DEFAULTED:
        return words
    ends = _("The terms say that it then ends for the seller.")
    if disputes["buyerByDefault"]:
        ends = _("The terms say that it then ends for the buyer.")
    return f"{words} {ends}".strip()


def _resolved(entry: Entry, terms: dict, disputes: dict) -> str:
    if not entry.values["applies"]:
        return ""
    return _(
        "The terms give %(period)s to pay. What is not paid then goes on the seller’s public record.",
        period=period(terms["pay_s"]),
    )


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
