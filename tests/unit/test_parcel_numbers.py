"""Numbers of parcels as they are typed or scanned, and the book that finds them."""

import pytest

from ledger_api.parcel_book import ParcelBook
from ledger_api.rules.identifiers import parcel_number

SSCC = "340123450000000017"


@pytest.mark.parametrize("typed", ["RR123456789PL", "rr 123 456 789 pl", "(00)340123450000000018", f"00{SSCC[:-1]}8"])
def test_a_wrong_check_digit_is_told(typed):
    assert not parcel_number(typed).right


@pytest.mark.parametrize(
    "typed",
    [
        SSCC,
        f"(00){SSCC}",
        f"00{SSCC}",
        f"]C100{SSCC}",
        f"]C100{SSCC}\x1d42148",
        f"\x1d00{SSCC}",
        "3401 2345 0000000017",
    ],
)
def test_an_sscc_has_one_spelling(typed):
    assert parcel_number(typed) == parcel_number(SSCC)
    assert parcel_number(typed).form == "sscc"


def test_blanks_small_letters_and_what_a_scanner_adds_do_not_matter():
    assert parcel_number("]C0rr 123 456 785 pl\r").text == "RR123456785PL"


@pytest.mark.parametrize("typed", ["123456789012345678", "RR123456789ZZ", "PRX80031177"])
def test_a_carriers_own_number_has_no_check_digit_that_could_be_wrong(typed):
    assert parcel_number(typed).right


def test_who_names_a_number_later_finds_the_parcel_of_the_first(tmp_path):
    book = ParcelBook(tmp_path)
    first = book.find_or_enter(2, "rr 123456785 pl", bytes(32), 1_800_000_000)
    assert book.find_or_enter(2, "RR123456785PL") == first
    assert book.find(2, "RR123456785PL") == first
    assert book.find(3, "RR123456785PL") is None
