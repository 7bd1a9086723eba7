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
    short_words,
)
from ledger_api.pages.wording import decided, person, total, yours
from ledger_api.rules.amounts import amount
from ledger_api.rules.wording import NameOf, reason_words
from ledger_api.texts import _, mark, marked, ngettext

# --- Money ------------------------------------------------------------------------------------------------------------


def refund(state, name):
    """The money is due."""
    if decided(state) < total(state, "expected"):
        return _refund_by_law(state, name)
    seller, money = seller_of(state, name), state["money"]
    due = amount(money["due_minor"], state["currency"])
    if _awarded_since_paid(state):
        return _accepted_sentence(state, name), _has_to_refund(state, seller, due)
    if money["refunded_minor"]:
        paid = _("%(seller)s has refunded part: %(amount)s.", seller=seller, amount=_refund_sum(state))
        return paid, joined(_("Still due: %(amount)s.", amount=due), short_words(total(state, "short")))
    if state["returnless"]:
        return _kept(state, seller, due), refused_words(state)
    has_to = _("%(seller)s has to refund %(amount)s.", seller=seller, amount=due)
    if _as_credit(state):
        has_to = _("%(seller)s has to give you store credit of %(amount)s.", seller=seller, amount=due)
    return _accepted_sentence(state, name), joined(has_to, accepted_words(state), short_words(total(state, "short")))


def _has_to_refund(state: dict, seller: str, due: str) -> str:
    """After a dispute that changed what is due."""
    if state["money"]["refunded_minor"]:
        return _("%(seller)s has to refund you %(amount)s more.", seller=seller, amount=due)
    return _("%(seller)s has to refund you %(amount)s.", seller=seller, amount=due)


def _kept(state: dict, seller: str, due: str) -> str:
    """The goods need not be sent."""
    if _as_credit(state):
        return yours(
            "You keep the goods, and %(seller)s gives you store credit of %(amount)s.",
            "The buyer keeps the goods, and %(seller)s gives the buyer store credit of %(amount)s.",
            seller=seller,
            amount=due,
        )
    return yours(
        "You keep the goods, and %(seller)s refunds %(amount)s.",
        "The buyer keeps the goods, and %(seller)s refunds %(amount)s.",
        seller=seller,
        amount=due,
    )


def _awarded_since_paid(state: dict) -> bool:
    """Whether a dispute changed what is due, and nothing was paid since."""
    award = newest_award(state)
    return award is not None and all(item["recorded_at"] <= award["ended_at"] for item in state["refunds"])


def _refund_by_law(state, name):
    """A withdrawal whose goods are not all checked: the law does not wait for that."""
    seller = seller_of(state, name)
    if state["money"]["refunded_minor"]:
        paid = _("%(seller)s has refunded %(amount)s already.", seller=seller, amount=_refund_sum(state))
        return paid, _("The goods are still to be checked.")
    where = yours("Your return is on its way.", "The return is on its way.")
    if total(state, "received"):
        where = yours("Your return has arrived.", "The return has arrived.")
    return where, _("By law %(seller)s has to refund you, whether it has checked the goods or not.", seller=seller)


def _as_credit(state: dict) -> bool:
    return state["resolution"] == "store_credit"


def _paid_sentence(state: dict, seller: str) -> str:
    """What the seller says that it has paid."""
    paid = _refund_sum(state)
    if _as_credit(state):
        return yours(
            "%(seller)s has given you store credit of %(amount)s.",
            "%(seller)s has given the buyer store credit of %(amount)s.",
            seller=seller,
            amount=paid,
        )
    return _("%(seller)s has refunded %(amount)s.", seller=seller, amount=paid)


def _accepted_sentence(state: dict, name: NameOf) -> str:
    award = newest_award(state)
    if award is not None:
        for_buyer, for_anyone = _AWARDED[award["ending"]]
        return yours(for_buyer, for_anyone, seller=seller_of(state, name))
    instead, silence = last_silence(state, "refund_instead"), last_silence(state, "accepted")
    if instead:
        return yours(
            "You get money, as no goods were sent to you in time.",
            "The buyer gets money, as no goods were sent to the buyer in time.",
        )
    if silence or not state["inspections"]:
        return yours("Your return counts as accepted.", "The return counts as accepted.")
    who = person(state["inspections"][-1]["participant"], name)
    if total(state, "rejected"):
        return yours("%(who)s has accepted part of your return.", "%(who)s has accepted part of the return.", who=who)
    return yours("%(who)s has accepted your return.", "%(who)s has accepted the return.", who=who)


