"""A dispute as it grows entry by entry: pure, so that server and verifier get the same case from the same facts.

The Python twin of contracts/base/DisputeBase.sol and its two parts. What the contract adds of its own to an entry (who
is eligible, who was drawn, what silence did) is computed here again; `DisputeCase.doubts` lists where the two differ.
"""

from dataclasses import dataclass, field

from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import keccak, word
from ledger_api.rules.heads import REGISTRY_SUBJECT
from ledger_api.rules.registry_state import CARRIER, INSPECTOR, SELLER, Registry, registry_of
from ledger_api.rules.return_case import Case, case_until
from ledger_api.rules.sale import EntriesOf, Sale, of_ledger, sale_of
from ledger_api.vocabulary import (
    DisputeAct,
    DisputeConsequence,
    DisputeEnding,
    DisputeStage,
    DisputeTurner,
    Verdict,
)

PASS_LIMIT = 3


@dataclass(frozen=True)
class DisputeTurn:
    """Who has to do what; `start` is when a ruling may be given at the earliest, `enforceable_at` adds the grace."""

    who: DisputeTurner = DisputeTurner.NOBODY
    act: DisputeAct = DisputeAct.NONE
    start: int = 0  # Unix seconds UTC, like the next two
    until: int = 0
    enforceable_at: int = 0
    consequence: DisputeConsequence = DisputeConsequence.NONE


@dataclass
class DisputeCase:
    """A dispute after some of its entries. Times are Unix seconds UTC."""

    subject: bytes
    opened: Entry
    sale: Sale
    since: int
    left: list  # participants who may still get the case, in roster order
    stage: DisputeStage = DisputeStage.INQUIRY
    ending: DisputeEnding = DisputeEnding.NONE
    applied: dict | None = None  # the award that took effect
    ended_at: int | None = None
    ended_by: Entry | None = None
    escalated_at: int | None = None
    evidence_until: int | None = None
    seed: bytes | None = None  # the other side's, from its answer
    draw: bytes | None = None  # both seeds, once escalated after an answer
    arbitrator: int = 0
    arbitrator_contract: bytes | None = None  # while it has the case
    passes: int = 0
    panel: list = field(default_factory=list)
    assignments: list = field(default_factory=list)  # (participant, since, how)
    rulers: list = field(default_factory=list)  # participants who ruled
    ruling: Entry | None = None  # the first
    panel_ruling: Entry | None = None
    offers: dict = field(default_factory=dict)  # whether by the buyer → OfferMade that stands
    claim_stands: bool = True  # as an offer, until the ruling
    by_kind: dict = field(default_factory=dict)
    late: list = field(default_factory=list)  # (entry, turn) of acts after their deadline
    doubts: list = field(default_factory=list)  # (entry, what does not follow)

    @property
    def return_id(self) -> bytes:
        return self.opened.values["returnId"]

    @property
    def by_buyer(self) -> bool:
        """Whether the buyer opened it."""
        return self.opened.values["participant"] == 0

    @property
    def claim(self) -> dict:
        return self.opened.values["claim"]

    @property
    def terms(self) -> dict:
        """The policy's terms of disputes."""
        return self.sale.policy.values["disputes"]

    def doubt(self, entry: Entry, words: str) -> None:
        self.doubts.append((entry, words))

    def turn(self) -> DisputeTurn:
        """Whose turn it is now."""
        if self.stage is DisputeStage.ENDED:
            return DisputeTurn()
        who, act, start, until, consequence = self._step()
        return DisputeTurn(who, act, start, until, until + self.sale.terms["grace_s"], consequence)

    def _step(self) -> tuple:
        opener, other = DisputeTurner.BUYER, DisputeTurner.SELLER
        if not self.by_buyer:
            opener, other = other, opener
        terms, since = self.terms, self.since
        if self.stage is DisputeStage.INQUIRY:
            return other, DisputeAct.ANSWER, 0, since + terms["respond_s"], DisputeConsequence.ESCALATED
        if self.stage is DisputeStage.ANSWERED:
            return opener, DisputeAct.ESCALATE, 0, since + terms["inquiry_s"], DisputeConsequence.WITHDRAWN
        if self.stage is DisputeStage.RULED:
            until = since + terms["appeal_s"]
            return DisputeTurner.EITHER, DisputeAct.APPEAL, 0, until, DisputeConsequence.FINAL
        start = self.evidence_until
        until = max(since, start) + terms["rule_s"]
        if self.stage is DisputeStage.APPEALED:
            return DisputeTurner.PANEL, DisputeAct.RULE_ON_APPEAL, start, until, DisputeConsequence.FINAL
        last = self.passes >= PASS_LIMIT or not self.left
        passed = DisputeConsequence.DEFAULTED if last else DisputeConsequence.PASSED
        return DisputeTurner.ARBITRATOR, DisputeAct.RULE, start, until, passed


