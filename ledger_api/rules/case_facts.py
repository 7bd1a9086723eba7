"""The facts of a case: one for each entry, in order, with who signed it, how well it is supported, what the terms say.

Pure, so that page and command tell the same. A fact rests on its entry alone, and names come from the caller.
"""

from dataclasses import dataclass

from ledger_api.rules import case_told, dispute_told
from ledger_api.rules.case_terms import terms_words
from ledger_api.rules.checkpoint_facts import fact_key_of_words
from ledger_api.rules.dispute_case import DisputeCase, dispute_case_of
from ledger_api.rules.entries import CHECKPOINT, Entry
from ledger_api.rules.return_case import Case, case_of
from ledger_api.rules.return_state import deliveries_of
from ledger_api.rules.sale import EntriesOf
from ledger_api.rules.telling import Telling, inner, listed
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, mark, marked

SOON_S = 600
TELLERS = case_told.TELLERS | dispute_told.TELLERS
_SUPPORTS = {
    "claimed": mark("Nobody else says so."),
    "documented": mark("A document goes with it."),
    "mutual": mark("Both sides say so."),
}


@dataclass(frozen=True)
class Fact:
    """One fact. Times are Unix seconds UTC."""

    number: int  # in the order of recording
    at: int  # as it was claimed, else as it was recorded
    recorded_at: int
    what: str
    details: str
    who: tuple  # participants who signed, 0 the buyer; none: nobody
    signed: str  # the same in words
    support: str  # claimed, documented, mutual; empty for an act, which needs none
    corroboration: str  # the same in words
    terms: str  # what the terms say about it
    late_until: int | None  # when it was due, if it came late
    until: int | None  # a date that follows from it
    until_words: str
    document: str | None  # commitment to what is not shown here
    history: str  # whose history its entry stands in
    contract: str
    subject: bytes
    position: int  # in that history, from 1
    request: bytes  # digest of the signed request; zeros if there is none
    kind: str

    @property
    def check(self) -> str:
        """Where its entry stands, in words."""
        # L10N: such as entry 2 of the return
        return _("entry %(number)s of %(history)s", number=self.position, history=self.history)


def facts_of(return_id: bytes, entries_of: EntriesOf, name: NameOf, dispute: bytes | None = None) -> list[Fact]:
    """Facts of a return with all its disputes, or with one, the oldest first; `name(0)` is the buyer."""
    teller = _Teller(return_id, entries_of, name, dispute)
    recorded = [item for item in teller.entries() if _concerns(item[2], dispute)]
    # What happened in one second is told history by history, but what follows from the end of a dispute last.
    ordered = sorted(
        enumerate(recorded),
        key=lambda item: (item[1][2].recorded_at, item[1][2].name == "DisputeResolved", item[0]),
    )
    facts = [teller.fact(number, *item) for number, (_, item) in enumerate(ordered, 1)]
    return sorted(facts, key=_place)


def _place(fact: Fact) -> tuple[int, int]:
    """By when it happened; what was recorded within minutes stands in the order of recording."""
    soon = 0 <= fact.recorded_at - fact.at <= SOON_S
    return fact.recorded_at if soon else fact.at, fact.number


def _concerns(entry: Entry, dispute: bytes | None) -> bool:
    """The return's word that a dispute began is the same act as its opening, which tells more."""
    if entry.name == "DisputeBegun":
        return dispute is not None and entry.values["dispute"] != dispute
    return entry.contract != "DisputeDesk" or dispute in (None, entry.subject)


