"""Collect the texts of ledger_api into its catalogues, and say what is not translated.

python scripts/texts.py          writes ledger_api/locales/*.po
python scripts/texts.py --check  changes nothing; exits with 1 if a catalogue is not that of the code, or has a gap
python scripts/texts.py --merge FILE…  takes over what other versions of a catalogue have translated
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ledger_api"
LOCALES = PACKAGE / "locales"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false", "trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "lazy": None, "mark": None}
# Functions that choose by reader: which arguments are texts, each with its context. One pass over the code a line.
READERS = (
    ({"yours": (1,), "acted": (3,)}, None),
    ({"yours": (2,)}, None),
    ({"acted": (3,)}, "you"),
)


def collected(code: str) -> Catalog:
    """All texts of the code, each once, without the places where they stand: those change with every line."""
    catalogue = Catalog(locale=code, project="Return Ledger", fuzzy=False)
    for keywords, context in ((KEYWORDS, None), *READERS):
        for message, comments, given in extracted(keywords):
            catalogue.add(message, None, auto_comments=comments, context=given or context)
    return catalogue


def extracted(keywords: dict) -> Iterator[tuple]:
    """(message, comments, context) of each call of these functions."""
    found = extract_from_dir(PACKAGE, METHODS, OPTIONS, keywords=keywords, comment_tags=["L10N:"])
    for _, _, message, comments, context in found:
        if message:
            yield message, comments, context


def stored(file: Path, code: str) -> Catalog:
    if not file.exists():
        return Catalog(locale=code)
    with file.open("rb") as source:
        return read_po(source, locale=code)


def renewed(code: str, known: list[Catalog]) -> Catalog:
    """The texts of the code with what is translated of them; later catalogues win."""
    catalogue = collected(code)
    for message in catalogue:
        for other in known:
            found = other.get(message.id, message.context) if message.id else None
            if found is not None and any(strings_of(found)):
                message.string = found.string
                message.flags |= found.flags & {"python-format"}
    return catalogue


def text_of(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, no_location=True, sort_output=True, width=120)
    header = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return (header + plural).encode() + out.getvalue()


def strings_of(message) -> tuple:
    """The translations of a text: one, or one for each plural form."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def gaps(catalogue: Catalog) -> list[str]:
    """Texts without a translation."""
    missing = []
    for message in catalogue:
        if message.id and not all(strings_of(message)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--merge", nargs="*", type=Path, default=[], metavar="FILE")
    options = parser.parse_args()
    wrong = 0
    for file in sorted(LOCALES.glob("*.po")):
        code = file.stem
        catalogue = renewed(code, [stored(file, code), *(stored(other, code) for other in options.merge)])
        text = text_of(catalogue)
        missing = gaps(catalogue)
        for message in missing:
            print(f"{file.name}: not translated: {message!r}")
        if options.check and text != file.read_bytes():
            print(f"{file.name} is not that of the code; run `python scripts/texts.py`")
            wrong += 1
        elif not options.check:
            file.write_bytes(text)
        wrong += bool(missing)
        print(f"{file.name}: {len(catalogue)} texts, {len(missing)} not translated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
