"""Codes that a scanner reads: Code 128 and GS1-128 as bars, QR codes as squares."""

import re
import struct
import zlib
from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel

from ledger_api.errors import InvalidField
from ledger_api.interop.identifiers import (
    SSCC_AI,
    checked_s10,
    checked_sscc,
    joined,
    looks_like_s10,
    s10_shown,
    sscc_shown,
)
from ledger_api.interop.printing import Sheet
from ledger_api.rules.identifiers import sscc_of

MODULES_MM = (0.508, 0.423, 0.339, 0.254)  # widths of the narrowest bar: whole dots of printers with 300 dots an inch
QUIET_MODULES = 10  # left and right of the bars, ISO/IEC 15417
FNC1 = "\xf1"  # as reportlab spells it: the first character that makes a Code 128 a GS1-128
QR_LIMIT_CHARACTERS = 300
QR_QUIET_MODULES = 4  # around a QR code, ISO/IEC 18004
PIXELS_LIMIT = 4_000

_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True)
class ParcelNumber:
    """A tracking number for a scanner and for a person."""

    coded: str  # what the bars say
    shown: str
    is_sscc: bool = False


def parcel_number(field: str, text: str) -> ParcelNumber:
    """How a UPU S10 number, an SSCC in any spelling, or a carrier's own number is coded and written.

    Raises InvalidField where it is one of the first two with a wrong check digit, or cannot be coded.
    """
    plain = "".join(text.split())
    if sscc_of(plain) or plain.startswith("(00)"):
        digits = checked_sscc(field, plain)
        return ParcelNumber(FNC1 + SSCC_AI + digits, sscc_shown(digits), is_sscc=True)
    if looks_like_s10(plain):
        number = checked_s10(field, plain)
        return ParcelNumber(number, s10_shown(number))
    number = checked_qr(field, joined(plain))
    return ParcelNumber(number, number)


def checked_qr(field: str, text: str) -> str:
    """A text that a QR code can carry: printable ASCII. Raises InvalidField."""
    if not isinstance(text, str) or not _PRINTABLE.fullmatch(text):
        raise InvalidField(field, "is not printable ASCII; give an address as it is sent, with its host in punycode")
    if len(text) > QR_LIMIT_CHARACTERS:
        raise InvalidField(field, f"has {len(text)} characters; shorten it to {QR_LIMIT_CHARACTERS}")
    return text


def bars(sheet: Sheet, field: str, text: str, *, x: float, y: float, width: float, height: float) -> None:
    """Bars of a text in Code 128, in the middle of that width, as wide as fits with their quiet zones.

    Lengths in mm. Raises InvalidField naming `field` where the text is too long for bars that a scanner can read.
    """
    widths = bar_modules(text)
    total = sum(widths)
    module = next((one for one in MODULES_MM if (total + 2 * QUIET_MODULES) * one <= width), None)
    if module is None:
        raise InvalidField(field, f"has {len(text)} characters, too many for bars of {width:g} mm; shorten it")
    at = x + (width - total * module) / 2
    for place, modules in enumerate(widths):
        if place % 2 == 0:
            sheet.box(at, y, modules * module, height, filled=True)
        at += modules * module


def bar_modules(text: str) -> list[int]:
    """Widths of bars and gaps in turns, the first a bar, in modules."""
    code = Code128(text, quiet=0)
    code.validate()
    code.encode()
    code.decompose()
    return ["abcd".index(letter) + 1 for letter in code.decomposed.lower()]


def squares(text: str) -> list[list[bool]]:
    """The rows of a QR code (correction level M: 15 percent may be damaged), True is dark, without a quiet zone."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text))
    code.make()
    return [[bool(dark) for dark in row] for row in code.modules]


def qr(sheet: Sheet, text: str, *, x: float, y: float, side: float) -> None:
    """A QR code of that side in mm, without a quiet zone: leave `quiet_mm` of it free around."""
    rows = squares(text)
    module = side / len(rows)
    for place, row in enumerate(rows):
        for start, end in _spans(row):
            sheet.box(x + start * module, y + place * module, (end - start) * module, module * 1.005, filled=True)


def quiet_mm(text: str, side: float) -> float:
    """What must be free around a QR code of that side, in mm."""
    return side / len(squares(text)) * QR_QUIET_MODULES


def _spans(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark squares begin and end."""
    edges = [
        place for place, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True)) if left != right
    ]
    return [*zip(edges[::2], edges[1::2], strict=True)]


def qr_png(text: str, pixels: int) -> bytes:
    """A QR code as PNG, black on white, of at most `pixels` on a side, its quiet zone of four squares included.

    Every square has the same whole number of pixels, so the side may be a little less. Raises InvalidField.
    """
    rows = squares(checked_qr("text", text))
    side = len(rows) + 2 * QR_QUIET_MODULES
    if not side <= pixels <= PIXELS_LIMIT:
        raise InvalidField("pixels", f"{pixels} is not from {side} to {PIXELS_LIMIT}; a telephone shows 600 well")
    scale = pixels // side
    blank = [[False] * side] * QR_QUIET_MODULES
    framed = [[False] * QR_QUIET_MODULES + row + [False] * QR_QUIET_MODULES for row in rows]
    return _png([*blank, *framed, *blank], scale)


def _png(rows: list[list[bool]], scale: int) -> bytes:
    """A PNG of one bit a pixel; True is black."""
    side = len(rows) * scale
    lines = b""
    for row in rows:
        bits = "".join("01"[not dark] * scale for dark in row).ljust(-side % 8 + side, "1")
        lines += (b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")) * scale
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
