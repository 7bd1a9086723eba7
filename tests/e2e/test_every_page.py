"""Every page of every role in a real browser: accessible, within its screen, light, silent, and from this site alone.

SCREENS=docs/screens .venv/bin/pytest tests/e2e/test_every_page.py   also takes its pictures
"""

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.browsing import joined, violations
from tests.e2e.tour import Stop, Tour

CONTRAST = ["color-contrast"]
PHONE, TABLET, DESK = (360, 740), (768, 1024), (1280, 800)
MOST_BYTES = 150_000  # until the page is there
MOST_BYTES_WITH_CHECK = 300_000  # with what the check mark fetches after that
LANGUAGES = ("en", "de")
IN_PERSON = {"carrier": "Wisła Parcel"}  # whose pages show most only to a browser that has the key
SETTLE_MS = 400
# Notes who gets the focus, and gives how often tab is pressed to come by everything: a day has several fields.
WATCH_FOCUS = """() => {
  const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const open = (element) => !element.disabled && element.checkVisibility({ visibilityProperty: true });
  window.toReach = [...document.querySelectorAll(all)].filter(open);
  window.reached = new Map();
  document.addEventListener("focusin", ({ target }) =>
    window.reached.set(target, getComputedStyle(target).outlineStyle !== "none"));
  const days = document.querySelectorAll("input[type=date], input[type=datetime-local]").length;
  document.activeElement.blur();
  return window.toReach.length + 6 * days + 3;
}"""
FOCUS_SEEN = """() => {
  const group = (element) => element.type === "radio" ? `${element.form?.id} ${element.name}` : element;
  const groups = new Set([...window.reached.keys()].map(group));
  const missed = window.toReach.filter((element) => element.isConnected && !groups.has(group(element)));
  const unseen = [...window.reached].filter(([, shown]) => !shown).map(([element]) => element);
  return [...missed.map((element) => `no tab reaches ${element.outerHTML}`),
    ...unseen.map((element) => `does not show its focus: ${element.outerHTML}`)];
}"""
# What a reader sees outside of what tells how the page was checked.
WORDS = """() => {
  const copy = document.querySelector("main").cloneNode(true);
  copy.querySelectorAll("details[data-mark], [data-checking], script, code, kbd").forEach((part) => part.remove());
  return copy.textContent;
}"""
MACHINERY = {
    "en": {"block", "blocks", "hash", "transaction", "wallet", "key", "keys", "gas", "chain", "blockchain"},
    "de": {"block", "blöcke", "hash", "transaktion", "wallet", "schlüssel", "gas", "kette", "blockchain"},
}
API_KEY = {"en": "api key", "de": "api-schlüssel"}  # a machine's, which its maker knows by this name
MARKED = "[data-mark=checked], [data-mark=wrong], [data-mark=unasked]"
PICTURE_QUALITY = 55


@pytest.fixture(scope="module")
def tour(server):
    return Tour(server)


@pytest.fixture(scope="module")
def stops(tour) -> list[Stop]:
    return tour.stops()


class Visitors:
    """A browser for each role, opened when it is needed."""

    def __init__(self, browser, tour):
        self._browser, self._tour, self._contexts = browser, tour, {}

    def page(self, role: str):
        """An empty page of that role."""
        if role not in self._contexts:
            self._contexts[role] = self._opened(role)
        return self._contexts[role].new_page()

    def speak(self, role: str, language: str) -> None:
        """Pages that are opened from now on are in that language."""
        self._contexts[role].add_cookies([{"name": "language", "value": language, "url": self._tour.server.url}])

    def _opened(self, role: str):
        if role in IN_PERSON:
            page = joined(self._browser, self._tour.server, IN_PERSON[role])
            page.close()
            return page.context
        context = self._browser.new_context(locale="en-GB")
        if cookie := self._tour.cookies.get(role):
            context.add_cookies([cookie])
        return context

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()


