"""What users of other arbitrations complain about, answered: docs/complaints.md names the complaint of each test."""

import secrets
import time
from types import SimpleNamespace

import pytest

from ledger_api import client
from ledger_api.client import Problem
from ledger_api.demo import DISPUTES
from ledger_api.rules import awards
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.vocabulary import EvidenceKind, Verdict
from tests.acting import TOO_LARGE, inspected

COAT_MINOR, HATS_MINOR, FEE_MINOR = 12_840, 3_800, 390
COAT, HATS = (0, 1, TOO_LARGE), (1, 2, TOO_LARGE)


@pytest.fixture(scope="module", autouse=True)
def impatient():
    """Relay and index run at each call here, so that nobody has to wait for them."""
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "time", clock)
        yield


@pytest.fixture
def scratched(world):
    """A coat and two hats came back; the inspector took 40 percent off the coat."""
    sale = world.sale().open(COAT, HATS).approve().receive((0, 1), (1, 2), complete=True)
    return sale.inspect(inspected(0, accepted=1, diminished=4_000), inspected(1, accepted=2))


def coat(percent: int, **amounts) -> dict:
    return awards.award(awards.awarded(0, accepted=1, basis_points=100 * percent), **amounts)


def contested(scratched):
    """The buyer claims all of the coat, and the seller answers."""
    return scratched.dispute().open(awards.awarded(0, accepted=1)).answer()


def in_silence(world, dispute) -> None:
    """Nobody acts until anybody may call for what follows, and somebody does."""
    world.chain.time_travel(max(dispute.state["turn"]["enforceable_at"], world.now + 1))
    dispute.enforce()


def ruled(world, dispute, award: dict):
    """The arbitrator rules once the evidence is over, and nobody appeals."""
    world.chain.time_travel(max(dispute.state["evidence_until"], world.now) + 1)
    dispute.rule(award)
    in_silence(world, dispute)
    return dispute


def slug_of(act, *given, **named) -> str:
    with pytest.raises(Problem) as problem:
        act(*given, **named)
    return problem.value.slug


# --- Who pays, until when, who has to prove what ----------------------------------------------------------------------


def test_what_a_dispute_costs_and_who_pays_is_known_before_it_is_opened(world, scratched):
    terms = scratched.state["policy"]["disputes"]
    assert (terms["costMinor"], terms["buyerByDefault"]) == (DISPUTES["costMinor"], True)
    dispute = contested(scratched).escalate()
    assert dispute.state["terms"]["cost_minor"] == terms["costMinor"]
    ruled(world, dispute, coat(85, buyer_cost_basis_points=2_000))
    assert dispute.state["costs_minor"] == terms["costMinor"] // 5


