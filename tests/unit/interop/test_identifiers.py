"""Check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_api.rules.identifiers import gs1_check_digit, is_s10, is_sscc, s10_check_digit, sscc_of

DIGITS = st.characters(min_codepoint=0x30, max_codepoint=0x39)


@pytest.mark.parametrize(
    "number",
    ["", "RA123456784GB", "ra123456785gb", "RA 123456785 GB", "RA123456785ZZ", "RA12345678GB", "RA123456785G١"],
)
def test_a_wrong_s10_number_is_none(number):
    assert not is_s10(number)


@pytest.mark.parametrize("serial, digit", [("12345678", 5), ("47312482", 9), ("00000000", 5), ("00000013", 3)])
def test_the_s10_check_digit_is_the_upu_s(serial, digit):
    assert s10_check_digit(serial) == digit
    assert is_s10(f"RA{serial}{digit}GB")


def test_a_serial_of_another_length_has_no_s10_check_digit():
    with pytest.raises(ValueError):
        s10_check_digit("1234567")


@pytest.mark.parametrize(
    "number", ["", "106141412345678907", "10614141234567890", "1061414123456789080", "١06141412345678908"]
)
def test_a_wrong_sscc_is_none(number):
    assert not is_sscc(number)
    assert sscc_of(number) == ""


@pytest.mark.parametrize(
    "text",
    ["urn:epc:id:sscc:0614141.123456789", "urn:epc:id:sscc:0614141.12345678901", "urn:epc:id:sscc:06141.412345678901"]
    + [
        "URN:EPC:ID:SSCC:0614141.1234567890",
        "https://id.gs1.org/00/106141412345678907",
        "ftp://id.gs1.org/00/106141412345678908",
    ]
    + ["https://id.gs1.org/00/106141412345678908/21/7", "https://00/106141412345678908"],
)
def test_a_wrong_spelling_of_an_sscc_is_none(text):
    assert sscc_of(text) == ""


@pytest.mark.parametrize(
    "text",
    ["106141412345678908", "(00)106141412345678908", "00106141412345678908", "urn:epc:id:sscc:0614141.1234567890"]
    + ["https://id.gs1.org/00/106141412345678908", "http://shop.example/a/b/00/106141412345678908/?x=1#y"],
)
def test_every_spelling_of_an_sscc_gives_its_digits(text):
    assert sscc_of(text) == "106141412345678908"


@given(st.text(DIGITS, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_a_gs1_check_digit_finds_every_single_wrong_digit(digits, place, by):
    right = digits + str(gs1_check_digit(digits))
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert is_sscc(right)
    assert not is_sscc(wrong)


@given(st.text(DIGITS, min_size=17, max_size=17), st.integers(6, 12))
def test_a_urn_and_its_digits_are_the_same_sscc(digits, prefix_digits):
    prefix, serial = digits[1 : 1 + prefix_digits], digits[1 + prefix_digits :]
    assert sscc_of(f"urn:epc:id:sscc:{prefix}.{digits[0]}{serial}") == digits + str(gs1_check_digit(digits))
