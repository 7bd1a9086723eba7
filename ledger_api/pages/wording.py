"""What the state of a return is in words, for its buyer. Pure: a state and a function from numbers to names go in."""

from collections.abc import Callable

from ledger_api.pages.countries import country_name
from ledger_api.pages.money import amount
from ledger_api.pages.times import DAY_S, counted, time_left
from ledger_api.vocabulary import CHECKPOINT_LABELS, GRADES, INCIDENT_LABELS, REASONS, CheckpointKind, Incident

NameOf = Callable[[int], str]

REASON_WORDS = {  # handle → words
    "unwanted": "No longer wanted",
    "size_too_small": "Too small",
    "size_too_large": "Too large",
    "color": "Colour not as expected",
    "style": "Style not as expected",
    "defective": "Defective",
    "not_as_described": "Not as described",
    "wrong_item": "Wrong item sent",
    "arrived_damaged": "Arrived damaged",
    "arrived_late": "Arrived too late",
    "final_sale": "The sale was final",
    "return_period_ended": "The return window had ended",
    "other": "Another reason",
}


def reason_words(reason: int) -> str:
    """A reason in words; a number that stands in no table is shown as a number, never as a guess."""
    _, handle = REASONS.get(reason, ("", ""))
    return REASON_WORDS.get(handle, f"Reason {reason}")


def grade_words(grade: int) -> str:
    """A grade's letter, or that there is none."""
    return "Not graded" if grade == 0 else GRADES.get(grade, f"Grade {grade}")


# --- Where things stand -----------------------------------------------------------------------------------------------


def standing(state: dict, name: NameOf) -> tuple[str, str]:
    """Where things stand: one sentence, and a second that may be empty."""
    return _STANDING[_stage(state)](state, name)


def for_anyone(sentence: str) -> str:
    """The same sentence where its reader need not be the buyer."""
    return sentence.replace("Your ", "The ").replace("your ", "the ").replace(" back to you", " back")


def _stage(state: dict) -> str:
    """The status; for an approved return what is to be done next."""
    return state["turn"]["act"] if state["status"] == "approved" else state["status"]


def _requested(state, name):
    pieces = sum(line["requested"] for line in state["lines"])
    late = " It was asked for after the return window had ended." if state["late"] else ""
    money = amount(state["money"]["requested_minor"], state["currency"])
    return f"Your return is waiting for {name(state['seller'])} to answer.", (
        f"You asked to send back {counted(pieces, 'piece')} for {money}.{late}"
    )


def _declined(state, name):
    return f"{name(state['seller'])} has declined your return.", f"Its reason: {reason_words(state['decline_reason'])}."


def _send(state, name):
    return f"{name(state['seller'])} has approved your return.", "The parcel has not been handed over yet."


def _deliver(state, name):
    parcel = state["parcels"][-1]
    carrier = name(parcel["carrier"])
    return _DELIVERING.get(parcel["status"], "Your return is with {}.").format(carrier), _last_report(parcel)


def _last_report(parcel: dict) -> str:
    if not parcel["checkpoints"]:
        return "It has reported nothing yet."
    last = parcel["checkpoints"][-1]
    place = f", {country_name(last['country'])}" if last["country"] else ""
    words = f"“{last['code']}”" if last["kind"] == "unknown" and last["code"] else happened(last)
    return f"Last report: {words}{place}."


_DELIVERING = {
    "label_created": "Your return is about to be handed to {}.",
    "on_hold": "Your return is on hold with {}.",
    "delivery_failed": "{} could not deliver your return.",
    "return_to_sender": "{} is bringing your parcel back to you.",
    "returned": "{} has brought your parcel back to you.",
    "lost": "{} reports your parcel as lost.",
    "damaged": "{} reports your parcel as damaged.",
    "delayed": "Your return is delayed with {}.",
    "cancelled": "{} reports the parcel as cancelled.",
}


def _receive(state, name):
    checker = name(state["turn"]["participant"])
    carrier = name(state["parcels"][-1]["carrier"])
    return f"{carrier} has delivered your return.", f"{checker} has yet to confirm that it arrived."


def _inspect(state, name):
    return f"{name(state['turn']['participant'])} has received your return and is checking it.", ""


def _refund(state, name):
    accepted = sum(line["accepted"] for line in state["lines"])
    received = sum(line["received"] for line in state["lines"])
    checker = name(state["inspections"][-1]["participant"])
    money = amount(state["money"]["accepted_minor"], state["currency"])
    if not accepted:
        return f"{checker} has checked your return and accepted nothing.", ""
    return f"{checker} has accepted your return.", f"Accepted: {accepted:,} of {counted(received, 'piece')}, {money}."


def _refunded(state, name):
    return f"{name(state['seller'])} has refunded {_refund_sum(state)}.", ""


def _closed(state, name):
    if not state["refunds"]:
        return "Your return is closed.", "Nothing was refunded."
    return "Your return is closed.", f"{name(state['seller'])} refunded {_refund_sum(state)}."


def _refund_sum(state: dict) -> str:
    return amount(state["money"]["refunded_minor"], state["currency"])


_STANDING = {
    "requested": _requested,
    "declined": _declined,
    "closed": _closed,
    "send": _send,
    "deliver": _deliver,
    "receive": _receive,
    "inspect": _inspect,
    "refund": _refund,
    "close": _refunded,
}

