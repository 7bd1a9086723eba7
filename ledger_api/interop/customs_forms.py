"""Customs declarations of parcels of returned goods: what they say, which form, and whether it may be said.

Forms are the UPU's CN 22 and CN 23; how they look is in customs_pages.py. Fields: docs/reference/labels.md.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from ledger_api.errors import InvalidField
from ledger_api.interop import customs_pages
from ledger_api.interop.addresses import Address, checked_address
from ledger_api.interop.barcodes import parcel_number
from ledger_api.interop.identifiers import joined
from ledger_api.interop.printing import checked_text
from ledger_api.rules.amounts import DEFAULT_DECIMALS, amount
from ledger_api.rules.customs import DECLARATION, TARIFF, plain_tariff
from ledger_api.vocabulary import COUNTRIES, CURRENCY_DECIMALS

__all__ = ["Address", "Article", "Declaration", "Form", "customs_form", "form_for"]

CN22_LIMIT_SDR = 300  # special drawing rights; UPU Convention Regulations
CN22_LIMIT_GRAMS = 2_000  # a small packet; heavier is parcel post
ARTICLES_LIMIT = 60
QUANTITY_LIMIT = 100_000
WEIGHT_LIMIT_GRAMS = 1_000_000
VALUE_LIMIT_MINOR = 10**13
DESCRIPTION_LIMIT = 120  # characters
TEXT_LIMITS = {  # characters
    "operator": 60,
    "office_of_origin": 60,
    "sender_customs_reference": 40,
    "importer_reference": 40,
    "comments": 160,
    "licence_number": 30,
    "certificate_number": 30,
    "invoice_number": 30,
}

CN23_ONLY = (  # what a CN 22 has no field for
    "sender_customs_reference",
    "importer_reference",
    "postage_minor",
    "licence_number",
    "certificate_number",
    "invoice_number",
)

_CURRENCY = re.compile(r"[A-Z]{3}")


class Form(Enum):
    """The UPU's two forms."""

    CN22 = "CN 22"  # the short one: small packets of little value
    CN23 = "CN 23"  # the full one: every parcel may carry it


@dataclass(frozen=True)
class Article:
    """Pieces of one kind, one line of a form."""

    description: (
        str  # in detail, in a language of the country of destination or in English: "cotton shirt", not "clothes"
    )
    quantity: int  # pieces
    net_weight_grams: int  # of all these pieces
    value_minor: int  # of all these pieces, minor units of the declaration's currency
    origin_country: str  # where they were made, ISO 3166-1 alpha-2
    hs_code: str = ""  # tariff number of the Harmonized System, 6 to 12 digits


@dataclass(frozen=True)
class Declaration:
    """What is declared about one parcel."""

    sender: Address  # the buyer
    recipient: Address  # the return address
    articles: tuple[Article, ...]
    currency: str  # ISO 4217
    gross_weight_grams: int  # with the packing
    posted_on: dt.date
    office_of_origin: str = ""  # where it is posted
    operator: str = ""  # the post or carrier
    item_number: str = ""  # tracking number
    sender_customs_reference: str = ""  # for example an EORI number
    importer_reference: str = ""  # tax code, VAT number or importer code of the recipient
    postage_minor: int | None = None  # minor units of the currency; None is not said
    comments: str = ""  # quarantine and other restrictions
    licence_number: str = ""
    certificate_number: str = ""
    invoice_number: str = ""
    export_mrn: str = ""  # movement reference number of the declaration under which the goods were exported
    sdr_rate: Decimal | None = None  # price of one special drawing right, in whole units of the currency
    cn22_limit_minor: int | None = None  # highest value for a CN 22 where no rate is given, minor units

    @property
    def value_minor(self) -> int:
        return sum(article.value_minor for article in self.articles)

    @property
    def net_weight_grams(self) -> int:
        return sum(article.net_weight_grams for article in self.articles)


def form_for(declaration: Declaration) -> Form:
    """CN 22 where the parcel may carry it, else CN 23.

    It may up to 2 kg and up to 300 SDR: by `sdr_rate`, or where there is none up to `cn22_limit_minor`. Where neither
    is given, the value cannot be judged, and CN 23 is right in any case; as where something of CN23_ONLY is said.
    """
    return Form.CN23 if _against_cn22(declaration) else Form.CN22


def customs_form(declaration: Declaration, form: Form | None = None) -> bytes:
    """PDF of the form, that of `form_for` if none is asked for; more articles than lines go on on further pages.

    CN 22 is A6 upright, CN 23 A5 lying. Raises InvalidField: also for a CN 22 that the parcel may not carry.
    """
    checked = checked_declaration(declaration)
    chosen = form or form_for(checked)
    if chosen is Form.CN22:
        if problem := _against_cn22(checked):
            raise InvalidField(*problem)
        return customs_pages.cn22(checked)
    return customs_pages.cn23(checked)


