"""Numbers that parcels carry, as they are typed or scanned, and their check digits: UPU S10 and GS1 SSCC.

An SSCC has three spellings: 18 digits, an EPC URN without the check digit, a Digital Link URI. What a scanner adds is
taken off: the symbology identifier (`]C1`), FNC1 (a group separator), blanks. Twin of frontend/src/numbers.ts.
"""

import re
from dataclasses import dataclass

from ledger_api.vocabulary import COUNTRIES

SSCC_DIGITS = 18

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])([A-Z]{2})")
_SSCC = re.compile(r"(?:\(00\)|00)?([0-9]{18})")
_SSCC_URN = re.compile(r"urn:epc:id:sscc:([0-9]{6,12})\.([0-9])([0-9]{4,10})")
_SSCC_LINK = re.compile(r"https?://[^/?#\s]+(?:/[^/?#\s]+)*/00/([0-9]{18})/?(?:[?#]\S*)?")


def s10_check_digit(serial: str) -> int:
    """Check digit of the eight digits of a UPU S10 number."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _S10_WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def is_s10(number: str) -> bool:
    """Whether it is a UPU S10 number (two letters, eight digits, check digit, country) without blanks."""
    match = _S10.fullmatch(number)
    return bool(match) and match[3] in COUNTRIES and s10_check_digit(match[1]) == int(match[2])


def gs1_check_digit(digits: str) -> int:
    """Check digit (modulo 10, weights 3 and 1 from the right) of a GS1 number without its last digit."""
    return -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits))) % 10


def is_sscc(digits: str) -> bool:
    """Whether it is 18 digits of which the last is right."""
    return bool(re.fullmatch(r"[0-9]{18}", digits)) and gs1_check_digit(digits[:-1]) == int(digits[-1])


def sscc_of(text: str) -> str:
    """The 18 digits of an SSCC in any of its spellings; empty if it is none or its check digit is wrong."""
    if urn := _SSCC_URN.fullmatch(text):
        return _sscc_of_urn(prefix=urn[1], extension=urn[2], serial=urn[3])
    match = _SSCC.fullmatch(text) or _SSCC_LINK.fullmatch(text)
    return match[1] if match and is_sscc(match[1]) else ""


def _sscc_of_urn(prefix: str, extension: str, serial: str) -> str:
    digits = extension + prefix + serial
    return digits + str(gs1_check_digit(digits)) if len(digits) == SSCC_DIGITS - 1 else ""


# --- Numbers as they are typed or scanned

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_START = re.compile(r"\][Ce][01]|\]d2|\]Q3")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\ufeff]+")
_FRAMED_SSCC = re.compile(r"(?:\(00\)|00)([0-9]{18})")
_LEADING_SSCC = re.compile(r"(?:\(00\)|00)([0-9]{18}).*")
_S10_FORM = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")


@dataclass(frozen=True)
class ParcelNumber:
    """A number in its one spelling, and whether its check digit, if it has one, is right."""

    text: str
    form: str = ""  # s10, sscc; empty: the carrier's own
    right: bool = True


def parcel_number(typed: str) -> ParcelNumber:
    """What was typed or scanned, in one spelling: 18 digits for an SSCC, else capitals without blanks."""
    given = typed.strip(" \t\r\n")
    is_gs1 = bool(_GS1_START.match(given)) or given.startswith("\x1d")
    joined = _BLANKS.sub("", _SYMBOLOGY.sub("", given, count=1) if given.startswith("]") else given)
    if sscc := sscc_of(joined):
        return ParcelNumber(sscc, "sscc")
    if framed := (_LEADING_SSCC if is_gs1 else _FRAMED_SSCC).fullmatch(joined):
        return ParcelNumber(framed[1], "sscc", is_sscc(framed[1]))
    text = joined.upper()
    if (s10 := _S10_FORM.fullmatch(text)) and s10[4] in COUNTRIES:
        return ParcelNumber(text, "s10", s10_check_digit(s10[2]) == int(s10[3]))
    return ParcelNumber(text)
