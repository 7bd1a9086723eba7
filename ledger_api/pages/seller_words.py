"""What a return asks of its seller or inspector, in words for him: what to do, by when, what silence means. Pure."""

from dataclasses import dataclass

from ledger_api.documents.sales import Sale
from ledger_api.pages.desk import article_of, buyer_of, title_of
from ledger_api.pages.disputed import open_dispute
from ledger_api.pages.wording import total
from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.return_state import pays_money
from ledger_api.rules.times import DAY_S, precision, time_left
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked

WEEK_DAYS = 7
GROUPS = {
    "overdue": mark("Overdue"),
    "today": mark("Today"),
    "week": mark("This week"),
    "later": mark("Later"),
    "others": mark("Waiting for others"),
}

_TODO = {
    "answer": mark("Answer the request"),
    "receive": mark("Confirm that the parcel arrived"),
    "inspect": mark("Check the goods"),
    "replace": mark("Send what the buyer is to get"),
    "give_back": mark("Send back what was not accepted"),
    "prove": mark("Show that you paid"),
}
_TODO_IN_DISPUTE = {
    "answer": mark("Answer the dispute"),
    "escalate": mark("Agree, or ask for an arbitrator"),
    "appeal": mark("Accept the ruling, or appeal"),
}
_SILENCE = {  # consequence → what happens if he does nothing
    "approved": mark("If you do not answer, it counts as approved as asked."),
    "declined": mark("If you do not answer, it counts as declined."),
    "expired": mark("If nothing happens, the return lapses."),
    "accepted": mark("If nothing happens, the goods count as accepted in full."),
    "short": mark("If nothing happens, the pieces that did not arrive count as not sent."),
    "defaulted": mark("If you do not pay, what you owe is put on your public record."),
    "refund_instead": mark("If you do not send it, you owe the buyer the money instead."),
    "closed": mark("If nothing happens, the return closes."),
    "escalated": mark("If you do not answer, an arbitrator gets it without your answer."),
    "withdrawn": mark("If nothing happens, the dispute counts as taken back."),
    "final": mark("If nobody appeals, the ruling takes effect."),
    "passed": mark("If nothing happens, the next arbitrator gets it."),
}
_SILENCE_OF_ACT = {
    ("receive", "accepted"): mark("If nobody confirms it, the goods count as arrived and accepted in full."),
    ("inspect", "accepted"): mark("If nobody checks them, the goods count as accepted in full."),
    ("give_back", "accepted"): mark("If you do not send it back, it counts as accepted too."),
    ("prove", "defaulted"): mark("If you do not show it, the payment counts as not made, on your public record."),
}
_OTHERS = {  # what another is waited for
    "answer": mark("%(who)s has to answer."),
    "supply": mark("%(who)s has to answer your question."),
    "send": mark("%(who)s has to send the parcel."),
    "receive": mark("%(who)s has to confirm that the parcel arrived."),
    "inspect": mark("%(who)s has to check the goods."),
    "refund": mark("%(who)s has to refund the buyer."),
    "replace": mark("%(who)s has to send what the buyer is to get."),
    "give_back": mark("%(who)s has to send back what was not accepted."),
    "prove": mark("%(who)s has to show that the money was paid."),
    "confirm": mark("%(who)s looks whether all is well."),
    "reopen": mark("%(who)s may ask once more."),
    "escalate": mark("%(who)s may ask for an arbitrator."),
    "rule": mark("An arbitrator decides about the dispute."),
    "rule_on_appeal": mark("A panel of three decides about the dispute."),
    "appeal": mark("Both sides may appeal."),
}
_WANTED = {
    "refund": mark("Refund of %(amount)s"),
    "replacement": mark("Replacement, worth %(amount)s"),
    "store_credit": mark("Store credit of %(amount)s"),
    "repair": mark("Repair, worth %(amount)s"),
}


@dataclass(frozen=True)
class Turn:
    """What is waited for, as its reader sees it; `until` is None where nobody is."""

    mine: bool
    act: str  # of the return, or “dispute”
    todo: str
    until: int | None = None  # Unix seconds UTC
    show: str = ""
    left: str = ""
    late: bool = False
    silence: str = ""
    group: str = "others"


def turn_for(state: dict, participants, name: NameOf, now: int) -> Turn:
    """Whose turn it is for who speaks for these participants; a dispute that he has to answer comes first."""
    turn, dispute = state["turn"], open_dispute(state)
    if dispute is not None and state["seller"] in participants and _is_mine(dispute):
        return _timed("dispute", dispute["turn"], marked(_TODO_IN_DISPUTE[dispute["turn"]["act"]]), now)
    if turn["who"] != "nobody" and turn["participant"] in participants:
        return _timed(turn["act"], turn, _todo(state), now)
    waited = dispute["turn"] if turn["act"] == "dispute" and dispute is not None else turn
    if waited["until"] is None:
        return Turn(False, "none", "")
    who = name(turn["participant"]) if turn["participant"] else _("The buyer")
    words = marked(_OTHERS[waited["act"]], who=who)
    return Turn(False, turn["act"], words, waited["until"], precision(waited["until"], now))


def _is_mine(dispute: dict) -> bool:
    return dispute["turn"]["who"] in ("seller", "either") and dispute["turn"]["act"] in _TODO_IN_DISPUTE


def _timed(act: str, turn: dict, todo: str, now: int) -> Turn:
    until = turn["until"]
    silence = marked(_SILENCE_OF_ACT.get((act, turn["consequence"]), _SILENCE.get(turn["consequence"], "")) or "")
    shown = precision(until, now)
    return Turn(True, act, todo, until, shown, time_left(until, now), until < now, silence, group_of(until, now))


