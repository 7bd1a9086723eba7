"""The sentences of a return whose goods are decided about: money, goods to the buyer, the end. Pure."""

from ledger_api.pages.disputed import newest_award
from ledger_api.pages.money import still_owed_minor
from ledger_api.pages.phrases import (
    accepted_words,
    joined,
    last_report,
    last_silence,
    latest_parcel,
    refused_words,
    seller_of,
)
from ledger_api.pages.wording import decided, person, total
from ledger_api.rules.amounts import amount
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf, reason_words

# --- Money ------------------------------------------------------------------------------------------------------------


def refund(state, name):
    """The money is due."""
    if decided(state) < total(state, "expected"):
        return _refund_by_law(state, name)
    seller, money = seller_of(state, name), state["money"]
    due = amount(money["due_minor"], state["currency"])
    if _awarded_since_paid(state):
        more = " more" if money["refunded_minor"] else ""
        return _accepted_sentence(state, name), f"{seller} has to refund you {due}{more}."
    if money["refunded_minor"]:
        paid = _refund_sum(state)
        return f"{seller} has refunded part: {paid}.", joined(f"Still due: {due}.", _shortened_words(state))
    if state["returnless"]:
        return f"You keep the goods, and {seller} {_pays(state)} {due}.", refused_words(state)
    has_to = f"{seller} has to {_pay(state)} {due}."
    return _accepted_sentence(state, name), joined(has_to, accepted_words(state), _shortened_words(state))


def _awarded_since_paid(state: dict) -> bool:
    """Whether a dispute changed what is due, and nothing was paid since."""
    award = newest_award(state)
    return award is not None and all(item["recorded_at"] <= award["ended_at"] for item in state["refunds"])


def _refund_by_law(state, name):
    """A withdrawal whose goods are not all checked: the law does not wait for that."""
    seller = seller_of(state, name)
    if state["money"]["refunded_minor"]:
        return f"{seller} has refunded {_refund_sum(state)} already.", "The goods are still to be checked."
    where = "has arrived" if total(state, "received") else "is on its way"
    return f"Your return {where}.", f"By law {seller} has to refund you, whether it has checked the goods or not."


def _pay(state: dict) -> str:
    return "give you store credit of" if state["resolution"] == "store_credit" else "refund"


def _pays(state: dict) -> str:
    return "gives you store credit of" if state["resolution"] == "store_credit" else "refunds"


def _paid(state: dict) -> str:
    return "given you store credit of" if state["resolution"] == "store_credit" else "refunded"


def _accepted_sentence(state: dict, name: NameOf) -> str:
    award = newest_award(state)
    if award is not None:
        return _AWARDED[award["ending"]].format(seller_of(state, name))
    instead, silence = last_silence(state, "refund_instead"), last_silence(state, "accepted")
    if instead:
        return "You get money, as no goods were sent to you in time."
    if silence or not state["inspections"]:
        return "Your return counts as accepted."
    part = "part of " if total(state, "rejected") else ""
    return f"{person(state['inspections'][-1]['participant'], name)} has accepted {part}your return."


_AWARDED = {  # how a dispute ended that changed what is due
    "settled": "You and {} have agreed.",
    "ruled": "An arbitrator has decided about your return.",
    "ruled_on_appeal": "A panel of arbitrators has decided about your return.",
    "by_default": "Your dispute has ended as the terms say, as no arbitrator decided.",
}


def _shortened_words(state: dict) -> str:
    short = total(state, "short")
    return f"{counted(short, 'piece')} did not arrive." if short else ""


def _refund_sum(state: dict) -> str:
    money = state["money"]
    return amount(money["refunded_minor"] + money["goodwill_minor"], state["currency"])


def _refund_details(state: dict) -> str:
    money, currency = state["money"], state["currency"]
    goodwill, overpaid = money["goodwill_minor"], money["overpaid_minor"]
    return joined(
        f"Of that, {amount(goodwill, currency)} is a gift." if goodwill else "",
        f"{amount(overpaid, currency)} more than it had to." if overpaid else "",
    )


# --- Goods to the buyer -----------------------------------------------------------------------------------------------


def _goods_words(state: dict) -> str:
    return "repaired goods" if state["resolution"] == "repair" else "replacement"


def replace(state, name):
    """The replacement or the repaired goods are due."""
    seller, goods = seller_of(state, name), _goods_words(state)
    return f"Your return is accepted, and {seller} has to send your {goods}.", accepted_words(state)


