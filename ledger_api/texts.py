"""Texts in the reader's language: catalogues of Babel, one file a language, `locales/<language>.po`.

Every text that a person reads goes through `_` (or `ngettext` where a number decides), with named places for what
changes: `_("%(seller)s has declined your return.", seller=…)`. Outside of a web request texts are English.
"""

import gettext
import io
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "locales"
DEFAULT = "en"
LANGUAGES = {"en": "English", "de": "Deutsch"}  # code → its own name

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """Code of the language in use: a key of LANGUAGES."""
    return _language.get()


def use(code: str) -> None:
    """Texts are in that language from now on in this context; an unknown one counts as English."""
    _language.set(code if code in LANGUAGES else DEFAULT)


@contextmanager
def in_language(code: str):
    """Texts are in that language inside."""
    before = _language.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(before)


def _(message: str, /, **values) -> str:
    """A text in the language in use, its `%(name)s` filled in; a text without values may have bare percent signs."""
    text = _catalogue(language()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, /, **values) -> str:
    """As `_`, by number; the place for it is `%(num)s`, with thousands in groups unless it is given."""
    text = _catalogue(language()).ngettext(one, many, number)
    return text % {"num": grouped(number), **values}


def raw(message: str) -> str:
    """A text in the language in use with its places as they are; for Jinja, which fills them in itself."""
    return _catalogue(language()).gettext(message)


def raw_plural(one: str, many: str, number: int) -> str:
    """As `raw`, by number."""
    return _catalogue(language()).ngettext(one, many, number)


def raw_in_context(context: str, message: str) -> str:
    """As `raw`, for a text that means several things."""
    return _catalogue(language()).pgettext(context, message)


def pgettext(context: str, message: str, /, **values) -> str:
    """As `_`, for a text that means several things."""
    text = _catalogue(language()).pgettext(context, message)
    return text % values if values else text


def mark(message: str) -> str:
    """The same text: it is collected here, and goes through `marked` where it is used."""
    return message


def marked(message: str, /, **values) -> str:
    """As `_`, for a text that stands somewhere else, under `mark`."""
    return _(message, **values)


def grouped(number: int) -> str:
    """A whole number with thousands in groups, as the language writes it."""
    return f"{number:,}".replace(",", _separators(language())[0])


def decimal_mark() -> str:
    """What stands before decimals, as the language writes it."""
    return _separators(language())[1]


def territory(code: str) -> str | None:
    """A country's name in the language in use; None where it is English, or not known."""
    return None if language() == DEFAULT else _locale(language()).territories.get(code)


@cache
def _locale(code: str):
    from babel import Locale

    return Locale.parse(code)


@cache
def _separators(code: str) -> tuple[str, str]:
    """Between groups of thousands, and before decimals."""
    if code == DEFAULT:
        return ",", "."
    symbols = _locale(code).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    file = FOLDER / f"{code}.po"
    if code == DEFAULT or not file.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with file.open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
