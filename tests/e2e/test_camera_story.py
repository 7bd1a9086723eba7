"""A phone whose browser has no detector of its own reads QR codes with the camera all the same."""

import io

import pytest
from PIL import Image

from ledger_api.interop.barcodes import qr_png
from tests.e2e.browsing import joined, no_violations

FRAME = (640, 480)
NUMBER = "CAMERA-1"


def film_of(text: str) -> bytes:
    """A motion JPEG of a QR code that is held still."""
    code = Image.open(io.BytesIO(qr_png(text, 360))).convert("RGB")
    frame = Image.new("RGB", FRAME, "#888")
    frame.paste(code, ((FRAME[0] - code.width) // 2, (FRAME[1] - code.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=90)
    return out.getvalue() * 3


@pytest.fixture
def phone(chromium, server, tmp_path):
    """A phone whose camera looks at a code; Debian's Chromium has no detector."""
    film = tmp_path / "code.mjpeg"
    film.write_bytes(film_of(NUMBER))
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = chromium(*camera, whole=True)
    yield joined(browser, server, "Wisła Parcel", width=360)
    browser.close()


def test_a_qr_code_is_read_without_a_detector_of_the_browser(phone, server):
    phone.goto(f"{server.url}/scan")
    phone.wait_for_selector("body[data-ready]")
    phone.get_by_text("Arrived here", exact=True).click()
    phone.get_by_role("button", name="Start scanning").click()
    assert "QR codes only" in phone.locator("#camera-qr").inner_text()
    phone.get_by_role("button", name="Read with the camera").click()  # refused
    phone.locator("#trouble", has_text="The camera may not be used").wait_for()
    phone.context.grant_permissions(["camera"])
    phone.get_by_role("button", name="Read with the camera").click()
    phone.locator("#state-more", has_text=NUMBER).wait_for()
    no_violations(phone)
    phone.get_by_role("button", name="Take it in").click()
    phone.locator("#last-list strong", has_text=NUMBER).wait_for()
    phone.get_by_role("button", name="Stop the camera").click()
    assert not phone.locator("#video").is_visible()
    assert phone.locator("#trouble").is_hidden()
    assert phone.complaints == []
