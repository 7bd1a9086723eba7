"""The state of a dispute as it is shown, from its entries: pure, so that server and verifier show the same."""

import copy
from collections import Counter

from ledger_api.rules import refund, return_awards
from ledger_api.rules.dispute_case import DisputeCase, DisputeTurn, dispute_case_of
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.return_case import Case, case_of
from ledger_api.rules.sale import EntriesOf, of_ledger, sibling_ids
from ledger_api.vocabulary import (
    DisputeAct,
    DisputeConsequence,
    DisputeGround,
    DisputeStage,
    DisputeTurner,
    EvidenceKind,
    Verdict,
)


def dispute_state(subject: bytes, entries_of: EntriesOf) -> dict | None:
    """State of a dispute, None if there is no such dispute. Times are Unix seconds UTC, money minor units."""
    case = dispute_case_of(subject, entries_of)
    if case is None:
        return None
    opened = case.opened.values
    return {
        "dispute_id": hex_of(subject),
        "return_id": hex_of(case.return_id),
        "number": opened["number"],
        "opened_by": "buyer" if case.by_buyer else "seller",
        "seller": case.sale.receipt["seller"],
        "buyer": hex_of(case.sale.buyer),
        "currency": case.sale.receipt["currency"].rstrip(b"\0").decode("ascii", "replace"),
        "ground": _name(DisputeGround(opened["ground"])),
        "stage": _name(case.stage),
        "ending": _name(case.ending),
        "opened_at": case.opened.recorded_at,
        "escalated_at": case.escalated_at,
        "ended_at": case.ended_at,
        "statement": _commitment(opened["statement"]),
        "claim": award_json(opened["claim"]),
        "answer": _answer(case),
        "offers": _offers(case),
        "evidence": [_evidence(entry) for entry in case.by_kind.get("EvidenceSubmitted", ())],
        "evidence_until": case.evidence_until,
        "eligible": opened["eligible"],
        "arbitrator": case.arbitrator,
        "arbitrator_contract": _commitment(case.arbitrator_contract or b""),
        "assignments": [
            {"participant": participant, "since": since, "how": how} for participant, since, how in case.assignments
        ],
        "ruling": _ruling(case.ruling),
        "appeal": _appeal(case),
        "panel": case.panel,
        "panel_ruling": _ruling(case.panel_ruling),
        "applied": award_json(case.applied),
        **_debt(case, entries_of),
        "enforcements": [_enforcement(entry) for entry in case.by_kind.get("DisputeSilenceEnforced", ())],
        "late_acts": [_late_act(entry, turn) for entry, turn in case.late],
        "terms": _terms(case),
        "effects": _effects(case, entries_of),
        "turn": _turn(case),
    }


def _name(item) -> str:
    return item.name.lower()


def _commitment(value: bytes) -> str | None:
    return hex_of(value) if any(value) else None


def award_json(award: dict | None) -> dict | None:
    """What a claim, an offer or a ruling gives."""
    if award is None:
        return None
    return {
        "extra_minor": award["extraMinor"],
        "unpaid_minor": award["unpaidMinor"],
        "buyer_cost_basis_points": award["buyerCostBasisPoints"],
        "lines": [
            {
                "line": line["line"],
                "accepted": line["accepted"],
                "rejected": line["rejected"],
                "awaited": line["awaited"],
                "award_basis_points": line["awardBasisPoints"],
                "category": line["category"],
            }
            for line in award["lines"]
        ],
    }


def _said(entry: Entry) -> dict:
    """Who wrote something when, and the commitment to it."""
    values = entry.values
    return {
        "participant": values["participant"],
        "statement": _commitment(values["statement"]),
        "recorded_at": entry.recorded_at,
    }


def _answer(case: DisputeCase) -> dict | None:
    answers = case.by_kind.get("DisputeAnswered")
    return _said(answers[0]) if answers else None


def _appeal(case: DisputeCase) -> dict | None:
    appeals = case.by_kind.get("RulingAppealed")
    return {**_said(appeals[0]), "panel": appeals[0].values["panel"]} if appeals else None


def _offers(case: DisputeCase) -> list[dict]:
    taken = {entry.values["offer"] for entry in case.by_kind.get("OfferAccepted", ())}
    standing = [] if case.stage is DisputeStage.ENDED else list(case.offers.values())
    return [
        {
            **_said(entry),
            "offer": hex_of(entry.request),
            "award": award_json(entry.values["award"]),
            "stands": any(offer is entry for offer in standing),
            "accepted": entry.request in taken,
        }
        for entry in case.by_kind.get("OfferMade", ())
    ]


def _evidence(entry: Entry) -> dict:
    values = entry.values
    return {
        "participant": values["participant"],
        "kind": _name(EvidenceKind(values["kind"])),
        "document": hex_of(values["document"]),
        "recorded_at": entry.recorded_at,
    }


def _ruling(entry: Entry | None) -> dict | None:
    """A ruling; of an arbitrator contract it has the contract's address and the number that it gave."""
    if entry is None:
        return None
    values = entry.values
    verdict = Verdict(values["verdict"])
    return {
        "participant": values.get("participant", 0),
        "arbitrator_contract": _commitment(values.get("arbitratorContract", b"")),
        "ruling": values.get("ruling"),
        "verdict": _name(verdict),
        "award": award_json(values["award"]) if verdict is Verdict.AWARDED else None,
        "reasons": _commitment(values.get("reasons", b"")),
        "recorded_at": entry.recorded_at,
    }


