"""A carrier's phone: parcels scanned one after another, also without a connection, each recorded once and in order."""

import json
import re
from pathlib import Path

import pytest

from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.hashing import hex_of
from tests.e2e.browsing import no_violations

CARRIER = 2
SENT_MS = 60_000
UNDO_MS = 9_000  # longer than a scan can be undone


@pytest.fixture(scope="module")
def phone(browser, server):
    """A phone whose owner joined the carrier, on the page for scanning."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(f"{server.url}/demo")
    opened.get_by_role("button", name=re.compile("Work for Wis")).click()
    opened.get_by_role("button", name=re.compile("Make my signature")).click()
    opened.wait_for_url("**/account")
    opened.goto(f"{server.url}/scan")
    opened.wait_for_selector("body[data-ready]")
    yield opened
    context.close()


def scan(phone, number: str, unknown: bool = False) -> None:
    """As a hand scanner does it: fast keys and Enter; a parcel that nobody announced is taken in when the page asks."""
    noted = phone.locator("#last-list li").count()
    phone.keyboard.type(number)
    phone.keyboard.press("Enter")
    if unknown:
        phone.locator("#state-big", has_text="Not announced yet").wait_for()
        phone.get_by_role("button", name="Take it in").click()
    # A row more: the words of the scan before, and a row of the same parcel, may still stand there.
    phone.locator("#last-list li").nth(noted).wait_for()
    assert phone.locator("#last-list strong").first.inner_text() == number
    assert phone.locator("#state-big").inner_text() == "Noted"


def recorded_of(server, number: str) -> list[dict]:
    """What is recorded of a parcel."""
    parcel = ParcelBook(server.folder).find(CARRIER, number)
    return server.client.get(f"/api/v1/parcels/{hex_of(parcel.parcel_id)}")["checkpoints"]


def codes_of(server, number: str) -> list[str]:
    """The carrier's codes of a parcel's scans here; each was recorded exactly once."""
    here = [item for item in recorded_of(server, number) if item["code"].startswith("STOP")]
    assert [item["reported"] for item in here] == [1] * len(here)
    return [item["code"] for item in here]


def choose(phone, kind: str, stop: str) -> None:
    if phone.locator("#change").is_visible():
        phone.locator("#change").click()
    phone.get_by_text(kind, exact=True).click()
    phone.locator("#stop").fill(stop)
    phone.get_by_role("button", name="Start scanning").click()


def test_without_a_reason_a_failed_delivery_cannot_be_chosen(phone):
    no_violations(phone)
    phone.locator("#special-kinds summary").click()
    phone.get_by_text("Not delivered", exact=True).click()
    phone.get_by_role("button", name="Start scanning").click()
    assert phone.locator("#choose-error").inner_text() == "Choose a reason."


def test_a_wrong_check_digit_and_a_number_that_nobody_announced_are_told_at_once(phone):
    choose(phone, "Arrived here", "STOP 0")
    phone.keyboard.type("RR123456789PL")
    phone.keyboard.press("Enter")
    phone.locator("#state-big", has_text="Check digit wrong").wait_for()
    phone.get_by_role("button", name="Leave it").click()
    phone.keyboard.type("NOBODY-1")
    phone.keyboard.press("Enter")
    phone.locator("#state-big", has_text="Not announced yet").wait_for()
    no_violations(phone)
    phone.get_by_role("button", name="Leave it").click()
    assert phone.locator("#last-list li").count() == 0


def test_what_is_scanned_with_and_without_a_connection_is_recorded_once_and_in_order(phone, server):
    choose(phone, "Arrived here", "STOP 1")
    book = ParcelBook(server.folder)
    known = book.of(CARRIER)[-1].number  # the oldest: of the demo
    scan(phone, known)
    for number in ("STORY-1", "STORY-2"):
        scan(phone, number, unknown=True)
    phone.get_by_role("button", name="Undo STORY-2").click()
    phone.locator("#state-big", has_text="Taken back").wait_for()
    phone.context.set_offline(True)
    choose(phone, "Left here", "STOP 2")
    scan(phone, known)
    scan(phone, "STORY-1")
    phone.reload()
    phone.wait_for_selector("body[data-ready]")
    assert "not yet sent" in phone.locator("#counter").inner_text()
    phone.context.set_offline(False)
    phone.locator("#counter", has_text="All sent").wait_for(timeout=SENT_MS)
    assert codes_of(server, known) == ["STOP 1", "STOP 2"]
    assert codes_of(server, "STORY-1") == ["STOP 1", "STOP 2"]
    assert book.find(CARRIER, "STORY-2") is None
    assert phone.complaints == []


def test_many_scans_go_under_one_signature(phone, server):
    sent = []
    phone.on("request", lambda asked: sent.append(asked) if asked.url.endswith("/checkpoints") else None)
    phone.context.set_offline(True)
    choose(phone, "Arrived here", "STOP 3")
    numbers = [f"MANY-{i}" for i in range(6)]
    for number in numbers:
        scan(phone, number, unknown=True)
    phone.wait_for_timeout(UNDO_MS)
    phone.context.set_offline(False)
    phone.locator("#counter", has_text="All sent").wait_for(timeout=SENT_MS)
    (body,) = {asked.post_data for asked in sent if asked.post_data}  # again under the same id if an answer was lost
    assert len(json.loads(body)["request"]["checkpoints"]) == len(numbers)
    assert len(json.loads(body)["authorisations"]) == 1
    assert [codes_of(server, number) for number in numbers] == [["STOP 3"]] * len(numbers)
    no_violations(phone)


def test_a_days_file_is_recorded_and_its_wrong_lines_come_back(phone, server, tmp_path):
    known = ParcelBook(server.folder).of(CARRIER)[-1].number  # the oldest: of the demo, not of the scans above
    before = len(recorded_of(server, known))
    day = tmp_path / "day.csv"
    day.write_text(
        "number,time,status,reason,country,code\n"
        f"{known},2026-01-05T09:12:00+01:00,arrived,,PL,FILE 1\n"
        f"{known},2026-01-05T12:40:00+01:00,departed,,PL,FILE 2\n"
        f"{known},yesterday,arrived,,PL,FILE 3\n"
    )
    phone.get_by_role("link", name="Upload a day’s file instead").click()
    no_violations(phone)
    phone.get_by_label("File").set_input_files(day)
    phone.get_by_role("button", name="Show what it records").click()
    phone.locator(".warning", has_text="1 line cannot be read").wait_for()
    no_violations(phone)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Download these lines").click()
    assert "yesterday" in Path(download.value.path()).read_text()
    phone.get_by_role("button", name="Record 2 checkpoints").click()
    phone.locator(".notice", has_text="2 checkpoints are recorded").wait_for(timeout=SENT_MS)
    fresh = [item for item in recorded_of(server, known) if item["code"].startswith("FILE")]
    assert [(item["code"], item["reported"]) for item in fresh] == [("FILE 1", 1), ("FILE 2", 1)]
    assert len(recorded_of(server, known)) == before + 2


def test_a_wrong_scan_is_corrected_and_stays_visible(phone, server):
    phone.goto(f"{server.url}/scan/recent")
    no_violations(phone)
    phone.get_by_role("link", name=re.compile("^Correct MANY-0")).click()
    no_violations(phone)
    phone.get_by_label("What was recorded is wrong").check()
    phone.get_by_role("button", name="Check the correction").click()
    assert "This is what was recorded" in phone.locator(".errors").inner_text()
    phone.get_by_label("Depot or stop").fill("STOP 4")
    phone.get_by_role("button", name="Check the correction").click()
    no_violations(phone)
    phone.get_by_role("button", name="Correct this scan").click()
    phone.locator(".notice", has_text="Corrected").wait_for(timeout=SENT_MS)
    wrong, right = recorded_of(server, "MANY-0")
    assert (wrong["code"], wrong["corrected"]["reason"]) == ("STOP 3", 202)
    assert (right["code"], right["corrected"]) == ("STOP 4", None)
    assert phone.locator(".void", has_text="MANY-0").count() == 1
    phone.get_by_role("link", name=re.compile("^Correct MANY-1")).click()
    phone.get_by_label("It did not happen").check()
    assert not phone.get_by_label("Country").is_visible()
    phone.get_by_role("button", name="Check the correction").click()
    phone.get_by_role("button", name="Correct this scan").click()
    phone.locator(".void", has_text="MANY-1").wait_for(timeout=SENT_MS)
    (gone,) = recorded_of(server, "MANY-1")
    assert gone["corrected"]["reason"] == 201
    no_violations(phone)
    assert phone.complaints == []
