"""Postal addresses as they stand on a parcel, after the rules of the UPU: the country last, in capitals."""

import re
from dataclasses import dataclass, replace

from ledger_api.errors import InvalidField
from ledger_api.interop.printing import Piece, checked_text
from ledger_api.rules.countries import country_name
from ledger_api.vocabulary import COUNTRIES

LIMITS = {  # characters
    "name": 60,
    "company": 60,
    "street": 120,
    "postcode": 16,
    "city": 60,
    "region": 60,
    "phone": 30,
    "email": 100,
}
POSTCODE_LAST = frozenset("AU CA CN GB ID IE IN JP KR NZ SG TH TW US".split())  # city, region, then postcode

_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Address:
    """Who sends or receives a parcel. `name` or `company` is needed, and `street`, `city` and `country`."""

    name: str
    street: str  # with the number of the house; more lines with commas
    city: str
    country: str  # ISO 3166-1 alpha-2
    company: str = ""
    postcode: str = ""
    region: str = ""  # state or province, where the country writes one
    phone: str = ""  # with +country code
    email: str = ""


def checked_address(field: str, address: Address) -> Address:
    """The address with tidy texts. Raises InvalidField naming the part, for example `sender.city`."""
    needed = {"street", "city"} | (set() if address.company else {"name"})
    texts = {
        part: checked_text(f"{field}.{part}", getattr(address, part), limit, needed=part in needed)
        for part, limit in LIMITS.items()
    }
    if address.country not in COUNTRIES:
        raise InvalidField(f"{field}.country", f"{address.country!r} is not ISO 3166-1 alpha-2; use one like PL")
    if texts["phone"] and not _PHONE.fullmatch(texts["phone"]):
        raise InvalidField(f"{field}.phone", "is no telephone number; write it like +48 58 123 45 67")
    if texts["email"] and not _EMAIL.fullmatch(texts["email"]):
        raise InvalidField(f"{field}.email", "is no e-mail address; write it like returns@shop.example")
    return replace(address, **texts)


def postal_lines(address: Address) -> list[Piece]:
    """The lines of a checked address: whom, where, the country in bold capitals."""
    whom = [Piece(address.name, bold=True), Piece(address.company, bold=not address.name)]
    where = [Piece(address.street), *map(Piece, _town(address))]
    return [piece for piece in (*whom, *where, Piece(country_name(address.country).upper(), bold=True)) if piece.text]


def _town(address: Address) -> list[str]:
    """Postcode, city and region in the country's order."""
    if address.country in POSTCODE_LAST:
        return [" ".join(part for part in (address.city, address.region, address.postcode) if part)]
    return [f"{address.postcode} {address.city}".strip(), address.region]
