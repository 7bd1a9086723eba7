"""What label and customs form need to know of a sale, as its seller adds it afterwards: off the record, not signed."""

from dataclasses import replace

from flask import redirect, request

from ledger_api.documents.sales import TEXT_LIMIT, Particulars
from ledger_api.errors import NotFound
from ledger_api.pages.acts import Errors, form_page
from ledger_api.pages.carrying import country_choices
from ledger_api.pages.common import ledger, pages_blueprint, view
from ledger_api.pages.desk import desk_of
from ledger_api.pages.return_address import PARTS, read_address
from ledger_api.rules.customs import DECLARATION, TARIFF, plain_tariff
from ledger_api.texts import _
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("particulars")

FORM = ["GET", "POST"]
WEIGHT_LIMIT_G = 1_000_000


@blueprint.route("/inbox/<return_id>/particulars", methods=FORM)
def show(return_id: str):
    """The buyer's address, and each article's weight, origin and tariff number."""
    with view() as look:
        desk = desk_of(return_id, look)
    if desk.sale is None:
        raise NotFound("The particulars of this sale are not kept here")
    known, errors, form = desk.sale.particulars, Errors(), request.form
    if request.method == "POST":
        read = _read(errors, form, known)
        if not errors:
            ledger().sales.keep(replace(desk.sale, particulars=read))
            return redirect(desk.address("pages_inbox.show", done="particulars"), 303)
    return form_page(
        "inbox/particulars.html",
        errors,
        desk=desk,
        articles=known.articles,
        form=form if form else _typed(known),
        countries=country_choices(),
    )


def _typed(known: Particulars) -> dict:
    form = {f"buyer-{part}": getattr(known.buyer, part) for part in PARTS}
    for i, article in enumerate(known.articles):
        form |= {f"weight-{i}": article.weight_g or "", f"origin-{i}": article.origin, f"tariff-{i}": article.tariff}
    return form | {"export": known.export_declaration}


def _read(errors: Errors, form, known: Particulars) -> Particulars:
    buyer = read_address(errors, form, "buyer-", needed=False)
    articles = tuple(_article(errors, form, i, article) for i, article in enumerate(known.articles))
    export = form.get("export", "").replace(" ", "").upper()
    if export and not DECLARATION.fullmatch(export):
        errors.add("export", _("Enter the 18 characters as on the export declaration, or leave it empty."))
    for part in PARTS:
        if len(getattr(buyer, part)) > TEXT_LIMIT:
            errors.add(f"buyer-{part}", _("Enter at most %(limit)s characters.", limit=TEXT_LIMIT))
    return replace(known, buyer=buyer, articles=articles, export_declaration=export)


def _article(errors: Errors, form, i: int, article):
    weight = form.get(f"weight-{i}", "").strip()
    grams = errors.whole(form, f"weight-{i}", 1, WEIGHT_LIMIT_G) if weight else 0
    origin, tariff = form.get(f"origin-{i}", "").strip(), form.get(f"tariff-{i}", "").strip()
    if origin and origin not in COUNTRIES:
        errors.add(f"origin-{i}", _("Choose the country."))
    if tariff and not TARIFF.fullmatch(plain_tariff(tariff)):
        errors.add(f"tariff-{i}", _("Enter the 6 to 12 digits of the tariff number."))
    return replace(article, weight_g=grams, origin=origin, tariff=tariff)
