"""What goes onto a parcel of returned goods: label and customs form as PDF, or a page that says what is missing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Response, make_response, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import InvalidField
from ledger_api.interop.addresses import Address, checked_address
from ledger_api.interop.customs_forms import TEXT_LIMITS as CUSTOMS_LIMITS
from ledger_api.interop.customs_forms import WEIGHT_LIMIT_GRAMS, Declaration, Form, customs_form, form_for
from ledger_api.interop.customs_forms import Article as Declared
from ledger_api.interop.labels import TEXT_LIMITS, Label, Paper, return_label
from ledger_api.pages.acts import Errors, form_page
from ledger_api.pages.codes import SHORT_DIGITS, parcel_in_book
from ledger_api.pages.common import id_of, ledger, names_in, now, pages_blueprint, server_url, view
from ledger_api.pages.desk import article_of
from ledger_api.rules.access import Part
from ledger_api.rules.customs import DECLARATION, TARIFF, crosses_customs, plain_tariff
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.purchase import Purchase, purchase_of
from ledger_api.rules.refund import share
from ledger_api.texts import _
from ledger_api.vocabulary import COUNTRIES

blueprint = pages_blueprint("papers")

PARTS = ("name", "company", "street", "postcode", "city", "region", "country", "phone", "email")


@dataclass(frozen=True)
class Missing:
    """What is not there yet, who can add it, and where, if that is who asks."""

    words: str
    who: str
    address: str = ""
    link: str = ""


class Papers:
    """All that label and customs form are made of, as far as it is known here."""

    def __init__(self, look, return_id: str):
        self.state = look.return_state(id_of(return_id))
        self.name = names_in(look)
        self.purchase: Purchase = purchase_of(bytes_of(self.state["receipt"]), look.entries_of)
        self.sale = ledger().sales.get(self.purchase.sale.subject)
        seller, series = self.state["seller"], self.purchase.sale.receipt["series"]
        self.seller = self.name(seller)
        self.is_seller = Part.SELLER in gate.parts()
        self.recipient = _address(ledger().return_addresses.where(seller, series))
        self.sender = _address(self.sale.particulars.buyer if self.sale else None)
        self.parcel = parcel_in_book(self.state)

    @property
    def short_number(self) -> str:
        """By which both sides call the return."""
        return self.state["return_id"][2 : 2 + SHORT_DIGITS].upper()

    @property
    def carrier(self) -> str:
        return self.name(self.parcel[1])[: TEXT_LIMITS["carrier"]]

    @property
    def crosses(self) -> bool | None:
        """Whether the parcel passes customs; None where a country is not known."""
        countries = [item.country if item else "" for item in (self.sender, self.recipient)]
        return crosses_customs(*countries) if all(code in COUNTRIES for code in countries) else None

    def missing(self) -> list[Missing]:
        """What both papers need."""
        found = []
        if self.parcel is None:
            found.append(self._of_parcel())
        if not _is_whole(self.sender):
            found.append(self._of_seller(_("The buyer’s address, with street, town and country."), self._particulars))
        if not _is_whole(self.recipient):
            words = _("The address to which returned goods go, with street, town and country.")
            found.append(self._of_seller(words, url_for("pages_return_address.show")))
        return found

    def missing_for_customs(self) -> list[Missing]:
        """What customs want besides."""
        found, particulars = self.missing(), self.sale.particulars if self.sale else None
        for line in self.lines():
            article = particulars.articles[line["line"]] if particulars else None
            if lacks := _lacks(article):
                words = _("Of %(article)s: %(what)s.", article=line["name"], what=", ".join(lacks))
                found.append(self._of_seller(words, self._particulars))
        if particulars and particulars.export_declaration and not _is_declaration(particulars.export_declaration):
            words = _("The number of the export declaration has a slip: it has 18 characters.")
            found.append(self._of_seller(words, self._particulars))
        return found

    def lines(self) -> list[dict]:
        """What can be in the parcel: pieces that are expected and have not arrived."""
        left = ((line["line"], line["expected"] - line["received"]) for line in self.state["lines"])
        return [{"line": n, "name": article_of(self.sale, n), "pieces": pieces} for n, pieces in left if pieces > 0]

    @property
    def _particulars(self) -> str:
        return url_for("pages_particulars.show", return_id=self.state["return_id"])

    def _of_seller(self, words: str, address: str) -> Missing:
        if self.is_seller:
            return Missing(words, _("You can add it."), address, _("Add it"))
        return Missing(words, _("%(seller)s can add it.", seller=self.seller))

    def _of_parcel(self) -> Missing:
        words = _("The number of the parcel.")
        if self.is_seller:
            return Missing(words, _("The buyer says how the goods are sent, and names it then."))
        address = url_for("pages_buyer_acts.form", return_id=self.state["return_id"], act="parcel")
        return Missing(words, _("You name it where you say how you send the goods."), address, _("Say how you sent it"))


def _address(contact) -> Address | None:
    return Address(**{part: getattr(contact, part) for part in PARTS}) if contact else None


def _is_whole(address: Address | None) -> bool:
    try:
        return address is not None and bool(checked_address("address", address))
    except InvalidField:
        return False


def _is_declaration(number: str) -> bool:
    return bool(DECLARATION.fullmatch(number.replace(" ", "").upper()))


def _lacks(article) -> list[str]:
    """What customs want to know of an article and nobody has said."""
    wanted = (
        (article and article.weight_g, _("its weight")),
        (article and article.origin in COUNTRIES, _("the country where it was made")),
        (article and TARIFF.fullmatch(plain_tariff(article.tariff)), _("its tariff number")),
    )
    return [words for known, words in wanted if not known]


# --- Label ------------------------------------------------------------------------------------------------------------


@blueprint.get("/returns/<return_id>/label.pdf")
def label(return_id: str):
    """The label of the parcel that was named, on a sheet of A4 or, with `paper=a6`, for a printer of labels."""
    with view() as look:
        papers = Papers(look, return_id)
    if missing := papers.missing():
        return _missing_page(papers, _("The label cannot be printed yet"), missing)
    given = Label(
        sender=papers.sender,
        recipient=papers.recipient,
        carrier=papers.carrier,
        tracking_number=papers.parcel[0].number,
        rma_number=papers.short_number,
        status_url=f"{server_url()}/returns/{papers.state['return_id']}",
    )
    paper = Paper.A6 if request.args.get("paper") == Paper.A6.value else Paper.A4
    try:
        return _pdf(return_label(given, paper), "return-label")
    except InvalidField as error:
        return _unprintable(papers, error)


def _unprintable(papers: Papers, error: InvalidField):
    """What fits on no paper, in words for who can change it."""
    field = error.extras.get("field", "")
    if field == "tracking_number":
        missing = papers._of_parcel()
        missing = replace(missing, words=_("The number of the parcel cannot be printed as bars: it has a slip."))
    elif field.startswith("recipient"):
        words = _("The return address has a letter that cannot be printed, or is too long.")
        missing = papers._of_seller(words, url_for("pages_return_address.show"))
    else:
        words = _("The buyer’s address or an article has a letter that cannot be printed, or is too long.")
        missing = papers._of_seller(words, papers._particulars)
    return _missing_page(papers, _("This cannot be printed yet"), [missing])


def _missing_page(papers: Papers, heading: str, missing: list[Missing]):
    page = render_template("papers/missing.html", heading=heading, missing=missing, back=_back(papers))
    return make_response(page, 409)


def _back(papers: Papers) -> str:
    endpoint = "pages_inbox.show" if papers.is_seller else "pages_returns.show"
    return url_for(endpoint, return_id=papers.state["return_id"])


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


# --- Customs form -----------------------------------------------------------------------------------------------------


@blueprint.get("/returns/<return_id>/customs.pdf")
def customs(return_id: str):
    """The customs form; before it, what nobody but the sender knows: the weight, and what is in this parcel."""
    with view() as look:
        papers = Papers(look, return_id)
    if papers.crosses is False:
        return render_template("papers/no_customs.html", back=_back(papers))
    if missing := papers.missing_for_customs():
        return _missing_page(papers, _("The customs form cannot be printed yet"), missing)
    errors, form = Errors(), request.args
    packed = _packed(errors, form, papers) if "grams" in form else []
    if "grams" not in form or errors:
        declares = bool(papers.sale.particulars.export_declaration)
        page = {"lines": papers.lines(), "return_id": papers.state["return_id"], "back": _back(papers)}
        return form_page("papers/customs.html", errors, form=form, declares=declares, **page)
    try:
        return _pdf(customs_form(_declaration(papers, packed, int(form["grams"]))), "customs-form")
    except InvalidField as error:
        return _unprintable(papers, error)


def _packed(errors: Errors, form, papers: Papers) -> list[tuple[int, int]]:
    """(line, pieces) of what is in the parcel."""
    grams = errors.whole(form, "grams", 1, WEIGHT_LIMIT_GRAMS)
    asked = [(line, errors.whole(form, f"pieces-{line['line']}", 0, line["pieces"])) for line in papers.lines()]
    packed = [(line["line"], pieces) for line, pieces in asked if pieces]
    if not packed and asked:
        errors.add(f"pieces-{asked[0][0]['line']}", _("Say of at least one item how many pieces are in the parcel."))
    articles = papers.sale.particulars.articles
    net = sum(articles[line].weight_g * pieces for line, pieces in packed)
    if grams < net:
        errors.add("grams", _("The goods alone weigh %(net)s g. Weigh the parcel with its packing.", net=net))
    return packed


def _declaration(papers: Papers, packed: list[tuple[int, int]], grams: int) -> Declaration:
    """For the short form where the parcel may carry it; that has no field for the order's number but the comments."""
    particulars, known = papers.sale.particulars, papers.parcel[0]
    sent = next(p["sent_at"] for p in papers.state["parcels"] if p["parcel_id"] == "0x" + known.parcel_id.hex())
    order = particulars.order
    full = Declaration(
        sender=papers.sender,
        recipient=papers.recipient,
        articles=tuple(_declared(papers, line, pieces) for line, pieces in packed),
        currency=papers.state["currency"],
        gross_weight_grams=grams,
        posted_on=datetime.fromtimestamp(sent or now(), UTC).date(),
        operator=papers.carrier,
        item_number=known.number,
        invoice_number=order if len(order) <= CUSTOMS_LIMITS["invoice_number"] else "",
        export_mrn=particulars.export_declaration.upper(),
        sdr_rate=ledger().settings.rates_of_sdr().get(papers.state["currency"]),
    )
    short = replace(full, invoice_number="", comments=full.invoice_number)
    return short if form_for(short) is Form.CN22 else full


def _declared(papers: Papers, line: int, pieces: int) -> Declared:
    """Their value is what was paid for them without tax and duty."""
    article, price = papers.sale.particulars.articles[line], papers.purchase.sale.prices[line]
    return Declared(
        description=article.name,
        quantity=pieces,
        net_weight_grams=article.weight_g * pieces,
        value_minor=share(price.net_minor - price.discount_minor, 0, pieces, price.quantity),
        origin_country=article.origin,
        hs_code=article.tariff,
    )


# --- Where they stand -------------------------------------------------------------------------------------------------


def paper_links(look, state: dict) -> list[dict]:
    """Label and, where the parcel passes customs, the form for it: [{words, address}]."""
    if state["status"] != "approved" or state["returnless"] or parcel_in_book(state) is None:
        return []
    if not any(line["expected"] > line["received"] for line in state["lines"]):
        return []
    papers, return_id = Papers(look, state["return_id"]), state["return_id"]
    found = [{"words": _("Label for the parcel (PDF)"), "address": url_for("pages_papers.label", return_id=return_id)}]
    if papers.crosses:
        address = url_for("pages_papers.customs", return_id=return_id)
        found.append({"words": _("Customs form for the parcel (PDF)"), "address": address})
    return found
