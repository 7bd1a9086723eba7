"""Parcels pass from one carrier to another by two scans, in two browsers; each signs what his own page shows."""

import re

import pytest

from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.hashing import hex_of
from tests.e2e.browsing import joined, no_violations

GIVER, TAKER, NEXT = "Wisła Parcel", "Pearl River Express", 3
DONE_MS = 60_000
PHONE = 360  # px


@pytest.fixture(scope="module")
def giver(browser, server):
    opened = joined(browser, server, GIVER, width=PHONE)
    yield opened
    opened.context.close()


@pytest.fixture(scope="module")
def taker(browser, server):
    opened = joined(browser, server, TAKER, width=PHONE)
    yield opened
    opened.context.close()


def offer(giver, server, numbers: list[str]) -> str:
    """The giver scans, signs, and shows the code; its address."""
    giver.goto(f"{server.url}/scan/hand-over")
    giver.wait_for_selector("body[data-ready]")
    no_violations(giver)
    giver.get_by_label("Who takes them").select_option(label=TAKER)
    giver.get_by_role("button", name="Start scanning").click()
    for number in numbers:
        giver.keyboard.type(number)
        giver.keyboard.press("Enter")
        giver.locator("#list strong", has_text=number).wait_for()
    no_violations(giver)
    giver.get_by_role("button", name=re.compile("^Hand over")).click()
    giver.wait_for_selector("#qr path[d]")
    return giver.locator("#qr").get_attribute("data-address")


@pytest.fixture(scope="module")
def numbers(server):
    """Two parcels that the giver knows; the taker knows neither yet."""
    book = ParcelBook(server.folder)
    for number in ("PASS-1", "PASS-2", "PASS-3"):
        book.find_or_enter(2, number)
    return ["PASS-1", "PASS-2"]


def test_a_number_that_nobody_announced_is_not_handed_over(giver, server):
    giver.goto(f"{server.url}/scan/hand-over")
    giver.wait_for_selector("body[data-ready]")
    giver.get_by_role("button", name="Start scanning").click()
    assert giver.locator("#choose-error").inner_text() == "Choose who takes the parcels."
    giver.get_by_label("Who takes them").select_option(label=TAKER)
    giver.get_by_role("button", name="Start scanning").click()
    giver.keyboard.type("NEVER-HEARD-OF")
    giver.keyboard.press("Enter")
    giver.locator("#state-big", has_text="Number not known").wait_for()
    assert giver.locator("#list li").count() == 0
    giver.get_by_role("button", name="Change").click()


def test_who_takes_scans_the_code_signs_the_same_and_both_pages_say_so(browser, giver, taker, server, numbers):  # noqa: F811
    address = offer(giver, server, numbers)
    no_violations(giver)
    other = joined(browser, server, "Nanshan")
    other.goto(address)
    assert "are meant for Pearl River Express" in other.locator("h1").inner_text()
    other.context.close()
    taker.goto(f"{server.url}/scan")  # the code is a scan like any other
    taker.wait_for_selector("body[data-ready]")
    taker.get_by_text("Arrived here", exact=True).click()
    taker.get_by_role("button", name="Start scanning").click()
    taker.keyboard.type(address)
    taker.keyboard.press("Enter")
    taker.wait_for_url("**/scan/hand-over/*")
    assert taker.locator("[data-number]").all_inner_texts() == numbers
    no_violations(taker)
    taker.get_by_role("button", name="Take over 2 parcels").click()
    for page in (taker, giver):
        page.get_by_role("heading", name="Handed over").wait_for(timeout=DONE_MS)
        no_violations(page)
    for number in numbers:
        for participant in (2, NEXT):
            parcel = ParcelBook(server.folder).find(participant, number)
            (passed,) = server.client.get(f"/api/v1/parcels/{hex_of(parcel.parcel_id)}")["hand_overs"]
            assert (passed["giver"], passed["taker"], passed["corroboration"]) == (2, NEXT, "mutual")
    taker.reload()
    assert taker.get_by_role("button", name=re.compile("Take over")).count() == 0  # once
    assert giver.complaints == taker.complaints == []


def test_what_the_page_shows_is_not_what_was_signed_so_nothing_is_signed(giver, taker, server, numbers):
    address = offer(giver, server, ["PASS-3"])
    taker.goto(address)
    taker.wait_for_selector("body[data-ready]")
    taker.evaluate("document.querySelector('[data-number]').textContent = 'PASS-1'")
    taker.get_by_role("button", name="Take over 1 parcel").click()
    taker.locator("[data-status].wrong", has_text="is not what this page shows").wait_for()


def test_an_address_that_nobody_made_is_told_in_words(taker, server):
    taker.goto(f"{server.url}/scan/hand-over/aaaaaaaaaaaaaaaaaaaaaa")
    assert taker.locator("h1").inner_text() == "This hand-over is not known here"
