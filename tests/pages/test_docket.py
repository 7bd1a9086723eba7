"""The docket: who gets in, when a ruling can be given, what it does, what stands in the form's way."""

import re
import secrets

import pytest

from ledger_api.demo import DISPUTES
from ledger_api.pages import docket, ruling
from ledger_api.pages.acts import Errors
from ledger_api.rules.awards import awarded
from ledger_api.rules.hashing import hex_of
from tests.acting import KEY_OF

REASONS = {"reasons_text": "Because.", "reasons": "0x" + "11" * 32}
COAT = awarded(0, accepted=1)


@pytest.fixture(scope="module")
def dispute(scene):
    """Escalated over a declined return of a coat: everything stands in the ruling."""
    made = scene.sale().open().by_seller("declineReturn", reason=101).dispute().open(COAT).answer()
    made.escalate()
    return made


@pytest.fixture(scope="module")
def number(dispute) -> int:
    return dispute.state["arbitrator"]


def signed_in(scene, key: str):
    """A browser of who has a key of the demo."""
    ledger = scene.world.ledger
    client = scene.world.app.test_client()
    client.set_cookie("session", ledger.access.start_session((scene.world.key(key).address,)))
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


@pytest.fixture(scope="module")
def judge(scene, number):
    return signed_in(scene, KEY_OF[number])


@pytest.fixture(scope="module")
def address(dispute) -> str:
    return f"/docket/{hex_of(dispute.dispute_id)}"


def test_only_who_has_the_case_reads_it(scene, judge, number, address):
    assert judge.get(address).status_code == 200
    others = [key for other, key in KEY_OF.items() if other != number and key.startswith("arbitrator")]
    for key in (*others[:2], "seller"):
        assert signed_in(scene, key).get(address).status_code == 403
    assert signed_in(scene, "seller").get("/docket").status_code == 403


def test_before_the_evidence_is_in_nobody_rules(judge, address):
    assert "You can rule once the time for evidence is over" in judge.get(address).text
    answer = judge.post(f"{address}/ruling", data={"verdict": "dismissed", **REASONS})
    assert answer.status_code == 403


@pytest.fixture(scope="module")
def ripe(scene, dispute, address):
    """The time for evidence is over."""
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    scene.world.turn()
    return address


AWARDED = {"verdict": "awarded", "accepted-0": "1", "rejected-0": "0", "awaited-0": "0", "percent-0": "85"}


@pytest.mark.parametrize("more", [{}, {"buyer_cost": "12.5"}, {"extra": "3,20"}, {"percent-0": "0"}, {"fault-0": "2"}])
def test_the_effect_adds_up(more, judge, ripe):
    answer = judge.post(f"{ripe}/effect", data=AWARDED | more)
    assert answer.status_code == 200, answer.text
    cells = re.findall(r"<td>([−\d.,]+)</td>", answer.text)
    figures = [round(float(cell.replace("−", "-").replace(",", "")) * 100) for cell in cells]
    for column in (figures[::2], figures[1::2]):
        assert sum(column[:-1]) == column[-1]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("verdict", "maybe", "Choose what you rule."),
        ("percent-0", "", "Enter a percentage"),
        ("percent-0", "100.01", "Enter a percentage"),
        ("percent-0", "8e1", "Enter a percentage"),
        ("accepted-0", "2", "Enter a whole number from 0 to 1."),
        ("awaited-0", "1", "more than the 1 pieces"),
        ("extra", "1.234", "Enter an amount"),
        ("extra", "999999", "More than the whole purchase cost"),
        ("unpaid", "1", "More cannot count as not paid"),
        ("reasons_text", " ", "Write down your reasons"),
        ("reasons", "0x11", "Your reasons were not kept here"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(field, value, words, judge, ripe):
    answer = judge.post(f"{ripe}/ruling", data=AWARDED | REASONS | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="to-sign"' not in answer.text
    assert "Because." in answer.text or field == "reasons_text"


def test_a_ruling_that_awards_nothing_carries_an_empty_award(judge, ripe):
    for verdict, given in (("dismissed", 2), ("refused", 0)):
        page = judge.post(f"{ripe}/ruling", data=AWARDED | REASONS | {"verdict": verdict}).text
        assert f'"verdict": {given}' in page or f'"verdict":{given}' in page
        assert '"lines": []' in page or '"lines":[]' in page
        assert "All stays as it was before the dispute." in page


def test_who_steps_back_no_longer_reads_it(scene, judge, number, ripe, dispute):
    assert "recuseArbitrator" in judge.get(f"{ripe}/recuse").text
    request = {"dispute": dispute.dispute_id, "participant": number}
    scene.post("disputes", "recuseArbitrator", request, scene.world.key(KEY_OF[number]))
    assert judge.get(ripe).status_code == 403


def test_cases_are_grouped_by_deadline(monkeypatch):
    monkeypatch.setattr(docket, "now", lambda: 1_000_000)
    untils = [999_999, 1_000_001, 1_086_399, 1_086_400, 1_604_799, 1_604_800]
    groups = docket._groups([{"until": until} for until in reversed(untils)])
    found = [(heading, [row["until"] for row in rows]) for heading, rows in groups]
    assert found == [
        ("Overdue", untils[:1]),
        ("Today", untils[1:3]),
        ("This week", untils[3:5]),
        ("Later", untils[5:]),
    ]


@pytest.mark.parametrize(("text", "points"), [("85", 8_500), ("12,5", 1_250), ("0.01", 1), ("100", 10_000), ("0", 0)])
def test_percentages_are_read_as_people_write_them(text, points):
    errors = Errors()
    assert ruling._percent({"x": text}, "x", errors) == points
    assert not errors


@pytest.mark.parametrize(("text", "places", "minor"), [("12.50", 2, 1_250), ("7", 0, 7), ("", 2, 0), ("1,5", 2, 150)])
def test_amounts_are_read_in_the_decimals_of_the_currency(text, places, minor):
    errors = Errors()
    assert ruling._decimal({"x": text}, "x", places, errors) == minor
    assert not errors
    assert ruling._decimal({"x": secrets.token_hex(4) + "x"}, "x", places, errors) == 0
    assert errors


def test_a_list_of_photos_is_shown_as_its_photos(scene):
    made = scene.sale().open().by_seller("declineReturn", reason=101).dispute().open(COAT)
    documents = scene.world.ledger.documents

    def kept(text: str, by: int = 0) -> bytes:
        return documents.keep(made.rma, text.encode(), "text/plain", by).listed.commitment

    mine = [kept("the front"), kept("the back")]
    theirs = kept("not brought by the buyer", by=1)
    listing = kept("\n".join(map(hex_of, [*mine, theirs])))
    made.by_side(True, "submitEvidence", dispute=made.dispute_id, kind=10, document=listing)
    made.answer().escalate()
    page = signed_in(scene, KEY_OF[made.state["arbitrator"]]).get(f"/docket/{hex_of(made.dispute_id)}").text
    assert "the front" in page
    assert "the back" in page
    assert page.count("the seal fits") == 2
    assert "not brought by the buyer" not in page
    assert hex_of(mine[0]) + "\n" not in page
