"""The command `return-ledger case`: the case file of a dispute, from entries that it verified."""

import pytest

from ledger_api.verify import fetch
from ledger_api.verify.case import CaseReport, verify_case
from tests.conftest import free_port
from tests.e2e.processes import json_of, run

SECTIONS = (
    "WHAT EACH SIDE SAYS",
    "WHAT IT IS ABOUT IN MONEY",
    "WHO PAYS?",
    "WHO HAS TO SHOW WHAT?",
    "BY WHEN?",
    "WHO DECIDES, AND WHY NOBODY COULD CHOOSE",
    "WHAT HAPPENED",
    "WHAT THIS FILE RESTS ON",
)


def test_a_dispute_that_the_server_does_not_have_cannot_be_tried(server, tmp_path):
    done = run("case", "--server", server.url, "0x" + "ab" * 32, cwd=tmp_path)
    assert done.returncode == 2
    assert "Could not be tried" in done.stdout


@pytest.mark.parametrize("subject", ["0x1234", "17"])
def test_an_id_that_is_none_cannot_be_tried(server, tmp_path, subject):
    assert run("case", "--server", server.url, subject, cwd=tmp_path).returncode == 2


def test_a_server_that_is_not_there_cannot_be_tried(server, tmp_path):
    done = run("case", "--server", f"http://127.0.0.1:{free_port()}", server.demo_dispute, cwd=tmp_path)
    assert done.returncode == 2


def test_the_demo_s_dispute_is_verified_and_told(server, tmp_path):
    done = run("case", "--server", server.url, server.demo_dispute, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for section in SECTIONS:
        assert f"\n{section}\n" in done.stdout
    assert "Participant" not in done.stdout
    assert max(len(line) for line in done.stdout.partition("checked: ")[0].splitlines()) <= 100
    assert done.stdout.splitlines()[-1] == "Verified."


def test_each_fact_comes_with_who_signed_it_and_how_well_it_is_supported(server, tmp_path):
    done = run("case", "--server", server.url, server.demo_dispute, "--json", cwd=tmp_path)
    report = json_of(done)
    assert report["verified"] is True
    facts = report["case"]["facts"]
    assert [fact["number"] for fact in facts] == list(range(1, len(facts) + 1))
    for fact in facts:
        assert fact["signed"] and fact["corroboration"] and fact["check"].startswith("entry ")
    assert {"DisputeOpened", "RulingGiven", "GoodsInspected", "RefundReleased"} <= {fact["kind"] for fact in facts}


def test_page_and_command_tell_the_same_facts(server, tmp_path):
    report = json_of(run("case", "--server", server.url, server.demo_dispute, "--json", cwd=tmp_path))
    page = server.http_text(f"/disputes/{server.demo_dispute}")
    for fact in report["case"]["facts"]:
        assert f"<strong>{fact['what']}</strong>".replace("'", "&#39;") in page


@pytest.fixture
def lying(server, monkeypatch):
    """Changes what the server answers at a path, before the check sees it."""
    asked = fetch.get

    def lie(path: str, change) -> CaseReport:
        def get(url, asked_path, **parameters):
            answer = asked(url, asked_path, **parameters)
            return change(answer) or answer if path in asked_path else answer

        monkeypatch.setattr(fetch, "get", get)
        return verify_case(server.url, server.demo_dispute, 0)

    return lie


def test_a_server_that_names_another_return_is_found_out(server, lying):
    found = lying("/disputes/", lambda answer: answer.update(return_id=server.demo_return))
    assert not found.verified and found.case is None
    assert "do not have it" in found.to_text()


def test_a_name_that_the_council_did_not_sign_is_not_shown(lying):
    found = lying("/participants", lambda answer: answer["items"][0].update(name="Somebody else"))
    assert found.verified
    assert found.case["seller"] == "Participant 1"


def test_a_file_that_rests_on_a_changed_entry_says_so_at_its_top(lying):
    def change(answer):
        ruling = next(item for item in answer["entries"] if item["name"] == "RulingGiven")
        ruling["data"] = ruling["data"].replace(f"{8_500:064x}", f"{6_000:064x}")

    found = lying("/entries", change)
    assert not found.verified
    assert found.to_text().startswith("NOT VERIFIED") or found.case is None
