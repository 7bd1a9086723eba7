"""Customs forms: which one, what is refused, and that every field is on it."""

import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from printed import A5_LYING_MM, A6_MM, ARTICLES, DECLARATION, changed, image_of, scanned, sizes_mm, text_of

from ledger_api.errors import InvalidField
from ledger_api.interop.customs_forms import CN23_ONLY, Address, Article, Declaration, Form, customs_form, form_for
from ledger_api.interop.labels import Label

SMALL = changed(
    DECLARATION,
    articles=(changed(ARTICLES[1], net_weight_grams=420),),
    gross_weight_grams=500,
    cn22_limit_minor=36_000,
    **{field: None if field == "postage_minor" else "" for field in CN23_ONLY},
)


def refused(field: str, part: str = ""):
    return pytest.raises(InvalidField, match=rf"^{field}: .*{part}")


def many(number: int, declaration=DECLARATION):
    """A declaration of that many articles, told apart by their description."""
    articles = tuple(Article(f"Article no. {place:02d}", 1, 10, 105, "PL", "620520") for place in range(1, number + 1))
    return changed(declaration, articles=articles)


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"articles": ()}, "articles"),
        ({"articles": ARTICLES[:1] * 61}, "articles"),
        ({"currency": "euro"}, "currency"),
        ({"gross_weight_grams": 0}, "gross_weight_grams"),
        ({"gross_weight_grams": 2269}, "gross_weight_grams"),  # the articles alone weigh 2270
        ({"postage_minor": -1}, "postage_minor"),
        ({"sdr_rate": Decimal(0)}, "sdr_rate"),
        ({"sdr_rate": Decimal("NaN")}, "sdr_rate"),
        ({"comments": "x" * 161}, "comments"),
        ({"export_mrn": "26PL44301"}, "export_mrn"),
        ({"item_number": "CP473124828PL"}, "item_number"),
        ({"sender": changed(DECLARATION.sender, country="XX")}, r"sender\.country"),
        ({"recipient": changed(DECLARATION.recipient, city="")}, r"recipient\.city"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_field(parts, field):
    with refused(field):
        customs_form(changed(DECLARATION, **parts))


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"description": ""}, "description"),
        ({"description": "x" * 121}, "description"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"net_weight_grams": 0}, "net_weight_grams"),
        ({"value_minor": -1}, "value_minor"),
        ({"hs_code": "12345"}, "hs_code"),
        ({"hs_code": "lamp"}, "hs_code"),
        ({"origin_country": "EU"}, "origin_country"),
    ],
)
def test_a_wrong_article_is_refused_with_its_place_and_field(parts, field):
    articles = (ARTICLES[0], changed(ARTICLES[1], **parts))
    with refused(rf"articles\[1\]\.{field}"):
        customs_form(changed(DECLARATION, articles=articles))


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"gross_weight_grams": 2001}, "gross_weight_grams"),
        ({"cn22_limit_minor": 4_997}, "articles"),
        ({"sdr_rate": Decimal("0.1665")}, "articles"),  # 300 SDR are 49.95 EUR
        ({"cn22_limit_minor": None}, "sdr_rate"),
        ({"licence_number": "LIC-1"}, "licence_number"),
        ({"postage_minor": 0}, "postage_minor"),
    ],
)
def test_a_cn_22_is_refused_where_the_parcel_needs_a_cn_23(parts, field):
    declaration = changed(SMALL, **parts)
    assert form_for(declaration) is Form.CN23
    with refused(field, "use CN 23"):
        customs_form(declaration, Form.CN22)
    assert sizes_mm(customs_form(declaration)) == [A5_LYING_MM]


@pytest.mark.parametrize(
    "parts", [{}, {"cn22_limit_minor": 4_998}, {"sdr_rate": Decimal("0.1666"), "cn22_limit_minor": 1}]
)
def test_a_small_packet_of_little_value_carries_a_cn_22(parts):
    declaration = changed(SMALL, **parts)
    assert form_for(declaration) is Form.CN22
    assert sizes_mm(customs_form(declaration)) == [A6_MM]


def test_a_limit_in_sdr_counts_in_the_decimals_of_the_currency():
    yen = changed(SMALL, currency="JPY", sdr_rate=Decimal("200"))  # 300 SDR are 60,000 yen
    of_value = [changed(yen, articles=(changed(SMALL.articles[0], value_minor=value),)) for value in (60_000, 60_001)]
    assert [form_for(one) for one in of_value] == [Form.CN22, Form.CN23]


def test_a_cn_23_may_be_asked_for_in_any_case():
    assert "CN 23" in text_of(customs_form(SMALL, Form.CN23))


