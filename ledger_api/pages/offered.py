"""What the buyer of a return may do now, and which of it is his turn. Pure: the contract decides in the end."""

from ledger_api.pages.disputed import awaited_dispute, open_dispute
from ledger_api.pages.turns import LAPSED
from ledger_api.pages.wording import total
from ledger_api.texts import _

BEFORE_RULING = ("inquiry", "answered", "under_review")
OPEN = ("requested", "questioned", "approved")
TURNS = {"supply": "answer", "send": "parcel", "reopen": "reopen", "confirm": "confirm"}
DISPUTE_TURNS = {"answer": "answer-dispute", "escalate": "escalate", "appeal": "appeal"}
SILENCES_OF_SELLER = ("accepted", "defaulted", "refund_instead")  # consequences that he may dispute
DISPUTE_LIMIT = 3  # of each side; the contract's


def primary(state: dict, now: int) -> str:
    """The act that is the buyer's turn; empty if it is not his."""
    dispute = awaited_dispute(state)
    turn, acts = (state["turn"], TURNS) if dispute is None else (dispute["turn"], DISPUTE_TURNS)
    if turn["who"] not in ("buyer", "either"):
        return ""
    found = acts.get(turn["act"], "")
    return found if found in offered(state, now) else ""


def offered(state: dict, now: int) -> list[str]:
    """Names of all acts that the buyer may do now, the likeliest first."""
    return [name for name, is_open in _CHECKS.items() if is_open(state, now)]


def standing_offer(dispute: dict) -> str | None:
    """What the buyer can accept: digest of the seller's standing offer, or `claim` for what the seller claims."""
    for offer in reversed(dispute["offers"]):
        if offer["stands"] and offer["participant"]:
            return offer["offer"]
    claims = dispute["opened_by"] == "seller" and dispute["stage"] in BEFORE_RULING
    return "claim" if claims else None


# --- The return


def _can_cancel(state: dict, now: int) -> bool:
    begun = state["returnless"] or state["ruled"] or state["dispute"] or state["refunds"]
    sent = any(parcel["purpose"] != "goods_returned" for parcel in state["parcels"])
    return state["status"] in OPEN and not (begun or sent or total(state, "received"))


def _can_reopen(state: dict, now: int) -> bool:
    lapsed = state["status"] in LAPSED and not state["reopened"] and not state["dispute"]
    return lapsed and state["turn"]["act"] == "reopen" and now < state["turn"]["enforceable_at"]


def _can_send(state: dict, now: int) -> bool:
    waits = total(state, "expected") > total(state, "received")
    return state["status"] == "approved" and not state["returnless"] and waits


def _can_confirm(state: dict, now: int) -> bool:
    return state["status"] == "approved" and state["turn"]["act"] == "confirm"


def _can_contest(state: dict, now: int) -> bool:
    proved = any(item["by"] == "seller" for item in state["confirmations"])
    return _can_confirm(state, now) and not state["contested"] and not proved


def close_window(state: dict) -> int:
    """Until when the seller may still dispute what his silence did, Unix seconds UTC; 0 if it did nothing unpaid."""
    did = [item for item in state["enforcements"] if item["consequence"] in SILENCES_OF_SELLER]
    if not did:
        return 0
    at = did[-1]["recorded_at"]
    settled = not state["money"]["due_minor"] and any(item["recorded_at"] >= at for item in state["refunds"])
    terms = state["policy"]
    return 0 if settled else at + terms["disputes"]["dispute_s"] + terms["terms"]["grace_s"]


def _can_close(state: dict, now: int) -> bool:
    return state["status"] != "closed" and not state["dispute"] and now >= close_window(state)


# --- The dispute


def _can_dispute(state: dict, now: int) -> bool:
    """Once something was refused, sent, decided, paid or left unpaid, and as long as silence has not spoken."""
    ends_at = state["turn"]["enforceable_at"]
    return ends_at is not None and now < ends_at and _is_contested(state, "buyer")


def seller_can_dispute(state: dict, now: int) -> bool:
    """The same for the seller, who has some time more to contest what followed from his own silence."""
    silences = (item for item in state["enforcements"] if item["consequence"] in SILENCES_OF_SELLER)
    more_s = state["policy"]["disputes"]["dispute_s"] + state["policy"]["terms"]["grace_s"]
    last = max((item["recorded_at"] + more_s for item in silences), default=0)
    return now < max(state["turn"]["enforceable_at"] or 0, last) and _is_contested(state, "seller")


def _is_contested(state: dict, side: str) -> bool:
    if state["dispute"] or sum(item["opened_by"] == side for item in state["disputes"]) >= DISPUTE_LIMIT:
        return False
    if all(line["decided_by_dispute"] for line in state["lines"]):
        return False
    if state["status"] in ("declined", "expired"):
        return True
    acts = state["parcels"] or state["refunds"] or state["enforcements"] or total(state, "received")
    less = any(line["expected"] < line["requested"] for line in state["lines"])
    return state["status"] == "approved" and bool(acts or less or state["returnless"] or state["contested"])


def _in(*stages: str, opened_by: str = ""):
    """Whether a dispute of one of these stages is open, and who opened it."""

    def check(state: dict, now: int) -> bool:
        dispute = open_dispute(state)
        return dispute is not None and dispute["stage"] in stages and opened_by in ("", dispute["opened_by"])

    return check


def can_escalate(dispute: dict, side: str) -> bool:
    """Whether a side may ask for an arbitrator."""
    return dispute["opened_by"] == side and dispute["stage"] == "answered"


def can_withdraw(dispute: dict, side: str) -> bool:
    """Whether a side may take a dispute back."""
    return dispute["opened_by"] == side and dispute["stage"] in BEFORE_RULING


def _of_open(check, side: str):
    """The same for the open dispute of a return, if there is one."""

    def asked(state: dict, now: int) -> bool:
        dispute = open_dispute(state)
        return dispute is not None and check(dispute, side)

    return asked


def _can_settle(state: dict, now: int) -> bool:
    dispute = open_dispute(state)
    return dispute is not None and standing_offer(dispute) is not None


def _can_show(state: dict, now: int) -> bool:
    dispute = open_dispute(state)
    if dispute is None or dispute["stage"] == "ruled":
        return False
    return dispute["evidence_until"] is None or now < dispute["evidence_until"]


ANY_STAGE = (*BEFORE_RULING, "ruled", "appealed")
_CHECKS = {
    "answer": lambda state, now: state["status"] == "questioned",
    "parcel": _can_send,
    "confirm": _can_confirm,
    "contest": _can_contest,
    "reopen": _can_reopen,
    "answer-dispute": _in("inquiry", opened_by="seller"),
    "settle": _can_settle,
    "escalate": _of_open(can_escalate, "buyer"),
    "appeal": _in("ruled"),
    "offer": _in(*ANY_STAGE),
    "evidence": _can_show,
    "withdraw": _of_open(can_withdraw, "buyer"),
    "message": lambda state, now: state["status"] != "closed",
    "cancel": _can_cancel,
    "dispute": _can_dispute,
    "close": _can_close,
    "veto": lambda state, now: state["new_buyer_key"] is not None,
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
        "close": _("Close the return for good"),
        "veto": _("That was not me: object"),
        "dispute": _("I do not agree: open a dispute"),
        "answer-dispute": _("Answer the dispute"),
        "settle": _("Accept what the seller proposes"),
        "offer": _("Propose how to settle it"),
        "evidence": _("Bring evidence"),
        "escalate": _("Ask for an arbitrator"),
        "appeal": _("Appeal against the ruling"),
        "withdraw": _("Take the dispute back"),
    }
