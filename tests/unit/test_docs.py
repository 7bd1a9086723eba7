"""The docs say what the code says, both ways."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import ledger_api.relay.intake  # noqa: F401  it has an error of its own
from ledger_api import artefacts
from ledger_api.api import openapi_documents, openapi_schemas
from ledger_api.api.requests import NOUNS
from ledger_api.cli import build_parser
from ledger_api.config import Settings
from ledger_api.documents.content import TYPES
from ledger_api.errors import InvalidDocument, LedgerError, RequestRefused, slug_of
from ledger_api.interop import DOCUMENT_PROBLEMS, EVENT_REFUSALS
from ledger_api.rules.access import READS, Part
from ledger_api.rules.access_proofs import type_strings
from ledger_api.rules.anchors import DocumentKind
from ledger_api.rules.entries import events_by_topic
from ledger_api.rules.requests import actions

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SLUG_BY_CASE = {InvalidDocument, RequestRefused}  # their slug is that of the case, not of the class
GENERIC = {"RequestReverted"}  # what `reverts` calls a refusal without a name


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def slugs() -> set[str]:
    """Every slug that a problem can have."""
    ours = {kind for kind in subclasses(LedgerError) if kind.__module__ != "ledger_api.client"}
    found = {kind.slug for kind in ours - SLUG_BY_CASE}
    found |= {slug_of(item["name"]) for _, item in artefacts.abi_items("error")}
    return found | {slug_of(name) for name in GENERIC} | set(DOCUMENT_PROBLEMS) | set(EVENT_REFUSALS)


def sections() -> dict[str, str]:
    """Text of each slug's section in docs/errors.md."""
    parts = re.split(r"^## (.+)\n", text_of("docs/errors.md"), flags=re.MULTILINE)
    headings = parts[1::2]
    assert len(headings) == len(set(headings)), "a slug stands twice"
    return dict(zip(headings, parts[2::2], strict=True))


def cells(page: str) -> set[str]:
    """Everything that stands as code in the first column of a table of the page."""
    rows = re.findall(r"^\| ([^|]*) \|", text_of(page), flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_slug_has_a_heading_and_every_heading_is_a_slug():
    assert set(sections()) == slugs()


@pytest.mark.parametrize("slug", sorted(slugs()))
def test_a_heading_says_why_and_what_to_do(slug):
    section = sections()[slug]
    assert re.search(r"^\*\*Why\.\*\* \S", section, re.MULTILINE)
    assert re.search(r"^\*\*What to do\.\*\* \S", section, re.MULTILINE)


def test_the_tree_in_the_source_names_every_class():
    source = text_of("ledger_api/errors.py")
    drawn = set(re.findall(r"^\s*[*x+] (\w+)", source.split('"""')[1], re.MULTILINE))
    defined = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    assert drawn <= defined


def test_every_setting_is_in_the_table_with_its_variable_and_default():
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.*?) ?\| (.*) \|$", text_of("docs/ARCHITECTURE.md"), re.MULTILINE)
    shown = {name: (variable, default, text) for name, variable, default, text in rows}
    known = {
        item.name: (item.metadata["variable"], str(item.default), item.metadata["text"]) for item in fields(Settings)
    }
    assert shown == known


def commands() -> dict:
    parser = build_parser()
    return next(action.choices for action in parser._actions if action.choices)


def test_every_command_is_in_the_readme_and_no_other():
    shown = set(re.findall(r"^\| `return-ledger (\w+)` \|", text_of("README.md"), re.MULTILINE))
    assert shown == set(commands())


def test_the_readme_names_no_option_that_is_not_there():
    known = {option for command in commands().values() for a in command._actions for option in a.option_strings}
    known |= {"--version"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of("README.md"))) <= known


def test_every_action_has_a_heading_with_its_fields():
    page = text_of("docs/reference/requests.md")
    for (contract, name), action in actions().items():
        section = page.split(f"### {name}\n", 1)[1].split("\n### ", 1)[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [field["name"] for field in action.fields]
        noun = next(noun for noun, names in NOUNS.items() if name in names)
        assert f"| [`{name}`](#{name.lower()}) | `{noun}` | `{contract}` |" in page


def test_every_kind_of_entry_is_listed_with_its_data():
    page = text_of("docs/reference/entries.md")
    for contract, item in events_by_topic().values():
        data = ", ".join(f"`{field['name']}`" for field in item["inputs"] if not field["indexed"])
        section = page.split(f"### {contract}\n", 1)[1].split("\n### ", 1)[0]
        assert f"| `{item['name']}` | {data} |" in section


@pytest.mark.parametrize(
    ("page", "component"),
    [
        ("docs/reference/return.md", "ReturnState"),
        ("docs/reference/return.md", "Line"),
        ("docs/reference/return.md", "ReturnParcel"),
        ("docs/reference/return.md", "Terms"),
        ("docs/reference/entries.md", "Entry"),
        ("docs/reference/entries.md", "Proof"),
        ("docs/reference/requests.md", "RequestStatus"),
        ("docs/reference/documents.md", "KeptDocument"),
        ("docs/reference/documents.md", "Document"),
        ("docs/reference/documents.md", "Message"),
        ("docs/reference/requests.md", "DisputeTerms"),
        ("docs/reference/disputes.md", "DisputeAt"),
        ("docs/reference/disputes.md", "GivenLine"),
    ],
)
def test_a_page_names_every_field(page, component):
    known = openapi_schemas.component_schemas() | openapi_documents.component_schemas()
    assert set(known[component]["properties"]) <= cells(page)


def test_the_page_of_documents_says_what_is_kept_and_who_may_read_it():
    page = text_of("docs/reference/documents.md")
    assert set(TYPES) <= cells("docs/reference/documents.md")
    assert all(f"`{text}`" in page for text in type_strings())
    for kind in DocumentKind:
        row = re.search(rf"^\| `{kind.value}` \|.*$", page, re.MULTILINE)[0].split("|")[3:-1]
        assert [cell.strip() != "–" for cell in row] == [kind in READS[part] for part in Part]


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "contracts" / "README.md"]


def anchors(path: Path) -> set[str]:
    """Anchors of a page's headings, as they are made on the web."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        page = (path.parent / name).resolve() if name else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), target


def test_decisions_have_their_four_parts_and_are_numbered_without_gaps():
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    for path in found:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], path.name
