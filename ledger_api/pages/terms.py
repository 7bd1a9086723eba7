"""A seller's terms: what holds now in plain words, and the editor of the next version."""

import re

from flask import render_template, request, url_for

from ledger_api.errors import NotFound
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.carrying import country_choices
from ledger_api.pages.common import names_in, pages_blueprint, view
from ledger_api.pages.desk import member, money_of, percent_of, plain_money
from ledger_api.pages.terms_words import CATEGORIES, METHODS, REASON_OF, RESOLUTIONS, currency_of, terms_rows
from ledger_api.rules.hashing import keccak
from ledger_api.rules.times import DAY_S, HOUR_S
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("terms")

FORM = ["GET", "POST"]
SERIES_LIMIT = 2**32 - 1
PERIOD_LIMIT_S = 2**32 - 1
COUNTRIES_LIMIT = 250
UNITS = {"": DAY_S, "d": DAY_S, "h": HOUR_S, "min": 60, "s": 1}
PERIODS = {  # field → label
    "window_s": mark("A return can be asked for, from delivery"),
    "withdrawal_s": mark("A consumer may withdraw, from delivery"),
    "uninformed_s": mark("Added where the consumer was not told of it"),
    "answer_s": mark("You answer, from the request"),
    "supply_s": mark("The buyer answers a question"),
    "send_s": mark("The buyer sends the goods, from the approval"),
    "transit_s": mark("The parcel arrives, from its sending"),
    "inspect_s": mark("The goods are checked, from their arrival"),
    "pay_s": mark("You refund, from the check"),
    "confirm_s": mark("The buyer says whether it came, from the payment"),
    "reopen_s": mark("The buyer may ask once more, after a no"),
    "recovery_s": mark("A buyer’s new device takes over after"),
    "grace_s": mark("Grace, added to each time"),
}
DISPUTE_PERIODS = {
    "dispute_s": mark("A dispute can be opened, from what is contested"),
    "respond_s": mark("The other side answers"),
    "inquiry_s": mark("The sides may agree, from the answer"),
    "evidence_s": mark("Both bring evidence"),
    "rule_s": mark("The arbitrator rules, from the end of evidence"),
    "appeal_s": mark("Either side may appeal, from the ruling"),
}
MAY_BE_NOTHING = ("grace_s", "uninformed_s")
CHOICES = {
    1: mark("Silence approves late requests and final sales too"),
    2: mark("Pieces that are lost on the way count as not sent"),
}
DEFAULT_DAYS = {
    **{"window_s": 30, "withdrawal_s": 14, "uninformed_s": 365, "answer_s": 3, "supply_s": 7, "send_s": 14},
    **{"transit_s": 30, "inspect_s": 7, "pay_s": 14, "confirm_s": 10, "reopen_s": 14, "recovery_s": 7, "grace_s": 8},
}
DEFAULT_DISPUTE_DAYS = {
    **{"dispute_s": 10, "respond_s": 5, "inquiry_s": 7, "evidence_s": 7, "rule_s": 7, "appeal_s": 5},
}


# --- What holds now ---------------------------------------------------------------------------------------------------


@blueprint.get("/terms")
def show_all():
    """All terms of the seller, as a buyer reads them."""
    number, _actor = member()
    with view() as look:
        found = sorted(newest_terms(look, number).items())
    items = [
        {
            "series": series,
            "version": values["version"],
            "rows": terms_rows(values["terms"], values["disputes"], values["methods"]),
        }
        for series, values in found
    ]
    return render_template("terms/list.html", items=items, next=max((s for s, _values in found), default=0) + 1)


def newest_terms(look, number: int) -> dict[int, dict]:
    """Series → values of its newest version."""
    found = {}
    for policy, _version in look.policies(number):
        values = [entry.values for entry in look.entries_of(policy) if entry.name == "PolicyPublished"][-1]
        found[values["series"]] = values
    return found


