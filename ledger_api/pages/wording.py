"""Words that all parts of a return's page share: who speaks, how many pieces, who says so. Pure."""

from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf

BUYER = "You"


def person(number: int, name: NameOf) -> str:
    """Who speaks; 0 is the buyer, who reads this."""
    return name(number) if number else BUYER


def of_pieces(some: int, all_: int) -> str:
    """1 of 2 pieces; all 2 pieces are 2 pieces."""
    return counted(all_, "piece") if some == all_ else f"{some:,} of {counted(all_, 'piece')}"


def total(state: dict, member: str) -> int:
    """Pieces over all lines: `requested`, `expected`, `received`, `short`, `accepted` or `rejected`."""
    return sum(line[member] for line in state["lines"])


def decided(state: dict) -> int:
    """Pieces that were accepted or rejected."""
    return total(state, "accepted") + total(state, "rejected")


# --- How well a fact is supported -------------------------------------------------------------------------------------


def source_words(corroboration: str, who: str, by: str = "with a document") -> str:
    """Who says so, and how well that is supported; `by` is what a documented fact rests on."""
    says = "say" if who == BUYER else "says"
    if corroboration == "mutual":
        return "Buyer and seller both say so"
    return f"{who} {says} so, {by}" if corroboration == "documented" else f"{who} alone {says} so"
