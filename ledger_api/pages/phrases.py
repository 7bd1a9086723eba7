"""What the sentences about a return share: what of its state a sentence is made of. Pure."""

from ledger_api.pages.wording import of_pieces, total
from ledger_api.rules.amounts import amount
from ledger_api.rules.countries import country_name
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf, happened, reason_words
from ledger_api.texts import _, ngettext


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
        return _("A document shows that it was sent. The carrier has reported nothing yet.")
    return _("The carrier has reported nothing yet.")


def last_report(parcel: dict) -> str:
    """What the carrier reported last, and where."""
    if not parcel["checkpoints"]:
        return unreported(parcel)
    last = parcel["checkpoints"][-1]
    quoted = last["kind"] == "unknown" and last["code"]
    words = _("“%(code)s”", code=last["code"]) if quoted else happened(last)
    if last["country"]:
        return _("Last report: %(words)s, %(country)s.", words=words, country=country_name(last["country"]))
    return _("Last report: %(words)s.", words=words)


def accepted_words(state: dict) -> str:
    """How much was accepted, where that is not simply all of it."""
    accepted, all_ = total(state, "accepted"), total(state, "accepted") + total(state, "rejected")
    worn = state["money"]["diminished_minor"]
    return joined(
        _("Accepted: %(pieces)s.", pieces=of_pieces(accepted, all_)) if accepted < all_ else "",
        _worn_words(state, worn),
    )


def _worn_words(state: dict, minor: int) -> str:
    if not minor:
        return ""
    lost = amount(minor, state["currency"])
    if state["ruled"]:
        return _("Taken off for lost value: %(amount)s.", amount=lost)
    return _("Used goods cost you %(amount)s.", amount=lost)


def refused_words(state: dict) -> str:
    """Which pieces were not approved, and why not."""
    refusals = exceptions(state)
    if not refusals:
        return ""
    refused = {line["line"]: line["requested"] - line["expected"] - line["short"] for line in refusals}
    asked = total(state, "requested")
    words = _("Approved: %(pieces)s.", pieces=of_pieces(asked - sum(refused.values()), asked))
    if len(refusals) > 1:
        return joined(words, _("The reasons stand below, item by item."))
    line = refusals[0]
    where = _(
        "Not approved: %(pieces)s of item %(item)s.",
        pieces=counted(refused[line["line"]], "piece"),
        item=line["line"] + 1,
    )
    return joined(words, where, reason_sentence(line["exception"]))


def reason_sentence(reason: int) -> str:
    """The reason of a refusal."""
    return _("The reason: %(reason)s.", reason=reason_words(reason))


def exceptions(state: dict) -> list[dict]:
    """The lines that were not approved as asked."""
    return [line for line in state["lines"] if line["exception"] is not None]


def short_words(pieces: int) -> str:
    """How many pieces did not arrive."""
    return ngettext("%(num)s piece did not arrive.", "%(num)s pieces did not arrive.", pieces) if pieces else ""
