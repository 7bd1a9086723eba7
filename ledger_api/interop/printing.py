"""One page after the other as PDF: millimetres from the top left corner, sizes of type in points.

Texts are set in DejaVu Sans Condensed, Chinese and Japanese characters in Droid Sans Fallback; both are embedded, so
that a page looks the same everywhere. What no font has is refused, what does not fit is made smaller or wrapped, and
nothing is ever cut. Reasons: docs/decisions/0019-labels.md.
"""

import io
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ledger_api.errors import InvalidField

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD, HAN = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "DroidSansFallback-Han"
LEADING = 1.22  # distance of two lines, in sizes of type
ASCENT = 0.76  # height of a capital with its room above, in sizes of type
SIZE_STEP_PT = 0.5
GREY = 0.35  # of captions; 0 is black
MM_PER_PT = 1 / mm


@dataclass(frozen=True)
class Piece:
    """A text that becomes one line, or several where it is too wide."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """Lines that fit where they are to stand."""

    lines: tuple[Piece, ...]
    size_pt: float

    @property
    def height_mm(self) -> float:
        return len(self.lines) * leading_mm(self.size_pt)


@cache
def font(name: str) -> TTFont:
    """A font of ours, registered when it is first needed."""
    loaded = TTFont(name, str(FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(loaded)
    return loaded


@lru_cache(maxsize=4096)
def font_of(character: str, bold: bool) -> str:
    """Name of the font that has a character; empty if none has."""
    for name in (BOLD if bold else REGULAR, HAN):
        if ord(character) in font(name).face.charToGlyph:
            return name
    return ""


def checked_text(field: str, text: str, limit: int, *, needed: bool = False) -> str:
    """The text with single blanks, composed (NFC), of at most `limit` characters that can be printed.

    Raises InvalidField.
    """
    if not isinstance(text, str):
        raise InvalidField(field, "is not a text")
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if needed and not plain:
        raise InvalidField(field, "is missing; give it as it is to be printed")
    if len(plain) > limit:
        raise InvalidField(field, f"has {len(plain)} characters; shorten it to {limit}")
    for character in plain:
        if not font_of(character, False):
            detail = f"{character!r} (U+{ord(character):04X}) cannot be printed; write it in Latin letters"
            raise InvalidField(field, detail)
    return plain


def runs(text: str, bold: bool) -> list[tuple[str, str]]:
    """The text in parts of one font each: (font, part)."""
    return [(name or REGULAR, "".join(part)) for name, part in groupby(text, lambda one: font_of(one, bold))]


def width_mm(text: str, size_pt: float, bold: bool = False) -> float:
    return sum(font(name).stringWidth(part, size_pt) for name, part in runs(text, bold)) * MM_PER_PT


def leading_mm(size_pt: float) -> float:
    return size_pt * LEADING * MM_PER_PT


def wrapped(text: str, limit_mm: float, size_pt: float, bold: bool = False) -> list[str]:
    """The text in lines of at most that width: between words, or within one that is too wide alone."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if width_mm(longer, size_pt, bold) <= limit_mm:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        lines[-1:] = _broken(word, limit_mm, size_pt, bold)
    return lines


def _broken(word: str, limit_mm: float, size_pt: float, bold: bool) -> list[str]:
    """A word in parts of at most that width; Chinese, and very long words, break at any character."""
    parts = [""]
    for character in word:
        if parts[-1] and width_mm(parts[-1] + character, size_pt, bold) > limit_mm:
            parts.append("")
        parts[-1] += character
    return parts


def sizes(largest_pt: float, smallest_pt: float) -> list[float]:
    steps = round((largest_pt - smallest_pt) / SIZE_STEP_PT)
    return [largest_pt - step * SIZE_STEP_PT for step in range(steps + 1)]


def fitted(
    field: str,
    pieces: list[Piece],
    *,
    limit_mm: float,
    height_mm: float,
    largest_pt: float,
    smallest_pt: float,
) -> Block:
    """The pieces in the largest size in which they fit, first without breaking one. Raises InvalidField."""
    pieces = [piece for piece in pieces if piece.text]
    for wrap in (False, True):
        for size in sizes(largest_pt, smallest_pt if wrap else max(smallest_pt, largest_pt * 0.8)):
            block = _set(pieces, limit_mm, size)
            if block.height_mm <= height_mm + 0.01 and (wrap or len(block.lines) == len(pieces)):
                return block
    raise InvalidField(field, f"does not fit on {limit_mm:g} × {height_mm:g} mm, also in small type; shorten it")


def _set(pieces: list[Piece], limit_mm: float, size_pt: float) -> Block:
    lines = [Piece(line, one.bold) for one in pieces for line in wrapped(one.text, limit_mm, size_pt, one.bold)]
    return Block(tuple(lines), size_pt)


class Sheet:
    """Pages of one size; all places in mm from the top left corner."""

    def __init__(self, width: float, height: float, title: str):
        self._height = height
        self._out = io.BytesIO()
        # invariant: the same input gives the same bytes, without the time of printing
        self._canvas = Canvas(self._out, pagesize=(width * mm, height * mm), invariant=1, lang="en")
        self._canvas.setTitle(title)
        self._canvas.setCreator("Return Ledger")

    def next_page(self) -> None:
        self._canvas.showPage()

    def pdf(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def text(self, x: float, y: float, text: str, size_pt: float, *, bold=False, grey=0.0, align="left") -> None:
        """One line; y is its baseline. `align` says what of it stands at x: left, middle or right."""
        shift = {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * width_mm(text, size_pt, bold)
        canvas = self._canvas
        canvas.saveState()
        pen = canvas.beginText((x - shift) * mm, (self._height - y) * mm)
        pen.setFillGray(grey)
        for name, part in runs(text, bold):
            pen.setFont(name, size_pt)
            pen.textOut(part)
        canvas.drawText(pen)
        canvas.restoreState()

    def block(self, x: float, y: float, block: Block, *, grey=0.0) -> float:
        """Lines below y, the upper edge; returns their lower edge."""
        for place, line in enumerate(block.lines):
            baseline = y + block.size_pt * ASCENT * MM_PER_PT + place * leading_mm(block.size_pt)
            self.text(x, baseline, line.text, block.size_pt, bold=line.bold, grey=grey)
        return y + block.height_mm

    def rule(self, x: float, y: float, to_x: float, to_y: float, *, width_pt=0.6, dashed=False) -> None:
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(width_pt)
        if dashed:
            canvas.setDash(3, 2.5)
        canvas.line(x * mm, (self._height - y) * mm, to_x * mm, (self._height - to_y) * mm)
        canvas.restoreState()

    def box(self, x: float, y: float, width: float, height: float, *, width_pt=0.6, filled=False, grey=0.0) -> None:
        """A rectangle below and to the right of x, y: its outline, or all of it."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setLineWidth(width_pt)
        canvas.setFillGray(grey)
        canvas.rect(
            x * mm, (self._height - y - height) * mm, width * mm, height * mm, stroke=int(not filled), fill=int(filled)
        )
        canvas.restoreState()
