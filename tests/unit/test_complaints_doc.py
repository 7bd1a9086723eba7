"""docs/complaints.md speaks of every complaint, and the tests that it names exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "complaints.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (yes|in part|no) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
CITED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ANSWERS = ("tests/api/test_complaints.py", "tests/api/test_dispute_complaints.py")


def names_in(path: str) -> set[str]:
    return set(re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_complaint_has_its_row():
    assert [int(row[0]) for row in ROWS] == list(range(1, 20))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_the_public_issue_and_a_test(row):
    assert re.search(r"[\w.-]+(/[\w.-]+)? ?(PR)?#\d+", row[1])
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", row[4])


@pytest.mark.parametrize(("path", "name"), CITED, ids=lambda item: item.rsplit("/", 1)[-1])
def test_a_test_that_is_named_exists(path, name):
    assert name in names_in(path)


def test_nothing_else_that_looks_like_a_test_is_named():
    assert PAGE.count("::") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", PAGE))


@pytest.mark.parametrize("answers", ANSWERS)
def test_every_answer_is_named(answers):
    assert names_in(answers) == {name for path, name in CITED if path == answers}
