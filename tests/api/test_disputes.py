"""Disputes over HTTP: opened, argued, decided and ended by signed requests; their state, and what an award would do."""

import secrets

import pytest

from ledger_api.client import Problem
from ledger_api.demo import DISPUTES, TERMS
from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import record_id
from ledger_api.rules.requests import to_json
from ledger_api.vocabulary import EvidenceKind, Verdict
from tests.acting import DEFECTIVE, SELLER, inspected

COAT_MINOR = 12_840
FEE_MINOR = 390  # return shipping of a change of mind
ONE = awards.awarded(0, accepted=1)
LESS = awards.awarded(0, accepted=1, basis_points=6_000)


@pytest.fixture
def scratched(world):
    """A return whose inspector took 40 percent off for a scratch; nothing was paid."""
    return world.sale().open().approve().receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))


@pytest.fixture
def contested(scratched):
    """The buyer disputes the scratch, and the seller has answered."""
    return scratched.dispute().open(ONE).answer()


def path_of(dispute, part: str = "") -> str:
    return f"/api/v1/disputes/{hex_of(dispute.dispute_id)}{part}"


def at_percent(percent: int, **amounts) -> dict:
    return awards.award(awards.awarded(0, accepted=1, basis_points=100 * percent), **amounts)


def end_of_evidence(world, dispute):
    world.chain.time_travel(max(dispute.state["evidence_until"], world.now) + 1)
    return dispute


def in_silence(world, dispute):
    """Nobody acts until anybody may call for what follows, and somebody does."""
    world.chain.time_travel(max(dispute.state["turn"]["enforceable_at"], world.now + 1))
    return dispute.enforce()


def turn(dispute) -> tuple:
    shown = dispute.state["turn"]
    return shown["who"], shown["act"], shown["consequence"]


# --- What cannot be asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "part"), [("get", ""), ("post", "/enforce"), ("post", "/effect")])
def test_an_id_that_is_none_names_its_field(world, method, part):
    response = getattr(world.http, method)(f"/api/v1/disputes/0x12{part}", **({"json": {}} if part else {}))
    assert (response.status_code, response.get_json()["field"]) == (400, "dispute_id")


@pytest.mark.parametrize(
    ("method", "part", "status", "slug"),
    [
        ("get", "", 404, "not-found"),
        ("post", "/effect", 404, "not-found"),
        ("post", "/enforce", 422, "dispute-unknown"),
    ],
)
def test_a_dispute_that_is_not_there_is_not_found(world, method, part, status, slug):
    body = {"json": {"award": to_json(at_percent(85))}} if part else {}
    response = getattr(world.http, method)(f"/api/v1/disputes/0x{'11' * 32}{part}", **body)
    assert (response.status_code, response.get_json()["type"]) == (status, f"/errors/{slug}")


BAD_AWARDS = [
    ([], "body"),
    ({}, "award"),
    ({"award": 1}, "award"),
    ({"award": {**at_percent(85), "extraMinor": -1}}, "award.extraMinor"),
    ({"award": {**at_percent(85), "more": 1}}, "award.more"),
    ({"award": at_percent(85), "ruling": "yes"}, "ruling"),
    ({"award": awards.award()}, "award.lines"),
    ({"award": awards.award(awards.awarded(1, accepted=1))}, "award.lines"),
    ({"award": at_percent(101)}, "award.lines[0].awardBasisPoints"),
    ({"award": awards.award(awards.awarded(0, accepted=1, category=4))}, "award.lines[0].category"),
    ({"award": awards.award(awards.awarded(0, rejected=1))}, "award.lines[0].accepted"),
    ({"award": {**at_percent(85), "lines": [{"line": 0}]}}, "award.lines[0].accepted"),
    ({"award": awards.award(awards.awarded(0, accepted=1, rejected=1))}, "award.lines[0]"),
    ({"award": at_percent(85, unpaid_minor=1)}, "award.unpaidMinor"),
    ({"award": at_percent(85, extra_minor=17_131)}, "award.extraMinor"),
    ({"award": at_percent(85, buyer_cost_basis_points=10_001)}, "award.buyerCostBasisPoints"),
]


