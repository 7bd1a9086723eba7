"""What is printed in the tests, and what a reader and a scanner find on it."""

import dataclasses
import datetime as dt

import pypdfium2
import zxingcpp

from ledger_api.interop.addresses import Address
from ledger_api.interop.customs_forms import Article, Declaration
from ledger_api.interop.labels import Label

DOTS_PER_INCH = 300
POINTS_PER_INCH = 72
MM_PER_INCH = 25.4
A6_MM, A5_LYING_MM, A4_MM = (105.0, 148.0), (210.0, 148.0), (210.0, 297.0)

BUYER = Address(
    "Wisława Kołodziejczyk-Żółć", "ul. Długa 12/4", "Gdańsk", "PL", postcode="80-827", phone="+48 58 123 45 67"
)
SELLER = Address(
    "Returns Desk",
    "88 Keyuan Road 科苑路88号",
    "深圳 Shenzhen",
    "CN",
    company="Bright Lamps 深圳市明灯有限公司",
    postcode="518057",
    region="Guangdong",
    phone="+86 755 1234 5678",
    email="returns@lamps.example",
)
LABEL = Label(
    sender=BUYER,
    recipient=SELLER,
    carrier="Poczta Polska",
    tracking_number="RA123456785GB",
    rma_number="RMA-7K3Q-92",
    status_url="https://returns.example/r/0x7b1c9d2e44a0f1e6c83b5f0a9d27e4b81c6f3a5d",
    service="Return International",
    weight_grams=2300,
)
ARTICLES = (
    Article("LED desk lamp, aluminium", 1, 1850, 12840, "CN", "9405.21"),
    Article("Cotton shirt, woven", 2, 420, 4998, "BD", "620520"),
)
DECLARATION = Declaration(
    sender=BUYER,
    recipient=SELLER,
    articles=ARTICLES,
    currency="EUR",
    gross_weight_grams=2600,
    posted_on=dt.date(2026, 11, 24),
    office_of_origin="Gdańsk 1",
    operator="Poczta Polska",
    item_number="CP473124829PL",
    sender_customs_reference="PL123456789",
    importer_reference="CN91440300MA5",
    postage_minor=1590,
    comments="No quarantine",
    licence_number="LIC-1",
    certificate_number="CERT-2",
    invoice_number="INV-77",
    export_mrn="26PL443010E0012345",
)


def changed(thing, **parts):
    return dataclasses.replace(thing, **parts)


def sizes_mm(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [tuple(round(side / POINTS_PER_INCH * MM_PER_INCH, 1) for side in page.get_size()) for page in document]


def text_of(pdf: bytes, page: int | None = None) -> str:
    """The text of all pages, or of one, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    chosen = range(len(document)) if page is None else [page]
    return " ".join(" ".join(document[number].get_textpage().get_text_bounded() for number in chosen).split())


def image_of(pdf: bytes, page: int = 0):
    return pypdfium2.PdfDocument(pdf)[page].render(scale=DOTS_PER_INCH / POINTS_PER_INCH, grayscale=True).to_pil()


def scanned(pdf: bytes, page: int = 0) -> dict[str, str]:
    """What a scanner reads: by the kind of code."""
    return {code.format.name: code for code in zxingcpp.read_barcodes(image_of(pdf, page))}
