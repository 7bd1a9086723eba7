"""A buyer with a phone: from the link of a purchase to a return, a message, second thoughts, a parcel."""

import re

import pytest

from tests.e2e.processes import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RETURN = re.compile(r"/returns/0x[0-9a-f]{64}$")
RECORDED_MS = 60_000


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


def no_violations(phone) -> None:
    phone.evaluate(AXE.read_text())
    run = "axe.run().then((result) => result.violations.map((v) => v.id + ': ' + v.nodes[0].html))"
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        assert phone.evaluate(run) == [], phone.url
    phone.emulate_media(color_scheme="light")
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


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


def test_the_order_says_what_was_bought_and_until_when_it_can_go_back(phone):
    assert heading(phone) == "Your order from Nanshan Outdoor"
    assert phone.get_by_text("You have 14 days from the day you have the goods.").is_visible()
    no_violations(phone)
    follow(phone, "Orders")
    assert "Winter coat" in phone.locator(".orders").inner_text()
    no_violations(phone)


def test_a_return_is_asked_for_in_two_steps_with_the_sum_beforehand(phone):
    follow(phone, "Winter coat “Tatra”, size M, green, Wool hat, grey, Hiking socks, three pairs")
    follow(phone, "Return something")
    no_violations(phone)
    press(phone, "Go on: see what you get back")
    assert phone.get_by_role("alert").locator("a").count() == 2
    no_violations(phone)
    phone.get_by_role("group", name="Wool hat, grey").get_by_label("Pieces").fill("2")
    phone.get_by_role("group", name="Wool hat, grey").get_by_label("Why").select_option("Too large")
    phone.get_by_label("Return by the seller’s terms").check()
    press(phone, "Go on: see what you get back")
    assert phone.locator(".amount").inner_text() == "You get back 34.10 EUR"
    sign(phone, "Send the request to Nanshan Outdoor", "**/acknowledgement")
    assert heading(phone) == "Your request is recorded"
    assert "2 pieces of Wool hat, grey" in phone.locator("main").inner_text()
    no_violations(phone)
    follow(phone, "Go on to my return")
    assert heading(phone) == "Your return is waiting for Nanshan Outdoor to answer."
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
    press(phone, "Go on: see what you get back")
    sign(phone, "Confirm the withdrawal", "**/acknowledgement")
    assert heading(phone) == "Your withdrawal is recorded"


def test_the_buyer_says_how_it_was_sent(phone):
    follow(phone, "Go on to my return")
    follow(phone, "Say how you sent it")
    no_violations(phone)
    phone.get_by_label(re.compile("Wis")).check()
    phone.get_by_label("Number of the parcel").fill("RR123456785PL")
    press(phone, "Go on")
    sign(phone, "Say that I sent it", RETURN)
    assert heading(phone).startswith("Your return should be with Wis")
    no_violations(phone)
    assert phone.complaints == []


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
    phone.get_by_label("How much of the items’ price would settle it for you, in per cent?").fill("80")
    press(phone, "Go on")
    sign(phone, "Propose it to Nanshan Outdoor", RETURN)
    assert "As you offer" in phone.locator("main").inner_text()
    no_violations(phone)
    assert phone.complaints == []
