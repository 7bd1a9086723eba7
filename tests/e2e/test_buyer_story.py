"""A buyer with a phone: from the link of a purchase to a return, a message, second thoughts, a parcel."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.e2e.browsing import no_violations

RETURN = re.compile(r"/returns/0x[0-9a-f]{64}$")
RECORDED_MS = 60_000
PARCEL = "RR123456785PL"
DOTS = 300 / 72  # of a printer, for each point


@pytest.fixture(scope="module")
def phone(browser, server):
    """A phone of somebody who bought something and keeps it there."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(f"{server.url}/demo")
    opened.locator("form[action='/demo/buy'] button").click()
    opened.get_by_role("button", name="Keep my purchase here").click()
    opened.wait_for_url("**/orders/0x*", timeout=RECORDED_MS)
    yield opened
    context.close()


def heading(phone) -> str:
    return phone.locator("h1").inner_text()


def press(phone, name: str) -> None:
    with phone.expect_navigation():
        phone.get_by_role("button", name=name).click()


def follow(phone, name: str) -> None:
    with phone.expect_navigation():
        phone.get_by_role("link", name=name, exact=True).click()


def sign(phone, name: str, then) -> None:
    """Presses what signs, and waits until it is recorded."""
    no_violations(phone)
    phone.get_by_role("button", name=name).click()
    phone.wait_for_url(then, timeout=RECORDED_MS)