class _Teller:
    def __init__(self, return_id: bytes, entries_of: EntriesOf, name: NameOf, dispute: bytes | None):
        self._return_id, self._entries_of, self._dispute = return_id, entries_of, dispute
        self._case: Case = case_of(return_id, entries_of)
        begun = self._case.by_kind.get("DisputeBegun", ())
        subjects = [entry.values["dispute"] for entry in begun]
        self._disputes: dict[bytes, DisputeCase] = {i: dispute_case_of(i, entries_of) for i in subjects}
        self._late = dict(self._case.late)
        for dispute in self._disputes.values():
            self._late |= dict(dispute.late)
        self._telling = self._tell(name)

    def _tell(self, name: NameOf) -> Telling:
        sale, entries = self._case.sale, self._entries_of(self._return_id)
        currency = sale.receipt["currency"].rstrip(b"\0").decode("ascii", "replace")
        added = self._case.by_kind.get("ParcelAdded", ())
        return Telling(
            name=name,
            seller=sale.receipt["seller"],
            currency=currency,
            supports=self._supports(),
            carriers={entry.values["parcel"]: entry.values["carrier"] for entry in added},
            panels={subject: case.panel for subject, case in self._disputes.items()},
            by_escrow={entry.request for entry in entries if entry.name == "RefundWithdrawn"},
            about=self._dispute,
        )

    def _supports(self) -> dict[Entry, str]:
        stated = zip(self._case.sale.statements, deliveries_of(self._case, self._entries_of), strict=True)
        found = {entry: item["corroboration"] for entry, item in stated}
        for entry in self._case.by_kind.get("ParcelAdded", ()):
            reports = (item for item in self._entries_of(entry.values["parcel"]) if item.contract == "ParcelLedger")
            shown = any(entry.values["document"]) or any(reports)
            found[entry] = "documented" if shown else "claimed"
        return found

    def entries(self):
        """(history in words, position, entry) of all that is told, history by history."""
        for history, contract, subject in self._histories():
            entries = [entry for entry in self._entries_of(subject) if entry.contract == contract]
            seen = set()
            for position, entry in enumerate(entries, 1):
                if entry.name in TELLERS and not _repeats(entry, seen):
                    yield history, position, entry

    def _histories(self):
        yield _("the receipt"), "ReturnLedger", self._case.sale.subject
        yield _("the return"), "ReturnLedger", self._return_id
        for number, parcel in enumerate(self._telling.carriers, 1):
            yield _("parcel %(number)s", number=number), "ParcelLedger", parcel
        for number, subject in enumerate(self._disputes, 1):
            one = len(self._disputes) == 1
            yield _("the dispute") if one else _("dispute %(number)s", number=number), "DisputeDesk", subject
        yield _("the escrow"), "RefundEscrow", self._return_id

    def fact(self, number: int, history: str, position: int, entry: Entry) -> Fact:
        """A fact from its entry."""
        told = TELLERS[entry.name](self._telling, entry)
        support, turn = told.get("support", ""), self._late.get(entry)
        terms = self._case.sale.policy.values
        return Fact(
            number=number,
            at=told.get("at") or entry.recorded_at,
            recorded_at=entry.recorded_at,
            what=told["what"],
            details=told.get("details", ""),
            who=told["who"],
            signed=self._signed(entry, told["who"]),
            support=support,
            corroboration=_support_words(entry, support, told.get("document")),
            terms=terms_words(entry, terms["terms"], terms["disputes"]),
            late_until=turn.until if turn else None,
            until=told.get("until") or None,
            until_words=told.get("until_words", ""),
            document=told.get("document"),
            history=history,
            contract=entry.contract,
            subject=entry.subject,
            position=position,
            request=entry.request,
            kind=entry.name,
        )

    def _signed(self, entry: Entry, who: tuple) -> str:
        names = [self._telling.name(number) for number in who]
        if not any(entry.request):
            return _("Signed by nobody")
        if entry.name == "PanelRulingGiven":
            return _("Signed by at least two of %(names)s", names=listed(names))
        if entry.name == "DisputeResolved":
            return _("Follows from what ended the dispute")
        if not who:
            return _("Signed as the entry names")
        # L10N: names, and you or the buyer as these stand as subjects
        return _("Signed by %(names)s", names=listed([inner(self._telling.name, number) for number in who]))


def _repeats(entry: Entry, seen: set) -> bool:
    """Whether a checkpoint was told already: the same fact stands once."""
    if entry.name != CHECKPOINT:
        return False
    key = fact_key_of_words(entry.values["facts"], entry.values["code"])
    repeated = key in seen
    seen.add(key)
    return repeated


def _support_words(entry: Entry, support: str, document: str | None) -> str:
    if not any(entry.request):
        return _("It follows from the terms and what stands before.")
    if support == "documented" and document is None:
        return _("Its carrier’s reports show it.")
    return marked(_SUPPORTS[support]) if support in _SUPPORTS else _("It is the act itself.")
