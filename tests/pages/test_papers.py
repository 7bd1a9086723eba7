"""What goes onto a parcel: label and customs form read back as a scanner does, and what is missing said in words."""

import html
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_api.config import Settings
from ledger_api.demo_desk import BUYER, EXPORT_DECLARATION, RETURN_ADDRESS
from ledger_api.documents.sales import Article, Contact, Particulars, Sale
from ledger_api.rules.customs import crosses_customs
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import ParcelPurpose
from tests.pages.states import BOTH, KIND

sys.path.append(str(Path(__file__).parent.parent / "unit" / "interop"))
from printed import A4_MM, A5_LYING_MM, A6_MM, scanned, sizes_mm, text_of

NUMBER = "RR123456785PL"
COAT = Article("Winter coat", "COAT", 1_350, "CN", "6201.40")
HATS = Article("Wool hat", "HAT", 90, "CN", "650500")
ORIGIN = {"Origin": "http://localhost"}


def client_of(scene, address=None):
    http = scene.world.app.test_client()
    if address:
        http.set_cookie("session", scene.world.ledger.access.start_session((address,)))
    return http


def words_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def kept(scene, sale, buyer=BUYER, articles=(COAT, HATS), export=EXPORT_DECLARATION):
    """The sale's particulars as its seller's server knows them."""
    particulars = Particulars("NO-1", articles, buyer, export_declaration=export)
    scene.world.ledger.sales.keep(Sale(sale.receipt, 1, b"\1" * 20, {}, particulars, hex_of(bytes(32))))
    return sale


def sent(scene, sale):
    tracking = scene.world.ledger.parcel_book.find_or_enter(2, NUMBER).tracking
    return sale.by_buyer("addParcel", purpose=ParcelPurpose.GOODS_RETURNED, carrier=2, tracking=tracking)


@pytest.fixture
def addressed(scene):
    """The seller has said where goods go."""
    scene.world.ledger.return_addresses.keep(1, RETURN_ADDRESS)
    yield
    scene.world.ledger.return_addresses.erase(1)


def paper(scene, sale, name: str, **query):
    path = f"/returns/{hex_of(sale.rma)}/{name}.pdf"
    return client_of(scene, sale.buyer.address).get(path, query_string=query)


@pytest.mark.parametrize("query, size", [({}, A4_MM), ({"paper": "a6"}, A6_MM)])
def test_the_label_has_the_parcels_number_as_bars_and_both_addresses(scene, addressed, query, size):
    sale = sent(scene, kept(scene, scene.approved()))
    answer = paper(scene, sale, "label", **query)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert sizes_mm(answer.data) == [size]
    codes = scanned(answer.data)
    assert codes["Code128"].text == NUMBER
    assert codes["QRCode"].text.endswith(f"/returns/{hex_of(sale.rma)}")
    words = text_of(answer.data)
    for wanted in ("Nanshan Outdoor Ltd.", "88 Keyuan Road", "CHINA", "Zofia Wiśniewska", "00-497 Warszawa"):
        assert wanted in words
    assert BUYER.phone not in words