_AWARDED = {  # how a dispute ended that changed what is due → for the buyer, for anyone
    "settled": (mark("You and %(seller)s have agreed."), mark("The buyer and %(seller)s have agreed.")),
    "ruled": (
        mark("An arbitrator has decided about your return."),
        mark("An arbitrator has decided about the return."),
    ),
    "ruled_on_appeal": (
        mark("A panel of arbitrators has decided about your return."),
        mark("A panel of arbitrators has decided about the return."),
    ),
    "by_default": (
        mark("Your dispute has ended as the terms say, as no arbitrator decided."),
        mark("The dispute has ended as the terms say, as no arbitrator decided."),
    ),
}


def _refund_sum(state: dict) -> str:
    money = state["money"]
    return amount(money["refunded_minor"] + money["goodwill_minor"], state["currency"])


def _refund_details(state: dict) -> str:
    money, currency = state["money"], state["currency"]
    goodwill, overpaid = money["goodwill_minor"], money["overpaid_minor"]
    return joined(
        _("Of that, %(amount)s is a gift.", amount=amount(goodwill, currency)) if goodwill else "",
        _("%(amount)s more than it had to.", amount=amount(overpaid, currency)) if overpaid else "",
    )


# --- Goods to the buyer -----------------------------------------------------------------------------------------------


def replace(state, name):
    """The replacement or the repaired goods are due."""
    seller = seller_of(state, name)
    if state["resolution"] == "repair":
        sentence = yours(
            "Your return is accepted, and %(seller)s has to send your repaired goods.",
            "The return is accepted, and %(seller)s has to send the repaired goods.",
            seller=seller,
        )
    else:
        sentence = yours(
            "Your return is accepted, and %(seller)s has to send your replacement.",
            "The return is accepted, and %(seller)s has to send the replacement.",
            seller=seller,
        )
    return sentence, accepted_words(state)


def give_back(state, name):
    """What was not accepted is to come back."""
    seller = seller_of(state, name)
    if state["defaulted"]:
        return _defaulted_sentence(state, name), _("Besides: %(sentence)s", sentence=_to_give_back(state, seller))
    more = joined(_to_give_back(state, seller), _paid_for_the_rest(state))
    if total(state, "accepted"):
        return yours("Part of your return was not accepted.", "Part of the return was not accepted."), more
    return _nothing_accepted(), more


def _to_give_back(state: dict, seller: str) -> str:
    return ngettext(
        "%(seller)s has to send back %(num)s piece.",
        "%(seller)s has to send back %(num)s pieces.",
        total(state, "rejected"),
        seller=seller,
    )


def _paid_for_the_rest(state: dict) -> str:
    if not state["refunds"]:
        return ""
    paid = _refund_sum(state)
    if _as_credit(state):
        return _("It has given you store credit of %(amount)s for the rest.", amount=paid)
    return _("It has refunded %(amount)s for the rest.", amount=paid)


def _nothing_accepted() -> str:
    return yours("Nothing of your return was accepted.", "Nothing of the return was accepted.")


# --- Outcome ----------------------------------------------------------------------------------------------------------


def prove(state, name):
    """The buyer says that nothing came."""
    promised, seller = _promised(state), seller_of(state, name)
    if promised == "refund":
        to_show = _(
            "%(seller)s has to show that it sent the refund of %(amount)s.", seller=seller, amount=_refund_sum(state)
        )
    else:
        to_show = marked(_TO_SHOW[promised], seller=seller)
    return yours(*_NOT_ARRIVED[promised]), to_show


_NOT_ARRIVED = {  # what was promised → for the buyer, for anyone
    "repair": (
        mark("You said that the repaired goods did not arrive."),
        mark("The buyer said that the repaired goods did not arrive."),
    ),
    "replacement": (
        mark("You said that the replacement did not arrive."),
        mark("The buyer said that the replacement did not arrive."),
    ),
    "store_credit": (
        mark("You said that the store credit did not arrive."),
        mark("The buyer said that the store credit did not arrive."),
    ),
    "refund": (
        mark("You said that the refund did not arrive."),
        mark("The buyer said that the refund did not arrive."),
    ),
    "goods": (mark("You said that the goods did not arrive."), mark("The buyer said that the goods did not arrive.")),
}
_TO_SHOW = {
    "repair": mark("%(seller)s has to show that it sent the repaired goods."),
    "replacement": mark("%(seller)s has to show that it sent the replacement."),
    "store_credit": mark("%(seller)s has to show that it sent the store credit."),
    "goods": mark("%(seller)s has to show that it sent the goods."),
}
_SAYS_ARRIVED = {
    "repair": mark("%(seller)s says that the repaired goods did arrive."),
    "replacement": mark("%(seller)s says that the replacement did arrive."),
    "store_credit": mark("%(seller)s says that the store credit did arrive."),
    "refund": mark("%(seller)s says that the refund did arrive."),
    "goods": mark("%(seller)s says that the goods did arrive."),
}


