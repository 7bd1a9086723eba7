"""A panel of three, each in a browser: one proposes a ruling, one gives up his seat, a second one signs it too."""

import re
import time

import pytest

from ledger_api.demo_dispute import NAMES
from ledger_api.rules.hashing import hex_of
from tests.acting import Dispute
from tests.e2e.bought import EVIDENCE_S, ruled
from tests.e2e.browsing import joined, looks_well

SERIES = 71
REASONS = "The photos of both sides agree: the coat came back as it was sent.\n90 % of its price is right."


@pytest.fixture(scope="module")
def case(server) -> Dispute:
    """Ruled on, and appealed against, under terms whose time for evidence is two seconds."""
    made = ruled(server, SERIES, 8_000).appeal()
    time.sleep(EVIDENCE_S + 2)
    return made


@pytest.fixture(scope="module")
def panel(case, server, browser):
    """Number → a browser of each of the three."""
    pages = {number: joined(browser, server, NAMES[number][1]) for number in case.state["panel"]}
    yield pages
    for page in pages.values():
        assert page.complaints == []
        page.context.close()


def test_one_of_the_panel_proposes_a_ruling(case, panel, server):
    first = next(iter(panel.values()))
    first.goto(f"{server.url}/docket")
    first.locator(f'a[href$="{hex_of(case.dispute_id)}"]').click()
    first.get_by_role("heading", name="The panel", exact=True).wait_for()
    assert "Nobody has proposed a ruling yet." in first.inner_text("main")
    looks_well(first)
    first.get_by_role("link", name="Propose a ruling").click()
    assert first.get_by_text("I refuse to arbitrate").count() == 0
    first.get_by_text("The buyer gets something").click()
    first.locator("#percent-0").fill("90")
    first.locator("#reasons_text").fill(REASONS)
    first.locator("[data-shown] li, [data-shown] td").first.wait_for()
    looks_well(first)
    first.get_by_role("button", name="Check the ruling").click()
    first.get_by_role("heading", name="Check the ruling that you propose").wait_for()
    assert "the panel alone sees it" in first.inner_text("main")
    looks_well(first)
    first.get_by_role("button", name="Sign, and propose it to the panel").click()
    first.get_by_text("It waits: one more member has to sign.").wait_for()
    looks_well(first)
    assert first.locator("#sign").count() == 0
    first.goto(f"{server.url}/docket/{hex_of(case.dispute_id)}/ruling")
    assert first.locator("#reasons_text").input_value() == ""


def test_another_gives_up_his_seat(case, panel, server):
    third = list(panel.values())[2]
    third.goto(f"{server.url}/docket/{hex_of(case.dispute_id)}")
    third.get_by_role("link", name="See the ruling that").wait_for()
    third.get_by_role("link", name="Give up your seat on the panel").click()
    looks_well(third)
    third.get_by_role("button", name="Step back from this case").click()
    third.wait_for_url("**/docket")
    assert third.locator(f'a[href$="{hex_of(case.dispute_id)}"]').count() == 0
    assert case.state["panel"][2] != list(panel)[2]


def test_a_second_one_reads_it_and_signs_it_too(case, panel, server):
    (one, _), (_, second), _ = panel.items()
    second.goto(f"{server.url}/docket/{hex_of(case.dispute_id)}")
    second.get_by_role("link", name="See the ruling that").click()
    second.get_by_role("heading", name=f"{NAMES[one][1]} proposes a ruling").wait_for()
    text = second.inner_text("main")
    assert REASONS in text
    assert "90 % of the price" in text
    looks_well(second)
    second.get_by_role("button", name="Sign this ruling too").click()
    second.get_by_text("It is in effect.").wait_for()
    looks_well(second)
    state = case.state
    assert (state["ending"], state["panel_ruling"]["award"]["lines"][0]["award_basis_points"]) == (
        "ruled_on_appeal",
        9_000,
    )
    second.get_by_role("link", name="Back to the case").click()
    second.get_by_role("heading", level=1, name=re.compile("has ended")).wait_for()
    looks_well(second)
