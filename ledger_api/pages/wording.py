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
    "missing_parts": "Parts are missing",
    "other_ground": "Another ground",
    "not_returnable": "This article cannot be returned",
    "did_not_occur": "It did not happen",
    "incorrect_data": "What was recorded is wrong",
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
    final = " Part of it was sold as final." if state["final_sale"] else ""
    money = amount(state["money"]["requested_minor"], state["currency"])
    return f"Your return is waiting for {name(state['seller'])} to answer.", (
        f"You asked to send back {counted(pieces, 'piece')} for {money}.{late}{final}"
    )


def _questioned(state, name):
    return f"{name(state['seller'])} has a question about your return.", "It goes on once you have answered."


def _declined(state, name):
    if state["decline_reason"] is None:
        late = "it came after the return window" if state["late"] else "part of it was sold as final"
        return "Your return counts as declined.", f"{name(state['seller'])} did not answer, and {late}."
    return f"{name(state['seller'])} has declined your return.", f"Its reason: {reason_words(state['decline_reason'])}."


def _cancelled(state, name):
    return "You have taken your return back.", ""


def _expired(state, name):
    return "Your return has lapsed.", "What was asked of you was not done in time."


def _send(state, name):
    if state["kind"] == "withdrawal":
        return "You have withdrawn from the sale.", f"{name(state['seller'])} has to refund you once the goods are sent."
    silent = any(item["act"] == "answer" for item in state["enforcements"])
    approved = "Your return counts as approved" if silent else f"{name(state['seller'])} has approved your return"
    why = f"{name(state['seller'])} did not answer in time. " if silent else ""
    return f"{approved}.", f"{why}The parcel has not been handed over yet."


def _receive(state, name):
    """On its way: the words are those of the parcel that was heard of last."""
    parcel = _latest_parcel(state)
    carrier = name(parcel["carrier"])
    if parcel["status"] == "delivered":
        checker = name(state["turn"]["participant"])
        return f"{carrier} has delivered your return.", f"{checker} has yet to confirm that it arrived."
    return _DELIVERING.get(parcel["status"], "Your return is with {}.").format(carrier), _last_report(parcel)


def _latest_parcel(state: dict) -> dict:
    """The returned goods' parcel whose carrier spoke last; one that nobody spoke of, if there is no other."""
    returned = [parcel for parcel in state["parcels"] if parcel["purpose"] == "goods_returned"]
    return max(returned, key=lambda parcel: [item["occurred_at"] for item in parcel["checkpoints"]][-1:])


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


def _inspect(state, name):
    return f"{name(state['turn']['participant'])} has received your return and is checking it.", ""


def _refund(state, name):
    seller, money = name(state["seller"]), amount(state["money"]["due_minor"], state["currency"])
    undecided = any(line["expected"] > line["accepted"] + line["rejected"] for line in state["lines"])
    if undecided:
        return f"Your return is on its way, and {seller} has to refund you.", "By law it does not wait for its check."
    accepted = sum(line["accepted"] for line in state["lines"])
    received = sum(line["received"] for line in state["lines"])
    if state["returnless"]:
        return f"You keep the goods, and {seller} refunds {money}.", ""
    if any(item["consequence"] == "accepted" for item in state["enforcements"]):
        return "Your return counts as accepted.", f"Nobody checked it in time. {seller} has to refund {money}."
    checker = name(state["inspections"][-1]["participant"])
    return f"{checker} has accepted your return.", (
        f"Accepted: {accepted:,} of {counted(received, 'piece')}. {seller} has to refund {money}."
    )


def _replace(state, name):
    what = "repaired goods" if state["resolution"] == "repair" else "replacement"
    return f"Your return is accepted, and {name(state['seller'])} has to send the {what}.", ""


def _give_back(state, name):
    pieces = sum(line["rejected"] for line in state["lines"])
    return f"{name(state['seller'])} has to send back what it did not accept.", f"{counted(pieces, 'piece')}."


def _prove(state, name):
    return f"You said that nothing arrived, and {name(state['seller'])} has to answer.", ""


def _confirm(state, name):
    seller = name(state["seller"])
    if state["defaulted"]:
        owed = amount(state["money"]["owed_minor"], state["currency"])
        return f"{seller} did not pay in time. It owes you {owed}.", "That stands in this record, for all members to see."
    if state["refunds"]:
        return f"{seller} has refunded {_refund_sum(state)}.", ""
    if any(line["accepted"] for line in state["lines"]) and state["resolution"] in ("replacement", "repair"):
        return f"{seller} has sent your {'goods' if state['resolution'] == 'repair' else 'replacement'}.", ""
    return "Nothing of your return was accepted.", ""


def _closed(state, name):
    if state["defaulted"]:
        owed = amount(state["money"]["owed_minor"], state["currency"])
        return "Your return is closed.", f"{name(state['seller'])} owes you {owed}."
    if not state["refunds"]:
        return "Your return is closed.", "Nothing was refunded."
    return "Your return is closed.", f"{name(state['seller'])} refunded {_refund_sum(state)}."


