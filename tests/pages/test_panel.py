"""Rulings on appeal: who of the panel sees what another proposes, what of it can be signed, and when it is given."""

import secrets
import time

import pytest

from ledger_api.demo import DISPUTES
from ledger_api.rules.awards import award, awarded
from ledger_api.rules.hashing import hex_of
from tests.acting import KEY_OF
from tests.pages.signing import ORIGIN, signed_of, words_of

COAT = awarded(0, accepted=1)
WORDS = "The photo shows it. 90 % is right."
AWARDED = {"verdict": "awarded", "accepted-0": "1", "rejected-0": "0", "awaited-0": "0", "percent-0": "90"}


def signed_in(scene, key: str):
    client = scene.world.app.test_client()
    client.set_cookie("session", scene.world.ledger.access.start_session((scene.world.key(key).address,)))
    return client


def appealed(scene):
    """Ruled on, and appealed against; the time for evidence is over."""
    made = scene.sale().open().by_seller("declineReturn", reason=101).dispute().open(COAT).answer()
    made.escalate()
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    scene.world.turn()
    made.rule(award(COAT)).appeal()
    return made


class Panel:
    """The members of a panel, each with his browser."""

    def __init__(self, scene, dispute):
        self.scene, self.dispute = scene, dispute
        self.path = f"/docket/{hex_of(dispute.dispute_id)}"

    @property
    def members(self) -> list[int]:
        return self.dispute.state["panel"]

    def browser(self, number: int):
        return signed_in(self.scene, KEY_OF[number])

    def page(self, number: int, path: str = "") -> str:
        return words_of(self.browser(number).get(self.path + path))

    def check(self, number: int, **form):
        """The page on which a member checks what he proposes; his reasons are kept as the browser does."""
        documents = self.scene.world.ledger.documents
        kept = documents.keep(self.dispute.rma, WORDS.encode(), "text/plain", number).listed.commitment
        given = AWARDED | {"reasons_text": WORDS, "reasons": hex_of(kept)} | form
        return self.browser(number).post(f"{self.path}/ruling", data=given, headers=ORIGIN)

    def sign(self, act: dict, number: int, by: int = 0):
        """The answer to a signature by a member, in the session of another where `by` says so."""
        (item,) = act["requests"]
        nonce = int(act["nonce"]) if "nonce" in act else None
        deadline = act.get("deadline") or int(time.time()) + 90 * 86_400
        key = self.scene.world.key(KEY_OF[number])
        body = self.scene.world.client.sign(item["action"], item["request"], key, nonce=nonce, deadline=deadline)
        return self.browser(by or number).post(act["post"], json=body.to_json(), headers=ORIGIN)

    def propose(self, number: int, **form) -> str:
        """The address of what a member proposes."""
        answer = self.sign(signed_of(self.check(number, **form)), number)
        assert answer.status_code == 200, answer.text
        return answer.json["then"]


@pytest.fixture(scope="module")
def panel(scene):
    made = Panel(scene, appealed(scene))
    first = made.members[0]
    assert "The panel can rule once the time for evidence is over" in made.page(first)
    assert made.check(first).status_code == 403
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    scene.world.turn()
    return made


@pytest.fixture(scope="module")
def proposal(panel):
    return panel.propose(panel.members[0])


def test_a_panel_cannot_refuse(panel):
    answer = panel.check(panel.members[0], verdict="refused")
    assert answer.status_code == 422
    assert "Choose what you rule." in words_of(answer)


