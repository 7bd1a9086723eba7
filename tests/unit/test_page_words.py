"""Words that pages have for what goes wrong: each is for a slug of API or contracts, or for a reason of a module."""

import re
from pathlib import Path

from tests.unit.test_docs import slugs

ROOT = Path(__file__).parents[2]
OF_MODULES = re.compile(r"""reason(?:: | = )"([a-z-]+)"|RecoveryError\("([a-z-]+)"|/errors/([a-z-]+)""")
GENERAL = {"other", "offline", "no-secret"}  # words.ts and claim.ts choose these by themselves


def named(kind: str) -> set[str]:
    """Slugs for which templates have words."""
    texts = (path.read_text() for path in (ROOT / "ledger_api" / "templates").rglob("*.html"))
    return {slug for text in texts for slug in re.findall(rf'"{kind}\.([a-z-]+)":', text)}


def of_modules() -> set[str]:
    """Reasons that the modules of the pages give themselves."""
    texts = (path.read_text() for path in (ROOT / "frontend" / "src").glob("*.ts"))
    return {word for text in texts for found in OF_MODULES.findall(text) for word in found if word}


def test_what_the_scan_page_says_of_refusals_is_said_of_real_ones():
    assert named("refused") - {"other"} and named("refused") - slugs() - {"other"} == set()


def test_what_pages_say_of_errors_is_said_of_real_ones():
    assert named("error") - slugs() - of_modules() - GENERAL == set()
