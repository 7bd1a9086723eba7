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
from ledger_api.rules.telling import BUYER, inner, joined
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import DisputeStage, Verdict

_PARTS = (  # (label, sign, members of the breakdown)
    (mark("Accepted goods, with tax and duty"), 1, ("net_minor", "tax_minor", "duty_minor")),
    (mark("Lost in value"), -1, ("diminished_minor",)),
    (mark("Restocking fee"), -1, ("restocking_minor",)),
    (mark("Return shipping"), -1, ("return_shipping_minor",)),
    (mark("Standard delivery"), 1, ("delivery_minor",)),
    (mark("Awarded besides"), 1, ("extra_minor",)),
    (mark("Buyer’s part of the cost"), -1, ("costs_minor",)),
    (mark("Refunded so far, as it counts"), -1, ("earlier_minor",)),
    (mark("More than is left of what was paid"), -1, ("capped_minor",)),
    (mark("Refunded beyond that"), 1, ("overpaid_minor",)),
)


ENDED, RULED, CLAIMED = "how the dispute ended", "the ruling", "the claim"  # what a comparison is with
_COMPARED = {
    ENDED: mark("The refund rule before and after how the dispute ended, in %(currency)s"),
    RULED: mark("The refund rule before and after the ruling, in %(currency)s"),
    CLAIMED: mark("The refund rule before and after the claim, in %(currency)s"),
}


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
    made = {entry.values["participant"] == 0: entry for entry in case.by_kind.get("OfferMade", ())}
    offers = {by_buyer: _due(case, offer.values["award"], 0, before) for by_buyer, offer in made.items()}
    rows = [
        (_("As things stood before the end") if case.ended_at else _("As things stand"), effects["now_minor"]),
        (_("As %(who)s claims", who=inner(name, opener(dispute))), effects["claim_minor"]),
        (_("As %(who)s offered", who=inner(name, BUYER)), offers.get(True)),
        (_("As %(who)s offered", who=seller), offers.get(False)),
        (_("As the first ruling says") if case.panel_ruling else _("As the ruling says"), _ruling_minor(case, before)),
        (_("As the dispute ended"), dispute["due_minor"] if case.ended_at else None),
    ]
    return [{"label": label, "minor": minor} for label, minor in rows if minor is not None]


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


def comparison(case: DisputeCase, entries_of: EntriesOf, currency: str) -> dict | None:
    """{title, rows: [{label, before, after, total}]}: the refund rule before and after what decides, or the claim."""
    before = before_end(case, entries_of)
    what, after = _after(case, entries_of, before)
    if after is None:
        return None
    return _table(what, case_of(case.return_id, before).breakdown(), after, currency)


def ruling_table(case: DisputeCase, award: dict, entries_of: EntriesOf, currency: str) -> dict:
    """The same for a ruling that nobody has given yet; raises InvalidField if it could not take effect."""
    after = effect_of(case.return_id, award, case.terms["costMinor"], entries_of)
    return _table(RULED, case_of(case.return_id, entries_of).breakdown(), after, currency)


def _table(what: str, first: refund.Breakdown, after: refund.Breakdown, currency: str) -> dict:
    rows = [
        {
            "label": marked(label),
            "before": sign * _sum(first, members),
            "after": sign * _sum(after, members),
            "total": False,
        }
        for label, sign, members in _PARTS
    ]
    rows = [row for row in rows if row["before"] or row["after"]]
    total = {"label": _("Due to the buyer"), "before": first.due_minor, "after": after.due_minor, "total": True}
    return {"title": marked(_COMPARED[what], currency=currency), "rows": [*rows, total]}


def _sum(breakdown: refund.Breakdown, members: tuple) -> int:
    return sum(getattr(breakdown, member) for member in members)


def _after(case: DisputeCase, entries_of: EntriesOf, before: EntriesOf) -> tuple[str, refund.Breakdown | None]:
    if case.ended_at:
        end = _end_of(case, entries_of)

        def entries_after(subject: bytes) -> list[Entry]:
            return before(subject) + [end] if subject == case.return_id else before(subject)

        return ENDED, case_of(case.return_id, entries_after).breakdown()
    ruling = case.ruling
    if ruling is not None and ruling.values["verdict"] == Verdict.AWARDED:
        what, award, cost_minor = RULED, ruling.values["award"], case.terms["costMinor"]
    else:
        what, award, cost_minor = CLAIMED, case.claim, 0
    try:
        return what, effect_of(case.return_id, award, cost_minor, entries_of)
    except ValueError:
        return what, None


# --- Risks ------------------------------------------------------------------------------------------------------------


def risk_words(dispute: dict, case: DisputeCase, entries_of: EntriesOf, name: NameOf) -> list[str]:
    """What each side risks at most; nothing once it ended."""
    if case.ended_at:
        return []
    return [_buyers_risk(dispute, case, entries_of), _sellers_risk(dispute, case, entries_of, name)]


def _buyers_risk(dispute: dict, case: DisputeCase, entries_of: EntriesOf) -> str:
    currency = dispute["currency"]
    worst = _due(case, _nothing_of(case, entries_of), case.terms["costMinor"], entries_of)
    now = amount(dispute["effects"]["now_minor"], currency)
    words = _(
        "The buyer never pays anything in, and keeps what was refunded. The cost, %(cost)s at most, can only be taken"
        " off what is due.",
        cost=amount(case.terms["costMinor"], currency),
    )
    if worst is None:
        return words
    if worst == dispute["effects"]["now_minor"]:
        return joined(words, _("At worst nothing changes: %(now)s is due.", now=now))
    least = _(
        "At worst what is contested counts for nothing; then %(worst)s is due, now it is %(now)s.",
        worst=amount(worst, currency),
        now=now,
    )
    return joined(words, least)


def _sellers_risk(dispute: dict, case: DisputeCase, entries_of: EntriesOf, name: NameOf) -> str:
    currency = dispute["currency"]
    return _(
        "%(seller)s never has to refund more than what is left of the price: %(left)s. Besides it bears the cost of a"
        " ruling, %(cost)s at most.",
        seller=name(dispute["seller"]),
        left=amount(_left_minor(case, entries_of), currency),
        cost=amount(case.terms["costMinor"], currency),
    )


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
