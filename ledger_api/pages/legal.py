"""Legal last days of a withdrawal, in words, where the buyer's country is known. Pure."""

from ledger_api import legal_dates
from ledger_api.pages.phrases import by_law
from ledger_api.pages.wording import total
from ledger_api.rules.deadlines import clock_start
from ledger_api.rules.times import date_words
from ledger_api.texts import _

OWN_LAWS = {"GB", "CH"}  # their periods are counted alike, but it is not this law
COUNTRIES = legal_dates.COUNTRIES.keys() - OWN_LAWS


def legal_words(state: dict) -> str:
    """Until when the law wants the goods sent or the money paid; empty where that is not known.

    The state does not hold the buyer's country, so it is known only where the seller's policy names exactly one.
    """
    country = _country(state)
    if country is None or not by_law(state) or state["status"] != "approved":
        return ""
    try:
        return _words(state, country)
    except ValueError:  # a time beyond those whose holidays are known
        return ""


def _country(state: dict) -> str | None:
    named = {item["country"] for item in state["policy"]["methods"]}
    return named.pop() if len(named) == 1 and named <= COUNTRIES else None


def _words(state: dict, country: str) -> str:
    act, notice = state["turn"]["act"], state["opened_at"]
    if act == "send" and not total(state, "received"):
        last = legal_dates.sending_period(notice, country).last_day
        return _("By law it is enough that the goods are on their way by the end of %(day)s.", day=date_words(last))
    if act == "refund":
        period = legal_dates.refund_period(notice, country, _received_at(state), _proof_sent_at(state))
        return _("By law the money is due by the end of %(day)s.", day=date_words(period.last_day))
    return ""


def _received_at(state: dict) -> int | None:
    """When all goods had arrived, as the clocks count."""
    if total(state, "received") < total(state, "expected") or not state["receptions"]:
        return None
    last = state["receptions"][-1]
    return clock_start(last["received_at"], last["recorded_at"])


def _proof_sent_at(state: dict) -> int | None:
    """When it was shown that goods were sent."""
    shown = [
        clock_start(parcel["sent_at"] or 0, parcel["added_at"])
        for parcel in state["parcels"]
        if parcel["purpose"] == "goods_returned" and parcel["corroboration"] == "documented"
    ]
    return min(shown, default=None)
