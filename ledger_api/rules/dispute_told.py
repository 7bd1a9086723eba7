"""What each entry of a dispute says, in words. Pure."""

from ledger_api.rules.dispute_state import award_json
from ledger_api.rules.dispute_words import EVIDENCE, GROUNDS, award_words
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.telling import BUYER, Telling, acted, addressed, document_of, joined, lower, told
from ledger_api.texts import _, mark, marked
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
    details = _(
        "What is contested: %(ground)s. The claim: %(claim)s", ground=marked(ground), claim=_award(t, values["claim"])
    )
    more = {"support": "claimed", "document": hex_of(values["statement"])}
    return told(acted(t.name, who, "%(who)s opened a dispute"), who, details=details, **more)


def _answered(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    what = acted(t.name, who, "%(who)s answered the dispute")
    return told(what, who, support="claimed", document=hex_of(entry.values["statement"]))


def _offered(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    document = document_of(values["statement"])["document"]
    what = acted(t.name, who, "%(who)s made an offer")
    return told(what, who, details=_award(t, values["award"]), document=document)


def _accepted(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(_accepted_words(t, who), who, support="mutual")


def _accepted_words(t: Telling, who: int) -> str:
    if who == BUYER:
        seller = t.name(t.seller)
        return acted(t.name, who, "%(who)s accepted what %(seller)s had asked for or offered", seller=seller)
    if addressed(t.name):
        return _("%(who)s accepted what you had asked for or offered", who=t.name(who))
    return _("%(who)s accepted what the buyer had asked for or offered", who=t.name(who))


def _evidence(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    kind = EVIDENCE[EvidenceKind(values["kind"]).name.lower()]
    what = acted(t.name, who, "%(who)s brought evidence: %(kind)s", kind=lower(marked(kind)))
    return told(what, who, **document_of(values["document"]))


def _has_case(t: Telling, values: dict) -> str:
    """Who has the case after an entry."""
    if values["arbitrator"]:
        return _("%(who)s got the case.", who=t.name(values["arbitrator"]))
    if any(values["arbitratorContract"]):
        return _("The arbitrator that the terms name got the case.")
    return _("Nobody was left to get the case.")


def _escalated(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    return told(acted(t.name, who, "%(who)s asked for an arbitrator"), who, details=_has_case(t, values))


def _withdrawn(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(acted(t.name, who, "%(who)s took the dispute back"), who)


def _recused(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    if values["next"]:
        then = _("%(who)s took its place.", who=t.name(values["next"]))
    else:
        then = _("Nobody was left to take its place.")
    return told(_("%(who)s stepped back", who=t.name(who)), who, details=then)


def verdict_words(verdict: Verdict, award: dict | None, currency: str) -> str:
    """What a ruling says; `award` as the state has it."""
    if verdict is Verdict.REFUSED:
        return _("It refused to decide: nothing changes.")
    if verdict is Verdict.DISMISSED:
        return _("The claim is not right: nothing changes, for good.")
    return " ".join(award_words(award, currency, costs=True))


def _verdict(t: Telling, values: dict) -> str:
    return verdict_words(Verdict(values["verdict"]), award_json(values["award"]), t.currency)


def _ruled(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    document = document_of(values["reasons"])["document"]
    return told(_("%(who)s ruled", who=t.name(who)), who, details=_verdict(t, values), document=document)


def _ruled_outside(t: Telling, entry: Entry) -> dict:
    answer = _("Its answer: %(number)s.", number=entry.values["ruling"])
    return told(_("The arbitrator that the terms name ruled"), details=f"{answer} {_verdict(t, entry.values)}")


def _appealed(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    panel = ", ".join(t.name(seat) for seat in values["panel"] if seat)
    document = hex_of(values["statement"])
    details = _("The panel: %(names)s.", names=panel)
    what = acted(t.name, who, "%(who)s appealed")
    return told(what, who, details=details, support="claimed", document=document)


def _ruled_on_appeal(t: Telling, entry: Entry) -> dict:
    document = document_of(entry.values["reasons"])["document"]
    panel = tuple(seat for seat in t.panels[entry.subject] if seat)
    return told(_("The panel ruled, for good"), *panel, details=_verdict(t, entry.values), document=document)


_DISPUTE_SILENCES = {
    DisputeAct.ANSWER: mark("The dispute was not answered in time"),
    DisputeAct.ESCALATE: mark("Nobody asked for an arbitrator in time"),
    DisputeAct.RULE: mark("The arbitrator did not rule in time"),
    DisputeAct.APPEAL: mark("Nobody appealed in time"),
    DisputeAct.RULE_ON_APPEAL: mark("The panel did not rule in time"),
}


def _dispute_silence(t: Telling, entry: Entry) -> dict:
    values = entry.values
    consequence = DisputeConsequence(values["consequence"])
    silent = marked(_DISPUTE_SILENCES[DisputeAct(values["act"])])
    if consequence in (DisputeConsequence.ESCALATED, DisputeConsequence.PASSED):
        return told(silent, details=_has_case(t, values))
    return told(marked(_DISPUTE_FOLLOWED[consequence], silent=silent))


_DISPUTE_FOLLOWED = {
    DisputeConsequence.WITHDRAWN: mark("%(silent)s, so it counted as taken back"),
    DisputeConsequence.DEFAULTED: mark("%(silent)s, and nobody was left, so it ended as the terms say"),
    DisputeConsequence.FINAL: mark("%(silent)s, so the ruling stood"),
}

# --- Disputes: how the return has them --------------------------------------------------------------------------------

ENDINGS = {
    DisputeEnding.SETTLED: mark("both sides agreed"),
    DisputeEnding.WITHDRAWN: mark("it was taken back"),
    DisputeEnding.RULED: mark("the ruling took effect"),
    DisputeEnding.RULED_ON_APPEAL: mark("the panel’s ruling took effect"),
    DisputeEnding.REFUSED: mark("the arbitrator refused to decide"),
    DisputeEnding.BY_DEFAULT: mark("no arbitrator decided, so the terms did"),
}


def _begun(t: Telling, entry: Entry) -> dict:
    side = BUYER if entry.values["byBuyer"] else t.seller
    what = acted(t.name, side, "%(who)s opened another dispute")
    return told(what, side, details=_award(t, entry.values["claim"]))


def _resolved(t: Telling, entry: Entry) -> dict:
    values = entry.values
    how = marked(ENDINGS[DisputeEnding(values["ending"])])
    what = _("The dispute ended: %(how)s", how=how)
    if t.about not in (None, values["dispute"]):
        what = _("Another dispute ended: %(how)s", how=how)
    due = t.money(values["dueMinor"])
    if not values["applies"]:
        return told(what, details=_("All is as before it. Still due: %(amount)s.", amount=due))
    costs = ""
    if values["costsMinor"]:
        costs = _("The buyer’s part of the cost, %(amount)s, is taken off.", amount=t.money(values["costsMinor"]))
    details = joined(_("From here on %(amount)s is due.", amount=due), costs)
    until = values["payUntil"] if values["dueMinor"] else None
    # L10N: a date follows
    return told(what, details=details, until=until, until_words=_("Payable by"))


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
