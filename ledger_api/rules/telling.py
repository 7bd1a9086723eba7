"""What the words of all entries share: names, money, documents. Pure.

A teller takes a `Telling` and an entry, and gives the fields of a fact that depend on the entry's kind:
{what, who, details, at, support, document, until, until_words}. `who` are the participants who signed, 0 the buyer;
none: nobody.
"""

from dataclasses import dataclass, field

from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.wording import NameOf
from ledger_api.texts import DEFAULT, _, language, mark, marked, pgettext

BUYER = 0
YOU = mark("You")  # the buyer's name where the buyer reads it
THE_BUYER = mark("The buyer")  # and where the reader may be anyone


@dataclass
class Telling:
    """What the words of an entry depend on besides itself."""

    name: NameOf  # participant → name; 0 → the buyer
    seller: int
    currency: str
    supports: dict = field(default_factory=dict)  # entry → how well it is supported, where its kind does not say it
    carriers: dict = field(default_factory=dict)  # parcel → its carrier
    panels: dict = field(default_factory=dict)  # dispute → participants of its panel, as they were last
    by_escrow: set = field(default_factory=set)  # digests of requests that the escrow paid on
    about: bytes | None = None  # the dispute that a case file is about

    def money(self, minor: int) -> str:
        return amount(minor, self.currency)


def told(what: str, *who: int, **more) -> dict:
    """The fields of a fact; `who` signed."""
    return {"what": what, "who": who, **more}


def document_of(value: bytes) -> dict:
    """A commitment, and how well the fact is supported by it."""
    shown = any(value)
    return {"document": hex_of(value) if shown else None, "support": "documented" if shown else "claimed"}


def joined(*parts: str) -> str:
    """Sentences one after another; empty ones say nothing."""
    return " ".join(part for part in parts if part)


def lower(words: str) -> str:
    """As it stands within a sentence; only English writes its first letter small."""
    return words[:1].lower() + words[1:] if language() == DEFAULT else words


def addressed(name: NameOf) -> bool:
    """Whether the buyer is the reader."""
    return name(BUYER) == marked(YOU)


def acted(name: NameOf, number: int, message: str, /, **values) -> str:
    """A sentence about what `%(who)s` did. Where the buyer reads it of himself it has a translation of its own,
    in the context “you”: most languages have another verb there."""
    who = name(number)
    if number == BUYER and addressed(name):
        return pgettext("you", message, who=who, **values)
    return marked(message, who=who, **values)


def inner(name: NameOf, number: int) -> str:
    """A name within a sentence, as its subject: Nanshan Outdoor, the buyer, you."""
    if number:
        return name(number)
    return _("you") if addressed(name) else _("the buyer")


def listed(names: list[str]) -> str:
    """Wisła Parcel, Nanshan Outdoor and the buyer."""
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