def test_what_no_award_can_be_is_refused_and_its_field_is_named(world, contested):
    for body, field in BAD_AWARDS:
        response = world.http.post(path_of(contested, "/effect"), json=body)
        assert (response.status_code, response.get_json().get("field")) == (400, field), body


REFUSED_BY_THE_CONTRACT = [
    (awards.award(), "award-lines-differ"),
    (awards.award(awards.awarded(1, accepted=1)), "award-lines-differ"),
    (at_percent(101), "award-invalid"),
    (awards.award(awards.awarded(0, accepted=1, category=4)), "award-invalid"),
    (awards.award(awards.awarded(0, rejected=1)), "award-accepts-fewer"),
    (awards.award(awards.awarded(0, accepted=1, rejected=1)), "quantity-too-large"),
    (at_percent(85, unpaid_minor=1), "award-invalid"),
    (at_percent(85, extra_minor=17_131), "award-invalid"),
    (at_percent(85, buyer_cost_basis_points=10_001), "award-invalid"),
]


def test_what_has_no_effect_to_show_cannot_be_offered_either(contested):
    for award, slug in REFUSED_BY_THE_CONTRACT:
        with pytest.raises(Problem) as problem:
            contested.offer(award)
        assert problem.value.slug == slug, award


def test_an_award_over_a_dispute_that_ended_has_no_effect_to_show(world, contested):
    contested.offer(at_percent(60)).accept()
    response = world.http.post(path_of(contested, "/effect"), json={"award": to_json(at_percent(85))})
    assert (response.status_code, response.get_json()["field"]) == (400, "dispute_id")


def test_silence_is_not_enforced_before_its_time(world, contested):
    response = world.http.post(path_of(contested, "/enforce"))
    assert (response.status_code, response.get_json()["type"]) == (422, "/errors/dispute-too-early")
    assert response.get_json()["arguments"]["enforceableAt"] == contested.state["turn"]["enforceable_at"]


def test_a_stranger_says_nothing_in_a_dispute(world, contested):
    stranger = world.sale().buyer
    with pytest.raises(Problem) as problem:
        contested.sale.act("submitEvidence", stranger, dispute=contested.dispute_id, kind=1, document=b"\1" * 32)
    assert problem.value.slug == "dispute-not-party"


def test_nobody_rules_who_was_not_drawn(world, contested):
    end_of_evidence(world, contested.escalate())
    other = next(number for number in contested.state["eligible"] if number != contested.state["arbitrator"])
    with pytest.raises(Problem) as problem:
        contested.by_arbitrator(other, "giveRuling", verdict=Verdict.AWARDED, award=at_percent(85))
    assert problem.value.slug == "arbitrator-not-assigned"


# --- The way of a dispute ---------------------------------------------------------------------------------------------


def test_it_goes_from_opening_to_a_ruling_that_takes_effect(world, scratched):
    dispute = scratched.dispute().open(ONE)
    assert (dispute.state["stage"], turn(dispute)) == ("inquiry", ("seller", "answer", "escalated"))
    dispute.answer()
    assert (dispute.state["stage"], turn(dispute)) == ("answered", ("buyer", "escalate", "withdrawn"))
    dispute.offer(at_percent(60)).offer(at_percent(90), by_buyer=True)
    dispute.evidence(kind=EvidenceKind.PROOF_OF_DAMAGE).evidence(by_buyer=False)
    dispute.escalate()
    state = dispute.state
    assert (state["stage"], turn(dispute)) == ("under_review", ("arbitrator", "rule", "passed"))
    assert state["arbitrator"] in state["eligible"] == [5, 6, 7, 8, 9, 10]
    assert [(item["participant"], item["stands"]) for item in state["offers"]] == [(1, True), (0, True)]
    assert [item["kind"] for item in state["evidence"]] == ["proof_of_damage", "item_description"]
    end_of_evidence(world, dispute).rule(at_percent(85, buyer_cost_basis_points=2_000))
    assert (dispute.state["stage"], turn(dispute)) == ("ruled", ("either", "appeal", "final"))
    expected = COAT_MINOR * 85 // 100 - FEE_MINOR - DISPUTES["costMinor"] // 5
    assert dispute.state["effects"]["ruling_minor"] == expected
    in_silence(world, dispute)
    state = dispute.state
    assert (state["stage"], state["ending"], state["effects"]) == ("ended", "ruled", None)
    assert (state["costs_minor"], state["due_minor"]) == (500, expected)
    assert state["pay_until"] == state["ended_at"] + TERMS["pay_s"]
    assert scratched.state["money"]["due_minor"] == expected