# --- Whose turn, until when -------------------------------------------------------------------------------------------

# Act → what is to be done, as it follows "has until … to" and "has to".
_ACTS = {
    "answer": "answer",
    "send": "send the parcel",
    "deliver": "deliver the parcel",
    "receive": "confirm that the parcel arrived",
    "inspect": "check the goods",
    "refund": "refund you",
}


def turn_words(state: dict, name: NameOf, now: int) -> dict:
    """{who, act, until, left, late, advice}: who has to do what, the date, the days, and what that means for the buyer.

    `who` is empty where nobody has to act; `until` is Unix seconds UTC, None where no date is set."""
    turn = state["turn"]
    words = {"who": "", "act": "", "until": turn["until"], "left": "", "late": False}
    if turn["until"] is not None:
        words.update(left=time_left(turn["until"], now), late=turn["until"] < now)
    if turn["who"] == "nobody":
        return {**words, "advice": "Nothing to do for you now."}
    if turn["act"] == "close":
        return {**words, "advice": _closing(state)}
    act = _ACTS[turn["act"]]
    if turn["who"] == "buyer":
        return {
            **words,
            "who": "You",
            "act": act,
            "advice": "Pack the goods, hand them to a carrier and keep its receipt.",
        }
    return {**words, "who": name(turn["participant"]), "act": act, "advice": "Nothing to do for you now."}


def _closing(state: dict) -> str:
    if state["refunds"]:
        return "Look whether the money has reached you. If it has, you can close this return; no date is set for it."
    return "You can close this return; no date is set for it."


def parties(state: dict, name: NameOf) -> list[dict]:
    """[{role, name, acts}], each participant of a role once, in the order in which the goods pass them."""
    turn = state["turn"]
    found = [_party("Buyer", "You", turn["who"] == "buyer")]
    for number in dict.fromkeys(parcel["carrier"] for parcel in state["parcels"]):
        found.append(_party("Carrier", name(number), turn["who"] == "carrier" and turn["participant"] == number))
    if state["inspector"]:
        found.append(_party("Inspector", name(state["inspector"]), turn["who"] == "inspector"))
    found.append(_party("Seller", name(state["seller"]), turn["who"] == "seller"))
    return found


def _party(role: str, name: str, acts: bool) -> dict:
    return {"role": role, "name": name, "acts": acts}


# --- Lines and parcels ------------------------------------------------------------------------------------------------


def line_rows(state: dict) -> list[dict]:
    """The lines; `grade` is empty until something was found."""
    return [
        {
            "item": line["line"] + 1,  # People count from one.
            "requested": line["requested"],
            "reason": reason_words(line["reason"]),
            "received": line["received"],
            "accepted": line["accepted"],
            "grade": grade_words(line["grade"]) if _inspected(line) else "",
        }
        for line in state["lines"]
    ]


def _inspected(line: dict) -> bool:
    return bool(line["accepted"] or line["rejected"])


def parcel_rows(state: dict, name: NameOf) -> list[dict]:
    """Parcels, the newest on top, each with its timeline, the newest on top."""
    count = len(state["parcels"])
    rows = []
    for number, parcel in reversed(list(enumerate(state["parcels"], 1))):
        carrier = name(parcel["carrier"])
        title = f"Parcel {number}, {carrier}" if count > 1 else carrier
        timeline = [timeline_row(item, carrier, name) for item in reversed(parcel["checkpoints"])]
        rows.append(
            {"parcel_id": parcel["parcel_id"], "title": title, "timeline": timeline, "added_at": parcel["added_at"]}
        )
    return rows


def timeline_row(item: dict, carrier: str, name: NameOf) -> dict:
    """One checkpoint in words; `recorded_at` only where it differs from the claimed time by more than a day."""
    differs = abs(item["recorded_at"] - item["occurred_at"]) > DAY_S
    return {
        "id": f"{item['occurred_at']}-{item['kind']}-{item['incident']}-{item['country']}-{item['code']}",
        "occurred_at": item["occurred_at"],
        "recorded_at": item["recorded_at"] if differs else None,
        "country": item["country"],
        "what": happened(item),
        "why": INCIDENT_LABELS[Incident[item["incident"].upper()]],
        "code": "" if item["kind"] == "unknown" else item["code"],  # It stands in `what` already.
        "source": source_words(item, carrier, name),
    }


def happened(item: dict) -> str:
    """What happened; a status that is in no table is quoted."""
    kind = CheckpointKind[item["kind"].upper()]
    if kind is CheckpointKind.UNKNOWN and item["code"]:
        return f"Reported by the carrier as “{item['code']}”"
    return CHECKPOINT_LABELS[kind]


_CORROBORATION = {
    "claimed": "{} alone says so",
    "claimed_with_document": "{} says so, with a document",
    "signed_by_both": "{} and the other side both say so",
}


def source_words(item: dict, carrier: str, name: NameOf) -> str:
    """Who says so, how well corroborated, for whom, how often."""
    words = [_CORROBORATION.get(item["corroboration"], "{} says so").format(carrier)]
    if item["performer"]:
        words.append(f"done by {name(item['performer'])}")
    if item["reported"] > 1:
        words.append(f"reported {item['reported']:,} times")
    return ", ".join(words)
