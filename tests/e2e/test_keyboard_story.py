"""Without a mouse: a buyer asks for a return, its seller approves it, a carrier scans. Keys only."""

import re

import pytest

from tests.e2e.browsing import RECORDED_MS, joined, press, reach

DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def order(browser, server):
    """The number of an order, a return of which was asked for by keyboard."""
    context = browser.new_context(viewport=DESK, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(RECORDED_MS)
    page.goto(f"{server.url}/demo")
    press(page, "Buy a coat, two hats and socks")
    page.wait_for_url("**/claim/0x*", wait_until="load")
    press(page, "Keep my purchase here")
    page.wait_for_url("**/orders/0x*", wait_until="load")
    number = re.search(r"Order (NO-\d+)", page.inner_text("main"))[1]
    press(page, "Return something", "link")
    hats = page.get_by_role("group", name="Wool hat, grey")
    page.wait_for_url("**/return", wait_until="load")
    reach(hats.get_by_label("Pieces"))
    page.keyboard.type("2")
    reach(hats.get_by_label("Why"))
    page.keyboard.type("Too large")
    reach(page.get_by_label("Withdrawal by law"))
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Return by the seller’s terms").is_checked()
    press(page, "Go on: see what you get back")
    press(page, "Send the request to Nanshan Outdoor")
    page.wait_for_url("**/acknowledgement", wait_until="load")
    assert "2 pieces of Wool hat, grey" in page.inner_text("main")
    context.close()
    return number


def test_the_seller_approves_takes_it_back_and_approves(browser, server, order):
    page = joined(browser, server, "Nanshan Outdoor")
    press(page, "Inbox", "link")
    page.wait_for_url("**/inbox", wait_until="load")
    row = page.locator(".row", has_text=order)
    reach(row.get_by_role("button", name="Approve"))
    page.keyboard.press("Enter")
    row.get_by_text(re.compile("Approved in")).wait_for()
    reach(row.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    row.get_by_text("Not approved.").wait_for()
    reach(row.get_by_role("button", name="Approve"))
    page.keyboard.press("Enter")
    row.get_by_text("Approved, and recorded.").wait_for()
    assert page.complaints == []
    page.context.close()


def test_the_carrier_scans_and_takes_a_scan_back(browser, server):
    page = joined(browser, server, "Wisła Parcel", width=360)
    press(page, "Scan", "link")
    page.wait_for_selector("body[data-ready]")
    kinds = page.locator("#kinds input")
    reach(kinds.first)
    page.keyboard.press("Space")
    for _ in range(kinds.count()):
        if page.get_by_label("Arrived here").is_checked():
            break
        page.keyboard.press("ArrowDown")
    assert page.get_by_label("Arrived here").is_checked()
    press(page, "Start scanning")
    page.context.set_offline(True)  # otherwise it is sent after eight seconds, and the key comes too late
    page.keyboard.type(server.parcel_of(2).number)
    page.keyboard.press("Enter")
    page.locator("#state-big", has_text="Noted").wait_for()
    undo = page.locator("#last-list").get_by_role("button", name=re.compile("Undo"))
    reach(undo)
    page.keyboard.press("Enter")
    page.locator("#state-big", has_text="Taken back").wait_for()
    assert page.complaints == []
    page.context.close()
