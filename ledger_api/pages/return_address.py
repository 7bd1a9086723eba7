"""Where a seller wants returned goods sent: one address for all its terms, or another for single terms."""

from flask import redirect, request, url_for

from ledger_api.documents.addresses import ALL
from ledger_api.documents.sales import Contact
from ledger_api.errors import InvalidField, NotFound
from ledger_api.interop.addresses import Address, checked_address
from ledger_api.pages.acts import Errors, form_page
from ledger_api.pages.carrying import country_choices
from ledger_api.pages.common import ledger, pages_blueprint, view
from ledger_api.pages.desk import member
from ledger_api.pages.terms import newest_terms
from ledger_api.texts import _

blueprint = pages_blueprint("return_address")

FORM = ["GET", "POST"]
PARTS = ("name", "company", "street", "postcode", "city", "region", "country", "phone", "email")


@blueprint.route("/terms/return-address", methods=FORM)
def show():
    """The form, filled with what is kept."""
    number, _actor = member()
    with view() as look:
        series = sorted(newest_terms(look, number))
    chosen = _series(series)
    kept, errors, form = ledger().return_addresses.get(number, chosen), Errors(), request.form
    if request.method == "POST" and "leave-out" in form and chosen != ALL:
        ledger().return_addresses.erase(number, chosen)
        return redirect(url_for(".show", done="left-out"), 303)
    if request.method == "POST":
        address = read_address(errors, form)
        if not errors:
            ledger().return_addresses.keep(number, address, chosen)
            return redirect(url_for(".show", done="kept", **({"series": chosen} if chosen else {})), 303)
    return form_page(
        "terms/return_address.html",
        errors,
        form=form if form else _typed(kept),
        series=series,
        chosen=chosen,
        own=ledger().return_addresses.series_of(number),
        is_kept=kept is not None,
        countries=country_choices(),
        done=request.args.get("done", ""),
    )


def _series(known: list[int]) -> int:
    """The series of the address, 0 for all."""
    text = request.args.get("series", "")
    if not text:
        return ALL
    if not (text.isascii() and text.isdigit() and len(text) < 11) or int(text) not in known:
        raise NotFound("There are no such terms")
    return int(text)


def _typed(kept: Contact | None) -> dict:
    return {part: getattr(kept, part) for part in PARTS} if kept else {}


def read_address(errors: Errors, form, prefix: str = "", needed: bool = True) -> Contact:
    """An address as it was typed; without `needed` it may be left out altogether, but not in part."""
    given = {part: form.get(f"{prefix}{part}", "").strip() for part in PARTS}
    contact = Contact(**given)
    if not needed and not (given["street"] or given["city"] or given["country"]):
        return contact
    for part, words in _needed(given):
        errors.add(f"{prefix}{part}", words)
    if errors:
        return contact
    try:
        checked_address("address", Address(**given))
    except InvalidField as error:
        part = str(error.extras["field"]).removeprefix("address.")
        errors.add(f"{prefix}{part}", _wrong(part))
    return contact


def _needed(given: dict) -> list[tuple[str, str]]:
    wanted = (
        ("name", given["name"] or given["company"], _("Enter a name, or the company’s.")),
        ("street", given["street"], _("Enter street and number.")),
        ("city", given["city"], _("Enter the town.")),
        ("country", given["country"], _("Choose the country.")),
    )
    return [(part, words) for part, value, words in wanted if not value]


def _wrong(part: str) -> str:
    if part == "phone":
        return _("Enter a telephone number such as +48 58 123 45 67.")
    if part == "email":
        return _("Enter an e-mail address such as returns@shop.example.")
    return _("This is too long, or has a letter that a label cannot show. Write it shorter, in Latin letters.")