def test_a_proposal_is_shown_to_the_panel_alone(scene, panel, proposal):
    second = panel.browser(panel.members[1])
    assert WORDS in words_of(second.get(proposal))
    assert "90 % of the price" in words_of(second.get(proposal))
    assert "See the ruling that" in panel.page(panel.members[1])
    assert "1 of 2 have signed" in panel.page(panel.members[2])
    ruled_first = panel.dispute.state["arbitrator"] or panel.dispute.state["assignments"][0]["participant"]
    outside = [number for number, key in KEY_OF.items() if key.startswith("arbitrator") and number not in panel.members]
    for key in ("seller", *(KEY_OF[number] for number in outside)):
        assert signed_in(scene, key).get(proposal).status_code == 403
    assert ruled_first in outside
    assert "proposes a ruling" not in words_of(panel.browser(ruled_first).get(panel.path))
    assert WORDS not in words_of(panel.browser(ruled_first).get(panel.path))
    buyer = scene.world.app.test_client()
    buyer.set_cookie("session", scene.world.ledger.access.start_session((panel.dispute.sale.buyer.address,)))
    for path in (proposal, panel.path):
        assert buyer.get(path).status_code == 403


def test_who_proposed_it_cannot_count_twice(panel, proposal):
    page = panel.browser(panel.members[0]).get(proposal)
    assert 'id="to-sign"' not in page.text
    assert "one more member has to sign" in words_of(page)


def test_signatures_of_others_or_of_something_else_are_refused(scene, panel, proposal):
    first, second, third = panel.members
    act = signed_of(panel.browser(second).get(proposal))
    assert panel.sign(act, second, by=third).status_code == 403  # not his session
    other = signed_of(panel.check(second, **{"percent-0": "10"}))
    assert panel.sign({**act, "requests": other["requests"]}, second).status_code == 400
    fresh = signed_of(panel.check(first))
    elsewhere = {**fresh["requests"][0]["request"], "dispute": hex_of(secrets.token_bytes(32))}
    changed = {**fresh, "requests": [{"action": "givePanelRuling", "request": elsewhere}]}
    assert panel.sign(changed, first).status_code == 400
    empty = {**fresh["requests"][0]["request"], "award": award()}
    changed = {**fresh, "requests": [{"action": "givePanelRuling", "request": empty}]}
    assert panel.sign(changed, first).status_code == 400
    assert "1 of 2 have signed" in panel.page(third)


def test_the_council_sees_and_signs_nothing_of_it(scene, panel, proposal):
    number = proposal.rsplit("/", 1)[1]
    member = signed_in(scene, "council-1")
    assert member.get(f"/operator/proposals/{number}").status_code == 404
    assert member.get(proposal).status_code == 403


def test_who_gave_up_his_seat_counts_no_more_and_reads_nothing(scene, panel, proposal):
    first, second, _third = panel.members
    page = panel.browser(first).get(f"{panel.path}/recuse")
    assert "What you signed here does not count any more." in words_of(page)
    panel.dispute.recuse(first)
    assert panel.browser(first).get(proposal).status_code == 403
    assert first not in panel.members
    assert "2 more members have to sign" in words_of(panel.browser(second).get(proposal))


def test_two_signatures_give_the_ruling(scene, panel, proposal):
    one, two, three = panel.members
    answer = panel.sign(signed_of(panel.browser(two).get(proposal)), two)
    assert answer.status_code == 200, answer.text
    assert panel.dispute.state["panel_ruling"] is None
    other = panel.propose(three, verdict="dismissed")
    answer = panel.sign(signed_of(panel.browser(one).get(proposal)), one)
    assert answer.status_code == 200, answer.text
    scene.world.turn()
    assert "It is in effect." in words_of(panel.browser(two).get(proposal))
    state = panel.dispute.state
    assert (state["ending"], state["panel_ruling"]["verdict"]) == ("ruled_on_appeal", "awarded")
    assert state["panel_ruling"]["award"]["lines"][0]["award_basis_points"] == 9_000
    assert "It is no longer waited for." in words_of(panel.browser(two).get(other))
    assert 'id="to-sign"' not in panel.browser(two).get(other).text


def test_reasons_that_are_not_here_cannot_be_signed(scene):
    panel = Panel(scene, appealed(scene))
    scene.pass_s(DISPUTES["evidence_s"] + 1)
    scene.world.turn()
    place = panel.propose(panel.members[0], reasons=hex_of(secrets.token_bytes(32)))
    page = panel.browser(panel.members[1]).get(place)
    assert "The reasons are not kept here." in words_of(page)
    assert 'id="to-sign"' not in page.text
