"""An arbitrator's desk: the docket, what was brought to a case, the ruling with its effect, and what all then read."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import RECORDED_MS, looks_well, press, reach

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
REASONS = "Fact 11 and the photo: the scratch was there at the inspection. Who made it stays open.\n85 % is fair."


@pytest.fixture(scope="module")
def desk(browser, server):
    """A browser whose owner joined the arbitrator that has the demo's waiting case."""
    context = browser.new_context(viewport=DESK, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(f"{server.url}/demo")
    with_case = opened.locator("form", has=opened.get_by_text("has a case to decide"))
    with_case.get_by_role("button").click()
    opened.wait_for_url("**/join/**", wait_until="load")
    opened.get_by_role("button", name=re.compile("Make my signature")).click()
    opened.wait_for_url("**/account")
    yield opened
    assert opened.complaints == []
    context.close()


def test_the_docket_lists_the_case_under_its_deadline(desk):
    desk.get_by_role("link", name="Docket").click()
    desk.get_by_role("heading", name="This week").wait_for()
    assert "7 days left" in desk.locator("main .list li").first.inner_text()
    looks_well(desk, unfolded=True)
    desk.locator("main .list a").first.click()
    desk.wait_for_url("**/docket/0x*")


def test_what_was_brought_is_shown_with_whether_it_fits(desk):
    brought = desk.locator("section", has=desk.get_by_role("heading", name="What was brought"))
    text = brought.inner_text()
    assert "The scratch on the left sleeve was there when the coat came." in text
    assert "We offer 70 % of the price" in text
    assert text.count("It is what was recorded: the seal fits.") == 4
    # In one step, as news may replace the content between two.
    desk.evaluate("document.querySelector('.brought img').scrollIntoView()")
    # No `wait_for_function`: what it asks a second time is `eval` in the page, which the pages forbid.
    expect(brought.locator("img").first).to_have_js_property("naturalWidth", 960, timeout=RECORDED_MS)
    looks_well(desk, unfolded=True)


def test_a_stranger_reads_neither_the_case_nor_its_documents(desk, browser, server):
    address = desk.url
    picture = desk.locator(".brought img").get_attribute("src")
    stranger = browser.new_page()
    for path in (address, server.url + picture):
        stranger.goto(path)
        assert "/sign-in" in stranger.url
    stranger.close()


def fill(desk, field: str, text: str) -> None:
    """Without a mouse; what stood there is replaced."""
    reach(desk.locator(field))
    desk.keyboard.press("Control+a")
    desk.keyboard.type(text)


def test_a_form_with_gaps_comes_back_with_what_was_typed(desk):
    press(desk, "Give the ruling", "link")
    desk.wait_for_url("**/ruling", wait_until="load")
    reach(desk.get_by_role("radio", name="The buyer gets something"))
    desk.keyboard.press("Space")
    fill(desk, "#percent-0", "850")
    fill(desk, "#reasons_text", REASONS)
    desk.locator("[data-shown] li").wait_for()
    press(desk, "Check the ruling")
    desk.locator(".errors").wait_for()
    assert "Enter a percentage from 0 to 100" in desk.locator("#percent-0-error").inner_text()
    assert desk.locator("#percent-0").input_value() == "850"
    assert desk.locator("#reasons_text").input_value() == REASONS
    looks_well(desk, unfolded=True)


def test_the_effect_is_shown_while_the_form_is_filled_in(desk):
    fill(desk, "#percent-0", "85")
    fill(desk, "#buyer_cost", "20")
    desk.locator("[data-shown] td", has_text="138.24").wait_for()
    rows = desk.locator("[data-shown] tbody tr").all()
    after = [row.locator("td").last.inner_text().replace("−", "-") for row in rows]
    *parts, due = (round(float(text) * 100) for text in after)
    assert sum(parts) == due == 13_824


def test_the_ruling_is_checked_and_signed_on_a_phone_too(desk):
    desk.set_viewport_size(PHONE)
    press(desk, "Check the ruling")
    desk.get_by_role("heading", name="Check your ruling").wait_for()
    assert "138.24" in desk.locator(".effect").inner_text()
    assert "Each can appeal once" in desk.inner_text("main")
    looks_well(desk, unfolded=True)
    press(desk, "Sign the ruling")
    desk.wait_for_url("**/docket/0x*", wait_until="load")
    assert "ruled on the dispute" in desk.inner_text("h1")
    desk.set_viewport_size(DESK)


def test_status_page_and_case_file_tell_the_ruling(desk, server):
    dispute = server.client.get(f"/api/v1/disputes/{server.demo_waiting}")
    assert dispute["ruling"]["verdict"] == "awarded"
    assert "ruled on your dispute" in server.http_text(f"/returns/{dispute['return_id']}")
    desk.goto(f"{server.url}/disputes/{server.demo_waiting}")
    assert "1 piece counts at 85 % of the price." in desk.locator(".ruling").inner_text()


def test_the_docket_then_waits_for_others(desk, server):
    desk.goto(f"{server.url}/docket")
    assert desk.get_by_role("link", name=re.compile("ruled on the dispute|has ended")).count() == 1
    assert "No case waits for you" in desk.inner_text("main")
