"""What a dispute is about in money: what each side says, before and after, what each risks at most. Pure.

All of it by the refund rule, from the entries; minor units. For a dispute that ended, as it stood just before its end.
"""

from ledger_api.rules import refund
from ledger_api.rules.amounts import amount
from ledger_api.rules.dispute_case import DisputeCase
from ledger_api.rules.dispute_state import dispute_state, effect_of
from ledger_api.rules.dispute_turns import opener
from ledger_api.rules.entries import Entry
from ledger_api.rules.return_case import case_of
from ledger_api.rules.sale import EntriesOf, of_ledger
from ledger_api.rules.wording import NameOf
from ledger_api.vocabulary import DisputeStage, Verdict

_PARTS = (  # (label, sign, members of the breakdown)
    ("Accepted goods, with tax and duty", 1, ("net_minor", "tax_minor", "duty_minor")),
    ("Lost in value", -1, ("diminished_minor",)),
    ("Restocking fee", -1, ("restocking_minor",)),
    ("Return shipping", -1, ("return_shipping_minor",)),
    ("Standard delivery", 1, ("delivery_minor",)),
    ("Awarded besides", 1, ("extra_minor",)),
    ("Buyer’s part of the cost", -1, ("costs_minor",)),
    ("Refunded so far, as it counts", -1, ("earlier_minor",)),
    ("More than is left of what was paid", -1, ("capped_minor",)),
    ("Refunded beyond that", 1, ("overpaid_minor",)),
)


def before_end(case: DisputeCase, entries_of: EntriesOf) -> EntriesOf:
    """Entries as they were just before a dispute ended; all of them if it is open."""
    if case.stage is not DisputeStage.ENDED:
        return entries_of
    end = _end_of(case, entries_of)

    def entries_before(subject: bytes) -> list[Entry]:
        entries = entries_of(subject)
        for last in (end, case.ended_by):
            if last in entries:
                return entries[: entries.index(last)]
        return [entry for entry in entries if entry.recorded_at <= case.ended_at]

    return entries_before


def _end_of(case: DisputeCase, entries_of: EntriesOf) -> Entry:
    history = of_ledger(entries_of(case.return_id))
    return next(e for e in history if e.name == "DisputeResolved" and e.values["dispute"] == case.subject)


def outcomes(dispute: dict, case: DisputeCase, entries_of: EntriesOf, name: NameOf) -> list[dict]:
    """[{label, minor}]: what is still due to the buyer, by what takes effect; the present state first."""
    before = before_end(case, entries_of)
    state = dispute_state(case.subject, before)
    effects, seller = state["effects"], name(dispute["seller"])
    claimant = name(opener(dispute))
    made = {entry.values["participant"] == 0: entry for entry in case.by_kind.get("OfferMade", ())}
    offers = {by_buyer: _due(case, offer.values["award"], 0, before) for by_buyer, offer in made.items()}
    rows = [
        (f"As things {'stood before the end' if case.ended_at else 'stand'}", effects["now_minor"]),
        (f"As {_inner(claimant, opener(dispute))} claims", effects["claim_minor"]),
        (f"As {_inner(name(0), 0)} offered", offers.get(True)),
        (f"As {seller} offered", offers.get(False)),
        (f"As the {'first ' if case.panel_ruling else ''}ruling says", _ruling_minor(case, before)),
        ("As the dispute ended", dispute["due_minor"] if case.ended_at else None),
    ]
    return [{"label": label, "minor": minor} for label, minor in rows if minor is not None]


def _inner(name: str, number: int) -> str:
    return name if number else name[:1].lower() + name[1:]


def _ruling_minor(case: DisputeCase, before: EntriesOf) -> int | None:
    ruling = case.ruling
    if ruling is None or ruling.values["verdict"] != Verdict.AWARDED:
        return None
    return _due(case, ruling.values["award"], case.terms["costMinor"], before)


def _due(case: DisputeCase, award: dict, cost_minor: int, entries_of: EntriesOf) -> int | None:
    """What would be due; None if such an award could not take effect."""
    try:
        return effect_of(case.return_id, award, cost_minor, entries_of).due_minor
    except ValueError:
        return None


