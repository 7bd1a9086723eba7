"""What the words of all entries share: names, money, documents. Pure.

A teller takes a `Telling` and an entry, and gives the fields of a fact that depend on the entry's kind:
{what, who, details, at, support, document, until, until_words}. `who` are the participants who signed, 0 the buyer;
none: nobody.
"""

from dataclasses import dataclass, field

from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.wording import NameOf

BUYER = 0


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
    """As it stands within a sentence."""
    return words[:1].lower() + words[1:]


def object_of(t: Telling, number: int = BUYER) -> str:
    """Who, where others do something to him."""
    return t.name(number) if number else lower(t.name(BUYER))
