"""The check mark: a page of a return says what its browser checked, and names what a server forged or left out."""

import json
import re

import pytest

from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.verify.proofs import read_header
from tests.e2e.bought import bought
from tests.e2e.browsing import joined, no_violations

SLOW_PHONE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
PAIRS = 5
MOST_PAINT_RATIO = 3  # to a page of one line; how long in seconds says `python -m benchmarks pages`
BEFORE_CHECK_BYTES = 150_000


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    assert opened.complaints == []
    context.close()


@pytest.fixture(scope="module")
def disputed(server) -> str:
    """The return of the demo's dispute: it has entries of nearly all kinds."""
    return server.client.get(f"/api/v1/disputes/{server.demo_dispute}")["return_id"]


def says(page, state: str) -> str:
    page.wait_for_selector(f'details[data-mark="{state}"]', state="attached")
    return page.locator("[data-mark-says]").inner_text()


def forge(page, address: str, change) -> None:
    """The server's answers at addresses that end so are changed on their way."""

    def answer(route):
        real = route.fetch()
        body = real.json()
        change(body)
        route.fulfill(response=real, body=json.dumps(body))

    page.route(re.compile(address), answer)


def other(text: str, at: int) -> str:
    """Hex with one digit changed."""
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


# --- A good record ----------------------------------------------------------------------------------------------------


def test_pages_of_a_return_and_of_its_dispute_are_checked_by_themselves(page, server, disputed):
    for path in (f"/returns/{disputed}", f"/disputes/{server.demo_dispute}"):
        page.goto(server.url + path)
        assert re.fullmatch(r"Checked in this browser: \d+ entries, \d+ signatures, .*", says(page, "checked"))
    page.locator('a[href*="/entries/"]').first.click()
    page.wait_for_url("**/entries/**")
    assert says(page, "checked").startswith("Checked in this browser")


def test_the_button_opens_what_was_checked_and_whom_one_has_to_trust(page, server, disputed):
    page.goto(f"{server.url}/returns/{disputed}")
    says(page, "checked")
    page.get_by_role("link", name="Check this record").click()
    opened = page.locator("details[data-mark]").inner_text()
    for words in ("What this browser checked", "What you still have to trust", "11 contracts", "return-ledger verify"):
        assert words in opened
    no_violations(page)


def test_what_a_signature_rests_on_is_checked_on_the_form_and_before_signing(browser, server):
    sale, _ = bought(server)
    asked = hex_of(sale.open((0, 1, 3)).rma)
    seller = joined(browser, server, "Nanshan Outdoor", 360)
    seller.goto(f"{server.url}/inbox/{asked}/approve")
    assert says(seller, "checked").startswith("Checked in this browser")
    forge(seller, r"/api/v1/returns/0x\w+/entries", lambda body: body["entries"].pop())
    seller.get_by_role("button", name="Continue").click()
    assert says(seller, "wrong") == "Something does not match"
    alarm, sign = (seller.locator(found).bounding_box()["y"] for found in (".mark-alarm", "#sign"))
    assert alarm < sign  # who signs reads it before
    no_violations(seller)
    seller.context.close()


def test_after_a_live_update_the_mark_is_there_again(page, server, disputed):
    page.goto(f"{server.url}/returns/{disputed}")
    told = says(page, "checked")
    page.evaluate("document.querySelector('h1').textContent = 'Something else'")
    page.evaluate("() => { shown = ''; return refresh(); }")  # as if what was fetched before had been another page
    assert page.locator("h1").inner_text() != "Something else"
    assert says(page, "checked") == told


