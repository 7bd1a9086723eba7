"""Where a dispute stands and whose turn it is, in words. Pure.

`name` gives a participant's name; `name(0)` is the buyer: “The buyer”, or “You” where he reads it.
"""

from ledger_api.rules.dispute_told import ENDINGS, verdict_words
from ledger_api.rules.telling import BUYER, YOU, acted, addressed, inner
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import DisputeEnding, Verdict

_ACTS = {  # as it follows "has until … to"
    "answer": mark("answer"),
    "escalate": mark("ask for an arbitrator, agree, or take it back"),
    "rule": mark("rule"),
    "appeal": mark("appeal"),
    "rule_on_appeal": mark("rule on the appeal"),
}
_CONSEQUENCES = {  # as it follows "After that"
    "escalated": mark("an arbitrator gets it without an answer"),
    "withdrawn": mark("the dispute counts as taken back"),
    "passed": mark("the next arbitrator gets it"),
    "final": mark("the ruling takes effect"),
}


def opener(dispute: dict) -> int:
    """Participant who opened it; 0 is the buyer."""
    return BUYER if dispute["opened_by"] == "buyer" else dispute["seller"]


def other_side(dispute: dict) -> int:
    """The other side; 0 is the buyer."""
    return dispute["seller"] if dispute["opened_by"] == "buyer" else BUYER


def within(name: NameOf, number: int) -> str:
    """A name within a sentence: Nanshan Outdoor, the buyer, you."""
    return inner(name, number)


def arbitrator_of(dispute: dict, name: NameOf) -> str:
    """Who has the case."""
    return name(dispute["arbitrator"]) if dispute["arbitrator"] else _("The arbitrator")


def dispute_standing(dispute: dict, name: NameOf, now: int) -> tuple[str, str]:
    """Where it stands: one sentence, and what there is to add."""
    mine = dispute["opened_by"] == "buyer" and addressed(name)
    return _STANDING[dispute["stage"]](dispute, name, mine, now)


def _inquiry(dispute, name, mine, now):
    if mine:
        return _("Your dispute is waiting for %(who)s to answer.", who=name(dispute["seller"])), ""
    if other_side(dispute) != BUYER:
        return _("The dispute is waiting for %(who)s to answer.", who=name(dispute["seller"])), ""
    if addressed(name):
        return _("The dispute is waiting for you to answer."), ""
    return _("The dispute is waiting for the buyer to answer."), ""


def _answered(dispute, name, mine, now):
    if mine:
        sentence = _("%(who)s answered your dispute.", who=name(dispute["seller"]))
    else:
        sentence = acted(name, other_side(dispute), "%(who)s answered the dispute.")
    return sentence, _can_escalate(dispute, name)


def _can_escalate(dispute, name):
    if dispute["opened_by"] != "buyer":
        seller = name(dispute["seller"])
        return _("If the two do not agree, %(who)s can ask for an arbitrator.", who=seller)
    if addressed(name):
        return _("If the two do not agree, you can ask for an arbitrator.")
    return _("If the two do not agree, the buyer can ask for an arbitrator.")


def _evidence_words(dispute, now):
    if now < dispute["evidence_until"]:
        return _("Both sides can bring evidence first.")
    return _("The time for evidence is over.")


def _under_review(dispute, name, mine, now):
    who = arbitrator_of(dispute, name)
    anyones = _("%(who)s decides about the dispute.", who=who)
    return _("%(who)s decides about your dispute.", who=who) if mine else anyones, _evidence_words(dispute, now)


def _ruled(dispute, name, mine, now):
    who = arbitrator_of(dispute, name)
    sentence = _("%(who)s ruled on your dispute.", who=who) if mine else _("%(who)s ruled on the dispute.", who=who)
    return sentence, ruling_words(dispute["ruling"], dispute)


def ruling_words(ruling: dict, dispute: dict) -> str:
    """What a ruling says."""
    return verdict_words(Verdict[ruling["verdict"].upper()], ruling["award"], dispute["currency"])


def _appealed(dispute, name, mine, now):
    anyones = _("A panel of three decides about the dispute, for good.")
    sentence = _("A panel of three decides about your dispute, for good.") if mine else anyones
    return sentence, _evidence_words(dispute, now)


def _ended(dispute, name, mine, now):
    how = marked(ENDINGS[DisputeEnding[dispute["ending"].upper()]])
    anyones = _("The dispute has ended: %(how)s.", how=how)
    return _("Your dispute has ended: %(how)s.", how=how) if mine else anyones, ""


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
        "plural": who == marked(YOU) or turn["who"] == "either",
        "act": marked(_ACTS[turn["act"]]),
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
        return _("%(buyer)s and %(seller)s", buyer=name(BUYER), seller=name(dispute["seller"]))
    return _("The panel") if who == "panel" else arbitrator_of(dispute, name)


def _then(dispute: dict) -> str:
    turn = dispute["turn"]
    if turn["consequence"] == "defaulted":
        for_buyer = dispute["terms"]["default"] == "buyer"
        for_seller = _("it ends as the terms say: for the seller")
        return _("it ends as the terms say: for the buyer") if for_buyer else for_seller
    if turn["act"] == "rule_on_appeal":
        return _("the first ruling takes effect")
    if turn["act"] == "appeal" and dispute["ruling"]["verdict"] != "awarded":
        return _("the dispute ends, and all is as before it")
    return marked(_CONSEQUENCES[turn["consequence"]])
