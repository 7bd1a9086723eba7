"""Silence has a consequence: a stranger's browser has it recorded by one button, where no companion was faster."""

import pytest

from ledger_api.rules.hashing import hex_of
from tests.e2e.bought import under_terms
from tests.e2e.browsing import violations
from tests.e2e.processes import Server

QUICK_SERIES, ANSWER_S = 44, 8
RECORDED_MS = 60_000


@pytest.fixture(scope="module")
def alone(server):
    """The demo's data without its companion that calls for what is due."""
    server.stop()
    made = Server(server.folder).start()
    yield made
    made.stop()
    server.start()


@pytest.fixture
def silent(alone) -> str:
    """A return whose seller has a few seconds to answer; its id."""
    return hex_of(under_terms(alone, QUICK_SERIES, {}, answer_s=ANSWER_S).claim().open().rma)


def test_a_stranger_presses_the_button_and_the_page_goes_on(browser, alone, silent):
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB").new_page()
    page.set_default_timeout(30_000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{alone.url}/returns/{silent}")
    assert page.locator("h1").inner_text() == "Your return is waiting for Nanshan Outdoor to answer."
    button = page.get_by_role("button", name="Have this recorded now")
    button.wait_for()  # the page says so by itself once the time has passed
    assert "Nothing came from Nanshan Outdoor in time." in page.locator(".turn").inner_text()
    assert violations(page) == []
    button.click()
    page.locator("h1", has_text="Your return counts as approved").wait_for(timeout=RECORDED_MS)
    assert button.count() == 0
    assert complaints == []
