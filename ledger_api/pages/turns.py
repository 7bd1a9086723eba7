"""Whose turn it is, until when, then what, and who takes part, in words for the buyer. Pure."""

from ledger_api.pages.disputed import NOTHING_TO_DO, awaited_dispute, open_dispute, silent_words, turn_for_buyer
from ledger_api.pages.money import still_owed_minor
from ledger_api.pages.wording import decided, total, you
from ledger_api.rules.times import precision, time_left
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked

LAPSED = ("declined", "cancelled", "expired")

# Act → what is to be done, as it follows "has until … to" and "has to".
_ACTS = {
    "answer": mark("answer"),
    "supply": mark("answer the seller’s question"),
    "send": mark("send the parcel"),
    "receive": mark("confirm that the parcel arrived"),
    "inspect": mark("check the goods"),
    "refund": mark("refund you"),
    "replace": mark("send what you are to get"),
    "give_back": mark("send back what it did not accept"),
    "prove": mark("show that it sent what you are missing"),
    "confirm": mark("say whether all is well"),
    "reopen": mark("ask again, once"),
}
_CONSEQUENCES = {  # what silence means, as it follows "After that"
    "approved": mark("your return counts as approved"),
    "declined": mark("your return counts as declined"),
    "expired": mark("your return lapses"),
    "accepted": mark("the goods count as accepted in full"),
    "short": mark("the pieces that did not arrive count as not sent"),
    "defaulted": mark("what it owes you is put on record, for everyone who takes part to see"),
    "refund_instead": mark("you get your money back instead"),
    "closed": mark("this return closes"),
}
_CONSEQUENCES_OF_ACT = {
    ("receive", "accepted"): mark("the goods count as arrived and accepted in full"),
    ("give_back", "accepted"): mark("what it did not accept counts as accepted too"),
}
_KEEP_PROOF = mark("Keep the carrier’s receipt: the carrier has not confirmed yet that you sent the goods.")


def turn_words(state: dict, name: NameOf, now: int) -> dict:
    """Who has to do what, the date, and what silence means.

    {who, plural, act, start, until, show, left, late, then, from_, show_from, callable, advice, silent, noun}:
    `silent` says who let the time pass, `noun` whether of a return or of a dispute. `who` is empty where
    nobody has to act, `then` where nothing follows. `until`, and `from_`, from which on anybody may call for what
    follows, are Unix seconds UTC or None; `from_` is None too where it is `until`. `start` is when an arbitrator may
    rule at the earliest. Where only a dispute is waited for, its turn is the return's.
    """
    turn, dispute = state["turn"], awaited_dispute(state)
    if dispute is not None:
        return turn_for_buyer(dispute, name, now)
    until, from_ = turn["until"], turn["enforceable_at"]
    words = dict.fromkeys(("who", "act", "left", "then", "show", "show_from"), "")
    words.update(until=until, start=None, from_=None, plural=False, late=False, callable=False)
    words.update(advice=marked(NOTHING_TO_DO), silent="", noun="return")
    if turn["who"] == "nobody":
        return words
    words.update(
        then=marked(_CONSEQUENCES_OF_ACT.get((turn["act"], turn["consequence"]), _CONSEQUENCES[turn["consequence"]])),
        show=precision(until, now),
        show_from=precision(from_, now),
        callable=now >= from_,
        from_=from_ if from_ != until else None,
    )
    if state["status"] in LAPSED and turn["act"] == "confirm":  # There is nothing left that he could say.
        return {**words, "from_": from_, "silent": _("The time has run out.")}
    buyers = turn["who"] == "buyer"
    who = you() if buyers else name(turn["participant"])
    words.update(who=who, plural=buyers, act=_act(state), left=time_left(until, now), late=until < now)
    words["advice"] = _advice(state) if buyers else _meanwhile(state)
    words["silent"] = silent_words("" if buyers else who)
    return words