def test_the_customs_form_declares_what_is_in_the_parcel(scene, addressed):
    sale = sent(scene, kept(scene, scene.approved(*BOTH)))
    asked = paper(scene, sale, "customs")
    assert (asked.status_code, asked.mimetype) == (200, "text/html")
    assert "Weight of the packed parcel" in words_of(asked)
    answer = paper(scene, sale, "customs", **{"grams": "1700", "pieces-0": "1", "pieces-1": "1"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert sizes_mm(answer.data) == [A5_LYING_MM]
    assert scanned(answer.data)["Code128"].text == NUMBER
    words = text_of(answer.data)
    for wanted in ("Winter coat", "620140", "104.39", "Wool hat", "15.45", EXPORT_DECLARATION, "NO-1", "EUR"):
        assert wanted in words


def test_a_small_packet_of_little_value_gets_the_short_form_where_the_rate_is_known(scene, addressed, monkeypatch):
    sale = sent(scene, kept(scene, scene.approved(*BOTH)))
    monkeypatch.setattr(scene.world.ledger, "settings", replace(scene.world.settings, sdr_rates="PLN=5.21,EUR=1.23"))
    both, hat = {"grams": "1700", "pieces-0": "1", "pieces-1": "1"}, {"grams": "120", "pieces-0": "0", "pieces-1": "1"}
    answer = paper(scene, sale, "customs", **hat)
    assert sizes_mm(answer.data) == [A6_MM]
    words = text_of(answer.data)
    assert NUMBER in words.replace(" ", "")
    for wanted in ("Wool hat", "650500", "15.45 EUR", EXPORT_DECLARATION, "NO-1"):
        assert wanted in words
    assert sizes_mm(paper(scene, sale, "customs", **both).data) == [A6_MM]
    # Worth 119.84 EUR: just above 300 rights at this rate, and too heavy.
    for rate, asked in (("0.399", both), ("1.23", both | {"grams": "2001"})):
        cheap = replace(scene.world.settings, sdr_rates=f"EUR={rate}")
        monkeypatch.setattr(scene.world.ledger, "settings", cheap)
        assert sizes_mm(paper(scene, sale, "customs", **asked).data) == [A5_LYING_MM]


@pytest.mark.parametrize("rates", ["EUR", "EUR=0", "eur=1.2", "EUR=1,2", "EUR=-1", "EUR=1e9", "EUR=NaN"])
def test_a_rate_that_is_none_is_told_at_the_start(monkeypatch, rates):
    monkeypatch.setenv("SDR_RATES", rates)
    with pytest.raises(ValueError, match="SDR_RATES must be as in EUR=1.23"):
        Settings.from_environment()


def test_a_weight_below_that_of_the_goods_is_told_at_its_field(scene, addressed):
    sale = sent(scene, kept(scene, scene.approved(*BOTH)))
    answer = paper(scene, sale, "customs", **{"grams": "1400", "pieces-0": "1", "pieces-1": "1"})
    assert answer.status_code == 422
    assert "The goods alone weigh 1440 g." in words_of(answer)
    assert "Say of at least one item" in words_of(paper(scene, sale, "customs", grams="9", **{"pieces-0": "0"}))


def test_what_is_missing_is_named_with_who_can_add_it(scene):
    bare = Article("Winter coat")
    sale = kept(scene, scene.approved(), buyer=Contact(name="Zofia"), articles=(bare, HATS), export="26PL")
    label, customs = paper(scene, sale, "label"), paper(scene, sale, "customs")
    assert (label.status_code, customs.status_code) == (409, 409)
    for wanted in ("3 things are missing", "The number of the parcel.", "Say how you sent it", "The buyer’s address"):
        assert wanted in words_of(label)
    assert "Nanshan Outdoor can add it." in words_of(label)
    for wanted in ("its weight, the country where it was made, its tariff number", "The number of the export"):
        assert wanted in words_of(customs)
    path = f"/returns/{hex_of(sale.rma)}/label.pdf"
    seller = client_of(scene, scene.world.key("seller").address).get(path)
    assert "/terms/return-address" in seller.get_data(as_text=True)
    assert "Say how you sent it" not in words_of(seller)


def test_a_sale_that_is_not_kept_here_has_no_address(scene, addressed):
    assert "The buyer’s address" in words_of(paper(scene, sent(scene, scene.approved()), "customs", grams="1"))


def test_within_one_customs_territory_there_is_no_form(scene, addressed):
    sale = sent(
        scene, kept(scene, scene.approved(), buyer=Contact("Li Wei", "", "", "", "1 Road", "", "Beijing", "", "CN"))
    )
    assert "No customs form is needed" in words_of(paper(scene, sale, "customs"))
    page = client_of(scene, sale.buyer.address).get(f"/returns/{hex_of(sale.rma)}").get_data(as_text=True)
    assert "label.pdf" in page
    assert "customs.pdf" not in page


@pytest.mark.parametrize(
    "one, other, crosses",
    [("PL", "CN", True), ("PL", "DE", False), ("FR", "RE", False), ("GB", "JE", False), ("GB", "IE", True)]
    + [("CH", "LI", False), ("CH", "DE", True), ("US", "US", False)],
)
def test_customs_territories(one, other, crosses):
    assert crosses_customs(one, other) is crosses is crosses_customs(other, one)


@pytest.mark.parametrize("name", ["label", "customs"])
def test_papers_are_for_buyer_and_seller_alone(scene, addressed, name):
    sale = sent(scene, kept(scene, scene.approved()))
    path = f"/returns/{hex_of(sale.rma)}/{name}.pdf"
    assert client_of(scene).get(path).status_code == 302
    for key in ("carrier-eu", "inspector", "arbitrator-5"):
        assert client_of(scene, scene.world.key(key).address).get(path).status_code == 403
    assert client_of(scene, scene.world.key("seller").address).get(path).status_code == 200


def test_links_stand_on_the_pages_of_both_until_all_has_arrived(scene, addressed):
    sale = sent(scene, kept(scene, scene.approved()))
    of_buyer, of_seller = f"/returns/{hex_of(sale.rma)}", f"/inbox/{hex_of(sale.rma)}"
    people = ((sale.buyer.address, of_buyer), (scene.world.key("seller").address, of_seller))
    for address, path in people:
        page = client_of(scene, address).get(path).get_data(as_text=True)
        assert "label.pdf" in page
        assert "customs.pdf" in page
    sale.receive(complete=True)
    for address, path in people:
        assert "label.pdf" not in client_of(scene, address).get(path).get_data(as_text=True)


def test_a_seller_says_where_goods_go_and_for_one_series_elsewhere(scene):
    http, store = client_of(scene, scene.world.key("seller").address), scene.world.ledger.return_addresses
    form = {"company": "Nanshan", "street": "88 Keyuan Road", "city": "Shenzhen", "country": "CN"}
    assert "return-address" in http.get("/terms").get_data(as_text=True)
    wrong = http.post("/terms/return-address", data={"company": "Nanshan", "phone": "call"}, headers=ORIGIN)
    assert wrong.status_code == 422
    for wanted in ("Enter street and number.", "Enter the town.", "Choose the country."):
        assert wanted in words_of(wrong)
    assert "telephone number such as" in words_of(
        http.post("/terms/return-address", data=form | {"phone": "call"}, headers=ORIGIN)
    )
    assert http.post("/terms/return-address", data=form, headers=ORIGIN).status_code == 303
    other = form | {"street": "1 Other Road"}
    assert http.post(f"/terms/return-address?series={KIND}", data=other, headers=ORIGIN).status_code == 303
    assert (store.where(1, KIND).street, store.where(1, 99).street) == ("1 Other Road", "88 Keyuan Road")
    left_out = http.post(f"/terms/return-address?series={KIND}", data=form | {"leave-out": "1"}, headers=ORIGIN)
    assert left_out.status_code == 303
    assert store.where(1, KIND).street == "88 Keyuan Road"
    assert http.get("/terms/return-address?series=77").status_code == 404
    assert b"Keyuan" not in (scene.world.folder / "return-addresses.sqlite").read_bytes()
    store.erase(1)


def test_a_seller_adds_what_customs_ask_for(scene):
    sale = kept(scene, scene.approved(), buyer=Contact(name="Zofia", email="zofia@example.org"), export="")
    http, path = client_of(scene, scene.world.key("seller").address), f"/inbox/{hex_of(sale.rma)}/particulars"
    assert 'value="1350"' in http.get(path).get_data(as_text=True)
    form = {"weight-0": "1400", "origin-0": "VN", "tariff-0": "62.01", "export": "26", "buyer-name": "Zofia"}
    wrong = words_of(http.post(path, data=form | {"buyer-city": "Warszawa"}, headers=ORIGIN))
    for wanted in ("6 to 12 digits", "18 characters", "Enter street and number."):
        assert wanted in wrong
    form |= {"tariff-0": "6201.40", "export": EXPORT_DECLARATION.lower()}
    assert http.post(path, data=form, headers=ORIGIN).status_code == 303
    found = scene.world.ledger.sales.of(sale.receipt).particulars
    assert (found.articles[0].weight_g, found.articles[0].origin, found.articles[1].weight_g) == (1_400, "VN", 0)
    assert found.export_declaration == EXPORT_DECLARATION
    assert client_of(scene, sale.buyer.address).get(path).status_code == 403