class Look:
    """One page, with nothing cached: what is wrong with it."""

    def __init__(self, visitors: Visitors, url: str, stop: Stop):
        self.stop, self.wrong = stop, []
        self._photos = set()
        self._visitors, self._address = visitors, url + stop.path
        self.page = visitors.page(stop.role)
        self.page.emulate_media(reduced_motion="reduce")
        self._listen(url)

    def open(self, language: str) -> None:
        """On a phone, in that language; what it takes until it is there, and in the end, is weighed."""
        self.weight = 0
        self._visitors.speak(self.stop.role, language)
        self.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        self.page.goto(self._address, wait_until="load")
        at_load = self.weight
        self.page.wait_for_timeout(SETTLE_MS)
        self.await_mark()
        if at_load > MOST_BYTES or self.weight > MOST_BYTES_WITH_CHECK:
            self.wrong.append(f"weighs {at_load:,} bytes, in the end {self.weight:,}")

    def _listen(self, url: str) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.responseReceived", self._note_photo)
        session.on("Network.loadingFinished", self._weigh)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        if stop_is_there(self.stop):
            self.page.on("console", self._hear)
        self.page.on("request", lambda asked: self.wrong.append(f"asks {asked.url}") if url not in asked.url else None)

    def _hear(self, said) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(f"console: {said.text}")

    def _note_photo(self, event: dict) -> None:
        if "/documents/" in event["response"]["url"]:
            self._photos.add(event["requestId"])

    def _weigh(self, event: dict) -> None:
        """Photos that people brought are not the page's own weight."""
        if event["requestId"] not in self._photos:
            self.weight += int(event["encodedDataLength"])

    def ask_axe(self) -> None:
        """In light, and for contrast in dark."""
        self.wrong += [f"light: {item}" for item in violations(self.page)]
        self.page.emulate_media(color_scheme="dark")
        self.wrong += [f"dark: {item}" for item in violations(self.page, CONTRAST)]
        self.page.emulate_media(color_scheme="light")

    def await_mark(self) -> None:
        """Where the page is about a return, this browser finds it in order."""
        mark = self.page.locator("details[data-mark]")
        if mark.count():
            self.page.wait_for_selector(MARKED)
            if mark.get_attribute("data-mark") != "checked":
                self.wrong.append(f"the mark says: {mark.inner_text()}")

    def speaks_plainly(self, language: str) -> None:
        """Buyers, carriers and sellers read nothing of the machinery, but for what was checked and how."""
        if self.stop.role not in ("arbitrator", "council"):
            words = self.page.evaluate(WORDS).lower().replace(API_KEY[language], "")
            for word in sorted(MACHINERY[language] & set(re.findall(r"\w+", words))):
                self.wrong.append(f"says “{word}”")

    def tab_through(self) -> None:
        """All that can be pressed or filled in is reached by the tab key, and shows that it has the focus."""
        for _ in range(self.page.evaluate(WATCH_FOCUS)):
            self.page.keyboard.press("Tab")
        self.wrong += self.page.evaluate(FOCUS_SEEN)

    def measure(self, widths) -> None:
        """One main heading, and nothing beyond the edge of the screen."""
        if self.page.locator("h1").count() != 1:
            self.wrong.append("has not one heading of the first rank")
        for width, height in widths:
            self.page.set_viewport_size({"width": width, "height": height})
            over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.wrong.append(f"scrolls sideways at {width} px")

    def picture(self, folder: Path, language: str) -> None:
        """360 and 1,280 px, light and dark, once the mark has checked."""
        self.await_mark()
        for width, height in (PHONE, DESK):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                name = f"{self.stop.name}-{width}-{scheme}-{language}.webp"
                save(self.page.screenshot(full_page=True), folder / name)
        self.page.emulate_media(color_scheme="light")

    def close(self) -> None:
        self.page.close()


def stop_is_there(stop: Stop) -> bool:
    """A browser complains of an error page, which is meant."""
    return not stop.name.startswith("error-")


def written(stops: list[Stop], folder: Path) -> None:
    """The list of the pictures."""
    lines = [
        "# Pictures of every page",
        "",
        "Taken by `SCREENS=docs/screens .venv/bin/pytest tests/e2e/test_every_page.py` on a server of the demo with",
        "more returns. The same test asks axe-core about each page, and whether it fits its screen.",
        "",
    ]
    for role in dict.fromkeys(stop.role for stop in stops):
        lines += [f"## {role.capitalize()}", "", "| page | phone | desk |", "|---|---|---|"]
        for stop in stops:
            if stop.role == role:
                cells = [
                    " · ".join(
                        f"[{language} {scheme}]({stop.name}-{width}-{scheme}-{language}.webp)"
                        for language in LANGUAGES
                        for scheme in ("light", "dark")
                    )
                    for width in (PHONE[0], DESK[0])
                ]
                lines.append(f"| {stop.name} | {cells[0]} | {cells[1]} |")
        lines.append("")
    (folder / "README.md").write_text("\n".join(lines))


def save(png: bytes, path: Path) -> None:
    """As WebP, which is a tenth of it."""
    Image.open(io.BytesIO(png)).convert("RGB").save(path, "WEBP", quality=PICTURE_QUALITY, method=6)


def test_every_page_can_be_used_by_everybody(browser, tour, stops):
    folder = Path(os.environ["SCREENS"]) if os.environ.get("SCREENS") else None
    visitors, found = Visitors(browser, tour), {}
    for stop in stops:
        look = Look(visitors, tour.server.url, stop)
        look.open("en")
        if folder:
            look.picture(folder, "en")
        look.speaks_plainly("en")
        look.measure((PHONE, TABLET, DESK))
        look.ask_axe()
        look.tab_through()
        look.open("de")
        look.speaks_plainly("de")
        look.measure((PHONE,))
        if folder:
            look.picture(folder, "de")
        look.close()
        if look.wrong:
            found[f"{stop.name} ({stop.role})"] = look.wrong
    visitors.close()
    if folder:
        written(stops, folder)
    assert found == {}


def test_the_tour_comes_by_every_role_and_most_routes(stops):
    assert {stop.role for stop in stops} == {"stranger", "buyer", "seller", "carrier", "arbitrator", "council"}
    assert len({stop.name for stop in stops}) == len(stops)
