"""Words for what the registry and the vocabularies have as numbers and handles. Pure."""

from collections.abc import Callable

from ledger_api.texts import _, decimal_mark, mark, marked
from ledger_api.vocabulary import CHECKPOINT_LABELS, GRADES, INCIDENT_LABELS, REASONS, CheckpointKind, Incident

NameOf = Callable[[int], str]  # participant → name

PERCENT_BASIS_POINTS = 100
REASON_WORDS = {  # handle → words
    "unwanted": mark("No longer wanted"),
    "size_too_small": mark("Too small"),
    "size_too_large": mark("Too large"),
    "color": mark("Colour not as expected"),
    "style": mark("Style not as expected"),
    "defective": mark("Defective"),
    "not_as_described": mark("Not as described"),
    "wrong_item": mark("Wrong item sent"),
    "arrived_damaged": mark("Arrived damaged"),
    "arrived_late": mark("Arrived too late"),
    "final_sale": mark("The sale was final"),
    "return_period_ended": mark("The return window had ended"),
    "other": mark("Another reason"),
    "missing_parts": mark("Parts are missing"),
    "other_ground": mark("Another ground"),
    "not_returnable": mark("This article cannot be returned"),
    "did_not_occur": mark("It did not happen"),
    "incorrect_data": mark("What was recorded is wrong"),
}


def reason_words(reason: int) -> str:
    """A reason in words; a number that stands in no table is shown as a number, never as a guess."""
    _category, handle = REASONS.get(reason, ("", ""))
    return marked(REASON_WORDS[handle]) if handle in REASON_WORDS else _("Reason %(number)s", number=reason)


def grade_words(grade: int) -> str:
    """A grade's letter, or that there is none."""
    return _("Not graded") if grade == 0 else GRADES.get(grade) or _("Grade %(number)s", number=grade)


def percent(basis_points: int) -> str:
    """1500 → 15 %, 1250 → 12.5 %."""
    whole, rest = divmod(basis_points, PERCENT_BASIS_POINTS)
    return f"{whole}{f'{decimal_mark()}{rest:02d}'.rstrip('0') if rest else ''} %"


def happened(item: dict) -> str:
    """What a checkpoint says; a status that is in no table is quoted."""
    kind = CheckpointKind[item["kind"].upper()]
    if kind is CheckpointKind.UNKNOWN and item["code"]:
        return _("Reported by the carrier as “%(code)s”", code=item["code"])
    return marked(CHECKPOINT_LABELS[kind])


def incident_words(incident: Incident) -> str:
    """What went wrong, as the carrier says; empty if nothing did."""
    label = INCIDENT_LABELS[incident]
    return marked(label) if label else ""
