"""What the page of a return says of its disputes, for its buyer. Pure."""

from ledger_api.pages.wording import to_buyer
from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.dispute_turns import dispute_standing, dispute_turn, opener
from ledger_api.rules.dispute_words import GROUNDS, items_words
from ledger_api.rules.telling import THE_BUYER, acted, addressed
from ledger_api.rules.times import precision, time_left
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked

NOTHING_TO_DO = mark("Nothing to do for you now.")
_ADVICE = {  # act → for the buyer, at his turns
    "answer": mark("Say what you think is right, and bring what shows it."),
    "escalate": mark("If you cannot agree, ask for an arbitrator in time."),
    "appeal": mark("If you do not agree with the ruling, you can appeal, once."),
}


def open_dispute(state: dict) -> dict | None:
    """The dispute that goes on; there is one at most."""
    return next((item for item in state["disputes"] if item["dispute_id"] == state["dispute"]), None)


def awaited_dispute(state: dict) -> dict | None:
    """The open dispute, if nothing else of the return is waited for."""
    return open_dispute(state) if state["turn"]["act"] == "dispute" else None


def newest_award(state: dict) -> dict | None:
    """The last dispute whose end changed what is due."""
    return next((item for item in reversed(state["disputes"]) if item["applied"]), None)


def to_anyone(name: NameOf) -> NameOf:
    """Names for a reader who need not be the buyer."""
    return lambda number: name(number) if number else marked(THE_BUYER)


def standing_words(dispute: dict, name: NameOf, now: int) -> tuple[str, str]:
    """Where a dispute stands: one sentence, and what there is to add."""
    return dispute_standing(dispute, to_buyer(name), now)


def silent_words(who: str) -> str:
    """Who let the time pass; the buyer where it is nobody else."""
    return _("Nothing came from %(who)s in time.", who=who) if who else _("Nothing came from you in time.")


def _silent(dispute: dict, name: NameOf) -> str:
    who = dispute["turn"]["who"]
    if who == "seller":
        return silent_words(name(dispute["seller"]))
    if who == "buyer":
        return silent_words("") if addressed(name) else _("Nothing came from the buyer in time.")
    return _("Nothing came in time.")


def dispute_turn_words(dispute: dict, name: NameOf, now: int) -> dict:
    """Whose turn it is in a dispute, as `turns.turn_words` says it of a return; `start` is not before when."""
    turn = dispute_turn(dispute, name)
    until, from_ = turn["until"], turn["enforceable_at"]
    words = {**turn, "show": "", "show_from": "", "left": "", "late": False, "callable": False, "advice": ""}
    words |= {"silent": _silent(dispute, name), "noun": "dispute", "subject": dispute["dispute_id"]}
    if until is None:
        return {**words, "from_": None}
    ahead = turn["start"] is not None and now < turn["start"]
    return {
        **words,
        "show": precision(until, now),
        "show_from": precision(from_, now),
        "left": time_left(until, now),
        "late": until < now,
        "callable": now >= from_,
        "from_": from_ if from_ != until else None,
        "start": turn["start"] if ahead else None,
        "show_start": precision(turn["start"], now) if ahead else "",
    }


def turn_for_buyer(dispute: dict, name: NameOf, now: int) -> dict:
    """The same with what the buyer can do now."""
    words = dispute_turn_words(dispute, to_buyer(name), now)
    who = dispute["turn"]["who"]
    if who in ("buyer", "either"):
        return {**words, "advice": marked(_ADVICE[dispute["turn"]["act"]])}
    if words["start"]:
        return {**words, "advice": _("If you have something that shows that you are right, bring it now.")}
    return {**words, "advice": marked(NOTHING_TO_DO)}


def dispute_rows(state: dict, name: NameOf, now: int) -> list[dict]:
    """The disputes of a return, the newest first: {dispute_id, title, contested, standing, sums, turn, open, end}."""
    waited = awaited_dispute(state)
    rows = []
    for dispute in reversed(state["disputes"]):
        goes_on = dispute["ending"] == "none"
        on_top = dispute is waited
        rows.append(
            {
                "dispute_id": dispute["dispute_id"],
                "contested": contested_words(dispute, name),
                "standing": None if on_top else standing_words(dispute, name, now),
                "sums": sum_rows(dispute, name),
                "turn": turn_for_buyer(dispute, name, now) if goes_on and not on_top else None,
                "end": None if goes_on else end_words(dispute),
                "pay_until": dispute["pay_until"] if dispute["due_minor"] else None,
                "due": amount(dispute["due_minor"], dispute["currency"]) if dispute["due_minor"] else None,
            }
        )
    return rows


def contested_words(dispute: dict, name: NameOf) -> str:
    """Who opened it, and what is contested."""
    return _contested(dispute, acted(to_buyer(name), opener(dispute), "%(who)s opened it."))


def _contested(dispute: dict, opened: str) -> str:
    items, ground = items_words(dispute["claim"]), marked(GROUNDS[dispute["ground"]])
    about = _("What is contested: %(ground)s.", ground=ground)
    if items:
        about = _("What is contested: %(ground)s, for %(items)s.", ground=ground, items=items)
    return f"{opened} {about}"


def contested_words_to_anyone(dispute: dict, name: NameOf) -> str:
    """The same for a reader who need not be the buyer."""
    return _contested(dispute, acted(to_anyone(name), opener(dispute), "%(who)s opened it."))


def sum_rows(dispute: dict, name: NameOf) -> list[dict]:
    """[{label, text}]: what each side says is still due to the buyer; nothing once it ended."""
    effects = dispute["effects"]
    if effects is None:
        return []
    seller = name(dispute["seller"])
    by_buyer = dispute["opened_by"] == "buyer"
    rows = (
        (_("As things stand"), effects["now_minor"]),
        (_("As you claim") if by_buyer else _("As %(who)s claims", who=seller), effects["claim_minor"]),
        (_("As you offer"), effects["buyer_offer_minor"]),
        (_("As %(who)s offers", who=seller), effects["seller_offer_minor"]),
        (_("As the ruling says"), effects["ruling_minor"]),
    )
    return [{"label": label, "text": figures(minor, dispute["currency"])} for label, minor in rows if minor is not None]


def end_words(dispute: dict) -> str:
    """What follows from the end; empty where money is due: its day belongs to that sentence."""
    if dispute["applied"] is None:
        return _("All is as it was before the dispute.")
    return "" if dispute["due_minor"] else _("No more money was due.")


def turn_for_anyone(dispute: dict, name: NameOf, now: int) -> dict:
    """Whose turn it is, for a reader who may be anyone."""
    return dispute_turn_words(dispute, to_anyone(name), now)
