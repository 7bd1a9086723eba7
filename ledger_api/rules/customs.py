"""Customs territories: whether a parcel between two countries passes a customs border. Pure.

Regulation (EU) 952/2013, article 4, for the Union; the customs union of Switzerland and Liechtenstein; the Crown
dependencies with the United Kingdom. Parts of a country with a status of their own are taken as the country.
"""

import re

TARIFF = re.compile(r"[0-9]{6,12}")  # Harmonized System, without dots
DECLARATION = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{14}")  # movement reference number (MRN)

UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split())
UNION_OVERSEAS = frozenset("AX GF GP MF MQ RE YT".split())
TERRITORY_OF = {
    **dict.fromkeys(UNION | UNION_OVERSEAS, "EU"),
    **dict.fromkeys(("GB", "GG", "IM", "JE"), "GB"),
    "LI": "CH",
}


def crosses_customs(one: str, other: str) -> bool:
    """Whether two countries, ISO 3166-1 alpha-2, are in different customs territories."""
    return TERRITORY_OF.get(one, one) != TERRITORY_OF.get(other, other)


def plain_tariff(number: str) -> str:
    """A tariff number as it is compared: without dots and blanks."""
    return number.replace(".", "").replace(" ", "")
