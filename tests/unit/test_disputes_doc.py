"""The worked examples and the lists of docs/reference/disputes.md are those of the code."""

import re
from pathlib import Path

import pytest

from ledger_api.demo import DISPUTES, TERMS, sold
from ledger_api.rules import awards, dispute_case, refund
from ledger_api.rules.dispute_state import effect_of
from ledger_api.rules.hashing import hex_of, keccak, word
from ledger_api.rules.ids import dispute_id
from ledger_api.vocabulary import (
    DisputeAct,
    DisputeConsequence,
    DisputeEnding,
    DisputeGround,
    DisputeStage,
    DisputeTurner,
    EvidenceKind,
    Verdict,
)
from tests.unit.recorded import RMA, contested

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "disputes.md").read_text(encoding="utf-8")
CONTRACTS = "".join(path.read_text() for path in (ROOT / "contracts").rglob("*.sol"))
SALE_MINOR = 17_130  # of which the coat is a part
SEED, OTHER = b"\x22" * 32, b"\x33" * 32
DISPUTE = dispute_id(b"\xaa" * 32, 1)
DRAW = keccak(DISPUTE + SEED + keccak(OTHER))


def section(heading: str) -> str:
    """Text under a heading, up to the next."""
    return re.split(rf"^#+ {re.escape(heading)}\n", PAGE, flags=re.MULTILINE)[1].split("\n#", 1)[0]


def rows(heading: str) -> list[list[str]]:
    """Rows of all tables under a heading, without their heads."""
    found = [line.strip("|").split("|") for line in section(heading).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in found]
    rules = [i for i, row in enumerate(cells) if set("".join(row)) <= set("-:")]
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


# --- The draw ---------------------------------------------------------------------------------------------------------


def test_the_example_of_a_draw_is_computed():
    shown = {row[0]: row[1].strip("`") for row in rows("The draw") if len(row) == 2}
    assert shown["dispute"] == hex_of(DISPUTE)
    assert shown["hash of the opener's seed"] == hex_of(keccak(SEED))
    assert shown["draw"] == hex_of(DRAW)


def test_the_lots_of_the_example_are_computed():
    lots = {"draw": DRAW} | {f"seat {seat}": keccak(DRAW + word(seat)) for seat in range(3)}
    left, seen = [5, 6, 8, 9, 10, 12], []
    for name, among, place, drawn in (row for row in rows("The draw") if len(row) == 4):
        assert [int(number) for number in among.split(",")] == left
        assert int(place) == int.from_bytes(lots[name], "big") % len(left)
        assert int(drawn) == left.pop(int(place))
        seen.append(name)
    assert seen == list(lots)


# --- What an award is worth -------------------------------------------------------------------------------------------


def coat(basis_points: int, category: int = 1, costs_minor: int = 0, extra_minor: int = 0, earlier_minor: int = 7_314):
    """The refund rule for the example's coat."""
    line = sold(1, 10_439, 2_401)
    price = refund.Price(1, line["netMinor"], 0, line["taxMinor"])
    goods = sum(refund.goods(price, refund.Acceptance(0, 1)))
    less = refund.percentage(goods, 10_000 - basis_points)
    returned = refund.ReturnedLine(refund.Category(category), price, (refund.Acceptance(0, 1),), less)
    fees = TERMS["fees"]
    shipping = (fees[f"returnShipping{kind}Minor"] for kind in ("ChangeOfMind", "SellerFault", "CarrierFault"))
    return refund.breakdown(
        refund.RefundCase(
            (returned,),
            refund.Fees(0, 0, 0, *shipping),
            available_minor=SALE_MINOR - earlier_minor,
            extra_minor=extra_minor,
            costs_minor=costs_minor,
            earlier_minor=earlier_minor,
        )
    )


EXAMPLES = {
    "inspection, 60 %": coat(6_000, earlier_minor=0),
    "the seller's offer, 60 %": coat(6_000),
    "the claim, 100 %": coat(10_000),
    "ruling 85 %, the buyer bears 20 % of the costs": coat(8_500, costs_minor=500),
    "ruling 100 %, seller's fault, 12.50 for postage": coat(10_000, category=2, extra_minor=1_250),
    "ruling 10 %, the buyer bears 100 % of the costs": coat(1_000, costs_minor=2_500),
}