_ACTS = {
    "DisputeAnswered": DisputeAct.ANSWER,
    "DisputeEscalated": DisputeAct.ESCALATE,
    "RulingGiven": DisputeAct.RULE,
    "ExternalRulingGiven": DisputeAct.RULE,
    "RulingAppealed": DisputeAct.APPEAL,
    "PanelRulingGiven": DisputeAct.RULE_ON_APPEAL,
}


def dispute_case_of(subject: bytes, entries_of: EntriesOf) -> DisputeCase | None:
    """The case that a dispute's entries give, None if there is no such dispute. Raises ValueError for nonsense."""
    entries = [entry for entry in entries_of(subject) if entry.contract == "DisputeDesk"]
    if not entries or entries[0].name != "DisputeOpened":
        return None
    case = _opened(subject, entries[0], entries_of)
    for entry in entries[1:]:
        turn = case.turn()
        if case.stage is DisputeStage.ENDED:
            case.doubt(entry, "it was recorded after the end")
        if _ACTS.get(entry.name) is turn.act and entry.recorded_at > turn.until:
            case.late.append((entry, turn))
        _APPLY[entry.name](case, entry, entries_of)
        case.by_kind.setdefault(entry.name, []).append(entry)
    return case


# --- Opening and answer -----------------------------------------------------------------------------------------------


def _opened(subject: bytes, entry: Entry, entries_of: EntriesOf) -> DisputeCase:
    values = entry.values
    history = of_ledger(entries_of(values["returnId"]))
    if not history or history[0].name != "ReturnOpened":
        raise ValueError("the return of this dispute is not shown")
    sale = sale_of(history[0], entries_of)
    case = DisputeCase(subject, entry, sale, entry.recorded_at, list(values["eligible"]))
    begun = [other for other in history if other.name == "DisputeBegun" and other.values["dispute"] == subject]
    if len(begun) != 1 or begun[0].request != entry.request or begun[0].values["claim"] != values["claim"]:
        case.doubt(entry, "the return's history does not have this dispute, with this claim")
    elif begun[0].values["byBuyer"] != case.by_buyer:
        case.doubt(entry, "the return's history says that the other side opened it")
    elif values["eligible"] not in _eligible(case_until(begun[0], entries_of), entry.recorded_at, entries_of):
        case.doubt(entry, "who may be drawn does not follow from the registry")
    return case


def _eligible(rma: Case, at: int, entries_of: EntriesOf) -> list[list[int]]:
    """Who may be drawn, as the registry stood then; several answers if it changed within that second."""
    registries = _registries(at, entries_of)
    return [[n for n in registry.arbitrators() if not _is_involved(n, rma, registry)] for registry in registries]


def _is_involved(participant: int, rma: Case, registry: Registry) -> bool:
    """Whom a side named counts only if it may act as that: otherwise naming would be a way to choose."""
    if participant == rma.sale.receipt["seller"]:
        return True
    roles = SELLER | INSPECTOR if participant == rma.inspector else 0
    if any(parcel.values["carrier"] == participant for parcel in rma.parcels):
        roles |= CARRIER
    return bool(registry.members[participant].roles & roles)


