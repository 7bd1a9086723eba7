"""The sum of a return as rows that add up. Pure."""

from ledger_api.rules.amounts import figures
from ledger_api.rules.return_state import pays_money
from ledger_api.texts import _


def still_owed_minor(state: dict) -> int:
    """What the seller owes now; a payment that he was to prove and did not prove counts as not made."""
    if not pays_money(state):
        return 0
    money = state["money"]
    return money["due_minor"] + _unproven_minor(state)


def _unproven_minor(state: dict) -> int:
    """Payments that the buyer contested and silence did not prove, less what was paid since."""
    unproven = [item for item in state["enforcements"] if item["act"] == "prove"]
    if not unproven or not state["contested"]:
        return 0
    at = unproven[-1]["recorded_at"]
    paid_since = sum(item["amount_minor"] for item in state["refunds"] if item["recorded_at"] > at)
    return max(unproven[-1]["owed_minor"] - paid_since - state["money"]["due_minor"], 0)


def money_rows(state: dict) -> list[dict]:
    """Rows {label, minor, text, total}: from what was paid to what is still due; each total is the sum above it."""
    rows = _asked_rows(state)
    if not is_open(state):
        rows += [*_accepted_rows(state), *(_due_rows(state) if pays_money(state) else ())]
    currency = state["currency"]
    return [
        {"label": label, "minor": minor, "text": figures(minor, currency), "total": total}
        for label, minor, total in rows
        if minor or total
    ]


def money_words(state: dict) -> str:
    """Why the sum ends before what is due; empty where it does not."""
    if state["resolution"] == "replacement":
        return _("You are to get a replacement, so no money is due for these goods.")
    if state["resolution"] == "repair":
        return _("You are to get the goods back repaired, so no money is due for them.")
    stands_here = _("What you get of it stands here, part by part, once the goods are checked.")
    return stands_here if is_open(state) else ""


def is_open(state: dict) -> bool:
    """Whether nobody has decided about any piece or paid anything so far, and somebody may."""
    goes_on = state["status"] in ("requested", "questioned", "approved")
    return goes_on and not state["refunds"] and _waits(state) and not any(_decided(line) for line in state["lines"])


def _decided(line: dict) -> int:
    return line["accepted"] + line["rejected"]


def _waits(state: dict) -> bool:
    return any(_decided(line) < line["expected"] for line in state["lines"])


def _goods_minor(money: dict) -> int:
    return money["net_minor"] + money["tax_minor"] + money["duty_minor"]


def _asked_rows(state: dict) -> list[tuple]:
    paid, asked = state["money"]["paid_minor"], state["money"]["requested_minor"]
    return [
        (_("Paid for the whole order"), paid, True),
        (_("Not part of this return"), asked - paid, False),
        (_("Asked back"), asked, True),
    ]


def _accepted_rows(state: dict) -> list[tuple]:
    goods, asked = _goods_minor(state["money"]), state["money"]["requested_minor"]
    complete = all(line["accepted"] == line["requested"] for line in state["lines"])
    rest = _("Not accepted so far") if _waits(state) else _("Not accepted")
    return [
        (_("Rounding") if complete else rest, goods - asked, False),
        (_("Accepted goods, with tax and duty"), goods, True),
    ]


def _due_rows(state: dict) -> list[tuple]:
    """What is due for the accepted goods by the refund rule, and what is left of it."""
    money = state["money"]
    fees = money["diminished_minor"] + money["restocking_minor"] + money["return_shipping_minor"]
    unproven = _unproven_minor(state)
    owed = _goods_minor(money) - fees + money["delivery_minor"] + money["extra_minor"] - money["costs_minor"]
    rows = [
        (_("Lost in value") if state["ruled"] else _("Lost in value by use"), -money["diminished_minor"], False),
        (_("Restocking fee"), -money["restocking_minor"], False),
        (_("Return shipping"), -money["return_shipping_minor"], False),
        (_("Standard delivery"), money["delivery_minor"], False),
        (_("Awarded to you besides"), money["extra_minor"], False),
        (_("Your part of the dispute’s cost"), -money["costs_minor"], False),
        (_("To be refunded"), owed, True),
        (_("Refunded so far"), -money["earlier_minor"] - money["unpaid_minor"], False),
        (_("Of that, counted as not paid"), money["unpaid_minor"], False),
        (_("More than is left of what you paid"), -money["capped_minor"], False),
        (_("Paid ahead of the check") if _waits(state) else _("Paid too much"), money["overpaid_minor"], False),
        (_("Still due"), money["due_minor"], True),
    ]
    if unproven:
        rows += [
            (_("Refunds not shown to have arrived"), unproven, False),
            (_("Owed to you"), money["due_minor"] + unproven, True),
        ]
    return rows