def photo(name: str, colour: str) -> dict:
    """As a phone's camera gives it."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": made.getvalue()}


def printed(phone, words: str) -> tuple[str, dict]:
    """The text of a PDF that a link leads to, and what a scanner reads on it."""
    address = phone.get_by_role("link", name=words, exact=True).evaluate("link => link.href")
    answer = phone.context.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return read_back(answer.body())


def read_back(pdf: bytes) -> tuple[str, dict]:
    page = pypdfium2.PdfDocument(pdf)[0]
    codes = zxingcpp.read_barcodes(page.render(scale=DOTS, grayscale=True).to_pil())
    return page.get_textpage().get_text_bounded(), {code.format.name: code.text for code in codes}


def test_the_order_says_what_was_bought_and_until_when_it_can_go_back(phone):
    assert heading(phone) == "Your order from Nanshan Outdoor"
    assert phone.get_by_text("You have 14 days from the day you have the goods.").is_visible()
    no_violations(phone)
    follow(phone, "Orders")
    assert "Winter coat" in phone.locator(".orders").inner_text()
    no_violations(phone)


def test_a_return_is_asked_for_in_two_steps_with_the_sum_beforehand(phone):
    follow(phone, "Winter coat “Tatra”, size M, green, and 2 more")
    follow(phone, "Return something")
    no_violations(phone)
    press(phone, "Go on: see what you get back")
    assert phone.get_by_role("alert").locator("a").count() == 2
    no_violations(phone)
    phone.get_by_role("group", name="Wool hat, grey").get_by_label("Pieces").fill("2")
    phone.get_by_role("group", name="Wool hat, grey").get_by_label("Why").select_option("Too large")
    phone.get_by_label("Return by the seller’s terms").check()
    phone.get_by_label("What should the seller know, if anything?").fill("They sit too loosely.")
    chosen = [photo("front.png", "red"), photo("back.png", "green"), photo("wrong.png", "blue")]
    phone.get_by_label("Photos or documents, if you have any").set_input_files(chosen)
    press(phone, "Go on: see what you get back")
    phone.get_by_role("button", name="Leave out wrong.png").click()
    phone.get_by_role("button", name="Leave out wrong.png").wait_for(state="detached")
    assert phone.locator(".attached li").count() == 2
    assert phone.get_by_text("They sit too loosely.").is_visible()
    assert phone.locator(".amount").inner_text() == "You get back 34.10 EUR"
    sign(phone, "Send the request to Nanshan Outdoor", "**/acknowledgement")
    assert heading(phone) == "Your request is recorded"
    assert "2 pieces of Wool hat, grey" in phone.locator("main").inner_text()
    no_violations(phone)
    follow(phone, "Go on to my return")
    assert heading(phone) == "Your return is waiting for Nanshan Outdoor to answer."
    assert "They sit too loosely." in phone.locator(".talk").inner_text()
    assert phone.locator(".talk img").count() == 2
    no_violations(phone)


def test_a_message_is_sent_and_read(phone):
    follow(phone, "Send a message or photos")
    no_violations(phone)
    phone.get_by_label("Your message").fill("Both hats are still in their box.")
    press(phone, "Go on")
    sign(phone, "Send it to Nanshan Outdoor", RETURN)
    assert "Both hats are still in their box." in phone.locator(".talk").inner_text()
    no_violations(phone)


def test_the_buyer_takes_the_return_back_and_withdraws_by_law_instead(phone):
    follow(phone, "Take the return back")
    sign(phone, "Take it back", RETURN)
    assert heading(phone) == "You have taken your return back."
    follow(phone, "The order")
    follow(phone, "Withdraw from the contract here")
    phone.get_by_role("group", name="Wool hat, grey").get_by_label("Pieces").fill("1")
    assert phone.get_by_label("Withdrawal by law").is_checked()
    assert phone.get_by_label("What should the seller know, if anything?").input_value() == ""
    assert phone.locator(".attached").is_hidden()


def test_words_and_photos_that_do_not_get_through_wait_for_another_try(phone):
    phone.get_by_label("What should the seller know, if anything?").fill("I withdraw.")
    phone.get_by_label("Photos or documents, if you have any").set_input_files(photo("hat.png", "gray"))
    press(phone, "Go on: see what you get back")
    phone.route("**/api/v1/returns/*/documents", lambda route: route.abort())
    phone.get_by_role("button", name="Confirm the withdrawal").click()
    phone.get_by_text("Your request is recorded. Only your words and photos are missing").wait_for(timeout=RECORDED_MS)
    no_violations(phone)
    phone.unroute("**/api/v1/returns/*/documents")
    follow(phone, "Add them now")
    assert phone.get_by_label("Your message").input_value() == "I withdraw."
    phone.get_by_text("hat.png", exact=True).wait_for()
    press(phone, "Go on")
    sign(phone, "Send it to Nanshan Outdoor", RETURN)
    assert phone.locator(".talk img").count() == 1
    assert "I withdraw." in phone.locator(".talk").inner_text()
    phone.goto(f"{phone.url}/acknowledgement")
    assert heading(phone) == "Your withdrawal is recorded"


def test_the_buyer_says_how_it_was_sent(phone):
    follow(phone, "Go on to my return")
    follow(phone, "Say how you sent it")
    no_violations(phone)
    phone.get_by_label(re.compile("Wis")).check()
    phone.get_by_label("Number of the parcel").fill(PARCEL)
    press(phone, "Go on")
    sign(phone, "Say that I sent it", RETURN)
    assert heading(phone).startswith("Your return should be with Wis")
    no_violations(phone)
    assert phone.complaints == []


def test_the_buyer_prints_label_and_customs_form(phone):
    text, codes = printed(phone, "Label for the parcel (PDF)")
    assert "Nanshan Outdoor Ltd." in text
    assert codes["Code128"] == PARCEL
    status = phone.url
    follow(phone, "Customs form for the parcel (PDF)")
    press(phone, "Make the form (PDF)")
    assert phone.get_by_role("alert").locator("a").count() == 1
    no_violations(phone)
    phone.get_by_label("Weight of the packed parcel, in grams").fill("300")
    form = phone.locator("form[action$='customs.pdf']")
    query = form.evaluate("form => new URLSearchParams(new FormData(form)).toString()")
    answer = phone.context.request.get(f"{status}/customs.pdf?{query}")
    text, codes = read_back(answer.body())
    assert codes["Code128"] == PARCEL
    for wanted in ("Wool hat, grey", "650500", "26CN530400A0012345"):
        assert wanted in text
    phone.goto(status)


def test_the_buyer_opens_a_dispute_and_makes_a_proposal(phone):
    follow(phone, "I do not agree: open a dispute")
    no_violations(phone)
    press(phone, "Go on")
    assert phone.get_by_role("alert").locator("a").count() == 3
    no_violations(phone)
    phone.get_by_label("A parcel was lost").check()
    phone.get_by_label("Wool hat, grey, 1 piece").check()
    phone.get_by_label("What happened, in your words").fill("The carrier says that it never got it.")
    press(phone, "Go on")
    sign(phone, "Open the dispute", RETURN)
    assert heading(phone) == "Your dispute is waiting for Nanshan Outdoor to answer."
    follow(phone, "Propose how to settle it")
    phone.get_by_label("How much of the items’ price would settle it for you, in percent?").fill("80")
    press(phone, "Go on")
    sign(phone, "Propose it to Nanshan Outdoor", RETURN)
    assert "As you offer" in phone.locator("main").inner_text()
    no_violations(phone)
    assert phone.complaints == []
