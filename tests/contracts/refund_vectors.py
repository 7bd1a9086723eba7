"""The worked examples of docs/reference/refund.md, read as test vectors. Standard library only, nothing of ledger_api.

A case is a dictionary of what the rule takes, in the words of its page; amounts are minor units:

    lines           list of {category, quantity, netMinor, discountMinor, taxMinor, dutyMinor, acceptances},
                    acceptances as (before, pieces, diminishedBasisPoints)
    fees            restocking basis points of three categories, return shipping of three categories, refundsDelivery
    deliveryMinor, statutory, wholeOrder, extraMinor, costsMinor, earlierMinor, availableMinor
"""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "refund.md"
CATEGORIES = {"mind": 1, "seller": 2, "carrier": 3}
GIVEN = ("name", "terms", "order", "accepted", "also")
PARTS = (
    *("net", "tax", "duty", "diminished", "restocking", "shipping", "delivery", "extra", "costs"),
    *("earlier", "capped", "overpaid", "due"),
)
TERMS_HEADER = ["terms", "restocking", "return shipping", "delivery"]
EXAMPLES_HEADER = [*GIVEN, *PARTS, "shown"]
SOLD = re.compile(r"([A-Z]) (\d+) net (\d+)(?: less (\d+))?(?: tax (\d+))?(?: duty (\d+))?")
RETURNED = re.compile(r"([A-Z]) (mind|seller|carrier) (.+)")
ACCEPTED = re.compile(r"(\d+)\+(\d+)(?: less (\d+))?")
ALSO = re.compile(r"statutory|whole|(others|charged) (\d+)")


@dataclass(frozen=True)
class Vector:
    """One worked example: what goes in, what comes out, and how the page shows it."""

    name: str
    currency: str
    case: dict
    parts: dict[str, int]  # by column
    shown: str


def read_vectors(page: Path = PAGE) -> list[Vector]:
    """All examples in the order of the page. Raises ValueError for a cell that does not read."""
    tables = list(_tables(page.read_text(encoding="utf-8")))
    terms = {row[0]: _fees(row) for header, rows in tables if header == TERMS_HEADER for row in rows}
    return [
        _vector(dict(zip(header, row, strict=True)), terms)
        for header, rows in tables
        if header == EXAMPLES_HEADER
        for row in rows
    ]


def _tables(text: str):
    """Header and rows of each Markdown table."""
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
        yield header, rows


def _read(pattern: re.Pattern, text: str) -> re.Match:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"does not read: {text!r}")
    return match


def _numbers(*texts: str | None) -> list[int]:
    return [int(text or 0) for text in texts]


def _fees(row: list[str]) -> tuple:
    _, restocking, shipping, delivery = row
    rates, amounts = (_numbers(*cell.split(" / ")) for cell in (restocking, shipping))
    return (*rates, *amounts, {"refunded": True, "kept": False}[delivery])


def _vector(row: dict[str, str], terms: dict[str, tuple]) -> Vector:
    parts = {name: 0 if row[name] == "–" else int(row[name]) for name in PARTS}
    currency, *items = row["order"].split("; ")
    delivery = int(items.pop().removeprefix("delivery ")) if items[-1].startswith("delivery ") else 0
    sold = {match[1]: _numbers(*match.groups()[1:]) for match in (_read(SOLD, item) for item in items)}
    also = [] if row["also"] == "–" else [_read(ALSO, item) for item in row["also"].split(", ")]
    amounts = {match[1]: int(match[2]) for match in also if match[1]}
    paid = delivery + sum(net - less + tax + duty for _, net, less, tax, duty in sold.values())
    case = {
        "lines": [] if row["accepted"] == "nothing" else [_line(item, sold) for item in row["accepted"].split("; ")],
        "fees": terms[row["terms"]],
        "deliveryMinor": delivery,
        "statutory": any(match[0] == "statutory" for match in also),
        "wholeOrder": any(match[0] == "whole" for match in also),
        "extraMinor": parts["extra"],
        "costsMinor": amounts.get("charged", 0),
        "earlierMinor": parts["earlier"],
        "availableMinor": paid - amounts.get("others", 0) - parts["earlier"],
    }
    return Vector(row["name"], currency, case, parts, row["shown"])


def _line(text: str, sold: dict[str, list[int]]) -> dict:
    letter, category, accepted = _read(RETURNED, text).groups()
    quantity, net, less, tax, duty = sold[letter]
    items = [] if accepted == "none" else [_read(ACCEPTED, item) for item in accepted.split(", ")]
    return {
        "category": CATEGORIES[category],
        "quantity": quantity,
        "netMinor": net,
        "discountMinor": less,
        "taxMinor": tax,
        "dutyMinor": duty,
        "acceptances": [tuple(_numbers(*item.groups())) for item in items],
    }


# ------------------------------------------------------------------ for the Python rule


def python_case(rule, case: dict):
    """The case as `rule`, the module ledger_api.rules.refund, takes it."""
    lines = tuple(
        rule.ReturnedLine(
            rule.Category(line["category"]),
            rule.Price(*(line[key] for key in ("quantity", "netMinor", "discountMinor", "taxMinor", "dutyMinor"))),
            tuple(rule.Acceptance(*item) for item in line["acceptances"]),
        )
        for line in case["lines"]
    )
    return rule.RefundCase(
        lines=lines,
        fees=rule.Fees(*case["fees"]),
        available_minor=case["availableMinor"],
        delivery_minor=case["deliveryMinor"],
        statutory=case["statutory"],
        whole_order=case["wholeOrder"],
        extra_minor=case["extraMinor"],
        costs_minor=case["costsMinor"],
        earlier_minor=case["earlierMinor"],
    )


def parts_of(breakdown) -> dict[str, int]:
    """A breakdown of the Python rule by the page's columns."""
    fields = {"shipping": "return_shipping"}
    return {name: getattr(breakdown, f"{fields.get(name, name)}_minor") for name in PARTS}