# What was transferred before the page was complete, whether the checking came later, and when something was painted.
LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const parts = performance.getEntriesByType("resource");
  const early = parts.filter((part) => part.startTime < page.loadEventStart);
  const check = parts.find((part) => part.name.includes("/check.js"));
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const bytes = early.reduce((sum, part) => sum + part.transferSize, page.transferSize);
  return { bytes, later: !early.includes(check), painted: paint.startTime };
}"""


def loaded_on_a_slow_phone(browser, address: str) -> dict:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_PHONE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="load")
    if page.locator("details[data-mark]").count():
        says(page, "checked")
    loaded = page.evaluate(LOADED)
    context.close()
    return loaded


def test_the_page_is_light_and_painted_soon_before_anything_is_checked(browser, server, disputed):
    paths = (f"/returns/{disputed}", "/healthz")
    pairs = [[loaded_on_a_slow_phone(browser, f"{server.url}{path}") for path in paths] for _ in range(PAIRS)]
    runs, rivals = zip(*pairs, strict=True)  # in turns, as others use this machine too
    assert all(run["later"] and run["bytes"] < BEFORE_CHECK_BYTES for run in runs), runs
    soonest, rival = (min(run["painted"] for run in found) for found in (runs, rivals))
    assert soonest < MOST_PAINT_RATIO * rival, (runs, rivals)


# --- Forged answers ---------------------------------------------------------------------------------------------------


def test_an_entry_with_one_changed_digit_is_named(page, server, disputed):
    def change(body):
        entry = body["entries"][-1]
        entry["data"] = other(entry["data"], len(entry["data"]) - 1)

    forge(page, r"/api/v1/returns/0x\w+/entries", change)
    page.goto(f"{server.url}/returns/{disputed}")
    assert says(page, "wrong") == "Something does not match"
    alarm = page.locator(".mark-alarm").all_inner_texts()
    assert any("something was added, changed or left out" in text for text in alarm)
    assert page.get_by_text("Do not rely on this page").is_visible()


def test_a_proof_with_one_changed_digit_is_named(page, server, disputed):
    def change(body):
        proof = body["proofs"][0]["account_proof"]
        proof[-1] = other(proof[-1], len(proof[-1]) // 2)

    forge(page, r"/api/v1/returns/0x\w+/proof", change)
    page.goto(f"{server.url}/returns/{disputed}")
    says(page, "wrong")
    assert "In a history, something was added, changed or left out." in page.locator("details[data-mark]").inner_text()


def test_a_signature_of_somebody_else_is_named(page, server, disputed):
    def change(body):
        entry = next(item for item in reversed(body["entries"]) if item["signed_request"])
        given = entry["signed_request"]["authorisations"][0]
        given["signature"] = other(given["signature"], 40)

    forge(page, r"/api/v1/returns/0x\w+/entries", change)
    page.goto(f"{server.url}/returns/{disputed}")
    says(page, "wrong")
    assert "An entry was not signed by whom it names." in page.locator("details[data-mark]").inner_text()


def before_its_last_entry(server, return_id: str) -> dict:
    """A block at which the return's record was shorter."""
    get, path = server.client.get, f"/api/v1/returns/{return_id}"
    number = get(path)["at"]["number"]
    count = len(get(f"{path}/entries", at=number)["entries"])
    while len(get(f"{path}/entries", at=number)["entries"]) == count:
        number -= 1
    header = bytes_of(get(f"{path}/proof", at=number)["block"]["header"])
    block_hash, _, number, timestamp = read_header(header)
    return {"number": number, "hash": hex_of(block_hash), "timestamp": timestamp}


def test_a_shortened_history_is_noticed_by_who_saw_it_longer(page, server, disputed):
    older = before_its_last_entry(server, disputed)

    def go_back(body):
        body["at"] = older

    address = f"{server.url}/returns/{disputed}"
    forge(page, r"/api/v1/returns/0x\w+$", go_back)
    page.goto(address)
    says(page, "checked")  # a true state once, and this browser saw nothing later
    page.unroute_all(behavior="wait")
    page.goto(address)
    says(page, "checked")
    forge(page, r"/api/v1/returns/0x\w+$", go_back)
    page.goto(address)
    says(page, "wrong")
    assert "This record was longer before" in page.locator("details[data-mark]").inner_text()


def test_without_answers_the_mark_says_that_it_could_not_check_and_tries_again(page, server, disputed):
    page.route("**/api/v1/chain", lambda route: route.abort())
    page.goto(f"{server.url}/returns/{disputed}")
    assert says(page, "unasked") == "Could not be checked right now"
    page.unroute_all(behavior="wait")
    page.locator("#check").click()
    says(page, "checked")
