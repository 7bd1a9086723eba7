"""The refund rule in Solidity: every example of its page, and the Python rule on cases made at random."""

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest
from brownie.exceptions import VirtualMachineError
from refund_vectors import PARTS, parts_of, python_case, read_vectors

ROOT = Path(__file__).parents[2]
VECTORS = read_vectors()
RANDOM_CASES = 200
MOST = 2**48 - 1
REST = (
    *("fees", "deliveryMinor", "statutory", "wholeOrder"),
    *("extraMinor", "costsMinor", "earlierMinor", "availableMinor"),
)
TIDY = {"category": 1, "quantity": 2, "netMinor": 999, "discountMinor": 0, "taxMinor": 0, "dutyMinor": 0}


def rule_in_python() -> ModuleType:
    """ledger_api/rules/refund.py by its path, as ledger_api is not installed here."""
    spec = importlib.util.spec_from_file_location("refund_rule", ROOT / "ledger_api" / "rules" / "refund.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULE = rule_in_python()


@pytest.fixture(scope="session")
def probe(RefundRuleProbe, accounts):
    """The rule behind a contract of its own, deployed once."""
    return RefundRuleProbe.deploy({"from": accounts[0]})


def solidity_case(case: dict) -> tuple:
    """The case as the probe takes it; a contract's price is after discounts."""
    lines = [
        (
            line["category"],
            (line["quantity"], line["netMinor"] - line["discountMinor"], line["taxMinor"], line["dutyMinor"]),
            line["acceptances"],
        )
        for line in case["lines"]
    ]
    return (lines, *(case[key] for key in REST))


def parts_in_solidity(probe, case: dict) -> dict[str, int]:
    """The breakdown by the page's columns."""
    result, components, _ = probe.breakdown(solidity_case(case))
    total, diminished, restocking, shipping, delivery, costs, capped, overpaid, due = result
    assert total == sum(components)
    deductions = (diminished, restocking, shipping, delivery)
    extra, earlier = case["extraMinor"], case["earlierMinor"]
    values = (*components, *deductions, extra, costs, earlier, capped, overpaid, due)
    return dict(zip(PARTS, values, strict=True))


def a_case(**changes) -> dict:
    """One line, accepted without any fee, but for the changes."""
    return {
        "lines": [TIDY | {"acceptances": [(0, 2, 0)]}],
        "fees": (0, 0, 0, 0, 0, 0, False),
        "deliveryMinor": 0,
        "statutory": False,
        "wholeOrder": False,
        "extraMinor": 0,
        "costsMinor": 0,
        "earlierMinor": 0,
        "availableMinor": MOST,
    } | changes


def random_case(chance: random.Random) -> dict:
    """A case with up to 50 lines; amounts small, so that rounding and limits bite, or as great as they may be."""

    def upto(most: int) -> int:
        return chance.choice((0, chance.randint(0, min(most, 30)), chance.randint(0, min(most, 9_999)), most))

    def amount() -> int:
        return chance.choice((upto(MOST), chance.randint(0, 20_000), chance.randint(0, MOST)))

    def a_line() -> dict:
        quantity, done, acceptances = chance.choice((1, 3, 7, chance.randint(1, 2**24 - 1))), 0, []
        while done < quantity and chance.random() < 0.6:
            before = chance.randint(done, quantity - 1)
            pieces = chance.randint(1, quantity - before)
            acceptances.append((before, pieces, upto(10_000)))
            done = before + pieces
        net = amount()
        return {
            "category": chance.randint(1, 3),
            "quantity": quantity,
            "netMinor": net,
            "discountMinor": upto(net),
            "taxMinor": amount(),
            "dutyMinor": amount(),
            "acceptances": acceptances,
        }

    return {
        "lines": [a_line() for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 50)))],
        "fees": (*(upto(10_000) for _ in range(3)), *(amount() for _ in range(3)), chance.random() < 0.5),
        "deliveryMinor": amount(),
        "statutory": chance.random() < 0.3,
        "wholeOrder": chance.random() < 0.5,
        "extraMinor": amount(),
        "costsMinor": upto(MOST),
        "earlierMinor": amount(),
        "availableMinor": amount() + amount(),
    }


@pytest.mark.parametrize("category", [0, 4, 255])
def test_an_unknown_category_is_refused(probe, category):
    case = a_case(lines=[TIDY | {"category": category, "acceptances": [(0, 1, 0)]}])
    with pytest.raises(VirtualMachineError):
        probe.breakdown(solidity_case(case))


def test_more_restocking_than_the_goods_are_worth_is_refused(probe):
    with pytest.raises(VirtualMachineError):
        probe.breakdown(solidity_case(a_case(fees=(10_011, 0, 0, 0, 0, 0, False))))


def test_more_diminished_value_than_the_goods_are_worth_is_refused(probe):
    case = a_case(lines=[TIDY | {"acceptances": [(0, 2, 10_011)]}])
    with pytest.raises(VirtualMachineError):
        probe.breakdown(solidity_case(case))


def test_pieces_of_nothing_have_no_share(probe):
    with pytest.raises(VirtualMachineError):
        probe.share(1000, 0, 0, 0)


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector.name) for vector in VECTORS])
def test_an_example_comes_out_as_the_page_says(probe, vector):
    assert parts_in_solidity(probe, vector.case) == vector.parts


@pytest.mark.parametrize("number", range(RANDOM_CASES))
def test_both_languages_agree(probe, number):
    case = random_case(random.Random(number))
    assert parts_in_solidity(probe, case) == parts_of(RULE.breakdown(python_case(RULE, case)))


def test_random_cases_reach_every_part():
    cases = [random_case(random.Random(number)) for number in range(RANDOM_CASES)]
    found = [parts_of(RULE.breakdown(python_case(RULE, case))) for case in cases]
    for part in PARTS:
        assert sum(parts[part] > 0 for parts in found) >= RANDOM_CASES // 20, part


@pytest.mark.parametrize(("lines", "most"), [(1, 3_000), (5, 7_000), (50, 60_000)])
def test_due_costs_little_gas(probe, lines, most):
    case = a_case(lines=[TIDY | {"category": 1 + i % 3, "acceptances": [(0, 1, 1500)]} for i in range(lines)])
    case["fees"] = (1500, 200, 100, 499, 400, 300, True)
    gas = probe.breakdown(solidity_case(case))[2]
    print(f"due over {lines} lines: {gas} gas")
    assert gas <= most