def _first(number: int, series: int) -> dict:
    """What a new series begins with."""
    fees = {f"restocking{category}BasisPoints": 0 for category in CATEGORIES}
    fees |= {f"returnShipping{category}Minor": 0 for category in CATEGORIES} | {"refundsDelivery": False}
    periods = {name: days * DAY_S for name, days in DEFAULT_DAYS.items()}
    disputes = {name: days * DAY_S for name, days in DEFAULT_DISPUTE_DAYS.items()}
    return {
        "participant": number,
        "series": series,
        "version": 0,
        "terms": {**periods, "resolutions": 2, "choices": 0, "currency": b"EUR", "fees": fees},
        "disputes": {**disputes, "costMinor": 0, "buyerByDefault": True, "arbitrator": bytes(20)},
        "methods": [],
        "document": bytes(32),
    }


# --- The next version -------------------------------------------------------------------------------------------------


@blueprint.route("/terms/<int:series>/edit", methods=FORM)
def edit(series: int):
    """All fields of a version, as they are now; then what a buyer will read, to be signed."""
    number, actor = member()
    if not 1 <= series <= SERIES_LIMIT:
        raise NotFound("There are no such terms")
    with view() as look:
        known, name = newest_terms(look, number), names_in(look)(number)
    now = known.get(series) or _first(number, series)
    errors, form = Errors(), request.form
    named = request.values.getlist("country")
    codes = named if named or request.method == "POST" else [_code(item) for item in now["methods"]]
    codes = [code for code in dict.fromkeys(codes) if code in COUNTRIES][:COUNTRIES_LIMIT]
    if request.method == "POST" and "add" in form:
        added = form.get("new-country", "")
        codes += [added] if added in COUNTRIES and added not in codes else []
    elif request.method == "POST" and "leave-out" in form:
        codes = [code for code in codes if code != form["leave-out"]]
    elif request.method == "POST":
        policy = _read(errors, now, codes)
        if not errors:
            return _check(policy, actor, name)
    return form_page(
        "terms/edit.html", errors, form=form if form else _as_form(now), codes=codes, series=series, **_labels(now)
    )


def _code(item: dict) -> str:
    return item["country"].decode("ascii", "replace")


def _labels(now: dict) -> dict:
    return {
        "version": now["version"] + 1,
        "currency": currency_of(now["terms"]),
        "is_new": now["version"] == 0,
        "periods": [(name, marked(label)) for name, label in PERIODS.items()],
        "dispute_periods": [(name, marked(label)) for name, label in DISPUTE_PERIODS.items()],
        "resolutions": [(number, marked(words)) for number, words in RESOLUTIONS.items()],
        "choices": [(number, marked(words)) for number, words in CHOICES.items()],
        "categories": [(name, marked(REASON_OF[name])) for name in CATEGORIES],
        "methods": [(bit, marked(words)) for bit, words in enumerate(METHODS)],
        "countries": country_choices(),
        "names": dict(country_choices()),
    }


# --- Between the form and the record ----------------------------------------------------------------------------------


