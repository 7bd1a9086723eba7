"""Where a return stands, in a sentence and what there is to add, for its buyer. Pure."""

from ledger_api.pages import outcome
from ledger_api.pages.disputed import awaited_dispute, newest_award, standing_words, to_anyone
from ledger_api.pages.phrases import (
    by_law,
    exceptions,
    joined,
    last_report,
    last_silence,
    latest_parcel,
    reason_sentence,
    refused_words,
    seller_of,
    short_words,
    unreported,
)
from ledger_api.pages.wording import decided, of_pieces, read_by_anyone, total, yours
from ledger_api.rules.amounts import amount
from ledger_api.rules.dispute_turns import dispute_standing
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked, ngettext


def standing(state: dict, name: NameOf, now: int = 0) -> tuple[str, str]:
    """Where things stand: one sentence, and what there is to add, which may be nothing.

    Where only a dispute is waited for, that of the dispute; `now` (Unix seconds UTC) is for its time for evidence.
    """
    dispute = awaited_dispute(state)
    if dispute is not None:
        return standing_words(dispute, name, now)
    return _STANDING[_stage(state)](state, name)


def for_anyone(state: dict, name: NameOf, now: int = 0) -> str:
    """The first sentence of `standing` for a reader who need not be the buyer."""
    dispute = awaited_dispute(state)
    if dispute is not None:
        return dispute_standing(dispute, to_anyone(name), now)[0]
    with read_by_anyone():
        return _STANDING[_stage(state)](state, name)[0]


def _stage(state: dict) -> str:
    """The status; for an approved return what is to be done next."""
    return state["turn"]["act"] if state["status"] == "approved" else state["status"]


# --- Request and answer -----------------------------------------------------------------------------------------------


def _requested(state, name):
    money = amount(state["money"]["requested_minor"], state["currency"])
    pieces = counted(total(state, "requested"), "piece")
    answered = state["questions"] and state["questions"][-1]["answered_at"]
    waiting = yours(
        "Your return is waiting for %(seller)s to answer.",
        "The return is waiting for %(seller)s to answer.",
        seller=seller_of(state, name),
    )
    return waiting, joined(
        _("You have asked a second time.") if state["reopened"] else "",
        _("You want to send back %(pieces)s for %(amount)s.", pieces=pieces, amount=money),
        _weak_words(state),
        _("You have answered its question.") if answered else "",
    )


def _weak_words(state: dict) -> str:
    """What makes it a request that silence does not approve."""
    late = _("You asked after the return window had ended.")
    if state["kind"] == "withdrawal":
        late = _("You asked after the legal period had ended.")
    return joined(late if state["late"] else "", _("Part of it was sold as final.") if state["final_sale"] else "")


def _questioned(state, name):
    asked = yours(
        "%(seller)s has a question about your return.",
        "%(seller)s has a question about the return.",
        seller=seller_of(state, name),
    )
    return asked, _("It goes on once you have answered.")


def _declined(state, name):
    if state["decline_reason"] is None:
        return yours("Your return counts as declined.", "The return counts as declined."), _weak_words(state)
    return _declined_words(state, seller_of(state, name)), reason_sentence(state["decline_reason"])


def _declined_words(state: dict, seller: str) -> str:
    if state["reopened"]:
        return yours(
            "%(seller)s has declined your return again.", "%(seller)s has declined the return again.", seller=seller
        )
    return yours("%(seller)s has declined your return.", "%(seller)s has declined the return.", seller=seller)


def _cancelled(state, name):
    taken_back = yours("You have taken your return back.", "The buyer has taken the return back.")
    return taken_back, _("No goods have to be sent, and no money is owed.")


_LAPSED = {
    "supply": mark("The question about it was not answered in time."),
    "send": mark("The goods were not sent in time."),
    "receive": mark("Nothing shows that the goods were sent, and they did not arrive."),
}


def _expired(state, name):
    silence = last_silence(state, "expired")
    why = marked(_LAPSED[silence["act"]]) if silence else ""
    return yours("Your return has lapsed.", "The return has lapsed."), why


# --- Goods on their way -----------------------------------------------------------------------------------------------


def _part_arrived() -> str:
    return yours("Part of your return has arrived.", "Part of the return has arrived.")


def _send(state, name):
    if total(state, "received"):
        return _part_arrived(), joined(_arrived_words(state), _("The rest is still to be sent."))
    if by_law(state):
        withdrawn = yours("You have withdrawn from the sale.", "The buyer has withdrawn from the sale.")
        return withdrawn, _("That is your right by law, and it needs no answer.")
    return _approved_words(state, name), refused_words(state) or _("The parcel has not been handed over yet.")


def _approved_words(state: dict, name: NameOf) -> str:
    award, seller = newest_award(state), seller_of(state, name)
    if award is not None and award["ended_at"] == state["decided_at"]:
        return yours(
            "Your return goes on, as the dispute about it ended.", "The return goes on, as the dispute about it ended."
        )
    if last_silence(state, "approved") and state["enforcements"][-1]["recorded_at"] == state["decided_at"]:
        return yours("Your return counts as approved.", "The return counts as approved.")
    if exceptions(state):
        return yours(
            "%(seller)s has approved part of your return.", "%(seller)s has approved part of the return.", seller=seller
        )
    return yours("%(seller)s has approved your return.", "%(seller)s has approved the return.", seller=seller)


