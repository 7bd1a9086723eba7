"""Words that all parts of a return's page share: names, reasons, who says so. Pure."""

from collections.abc import Callable

from ledger_api.pages.times import counted
from ledger_api.vocabulary import CHECKPOINT_LABELS, GRADES, REASONS, CheckpointKind

NameOf = Callable[[int], str]

BUYER = "You"
PERCENT_BASIS_POINTS = 100
REASON_WORDS = {  # handle → words
    "unwanted": "No longer wanted",
    "size_too_small": "Too small",
    "size_too_large": "Too large",
    "color": "Colour not as expected",
    "style": "Style not as expected",
    "defective": "Defective",
    "not_as_described": "Not as described",
    "wrong_item": "Wrong item sent",
    "arrived_damaged": "Arrived damaged",
    "arrived_late": "Arrived too late",
    "final_sale": "The sale was final",
    "return_period_ended": "The return window had ended",
    "other": "Another reason",
    "missing_parts": "Parts are missing",
    "other_ground": "Another ground",
    "not_returnable": "This article cannot be returned",
    "did_not_occur": "It did not happen",
    "incorrect_data": "What was recorded is wrong",
}


def reason_words(reason: int) -> str:
    """A reason in words; a number that stands in no table is shown as a number, never as a guess."""
    _, handle = REASONS.get(reason, ("", ""))
    return REASON_WORDS.get(handle, f"Reason {reason}")


def grade_words(grade: int) -> str:
    """A grade's letter, or that there is none."""
    return "Not graded" if grade == 0 else GRADES.get(grade, f"Grade {grade}")


def percent(basis_points: int) -> str:
    """1500 → 15 %, 1250 → 12.5 %."""
    whole, rest = divmod(basis_points, PERCENT_BASIS_POINTS)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} %"


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


def happened(item: dict) -> str:
    """What a checkpoint says; a status that is in no table is quoted."""
    kind = CheckpointKind[item["kind"].upper()]
    if kind is CheckpointKind.UNKNOWN and item["code"]:
        return f"Reported by the carrier as “{item['code']}”"
    return CHECKPOINT_LABELS[kind]
