"""The catalogues: whole, of the code as it is, and with the same places and marks as the English texts."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ledger_api import texts
from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.countries import COUNTRY_NAMES, country_name
from ledger_api.rules.telling import THE_BUYER, YOU, acted, inner, listed, lower
from ledger_api.rules.times import counted, day, moment, period, time_left
from ledger_api.rules.wording import percent

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(texts.FOLDER.glob("*.po"))
NOW = 1_795_516_644  # Tuesday, 24 November 2026, 10:37 UTC
HOUR_S, DAY_S = 3_600, 86_400


def translations(file: Path) -> list[tuple[str, str]]:
    """(text, its translation), each plural form with the English one that it stands for."""
    with file.open("rb") as source:
        catalogue = read_po(source, locale=file.stem)
    pairs = []
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            pairs.append((message.id, message.string))
        elif message.id:
            pairs += [(message.id[min(n, 1)], string) for n, string in enumerate(message.string)]
    return pairs


def places_of(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_the_catalogues_are_those_of_the_code_and_have_no_gap():
    found = subprocess.run(
        [sys.executable, "scripts/texts.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_each_language_but_english_has_a_catalogue():
    assert {file.stem for file in CATALOGUES} == texts.LANGUAGES.keys() - {texts.DEFAULT}


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_has_the_places_of_its_text(file):
    wrong = [(text, string) for text, string in translations(file) if places_of(text) != places_of(string)]
    assert wrong == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_has_no_place_that_is_no_place(file):
    """A percent sign stands in front of each place, and nowhere else."""
    assert [s for _, s in translations(file) if "%" in re.sub(r"%\(\w+\)s", "", s)] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_brings_no_marks_of_html(file):
    marks = re.compile(r"<[^>]*>|&\w+;|&#\d+;|[<>]")
    wrong = [
        (text, string) for text, string in translations(file) if set(marks.findall(string)) - set(marks.findall(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_ends_as_its_text_does(file):
    """What is a whole sentence in English is one in the translation, and what goes on goes on."""
    ends = re.compile(r"[.:?…]?$")
    wrong = [(t, s) for t, s in translations(file) if ends.search(t)[0] != ends.search(s)[0]]
    assert wrong == []


# --- What is written by the rules of a language -----------------------------------------------------------------------


@pytest.fixture
def german():
    with texts.in_language("de"):
        yield


def test_english_is_the_language_where_nobody_chose():
    assert texts.language() == "en"
    with texts.in_language("xx"):
        assert texts.language() == "en"
    assert figures(-123_456_789, "EUR") == "−1,234,567.89"
    assert (day(NOW), moment(NOW)) == ("24 November 2026", "24 November 2026, 10:37 UTC")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (12_840, "EUR", "128,40 EUR"),
        (123_456_789, "EUR", "1.234.567,89 EUR"),
        (-5, "EUR", "−0,05 EUR"),
        (1_500, "JPY", "1.500 JPY"),
        (1_234_567, "KWD", "1.234,567 KWD"),
    ],
)
def test_german_amounts(german, minor, currency, text):
    assert amount(minor, currency) == text


def test_german_dates_and_percent(german):
    assert day(NOW) == "24. November 2026"
    assert day(NOW + 120 * DAY_S) == "24. März 2027"
    assert moment(NOW) == "24. November 2026, 10:37 Uhr UTC"
    assert [percent(points) for points in (1_500, 1_250, 1)] == ["15 %", "12,5 %", "0,01 %"]


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (3 * DAY_S, "noch 3 Tage"),
        (5 * HOUR_S, "noch 5 Stunden"),
        (HOUR_S, "noch 1 Stunde"),
        (60, "noch weniger als eine Stunde"),
        (-HOUR_S, "seit 1 Stunde überfällig"),
        (-2 * DAY_S, "seit 2 Tagen überfällig"),
        (-1_500 * DAY_S, "seit 1.500 Tagen überfällig"),
    ],
)
def test_german_time_left(german, left_s, text):
    assert time_left(NOW + left_s, NOW) == text


def test_german_counts(german):
    assert [counted(number, "piece") for number in (1, 2, 1_000)] == ["1 Stück", "2 Stück", "1.000 Stück"]
    assert [period(seconds) for seconds in (DAY_S, 14 * DAY_S, 60)] == ["1 Tag", "14 Tage", "1 Minute"]


def test_german_nouns_keep_their_capital_letter(german):
    assert lower("Zollpapiere fehlen") == "Zollpapiere fehlen"


def test_every_country_has_a_german_name(german):
    assert country_name("DE") == "Deutschland"
    assert all(country_name(code) not in (code, "") for code in COUNTRY_NAMES)


def test_who_acts_has_the_right_verb(german):
    def to_buyer(number: int) -> str:
        return "Nanshan Outdoor" if number else texts.marked(YOU)

    def to_anyone(number: int) -> str:
        return "Nanshan Outdoor" if number else texts.marked(THE_BUYER)

    message = "%(who)s opened a dispute"
    assert acted(to_buyer, 0, message) == "Sie haben einen Streitfall eröffnet"
    assert acted(to_anyone, 0, message) == "Der Käufer hat einen Streitfall eröffnet"
    assert acted(to_buyer, 1, message) == "Nanshan Outdoor hat einen Streitfall eröffnet"
    assert (inner(to_buyer, 0), inner(to_anyone, 0)) == ("Sie", "der Käufer")
    assert listed(["A", "B", "C"]) == "A, B und C"
