"""Where a dispute stands and whose turn it is, in words. Pure.

`name` gives a participant's name; `name(0)` is the buyer: “The buyer”, or “You” where he reads it.
"""

from ledger_api.rules.dispute_told import ENDINGS, verdict_words
from ledger_api.rules.telling import BUYER, lower
from ledger_api.rules.wording import NameOf
from ledger_api.vocabulary import DisputeEnding, Verdict

YOU = "You"
_ACTS = {  # as it follows "has until … to"
    "answer": "answer",
    "escalate": "ask for an arbitrator, agree, or take it back",
    "rule": "rule",
    "appeal": "appeal",
    "rule_on_appeal": "rule on the appeal",
}
_CONSEQUENCES = {  # as it follows "After that"
    "escalated": "an arbitrator gets it without an answer",
    "withdrawn": "the dispute counts as taken back",
    "passed": "the next arbitrator gets it",
    "final": "the ruling takes effect",
}


def opener(dispute: dict) -> int:
    """Participant who opened it; 0 is the buyer."""
    return BUYER if dispute["opened_by"] == "buyer" else dispute["seller"]


def other_side(dispute: dict) -> int:
    """The other side; 0 is the buyer."""
    return dispute["seller"] if dispute["opened_by"] == "buyer" else BUYER


def within(name: NameOf, number: int) -> str:
    """A name within a sentence: Nanshan Outdoor, the buyer, you."""
    return name(number) if number else lower(name(BUYER))


def arbitrator_of(dispute: dict, name: NameOf) -> str:
    """Who has the case."""
    return name(dispute["arbitrator"]) if dispute["arbitrator"] else "The arbitrator"


def dispute_standing(dispute: dict, name: NameOf, now: int) -> tuple[str, str]:
    """Where it stands: one sentence, and what there is to add."""
    mine = dispute["opened_by"] == "buyer" and name(BUYER) == YOU
    return _STANDING[dispute["stage"]](dispute, name, "Your dispute" if mine else "The dispute", now)


def _inquiry(dispute, name, label, now):
    return f"{label} is waiting for {within(name, other_side(dispute))} to answer.", ""


def _answered(dispute, name, label, now):
    sentence = f"{name(other_side(dispute))} answered {lower(label)}."
    return sentence, f"If the two do not agree, {within(name, opener(dispute))} can ask for an arbitrator."


def _under_review(dispute, name, label, now):
    evidence = "Both sides can bring evidence first." if now < dispute["evidence_until"] else ""
    return f"{arbitrator_of(dispute, name)} decides about {lower(label)}.", evidence or "The time for evidence is over."


def _ruled(dispute, name, label, now):
    return f"{arbitrator_of(dispute, name)} ruled on {lower(label)}.", ruling_words(dispute["ruling"], dispute)


def ruling_words(ruling: dict, dispute: dict) -> str:
    """What a ruling says."""
    return verdict_words(Verdict[ruling["verdict"].upper()], ruling["award"], dispute["currency"])


def _appealed(dispute, name, label, now):
    evidence = "Both sides can bring evidence first." if now < dispute["evidence_until"] else ""
    return f"A panel of three decides about {lower(label)}, for good.", evidence or "The time for evidence is over."


def _ended(dispute, name, label, now):
    return f"{label} has ended: {ENDINGS[DisputeEnding[dispute['ending'].upper()]]}.", ""


_STANDING = {
    "inquiry": _inquiry,
    "answered": _answered,
    "under_review": _under_review,
    "ruled": _ruled,
    "appealed": _appealed,
    "ended": _ended,
}


# --- Turn -------------------------------------------------------------------------------------------------------------


def dispute_turn(dispute: dict, name: NameOf) -> dict:
    """{who, plural, act, start, until, enforceable_at, then}: who has to do what and what silence means.

    Empty and None where it ended. `start` is when a ruling may be given at the earliest.
    """
    turn = dispute["turn"]
    if turn["who"] == "nobody":
        return {"who": "", "plural": False, "act": "", "start": None, "until": None, "enforceable_at": None, "then": ""}
    who = _who(dispute, name)
    return {
        "who": who,
        "plural": who == YOU or turn["who"] == "either",
        "act": _ACTS[turn["act"]],
        "start": turn["from"],
        "until": turn["until"],
        "enforceable_at": turn["enforceable_at"],
        "then": _then(dispute),
    }


def _who(dispute: dict, name: NameOf) -> str:
    who = dispute["turn"]["who"]
    if who == "buyer":
        return name(BUYER)
    if who == "seller":
        return name(dispute["seller"])
    if who == "either":
        return f"{name(BUYER)} and {name(dispute['seller'])}"
    return "The panel" if who == "panel" else arbitrator_of(dispute, name)


def _then(dispute: dict) -> str:
    turn = dispute["turn"]
    if turn["consequence"] == "defaulted":
        return f"it ends as the terms say: for the {dispute['terms']['default']}"
    if turn["act"] == "rule_on_appeal":
        return "the first ruling takes effect"
    if turn["act"] == "appeal" and dispute["ruling"]["verdict"] != "awarded":
        return "the dispute ends, and all is as before it"
    return _CONSEQUENCES[turn["consequence"]]