def due_of_offer(case: DisputeCase, offer: Entry, entries_of: EntriesOf) -> int | None:
    """What would be due if an offer took effect, also one that another has replaced."""
    return _due(case, offer.values["award"], 0, before_end(case, entries_of))


def comparison(case: DisputeCase, entries_of: EntriesOf) -> dict | None:
    """{what, rows: [{label, before, after, total}]}: the refund rule before and after what decides, or the claim."""
    before = before_end(case, entries_of)
    what, after = _after(case, entries_of, before)
    if after is None:
        return None
    first = case_of(case.return_id, before).breakdown()
    rows = [
        {"label": label, "before": sign * _sum(first, members), "after": sign * _sum(after, members), "total": False}
        for label, sign, members in _PARTS
    ]
    rows = [row for row in rows if row["before"] or row["after"]]
    total = {"label": "Due to the buyer", "before": first.due_minor, "after": after.due_minor, "total": True}
    return {"what": what, "rows": [*rows, total]}


def _sum(breakdown: refund.Breakdown, members: tuple) -> int:
    return sum(getattr(breakdown, member) for member in members)


def _after(case: DisputeCase, entries_of: EntriesOf, before: EntriesOf) -> tuple[str, refund.Breakdown | None]:
    if case.ended_at:
        end = _end_of(case, entries_of)

        def entries_after(subject: bytes) -> list[Entry]:
            return before(subject) + [end] if subject == case.return_id else before(subject)

        return "how the dispute ended", case_of(case.return_id, entries_after).breakdown()
    ruling = case.ruling
    if ruling is not None and ruling.values["verdict"] == Verdict.AWARDED:
        what, award, cost_minor = "the ruling", ruling.values["award"], case.terms["costMinor"]
    else:
        what, award, cost_minor = "the claim", case.claim, 0
    try:
        return what, effect_of(case.return_id, award, cost_minor, entries_of)
    except ValueError:
        return what, None


# --- Risks ------------------------------------------------------------------------------------------------------------


def risk_words(dispute: dict, case: DisputeCase, entries_of: EntriesOf, name: NameOf) -> list[str]:
    """What each side risks at most; nothing once it ended."""
    if case.ended_at:
        return []
    currency, seller = dispute["currency"], name(dispute["seller"])
    cost, left = amount(case.terms["costMinor"], currency), _left_minor(case, entries_of)
    worst = _due(case, _nothing_of(case, entries_of), case.terms["costMinor"], entries_of)
    now = amount(dispute["effects"]["now_minor"], currency)
    buyer = f"The buyer never pays anything in, and keeps what was refunded. The cost, {cost} at most, can only be"
    buyer += " taken off what is due."
    if worst is not None and worst != dispute["effects"]["now_minor"]:
        buyer += (
            f" At worst what is contested counts for nothing; then {amount(worst, currency)} is due, now it is {now}."
        )
    elif worst is not None:
        buyer += f" At worst nothing changes: {now} is due."
    most = f"{seller} never has to refund more than what is left of the price: {amount(left, currency)}"
    return [buyer, f"{most}. Besides it bears the cost of a ruling, {cost} at most."]


def _left_minor(case: DisputeCase, entries_of: EntriesOf) -> int:
    """What the buyer paid and did not get back, counting refunds that are contested as not paid."""
    return case_of(case.return_id, entries_of).sale.available_minor() + case.claim["unpaidMinor"]


def _nothing_of(case: DisputeCase, entries_of: EntriesOf) -> dict:
    """What a ruling can give at least: the contested lines at no value, all of the cost on the buyer."""
    lines = case_of(case.return_id, entries_of).lines
    worst = [
        {**line, "accepted": max(line["accepted"], lines[line["line"]].accepted), "awardBasisPoints": 0}
        for line in case.claim["lines"]
    ]
    return {"extraMinor": 0, "unpaidMinor": 0, "buyerCostBasisPoints": refund.ALL_BASIS_POINTS, "lines": worst}
