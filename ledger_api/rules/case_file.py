"""The case file of a dispute: two columns of claims, one line of facts, and what follows from them, in words.

Pure, so that page and command show the same. All of it comes from entries but names: those come from the caller.
"""

from ledger_api.rules.amounts import amount
from ledger_api.rules.case_facts import Fact, facts_of
from ledger_api.rules.case_money import comparison, due_of_offer, outcomes, risk_words
from ledger_api.rules.dispute_case import DisputeCase, dispute_case_of
from ledger_api.rules.dispute_state import dispute_state
from ledger_api.rules.dispute_turns import (
    dispute_standing,
    dispute_turn,
    opener,
    other_side,
    ruling_words,
    within,
)
from ledger_api.rules.dispute_words import (
    ALL_BASIS_POINTS,
    BURDENS,
    EVIDENCE,
    GROUNDS,
    award_words,
    items_words,
    term_rows,
)
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.return_case import Case, case_of
from ledger_api.rules.sale import EntriesOf
from ledger_api.rules.telling import BUYER, THE_BUYER, acted, joined
from ledger_api.rules.times import period
from ledger_api.rules.wording import NameOf, percent
from ledger_api.texts import _, mark, marked

OUTSIDE = (
    mark(
        "The names of those who take part come from the members’ directory; the record holds their numbers, and a seal"
        " of each name, which it must fit."
    ),
    mark(
        "Documents and messages are not shown here: only their seals stand in the record. The parties can open them,"
        " and the arbitrator once the case is handed on."
    ),
)


def case_file(subject: bytes, entries_of: EntriesOf, name: NameOf, now: int) -> dict | None:
    """Everything that page and command show of a dispute, None if there is no such dispute.

    `now` (Unix seconds UTC) only chooses words. Times are Unix seconds UTC, amounts minor units.
    """
    case = dispute_case_of(subject, entries_of)
    if case is None:
        return None
    dispute = dispute_state(subject, entries_of)

    def known(number: int) -> str:
        return name(number) if number else marked(THE_BUYER)

    facts = facts_of(case.return_id, entries_of, known, subject)
    return {
        "dispute": dispute,
        "seller": known(dispute["seller"]),
        "standing": dispute_standing(dispute, known, now),
        "turn": dispute_turn(dispute, known),
        "contested": _contested(dispute, known),
        "claims": _Claims(dispute, case, entries_of, known, facts).to_json(),
        "outcomes": outcomes(dispute, case, entries_of, known),
        "comparison": comparison(case, entries_of, dispute["currency"]),
        "rulings": _rulings(dispute, known),
        "ending": _ending(dispute, case_of(case.return_id, entries_of), known),
        "costs": _costs(dispute, known),
        "deadlines": term_rows(dispute["terms"], dispute["currency"]),
        "burden": _burden(dispute, known),
        "risks": risk_words(dispute, case, entries_of, known),
        "draw": _draw(dispute, case, known),
        "facts": facts,
        "histories": _histories(facts),
        "outside": tuple(marked(words) for words in OUTSIDE),
    }


def _histories(facts: list[Fact]) -> list[dict]:
    """[{history, contract, subject}]: where the entries of the facts stand, each once."""
    found = {(fact.contract, fact.subject): fact for fact in reversed(facts)}
    rows = [{"history": f.history, "contract": f.contract, "subject": hex_of(f.subject)} for f in found.values()]
    return sorted(rows, key=lambda row: row["history"])


def _contested(dispute: dict, name: NameOf) -> str:
    items = items_words(dispute["claim"])
    return joined(
        acted(name, opener(dispute), "%(who)s opened this dispute."),
        _("What is contested: %(ground)s.", ground=marked(GROUNDS[dispute["ground"]])),
        _("It is about %(items)s.", items=items) if items else "",
    )


# --- Claims -----------------------------------------------------------------------------------------------------------


