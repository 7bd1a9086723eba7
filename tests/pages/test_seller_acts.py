"""What a seller's pages would have signed is signed, and the contracts take it."""

import secrets

import pytest

from ledger_api.rules.awards import seed_hash
from ledger_api.rules.hashing import hex_of
from tests.acting import Dispute
from tests.pages.signing import ORIGIN, kept, recorded, words_of
from tests.pages.states import BOTH

SELLER = 1


@pytest.fixture(scope="module")
def browser(scene):
    """Of somebody who works for the seller."""
    client = scene.world.app.test_client()
    client.set_cookie("session", scene.world.ledger.access.start_session((scene.world.key("seller").address,)))
    return client


@pytest.fixture(scope="module")
def act(scene, browser):
    """Fills in a form of the seller's, and signs what its check page holds; that page."""

    def filled(sale, name: str, said: str = "", **form):
        if said:
            form |= {"words": said, "statement": kept(scene, sale, said, SELLER)}
        path = f"/inbox/{hex_of(sale.rma)}/{name}"
        answer = browser.post(path, data=form, headers=ORIGIN) if form else browser.get(path)
        return recorded(scene, answer, scene.world.key("seller"))

    return filled


def page(browser, sale, name: str = "") -> str:
    return words_of(browser.get(f"/inbox/{hex_of(sale.rma)}{name}"))


# --- A dispute of his own ---------------------------------------------------------------------------------------------

CLAIM = {"ground": "6", "lines": ["0"], "accepted-0": "1", "rejected-0": "0", "part-0": "30"}


def opened(scene, act, seed: bytes, **form):
    """All was accepted by silence; the seller claims that the coat was another one."""
    sale = scene.silent(scene.approved(*BOTH).receive((0, 1), (1, 2), complete=True))
    given = CLAIM | {"seed": hex_of(seed_hash(seed))} | form
    return sale, act(sale, "dispute/open", "It is another coat.", **given)


def test_a_seller_opens_a_dispute_for_what_the_check_page_says(scene, act, browser):
    sale, checked = opened(scene, act, secrets.token_bytes(32))
    (dispute,) = sale.state["disputes"]
    assert (dispute["opened_by"], dispute["ground"]) == ("seller", "wrong_goods")
    assert dispute["claim"]["lines"][0]["award_basis_points"] == 3_000
    due = dispute["effects"]["claim_minor"]
    assert f"Then due to the buyer {due // 100}.{due % 100:02d} EUR" in words_of(checked)
    assert "open a dispute" not in page(browser, sale)
    assert "Take the dispute back" in page(browser, sale, "/dispute")


def test_a_seller_asks_for_an_arbitrator_and_takes_it_back(scene, act, browser):
    seed = secrets.token_bytes(32)
    sale, _ = opened(scene, act, seed)
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/escalate").status_code == 409
    Dispute(sale, by_buyer=False).answer()
    assert "Agree, or ask for an arbitrator" in page(browser, sale)
    act(sale, "dispute/escalate", seed=hex_of(seed))
    assert sale.state["disputes"][0]["stage"] == "under_review"
    act(sale, "dispute/withdraw")
    assert sale.state["disputes"][0]["ending"] == "withdrawn"
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/withdraw").status_code == 409


def test_pieces_that_never_came_are_claimed_for_nothing(scene, act):
    sale = scene.approved(*BOTH)
    sale.send()
    given = {"ground": "5", "lines": ["1"], "accepted-1": "0", "rejected-1": "0", "part-1": "0"}
    act(sale, "dispute/open", "Nothing came.", seed=hex_of(bytes(31) + b"\2"), **given)
    (line,) = sale.state["disputes"][0]["claim"]["lines"]
    assert (line["accepted"], line["rejected"], line["awaited"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ground", "2", "Choose what it is about."),
        ("lines", "7", "Choose at least one article."),
        ("accepted-0", "0", "Enter 1."),
        ("rejected-0", "1", "more than the 1 that were to come back"),
        ("part-0", "", "Enter a percentage from 0 to 100."),
        ("statement", "", "Write what happened."),
        ("seed", "0x11", "This needs JavaScript"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_at_its_field(scene, browser, accepted, field, value, words):
    form = CLAIM | {"seed": hex_of(bytes(32)), "words": "No.", "statement": "0x" + "11" * 32} | {field: value}
    answer = browser.post(f"/inbox/{hex_of(accepted.rma)}/dispute/open", data=form, headers=ORIGIN)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "No." in words_of(answer)


@pytest.fixture(scope="module")
def accepted(scene):
    return scene.accepted()


@pytest.mark.parametrize("state", ["asked", "closed", "disputed"])
def test_where_nothing_can_be_contested_no_dispute_is_offered(scene, browser, state):
    sale = scene.sale().open() if state == "asked" else scene.accepted()
    if state == "closed":
        sale.pay().by_buyer("confirmOutcome", arrived=True, evidence=bytes(32))
    if state == "disputed":
        sale.dispute().open(extra_minor=100)
    assert "open a dispute" not in page(browser, sale)
    assert browser.get(f"/inbox/{hex_of(sale.rma)}/dispute/open").status_code == 409