def _refund_sum(state: dict) -> str:
    money = state["money"]
    return amount(money["refunded_minor"] + money["goodwill_minor"], state["currency"])


_STANDING = {
    "requested": _requested,
    "questioned": _questioned,
    "declined": _declined,
    "cancelled": _cancelled,
    "expired": _expired,
    "closed": _closed,
    "send": _send,
    "receive": _receive,
    "inspect": _inspect,
    "refund": _refund,
    "replace": _replace,
    "give_back": _give_back,
    "prove": _prove,
    "confirm": _confirm,
}

# --- Whose turn, until when, then what --------------------------------------------------------------------------------

# Act → what is to be done, as it follows "has until … to" and "has to".
_ACTS = {
    "answer": "answer",
    "supply": "answer the seller’s question",
    "send": "send the parcel",
    "receive": "confirm that the parcel arrived",
    "inspect": "check the goods",
    "refund": "refund you",
    "replace": "send what you are to get",
    "give_back": "send back what it did not accept",
    "prove": "show that it paid",
    "confirm": "say whether all is well",
    "reopen": "ask again, once",
}
_ADVICE = {  # for the buyer, at his turns
    "supply": "Answer the question, and it is the seller’s turn again.",
    "send": "Pack the goods, hand them to a carrier and keep its receipt.",
    "confirm": "Look whether what you were promised has reached you. If it has not, say so in time.",
    "reopen": "If you do not agree, you can ask once more, with what is new.",
}
_CONSEQUENCES = {  # what silence means, as it follows "After that"
    "approved": "your return counts as approved",
    "declined": "your return counts as declined",
    "expired": "your return lapses",
    "accepted": "the goods count as accepted in full",
    "short": "the pieces that did not arrive count as not sent",
    "defaulted": "what is owed to you stands against the seller, for all members to see",
    "refund_instead": "you get your money back instead",
    "closed": "this return closes",
}


def turn_words(state: dict, name: NameOf, now: int) -> dict:
    """{who, act, until, left, late, then, from_, show, advice}: who has to do what, the date, and what silence means.

    `who` is empty where nobody has to act. `until`, and `from_`, from which on anybody may call for the consequence
    `then`, are Unix seconds UTC; None where no date is set.
    """
    turn = state["turn"]
    words = {"who": "", "act": "", "until": turn["until"], "left": "", "late": False, "then": "", "from_": None}
    words["advice"] = "Nothing to do for you now."
    if turn["who"] == "nobody":
        return words
    words.update(left=time_left(turn["until"], now), late=turn["until"] < now)
    words["show"] = "day" if abs(turn["until"] - now) > 2 * DAY_S else "moment"
    words.update(then=_CONSEQUENCES[turn["consequence"]], from_=turn["enforceable_at"], act=_ACTS[turn["act"]])
    if turn["who"] == "buyer":
        return {**words, "who": "You", "advice": _ADVICE[turn["act"]]}
    return {**words, "who": name(turn["participant"])}


def parties(state: dict, name: NameOf) -> list[dict]:
    """[{role, name, acts}], each participant of a role once, in the order in which the goods pass them."""
    turn = state["turn"]
    found = [_party("Buyer", "You", turn["who"] == "buyer")]
    for number in dict.fromkeys(parcel["carrier"] for parcel in state["parcels"]):
        found.append(_party("Carrier", name(number), False))
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
            "short": line["short"],
            "grade": grade_words(line["grade"]) if _inspected(line) else "",
        }
        for line in state["lines"]
    ]


def _inspected(line: dict) -> bool:
    return bool(line["accepted"] or line["rejected"])


_PURPOSES = {
    "goods_returned": "",
    "replacement": ": your replacement",
    "repaired": ": your repaired goods",
    "goods_given_back": ": goods on their way back to you",
}


def parcel_rows(state: dict, name: NameOf) -> list[dict]:
    """Parcels, the newest on top, each with its timeline, the newest on top."""
    count = len(state["parcels"])
    rows = []
    for number, parcel in reversed(list(enumerate(state["parcels"], 1))):
        carrier = name(parcel["carrier"])
        title = f"Parcel {number}, {carrier}" if count > 1 else carrier
        title += _PURPOSES[parcel["purpose"]]
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
    "documented": "{} says so, with a document",
    "mutual": "{} and the other side both say so",
}


def source_words(item: dict, carrier: str, name: NameOf) -> str:
    """Who says so, how well corroborated, for whom, how often."""
    words = [_CORROBORATION.get(item["corroboration"], "{} says so").format(carrier)]
    if item["performer"]:
        words.append(f"done by {name(item['performer'])}")
    if item["reported"] > 1:
        words.append(f"reported {item['reported']:,} times")
    return ", ".join(words)
