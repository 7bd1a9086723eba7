"""What the sentences about a return share: what of its state a sentence is made of. Pure."""

from ledger_api.pages.wording import of_pieces, total
from ledger_api.rules.amounts import amount
from ledger_api.rules.countries import country_name
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf, happened, reason_words


def joined(*parts: str) -> str:
    """Sentences one after another; empty ones say nothing."""
    return " ".join(part for part in parts if part)


def seller_of(state: dict, name: NameOf) -> str:
    """The seller's name."""
    return name(state["seller"])


def last_silence(state: dict, consequence: str) -> dict | None:
    """The last time that silence had this consequence."""
    found = [item for item in state["enforcements"] if item["consequence"] == consequence]
    return found[-1] if found else None


def by_law(state: dict) -> bool:
    """Whether it is a withdrawal that needs nobody's approval."""
    return state["kind"] == "withdrawal" and not state["late"] and not state["reopened"]


def latest_parcel(state: dict, *purposes: str) -> dict | None:
    """The parcel of such a purpose whose carrier spoke last, else the newest; those of an earlier attempt only if there
    is no other. None: there is none at all."""
    found = [parcel for parcel in state["parcels"] if parcel["purpose"] in purposes]
    found = [parcel for parcel in found if parcel["added_at"] >= (state["decided_at"] or 0)] or found
    return max(found, key=lambda item: (_last_time(item), item["added_at"]), default=None)


def _last_time(parcel: dict) -> int:
    return parcel["checkpoints"][-1]["occurred_at"] if parcel["checkpoints"] else 0


def unreported(parcel: dict) -> str:
    """What there is to say of a parcel whose carrier is silent."""
    if parcel["document"]:
        return "A document shows that it was sent. The carrier has reported nothing yet."
    return "The carrier has reported nothing yet."


def last_report(parcel: dict) -> str:
    """What the carrier reported last, and where."""
    if not parcel["checkpoints"]:
        return unreported(parcel)
    last = parcel["checkpoints"][-1]
    place = f", {country_name(last['country'])}" if last["country"] else ""
    words = f"“{last['code']}”" if last["kind"] == "unknown" and last["code"] else happened(last)
    return f"Last report: {words}{place}."


def accepted_words(state: dict) -> str:
    """How much was accepted, where that is not simply all of it."""
    accepted, all_ = total(state, "accepted"), total(state, "accepted") + total(state, "rejected")
    worn = state["money"]["diminished_minor"]
    return joined(
        f"Accepted: {of_pieces(accepted, all_)}." if accepted < all_ else "",
        _worn_words(state, worn),
    )


def _worn_words(state: dict, minor: int) -> str:
    if not minor:
        return ""
    lost = amount(minor, state["currency"])
    return f"Taken off for lost value: {lost}." if state["ruled"] else f"Used goods cost you {lost}."


def refused_words(state: dict) -> str:
    """Which pieces were not approved, and why not."""
    refusals = exceptions(state)
    if not refusals:
        return ""
    refused = {line["line"]: line["requested"] - line["expected"] - line["short"] for line in refusals}
    asked = total(state, "requested")
    words = f"Approved: {of_pieces(asked - sum(refused.values()), asked)}."
    if len(refusals) > 1:
        return f"{words} The reasons stand below, item by item."
    line = refusals[0]
    where = f"{counted(refused[line['line']], 'piece')} of item {line['line'] + 1}"
    return f"{words} Not approved: {where}. The reason: {reason_words(line['exception'])}."


def exceptions(state: dict) -> list[dict]:
    """The lines that were not approved as asked."""
    return [line for line in state["lines"] if line["exception"] is not None]
