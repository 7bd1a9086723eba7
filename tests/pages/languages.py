"""Whether a page in German is German throughout: compared with the same page in English, text by text."""

import re
from html.parser import HTMLParser

from ledger_api.demo import MEMBERS

GERMAN = {"Accept-Language": "de"}
SILENT = {"script", "style", "code", "pre"}
ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "data-live", "data-offline", "data-zone", "data-moment"}
# English words that are no German ones: where one of them stands, something was not translated.
ENGLISH = set(
    "the of and is has have had you your not to by with from it its that are for until after before or if does did"
    " would can nobody anyone who what when which this these there then on".split()
)
SAME = {  # texts that both languages have
    "English", "Deutsch", "UTC", "Live", "Hash", "A", "B", "C", "D", "X",
}  # fmt: skip
NAMES = sorted((name for _, _, name, _ in MEMBERS), key=len, reverse=True)


class Texts(HTMLParser):
    """All that a reader sees or hears of a page, text node by text node."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attributes):
        self._silent += tag in SILENT
        for name, value in attributes:
            if name in ATTRIBUTES and not value.startswith("/"):  # data-live of a page is an address
                self.found.append(" ".join(value.split()))

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.found.append(" ".join(data.split()))


def texts_of(page: str) -> list[str]:
    parser = Texts()
    parser.feed(page)
    return parser.found


def bare(text: str) -> str:
    """Without names, ids, codes and numbers: those are the same everywhere."""
    for name in (*NAMES, "Return Ledger"):
        text = text.replace(name, "")
    text = re.sub(r"0x[0-9a-f]+…?|https?://\S+|“[^”]*”|„[^“]*“|\b[A-Z]{3}\b|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", "", text)
    return re.sub(r"[^\w ]|\d", "", text).strip()


def english_in(english: str, german: str) -> list[str]:
    """Texts of the German page that stand in the English one, or that have an English word."""
    known = set(texts_of(english))
    left = []
    for text in texts_of(german):
        words = bare(text)
        same = text in known and text not in SAME and re.search(r"[^\W\d_]{2}", words)
        if same or ENGLISH & set(words.lower().split()):
            left.append(text)
    return left


def assert_german(http, path: str, english: str, **more) -> None:
    """The page at this address is German for who asks for German."""
    answer = http.get(path, headers=GERMAN, **more)
    page = answer.get_data(as_text=True)
    assert '<html lang="de">' in page
    assert english_in(english, page) == []