class _Claims:
    """What each side said and brought, in its order."""

    def __init__(self, dispute: dict, case: DisputeCase, entries_of: EntriesOf, name: NameOf, facts: list[Fact]):
        self._dispute, self._case, self._entries_of, self._name = dispute, case, entries_of, name
        self._numbers = {(fact.subject, fact.position): fact for fact in facts if fact.contract == "DisputeDesk"}
        self._entries = [e for e in entries_of(case.subject) if e.contract == "DisputeDesk"]

    def to_json(self) -> dict:
        """{buyer, seller}: lists of {title, words, minor, document, at, fact, note}."""
        sides = {"buyer": [], "seller": []}
        for position, entry in enumerate(self._entries, 1):
            item = self._item(entry)
            if item is not None:
                fact = self._numbers[(entry.subject, position)].number
                side = "buyer" if entry.values["participant"] == BUYER else "seller"
                sides[side].append({"minor": None, "note": "", "at": entry.recorded_at, "fact": fact, **item})
        return sides

    def _item(self, entry) -> dict | None:
        return _ITEMS[entry.name](self, entry.values, entry) if entry.name in _ITEMS else None

    def _claim(self, values: dict, entry) -> dict:
        words = award_words(self._dispute["claim"], self._dispute["currency"])
        return {
            "title": _("Claim"),
            "words": words,
            "minor": self._minor(entry),
            "document": hex_of(values["statement"]),
        }

    def _minor(self, entry) -> int | None:
        """What the claim would make due."""
        rows = outcomes(self._dispute, self._case, self._entries_of, lambda number: "")
        return rows[1]["minor"]

    def _answer(self, values: dict, entry) -> dict:
        return {"title": _("Answer"), "words": [], "document": hex_of(values["statement"])}

    def _offer(self, values: dict, entry) -> dict:
        shown = next(i for i in self._dispute["offers"] if i["offer"] == hex_of(entry.request))
        note = _("stands") if shown["stands"] else _("no longer stands")
        return {
            "title": _("Offer"),
            "words": award_words(shown["award"], self._dispute["currency"]),
            "minor": due_of_offer(self._case, entry, self._entries_of),
            "document": shown["statement"],
            "note": _("accepted") if shown["accepted"] else note,
        }

    def _acceptance(self, values: dict, entry) -> dict:
        return {"title": _("Acceptance"), "words": [_("What the other side asked for or offered.")], "document": None}

    def _evidence(self, values: dict, entry) -> dict:
        shown = next(i for i in self._dispute["evidence"] if i["document"] == hex_of(values["document"]))
        words = [f"{marked(EVIDENCE[shown['kind']])}."]
        return {"title": _("Evidence"), "words": words, "document": shown["document"]}

    def _appeal(self, values: dict, entry) -> dict:
        return {"title": _("Appeal"), "words": [_("Against the ruling.")], "document": hex_of(values["statement"])}


_ITEMS = {
    "DisputeOpened": _Claims._claim,
    "DisputeAnswered": _Claims._answer,
    "OfferMade": _Claims._offer,
    "OfferAccepted": _Claims._acceptance,
    "EvidenceSubmitted": _Claims._evidence,
    "RulingAppealed": _Claims._appeal,
}

# --- Ruling, ending, debt ---------------------------------------------------------------------------------------------


def _rulings(dispute: dict, name: NameOf) -> list[dict]:
    """[{title, words, document, at}] of the ruling and of that on appeal."""
    found = []
    for ruling, on_appeal in ((dispute["ruling"], False), (dispute["panel_ruling"], True)):
        if ruling is not None:
            named = ruling["participant"]
            by = name(named) if named else _("The arbitrator that the terms name")
            title = _("The panel, on appeal") if on_appeal else by
            words, at = ruling_words(ruling, dispute), ruling["recorded_at"]
            found.append({"title": title, "words": words, "document": ruling["reasons"], "at": at})
    return found


def _ending(dispute: dict, rma: Case, name: NameOf) -> dict | None:
    """{words, due_minor, pay_until, costs_minor, open}: the debt and its day; None while the dispute is open.

    `open` says whether the debt is still to be paid in time.
    """
    if dispute["ending"] == "none":
        return None
    refunds = (entry for entry in rma.by_kind.get("RefundReleased", ()) if entry.recorded_at > dispute["ended_at"])
    paid_minor = sum(entry.values["amountMinor"] for entry in refunds)
    in_time = not rma.defaulted and paid_minor < (dispute["due_minor"] or 0)
    return {
        "words": _ending_words(dispute, paid_minor, rma.defaulted, name(dispute["seller"])),
        "open": dispute["applied"] is not None and in_time,
        **{member: dispute[member] for member in ("due_minor", "pay_until", "costs_minor")},
    }


def _ending_words(dispute: dict, paid_minor: int, defaulted: bool, seller: str) -> str:
    if dispute["applied"] is None:
        return _("All is as it was before the dispute.")
    if not dispute["due_minor"]:
        return _("No more money is due.")
    due = amount(dispute["due_minor"], dispute["currency"])
    paid = paid_minor >= dispute["due_minor"]
    if paid and defaulted:
        return _("%(seller)s had to pay %(due)s, and says that it has paid, but not in time.", seller=seller, due=due)
    if paid:
        return _("%(seller)s had to pay %(due)s, and says that it has paid.", seller=seller, due=due)
    if defaulted:
        return _("%(seller)s had to pay %(due)s, and did not pay in time.", seller=seller, due=due)
    return _("%(seller)s has to pay %(due)s.", seller=seller, due=due)


# --- Who pays, by when, who has to show what --------------------------------------------------------------------------


def _costs(dispute: dict, name: NameOf) -> list[str]:
    seller, currency, terms = name(dispute["seller"]), dispute["currency"], dispute["terms"]
    words = [
        _("Opening, answering, evidence, offers and agreeing cost nothing. Nobody has to pay anything in advance."),
        _(
            "Only a ruling that awards something costs: %(cost)s, and an appeal no more. %(seller)s pays it. The ruling"
            " may charge a part to the buyer; that part is taken off what is due to the buyer, and no more.",
            cost=amount(terms["cost_minor"], currency),
            seller=seller,
        ),
    ]
    ruling = dispute["panel_ruling"] or dispute["ruling"]
    if ruling and ruling["award"]:
        words.append(_shares(ruling["award"]["buyer_cost_basis_points"], terms["cost_minor"], seller, currency))
    elif ruling:
        words.append(_("This ruling costs nothing, as it awards nothing."))
    return words


