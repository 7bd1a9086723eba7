"""Where a return stands, in a sentence and what there is to add, for its buyer. Pure."""

from ledger_api.pages import outcome
from ledger_api.pages.disputed import awaited_dispute, newest_award, standing_words
from ledger_api.pages.phrases import (
    by_law,
    exceptions,
    joined,
    last_report,
    last_silence,
    latest_parcel,
    refused_words,
    seller_of,
    unreported,
)
from ledger_api.pages.wording import decided, of_pieces, total
from ledger_api.rules.amounts import amount
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf, reason_words


def standing(state: dict, name: NameOf, now: int = 0) -> tuple[str, str]:
    """Where things stand: one sentence, and what there is to add, which may be nothing.

    Where only a dispute is waited for, that of the dispute; `now` (Unix seconds UTC) is for its time for evidence.
    """
    dispute = awaited_dispute(state)
    if dispute is not None:
        return standing_words(dispute, name, now)
    return _STANDING[_stage(state)](state, name)


_FOR_ANYONE = (  # in this order
    ("Your ", "The "),
    (" your ", " the "),
    ("You have ", "The buyer has "),
    ("You keep ", "The buyer keeps "),
    ("You get ", "The buyer gets "),
    ("You said ", "The buyer said "),
    ("You answered ", "The buyer answered "),
    ("You and ", "The buyer and "),
    (" you", " the buyer"),
)


def for_anyone(sentence: str) -> str:
    """The same sentence where its reader need not be the buyer."""
    for to_buyer, to_anyone in _FOR_ANYONE:
        sentence = sentence.replace(to_buyer, to_anyone)
    return sentence


def _stage(state: dict) -> str:
    """The status; for an approved return what is to be done next."""
    return state["turn"]["act"] if state["status"] == "approved" else state["status"]


# --- Request and answer -----------------------------------------------------------------------------------------------


def _requested(state, name):
    money = amount(state["money"]["requested_minor"], state["currency"])
    pieces = counted(total(state, "requested"), "piece")
    again = "You have asked a second time." if state["reopened"] else ""
    asked = f"You want to send back {pieces} for {money}."
    answered = state["questions"] and state["questions"][-1]["answered_at"]
    return f"Your return is waiting for {seller_of(state, name)} to answer.", joined(
        again, asked, _weak_words(state), "You have answered its question." if answered else ""
    )


def _weak_words(state: dict) -> str:
    """What makes it a request that silence does not approve."""
    window = "the legal period" if state["kind"] == "withdrawal" else "the return window"
    late = f"You asked after {window} had ended." if state["late"] else ""
    return joined(late, "Part of it was sold as final." if state["final_sale"] else "")


def _questioned(state, name):
    return f"{seller_of(state, name)} has a question about your return.", "It goes on once you have answered."


def _declined(state, name):
    if state["decline_reason"] is None:
        return "Your return counts as declined.", _weak_words(state)
    again = " again" if state["reopened"] else ""
    return f"{seller_of(state, name)} has declined your return{again}.", (
        f"The reason: {reason_words(state['decline_reason'])}."
    )


def _cancelled(state, name):
    return "You have taken your return back.", "No goods have to be sent, and no money is owed."


_LAPSED = {
    "supply": "The question about it was not answered in time.",
    "send": "The goods were not sent in time.",
    "receive": "Nothing shows that the goods were sent, and they did not arrive.",
}


def _expired(state, name):
    silence = last_silence(state, "expired")
    return "Your return has lapsed.", _LAPSED[silence["act"]] if silence else ""


# --- Goods on their way -----------------------------------------------------------------------------------------------


def _send(state, name):
    if total(state, "received"):
        return "Part of your return has arrived.", joined(_arrived_words(state), "The rest is still to be sent.")
    if by_law(state):
        return "You have withdrawn from the sale.", "That is your right by law, and it needs no answer."
    return _approved_words(state, name), refused_words(state) or "The parcel has not been handed over yet."


def _approved_words(state: dict, name: NameOf) -> str:
    award = newest_award(state)
    if award is not None and award["ended_at"] == state["decided_at"]:
        return "Your return goes on, as the dispute about it ended."
    if last_silence(state, "approved") and state["enforcements"][-1]["recorded_at"] == state["decided_at"]:
        return "Your return counts as approved."
    part = "part of " if exceptions(state) else ""
    return f"{seller_of(state, name)} has approved {part}your return."


def _receive(state, name):
    """On its way: the words are those of the parcel that was heard of last."""
    parcel = latest_parcel(state, "goods_returned")
    carrier = name(parcel["carrier"])
    if total(state, "received"):
        return "Part of your return has arrived.", joined(_arrived_words(state), last_report(parcel))
    if parcel["status"] == "delivered":
        checker = name(state["turn"]["participant"])
        return f"{carrier} has delivered your return.", f"{checker} has yet to confirm that it arrived."
    if not parcel["checkpoints"]:
        return f"Your return should be with {carrier}.", unreported(parcel)
    return _DELIVERING.get(parcel["status"], "Your return is with {}.").format(carrier), last_report(parcel)


_DELIVERING = {
    "label_created": "Your return is about to be handed to {}.",
    "on_hold": "Your return is on hold with {}.",
    "ready_for_pickup": "Your return waits at {} to be picked up.",
    "delivery_failed": "{} could not deliver your return.",
    "return_to_sender": "{} is bringing your parcel back to you.",
    "returned": "{} has brought your parcel back to you.",
    "lost": "{} reports your parcel as lost.",
    "damaged": "{} reports your parcel as damaged.",
    "delayed": "Your return is delayed with {}.",
    "cancelled": "{} reports the parcel as cancelled.",
}

# --- Goods that arrived -----------------------------------------------------------------------------------------------


def _inspect(state, name):
    checker = name(state["turn"]["participant"])
    receiver = name(state["receptions"][-1]["participant"]) if state["receptions"] else checker
    part = "part of " if total(state, "received") < total(state, "expected") else ""
    more = joined(_arrived_words(state), _checked_words(state))
    if receiver == checker:
        return f"{checker} has received {part}your return and is checking it.", more
    return f"{receiver} has received {part}your return, and {checker} has to check it.", more


def _arrived_words(state: dict) -> str:
    """How much has arrived, where that is not simply all of it."""
    received, short = total(state, "received"), total(state, "short")
    expected = total(state, "expected") + short
    wrong, extra = (sum(item[member] for item in state["receptions"]) for member in ("wrong", "extra"))
    return joined(
        f"Arrived so far: {of_pieces(received, expected)}." if received < expected - short else "",
        f"{counted(short, 'piece')} did not arrive." if short else "",
        f"{counted(wrong, 'piece')} came that {'is' if wrong == 1 else 'are'} not what was sold." if wrong else "",
        f"{counted(extra, 'piece')} came besides." if extra else "",
    )


def _checked_words(state: dict) -> str:
    done = decided(state)
    return f"Checked so far: {of_pieces(done, total(state, 'received'))}." if done else ""


_STANDING = {
    "requested": _requested,
    "questioned": _questioned,
    "declined": _declined,
    "cancelled": _cancelled,
    "expired": _expired,
    "closed": outcome.closed,
    "send": _send,
    "receive": _receive,
    "inspect": _inspect,
    "refund": outcome.refund,
    "replace": outcome.replace,
    "give_back": outcome.give_back,
    "prove": outcome.prove,
    "confirm": outcome.confirm,
}
