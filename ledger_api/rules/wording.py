"""Words for what the registry and the vocabularies have as numbers and handles. Pure."""

from collections.abc import Callable

from ledger_api.vocabulary import CHECKPOINT_LABELS, GRADES, REASONS, CheckpointKind

NameOf = Callable[[int], str]  # participant → name

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


def happened(item: dict) -> str:
    """What a checkpoint says; a status that is in no table is quoted."""
    kind = CheckpointKind[item["kind"].upper()]
    if kind is CheckpointKind.UNKNOWN and item["code"]:
        return f"Reported by the carrier as “{item['code']}”"
    return CHECKPOINT_LABELS[kind]
