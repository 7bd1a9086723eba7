"""The pages in a real browser: phone and desk, light and dark, and live."""

import re
import time

import pytest

from tests.e2e.pdf_text import pages_of, text_of
from tests.e2e.processes import ROOT, signed_checkpoint

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = [(360, 640), (768, 1024), (1280, 800)]
LIVE_MS = 8_000


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}px")
def page(browser, server, request):
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("request", lambda asked: opened.complaints.append(asked.url) if server.url not in asked.url else None)
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    yield opened
    context.close()


def test_nothing_scrolls_sideways_and_nothing_complains(page):
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    page.wait_for_timeout(300)
    assert page.complaints == []


def test_where_things_stand_and_whose_turn_it_is_stand_in_the_first_screen(page):
    height = page.viewport_size["height"]
    for selector in ("h1", "section.turn"):
        # In one step, as news may replace the content between two.
        bottom = page.evaluate(
            "(selector) => document.querySelector(selector).getBoundingClientRect().bottom", selector
        )
        assert 0 < bottom <= height, selector


def test_there_is_one_primary_action(page):
    assert page.locator("main .action:visible, main button:visible").count() == 1


def test_no_word_of_the_machinery_stands_outside_the_check(page):
    page.evaluate("document.querySelectorAll('details').forEach((item) => item.remove())")
    words = page.inner_text("main").lower().split()
    assert not {"block", "hash", "transaction", "wallet", "key", "gas", "chain"} & set(words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then((result) => result.violations.map((v) => v.id + ': ' + v.nodes[0].html))")
    assert found == []


def test_a_new_fact_appears_without_a_reload(browser, server):
    opened = browser.new_page()
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    opened.get_by_text("Live", exact=True).wait_for()
    opened.evaluate("window.notReloaded = true")
    rows = opened.locator(".timeline li")
    before = rows.count()
    server.client.send("checkpoints", signed_checkpoint(server, server.client, f"L{int(time.time())}"))
    rows.nth(before).wait_for(timeout=LIVE_MS)
    assert opened.evaluate("window.notReloaded") is True
    opened.close()


def test_nothing_is_replaced_under_a_finger(browser, server):
    opened = browser.new_page()
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    opened.get_by_text("Live", exact=True).wait_for()
    rows = opened.locator(".timeline li")
    before = rows.count()
    opened.locator("h1").hover()
    opened.mouse.down()
    client = server.client
    client.wait(client.send("checkpoints", signed_checkpoint(server, client, f"F{int(time.time())}"))["id"])
    opened.wait_for_timeout(1_500)
    assert rows.count() == before
    opened.mouse.up()
    rows.nth(before).wait_for(timeout=LIVE_MS)
    opened.close()


def test_script_speaks_the_language_of_the_page(browser, server):
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    opened = context.new_page()
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    opened.wait_for_selector("#live.on")
    assert opened.evaluate("document.documentElement.lang") == "de"
    assert opened.inner_text("p.zone") == "Zeitangaben: Ihre Zeitzone (Europe/Berlin)."
    shown = opened.locator('ol.timeline time[data-show="moment"]').first.inner_text()
    assert re.fullmatch(r"\d{1,2}\. \w+ 20\d\d, \d\d:\d\d Uhr", shown)
    context.close()


def test_a_page_without_scripts_says_the_same(browser, server):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    assert "124.50 EUR" in opened.inner_text("h1")
    context.close()


# --- Case file


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}px")
def case(browser, server, request):
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    opened = context.new_page()
    opened.goto(f"{server.url}/disputes/{server.demo_dispute}")
    yield opened
    context.close()


def assert_clean(opened) -> None:
    """Nothing scrolls sideways, and axe finds nothing in light and dark, with all that is folded open."""
    opened.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    overflow = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    opened.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        run = "axe.run().then((result) => result.violations.map((v) => v.id + ': ' + v.nodes[0].html))"
        assert opened.evaluate(run) == []


def test_a_case_file_fits_and_axe_finds_nothing(case):
    assert_clean(case)


@pytest.mark.parametrize("path", ["/participants/1", "entry"])
def test_what_a_case_file_leads_to_fits_and_axe_finds_nothing(browser, server, path):
    opened = browser.new_page(viewport={"width": 360, "height": 640})
    opened.goto(f"{server.url}/disputes/{server.demo_dispute}")
    if path == "entry":
        opened.locator(".facts a").last.click()
    else:
        opened.goto(server.url + path)
    assert opened.locator("h1").count() == 1
    assert_clean(opened)
    opened.close()


def test_a_case_file_prints_on_a4_with_all_its_sections(browser, server):
    opened = browser.new_page(locale="en-GB")
    opened.goto(f"{server.url}/disputes/{server.demo_dispute}")
    pdf = opened.pdf(prefer_css_page_size=True, print_background=True)
    # What this browser checked is not printed, and its headings come whenever the check is done.
    headings = opened.locator("h2:not([data-mark] h2)").all_inner_texts()
    facts = opened.locator(".facts .what").all_inner_texts()
    opened.close()
    printed = text_of(pdf)
    assert len(headings) >= 8 and facts
    wanted = [*headings, *facts, "Where the entries stand", "return-ledger case", "Lot of the two", server.demo_dispute]
    for words in wanted:
        assert "".join(words.split()) in printed, words
    assert f"{pages_of(pdf)}of{pages_of(pdf)}" in printed


@pytest.mark.parametrize("path", ["/returns/0x12", "/returns/0x" + "11" * 32, "/disputes/0x" + "11" * 32])
def test_what_cannot_be_shown_is_explained_on_a_page(browser, server, path):
    opened = browser.new_page()
    answer = opened.goto(server.url + path)
    assert answer.status in (400, 404)
    assert opened.locator("h1").count() == 1
    opened.close()