def _act(state: dict) -> str:
    act = state["turn"]["act"]
    if act == "refund":
        return _refund_act(state)
    if act == "confirm" and state["defaulted"] and still_owed_minor(state):
        return _("say whether the money came")
    if act == "send" and total(state, "received"):
        return _("send the rest")
    if act == "receive" and total(state, "received"):
        return _("confirm that the rest arrived")
    return marked(_ACTS[act])


def _refund_act(state: dict) -> str:
    waits = decided(state) < total(state, "expected")
    if waits and state["money"]["refunded_minor"]:
        return _("check the goods and refund what is left")
    if state["resolution"] == "store_credit":
        return _("give you the store credit")
    return _("refund you") if waits or not state["money"]["refunded_minor"] else _("refund the rest")


def _meanwhile(state: dict) -> str:
    """For the buyer, while another has to act."""
    lost = state["turn"]["act"] == "receive" and state["turn"]["consequence"] in ("expired", "short")
    return _(_KEEP_PROOF if lost and not _shown_sent(state) else NOTHING_TO_DO)


def _shown_sent(state: dict) -> bool:
    return any(p["purpose"] == "goods_returned" and p["corroboration"] == "documented" for p in state["parcels"])


_ADVICE = {  # for the buyer, at his turns
    "supply": mark("Answer the question, and it is the seller’s turn again."),
    "send": mark("Pack the goods, hand them to a carrier and keep its receipt."),
    "reopen": mark("If you do not agree, you can ask once more, with what is new."),
}


def _advice(state: dict) -> str:
    if state["turn"]["act"] == "confirm":
        return _advice_to_confirm(state)
    if state["status"] == "cancelled":
        return _("If you have changed your mind, you can ask once more.")
    return marked(_ADVICE[state["turn"]["act"]])


def _advice_to_confirm(state: dict) -> str:
    proved = any(item["by"] == "seller" for item in state["confirmations"])
    if state["defaulted"]:
        owed = still_owed_minor(state)
        return _("If the money comes after all, say so.") if owed else _("If all is well, say so.")
    if proved:
        return _("If it has arrived, say so.")
    if state["resolution"] in ("replacement", "repair") and total(state, "accepted"):
        return _("Look whether the goods have reached you. If they have not, say so in time.")
    if state["refunds"]:
        return _("Look whether the money has reached you. If it has not, say so in time.")
    if total(state, "rejected"):
        return _("Look whether your goods have come back. If they have not, say so in time.")
    return _("If you do not agree, say so in time.")


# --- Who takes part ---------------------------------------------------------------------------------------------------


def parties(state: dict, name: NameOf) -> list[dict]:
    """[{role, name, acts}], each participant of a role once, in the order in which the goods pass them."""
    acting, dispute = _acting(state), open_dispute(state)
    found = [_party("buyer", you(), acting)]
    for number in dict.fromkeys(parcel["carrier"] for parcel in state["parcels"]):
        found.append(_party("carrier", name(number), ()))
    if state["inspector"]:
        found.append(_party("inspector", name(state["inspector"]), acting))
    found.append(_party("seller", name(state["seller"]), acting))
    if dispute is not None and dispute["stage"] == "appealed":
        found += [_party("panel", name(seat), acting) for seat in dispute["panel"] if seat]
    elif dispute is not None and dispute["arbitrator"]:
        found.append(_party("arbitrator", name(dispute["arbitrator"]), acting))
    return found


_ROLES = {
    "buyer": mark("Buyer"),
    "carrier": mark("Carrier"),
    "inspector": mark("Inspector"),
    "seller": mark("Seller"),
    "panel": mark("Panel"),
    "arbitrator": mark("Arbitrator"),
}


def _acting(state: dict) -> tuple:
    """Roles whose turn it is."""
    dispute = awaited_dispute(state)
    if dispute is not None:
        who = dispute["turn"]["who"]
        return ("buyer", "seller") if who == "either" else (who,)
    lapsed = state["status"] in LAPSED and state["turn"]["act"] == "confirm"
    return () if lapsed else (state["turn"]["who"],)


def _party(role: str, name: str, acting: tuple) -> dict:
    return {"role": marked(_ROLES[role]), "name": name, "acts": role in acting}
