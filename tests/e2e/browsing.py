"""What browser stories share: somebody who joined a member of the demo, and a look at a page."""

import re

from tests.e2e.processes import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RECORDED_MS = 60_000
MOST_TABS = 120
FOUND = "(rules) => axe.run(rules).then((result) => result.violations.map((v) => v.id + ': ' + v.nodes[0].html))"
HAS_FOCUS = "(element) => document.activeElement === element"
SHOWS_FOCUS = "(element) => getComputedStyle(element).outlineStyle !== 'none'"


def joined(browser, server, name: str, width: int = 1280):
    """A page of somebody who works for that member; less than 800 px are a phone."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(RECORDED_MS)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{server.url}/demo")
    page.get_by_role("button", name=re.compile(f"Work for {name}")).click()
    page.get_by_role("button", name=re.compile("Make my signature")).click()
    page.wait_for_url("**/account")
    return page


def violations(page, only: list[str] | None = None) -> list[str]:
    """What axe finds on the page as it is, by all rules or by some."""
    page.evaluate(AXE.read_text())
    return page.evaluate(FOUND, {"runOnly": only} if only else {})


def reach(locator) -> None:
    """By the tab key alone, as who has no mouse gets there; what has the focus shows it."""
    for _ in range(MOST_TABS):
        if locator.evaluate(HAS_FOCUS):
            assert locator.evaluate(SHOWS_FOCUS), locator
            return
        locator.page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} tabs do not reach {locator}")


def press(page, name: str, role: str = "button") -> None:
    """Gets to a button or a link without a mouse, and presses Enter."""
    reach(page.get_by_role(role, name=name, exact=True))
    page.keyboard.press("Enter")


def beyond(page) -> int:
    """By how many pixels the page is wider than its screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def no_violations(page) -> None:
    """Axe finds nothing in light and dark, and nothing scrolls sideways."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], page.url
    page.emulate_media(color_scheme="light")
    assert beyond(page) <= 0


def looks_well(page, unfolded: bool = False) -> None:
    """The same, also on a phone and at a desk; with all that can be opened, if wanted."""
    if unfolded:
        page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    no_violations(page)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert beyond(page) <= 0


def inbox(page, server) -> None:
    """A seller's, once its keys work."""
    page.goto(f"{server.url}/inbox")
    page.wait_for_selector("body[data-ready]")


def chosen_by_key(page, server, order: str) -> None:
    """In the inbox with the key j, as far as the row of that order."""
    inbox(page, server)
    for _ in range(page.locator("[data-row]").count()):
        page.keyboard.press("j")
        if order in page.locator(".row.chosen").inner_text():
            return
    raise AssertionError(f"{order} is not in the inbox")


def sign(page, button: str, then: str) -> None:
    """From a seller's form over the page on which it is checked to what it leads to."""
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=button).wait_for()
    looks_well(page)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(then)