def _todo(state: dict) -> str:
    act = state["turn"]["act"]
    if act != "refund":
        return marked(_TODO[act])
    due = state["money"]["due_minor"]
    if not due:
        return _("Check the goods and refund the buyer")
    if state["resolution"] == "store_credit":
        return _("Give %(amount)s of store credit", amount=amount(due, state["currency"]))
    return _("Refund %(amount)s", amount=amount(due, state["currency"]))


def group_of(until: int, now: int) -> str:
    """In which group of a list a deadline stands."""
    days = until // DAY_S - now // DAY_S
    if until < now:
        return "overdue"
    if days == 0:
        return "today"
    return "week" if days < WEEK_DAYS else "later"


# --- Rows -------------------------------------------------------------------------------------------------------------


def row(state: dict, sale: Sale | None, is_seller: bool, turn: Turn) -> dict:
    """One return in a list."""
    return {
        "return_id": state["return_id"],
        "title": title_of(state, sale),
        "buyer": buyer_of(sale if is_seller else None),
        "articles": articles_words(state, sale),
        "asked": wanted_words(state),
        "is_seller": is_seller,
        "turn": turn,
        "weak": state["late"] or state["final_sale"],
        "pieces": undecided(state),
    }


def articles_words(state: dict, sale: Sale | None) -> str:
    """Winter coat, 2 × Wool hat."""
    found = []
    for line in state["lines"]:
        article = article_of(sale, line["line"])
        pieces = line["requested"]
        found.append(_("%(pieces)s × %(article)s", pieces=pieces, article=article) if pieces > 1 else article)
    return ", ".join(found)


def wanted_words(state: dict) -> str:
    """What the buyer wants, and for how much."""
    asked = amount(state["money"]["requested_minor"], state["currency"])
    return marked(_WANTED[state["resolution"]], amount=asked)


def undecided(state: dict) -> int:
    """Pieces that arrived and that nobody decided about."""
    return sum(waiting(line) for line in state["lines"])


def waiting(line: dict) -> int:
    """Pieces of a line that lie here and are to be decided about."""
    return 0 if line["disputed"] else line["received"] - line["accepted"] - line["rejected"]


def awaited(line: dict) -> int:
    """Pieces of a line that are still to arrive."""
    return line["expected"] - line["received"]


# --- What can be done -------------------------------------------------------------------------------------------------

_MAIN = {  # what is waited for → the act that does it
    "answer": "approve",
    "receive": "bench",
    "inspect": "bench",
    "refund": "pay",
    "replace": "send",
    "give_back": "send",
    "prove": "prove",
    "dispute": "dispute",
}
QUESTIONS_LIMIT = 3


def acts_of(state: dict, is_seller: bool, turn: Turn) -> list[str]:
    """Names of what can be done now, the first is what is waited for."""
    found = _of_goods(state, is_seller)
    if is_seller:
        found = [*_answers(state), *found, *_of_money(state)]
    if is_seller and open_dispute(state) is not None:
        found.append("dispute")
    main = _MAIN.get(turn.act) if turn.mine else None
    if turn.mine and turn.act == "refund" and not state["money"]["due_minor"]:
        main = "bench"
    return sorted(found, key=lambda act: act != main)


def _answers(state: dict) -> list[str]:
    if state["status"] != "requested":
        return []
    asks = ["ask"] if len(state["questions"]) < QUESTIONS_LIMIT else []
    return ["approve", "decline", *asks]


def _of_goods(state: dict, is_seller: bool) -> list[str]:
    if state["status"] != "approved":
        return []
    found, coming = [], any(awaited(line) for line in state["lines"])
    if undecided(state) or coming:
        found.append("bench")
    if coming:
        found.append("receive")
    if is_seller and not state["inspector"] and (undecided(state) or coming):
        found.append("name_inspector")
    return found


def _of_money(state: dict) -> list[str]:
    if state["status"] != "approved":
        return []
    found = []
    if state["money"]["due_minor"] and pays_money(state):
        found.append("pay")
    if purposes(state):
        found.append("send")
    if state["turn"]["act"] == "prove":
        found.append("prove")
    return found


def purposes(state: dict) -> list[str]:
    """What the seller may send to the buyer."""
    found = {"replacement": ["replacement"], "repair": ["repaired"]}.get(state["resolution"], [])
    found = found if total(state, "accepted") else []
    return found + (["goods_given_back"] if total(state, "rejected") else [])


def sum_rows(state: dict) -> list[dict]:
    """What is due to the buyer, part by part, as rows that add up."""
    return money_table(state["money"], state["currency"])


def money_table(money: dict, currency: str) -> list[dict]:
    """Rows of a refund rule's breakdown; what is nothing is left out, but for what is due."""
    rows = (
        (_("Accepted goods, without tax"), money["net_minor"]),
        (_("Tax"), money["tax_minor"]),
        (_("Import duty"), money["duty_minor"]),
        (_("Lost in value"), -money["diminished_minor"]),
        (_("Restocking fee"), -money["restocking_minor"]),
        (_("Return shipping"), -money["return_shipping_minor"]),
        (_("Standard delivery"), money["delivery_minor"]),
        (_("Awarded by a dispute besides"), money["extra_minor"]),
        (_("The buyer’s part of the dispute’s cost"), -money["costs_minor"]),
        (_("Refunded so far"), -money["earlier_minor"]),
        (_("More than is left of what was paid"), -money["capped_minor"]),
        (_("Paid ahead of the check, or too much"), money["overpaid_minor"]),
    )
    found = [{"label": label, "text": figures(minor, currency), "total": False} for label, minor in rows if minor]
    return [*found, {"label": _("Due now"), "text": figures(money["due_minor"], currency), "total": True}]