def period_text(seconds: int) -> str:
    """A period as it stands in a field: days, or hours, minutes, seconds with their unit."""
    for unit, size in (("", DAY_S), (" h", HOUR_S), (" min", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds} s"


def period_of(errors: Errors, form, name: str, may_be_nothing: bool = False) -> int:
    """The seconds of what was typed."""
    found = re.fullmatch(r"(\d{1,10})\s*(d|h|min|s)?", form.get(name, "").strip().lower())
    seconds = int(found[1]) * UNITS[found[2] or ""] if found else -1
    if not (0 if may_be_nothing else 1) <= seconds <= PERIOD_LIMIT_S:
        errors.add(name, _("Enter a number of days, or hours such as 36 h."))
        return 0
    return seconds


def _as_form(values: dict) -> dict:
    """A version as its form would have been typed."""
    terms, disputes, fees = values["terms"], values["disputes"], values["terms"]["fees"]
    currency = currency_of(terms)
    form = {name: period_text(terms[name]) for name in PERIODS}
    form |= {name: period_text(disputes[name]) for name in DISPUTE_PERIODS}
    form |= {f"resolution-{n}": "1" for n in RESOLUTIONS if terms["resolutions"] >> n & 1}
    form |= {f"choice-{n}": "1" for n in CHOICES if terms["choices"] & n}
    for category in CATEGORIES:
        form[f"restocking-{category}"] = f"{fees[f'restocking{category}BasisPoints'] / 100:g}"
        form[f"shipping-{category}"] = plain_money(fees[f"returnShipping{category}Minor"], currency)
    form |= {"delivery": "1"} if fees["refundsDelivery"] else {}
    form |= {"default": "buyer" if disputes["buyerByDefault"] else "seller", "currency": currency}
    form["cost"] = plain_money(disputes["costMinor"], currency)
    for item in values["methods"]:
        form |= {f"method-{_code(item)}-{bit}": "1" for bit in range(len(METHODS)) if item["methods"] >> bit & 1}
    return form


def _read(errors: Errors, now: dict, codes: list[str]) -> dict:
    """The next version, as it was typed."""
    form, currency = request.form, _currency(errors, now)
    terms = {name: period_of(errors, form, name, name in MAY_BE_NOTHING) for name in PERIODS}
    terms["resolutions"] = sum(1 << n for n in RESOLUTIONS if f"resolution-{n}" in form)
    terms["choices"] = sum(n for n in CHOICES if f"choice-{n}" in form)
    terms["currency"], terms["fees"] = currency.encode("ascii"), _fees(errors, currency)
    disputes = {name: period_of(errors, form, name) for name in DISPUTE_PERIODS}
    if disputes["dispute_s"] > min(terms["confirm_s"], terms["reopen_s"]):
        words = _("This may not be longer than the time to say whether it came, or to ask once more.")
        errors.add("dispute_s", words)
    disputes["costMinor"] = money_of(errors, "cost", currency)
    disputes["buyerByDefault"] = form.get("default") != "seller"
    disputes["arbitrator"] = now["disputes"]["arbitrator"]
    text = form.get("text", "").replace("\r\n", "\n").strip()
    return {
        "participant": now["participant"],
        "series": now["series"],
        "version": now["version"] + 1,
        "terms": terms,
        "disputes": disputes,
        "methods": [{"country": code.encode("ascii"), "methods": _methods(code)} for code in sorted(codes)],
        "document": keccak(text.encode()) if text else now["document"],
    }


def _currency(errors: Errors, now: dict) -> str:
    if now["version"]:
        return currency_of(now["terms"])
    given = request.form.get("currency", "").strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", given):
        errors.add("currency", _("Enter the three letters of a currency, such as EUR."))
        return "EUR"
    return given


def _fees(errors: Errors, currency: str) -> dict:
    fees = {}
    for category in CATEGORIES:
        fees[f"restocking{category}BasisPoints"] = percent_of(errors, f"restocking-{category}")
        fees[f"returnShipping{category}Minor"] = money_of(errors, f"shipping-{category}", currency)
    return {**fees, "refundsDelivery": "delivery" in request.form}


def _methods(code: str) -> int:
    return sum(1 << bit for bit in range(len(METHODS)) if f"method-{code}-{bit}" in request.form)


def _check(policy: dict, actor: bytes, name: str):
    rows = [Row(what, words) for what, words in terms_rows(policy["terms"], policy["disputes"], policy["methods"])]
    signed = ToSign(
        actor,
        [("publishPolicy", policy)],
        _("What your buyers will read"),
        rows,
        _("Publish these terms"),
        url_for(".show_all"),
        commits=_(
            "They hold for sales under version %(version)s of %(name)s’s terms %(series)s. What was sold before keeps"
            " its own version.",
            version=policy["version"],
            name=name,
            series=policy["series"],
        ),
        back=url_for(".edit", series=policy["series"], country=[_code(item) for item in policy["methods"]]),
    )
    return sign_page(signed)