def _against_cn22(declaration: Declaration) -> tuple[str, str] | None:
    """Why the parcel may not carry a CN 22: field, and what to do."""
    if declaration.gross_weight_grams > CN22_LIMIT_GRAMS:
        return "gross_weight_grams", f"is above {CN22_LIMIT_GRAMS} g, the most for CN 22; use CN 23"
    for field in CN23_ONLY:
        if getattr(declaration, field) not in ("", None):
            return field, "has no place on CN 22; use CN 23, or leave it out"
    limit = _value_limit_minor(declaration)
    if limit is None:
        return "sdr_rate", "is missing, and cn22_limit_minor too, so the limit of 300 SDR cannot be told; use CN 23"
    if declaration.value_minor > limit:
        shown = amount(limit, declaration.currency)
        return "articles", f"are worth more than {shown} (300 SDR), the most for CN 22; use CN 23"
    return None


def _value_limit_minor(declaration: Declaration) -> int | None:
    if declaration.sdr_rate is None:
        return declaration.cn22_limit_minor
    decimals = CURRENCY_DECIMALS.get(declaration.currency, DEFAULT_DECIMALS)
    return int(CN22_LIMIT_SDR * declaration.sdr_rate * 10**decimals)


# ------------------------------------------------------------------------------------------------------ what is checked
def checked_declaration(declaration: Declaration) -> Declaration:
    """The declaration with tidy texts. Raises InvalidField."""
    _check_figures(declaration)
    return replace(
        declaration,
        sender=checked_address("sender", declaration.sender),
        recipient=checked_address("recipient", declaration.recipient),
        articles=tuple(_article(f"articles[{place}]", one) for place, one in enumerate(declaration.articles)),
        item_number=_item_number(declaration.item_number),
        export_mrn=_mrn(declaration.export_mrn),
        **{part: checked_text(part, getattr(declaration, part), limit) for part, limit in TEXT_LIMITS.items()},
    )


def _check_figures(declaration: Declaration) -> None:
    if not 1 <= len(declaration.articles) <= ARTICLES_LIMIT:
        detail = f"are {len(declaration.articles)}; declare 1 to {ARTICLES_LIMIT} in one parcel"
        raise InvalidField("articles", detail)
    if not _CURRENCY.fullmatch(declaration.currency):
        raise InvalidField("currency", f"{declaration.currency!r} is not ISO 4217; use a code like EUR")
    _within("gross_weight_grams", declaration.gross_weight_grams, 1, WEIGHT_LIMIT_GRAMS)
    if declaration.postage_minor is not None:
        _within("postage_minor", declaration.postage_minor, 0, VALUE_LIMIT_MINOR)
    if declaration.sdr_rate is not None and not (declaration.sdr_rate.is_finite() and declaration.sdr_rate > 0):
        raise InvalidField("sdr_rate", "is not above zero; give the price of one SDR, or leave it out")
    if declaration.net_weight_grams > declaration.gross_weight_grams:
        detail = f"is less than the articles' {declaration.net_weight_grams} g; weigh the parcel with its packing"
        raise InvalidField("gross_weight_grams", detail)


def _article(field: str, article: Article) -> Article:
    _within(f"{field}.quantity", article.quantity, 1, QUANTITY_LIMIT)
    _within(f"{field}.net_weight_grams", article.net_weight_grams, 1, WEIGHT_LIMIT_GRAMS)
    _within(f"{field}.value_minor", article.value_minor, 0, VALUE_LIMIT_MINOR)
    if article.origin_country not in COUNTRIES:
        detail = f"{article.origin_country!r} is not ISO 3166-1 alpha-2; use a code like PL"
        raise InvalidField(f"{field}.origin_country", detail)
    code = plain_tariff(article.hs_code)
    if code and not TARIFF.fullmatch(code):
        raise InvalidField(
            f"{field}.hs_code", f"{article.hs_code!r} has not 6 to 12 digits; look it up, or leave it out"
        )
    description = checked_text(f"{field}.description", article.description, DESCRIPTION_LIMIT, needed=True)
    return replace(article, description=description, hs_code=code)


def _within(field: str, value: int, least: int, most: int) -> None:
    if not isinstance(value, int) or not least <= value <= most:
        raise InvalidField(field, f"{value} is not a whole number from {least} to {most}")


def _item_number(number: str) -> str:
    """The number without blanks, or empty."""
    plain = joined(number)
    if plain:
        parcel_number("item_number", plain)
    return plain


def _mrn(number: str) -> str:
    plain = joined(number)
    if plain and not DECLARATION.fullmatch(plain):
        detail = f"{number!r} has not 18 characters like 26PL443010E0012345; copy it from the export declaration"
        raise InvalidField("export_mrn", detail)
    return plain
