"""Labels of returns: what is refused, what a reader finds on them and what a scanner reads."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from printed import A4_MM, A6_MM, BUYER, LABEL, SELLER, changed, image_of, scanned, sizes_mm, text_of

from ledger_api.errors import InvalidField
from ledger_api.interop.labels import Paper, drop_off_code, qr_png, return_label
from ledger_api.texts import in_language

LONG = "Aleksandra Wiśniewska-Kołodziejczyk von und zu Hohenberg Żół"  # 60 characters


def refused(field: str, part: str = ""):
    return pytest.raises(InvalidField, match=rf"^{field}: .*{part}")


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"carrier": ""}, "carrier"),
        ({"carrier": "x" * 41}, "carrier"),
        ({"service": "x" * 41}, "service"),
        ({"rma_number": " "}, "rma_number"),
        ({"rma_number": "R" * 25}, "rma_number"),
        ({"weight_grams": 0}, "weight_grams"),
        ({"weight_grams": 1_000_001}, "weight_grams"),
        ({"status_url": ""}, "status_url"),
        ({"status_url": "https://zwroty.example/ł"}, "status_url"),
        ({"status_url": "https://a.example/" + "x" * 300}, "status_url"),
        ({"tracking_number": ""}, "tracking_number"),
        ({"tracking_number": "RA123456784GB"}, "tracking_number"),
        ({"tracking_number": "(00)106141412345678907"}, "tracking_number"),
        ({"tracking_number": "A1" * 25}, "tracking_number"),
    ],
)
def test_a_label_that_cannot_be_printed_is_refused_with_its_field(parts, field):
    with refused(field):
        return_label(changed(LABEL, **parts), Paper.A6)


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": None}, "name"),
        ({"name": "김철수"}, "name"),  # no font of ours has Hangul
        ({"name": "A\x07B"}, "name"),
        ({"street": ""}, "street"),
        ({"city": ""}, "city"),
        ({"country": "XX"}, "country"),
        ({"country": "pl"}, "country"),
        ({"phone": "call me"}, "phone"),
        ({"email": "none"}, "email"),
    ],
)
def test_an_address_is_refused_with_the_part_that_is_wrong(parts, field):
    with refused(rf"sender\.{field}"):
        return_label(changed(LABEL, sender=changed(BUYER, **parts)), Paper.A6)


def test_an_address_that_fits_in_no_size_is_refused_and_never_cut():
    wide = changed(BUYER, name="W" * 60, company="W" * 60, street="W" * 120, city="W" * 60, region="W" * 60)
    with refused("sender", "does not fit"):
        return_label(changed(LABEL, sender=wide), Paper.A6)


def test_a_company_needs_no_name():
    assert "Bright Lamps" in text_of(return_label(changed(LABEL, recipient=changed(SELLER, name="")), Paper.A6))


@pytest.mark.parametrize("paper, size", [(Paper.A6, A6_MM), (Paper.A4, A4_MM)])
def test_a_label_is_one_page_of_its_paper(paper, size):
    assert sizes_mm(return_label(LABEL, paper)) == [size]


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize(
    "text",
    ["RETURN", "Poczta Polska", "Return International", "RMA-7K3Q-92", "2.3 kg", "RA 123 456 785 GB"]
    + ["Wisława Kołodziejczyk-Żółć ul. Długa 12/4 80-827 Gdańsk POLAND"]
    + ["Returns Desk Bright Lamps 深圳市明灯有限公司 88 Keyuan Road 科苑路88号 深圳 Shenzhen Guangdong 518057 CHINA"],
)
def test_a_label_says_who_what_and_where(paper, text):
    assert text in text_of(return_label(LABEL, paper))


def test_a_label_tells_no_carrier_how_to_reach_the_buyer():
    printed = text_of(return_label(LABEL, Paper.A4))
    assert BUYER.phone not in printed
    assert SELLER.phone in printed
    assert SELLER.email not in printed


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("number", ["RA123456785GB", "1Z999AA10123456784", "123456789012", "JJD01460000112345678"])
def test_a_scanner_reads_the_number_and_the_status_address(paper, number):
    codes = scanned(return_label(changed(LABEL, tracking_number=number), paper))
    assert codes["Code128"].text == number
    assert codes["Code128"].symbology_identifier == "]C0"
    assert codes["QRCode"].text == LABEL.status_url


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize(
    "number", ["106141412345678908", "(00)106141412345678908", "urn:epc:id:sscc:0614141.1234567890"]
)
def test_a_scanner_reads_an_sscc_as_gs1_128_with_its_application_identifier(paper, number):
    code = scanned(return_label(changed(LABEL, tracking_number=number), paper))["Code128"]
    assert code.content_type == zxingcpp.ContentType.GS1
    assert code.symbology_identifier == "]C1"
    assert code.text == "(00)106141412345678908"


@settings(max_examples=15, deadline=None)
@given(st.from_regex(r"[A-Z0-9]{6,24}", fullmatch=True))
def test_a_scanner_reads_every_number_that_is_printed(number):
    try:
        pdf = return_label(changed(LABEL, tracking_number=number), Paper.A6)
    except InvalidField:
        return
    codes = scanned(pdf)
    assert codes["Code128"].text.replace("(00)", "") in (number, number.removeprefix("00"))
    assert codes["QRCode"].text == LABEL.status_url


@pytest.mark.parametrize("paper", Paper)
def test_long_names_are_made_smaller_or_wrapped_and_are_all_there(paper):
    place = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    far = changed(BUYER, name=LONG, company=LONG, street=f"{LONG} {LONG[:59]}", city=place, country="CD")
    pdf = return_label(changed(LABEL, sender=far, recipient=far, carrier="C" * 40, service="S" * 40), paper)
    together = text_of(pdf).replace(" ", "")
    for text in (LONG, place, "C" * 40, "S" * 40, "CONGO,DEMOCRATICREPUBLIC"):
        assert text.replace(" ", "") in together
    assert together.count(LONG.replace(" ", "")) == 6
    assert scanned(pdf)["Code128"].text == "RA123456785GB"


def test_chinese_characters_leave_ink():
    """A font that is not embedded leaves none on a machine without it, and the text would still be found."""
    with_name = return_label(changed(LABEL, recipient=changed(SELLER, company="深圳")), Paper.A6)
    without = return_label(changed(LABEL, recipient=changed(SELLER, company="")), Paper.A6)
    area = (60, 600, 1240, 1050)
    ink = [
        sum(image_of(pdf).crop(area).point(lambda value: value < 128).get_flattened_data())
        for pdf in (with_name, without)
    ]
    assert ink[0] > ink[1] + 500


def test_a_weight_that_nobody_knows_is_not_printed():
    assert "Weight" not in text_of(return_label(changed(LABEL, weight_grams=None), Paper.A6))


def test_a_label_speaks_the_language_in_use():
    with in_language("de"):
        printed = text_of(return_label(LABEL, Paper.A4))
    assert "RETOURE" in printed
    assert "So schicken Sie Ihre Ware zurück" in printed


def test_a_sheet_of_a4_says_what_to_do():
    printed = text_of(return_label(LABEL, Paper.A4))
    assert "Hand the parcel to Poczta Polska and keep the receipt" in printed
    assert "Cut or fold here" in printed
    assert LABEL.status_url in printed


def test_the_same_label_gives_the_same_bytes():
    assert return_label(LABEL, Paper.A4) == return_label(LABEL, Paper.A4)


# ---------------------------------------------------------------------------------------------------- without a printer
@pytest.mark.parametrize(
    "text, number, carrier, field",
    [
        ("", "R-1", "Post", "text"),
        ("ł", "R-1", "Post", "text"),
        ("A", "", "Post", "rma_number"),
        ("A", "R", "", "carrier"),
    ],
)
def test_a_drop_off_code_that_cannot_be_printed_is_refused(text, number, carrier, field):
    with refused(field):
        drop_off_code(text, number, carrier)


def test_a_drop_off_page_holds_one_code():
    pdf = drop_off_code("DROP:7K3Q92", "RMA-7K3Q-92", "Poczta Polska")
    assert sizes_mm(pdf) == [A6_MM]
    assert {kind: code.text for kind, code in scanned(pdf).items()} == {"QRCode": "DROP:7K3Q92"}
    assert "Show this code at the drop-off point" in text_of(pdf)


@pytest.mark.parametrize("pixels", [0, 28, 4001])
def test_an_image_that_nobody_could_scan_is_refused(pixels):
    with refused("pixels"):
        qr_png("A", pixels)


@settings(max_examples=20, deadline=None)
@given(st.from_regex(r"[\x21-\x7e]{1,300}", fullmatch=True), st.integers(300, 900))
def test_a_code_as_an_image_is_read_back(text, pixels):
    image = opened(qr_png(text, pixels))
    assert image.width == image.height <= pixels
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [text]


def opened(png: bytes):
    return Image.open(io.BytesIO(png)).convert("L")
