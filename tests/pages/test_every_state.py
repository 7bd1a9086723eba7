"""Real returns, driven into every state over the API, and the page that each of them has."""

import html
import re

import pytest

from ledger_api.demo import MEMBERS
from ledger_api.pages import disputes, returns
from ledger_api.pages.money import money_rows
from ledger_api.pages.standing import for_anyone, standing
from ledger_api.pages.turns import turn_words
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import (
    Act,
    Consequence,
    DisputeAct,
    DisputeConsequence,
    DisputeEnding,
    DisputeStage,
    DisputeTurner,
    ReturnStatus,
)
from tests.pages.dispute_states import DISPUTED
from tests.pages.languages import GERMAN, assert_german, english_in
from tests.pages.states import STATES

MACHINERY = {"block", "hash", "transaction", "wallet", "key", "gas", "chain", "blockchain"}
NAMES = {number: member for number, _, member, _ in MEMBERS}
SEEN = {}  # state → its status, act and consequence
SEEN_DISPUTES = {}  # state → stage, ending, act and consequence of its newest dispute


def name(number: int) -> str:
    return NAMES[number]


def page_of(scene, sale, at: int, monkeypatch) -> str:
    monkeypatch.setattr(returns, "now", lambda: at)
    answer = scene.world.http.get(f"/returns/{hex_of(sale.rma)}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert_german(scene.world.http, f"/returns/{hex_of(sale.rma)}", page)
    return page


def state_of(scene, sale) -> dict:
    with scene.world.ledger.queries.view() as look:
        return look.return_state(sale.rma)


def words_of(page: str) -> str:
    """What a reader sees outside of the check, which stands on paper in a part of its own, in one line."""
    apart = r"<details.*?</details>|<div[^>]* data-checking>.*?</div>|<script.*?</script>"
    shown = re.sub(apart, " ", page, flags=re.S)
    main = shown.partition("<main")[2]
    inline = re.sub(r"</?(strong|span|time|a|code)\b[^>]*>", "", main.partition(">")[2])
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inline)).split())


def assert_adds_up(rows: list[dict]) -> None:
    sum_minor = None
    for row in rows:
        if row["total"] and sum_minor is not None:
            assert row["minor"] == sum_minor, row
        sum_minor = row["minor"] if row["total"] else sum_minor + row["minor"]


@pytest.mark.parametrize("kind", STATES)
def test_a_real_return_in_this_state_has_a_whole_page(scene, kind, monkeypatch):
    drive, sentence = STATES[kind]
    sale = drive(scene)
    state = state_of(scene, sale)
    if state["disputes"]:
        sentence = sentence.replace("ARBITRATOR", NAMES.get(state["disputes"][-1]["arbitrator"], ""))
        assert_case_file(scene, kind, state["disputes"][-1], monkeypatch)
    SEEN[kind] = {state["status"], state["turn"]["act"], state["turn"]["consequence"]}
    assert standing(state, name)[0] == sentence
    assert not re.search(r"\byou", for_anyone(state, name), re.IGNORECASE)
    assert_adds_up(money_rows(state))
    ends = state["turn"] if state["turn"]["until"] or not state["dispute"] else state["disputes"][-1]["turn"]
    moments = {scene.world.now, *(ends[end] + 1 for end in ("until", "enforceable_at") if ends[end])}
    for at in moments:
        page = page_of(scene, sale, at, monkeypatch)
        words = words_of(page)
        assert sentence in words
        assert_plain(page, words)
        assert_turn(state, turn_words(state, name, at), words)


def assert_plain(page: str, words: str) -> None:
    """Nothing of the machinery, no hole in a sentence, nothing empty."""
    assert not re.search(r"None|Participant \d|Reason \d|\. \.|\.\.|\s[.,;:]\s|\(\)", words), words
    assert not MACHINERY & set(re.findall(r"[a-z]+", words.lower())), words
    assert not re.search(r"<(p|li|h1|strong|dd|td)( [^>]*)?>\s*</(?!td)", page.partition("<main")[2])


CASE_SECTIONS = (
    "What each side says",
    "What it is about in money",
    "Who pays?",
    "Who has to show what?",
    "By when?",
    "Who decides, and why nobody could choose",
    "What happened",
    "What this file rests on",
)


