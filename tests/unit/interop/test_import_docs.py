"""docs/reference says what the tables say."""

import re
from pathlib import Path

from ledger_api import vocabulary
from ledger_api.interop import DOCUMENT_PROBLEMS, EVENT_REFUSALS, EVENTS_LIMIT, easypost, epcis, laposte
from ledger_api.vocabulary import CHECKPOINT_LABELS, INCIDENT_LABELS, CheckpointKind, Incident, ZoneSource

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def rows(page: str, after: str) -> list[list[str]]:
    """The cells of the first table after that text, without its head; a dash is an empty cell."""
    text = (REFERENCE / page).read_text(encoding="utf-8").split(after, 1)[1]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
    return [[cell.strip(" |`").replace("–", "") for cell in row] for row in cells]


def meanings(table: dict) -> list[list[str]]:
    return [[code, kind.name, incident.name if incident else ""] for code, (kind, incident) in table.items()]


def test_the_page_shows_every_mapping_as_it_is():
    assert rows("import.md", "takes back an earlier one") == meanings(epcis.BIZ_STEPS)
    assert rows("import.md", "says more than the step:") == meanings(epcis.DISPOSITIONS)
    assert rows("import.md", "## EasyPost") == meanings(easypost.STATUSES)
    assert rows("import.md", "these details decide") == meanings(easypost.STATUS_DETAILS)
    assert rows("import.md", "## La Poste") == meanings(laposte.CODES)


def test_the_page_explains_every_slug():
    plain = [[slug, text.replace("`", "")] for slug, text in DOCUMENT_PROBLEMS.items()]
    shown = rows("import.md", "## When the document cannot be imported")
    assert [[slug, text.replace("`", "")] for slug, text in shown] == plain
    assert [slug for slug, _ in rows("import.md", "## When an event is refused")] == [*EVENT_REFUSALS]


def test_the_page_names_the_limit():
    assert f"{EVENTS_LIMIT:,} events" in (REFERENCE / "import.md").read_text(encoding="utf-8")


def test_the_page_of_the_checkpoint_shows_every_number():
    for heading, enum, labels in (
        ("## Kinds", CheckpointKind, CHECKPOINT_LABELS),
        ("## Incidents", Incident, INCIDENT_LABELS),
    ):
        assert rows("checkpoint.md", heading) == [[str(item.value), item.name, labels[item]] for item in enum]
    assert [row[:2] for row in rows("checkpoint.md", "## Zones")] == [
        [str(item.value), item.name] for item in ZoneSource
    ]


def test_every_easypost_code_fits_the_chain():
    assert all(len(code) <= vocabulary.CODE_LIMIT_BYTES for code in [*easypost.STATUSES, *easypost.STATUS_DETAILS])
