"""What the buyer's pages say of a purchase: what was bought, until when it can go back, what that costs. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from ledger_api import legal_dates
from ledger_api.documents.sales import Sale as KeptSale
from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.purchase import Purchase
from ledger_api.rules.refund import Breakdown
from ledger_api.rules.times import DAY_S, counted, date_words, day
from ledger_api.rules.wording import percent
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import REASONS, ReasonCategory, Resolution, ReturnKind

OWN_LAWS = {"GB", "CH"}  # their periods are counted alike, but it is not this law
FAULTS = (ReasonCategory.CHANGE_OF_MIND, ReasonCategory.SELLER_FAULT, ReasonCategory.CARRIER_FAULT)
RESOLUTIONS = {
    Resolution.REFUND: mark("My money back"),
    Resolution.REPLACEMENT: mark("A replacement"),
    Resolution.STORE_CREDIT: mark("Store credit"),
    Resolution.REPAIR: mark("A repair"),
}
METHODS = (  # by bit of a policy's methods
    mark("At a drop-off point of a carrier"),
    mark("In a store of the seller"),
    mark("Picked up at your door"),
    mark("In a post box"),
    mark("With a code instead of a label"),
    mark("With a carrier of your choice"),
)


def currency_of(purchase: Purchase) -> str:
    """ISO 4217."""
    return purchase.sale.receipt["currency"].decode("ascii", "replace")


def article_names(purchase: Purchase, kept: KeptSale | None) -> list[str]:
    """What each line is called; its number where nothing more is kept here."""
    articles = kept.particulars.articles if kept else ()
    lines = range(len(purchase.sale.receipt["lines"]))
    return [articles[i].name if i < len(articles) else _("Item %(number)s", number=i + 1) for i in lines]


def bought_rows(purchase: Purchase, kept: KeptSale | None) -> list[dict]:
    """[{name, pieces, price, left, final}]: each line with what was paid for all its pieces."""
    currency, names = currency_of(purchase), article_names(purchase, kept)
    return [
        {
            "name": names[left.line],
            "pieces": counted(left.sold, "piece"),
            "price": figures(sum(purchase.sale.prices[left.line].components), currency),
            "left": left.pieces,
            "returning": counted(left.returning, "piece") if left.returning else "",
            "final": left.final_sale,
        }
        for left in purchase.lines
    ]


# --- Until when -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """One right to return: what it is called, a sentence on its time, and whether it is open now."""

    kind: ReturnKind
    title: str
    words: str
    meaning: str
    is_open: bool


def country_of(purchase: Purchase, kept: KeptSale | None) -> str | None:
    """The buyer's country, where it is known and its legal dates are."""
    named = {i["country"].decode("ascii", "replace") for i in purchase.sale.policy.values["methods"]}
    known = (kept.particulars.buyer.country if kept else "") or (named.pop() if len(named) == 1 else "")
    return known if known in legal_dates.COUNTRIES.keys() - OWN_LAWS else None


def windows(purchase: Purchase, kept: KeptSale | None, now: int) -> list[Window]:
    """The statutory withdrawal, where the buyer has that right, and the seller's own return."""
    found = [_goodwill(purchase, now)]
    return [_withdrawal(purchase, kept, now), *found] if purchase.sale.receipt["consumer"] else found