def _shares(basis_points: int, cost_minor: int, seller: str, currency: str) -> str:
    buyers = cost_minor * basis_points // ALL_BASIS_POINTS
    if not basis_points:
        return _("This ruling leaves all of it to %(seller)s.", seller=seller)
    return _(
        "This ruling charges %(percent)s to the buyer, %(part)s; %(seller)s bears %(rest)s.",
        percent=percent(basis_points),
        part=amount(buyers, currency),
        seller=seller,
        rest=amount(cost_minor - buyers, currency),
    )


def _burden(dispute: dict, name: NameOf) -> list[str]:
    return [
        marked(BURDENS[dispute["ground"]]),
        _("What the record shows already, nobody has to show again: each fact below says how well it is supported."),
        _("This is how such cases are commonly judged. The arbitrator weighs the evidence freely and gives reasons."),
    ]


# --- The draw ---------------------------------------------------------------------------------------------------------

_HOW = {
    "drawn": mark("drawn from both numbers"),
    "in order": mark("next on the list, as nobody answered"),
    "passed": mark("next on the list, as the one before did not rule in time"),
    "recused": mark("next on the list, as the one before stepped back"),
    "panel": mark("on the panel"),
}


def _draw(dispute: dict, case: DisputeCase, name: NameOf) -> dict:
    """Who could be drawn, from which numbers, who was, and why nobody could choose."""
    escalated = case.by_kind.get("DisputeEscalated")
    return {
        "eligible": [name(number) for number in dispute["eligible"]],
        "opener": within(name, opener(dispute)),
        "other": within(name, other_side(dispute)),
        "seal": hex_of(case.opened.values["seedHash"]),
        "opener_seed": hex_of(escalated[0].values["seed"]) if escalated else None,
        "other_seed": hex_of(case.seed) if case.seed else None,
        "lot": hex_of(case.draw) if case.draw else None,
        "drawn": _drawn(dispute, case, name),
        "words": _draw_words(dispute, case, name),
        "assignments": [_assignment(item, name) for item in dispute["assignments"]],
    }


def _assignment(item: dict, name: NameOf) -> dict:
    who = name(item["participant"]) if item["participant"] else _("Nobody")
    return {"name": who, "since": item["since"], "how": marked(_HOW[item["how"]])}


def _draw_words(dispute: dict, case: DisputeCase, name: NameOf) -> list[str]:
    if dispute["terms"]["arbitrator_contract"]:
        return [_("The terms name an arbitrator of their own; it gets the case first, and nobody is drawn for it.")]
    first, second = within(name, opener(dispute)), within(name, other_side(dispute))
    words = [
        _(
            "Who can be drawn was fixed at the opening: all arbitrators of the members’ list, but nobody who takes part"
            " in this return."
        ),
        _(
            "Two secret numbers draw one of them. With the opening %(first)s gave a seal of a number, before anybody"
            " knew the other one. With the answer %(second)s gave a number without knowing the first. Then %(first)s"
            " had to show the number under the seal. Neither could know what the other’s would draw, so nobody could"
            " choose.",
            first=first,
            second=second,
        ),
    ]
    return [*words, *_draw_state(dispute, case, first)]


def _draw_state(dispute: dict, case: DisputeCase, first: str) -> list[str]:
    """How far the draw has come."""
    if case.stage.name == "INQUIRY":
        return [
            _(
                "Nothing is drawn yet: the other number comes with the answer. Without one within %(period)s, the next"
                " on the list gets the case.",
                period=period(case.terms["respond_s"]),
            )
        ]
    if case.stage.name == "ANSWERED":
        return [_("Nothing is drawn yet: %(first)s has not asked for an arbitrator.", first=first)]
    if case.escalated_at is None:
        return [_("It ended before anybody was drawn.")]
    if case.draw is None:
        return [_("The dispute was not answered, so there was no second number: the next on the list got the case.")]
    return []


def _drawn(dispute: dict, case: DisputeCase, name: NameOf) -> str:
    """The draw as a division that anybody can repeat; empty if there was none."""
    first = next((i for i in dispute["assignments"] if i["how"] == "drawn"), None)
    if case.draw is None or first is None or not first["participant"]:
        return ""
    count = len(dispute["eligible"])
    place = int.from_bytes(case.draw, "big") % count
    who = name(first["participant"])
    if dispute["eligible"][place] != first["participant"]:
        return _("%(who)s was drawn from those who were still free then.", who=who)
    return _(
        "The lot divided by %(count)s leaves %(place)s. The rest 0 stands for the first of the list, so it was number"
        " %(number)s: %(who)s.",
        count=count,
        place=place,
        number=place + 1,
        who=who,
    )
