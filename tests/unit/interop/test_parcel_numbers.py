"""Numbers that a parcel carries: made, checked, and as they are printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_api.errors import InvalidField
from ledger_api.interop.barcodes import parcel_number
from ledger_api.interop.identifiers import checked_s10, checked_sscc, s10, s10_shown, sscc, sscc_shown

SERIALS = st.integers(0, 99_999_999)
S10_DIGITS = range(2, 11)  # places of the serial and the check digit
SHARED_CHECK_DIGIT = "5"  # the UPU gives it to two of the eleven remainders


def refused(field: str, part: str = ""):
    return pytest.raises(InvalidField, match=rf"^{field}: .*{part}")


@pytest.mark.parametrize(
    "service, serial, country, field",
    [
        ("R", 1, "GB", "service"),
        ("rA", 1, "GB", "service"),
        ("R1", 1, "GB", "service"),
        ("RA", -1, "GB", "serial"),
        ("RA", 100_000_000, "GB", "serial"),
        ("RA", 1, "ZZ", "country"),
    ],
)
def test_no_s10_number_is_made_of_a_wrong_part(service, serial, country, field):
    with refused(field):
        s10(service, serial, country)


@pytest.mark.parametrize(
    "number, part",
    [
        ("RA123456784GB", "wrong check digit"),
        ("RA123456785ZZ", "no country"),
        ("RA12345678GB", "two letters"),
        ("", "two letters"),
    ],
)
def test_a_wrong_s10_number_is_refused_with_what_to_do(number, part):
    with refused("tracking_number", part):
        checked_s10("tracking_number", number)


@given(SERIALS, st.sampled_from(S10_DIGITS), st.integers(1, 9))
def test_a_single_wrong_digit_of_an_s10_number_is_found(serial, place, by):
    """All but those in a serial whose check digit is shared."""
    right = s10("RA", serial, "GB")
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert checked_s10("number", right) == right
    if wrong[10] == SHARED_CHECK_DIGIT == right[10]:
        return
    with refused("number", "check digit"):
        checked_s10("number", wrong)


@pytest.mark.parametrize(
    "service, serial, country, number",
    [
        ("RA", 12345678, "GB", "RA123456785GB"),
        ("CP", 47312482, "PL", "CP473124829PL"),
        ("CP", 0, "CN", "CP000000005CN"),
    ],
)
def test_an_s10_number_has_the_check_digit_of_the_upu(service, serial, country, number):
    assert s10(service, serial, country) == number


def test_an_s10_number_is_read_as_people_write_it_and_printed_in_groups():
    assert checked_s10("number", " ra 123 456 785 gb ") == "RA123456785GB"
    assert s10_shown("RA123456785GB") == "RA 123 456 785 GB"


@pytest.mark.parametrize(
    "extension, prefix, serial, field",
    [
        (10, "0614141", 1, "extension"),
        (-1, "0614141", 1, "extension"),
        (1, "614141", 1, "company_prefix"),
        (1, "06141412345", 1, "company_prefix"),
        (1, "061414A", 1, "company_prefix"),
        (1, "0614141", 10**9, "serial"),
        (1, "0614141", -1, "serial"),
    ],
)
def test_no_sscc_is_made_of_a_wrong_part(extension, prefix, serial, field):
    with refused(field):
        sscc(extension, prefix, serial)


@pytest.mark.parametrize(
    "text, part",
    [("106141412345678907", "should be 8"), ("(00)106141412345678907", "should be 8"), ("12", "18 digits")],
)
def test_a_wrong_sscc_is_refused_with_what_to_do(text, part):
    with refused("tracking_number", part):
        checked_sscc("tracking_number", text)


@given(st.integers(0, 9), st.integers(0, 10**7 - 1), st.integers(0, 10**9 - 1), st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_of_an_sscc_is_found(extension, prefix, serial, place, by):
    right = sscc(extension, f"{prefix:07d}", serial)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert checked_sscc("number", f"(00) {right}") == right
    with refused("number", "check digit"):
        checked_sscc("number", wrong)


@pytest.mark.parametrize(
    "extension, prefix, serial, number",
    [
        (1, "0614141", 234567890, "106141412345678908"),  # GS1's EPC Tag Data Standard
        (3, "4012345", 123456789, "340123451234567895"),
        (0, "0614141000", 123456, "006141410001234560"),
    ],
)
def test_an_sscc_has_the_check_digit_of_gs1(extension, prefix, serial, number):
    assert sscc(extension, prefix, serial) == number
    assert sscc_shown(number) == f"(00) {number}"


@pytest.mark.parametrize("number", ["", "   ", "Ł123", "12\n34\x00"])
def test_a_number_that_no_bars_can_say_is_refused(number):
    with refused("tracking_number"):
        parcel_number("tracking_number", number)


def test_a_carriers_own_number_stays_as_it_is():
    assert parcel_number("tracking_number", "1z 999 aa1 0123456784").coded == "1Z999AA10123456784"
