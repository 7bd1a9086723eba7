"""A seller's terms in the words that a buyer reads. Pure.

`terms`, `disputes` and `methods` are as a policy's entry has them; periods are seconds.
"""

from ledger_api.rules.amounts import amount
from ledger_api.rules.countries import country_name
from ledger_api.rules.times import period
from ledger_api.rules.wording import percent
from ledger_api.texts import _, mark, marked

LATE_SILENCE_APPROVES, LOSS_IS_BUYERS = 1, 2
RESOLUTIONS = {
    1: mark("money back"),
    2: mark("a replacement"),
    3: mark("store credit"),
    4: mark("a repair"),
}
METHODS = (  # by bit
    mark("drop-off at a counter"),
    mark("return in store"),
    mark("pick-up at home"),
    mark("post box"),
    mark("without a label"),
    mark("a carrier of your choice"),
)
CATEGORIES = ("ChangeOfMind", "SellerFault", "CarrierFault")
REASON_OF = {
    "ChangeOfMind": mark("If you have changed your mind"),
    "SellerFault": mark("If something is wrong with the goods"),
    "CarrierFault": mark("If the carrier is at fault"),
}


def currency_of(terms: dict) -> str:
    return terms["currency"].rstrip(b"\0").decode("ascii", "replace")


def chosen(bits: int, words: dict | tuple) -> list[str]:
    """The words whose bits are set."""
    pairs = words.items() if isinstance(words, dict) else enumerate(words)
    return [marked(text) for bit, text in pairs if bits >> bit & 1]


def terms_rows(terms: dict, disputes: dict, methods: list) -> list[tuple[str, str]]:
    """(what, sentences) in the order in which they matter to a buyer."""
    return [
        (_("To ask for a return"), _window(terms)),
        (_("What you can get"), _resolutions(terms)),
        (_("How it goes on"), _steps(terms)),
        *_fees(terms),
        (_("From where, and how"), _methods(methods)),
        (_("If we do not agree"), _disputes(disputes, currency_of(terms))),
        (_("If you lose your device"), _recovery(terms)),
    ]


def _window(terms: dict) -> str:
    sentences = [
        _("You can ask for %(period)s after delivery.", period=period(terms["window_s"])),
        _("As a consumer you can withdraw for %(period)s after delivery.", period=period(terms["withdrawal_s"])),
    ]
    if terms["uninformed_s"]:
        more = period(terms["uninformed_s"])
        sentences.append(_("If we did not tell you about that right, %(period)s are added.", period=more))
    return " ".join(sentences)


def _resolutions(terms: dict) -> str:
    found = chosen(terms["resolutions"], RESOLUTIONS)
    return ", ".join(found) if found else _("Nothing but what the law gives you.")


def _steps(terms: dict) -> str:
    approves = terms["choices"] & LATE_SILENCE_APPROVES
    lost = terms["choices"] & LOSS_IS_BUYERS
    sentences = (
        _("We answer within %(period)s; if we do not, it counts as approved.", period=period(terms["answer_s"])),
        _("That holds for late requests and final sales too.") if approves else "",
        _("You have %(period)s to send the goods.", period=period(terms["send_s"])),
        _("They arrive within %(period)s.", period=period(terms["transit_s"])),
        _("What is lost on the way counts as not sent.")
        if lost
        else _("What is lost on the way, after you have shown that you sent it, counts as accepted."),
        _("We check them within %(period)s.", period=period(terms["inspect_s"])),
        _("We refund within %(period)s.", period=period(terms["pay_s"])),
        _("You have %(period)s to say whether it arrived.", period=period(terms["confirm_s"])),
        _("If we ask something, you have %(period)s to answer.", period=period(terms["supply_s"])),
        _("After a no you can ask once more, for %(period)s.", period=period(terms["reopen_s"])),
        _("Each time has %(period)s of grace.", period=period(terms["grace_s"])) if terms["grace_s"] else "",
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _fees(terms: dict) -> list[tuple[str, str]]:
    return [(marked(REASON_OF[category]), _fee(terms, category)) for category in CATEGORIES]


def _fee(terms: dict, category: str) -> str:
    fees, currency = terms["fees"], currency_of(terms)
    restocking, shipping = fees[f"restocking{category}BasisPoints"], fees[f"returnShipping{category}Minor"]
    sentences = []
    if restocking:
        sentences.append(_("We keep %(part)s for restocking.", part=percent(restocking)))
    if shipping:
        sentences.append(_("We keep %(amount)s for the way back.", amount=amount(shipping, currency)))
    if category == "ChangeOfMind":
        given = _("If you return the whole order, we also refund its delivery.")
        kept = _("We refund the order’s delivery only where the law says so.")
        sentences.append(given if fees["refundsDelivery"] else kept)
    return " ".join(sentences) or _("We keep nothing.")


def _methods(methods: list) -> str:
    found = [
        _(
            "%(country)s: %(ways)s.",
            country=country_name(item["country"].decode("ascii", "replace")),
            ways=", ".join(chosen(item["methods"], METHODS)) or _("none"),
        )
        for item in methods
    ]
    return " ".join(found) or _("We serve no country.")


def _disputes(disputes: dict, currency: str) -> str:
    ends = _("If no arbitrator decides, it ends for you.")
    if not disputes["buyerByDefault"]:
        ends = _("If no arbitrator decides, it ends for us.")
    return " ".join(
        (
            _("Each of us can open a dispute for %(period)s.", period=period(disputes["dispute_s"])),
            _("The other side answers within %(period)s.", period=period(disputes["respond_s"])),
            _("For %(period)s we may agree.", period=period(disputes["inquiry_s"])),
            _("Then an arbitrator whom nobody chose decides, within %(period)s.", period=_ruling(disputes)),
            _("Each of us can appeal once, for %(period)s.", period=period(disputes["appeal_s"])),
            _("A dispute that is ruled costs %(amount)s.", amount=amount(disputes["costMinor"], currency)),
            ends,
        )
    )


def _ruling(disputes: dict) -> str:
    return period(disputes["evidence_s"] + disputes["rule_s"])


def _recovery(terms: dict) -> str:
    return _(
        "A new one takes over after %(period)s, if the old one does not object.", period=period(terms["recovery_s"])
    )
