"""What each entry of a dispute says, in words. Pure."""

from ledger_api.rules.dispute_state import award_json
from ledger_api.rules.dispute_words import EVIDENCE, GROUNDS, award_words
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.telling import BUYER, Telling, document_of, lower, object_of, told
from ledger_api.vocabulary import (
    DisputeAct,
    DisputeConsequence,
    DisputeEnding,
    DisputeGround,
    EvidenceKind,
    Verdict,
)

# --- Disputes: opening to ruling --------------------------------------------------------------------------------------


def _award(t: Telling, award: dict, costs: bool = False) -> str:
    return " ".join(award_words(award_json(award), t.currency, costs))


def _dispute_opened(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    ground = GROUNDS[DisputeGround(values["ground"]).name.lower()]
    details = f"What is contested: {ground}. The claim: {_award(t, values['claim'])}"
    more = {"support": "claimed", "document": hex_of(values["statement"])}
    return told(f"{t.name(who)} opened a dispute", who, details=details, **more)


def _answered(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(
        f"{t.name(who)} answered the dispute", who, support="claimed", document=hex_of(entry.values["statement"])
    )


def _offered(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    document = document_of(values["statement"])["document"]
    return told(f"{t.name(who)} made an offer", who, details=_award(t, values["award"]), document=document)


def _accepted(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    other = t.seller if who == BUYER else BUYER
    return told(f"{t.name(who)} accepted what {object_of(t, other)} had asked for or offered", who, support="mutual")


def _evidence(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    kind = EVIDENCE[EvidenceKind(values["kind"]).name.lower()]
    return told(f"{t.name(who)} brought evidence: {lower(kind)}", who, **document_of(values["document"]))


def _has_case(t: Telling, values: dict) -> str:
    """Who has the case after an entry."""
    if values["arbitrator"]:
        return f"{t.name(values['arbitrator'])} got the case."
    return (
        "The arbitrator that the terms name got the case."
        if any(values["arbitratorContract"])
        else "Nobody was left to get the case."
    )


def _escalated(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    return told(f"{t.name(who)} asked for an arbitrator", who, details=_has_case(t, values))


def _withdrawn(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(f"{t.name(who)} took the dispute back", who)


def _recused(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    then = f"{t.name(values['next'])} took its place." if values["next"] else "Nobody was left to take its place."
    return told(f"{t.name(who)} stepped back", who, details=then)


def verdict_words(verdict: Verdict, award: dict | None, currency: str) -> str:
    """What a ruling says; `award` as the state has it."""
    if verdict is Verdict.REFUSED:
        return "It refused to decide: nothing changes."
    if verdict is Verdict.DISMISSED:
        return "The claim is not right: nothing changes, for good."
    return " ".join(award_words(award, currency, costs=True))


def _verdict(t: Telling, values: dict) -> str:
    return verdict_words(Verdict(values["verdict"]), award_json(values["award"]), t.currency)


def _ruled(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    document = document_of(values["reasons"])["document"]
    return told(f"{t.name(who)} ruled", who, details=_verdict(t, values), document=document)


def _ruled_outside(t: Telling, entry: Entry) -> dict:
    details = f"Its answer: {entry.values['ruling']}. {_verdict(t, entry.values)}"
    return told("The arbitrator that the terms name ruled", details=details)


def _appealed(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    panel = ", ".join(t.name(seat) for seat in values["panel"] if seat)
    document = hex_of(values["statement"])
    return told(f"{t.name(who)} appealed", who, details=f"The panel: {panel}.", support="claimed", document=document)


def _ruled_on_appeal(t: Telling, entry: Entry) -> dict:
    document = document_of(entry.values["reasons"])["document"]
    panel = tuple(seat for seat in t.panels[entry.subject] if seat)
    return told("The panel ruled, for good", *panel, details=_verdict(t, entry.values), document=document)


_DISPUTE_SILENCES = {
    DisputeAct.ANSWER: "The dispute was not answered in time",
    DisputeAct.ESCALATE: "Nobody asked for an arbitrator in time",
    DisputeAct.RULE: "The arbitrator did not rule in time",
    DisputeAct.APPEAL: "Nobody appealed in time",
    DisputeAct.RULE_ON_APPEAL: "The panel did not rule in time",
}


def _dispute_silence(t: Telling, entry: Entry) -> dict:
    values = entry.values
    consequence = DisputeConsequence(values["consequence"])
    if consequence in (DisputeConsequence.ESCALATED, DisputeConsequence.PASSED):
        return told(_DISPUTE_SILENCES[DisputeAct(values["act"])], details=_has_case(t, values))
    followed = {
        DisputeConsequence.WITHDRAWN: "so it counted as taken back",
        DisputeConsequence.DEFAULTED: "and nobody was left, so it ended as the terms say",
        DisputeConsequence.FINAL: "so the ruling stood",
    }[consequence]
    return told(f"{_DISPUTE_SILENCES[DisputeAct(values['act'])]}, {followed}")


# --- Disputes: how the return has them --------------------------------------------------------------------------------

ENDINGS = {
    DisputeEnding.SETTLED: "both sides agreed",
    DisputeEnding.WITHDRAWN: "it was taken back",
    DisputeEnding.RULED: "the ruling took effect",
    DisputeEnding.RULED_ON_APPEAL: "the panel’s ruling took effect",
    DisputeEnding.REFUSED: "the arbitrator refused to decide",
    DisputeEnding.BY_DEFAULT: "no arbitrator decided, so the terms did",
}


def _begun(t: Telling, entry: Entry) -> dict:
    side = BUYER if entry.values["byBuyer"] else t.seller
    return told(f"{t.name(side)} opened another dispute", side, details=_award(t, entry.values["claim"]))


def _resolved(t: Telling, entry: Entry) -> dict:
    values = entry.values
    what = f"The dispute ended: {ENDINGS[DisputeEnding(values['ending'])]}"
    if not values["applies"]:
        return told(what, details=f"All is as before it. Still due: {t.money(values['dueMinor'])}.")
    costs = (
        f" The buyer’s part of the cost, {t.money(values['costsMinor'])}, is taken off." if values["costsMinor"] else ""
    )
    due = f"From here on {t.money(values['dueMinor'])} is due.{costs}"
    return told(what, details=due, until=values["payUntil"] if values["dueMinor"] else None, until_words="Payable by")


TELLERS = {
    "DisputeBegun": _begun,
    "DisputeResolved": _resolved,
    "DisputeOpened": _dispute_opened,
    "DisputeAnswered": _answered,
    "OfferMade": _offered,
    "OfferAccepted": _accepted,
    "EvidenceSubmitted": _evidence,
    "DisputeEscalated": _escalated,
    "DisputeWithdrawn": _withdrawn,
    "ArbitratorRecused": _recused,
    "RulingGiven": _ruled,
    "ExternalRulingGiven": _ruled_outside,
    "RulingAppealed": _appealed,
    "PanelRulingGiven": _ruled_on_appeal,
    "DisputeSilenceEnforced": _dispute_silence,
}
