"""What the requests of disputes carry: what a claim, an offer or a ruling gives, and what an opening names besides."""

from ledger_api.rules.hashing import keccak

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


def parcel_references(state: dict) -> list[dict]:
    """The parcels of a return's state that an opening names, in their order: those that count now."""
    counted = (parcel for parcel in state["parcels"] if parcel["counts"])
    return [{"carrier": parcel["carrier"], "tracking": parcel["tracking"]} for parcel in counted]
