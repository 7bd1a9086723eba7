"""A carrier's phone: parcels scanned one after another, also without a connection, each recorded once and in order."""

import re

import pytest

from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.hashing import hex_of
from tests.e2e.processes import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CARRIER = 2
SENT_MS = 60_000


@pytest.fixture(scope="module")
def phone(browser, server):
    """A phone whose owner joined the carrier, on the page for scanning."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(f"{server.url}/demo")
    opened.get_by_role("button", name=re.compile("Work for Wis")).click()
    opened.get_by_role("button", name=re.compile("Make my key")).click()
    opened.wait_for_url("**/account")
    opened.goto(f"{server.url}/scan")
    opened.wait_for_selector("body[data-ready]")
    yield opened
    context.close()


def scan(phone, number: str, says: str = "Noted", then: str = "") -> None:
    """As a hand scanner does it: fast keys and Enter; `then` is the button that is pressed when it asks."""
    phone.keyboard.type(number)
    phone.keyboard.press("Enter")
    phone.locator("#state-big", has_text="Noted" if not then else says).wait_for()
    if then:
        phone.get_by_role("button", name=then).click()
        phone.locator("#state-big", has_text="Noted").wait_for()
    phone.locator("#last-list strong", has_text=re.compile(f"^{re.escape(number)}$")).first.wait_for()


def codes_of(server, number: str) -> list[str]:
    """The carrier's codes of a parcel's recorded scans."""
    parcel = ParcelBook(server.folder).find(CARRIER, number)
    shown = server.client.get(f"/api/v1/parcels/{hex_of(parcel.parcel_id)}")["checkpoints"]
    return [item["code"] for item in shown if item["code"].startswith("STOP")]


def choose(phone, kind: str, stop: str) -> None:
    if phone.locator("#change").is_visible():
        phone.locator("#change").click()
    phone.get_by_text(kind, exact=True).click()
    phone.locator("#stop").fill(stop)
    phone.get_by_role("button", name="Start scanning").click()


def no_violations(phone) -> None:
    phone.evaluate(AXE.read_text())
    run = "axe.run().then((result) => result.violations.map((v) => v.id + ': ' + v.nodes[0].html))"
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        assert phone.evaluate(run) == []
    phone.emulate_media(color_scheme="light")
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_without_a_reason_a_failed_delivery_cannot_be_chosen(phone):
    no_violations(phone)
    phone.locator("#special-kinds summary").click()
    phone.get_by_text("Not delivered", exact=True).click()
    phone.get_by_role("button", name="Start scanning").click()
    assert phone.locator("#choose-error").inner_text() == "Choose a reason."


def test_a_wrong_check_digit_and_a_number_that_nobody_announced_are_told_at_once(phone):
    choose(phone, "Arrived here", "STOP 0")
    phone.keyboard.type("RR123456789PL")
    phone.keyboard.press("Enter")
    phone.locator("#state-big", has_text="Check digit wrong").wait_for()
    phone.get_by_role("button", name="Leave it").click()
    phone.keyboard.type("NOBODY-1")
    phone.keyboard.press("Enter")
    phone.locator("#state-big", has_text="Not announced yet").wait_for()
    no_violations(phone)
    phone.get_by_role("button", name="Leave it").click()
    assert phone.locator("#last-list li").count() == 0


def test_what_is_scanned_with_and_without_a_connection_is_recorded_once_and_in_order(phone, server):
    choose(phone, "Arrived here", "STOP 1")
    book = ParcelBook(server.folder)
    known = next(parcel.number for parcel in book.of(CARRIER))
    scan(phone, known)
    for number in ("STORY-1", "STORY-2"):
        scan(phone, number, "Not announced yet", "Take it in")
    phone.get_by_role("button", name="Undo STORY-2").click()
    phone.locator("#state-big", has_text="Taken back").wait_for()
    phone.context.set_offline(True)
    choose(phone, "Left here", "STOP 2")
    scan(phone, known)
    scan(phone, "STORY-1")
    phone.reload()
    phone.wait_for_selector("body[data-ready]")
    assert "not yet sent" in phone.locator("#counter").inner_text()
    phone.context.set_offline(False)
    phone.locator("#counter", has_text="All sent").wait_for(timeout=SENT_MS)
    assert codes_of(server, known) == ["STOP 1", "STOP 2"]
    assert codes_of(server, "STORY-1") == ["STOP 1", "STOP 2"]
    assert book.find(CARRIER, "STORY-2") is None
    assert phone.complaints == []
