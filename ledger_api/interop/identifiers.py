"""Numbers that a parcel carries, made, checked and written as they are printed: UPU S10 and GS1 SSCC.

The check digits themselves are in rules/identifiers.py. Every problem is an InvalidField that says what to do.
"""

import re

from ledger_api.errors import InvalidField
from ledger_api.rules.identifiers import SSCC_DIGITS, gs1_check_digit, is_s10, s10_check_digit, sscc_of
from ledger_api.vocabulary import COUNTRIES

S10_SERIAL_LIMIT = 10**8
PREFIX_DIGITS = range(7, 11)  # GS1 company prefixes that GS1 gives out for an SSCC
SSCC_AI = "00"  # GS1 application identifier: serial shipping container code

_S10_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")


def s10(service: str, serial: int, country: str) -> str:
    """A UPU S10 number of 13 characters, without blanks.

    service: two letters, for example CP; serial: 0 to 99,999,999; country: ISO 3166-1 alpha-2. Raises InvalidField.
    """
    if not re.fullmatch("[A-Z]{2}", service):
        raise InvalidField("service", f"{service!r} is not two capital letters; an ordinary parcel is CP")
    if not 0 <= serial < S10_SERIAL_LIMIT:
        raise InvalidField("serial", f"{serial} has not eight digits; use 0 to {S10_SERIAL_LIMIT - 1}")
    if country not in COUNTRIES:
        raise InvalidField("country", f"{country!r} is not an ISO 3166-1 alpha-2 code; use one like PL")
    return f"{service}{serial:08d}{s10_check_digit(f'{serial:08d}')}{country}"


def looks_like_s10(number: str) -> bool:
    """Whether it has the form of an S10 number, right or wrong; blanks and lower case do not matter."""
    return bool(_S10_SHAPE.fullmatch(joined(number)))


def checked_s10(field: str, number: str) -> str:
    """The number in capitals without blanks. Raises InvalidField where it is no S10 number."""
    plain = joined(number)
    if is_s10(plain):
        return plain
    if not _S10_SHAPE.fullmatch(plain):
        raise InvalidField(field, f"{number!r} is not two letters, nine digits and a country; copy it as it is printed")
    if plain[-2:] not in COUNTRIES:
        raise InvalidField(field, f"{number!r} ends with {plain[-2:]}, which is no country; copy it as it is printed")
    raise InvalidField(field, f"{number!r} has a wrong check digit; look for a digit that was misread or swapped")


def s10_shown(number: str) -> str:
    """An S10 number as it is printed: RA123456785GB → RA 123 456 785 GB."""
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def sscc(extension: int, company_prefix: str, serial: int) -> str:
    """The 18 digits of an SSCC: extension digit, GS1 company prefix, serial, check digit.

    extension: 0 to 9, free choice; company_prefix: 7 to 10 digits; serial: fills what is left. Raises InvalidField.
    """
    if not 0 <= extension <= 9:
        raise InvalidField("extension", f"{extension} is not one digit; use 0 to 9")
    if not re.fullmatch("[0-9]+", company_prefix) or len(company_prefix) not in PREFIX_DIGITS:
        raise InvalidField("company_prefix", f"{company_prefix!r} is not 7 to 10 digits; GS1 gives it to a company")
    places = SSCC_DIGITS - 2 - len(company_prefix)
    if not 0 <= serial < 10**places:
        raise InvalidField("serial", f"{serial} does not fit; use 0 to {10**places - 1} with this company prefix")
    digits = f"{extension}{company_prefix}{serial:0{places}d}"
    return digits + str(gs1_check_digit(digits))


def checked_sscc(field: str, text: str) -> str:
    """The 18 digits of an SSCC in any of its spellings; blanks do not matter. Raises InvalidField."""
    plain = "".join(text.split())
    if digits := sscc_of(plain):
        return digits
    bare = plain.removeprefix("(00)")
    if re.fullmatch("[0-9]{18}", bare):
        raise InvalidField(field, f"{text!r} has a wrong check digit; it should be {gs1_check_digit(bare[:-1])}")
    raise InvalidField(field, f"{text!r} is no SSCC; give its 18 digits as they are printed after (00)")


def sscc_shown(digits: str) -> str:
    """An SSCC as it is printed below its bars: (00) and 18 digits."""
    return f"({SSCC_AI}) {digits}"


def joined(number: str) -> str:
    """A number in capitals without blanks."""
    return "".join(number.split()).upper()
