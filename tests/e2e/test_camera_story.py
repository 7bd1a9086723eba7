"""A phone whose browser has no detector of its own reads QR codes and barcodes with the camera all the same."""

import io

import pytest
from PIL import Image

from ledger_api.interop.barcodes import bar_modules, qr_png
from tests.e2e.browsing import joined, no_violations

FRAME = (640, 480)
NUMBER = "CAMERA-1"
HELD_AT = 4  # degrees: nobody holds a phone quite straight


def qr(text: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text, 360))).convert("RGB")


def bars(text: str, module: int = 2, height: int = 150, quiet: int = 30) -> Image.Image:
    """A Code 128 with a quiet zone around it, in pixels."""
    widths = [module * modules for modules in bar_modules(text)]
    code = Image.new("RGB", (sum(widths) + 2 * quiet, height + 2 * quiet), "white")
    at = quiet
    for place, width in enumerate(widths):
        code.paste("black" if place % 2 == 0 else "white", (at, quiet, at + width, quiet + height))
        at += width
    return code


def film_of(code: Image.Image) -> bytes:
    """A motion JPEG of a code that is held still."""
    frame = Image.new("RGB", FRAME, "#888")
    held = code.rotate(HELD_AT, Image.Resampling.BICUBIC, expand=True, fillcolor="#888")
    frame.paste(held, ((FRAME[0] - held.width) // 2, (FRAME[1] - held.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=90)
    return out.getvalue() * 3


@pytest.fixture
def phone(chromium, server, tmp_path):
    """code → a phone whose camera looks at it; Debian's Chromium has no detector."""
    browsers = []

    def looking_at(code: Image.Image):
        film = tmp_path / "code.mjpeg"
        film.write_bytes(film_of(code))
        camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        browsers.append(chromium(*camera, whole=True))
        return joined(browsers[-1], server, "Wisła Parcel", width=360)

    yield looking_at
    for browser in browsers:
        browser.close()


def scanning(page, server) -> None:
    page.goto(f"{server.url}/scan")
    page.wait_for_selector("body[data-ready]")
    page.get_by_text("Arrived here", exact=True).click()
    page.get_by_role("button", name="Start scanning").click()


def test_a_qr_code_is_read_without_a_detector_of_the_browser(phone, server):
    page = phone(qr(NUMBER))
    scanning(page, server)
    page.get_by_role("button", name="Read with the camera").click()  # refused
    page.locator("#trouble", has_text="The camera may not be used").wait_for()
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Read with the camera").click()
    page.locator("#state-more", has_text=NUMBER).wait_for()
    no_violations(page)
    page.get_by_role("button", name="Take it in").click()
    page.locator("#last-list strong", has_text=NUMBER).wait_for()
    page.get_by_role("button", name="Stop the camera").click()
    assert not page.locator("#video").is_visible()
    assert page.locator("#trouble").is_hidden()
    assert page.complaints == []


@pytest.mark.parametrize("turn", [0, 90, 180], ids=["across", "along", "upside-down"])
def test_the_barcode_of_a_label_is_read_without_a_detector_of_the_browser(phone, server, turn):
    number = f"RR4731248{turn:02}"
    page = phone(bars(number).rotate(turn, expand=True))
    page.context.grant_permissions(["camera"])
    scanning(page, server)
    page.get_by_role("button", name="Read with the camera").click()
    page.locator("#state-more", has_text=number).wait_for()
    assert page.complaints == []
