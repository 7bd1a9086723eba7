"""Real returns, driven into every state over the API, and the page that each of them has."""

import html
import re

import pytest

from ledger_api.pages import returns
from ledger_api.pages.money import money_rows
from ledger_api.pages.standing import for_anyone, standing
from ledger_api.pages.turns import turn_words
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import Act, Consequence, ReturnStatus
from tests.pages.states import STATES

MACHINERY = {"block", "hash", "transaction", "wallet", "key", "gas", "chain", "blockchain"}
NAMES = {1: "Nanshan Outdoor", 2: "Wisła Parcel", 3: "Pearl River Express", 4: "Bao'an Returns Centre"}
SEEN = {}  # state → its status, act and consequence


def name(number: int) -> str:
    return NAMES[number]


def page_of(scene, sale, at: int, monkeypatch) -> str:
    monkeypatch.setattr(returns, "now", lambda: at)
    answer = scene.world.http.get(f"/returns/{hex_of(sale.rma)}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def state_of(scene, sale) -> dict:
    with scene.world.ledger.queries.view() as look:
        return look.return_state(sale.rma)


def words_of(page: str) -> str:
    """What a reader sees outside of the check, in one line."""
    shown = re.sub(r"<details.*?</details>|<script.*?</script>", " ", page, flags=re.S)
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
    SEEN[kind] = {state["status"], state["turn"]["act"], state["turn"]["consequence"]}
    assert standing(state, name)[0] == sentence
    assert_adds_up(money_rows(state))
    moments = {scene.world.now, *(state["turn"][end] + 1 for end in ("until", "enforceable_at") if state["turn"][end])}
    for at in moments:
        page = page_of(scene, sale, at, monkeypatch)
        words = words_of(page)
        assert sentence in words
        assert not re.search(r"None|Participant \d|Reason \d|\. \.|\s[.,;:]\s|\(\)", words), words
        assert not MACHINERY & set(re.findall(r"[a-z]+", words.lower()))
        assert not re.search(r"<(p|li|h1|strong)( [^>]*)?>\s*</", page.partition("<main")[2])
        assert_turn(state, turn_words(state, name, at), words)


def assert_turn(state: dict, turn: dict, words: str) -> None:
    if turn["who"]:
        assert turn["act"] and turn["left"] and turn["then"] and turn["until"]
        assert turn["act"] in words
    if state["turn"]["who"] != "nobody":
        assert turn["then"] in words
    assert turn["advice"] in words


@pytest.mark.parametrize("kind", STATES)
def test_nobody_is_addressed_where_the_reader_may_be_anyone(kind):
    assert not re.search(r"\byou", for_anyone(STATES[kind][1]), re.IGNORECASE)


def test_the_states_cover_every_status_every_act_and_every_consequence():
    if SEEN.keys() != STATES.keys():
        pytest.skip("only some of the states were driven")
    expected = {item.name.lower() for kind in (ReturnStatus, Act, Consequence) for item in kind}
    assert set().union(*SEEN.values()) == expected


def test_the_start_page_lists_returns_of_all_states(scene):
    answer = scene.world.http.get("/")
    assert answer.status_code == 200
    assert "cannot be shown" not in answer.get_data(as_text=True)