def test_a_buyer_never_has_to_pay_in(world):
    """All costs are charged to him, of an award that is worth less than they are."""
    sale = world.sale().open(COAT).approve().receive(complete=True)
    sale.inspect(inspected(0, accepted=1, diminished=9_500))
    dispute = sale.dispute().open(awards.awarded(0, accepted=1)).answer().escalate()
    ruled(world, dispute, coat(10, buyer_cost_basis_points=10_000))
    money = sale.state["money"]
    assert dispute.state["costs_minor"] == DISPUTES["costMinor"]
    assert (money["costs_minor"], money["due_minor"]) == (COAT_MINOR // 10 - FEE_MINOR, 0)


def test_acting_in_a_dispute_moves_no_money_of_either_side(world, scratched):
    before = scratched.state["money"]
    dispute = contested(scratched).offer(coat(60)).evidence().evidence(by_buyer=False).escalate()
    assert scratched.state["money"] == before
    ruled(world, dispute, coat(60))
    assert scratched.state["money"]["due_minor"] == before["due_minor"]


def test_every_stage_of_a_dispute_says_whose_turn_it_is_until_when_and_then_what(world, scratched):
    dispute, seen = scratched.dispute().open(awards.awarded(0, accepted=1)), []
    for act in (dispute.answer, dispute.escalate, lambda: rule(world, dispute), dispute.appeal, None):
        turn = dispute.state["turn"]
        assert world.now < turn["until"] < turn["enforceable_at"]
        seen.append((dispute.state["stage"], turn["who"], turn["act"], turn["consequence"]))
        if act:
            act()
    assert seen == [
        ("inquiry", "seller", "answer", "escalated"),
        ("answered", "buyer", "escalate", "withdrawn"),
        ("under_review", "arbitrator", "rule", "passed"),
        ("ruled", "either", "appeal", "final"),
        ("appealed", "panel", "rule_on_appeal", "final"),
    ]


def rule(world, dispute) -> None:
    world.chain.time_travel(dispute.state["evidence_until"] + 1)
    dispute.rule(coat(85))


def test_both_sides_bring_typed_evidence_until_one_deadline(world, scratched):
    dispute = contested(scratched).evidence(kind=EvidenceKind.PROOF_OF_DAMAGE).escalate()
    dispute.evidence(by_buyer=False, kind=EvidenceKind.RETURN_POLICY)
    kinds = [(item["participant"], item["kind"]) for item in dispute.state["evidence"]]
    assert kinds == [(0, "proof_of_damage"), (1, "return_policy")]
    world.chain.time_travel(dispute.state["evidence_until"] + 1)
    assert [slug_of(dispute.evidence, by_buyer) for by_buyer in (True, False)] == ["evidence-too-late"] * 2


def test_nobody_tires_the_other_out_with_one_dispute_after_the_other(scratched):
    for _ in range(3):
        scratched.dispute().open(awards.awarded(0, accepted=1)).withdraw()
    assert slug_of(scratched.dispute().open, awards.awarded(0, accepted=1)) == "dispute-limit-reached"


def test_who_does_not_like_the_arbitrator_has_no_other_try(scratched):
    """He knows both seeds once the other side has answered."""
    contested(scratched).withdraw()
    assert slug_of(scratched.dispute().open, awards.awarded(0, accepted=1)) == "dispute-limit-reached"


def test_neither_side_chooses_who_rules(scratched):
    dispute = contested(scratched).escalate()
    shown = scratched.client.get(f"/api/v1/returns/{hex_of(scratched.rma)}/entries")["entries"]
    answer = next(item["signed_request"] for item in shown if item["name"] == "DisputeAnswered")
    draw = keccak(dispute.dispute_id + dispute.seed + keccak(bytes_of(answer["request"]["seed"])))
    eligible = dispute.state["eligible"]
    assert dispute.state["arbitrator"] == eligible[int.from_bytes(draw, "big") % len(eligible)]


# --- It ends, and money goes on ---------------------------------------------------------------------------------------


def test_an_arbitration_ends_even_if_nobody_acts(world, scratched):
    """The other side, four arbitrators and the buyer are silent: nobody signs anything after the opening."""
    dispute, done = scratched.dispute().open(awards.awarded(0, accepted=1)), []
    while dispute.state["stage"] != "ended":
        done.append(dispute.state["turn"]["consequence"])
        assert len(done) < 10
        in_silence(world, dispute)
    assert done == ["escalated", "passed", "passed", "passed", "defaulted"]
    assert (dispute.state["ending"], dispute.state["costs_minor"]) == ("by_default", 0)
    assert scratched.state["lines"][0]["diminished_minor"] == 0


def test_a_seed_that_is_never_shown_holds_nobody_up(world, scratched):
    dispute = contested(scratched)
    in_silence(world, dispute)
    assert (dispute.state["ending"], scratched.state["dispute"]) == ("withdrawn", None)


def test_an_arbitrator_who_is_late_undoes_nothing(world, scratched):
    dispute = contested(scratched).escalate()
    late = dispute.state["arbitrator"]
    in_silence(world, dispute)
    given = {"verdict": Verdict.AWARDED, "award": coat(0), "reasons": secrets.token_bytes(32)}
    assert slug_of(dispute.by_arbitrator, late, "giveRuling", **given) == "arbitrator-not-assigned"


def test_what_is_not_disputed_is_paid_while_the_dispute_goes_on(scratched):
    dispute = contested(scratched).escalate()
    undisputed = COAT_MINOR * 60 // 100 + HATS_MINOR - FEE_MINOR
    assert scratched.state["turn"]["act"] == "refund"
    assert scratched.state["money"]["due_minor"] == undisputed
    scratched.pay()
    assert scratched.state["money"]["refunded_minor"] == undisputed
    assert (scratched.state["turn"]["act"], dispute.state["stage"]) == ("dispute", "under_review")


def test_a_return_is_not_closed_over_an_open_dispute(scratched):
    contested(scratched)
    assert slug_of(scratched.by_buyer, "closeReturn") == "return-disputed"


# --- More than all or nothing -----------------------------------------------------------------------------------------


def test_a_ruling_is_by_line_and_percent(world, scratched):
    lines = [awards.awarded(0, accepted=1), awards.awarded(1, accepted=2)]
    dispute = scratched.dispute().open(*lines).answer().escalate()
    ruling = awards.award(awards.awarded(0, accepted=1, basis_points=8_500), awards.awarded(1, accepted=2))
    ruled(world, dispute, ruling)
    shown = [line["diminished_minor"] for line in scratched.state["lines"]]
    assert shown == [COAT_MINOR * 15 // 100, 0]


def test_a_settlement_needs_no_arbitrator_and_costs_nothing(scratched):
    dispute = contested(scratched).offer(coat(60)).offer(coat(90), by_buyer=True).accept(by_buyer=False)
    state = dispute.state
    assert (state["ending"], state["arbitrator"], state["costs_minor"]) == ("settled", 0, 0)
    assert scratched.state["lines"][0]["diminished_minor"] == COAT_MINOR // 10
