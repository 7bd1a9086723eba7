"""The button for silence: on the status page and on the case file, for anybody, once what follows is due."""

import html
import re

import pytest

from ledger_api.pages import disputes, returns
from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from tests.acting import inspected
from tests.pages.states import KIND


def words_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


@pytest.fixture
def at(monkeypatch):
    """Moves the clock of the pages."""
    return lambda seconds: [monkeypatch.setattr(noun, "now", lambda: seconds) for noun in (returns, disputes)]


def page(scene, path: str):
    return scene.world.app.test_client().get(path)


def test_before_it_is_due_there_is_a_date_and_no_button(scene, at):
    sale = scene.sale(KIND).open()
    turn, path = sale.state["turn"], f"/returns/{hex_of(sale.rma)}"
    at(turn["until"] - 1)
    assert f'data-due="{turn["until"]}"' in page(scene, path).get_data(as_text=True)
    at(turn["until"] + 1)
    answer = page(scene, path)
    assert f'data-due="{turn["enforceable_at"]}"' in answer.get_data(as_text=True)
    assert "data-silence" not in answer.get_data(as_text=True)
    assert "After that, from" in words_of(answer)


def test_once_it_is_due_anybody_has_one_button(scene, at):
    sale = scene.sale(KIND).open()
    path = f"/returns/{hex_of(sale.rma)}"
    at(sale.state["turn"]["enforceable_at"])
    answer = page(scene, path)
    assert "Nothing came from Nanshan Outdoor in time. What follows: your return counts as approved." in words_of(
        answer
    )
    assert f'action="/api/v1{path}/enforce"' in answer.get_data(as_text=True)
    assert "data-due" not in answer.get_data(as_text=True)
    assert answer.get_data(as_text=True).count("data-silence") == 1


def test_a_buyer_who_was_silent_reads_that_it_was_he(scene, at):
    sale = scene.approved()
    at(sale.state["turn"]["enforceable_at"])
    assert "Nothing came from you in time." in words_of(page(scene, f"/returns/{hex_of(sale.rma)}"))


def test_where_nobody_had_to_act_the_time_has_run_out(scene, at):
    sale = scene.sale(KIND).open().by_buyer("cancelReturn").by_buyer("reopenReturn").by_buyer("cancelReturn")
    at(sale.state["turn"]["enforceable_at"])
    assert "The time has run out." in words_of(page(scene, f"/returns/{hex_of(sale.rma)}"))


def test_a_dispute_has_the_button_on_both_pages(scene, at):
    sale = scene.approved().receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))
    dispute = sale.dispute().open(awards.awarded(0, accepted=1))
    subject = hex_of(dispute.dispute_id)
    at(dispute.state["turn"]["enforceable_at"])
    for path in (f"/returns/{hex_of(sale.rma)}", f"/disputes/{subject}"):
        answer = page(scene, path)
        assert f'action="/api/v1/disputes/{subject}/enforce"' in answer.get_data(as_text=True)
        assert "Nothing came from Nanshan Outdoor in time." in words_of(answer)
