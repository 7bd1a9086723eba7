"""What the requests of disputes carry: what a claim, an offer or a ruling gives, and what an opening names besides."""

from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import keccak
from ledger_api.rules.sale import of_ledger
from ledger_api.vocabulary import Consequence

ALL = 10_000  # basis points


def awarded(
    line: int, accepted: int = 0, rejected: int = 0, awaited: int = 0, basis_points: int = ALL, category: int = 0
) -> dict:
    """One line: so many pieces accepted at that part of their value, sent back, or still to arrive."""
    return {
        "line": line,
        "accepted": accepted,
        "rejected": rejected,
        "awaited": awaited,
        "awardBasisPoints": basis_points,
        "category": category,
    }


def award(*lines: dict, extra_minor: int = 0, unpaid_minor: int = 0, buyer_cost_basis_points: int = 0) -> dict:
    """Lines, and amounts in minor units; without any of them, what a ruling carries that awards nothing."""
    return {
        "extraMinor": extra_minor,
        "unpaidMinor": unpaid_minor,
        "buyerCostBasisPoints": buyer_cost_basis_points,
        "lines": list(lines),
    }


def part_of(given: dict, basis_points: int) -> dict:
    """The same lines and amounts at a part of their value; what the buyer bears of the costs stays."""
    lines = [{**line, "awardBasisPoints": basis_points} for line in given["lines"]]
    amounts = {name: given[name] * basis_points // ALL for name in ("extraMinor", "unpaidMinor")}
    return {**given, **amounts, "lines": lines}


def seed_hash(seed: bytes) -> bytes:
    """What an opening commits to: keccak256(abi.encode(seed))."""
    return keccak(seed)


def parcel_references(entries: list[Entry]) -> list[dict]:
    """All parcels of a return as an opening names them: in their order, since the goods were last to be sent anew.

    `entries` are the return's, oldest first.
    """
    found, lapsed = [], False
    for entry in of_ledger(entries):
        if entry.name == "ParcelAdded":
            found.append({"carrier": entry.values["carrier"], "tracking": entry.values["tracking"]})
        elif entry.name == "ReturnReopened" or (lapsed and _awaits_goods(entry)):
            found = []
        lapsed = _is_lapsed(entry, lapsed)
    return found


def _awaits_goods(entry: Entry) -> bool:
    if entry.name != "DisputeResolved" or not entry.values["applies"]:
        return False
    return any(line["awaited"] for line in entry.values["award"]["lines"])


def _is_lapsed(entry: Entry, before: bool) -> bool:
    """Whether the return is declined or expired after an entry."""
    if entry.name == "SilenceEnforced" and entry.values["consequence"] in (Consequence.DECLINED, Consequence.EXPIRED):
        return True
    if entry.name == "ReturnReopened" or (entry.name == "DisputeResolved" and entry.values["applies"]):
        return False
    return before or entry.name == "ReturnDeclined"