def test_it_is_found_by_its_id_and_in_the_list_and_in_its_return(world, contested):
    shown = world.client.get(path_of(contested))
    assert shown.pop("at")["number"] > 0
    assert shown == contested.state
    row = world.client.get("/api/v1/disputes")["items"][0]
    assert row == {name: shown[name] for name in row}
    assert contested.sale.state["dispute"] == shown["dispute_id"]


def test_the_list_of_disputes_goes_on_from_its_cursor(world, contested, monkeypatch):
    monkeypatch.setitem(world.ledger.settings.__dict__, "page_items", 1)
    world.sale().open().approve(returnless=True).dispute().open(extra_minor=1)
    first = world.client.get("/api/v1/disputes")
    second = world.client.get("/api/v1/disputes", cursor=first["next"])
    assert [page["items"][0]["dispute_id"] for page in (first, second)][1] == hex_of(contested.dispute_id)


def test_an_appeal_goes_to_three_who_had_no_part_in_it(world, contested):
    end_of_evidence(world, contested.escalate()).rule(verdict=Verdict.DISMISSED)
    first = contested.state["arbitrator"]
    contested.appeal(by_buyer=True)
    panel = contested.state["panel"]
    assert len({first, *panel}) == 4
    end_of_evidence(world, contested).rule_on_appeal(at_percent(85))
    state = contested.state
    assert (state["ending"], state["applied"]["lines"][0]["award_basis_points"]) == ("ruled_on_appeal", 8_500)


def test_an_arbitrator_who_recuses_or_is_silent_passes_it_to_the_next(world, contested):
    contested.escalate().recuse()
    in_silence(world, contested)
    hands = [(item["how"], item["participant"]) for item in contested.state["assignments"]]
    assert [how for how, _ in hands] == ["drawn", "recused", "passed"]
    assert len({number for _, number in hands}) == 3


def test_a_claim_that_the_other_side_accepts_ends_it(world, scratched):
    dispute = scratched.dispute().open(ONE).accept(by_buyer=False)
    assert (dispute.state["ending"], dispute.state["costs_minor"]) == ("settled", 0)
    assert scratched.state["money"]["due_minor"] == COAT_MINOR - FEE_MINOR


def test_what_is_withdrawn_leaves_everything_as_it_was(world, scratched):
    before = scratched.state
    dispute = scratched.dispute().open(ONE).withdraw()
    after = scratched.state
    assert (dispute.state["ending"], after["money"], after["lines"]) == ("withdrawn", before["money"], before["lines"])


# --- What an award would do -------------------------------------------------------------------------------------------

AWARDS = {
    "less": at_percent(60),
    "the ruling of the demo": at_percent(85, buyer_cost_basis_points=2_000),
    "nothing, and all costs": at_percent(0, buyer_cost_basis_points=10_000),
    "a seller's fault and postage": awards.award(awards.awarded(0, accepted=1, category=2), extra_minor=1_250),
    "more than the buyer paid": at_percent(100, extra_minor=13_330),
    "some of it was not paid": at_percent(50, unpaid_minor=1_000),
    "a piece more": awards.award(awards.awarded(0, accepted=2, basis_points=9_999)),
    "a piece goes back": awards.award(awards.awarded(0, accepted=1, rejected=1, basis_points=7_777)),
    "a piece is still to come": awards.award(awards.awarded(0, accepted=1, awaited=1)),
}


