"""What the buyer of a return may do now, and which of it is his turn. Pure: the contract decides in the end."""

from ledger_api.pages.turns import LAPSED
from ledger_api.pages.wording import total
from ledger_api.texts import _

OPEN = ("requested", "questioned", "approved")


def primary(state: dict) -> str:
    """The act that is the buyer's turn; empty if it is not his."""
    turn = state["turn"]
    if turn["who"] != "buyer":
        return ""
    acts = {"supply": "answer", "send": "parcel", "reopen": "reopen", "confirm": "confirm"}
    found = acts.get(turn["act"], "")
    return found if found in offered(state) else ""


def offered(state: dict) -> list[str]:
    """Names of all acts that the buyer may do now, the likeliest first."""
    return [name for name, is_open in _CHECKS.items() if is_open(state)]


def _can_cancel(state: dict) -> bool:
    begun = state["returnless"] or state["ruled"] or state["dispute"] or state["refunds"]
    sent = any(parcel["purpose"] != "goods_returned" for parcel in state["parcels"])
    return state["status"] in OPEN and not (begun or sent or total(state, "received"))


def _can_reopen(state: dict) -> bool:
    return (
        state["status"] in LAPSED
        and not state["reopened"]
        and not state["dispute"]
        and state["turn"]["act"] == "reopen"
    )


def _can_send(state: dict) -> bool:
    waits = total(state, "expected") > total(state, "received")
    return state["status"] == "approved" and not state["returnless"] and waits


def _can_confirm(state: dict) -> bool:
    return state["status"] == "approved" and state["turn"]["act"] == "confirm"


def _can_contest(state: dict) -> bool:
    proved = any(item["by"] == "seller" for item in state["confirmations"])
    return _can_confirm(state) and not state["contested"] and not proved


_CHECKS = {
    "answer": lambda state: state["status"] == "questioned",
    "parcel": _can_send,
    "confirm": _can_confirm,
    "contest": _can_contest,
    "reopen": _can_reopen,
    "message": lambda state: state["status"] != "closed",
    "cancel": _can_cancel,
    "veto": lambda state: state["new_buyer_key"] is not None,
}


def labels(state: dict) -> dict[str, str]:
    """What the links and buttons say."""
    sends_again = any(parcel["purpose"] == "goods_returned" and parcel["counts"] for parcel in state["parcels"])
    return {
        "answer": _("Answer the question"),
        "parcel": _("Name another parcel") if sends_again else _("Say how you sent it"),
        "confirm": _("Say that all is well"),
        "contest": _("Say that something did not come"),
        "reopen": _("Ask again"),
        "message": _("Send a message or photos"),
        "cancel": _("Take the return back"),
        "veto": _("That was not me: object"),
    }
