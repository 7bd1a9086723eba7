"""Words that all parts of a return's page share: who speaks and who reads, how many pieces, who says so. Pure."""

from contextlib import contextmanager
from contextvars import ContextVar

from ledger_api.rules.telling import YOU
from ledger_api.rules.times import counted
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, grouped, mark, marked

BUYER = YOU  # in English; `you` gives it as it is shown

_anyone: ContextVar[bool] = ContextVar("anyone", default=False)


@contextmanager
def read_by_anyone():
    """Inside, sentences are for a reader who need not be the buyer."""
    before = _anyone.set(True)
    try:
        yield
    finally:
        _anyone.reset(before)


def yours(to_buyer: str, to_anyone: str, /, **values) -> str:
    """One of two texts, by who reads: the buyer, or anyone."""
    return _(to_anyone if _anyone.get() else to_buyer, **values)


def you() -> str:
    """The buyer's name, where the buyer reads it."""
    return marked(YOU)


def person(number: int, name: NameOf) -> str:
    """Who speaks; 0 is the buyer, who reads this."""
    return name(number) if number else you()


def to_buyer(name: NameOf) -> NameOf:
    """Names as the buyer reads them; 0 is he."""
    return lambda number: person(number, name)


def of_pieces(some: int, all_: int) -> str:
    """1 of 2 pieces; all 2 pieces are 2 pieces."""
    if some == all_:
        return counted(all_, "piece")
    return _("%(some)s of %(pieces)s", some=grouped(some), pieces=counted(all_, "piece"))


def total(state: dict, member: str) -> int:
    """Pieces over all lines: `requested`, `expected`, `received`, `short`, `accepted` or `rejected`."""
    return sum(line[member] for line in state["lines"])


def decided(state: dict) -> int:
    """Pieces that were accepted or rejected."""
    return total(state, "accepted") + total(state, "rejected")


# --- How well a fact is supported -------------------------------------------------------------------------------------

WITH_DOCUMENT = "with a document"  # what a documented fact rests on
BY_REPORTS = "and the carrier’s reports show it"
BY_PAYMENT = "and names the payment"
_DOCUMENTED = {  # → where the buyer says so, and where another does
    WITH_DOCUMENT: (mark("You say so, with a document"), mark("%(who)s says so, with a document")),
    BY_REPORTS: (
        mark("You say so, and the carrier’s reports show it"),
        mark("%(who)s says so, and the carrier’s reports show it"),
    ),
    BY_PAYMENT: (mark("You say so, and name the payment"), mark("%(who)s says so, and names the payment")),
}


def source_words(corroboration: str, who: str, by: str = WITH_DOCUMENT) -> str:
    """Who says so, and how well that is supported; `by` is what a documented fact rests on."""
    if corroboration == "mutual":
        return _("Buyer and seller both say so")
    yours_, others = mark("You alone say so"), mark("%(who)s alone says so")
    if corroboration == "documented":
        yours_, others = _DOCUMENTED[by]
    return marked(yours_) if who == you() else marked(others, who=who)