@pytest.mark.parametrize(
    "text",
    ["CN 23", "CUSTOMS DECLARATION / DÉCLARATION EN DOUANE", "May be opened officially / Peut être ouvert d’office"]
    + ["From / De Wisława Kołodziejczyk-Żółć ul. Długa 12/4 80-827 Gdańsk POLAND Tel. +48 58 123 45 67"]
    + ["To / À Returns Desk Bright Lamps 深圳市明灯有限公司"]
    + ["深圳市明灯有限公司 88 Keyuan Road 科苑路88号 深圳 Shenzhen Guangdong 518057 CHINA"]
    + ["(si elle existe) PL123456789", "(facultatif) CN91440300MA5", "+86 755 1234 5678 · returns@lamps.example"]
    + ["Opérateur désigné Poczta Polska", "CP 473 124 829 PL"]
    + ["Description détaillée du contenu LED desk lamp, aluminium Cotton shirt, woven"]
    + ["Quantity (2) / Quantité 1 2", "Net weight (3) / Poids net 1.850 kg 0.420 kg"]
    + ["Value (5) / Valeur 128.40 EUR 49.98 EUR", "HS tariff number (7) / N° tarifaire du SH 940521 620520"]
    + ["Pays d’origine des marchandises China Bangladesh", "Poids net total 2.270 kg", "Poids brut total 2.600 kg"]
    + ["Valeur totale 178.38 EUR", "Frais de port/Frais 15.90 EUR", "RETURNED GOODS / RETOUR DE MARCHANDISES"]
    + ["Gift / Cadeau", "Documents / Documents", "Sale of goods / Vente de marchandises", "Other / Autre"]
    + ["Commercial sample / Échantillon commercial", "Date de dépôt Gdańsk 1 2026-11-24"]
    + ["MRN 26PL443010E0012345 · No quarantine", "Returned goods relief"]
    + ["N° de licence LIC-1", "N° de certificat CERT-2", "N° de facture INV-77", "I certify", "Je certifie"]
    + ["Date and sender’s signature (15) / Date et signature de l’expéditeur"],
)
def test_a_cn_23_has_every_field(text):
    assert text in text_of(customs_form(DECLARATION))


@pytest.mark.parametrize(
    "text",
    ["CN 22", "CUSTOMS DECLARATION / DÉCLARATION EN DOUANE", "May be opened officially / Peut être ouvert d’office"]
    + ["Opérateur désigné Poczta Polska", "N° de l’envoi CP 473 124 829 PL", "2 × Cotton shirt, woven"]
    + ["0.420 kg", "49.98 EUR", "620520 Bangladesh", "Poids total 0.500 kg", "Valeur totale 49.98 EUR"]
    + ["RETURNED GOODS / RETOUR DE MARCHANDISES", "MRN 26PL443010E0012345", "Gdańsk 1 · 2026-11-24"]
    + ["Expéditeur Wisława Kołodziejczyk-Żółć, Gdańsk, PL", "Date and sender’s signature (8)"],
)
def test_a_cn_22_has_every_field(text):
    assert text in text_of(customs_form(SMALL))


def test_only_the_box_of_returned_goods_is_ticked():
    """The middle of a ticked box is black, where its two strokes cross."""
    image = image_of(customs_form(DECLARATION))
    dots_per_mm = image.width / A5_LYING_MM[0]
    top = 88.5 + 8.0  # lower edge of the table and of the totals
    boxes = [(6.2 + column * 42.0 + 1.2, top + 3.8 + row * 4.9 + 1.2) for column in range(3) for row in range(2)]
    dark = [image.getpixel((round(x * dots_per_mm), round(y * dots_per_mm))) < 128 for x, y in boxes]
    assert dark == [False, False, False, False, True, False]


@pytest.mark.parametrize("number", ["CP473124829PL", "00000"])
def test_a_scanner_reads_the_items_number(number):
    assert scanned(customs_form(changed(DECLARATION, item_number=number)))["Code128"].text == number


def test_a_scanner_reads_an_sscc_as_gs1_128():
    code = scanned(customs_form(changed(DECLARATION, item_number="(00) 106141412345678908")))["Code128"]
    assert (code.text, code.symbology_identifier) == ("(00)106141412345678908", "]C1")


@pytest.mark.parametrize(
    "number, pages", [(4, [4]), (5, [4, 1]), (19, [4, 15]), (20, [4, 15, 1]), (60, [4, 15, 15, 15, 11])]
)
def test_more_articles_than_lines_go_on_on_further_pages(number, pages):
    pdf = customs_form(many(number))
    printed = [text_of(pdf, page).count("Article no.") for page in range(len(sizes_mm(pdf)))]
    assert printed == pages
    assert all(f"Article no. {place:02d}" in text_of(pdf) for place in range(1, number + 1))
    assert all("Total value (6) / Valeur totale" in text_of(pdf, page) for page in range(len(pages)))
    if len(pages) > 1:
        assert f"2 / {len(pages)}" in text_of(pdf, 1)


def test_a_cn_22_goes_on_too():
    pdf = customs_form(many(13, SMALL))
    assert sizes_mm(pdf) == [A6_MM] * 3
    assert [text_of(pdf, page).count("Article no.") for page in range(3)] == [3, 9, 1]


@pytest.mark.parametrize("form", Form)
def test_the_longest_descriptions_and_names_are_all_there(form):
    words = ("Lampa biurkowa z aluminium, z zasilaczem, śrubami i kluczem imbusowym " * 2)[:119] + "ż"
    name = "Aleksandra Wiśniewska-Kołodziejczyk von und zu Hohenberg Żół"
    sender = changed(SMALL.sender, name=name)
    declaration = changed(SMALL, sender=sender, articles=(changed(SMALL.articles[0], description=words),) * 1)
    together = text_of(customs_form(declaration, form)).replace(" ", "")
    assert words.replace(" ", "") in together
    assert name.replace(" ", "") in together


def test_without_an_export_declaration_no_relief_is_spoken_of():
    assert "relief" not in text_of(customs_form(changed(DECLARATION, export_mrn="")))


def test_the_same_declaration_gives_the_same_bytes():
    assert customs_form(DECLARATION) == customs_form(DECLARATION)


@pytest.mark.parametrize("record", [Address, Label, Declaration, Article])
def test_the_page_names_every_field(record):
    page = (Path(__file__).parents[3] / "docs" / "reference" / "labels.md").read_text(encoding="utf-8")
    first_cells = " ".join(re.findall(r"^\| ([^|]*) \|", page, re.MULTILINE))
    assert {field.name for field in fields(record)} <= set(re.findall(r"`(\w+)`", first_cells))
