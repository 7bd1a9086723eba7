"""What pages say: money, days, reasons and turns in plain words."""

import time

from ledger_api.vocabulary import CHECKPOINT_LABELS, CURRENCY_DECIMALS, GRADES, REASONS, CheckpointKind

DAY_S = 86_400
REASON_WORDS = {
    "unwanted": "Not wanted any more",
    "size_too_small": "Too small",
    "size_too_large": "Too large",
    "color": "Another colour than expected",
    "style": "Another style than expected",
    "defective": "Defective",
    "not_as_described": "Not as described",
    "wrong_item": "The wrong article came",
    "arrived_damaged": "Arrived damaged",
    "arrived_late": "Arrived too late",
    "final_sale": "The sale was final",
    "return_period_ended": "The time to return was over",
    "other": "Another reason",
}
ACTS = {  # act → what somebody has to do, after "has until 4 December to"
    "answer": "answer the request",
    "send": "hand over the parcel",
    "deliver": "deliver the parcel",
    "receive": "confirm that the goods arrived",
    "inspect": "inspect the goods",
    "refund": "release the refund",
}


def money(minor: int, currency: str) -> str:
    """12840, EUR → 128.40 EUR; decimals as ISO 4217 has them."""
    decimals = CURRENCY_DECIMALS.get(currency, 2)
    if decimals == 0:
        return f"{minor:,} {currency}"
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{'-' if minor < 0 else ''}{whole:,}.{rest:0{decimals}d} {currency}"


def day(at: int) -> str:
    """A day in words, UTC; pages show it in the reader's zone where scripts run."""
    moment = time.gmtime(at)
    return f"{moment.tm_mday} {time.strftime('%B %Y', moment)}"


def stamp(at: int) -> str:
    """Machine-readable UTC time."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def minute(at: int) -> str:
    """Day and minute, UTC."""
    moment = time.gmtime(at)
    return f"{moment.tm_mday} {time.strftime('%b %Y, %H:%M', moment)} UTC"


def days_left(until: int, now: int) -> str:
    """How long it is until then, counted in days."""
    days = (until - now) // DAY_S
    if until < now:
        late = -((until - now) // DAY_S)
        return "today was the last day" if late == 0 else f"{late} day{'s' if late > 1 else ''} late"
    return "today" if days == 0 else "1 day left" if days == 1 else f"{days} days left"


def reason(number: int) -> str:
    """A reason from the registry in words."""
    return REASON_WORDS.get(REASONS.get(number, ("", "other"))[1], f"Reason {number}")


def grade(number: int) -> str:
    """A grade; a dash if there is none."""
    return "–" if number == 0 else GRADES.get(number, str(number))


def happened(checkpoint: dict) -> str:
    """What a checkpoint says; the carrier's own code where no table knows it."""
    kind = CheckpointKind[checkpoint["kind"].upper()]
    if kind == CheckpointKind.UNKNOWN:
        return f"Reported by the carrier as “{checkpoint['code'] or 'no code'}”"
    return CHECKPOINT_LABELS[kind]


def standing(state: dict, name_of) -> str:
    """Where things stand, in one sentence."""
    seller = name_of(state["seller"])
    refunded = state["money"]["refunded_minor"]
    if refunded:
        closed = " The return is closed." if state["status"] == "closed" else ""
        return f"{seller} has refunded {money(refunded, state['currency'])}.{closed}"
    if state["status"] == "requested":
        return f"The return is requested. {seller} has not answered yet."
    if state["status"] == "declined":
        return f"{seller} declined the return: {reason(state['decline_reason']).lower()}."
    if state["status"] == "closed":
        return "The return is closed without a refund."
    return _standing_of_approved(state, seller, name_of)


def _standing_of_approved(state: dict, seller: str, name_of) -> str:
    if state["inspections"]:
        return f"The goods are inspected. {seller} has to release the refund."
    if state["receptions"]:
        return "The goods have arrived and wait for inspection."
    if not state["parcels"]:
        return f"{seller} approved the return. The parcel is not on its way yet."
    parcel = state["parcels"][-1]
    carrier = name_of(parcel["carrier"])
    if parcel["status"] == "delivered":
        return f"{carrier} has delivered the parcel."
    return f"The parcel is with {carrier}."


def turn(state: dict, name_of, now: int) -> dict:
    """Whose turn it is: {who, text, until, left, late}; `until` None where no day is set."""
    due = state["turn"]
    if due["act"] not in ACTS:
        text = "Nobody has to do anything now." if due["act"] == "none" else "Nothing has to be done now."
        return {"who": None, "text": text, "until": None, "left": "", "late": False}
    name = name_of(due["participant"]) if due["participant"] else "The buyer"
    return {
        "who": due["who"],
        "text": f"{name} has until {day(due['until'])} to {ACTS[due['act']]}.",
        "until": due["until"],
        "left": days_left(due["until"], now),
        "late": due["until"] < now,
    }
