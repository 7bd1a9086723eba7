"""The text of a PDF that Chromium printed: enough of the format for that, so that no library is needed."""

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\[(.*?)\] TJ", re.DOTALL)


def text_of(pdf: bytes) -> str:
    """All letters in the order of the pages, without spaces: those are positions in a PDF."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {number: _letters(objects, body) for number, body in objects.items() if b"/ToUnicode" in body}
    contents = (int(n) for body in objects.values() for n in re.findall(rb"/Contents (\d+) 0 R", body))
    text = "".join("".join(_shown(_stream(objects[number]), fonts)) for number in contents)
    return unicodedata.normalize("NFKC", text)  # without ligatures


def pages_of(pdf: bytes) -> int:
    """How many pages it has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def _stream(body: bytes) -> bytes:
    data = STREAM.search(body).group(1)
    return zlib.decompressobj().decompress(data) if b"/FlateDecode" in body else data


def _letters(objects: dict, font: bytes) -> dict[int, str]:
    """Glyph → letters."""
    cmap = _stream(objects[int(re.search(rb"/ToUnicode (\d+) 0 R", font).group(1))])
    found = {}
    for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, letters in re.findall(rb"<(\w+)> <(\w+)>", block):
            found[int(glyph, 16)] = _utf16(letters)
    for block in re.findall(rb"beginbfrange\n(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, letters in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", block):
            for place, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[glyph] = chr(int(letters, 16) + place)
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _shown(content: bytes, fonts: dict):
    letters = {}
    for font, single, several in SHOWN.findall(content):
        if font:
            letters = fonts.get(int(font), {})
        for run in [single] if single else re.findall(rb"<([0-9A-Fa-f]+)>", several):
            glyphs = [int(run[place : place + 4], 16) for place in range(0, len(run), 4)]
            yield "".join(letters.get(glyph, "") for glyph in glyphs).replace(" ", "").replace("\xa0", "")