@pytest.mark.parametrize("row", rows("An example"), ids=lambda row: row[0])
def test_a_row_of_the_example_is_computed(row):
    due = EXAMPLES[row[0]]
    goods_minor = due.net_minor + due.tax_minor + due.duty_minor
    parts = ("diminished", "return_shipping", "extra", "costs", "earlier", "overpaid", "due")
    assert [int(cell) for cell in row[1:]] == [goods_minor, *(getattr(due, f"{name}_minor") for name in parts)]


def test_every_example_is_in_the_page():
    assert [row[0] for row in rows("An example")] == list(EXAMPLES)
    assert DISPUTES["costMinor"] == 2_500


def test_the_ruling_of_the_example_is_worth_the_same_in_a_whole_return():
    told = contested()
    ruling = awards.award(awards.awarded(0, accepted=1, basis_points=8_500), buyer_cost_basis_points=2_000)
    shown = next(row for row in rows("An example") if row[0].startswith("ruling 85"))
    assert effect_of(RMA, ruling, 2_500, told.entries_of).due_minor == int(shown[8]) + int(shown[6])


# --- Lists ------------------------------------------------------------------------------------------------------------


def named(cell: str) -> str:
    return cell.split("`")[1]


def test_grounds_kinds_verdicts_and_endings_are_those_of_the_code():
    grounds = {int(row[0]): named(row[1]) for row in rows("Grounds")}
    assert grounds == {int(item): item.name.lower() for item in DisputeGround if item}
    kinds = {int(row[i]): named(row[i + 1]) for row in rows("Evidence") for i in (0, 2, 4)}
    assert kinds == {int(item): item.name.lower() for item in EvidenceKind if item}
    verdicts = {int(row[0]): named(row[1]) for row in rows("Rulings")}
    assert verdicts == {int(item): item.name.lower() for item in Verdict}
    endings = [named(row[0]) for row in rows("The stages") if len(row) == 3]
    assert set(endings) == {item.name.lower() for item in DisputeEnding if item}


def test_the_table_of_stages_names_every_stage_turn_act_and_consequence():
    table = [row for row in rows("The stages") if len(row) == 6]
    assert [named(row[0]) for row in table] == [item.name.lower() for item in DisputeStage if item]
    assert {named(row[2]) for row in table} == {item.name.lower() for item in DisputeAct}
    then = {name for row in table for name in re.findall(r"`(\w+)`", row[5])}
    assert then == {item.name.lower() for item in DisputeConsequence if item}
    assert len({row[1] for row in table}) == len(DisputeTurner)


LIMITS = {
    "disputes of each side over one return": "DISPUTE_LIMIT",
    "offers of each side": "OFFER_LIMIT",
    "pieces of evidence of each side": "EVIDENCE_LIMIT",
    "times that the case is passed on": "PASS_LIMIT",
    "arbitrators on the roster": "ROSTER_LIMIT",
    "messages of each side of a return": "MESSAGE_LIMIT",
}


def test_the_limits_are_those_of_the_contracts():
    shown = {row[0]: int(row[1]) for row in rows("Limits")}
    assert {shown[what] for what in LIMITS} <= set(shown.values())
    for what, name in LIMITS.items():
        assert int(re.search(rf"constant {name} = (\d+);", CONTRACTS)[1]) == shown[what], what
    assert dispute_case.PASS_LIMIT == shown["times that the case is passed on"]


def test_what_an_arbitrator_contract_gets_is_what_the_page_says():
    gas = int(re.search(r"ARBITRATOR_GAS = ([\d_]+);", CONTRACTS)[1].replace("_", ""))
    choices = int(re.search(r"PERCENT_CHOICES = (\d+);", CONTRACTS)[1])
    text = section("Plugging in an arbitrator contract")
    assert f"{gas:,} gas" in text
    assert f"createDispute({choices}," in text