def _registries(at: int, entries_of: EntriesOf) -> list[Registry]:
    """The registry at the begin of a second, and after each change within it."""
    registry = entries_of(REGISTRY_SUBJECT)
    first = sum(entry.recorded_at < at for entry in registry)
    last = sum(entry.recorded_at <= at for entry in registry)
    return [registry_of(registry[:count]) for count in range(first, last + 1)]


def _answered(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    case.seed, case.stage, case.since = entry.values["seed"], DisputeStage.ANSWERED, entry.recorded_at


# --- Offers and evidence ----------------------------------------------------------------------------------------------


def _offered(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    case.offers[entry.values["participant"] == 0] = entry


def _accepted(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    by_buyer = entry.values["participant"] == 0
    offer = case.offers.get(not by_buyer)
    if offer is not None and offer.request == entry.values["offer"]:
        _end(case, entry, DisputeEnding.SETTLED, offer.values["award"])
        return
    claimed = case.claim_stands and case.opened.request == entry.values["offer"] and by_buyer != case.by_buyer
    if not claimed:
        case.doubt(entry, "no such offer of the other side stood")
    _end(case, entry, DisputeEnding.SETTLED, case.claim)


def _shown(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    if case.evidence_until is not None and entry.recorded_at >= case.evidence_until:
        case.doubt(entry, "the time for evidence was over")


def _withdrawn(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    _end(case, entry, DisputeEnding.WITHDRAWN, None)


# --- Arbitrators ------------------------------------------------------------------------------------------------------


def _escalated(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    if keccak(values["seed"]) != case.opened.values["seedHash"]:
        case.doubt(entry, "the seed is not the one of the opening")
    case.draw = keccak(case.subject + values["seed"] + keccak(case.seed or b""))
    _review(case, entry, "drawn", entries_of)


def _review(case: DisputeCase, entry: Entry, how: str, entries_of: EntriesOf) -> None:
    """An arbitrator gets the case for the first time, or the policy's contract, or nobody: then it ends by default."""
    values, at = entry.values, entry.recorded_at
    case.stage, case.since = DisputeStage.UNDER_REVIEW, at
    case.escalated_at, case.evidence_until = at, at + case.terms["evidence_s"]
    if any(values["arbitratorContract"]):
        if values["arbitratorContract"] != case.terms["arbitrator"]:
            case.doubt(entry, "the policy names another arbitrator contract")
        case.arbitrator_contract = values["arbitratorContract"]
        return
    _give(case, entry, values["arbitrator"], how, entries_of, case.draw, after=None)
    if not values["arbitrator"]:
        _end_by_default(case, entry)


def _give(case: DisputeCase, entry: Entry, to: int, how: str, entries_of: EntriesOf, lot: bytes | None, after) -> None:
    """Hands the case on, and checks that it went to whom it must: by lot, or to the next in roster order."""
    if not _follows(case, to, entry.recorded_at, entries_of, lot, after):
        case.doubt(entry, f"that participant {to} gets the case does not follow from seeds and roster")
    case.arbitrator, case.arbitrator_contract = to, None
    if to:
        case.left = [number for number in case.left if number != to]
        case.assignments.append((to, entry.recorded_at, how))


def _follows(case: DisputeCase, to: int, at: int, entries_of: EntriesOf, lot: bytes | None, after: int | None) -> bool:
    registries = _registries(at, entries_of)
    roster = registries[-1].roster
    for registry in registries:
        standing = registry.arbitrators()
        possible = [number for number in case.left if number in standing]
        if not possible:
            right = [0]
        elif lot is not None:
            right = [possible[int.from_bytes(lot, "big") % len(possible)]]
        elif after is not None and after in roster:
            place = roster.index(after)
            right = [next((n for n in roster[place + 1 :] + roster[: place + 1] if n in possible), 0)]
        else:  # the next after whoever got the last case of all
            right = possible
        if to in right:
            return True
    return False


def _pass_on(case: DisputeCase, entry: Entry, to: int, how: str, entries_of: EntriesOf) -> None:
    exhausted = case.passes >= PASS_LIMIT
    lot = case.draw if case.arbitrator == 0 else None
    after = case.arbitrator or None
    case.passes, case.since = case.passes + 1, entry.recorded_at
    if exhausted:
        if to:
            case.doubt(entry, "it went on more often than it can")
        case.arbitrator, case.arbitrator_contract = 0, None
    else:
        _give(case, entry, to, how, entries_of, lot, after)
    if not to:
        _end_by_default(case, entry)


def _recused(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    leaving, to = entry.values["participant"], entry.values["next"]
    if case.stage is DisputeStage.UNDER_REVIEW:
        if leaving != case.arbitrator:
            case.doubt(entry, "he did not have the case")
        _pass_on(case, entry, to, "recused", entries_of)
    elif leaving in case.panel:
        case.panel[case.panel.index(leaving)] = to
        _take_seat(case, entry, to, leaving, entries_of)
    else:
        case.doubt(entry, "he had no seat on the panel")


def _take_seat(case: DisputeCase, entry: Entry, to: int, number: int, entries_of: EntriesOf) -> None:
    lot = None if case.draw is None else keccak(case.draw + word(number))
    last = next((participant for participant, _, _ in reversed(case.assignments)), None)
    if not _follows(case, to, entry.recorded_at, entries_of, lot, last):
        case.doubt(entry, f"that participant {to} sits on the panel does not follow from seeds and roster")
    if to:
        case.left = [number for number in case.left if number != to]
        case.assignments.append((to, entry.recorded_at, "panel"))


# --- Rulings ----------------------------------------------------------------------------------------------------------


def _ruled(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    if entry.values["participant"] != case.arbitrator or not case.arbitrator:
        case.doubt(entry, "he did not have the case")
    case.rulers.append(entry.values["participant"])
    _take_ruling(case, entry)


def _take_ruling(case: DisputeCase, entry: Entry) -> None:
    if entry.recorded_at < (case.evidence_until or 0):
        case.doubt(entry, "the time for evidence was not over")
    case.ruling, case.stage, case.since = entry, DisputeStage.RULED, entry.recorded_at
    # Whoever lost cannot take what the other was content with before.
    case.offers, case.claim_stands = {}, False


def _ruled_outside(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    if values["arbitratorContract"] != case.arbitrator_contract:
        case.doubt(entry, "another contract had the case")
    if (values["verdict"], values["award"]) != outside_award(case.claim, case.by_buyer, values["ruling"]):
        case.doubt(entry, "the award does not follow from the ruling")
    _take_ruling(case, entry)


def outside_award(claim: dict, by_buyer: bool, ruling: int) -> tuple[Verdict, dict]:
    """What a ruling of an ERC-792 contract means: n gives the buyer n − 1 percent, 0 refuses."""
    nothing = {"extraMinor": 0, "unpaidMinor": 0, "buyerCostBasisPoints": 0, "lines": []}
    if ruling == 0:
        return Verdict.REFUSED, nothing
    percent = ruling - 1
    if percent == 0 and by_buyer:
        return Verdict.DISMISSED, nothing
    award = {
        "extraMinor": claim["extraMinor"] * percent // 100,
        "unpaidMinor": claim["unpaidMinor"] * percent // 100,
        "buyerCostBasisPoints": 0,  # such a ruling does not speak of the costs
        "lines": [{**line, "awardBasisPoints": percent * 100} for line in claim["lines"]],
    }
    return Verdict.AWARDED, award


def _appealed(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    case.stage, case.since = DisputeStage.APPEALED, entry.recorded_at
    case.evidence_until = entry.recorded_at + case.terms["evidence_s"]
    case.panel = list(entry.values["panel"])
    for seat, participant in enumerate(case.panel):
        _take_seat(case, entry, participant, seat, entries_of)


def _ruled_on_appeal(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    if entry.recorded_at < (case.evidence_until or 0):
        case.doubt(entry, "the time for evidence was not over")
    case.panel_ruling = entry
    case.rulers += [seat for seat in case.panel if seat]
    awarded = entry.values["verdict"] == Verdict.AWARDED
    _end(case, entry, DisputeEnding.RULED_ON_APPEAL, entry.values["award"] if awarded else None)


# --- Silence and ends -------------------------------------------------------------------------------------------------


def _enforced(case: DisputeCase, entry: Entry, entries_of: EntriesOf) -> None:
    values, turn = entry.values, case.turn()
    act, consequence = DisputeAct(values["act"]), DisputeConsequence(values["consequence"])
    handed_on = act in (DisputeAct.ANSWER, DisputeAct.RULE)
    nobody = handed_on and not values["arbitrator"] and not any(values["arbitratorContract"])
    expected = DisputeConsequence.DEFAULTED if nobody else turn.consequence
    if (act, consequence) != (turn.act, expected):
        case.doubt(entry, "what silence did does not follow from the terms")
    elif entry.recorded_at < turn.enforceable_at:
        case.doubt(entry, "silence was enforced before its time")
    if act is DisputeAct.ANSWER:
        _review(case, entry, "in order", entries_of)
    elif act is DisputeAct.RULE:
        _pass_on(case, entry, values["arbitrator"], "passed", entries_of)
    elif consequence is DisputeConsequence.WITHDRAWN:
        _end(case, entry, DisputeEnding.WITHDRAWN, None)
    else:
        _end_as_ruled(case, entry)


def _end_as_ruled(case: DisputeCase, entry: Entry) -> None:
    verdict = case.ruling.values["verdict"]
    ending = DisputeEnding.REFUSED if verdict == Verdict.REFUSED else DisputeEnding.RULED
    _end(case, entry, ending, case.ruling.values["award"] if verdict == Verdict.AWARDED else None)


def _end_by_default(case: DisputeCase, entry: Entry) -> None:
    granted = case.terms["buyerByDefault"] == case.by_buyer
    _end(case, entry, DisputeEnding.BY_DEFAULT, case.claim if granted else None)


def _end(case: DisputeCase, entry: Entry, ending: DisputeEnding, award: dict | None) -> None:
    case.stage, case.ending, case.applied = DisputeStage.ENDED, ending, award
    case.since = case.ended_at = entry.recorded_at
    case.ended_by = entry


_APPLY = {
    "DisputeAnswered": _answered,
    "OfferMade": _offered,
    "OfferAccepted": _accepted,
    "EvidenceSubmitted": _shown,
    "DisputeEscalated": _escalated,
    "DisputeWithdrawn": _withdrawn,
    "ArbitratorRecused": _recused,
    "RulingGiven": _ruled,
    "ExternalRulingGiven": _ruled_outside,
    "RulingAppealed": _appealed,
    "PanelRulingGiven": _ruled_on_appeal,
    "DisputeSilenceEnforced": _enforced,
}


def resolution_doubts(resolved: Entry, case: DisputeCase | None) -> list[str]:
    """What in the return's entry about the end of a dispute does not follow from the dispute's own history."""
    values = resolved.values
    if case is None or case.stage is not DisputeStage.ENDED:
        return ["the dispute has not ended"]
    found = []
    if values["ending"] != case.ending or values["applies"] != (case.applied is not None):
        found.append("the dispute ended in another way")
    elif values["award"] != (case.claim if case.applied is None else case.applied):
        found.append("the award is not the one that ended the dispute")
    costs_minor = 0
    if case.applied is not None and case.ending in (DisputeEnding.RULED, DisputeEnding.RULED_ON_APPEAL):
        costs_minor = case.terms["costMinor"] * case.applied["buyerCostBasisPoints"] // 10_000
    if values["costsMinor"] != costs_minor:
        found.append("the buyer's part of the costs does not follow from the terms")
    if (resolved.recorded_at, resolved.request) != (case.ended_at, case.ended_by.request):
        found.append("something else ended the dispute")
    return found