def _promised(state: dict) -> str:
    """What the buyer was to get: repair, replacement, store_credit, refund or goods."""
    if state["resolution"] in ("replacement", "repair"):
        return state["resolution"]
    if state["refunds"]:
        return "store_credit" if _as_credit(state) else "refund"
    return "goods"


def _defaulted_sentence(state: dict, name: NameOf) -> str:
    seller, owed = seller_of(state, name), still_owed_minor(state)
    if owed:
        return yours(
            "%(seller)s owes you %(amount)s.",
            "%(seller)s owes the buyer %(amount)s.",
            seller=seller,
            amount=amount(owed, state["currency"]),
        )
    return _("%(seller)s has paid, but too late.", seller=seller)


def confirm(state, name):
    """All is done; the buyer has the last word."""
    seller = seller_of(state, name)
    if state["defaulted"]:
        owed = _("It did not pay in time.") if still_owed_minor(state) else ""
        on_record = _("That stands on record, for everyone who takes part to see.")
        return _defaulted_sentence(state, name), joined(owed, on_record)
    answers = [item for item in state["confirmations"] if item["by"] == "seller"]
    if answers:
        shown = _("It says that a document shows it.") if answers[-1]["evidence"] else ""
        return marked(_SAYS_ARRIVED[_promised(state)], seller=seller), shown
    return _outcome(state, name)


def _outcome(state, name):
    details = joined(_refund_details(state), _given_back_words(state))
    sent = latest_parcel(state, "replacement", "repaired")
    if state["resolution"] in ("replacement", "repair") and sent:
        if sent["status"] == "delivered":
            return _goods_delivered(state, name(sent["carrier"])), details
        return _goods_sent(state, seller_of(state, name)), joined(last_report(sent), details)
    if state["refunds"]:
        return _paid_sentence(state, seller_of(state, name)), joined(details, accepted_words(state))
    if total(state, "accepted"):
        unpaid = yours("Your return is accepted, but no money is due.", "The return is accepted, but no money is due.")
        return unpaid, _("The sum below says why.")
    if total(state, "rejected"):
        return _nothing_accepted(), details
    nothing = yours("Nothing of your return arrived.", "Nothing of the return arrived.")
    return nothing, _("So no money is owed.")


def _goods_delivered(state: dict, carrier: str) -> str:
    if state["resolution"] == "repair":
        return yours(
            "%(carrier)s has delivered your repaired goods.",
            "%(carrier)s has delivered the repaired goods.",
            carrier=carrier,
        )
    return yours(
        "%(carrier)s has delivered your replacement.", "%(carrier)s has delivered the replacement.", carrier=carrier
    )


def _goods_sent(state: dict, seller: str) -> str:
    if state["resolution"] == "repair":
        return yours(
            "%(seller)s has sent your repaired goods.", "%(seller)s has sent the repaired goods.", seller=seller
        )
    return yours("%(seller)s has sent your replacement.", "%(seller)s has sent the replacement.", seller=seller)


def _given_back_words(state: dict) -> str:
    parcel = latest_parcel(state, "goods_given_back")
    if parcel is None:
        return ""
    if parcel["status"] == "delivered":
        return _("What was not accepted is back with you.")
    return _("What was not accepted is on its way back to you.")


def closed(state, name):
    """The end, and how it came about."""
    return yours("Your return is closed.", "The return is closed."), _ended_words(state, name)


def _ended_words(state: dict, name: NameOf) -> str:
    seller, owed_minor = seller_of(state, name), still_owed_minor(state)
    owed = amount(owed_minor, state["currency"])
    if state["defaulted"] and owed_minor:
        return _("%(seller)s did not pay in time. It owes you %(amount)s.", seller=seller, amount=owed)
    left = _("You closed it before %(amount)s was refunded.", amount=owed) if owed_minor else ""
    if state["resolution"] in ("replacement", "repair") and latest_parcel(state, "replacement", "repaired"):
        repaired = _("%(seller)s sent your repaired goods.", seller=seller)
        return repaired if state["resolution"] == "repair" else _("%(seller)s sent your replacement.", seller=seller)
    if state["refunds"]:
        return joined(_paid_sentence(state, seller), _refund_details(state), left)
    return left or joined(_unpaid_reason(state, name), _("Nothing was refunded."))


def _unpaid_reason(state: dict, name: NameOf) -> str:
    if state["decline_reason"] is not None:
        reason = reason_words(state["decline_reason"])
        return _("%(seller)s had declined it: %(reason)s.", seller=seller_of(state, name), reason=reason)
    if last_silence(state, "expired"):
        return _("It had lapsed.")
    return ""
