"""A day's file: what it would record stands there before anything is signed, and what is wrong with which line."""

import io
import json
import re

import pytest

from ledger_api.access import gate
from ledger_api.interop import DOCUMENT_PROBLEMS, EVENT_REFUSALS
from ledger_api.pages import uploads
from ledger_api.rules.hashing import bytes_of
from tests.pages.languages import GERMAN

NUMBER = "RR473124829PL"
HEAD = "number,time,status,reason,country,code\n"
ORIGIN = {"Origin": "http://localhost"}
CARRIER = 2


@pytest.fixture
def http(scene):
    """The carrier's browser; the parcel is announced to it."""
    world = scene.world
    world.ledger.parcel_book.find_or_enter(CARRIER, NUMBER)
    browser = world.app.test_client()
    browser.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("carrier-eu").address,)))
    return browser


def upload(http, text: str | bytes, zone: str = "", **headers):
    document = text if isinstance(text, bytes) else text.encode()
    data = {"file": (io.BytesIO(document), "day.csv"), "zone": zone}
    return http.post("/scan/upload", data=data, headers={**ORIGIN, **headers})


def to_sign(answer) -> dict:
    return json.loads(re.search(r'id="to-sign">(.*?)</script>', answer.get_data(as_text=True), re.S)[1])


def line(second: int, status: str = "arrived", number: str = NUMBER) -> str:
    return f"{number},2026-01-05T09:12:{second:02}Z,{status},,PL,\n"


# --- Who and what is refused


def test_others_than_carriers_upload_nothing(scene):
    world = scene.world
    stranger, seller = world.app.test_client(), world.app.test_client()
    seller.set_cookie(gate.COOKIE, world.ledger.access.start_session((world.key("seller").address,)))
    assert upload(stranger, HEAD + line(1)).status_code == 302
    assert upload(seller, HEAD + line(1)).status_code == 403


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        ("", "", "Choose a file with something in it."),
        (b"\x89PNG", "", "This is no file that can be read here."),
        ('{"a": 1}', "", "This is no file that can be read here."),
        ("number,time\n", "", "The file is not complete"),
        (HEAD + '"a"b,c\n', "", "The table cannot be taken apart"),
        (HEAD + line(1), "Warsaw", "Choose a time zone by its name"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(http, text, zone, words):
    answer = upload(http, text, zone)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_a_file_that_is_too_long_is_to_be_split(http, monkeypatch):
    monkeypatch.setattr(uploads, "CHECKPOINTS_LIMIT", 1)
    answer = upload(http, HEAD + line(1) + line(2))
    assert answer.status_code == 422
    assert "Upload it in parts." in answer.get_data(as_text=True)


def test_whatever_is_wrong_has_words():
    assert {*EVENT_REFUSALS} - {uploads.OF_OTHERS} < {*uploads.PROBLEMS}
    assert {*uploads.FILE_PROBLEMS} < {*DOCUMENT_PROBLEMS}


# --- What is shown


def test_what_is_new_is_to_be_signed_in_the_order_of_time(http, scene):
    answer = upload(http, HEAD + line(9, "departed") + line(3, "arrived"))
    assert answer.status_code == 200
    act = to_sign(answer)
    (batch,) = act["requests"]
    assert batch["action"] == "recordCheckpointBatch"
    assert bytes_of(act["actor"]) == scene.world.key("carrier-eu").address
    page = answer.get_data(as_text=True)
    assert "Record 2 checkpoints" in page
    assert page.index("Arrived here</td>") < page.index("Left here</td>")


def test_many_go_in_batches(http, monkeypatch):
    monkeypatch.setattr(uploads, "BATCH_ITEMS", 3)
    act = to_sign(upload(http, HEAD + "".join(line(second) for second in range(7))))
    assert [len(item["request"]["checkpoints"]) for item in act["requests"]] == [3, 3, 1]


def test_what_is_wrong_is_named_and_handed_back_to_be_corrected(http):
    answer = upload(http, HEAD + line(1) + line(2, "vanished") + line(3, number="RR000000005PL"))
    page = answer.get_data(as_text=True)
    assert "1 line cannot be read and is left out." in page
    assert "Line 3" in page
    assert "1 line is about a parcel that nobody announced here" in page
    failed = re.search(r'name="lines" value="(.*?)"', page, re.S)[1].replace("&#13;", "\r").replace("&#34;", '"')
    handed = http.post("/scan/upload/failed.csv", data={"lines": failed}, headers=ORIGIN)
    assert handed.headers["Content-Disposition"] == 'attachment; filename="failed-lines.csv"'
    corrected = handed.get_data(as_text=True).replace("vanished", "departed")
    assert "Record 1 checkpoint<" in upload(http, corrected).get_data(as_text=True)


def test_a_time_that_has_not_come_yet_is_wrong(http):
    page = upload(http, HEAD + f"{NUMBER},2099-01-01T00:00:00Z,delivered,,,\n").get_data(as_text=True)
    assert "This time has not come yet." in page
    assert 'id="sign"' not in page


def test_what_is_recorded_already_is_left_out(http, scene):
    world = scene.world
    text = HEAD + line(30) + line(31) + line(31)
    (item,) = to_sign(upload(http, text))["requests"]
    given = {
        "participant": CARRIER,
        "checkpoints": [
            {name: bytes_of(value) for name, value in row.items()} for row in item["request"]["checkpoints"]
        ],
    }
    world.client.act("checkpoints", "recordCheckpointBatch", given, world.key("carrier-eu"))
    page = upload(http, text).get_data(as_text=True)
    assert "Nothing in this file is new." in page
    assert "3 are recorded already, or stand in the file twice." in page
    assert 'id="sign"' not in page


def test_the_page_says_how_many_an_upload_before_it_recorded(http):
    assert "2 checkpoints are recorded." in http.get("/scan/upload?recorded=2").get_data(as_text=True)
    assert "recorded." not in http.get("/scan/upload?recorded=<b>").get_data(as_text=True).split("<h1>")[0]


def test_it_is_german_for_who_asks_for_german(http):
    assert "Datei eines Tages hochladen" in http.get("/scan/upload", headers=GERMAN).get_data(as_text=True)
    page = upload(http, HEAD + line(50, "vanished"), **GERMAN).get_data(as_text=True)
    assert "1 Zeile kann nicht gelesen werden" in page