def _goodwill(purchase: Purchase, now: int) -> Window:
    until = purchase.ends_at(ReturnKind.GOODWILL)
    days = counted(purchase.sale.terms["window_s"] // DAY_S, "day")
    meaning = _("The seller answers first, by its own terms, and may ask or decline.")
    if until is None:
        words = _("You have %(days)s from the day you have the goods.", days=days)
    elif now <= until:
        words = _("You can ask until %(day)s.", day=day(until))
    else:
        words = _("It ended on %(day)s. You can still ask, but the seller may decline as too late.", day=day(until))
    title = _("Return by the seller’s terms")
    return Window(ReturnKind.GOODWILL, title, words, meaning, until is None or now <= until)


def _withdrawal(purchase: Purchase, kept: KeptSale | None, now: int) -> Window:
    last, until = withdrawal_end(purchase, kept)
    meaning = _("Your right by law: no reason and no answer is needed, and there is no restocking fee.")
    if until is None:
        days = counted(purchase.sale.terms["withdrawal_s"] // DAY_S, "day")
        words = _("You have %(days)s from the day you have the goods.", days=days)
    elif now < until:
        words = _("You can withdraw until the end of %(day)s.", day=last)
    else:
        words = _("It ended on %(day)s.", day=last)
    return Window(ReturnKind.WITHDRAWAL, _("Withdrawal by law"), words, meaning, until is None or now < until)


def withdrawal_end(purchase: Purchase, kept: KeptSale | None, delivered_at: int | None = None):
    """(last day in words, the second after it); ("", None) while the period has not begun."""
    ends_at = purchase.ends_at(ReturnKind.WITHDRAWAL, delivered_at)
    if ends_at is None:
        return "", None
    delivered, country = max(purchase.delivered_at or 0, delivered_at or 0), country_of(purchase, kept)
    told = legal_dates.TOLD_IN_TIME if purchase.sale.receipt["informed"] else None
    try:
        period = legal_dates.withdrawal_period(delivered, country, told) if country else None
    except ValueError:  # a time beyond those whose holidays are known
        period = None
    if period is None:
        return day(ends_at), ends_at
    return date_words(period.last_day), min(period.until, ends_at)


# --- What it costs, what one gets back --------------------------------------------------------------------------------

_FAULT_WORDS = {
    ReasonCategory.CHANGE_OF_MIND: mark("If you changed your mind"),
    ReasonCategory.SELLER_FAULT: mark("If it is defective, wrong or not as described"),
    ReasonCategory.CARRIER_FAULT: mark("If it was damaged or late on its way"),
}


def fee_rows(purchase: Purchase) -> list[tuple[str, str]]:
    """(whose fault it is, what the seller keeps) by its own terms."""
    return [(marked(_FAULT_WORDS[fault]), _kept_words(purchase, fault)) for fault in FAULTS]


def _kept_words(purchase: Purchase, fault: ReasonCategory) -> str:
    fees, currency = purchase.fees, currency_of(purchase)
    rate, shipping = fees.restocking_basis_points[fault], fees.return_shipping_minor[fault]
    if rate and shipping:
        return _(
            "%(part)s of the goods’ value for restocking, and %(amount)s for return shipping",
            part=percent(rate),
            amount=amount(shipping, currency),
        )
    if rate:
        return _("%(part)s of the goods’ value for restocking", part=percent(rate))
    return _("%(amount)s for return shipping", amount=amount(shipping, currency)) if shipping else _("Nothing")


def refund_rows(broken: Breakdown, currency: str) -> list[dict]:
    """[{label, text, total}]: from the goods to what is paid back; the last is the sum of those above it."""
    goods = broken.net_minor + broken.tax_minor + broken.duty_minor
    rows = [
        (_("Goods, with tax and duty"), goods, False),
        (_("Restocking fee"), -broken.restocking_minor, False),
        (_("Return shipping"), -broken.return_shipping_minor, False),
        (_("Standard delivery"), broken.delivery_minor, False),
        (_("More than is left of what you paid"), -broken.capped_minor, False),
        (_("You get back"), broken.due_minor, True),
    ]
    return [
        {"label": label, "text": figures(minor, currency), "total": total}
        for label, minor, total in rows
        if minor or total
    ]


def reason_choices() -> list[int]:
    """Reasons that a buyer can give: numbers, in the order of the registry."""
    return [number for number, (category, _handle) in REASONS.items() if category in FAULTS]


def method_words(purchase: Purchase, kept: KeptSale | None) -> list[str]:
    """How the goods can go back from the buyer's country; empty where that is not known."""
    country = kept.particulars.buyer.country if kept else ""
    listed = {i["country"].decode("ascii", "replace"): i["methods"] for i in purchase.sale.policy.values["methods"]}
    bits = listed.get(country, 0)
    return [marked(words) for bit, words in enumerate(METHODS) if bits >> bit & 1]


def end_of_day(text: str, now: int) -> int | None:
    """The last second of a day YYYY-MM-DD in UTC, today the present minute; None if there is no such day yet."""
    try:
        given = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        return None
    if given > datetime.fromtimestamp(now, UTC).date():
        return None
    return min(int(datetime.combine(given, time(23, 59, 59), UTC).timestamp()), now - 60)