def _receive(state, name):
    """On its way: the words are those of the parcel that was heard of last."""
    parcel = latest_parcel(state, "goods_returned")
    carrier = name(parcel["carrier"])
    if total(state, "received"):
        return _part_arrived(), joined(_arrived_words(state), last_report(parcel))
    if parcel["status"] == "delivered":
        checker = name(state["turn"]["participant"])
        delivered = yours(
            "%(carrier)s has delivered your return.", "%(carrier)s has delivered the return.", carrier=carrier
        )
        return delivered, _("%(checker)s has yet to confirm that it arrived.", checker=checker)
    if not parcel["checkpoints"]:
        silent = yours(
            "Your return should be with %(carrier)s.", "The return should be with %(carrier)s.", carrier=carrier
        )
        return silent, unreported(parcel)
    return _delivering(parcel["status"], carrier), last_report(parcel)


def _delivering(status: str, carrier: str) -> str:
    return yours(*_DELIVERING.get(status, _WITH_CARRIER), carrier=carrier)


_DELIVERING = {  # status of the parcel → for the buyer, for anyone
    "label_created": (
        mark("Your return is about to be handed to %(carrier)s."),
        mark("The return is about to be handed to %(carrier)s."),
    ),
    "on_hold": (
        mark("Your return is on hold with %(carrier)s."),
        mark("The return is on hold with %(carrier)s."),
    ),
    "ready_for_pickup": (
        mark("Your return waits at %(carrier)s to be picked up."),
        mark("The return waits at %(carrier)s to be picked up."),
    ),
    "delivery_failed": (
        mark("%(carrier)s could not deliver your return."),
        mark("%(carrier)s could not deliver the return."),
    ),
    "return_to_sender": (
        mark("%(carrier)s is bringing your parcel back to you."),
        mark("%(carrier)s is bringing the parcel back to the buyer."),
    ),
    "returned": (
        mark("%(carrier)s has brought your parcel back to you."),
        mark("%(carrier)s has brought the parcel back to the buyer."),
    ),
    "lost": (
        mark("%(carrier)s reports your parcel as lost."),
        mark("%(carrier)s reports the parcel as lost."),
    ),
    "damaged": (
        mark("%(carrier)s reports your parcel as damaged."),
        mark("%(carrier)s reports the parcel as damaged."),
    ),
    "delayed": (
        mark("Your return is delayed with %(carrier)s."),
        mark("The return is delayed with %(carrier)s."),
    ),
    "cancelled": (
        mark("%(carrier)s reports the parcel as cancelled."),
        mark("%(carrier)s reports the parcel as cancelled."),
    ),
}
_WITH_CARRIER = (mark("Your return is with %(carrier)s."), mark("The return is with %(carrier)s."))

# --- Goods that arrived -----------------------------------------------------------------------------------------------


def _inspect(state, name):
    checker = name(state["turn"]["participant"])
    receiver = name(state["receptions"][-1]["participant"]) if state["receptions"] else checker
    more = joined(_arrived_words(state), _checked_words(state))
    partly = total(state, "received") < total(state, "expected")
    return _inspect_words(checker, receiver, partly), more


def _inspect_words(checker: str, receiver: str, partly: bool) -> str:
    if receiver == checker and partly:
        return yours(
            "%(who)s has received part of your return and is checking it.",
            "%(who)s has received part of the return and is checking it.",
            who=checker,
        )
    if receiver == checker:
        return yours(
            "%(who)s has received your return and is checking it.",
            "%(who)s has received the return and is checking it.",
            who=checker,
        )
    if partly:
        return yours(
            "%(who)s has received part of your return, and %(checker)s has to check it.",
            "%(who)s has received part of the return, and %(checker)s has to check it.",
            who=receiver,
            checker=checker,
        )
    return yours(
        "%(who)s has received your return, and %(checker)s has to check it.",
        "%(who)s has received the return, and %(checker)s has to check it.",
        who=receiver,
        checker=checker,
    )


def _arrived_words(state: dict) -> str:
    """How much has arrived, where that is not simply all of it."""
    received, short = total(state, "received"), total(state, "short")
    expected = total(state, "expected") + short
    wrong, extra = (sum(item[member] for item in state["receptions"]) for member in ("wrong", "extra"))
    so_far = received < expected - short
    return joined(
        _("Arrived so far: %(pieces)s.", pieces=of_pieces(received, expected)) if so_far else "",
        short_words(short),
        _wrong_words(wrong),
        ngettext("%(num)s piece came besides.", "%(num)s pieces came besides.", extra) if extra else "",
    )


def _wrong_words(pieces: int) -> str:
    if not pieces:
        return ""
    return ngettext(
        "%(num)s piece came that is not what was sold.", "%(num)s pieces came that are not what was sold.", pieces
    )


def _checked_words(state: dict) -> str:
    done = decided(state)
    return _("Checked so far: %(pieces)s.", pieces=of_pieces(done, total(state, "received"))) if done else ""


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