@pytest.mark.parametrize("name", AWARDS)
def test_the_effect_that_is_shown_is_what_the_contract_then_records(world, name):
    sale = world.sale(lines=[{**line, "quantity": 2} for line in world.sale().lines[:1]])
    sale.open((0, 2, 3)).approve().receive((0, 2), complete=True)
    sale.inspect(inspected(0, accepted=1, diminished=4_000)).pay(1_000)
    dispute = sale.dispute().open(awards.awarded(0, accepted=2)).answer().escalate()
    award = AWARDS[name]
    shown = world.client.post(path_of(dispute, "/effect"), {"award": to_json(award), "ruling": True})
    end_of_evidence(world, dispute).rule(award)
    assert dispute.state["effects"]["ruling_minor"] == shown["due_minor"]
    in_silence(world, dispute)
    resolved = next(entry.values for entry in sale.entries() if entry.name == "DisputeResolved")
    assert resolved["dueMinor"] == shown["due_minor"]
    parts = {key: value for key, value in shown.items() if key != "at"}
    assert parts == {key: sale.state["money"][key] for key in parts}


# --- Debts and messages -----------------------------------------------------------------------------------------------


def test_a_ruled_debt_that_is_not_paid_stands_in_the_seller_s_public_record(world, contested):
    before = world.client.get(f"/api/v1/participants/{SELLER}/record")
    assert before["record"] == hex_of(record_id(SELLER))
    contested.offer(at_percent(85)).accept()
    sale, due = contested.sale, COAT_MINOR * 85 // 100 - FEE_MINOR
    world.chain.time_travel(max(sale.state["turn"]["enforceable_at"], world.now + 1))
    world.client.wait(world.client.post(f"/api/v1/returns/{hex_of(sale.rma)}/enforce", {})["id"])
    item = world.client.get(f"/api/v1/participants/{SELLER}/record")["items"][-1]
    assert (item["return_id"], item["currency"], item["owed_minor"]) == (hex_of(sale.rma), "EUR", due)
    assert item["settled_at"] is None
    sale.pay()
    item = world.client.get(f"/api/v1/participants/{SELLER}/record")["items"][-1]
    assert item["settled_at"] >= item["recorded_at"]


def test_there_is_no_record_of_who_is_no_participant(world):
    response = world.http.get("/api/v1/participants/99/record")
    assert (response.status_code, response.get_json()["type"]) == (404, "/errors/not-found")


def test_a_message_is_anchored_in_the_history_of_the_return(world):
    sale, words = world.sale().open(), secrets.token_bytes(32)
    sale.by_buyer("sendMessage", message=words).by_seller("sendMessage", participant=SELLER, message=words)
    said = [entry.values for entry in sale.entries() if entry.name == "MessageSent"]
    assert [(item["participant"], item["message"]) for item in said] == [(0, words), (SELLER, words)]


def test_a_message_is_one_of_the_parties(world):
    sale, stranger = world.sale().open(), world.sale().buyer
    with pytest.raises(Problem) as problem:
        sale.act("sendMessage", stranger, returnId=sale.rma, message=b"\1" * 32)
    assert problem.value.slug == "return-not-party"


def test_a_claim_about_the_fault_changes_the_fees(world):
    """What was a change of mind costs return shipping; a ruling that it is the seller's fault does not."""
    sale = world.sale().open().approve().receive(complete=True).inspect(inspected(0, accepted=1))
    assert sale.state["money"]["return_shipping_minor"] == FEE_MINOR
    sale.dispute().open(awards.awarded(0, accepted=1, category=2)).accept(by_buyer=False)
    assert (sale.state["money"]["return_shipping_minor"], sale.state["lines"][0]["category"]) == (0, "seller_fault")
    assert DEFECTIVE != sale.state["lines"][0]["reason"]