def give_back(state, name):
    """What was not accepted is to come back."""
    to_do = f"{seller_of(state, name)} has to send back {counted(total(state, 'rejected'), 'piece')}."
    if state["defaulted"]:
        return _defaulted_sentence(state, name), f"Besides: {to_do}"
    paid = f"It has {_paid(state)} {_refund_sum(state)} for the rest." if state["refunds"] else ""
    if total(state, "accepted"):
        return "Part of your return was not accepted.", joined(to_do, paid)
    return "Nothing of your return was accepted.", joined(to_do, paid)


# --- Outcome ----------------------------------------------------------------------------------------------------------


def prove(state, name):
    """The buyer says that nothing came."""
    about = f" of {_refund_sum(state)}" if state["refunds"] else ""
    what = _promised(state)
    return f"You said that the {what} did not arrive.", (
        f"{seller_of(state, name)} has to show that it sent the {what}{about if what == 'refund' else ''}."
    )


def _promised(state: dict) -> str:
    """What the buyer was to get."""
    if state["resolution"] in ("replacement", "repair"):
        return _goods_words(state)
    if state["refunds"]:
        return "store credit" if state["resolution"] == "store_credit" else "refund"
    return "goods"


def _defaulted_sentence(state: dict, name: NameOf) -> str:
    seller, owed = seller_of(state, name), still_owed_minor(state)
    if owed:
        return f"{seller} owes you {amount(owed, state['currency'])}."
    return f"{seller} has paid, but too late."


def confirm(state, name):
    """All is done; the buyer has the last word."""
    seller = seller_of(state, name)
    if state["defaulted"]:
        owed = "It did not pay in time." if still_owed_minor(state) else ""
        return _defaulted_sentence(state, name), joined(
            owed, "That stands on record, for everyone who takes part to see."
        )
    answers = [item for item in state["confirmations"] if item["by"] == "seller"]
    if answers:
        shown = "It says that a document shows it." if answers[-1]["evidence"] else ""
        return f"{seller} says that the {_promised(state)} did arrive.", shown
    return _outcome(state, name)


def _outcome(state, name):
    seller, details = seller_of(state, name), joined(_refund_details(state), _given_back_words(state))
    sent = latest_parcel(state, "replacement", "repaired")
    if state["resolution"] in ("replacement", "repair") and sent:
        carrier, goods = name(sent["carrier"]), _goods_words(state)
        if sent["status"] == "delivered":
            return f"{carrier} has delivered your {goods}.", details
        return f"{seller} has sent your {goods}.", joined(last_report(sent), details)
    if state["refunds"]:
        return f"{seller} has {_paid(state)} {_refund_sum(state)}.", joined(details, accepted_words(state))
    if total(state, "accepted"):
        return "Your return is accepted, but no money is due.", "The sum below says why."
    if total(state, "rejected"):
        return "Nothing of your return was accepted.", details
    return "Nothing of your return arrived.", "So no money is owed."


def _given_back_words(state: dict) -> str:
    parcel = latest_parcel(state, "goods_given_back")
    if parcel is None:
        return ""
    return (
        "What was not accepted is back with you."
        if parcel["status"] == "delivered"
        else ("What was not accepted is on its way back to you.")
    )


def closed(state, name):
    """The end, and how it came about."""
    return "Your return is closed.", _ended_words(state, name)


def _ended_words(state: dict, name: NameOf) -> str:
    seller, currency = seller_of(state, name), state["currency"]
    owed = still_owed_minor(state)
    if state["defaulted"] and owed:
        return f"{seller} did not pay in time. It owes you {amount(owed, currency)}."
    left = f"You closed it before {amount(owed, currency)} was refunded." if owed else ""
    if state["resolution"] in ("replacement", "repair") and latest_parcel(state, "replacement", "repaired"):
        return f"{seller} sent your {_goods_words(state)}."
    if state["refunds"]:
        paid = f"{seller} has {_paid(state)} {_refund_sum(state)}."
        return joined(paid, _refund_details(state), left)
    return left or joined(_unpaid_reason(state, name), "Nothing was refunded.")


def _unpaid_reason(state: dict, name: NameOf) -> str:
    if state["decline_reason"] is not None:
        return f"{seller_of(state, name)} had declined it: {reason_words(state['decline_reason'])}."
    if last_silence(state, "expired"):
        return "It had lapsed."
    return ""