def _debt(case: DisputeCase, entries_of: EntriesOf) -> dict:
    """What was due to the buyer when the dispute ended, and until when; no day if all is as before."""
    ends = (e for e in of_ledger(entries_of(case.return_id)) if e.name == "DisputeResolved")
    end = next((e.values for e in ends if e.values["dispute"] == case.subject), None)
    if end is None:
        return {"costs_minor": None, "due_minor": None, "pay_until": None}
    return {
        "costs_minor": end["costsMinor"],
        "due_minor": end["dueMinor"],
        "pay_until": end["payUntil"] or None,
    }


def _enforcement(entry: Entry) -> dict:
    values = entry.values
    return {
        "act": _name(DisputeAct(values["act"])),
        "consequence": _name(DisputeConsequence(values["consequence"])),
        "arbitrator": values["arbitrator"],
        "recorded_at": entry.recorded_at,
    }


def _late_act(entry: Entry, turn: DisputeTurn) -> dict:
    return {"act": _name(turn.act), "until": turn.until, "recorded_at": entry.recorded_at}


def _terms(case: DisputeCase) -> dict:
    """The policy's terms of disputes, with the grace that all its deadlines have."""
    terms = case.terms
    return {
        **{name: terms[name] for name in terms if name.endswith("_s")},
        "grace_s": case.sale.terms["grace_s"],
        "cost_minor": terms["costMinor"],
        "default": "buyer" if terms["buyerByDefault"] else "seller",
        "arbitrator_contract": _commitment(terms["arbitrator"]),
    }


def _turn(case: DisputeCase) -> dict:
    """Whose turn it is; no times if nobody's."""
    turn = case.turn()
    nobody = turn.who is DisputeTurner.NOBODY
    participants = {
        DisputeTurner.SELLER: [case.sale.receipt["seller"]],
        DisputeTurner.ARBITRATOR: [case.arbitrator] if case.arbitrator else [],
        DisputeTurner.PANEL: [seat for seat in case.panel if seat],
    }
    return {
        "who": _name(turn.who),
        "participants": participants.get(turn.who, []),
        "act": _name(turn.act),
        "from": turn.start or None,
        "until": None if nobody else turn.until,
        "enforceable_at": None if nobody else turn.enforceable_at,
        "consequence": _name(turn.consequence),
    }


# --- What an award would do -------------------------------------------------------------------------------------------


def _effects(case: DisputeCase, entries_of: EntriesOf) -> dict | None:
    """What is due now, and what would be if the claim, a standing offer or the ruling took effect; minor units.

    None once it ended: then the return's money says it.
    """
    if case.stage is DisputeStage.ENDED:
        return None
    rma = case_of(case.return_id, entries_of)

    def due(entry: Entry | None, cost_minor: int = 0) -> int | None:
        return None if entry is None else _effect(rma, entry.values["award"], cost_minor, entries_of).due_minor

    ruling = case.ruling
    awarded = ruling is not None and ruling.values["verdict"] == Verdict.AWARDED
    return {
        "now_minor": rma.breakdown().due_minor,
        "claim_minor": _effect(rma, case.claim, 0, entries_of).due_minor,
        "buyer_offer_minor": due(case.offers.get(True)),
        "seller_offer_minor": due(case.offers.get(False)),
        "ruling_minor": due(ruling, case.terms["costMinor"]) if awarded else None,
    }


def effect_of(return_id: bytes, award: dict, cost_minor: int, entries_of: EntriesOf) -> refund.Breakdown:
    """What would be due, by the refund rule, if an award took effect now; nothing is changed.

    The lines are those of the claim. `cost_minor` is what the dispute cost, 0 unless it was ruled. Raises InvalidField
    if it could not take effect.
    """
    case = case_of(return_id, entries_of)
    return_awards.check_award(case, award)
    return _effect(case, award, cost_minor, entries_of)


def _effect(case: Case, award: dict, cost_minor: int, entries_of: EntriesOf) -> refund.Breakdown:
    case = copy.copy(case)
    case.lines = {number: copy.copy(line) for number, line in case.lines.items()}
    accepted = accepted_so_far(case, entries_of)
    anew = return_awards.begin_award(case, award)
    more = {
        given["line"]: accept_more(case.lines[given["line"]], given["accepted"], accepted[given["line"]])
        for given in award["lines"]
    }
    costs_minor = refund.percentage(cost_minor, award["buyerCostBasisPoints"])
    return_awards.finish_award(case, award, costs_minor, 0, anew)
    accepted.update(more)
    completes = all(accepted[number] == price.quantity for number, price in enumerate(case.sale.prices))
    case.completes_order = case.completes_order or (any(more.values()) and completes)
    return case.breakdown(case.sale.available_minor() + award["unpaidMinor"])


def accepted_so_far(case: Case, entries_of: EntriesOf) -> Counter:
    """Pieces of each line accepted so far, over all returns of the receipt."""
    found = Counter()
    for sibling in sibling_ids(case.sale.subject, entries_of):
        other = case if sibling == case.subject else case_of(sibling, entries_of)
        if other is not None:
            found.update({number: line.accepted for number, line in other.lines.items()})
    return found


def accept_more(line, accepted: int, before: int) -> int:
    """How many pieces it accepts besides."""
    pieces = accepted - line.accepted
    if pieces:
        acceptance = refund.Acceptance(before, pieces)
        line.acceptances = [*line.acceptances, acceptance]
        line.goods_minor += sum(refund.goods(line.price, acceptance))
        line.accepted = accepted
    return pieces
