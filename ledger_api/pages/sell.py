"""Entering a sale by hand: what was bought, by whom, under which terms; the browser signs it and makes the link."""

from flask import render_template, request, url_for

from ledger_api.documents.sales import read_particulars
from ledger_api.errors import InvalidField
from ledger_api.pages.acts import Errors, Row, form_page
from ledger_api.pages.carrying import country_choices
from ledger_api.pages.common import now, pages_blueprint, view
from ledger_api.pages.desk import day_of, member, money_of
from ledger_api.pages.terms import newest_terms
from ledger_api.pages.terms_words import currency_of
from ledger_api.rules import refund
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.sale import price_of
from ledger_api.rules.times import day
from ledger_api.texts import LANGUAGES, _
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("sell")

FORM = ["GET", "POST"]
LINES_LIMIT = 50
WEIGHT_LIMIT_G = 1_000_000
CONTACT = ("name", "company", "email", "phone", "street", "postcode", "city", "region")


@blueprint.route("/sales/new", methods=FORM)
def new():
    """The form, and what is about to be signed."""
    number, actor = member()
    with view() as look:
        terms = newest_terms(look, number)
    if not terms:
        return render_template("sell/no_terms.html")
    errors, form = Errors(), request.form
    count = _count(request.values)
    if request.method == "POST" and "add" in form:
        count = min(count + 1, LINES_LIMIT)
    elif request.method == "POST":
        sale = _read(errors, number, terms, count)
        if not errors:
            return _check(sale, actor, count)
    return form_page(
        "sell/new.html",
        errors,
        form=form,
        lines=range(count),
        terms=[(series, _terms_words(series, values)) for series, values in sorted(terms.items())],
        countries=country_choices(),
        languages_=list(LANGUAGES.items()),
    )


def _count(form) -> int:
    given = form.get("lines", "1")
    return min(max(int(given), 1), LINES_LIMIT) if given.isascii() and given.isdigit() and len(given) < 4 else 1


def _terms_words(series: int, values: dict) -> str:
    return _(
        "Terms %(series)s, version %(version)s, in %(currency)s",
        series=series,
        version=values["version"],
        currency=currency_of(values["terms"]),
    )


# --- What was typed ---------------------------------------------------------------------------------------------------


def _read(errors: Errors, number: int, terms: dict, count: int) -> dict:
    """The receipt but for what the browser makes, and the particulars."""
    form = request.form
    series = next((item for item in terms if str(item) == form.get("series")), None)
    if series is None:
        errors.add("series", _("Choose the terms."))
        series = min(terms)
    currency = currency_of(terms[series]["terms"])
    order = errors.needs(form, "order", _("Enter the number under which you find the order."))
    pairs = [_line(errors, index, currency) for index in range(count) if _is_filled(index)]
    if not pairs:
        errors.add("article-0", _("Say what was bought."))
    country = form.get("country", "")
    buyer = {name: form.get(f"buyer-{name}", "").strip() for name in CONTACT}
    buyer["country"] = country if country in COUNTRIES else ""
    language = form.get("language", "")
    particulars = {
        "order": order,
        "articles": [article for _sold, article in pairs],
        "buyer": buyer,
        "language": language if language in LANGUAGES else "en",
    }
    if not errors:
        _check_texts(errors, particulars)
    receipt = {
        "seller": number,
        "series": series,
        "policyVersion": terms[series]["version"],
        "currency": hex_of(currency.encode("ascii")),
        "soldAt": day_of(errors, "day") or now(),
        "deliveryMinor": money_of(errors, "delivery", currency),
        "consumer": "consumer" in form,
        "informed": "informed" in form,
        "lines": [sold for sold, _article in pairs],
    }
    return {"receipt": receipt, "particulars": particulars, "currency": currency}


def _is_filled(index: int) -> bool:
    return any(request.form.get(f"{name}-{index}", "").strip() for name in ("article", "net"))


def _line(errors: Errors, index: int, currency: str) -> tuple[dict, dict]:
    """(line of the receipt, article)."""
    form = request.form
    name = errors.needs(form, f"article-{index}", _("Say what the article is."))
    pieces = errors.whole(form, f"pieces-{index}", 1, refund.MAX_QUANTITY)
    net = money_of(errors, f"net-{index}", currency)
    discount = money_of(errors, f"discount-{index}", currency)
    if discount > net:
        errors.add(f"discount-{index}", _("The discount is more than the price."))
    sold = {
        "quantity": pieces,
        "netMinor": net,
        "discountMinor": discount,
        "taxMinor": money_of(errors, f"tax-{index}", currency),
        "dutyMinor": money_of(errors, f"duty-{index}", currency),
        "finalSale": f"final-{index}" in form,
    }
    weight = form.get(f"weight-{index}", "").strip()
    grams = errors.whole(form, f"weight-{index}", 0, WEIGHT_LIMIT_G) if weight else 0
    texts = {item: form.get(f"{item}-{index}", "").strip() for item in ("sku", "origin", "tariff")}
    return sold, {"name": name, "weight_g": grams, **texts}


def _check_texts(errors: Errors, particulars: dict) -> None:
    """What the store would not take is told at the order's field: only texts that are far too long."""
    try:
        read_particulars(particulars)
    except InvalidField as error:
        errors.add("order", _("One of the texts is too long: %(detail)s", detail=error.detail))


# --- What is signed ---------------------------------------------------------------------------------------------------


def _check(sale: dict, actor: bytes, count: int):
    receipt, particulars, currency = sale["receipt"], sale["particulars"], sale["currency"]
    prices = [price_of(sold) for sold in receipt["lines"]]
    rows = [Row(_("Order"), particulars["order"]), Row(_("Sold"), day(receipt["soldAt"]))]
    if particulars["buyer"]["name"]:
        rows.append(Row(_("Buyer"), particulars["buyer"]["name"]))
    for article, price in zip(particulars["articles"], prices, strict=True):
        words = _(
            "%(pieces)s × %(amount)s in all", pieces=price.quantity, amount=amount(sum(price.components), currency)
        )
        rows.append(Row(article["name"], words))
    if receipt["deliveryMinor"]:
        rows.append(Row(_("Delivery"), amount(receipt["deliveryMinor"], currency)))
    rows.append(Row(_("Paid in all"), amount(refund.paid_minor(prices, receipt["deliveryMinor"]), currency)))
    rows.append(Row(_("Terms"), str(receipt["series"])))
    if receipt["consumer"]:
        told, untold = (
            _("A consumer, told of the right to withdraw"),
            _("A consumer, not told of the right to withdraw"),
        )
        rows.append(Row(_("The buyer is"), told if receipt["informed"] else untold))
    return render_template(
        "sell/check.html",
        rows=rows,
        back=url_for(".new", lines=count),
        sale={"actor": hex_of(actor), "receipt": receipt, "particulars": particulars},
    )
