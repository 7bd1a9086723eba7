"""The status page in a real browser: what it weighs, when it is first painted, and how soon news is on the screen.

On a slowed-down Chromium: a quarter of this processor, 1.6 Mbit/s, 150 ms there and back, nothing cached. The rival of
the first paint is a page of one line from the same server on the same browser; that of the news is asking the API for
the return without pause, which is the soonest that anybody could know.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.results import Figure, finish
from ledger_api import serving
from ledger_api.config import Settings
from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ZoneSource

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-headless-shell")
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = {"width": 360, "height": 740}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER_BY = 4
PAINTS = 5
NEWS = 100
NEWS_WITHIN_S = 1.0
MOST_KB = 150
MOST_PAINT_S = 1.0
LEAST_NEWS_IN_TIME = 95
SETTLE_MS = 3_000  # for what is loaded once the page stands
NEWS_TIMEOUT_S = 10
CARRIER = 3
WATCH = """(code) => {
  window.seen = {};
  const look = () => {
    for (const found of document.getElementById("main").textContent.matchAll(/NEWS\\d{4}/g)) {
      window.seen[found[0]] ??= performance.timeOrigin + performance.now();
    }
  };
  new MutationObserver(look).observe(document.getElementById("main"), { childList: true, subtree: true });
}"""
PAINT = """() => new Promise((resolve) => {
  const found = performance.getEntriesByName("first-contentful-paint")[0];
  if (found) return resolve(found.startTime);
  new PerformanceObserver((list) => {
    const entry = list.getEntriesByName("first-contentful-paint")[0];
    if (entry) resolve(entry.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


# --- Weight and first paint


def opened_slowly(browser, url: str) -> tuple[float, int, dict[str, int]]:
    """(seconds until the first paint, bytes until the page is there, in the end by address), with nothing cached."""
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_BY})
    addresses, sizes = {}, {}
    session.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.update({addresses.get(e["requestId"], "?"): int(e["encodedDataLength"])}),
    )
    page.goto(url, wait_until="load")
    at_load = sum(sizes.values())
    painted = page.evaluate(PAINT) / 1_000
    page.wait_for_timeout(SETTLE_MS)
    context.close()
    return painted, at_load, sizes


def paints(browser, url: str) -> tuple[float, int, dict[str, int]]:
    """(median of PAINTS, bytes of the last until it was there, and in the end)."""
    found = [opened_slowly(browser, url) for _ in range(PAINTS)]
    return statistics.median(painted for painted, _, _ in found), *found[-1][1:]


# --- News


class Blocks(threading.Thread):
    """When each block was there, by asking the node without pause."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node, self.seen, self._stop_asking = node, {}, threading.Event()

    def run(self) -> None:
        while not self._stop_asking.is_set():
            self.seen.setdefault(self.node.block("latest").number, time.time())
            time.sleep(0.005)

    def end(self) -> None:
        self._stop_asking.set()
        self.join()


def news(page: Page, ledger, url: str, story, return_id: str) -> tuple[list[float], list[float]]:
    """Seconds from its block until an entry is on the screen, and until the API has it, for NEWS entries."""
    client, key = story.client, story.key("carrier-cn")
    parcels = ParcelBook(ledger.settings.folder).parcels()
    shown = client.get(f"/api/v1/returns/{return_id}")["parcels"]
    parcel = next(parcels[bytes.fromhex(p["parcel_id"][2:])] for p in shown if p["carrier"] == CARRIER)
    page.goto(f"{url}/returns/{return_id}", wait_until="load")
    page.evaluate(WATCH)
    blocks = Blocks(ledger.node)
    blocks.start()
    on_screen, in_api = [], []
    for number in range(NEWS):
        code = f"NEWS{number:04}"
        happened = Checkpoint(int(time.time()), CheckpointKind.IN_TRANSIT, zone_source=ZoneSource.STATED)
        request = {"tracking": parcel.tracking, "facts": pack_facts(happened), "code": pack_code(code)}
        signed = client.sign("recordCheckpoint", {"participant": CARRIER, **request, "document": bytes(32)}, key)
        status = client.wait(client.send("checkpoints", signed)["id"])
        known_at = time.time()
        seen_at = awaited(page, code)
        mined_at = blocks.seen[status["block_number"]]
        on_screen.append(seen_at - mined_at)
        in_api.append(known_at - mined_at)
    blocks.end()
    return on_screen, in_api


def awaited(page: Page, code: str) -> float:
    """When a code was on the screen, Unix seconds; infinitely late if never."""
    end = time.monotonic() + NEWS_TIMEOUT_S
    while time.monotonic() < end:
        found = page.evaluate("(code) => window.seen[code] ?? 0", code)
        if found:
            return found / 1_000
        page.wait_for_timeout(20)
    return float("inf")


def main() -> int:
    if CHROMIUM is None:
        print("chromium is missing; install Debian's package chromium", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        serving.running(Settings(data_dir=folder, port=0, https_port=0)) as (ledger, url),
        sync_playwright() as playwright,
    ):
        story = serving.story(ledger.settings, url)
        story.say = lambda text: None
        return_id = story.play()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        painted, at_load, sizes = paints(browser, f"{url}/returns/{return_id}")
        rival, _, _ = paints(browser, f"{url}/healthz")
        page = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
        on_screen, in_api = news(page, ledger, url, story, return_id)
        browser.close()
    return told(painted, rival, at_load, sizes, on_screen, in_api)


def told(painted: float, rival: float, at_load: int, sizes: dict, on_screen: list, in_api: list) -> int:
    """Prints it all."""
    print("Over the wire, with what the check mark fetches once the page is there, in kB")
    for address, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"  {size / 1_000:7.1f}  {address.split('/', 3)[-1][:70]}")
    in_time = sum(1 for waited in on_screen if waited <= NEWS_WITHIN_S) * 100 / len(on_screen)
    print(f"First paint {painted:.2f} s, of one line {rival:.2f} s")
    middle, worst = statistics.median(on_screen), max(on_screen)
    print(f"News on the screen after {middle:.2f} s (worst {worst:.2f} s)")
    print(f"News in the API after {statistics.median(in_api):.2f} s")
    return finish(
        [
            Figure("page_weight", at_load / 1_000, "kB", most=MOST_KB),
            Figure("page_weight_with_check", sum(sizes.values()) / 1_000, "kB"),
            Figure("page_first_paint", painted, "s", "a page of one line", rival, most=MOST_PAINT_S),
            Figure("page_news_within_1_s", in_time, "of 100", least=LEAST_NEWS_IN_TIME),
            Figure("page_news_median", middle, "s", "asking the API without pause", statistics.median(in_api)),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