def assert_case_file(scene, kind: str, dispute: dict, monkeypatch) -> None:
    """Its page is whole, and each of its facts says who signed it and leads to its entry."""
    turn = dispute["turn"]
    SEEN_DISPUTES[kind] = {(name, turn[name]) for name in ("who", "act", "consequence")}
    SEEN_DISPUTES[kind] |= {(name, dispute[name]) for name in ("stage", "ending")}
    for at in {scene.world.now, *(turn[end] + 1 for end in ("until", "enforceable_at") if turn[end])}:
        monkeypatch.setattr(disputes, "now", lambda at=at: at)
        answer = scene.world.http.get(f"/disputes/{dispute['dispute_id']}")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert_german(scene.world.http, f"/disputes/{dispute['dispute_id']}", page)
        words = words_of(page)
        assert_plain(page, words)
        assert not re.search(r"\b[Yy]ou(r)?\b", words)
        for section in CASE_SECTIONS:
            assert section in words
    facts = re.findall(r'id="fact-\d+"', page)
    assert len(facts) == len(re.findall(r"Signed by|Follows from", words)) == page.count("Check entry")
    leads = re.findall(r'href="(/returns/[^"]+/entries/[^"]+)"', page)
    assert [scene.world.http.get(path).status_code for path in leads[:1] + leads[-1:]] == [200, 200]


def assert_turn(state: dict, turn: dict, words: str) -> None:
    if turn["who"]:
        assert turn["act"] and turn["left"] and turn["then"] and turn["until"]
        assert turn["act"] in words
    if turn["then"]:
        assert turn["then"] in words
    assert turn["advice"] in words


def test_the_states_cover_every_status_every_act_and_every_consequence():
    if SEEN.keys() != STATES.keys():
        pytest.skip("only some of the states were driven")
    expected = {item.name.lower() for kind in (ReturnStatus, Act, Consequence) for item in kind}
    assert set().union(*SEEN.values()) == expected


def test_the_start_page_lists_returns_of_all_states(scene):
    answer = scene.world.http.get("/")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "cannot be shown" not in page
    assert_german(scene.world.http, "/", page)


@pytest.mark.parametrize(
    "path",
    [
        "/participants/1",
        "/participants/999",
        "/returns/0x12",
        f"/returns/0x{'0' * 64}",
        f"/disputes/0x{'0' * 64}",
        "/disputes/0x12",
        "/errors/nothing",
    ],
)
def test_other_pages_are_german_too(scene, path):
    assert_german(scene.world.http, path, scene.world.http.get(path).get_data(as_text=True))


def test_a_kind_of_problem_keeps_its_english_name_and_is_explained_in_german(scene):
    page = scene.world.http.get("/errors/not-found", headers=GERMAN).get_data(as_text=True)
    english = scene.world.http.get("/errors/not-found").get_data(as_text=True)
    heading = re.search(r'<h1 lang="en">([^<]+)</h1>', page)[1]
    assert english_in(english, page) == [f"{heading} – Return Ledger", heading]


def test_an_entry_is_told_in_german(scene):
    sale = scene.sale().open()
    path = f"/returns/{hex_of(sale.rma)}/entries/ReturnLedger/{hex_of(sale.rma)}/1"
    answer = scene.world.http.get(path)
    assert answer.status_code == 200
    assert_german(scene.world.http, path, answer.get_data(as_text=True))


def test_the_disputes_cover_every_stage_every_ending_and_every_turn():
    if not set(DISPUTED) <= SEEN_DISPUTES.keys():
        pytest.skip("only some of the states were driven")
    kinds = {
        "stage": DisputeStage,
        "ending": DisputeEnding,
        "who": DisputeTurner,
        "act": DisputeAct,
        "consequence": DisputeConsequence,
    }
    expected = {(member, item.name.lower()) for member, kind in kinds.items() for item in kind}
    # No dispute has no stage; the last arbitrator's time runs out on the way to an ending by default.
    assert set().union(*SEEN_DISPUTES.values()) == expected - {("stage", "none"), ("consequence", "defaulted")}
