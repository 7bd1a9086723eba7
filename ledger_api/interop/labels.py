"""The label of a return as PDF, for the printer of labels or for a sheet of A4, and the code of a drop-off point.

Words are in the language in use (ledger_api/texts.py). Fields, and sizes with their sources: docs/reference/labels.md.
"""

from dataclasses import dataclass, replace
from enum import Enum

from ledger_api.errors import InvalidField
from ledger_api.interop.addresses import Address, checked_address, postal_lines
from ledger_api.interop.barcodes import bars, checked_qr, parcel_number, qr, qr_png, quiet_mm
from ledger_api.interop.printing import GREY, Block, Piece, Sheet, checked_text, fitted, width_mm
from ledger_api.texts import _, pgettext

__all__ = ["Address", "Label", "Paper", "drop_off_code", "qr_png", "return_label"]

A6_MM = (105.0, 148.0)
A4_MM = (210.0, 297.0)
FOLD_MM = 148.5  # half of A4
MARGIN_MM = 5.0  # what a printer of sheets may leave blank
TEXT_LIMITS = {"carrier": 40, "service": 40, "rma_number": 24}  # characters
WEIGHT_LIMIT_GRAMS = 1_000_000
BARS_MM = 26.0  # height of bars; the UPU asks for 12.5 or more
SSCC_BARS_MM = 32.0  # height of an SSCC's bars; GS1 asks for 31.75 or more
QR_MM = 23.0
DROP_OFF_QR_MM = 80.0
STEPS_PT = 10.5  # size of type


class Paper(Enum):
    """What a label is printed on."""

    A6 = "a6"  # 105 × 148 mm, a printer of labels
    A4 = "a4"  # 210 × 297 mm: the label, below it what to do


@dataclass(frozen=True)
class Label:
    """What a label says."""

    sender: Address  # the buyer
    recipient: Address  # the return address
    carrier: str
    tracking_number: str  # UPU S10, SSCC in any spelling, or a carrier's own
    rma_number: str  # short number of the return, as both sides say it
    status_url: str  # address of the return's status page
    service: str = ""  # the carrier's name of the product
    weight_grams: int | None = None  # None where nobody has weighed it


def return_label(label: Label, page: Paper) -> bytes:
    """PDF of one page. Raises InvalidField naming what cannot be printed, and what to do."""
    checked = _checked(label)
    width, height = A6_MM if page is Paper.A6 else A4_MM
    sheet = Sheet(width, height, _("Return label %(number)s", number=checked.rma_number))
    if page is Paper.A6:
        _draw_label(sheet, checked, 0.0)
    else:
        _draw_label(sheet, checked, (A4_MM[0] - A6_MM[0]) / 2)
        _draw_cut(sheet)
        _draw_steps(sheet, checked)
    return sheet.pdf()


def drop_off_code(text: str, rma_number: str, carrier: str) -> bytes:
    """PDF of one A6 page: a large QR code that a drop-off point reads where the buyer has no printer.

    text: what the carrier's code says, printable ASCII. Raises InvalidField.
    """
    text = checked_qr("text", text)
    number = checked_text("rma_number", rma_number, TEXT_LIMITS["rma_number"], needed=True)
    name = checked_text("carrier", carrier, TEXT_LIMITS["carrier"], needed=True)
    sheet = Sheet(*A6_MM, _("Return label %(number)s", number=number))
    _centred(sheet, 9.0, _fit("carrier", Piece(name, True), 95.0, 9.0, 18.0, 10.0))
    qr(sheet, text, x=(A6_MM[0] - DROP_OFF_QR_MM) / 2, y=25.0, side=DROP_OFF_QR_MM)
    caption = _("Return %(number)s", number=number)
    _centred(sheet, 115.0, _fit("rma_number", Piece(caption, True), 95.0, 8.0, 15.0, 9.0))
    advice = _("Show this code at the drop-off point. They print the label and give you a receipt.")
    _centred(sheet, 127.0, _fit("advice", Piece(advice), 85.0, 15.0, 10.5, 7.0))
    return sheet.pdf()


def _checked(label: Label) -> Label:
    texts = {
        part: checked_text(part, getattr(label, part), TEXT_LIMITS[part], needed=part != "service")
        for part in ("carrier", "service", "rma_number")
    }
    weight = label.weight_grams
    if weight is not None and not 0 < weight <= WEIGHT_LIMIT_GRAMS:
        raise InvalidField("weight_grams", f"{weight} is not from 1 to {WEIGHT_LIMIT_GRAMS}; leave it out if unknown")
    parcel_number("tracking_number", label.tracking_number)
    return replace(
        label,
        sender=checked_address("sender", label.sender),
        recipient=checked_address("recipient", label.recipient),
        status_url=checked_qr("status_url", label.status_url),
        **texts,
    )


def _fit(field: str, piece: Piece, width: float, height: float, largest: float, smallest: float) -> Block:
    return fitted(field, [piece], limit_mm=width, height_mm=height, largest_pt=largest, smallest_pt=smallest)


def _centred(sheet: Sheet, y: float, block: Block) -> None:
    """A block in the middle of an A6 page, each line for itself."""
    for place, line in enumerate(block.lines):
        one = Block((line,), block.size_pt)
        width = width_mm(line.text, block.size_pt, line.bold)
        sheet.block((A6_MM[0] - width) / 2, y + place * one.height_mm, one)


# ------------------------------------------------------------------------------------------------ the label, from above
def _draw_label(sheet: Sheet, label: Label, left: float) -> None:
    """The label with its left edge at `left`, at the top of the page."""
    x, right = left + MARGIN_MM, left + A6_MM[0] - MARGIN_MM
    _draw_head(sheet, label, x, right)
    sheet.rule(x, 20.0, right, 20.0, width_pt=1.2)
    _draw_sender(sheet, label, x, right)
    sheet.rule(x, 46.0, right, 46.0)
    _draw_recipient(sheet, label, x, right)
    sheet.rule(x, 90.0, right, 90.0, width_pt=1.2)
    _draw_number(sheet, label, x)
    sheet.rule(x, 136.5, right, 136.5)
    advice = _("Stick this label flat on the parcel, cover older labels, and ask for a receipt when you hand it in.")
    sheet.block(x, 137.8, _fit("advice", Piece(advice), right - x, 7.0, 7.5, 5.5), grey=GREY)


def _draw_head(sheet: Sheet, label: Label, x: float, right: float) -> None:
    """Who carries it, and that it is a return."""
    word = _("RETURN")
    wide = width_mm(word, 17.0, True) + 7.0
    sheet.box(right - wide, 6.0, wide, 10.5, filled=True)
    sheet.text(right - wide / 2, 13.4, word, 17.0, bold=True, grey=1.0, align="middle")
    room = right - wide - 4.0 - x
    if label.service:
        sheet.block(x, 5.4, _fit("carrier", Piece(label.carrier, True), room, 7.5, 16.0, 7.0))
        sheet.block(x, 13.2, _fit("service", Piece(label.service), room, 5.5, 9.5, 6.0))
    else:
        sheet.block(x, 7.4, _fit("carrier", Piece(label.carrier, True), room, 9.5, 18.0, 8.0))


def _draw_sender(sheet: Sheet, label: Label, x: float, right: float) -> None:
    """From whom on the left, the facts of the parcel on the right."""
    column = right - 34.0
    _caption(sheet, x, 24.0, pgettext("address", "From"))
    lines = postal_lines(label.sender)
    room = column - 4.0 - x
    sheet.block(x, 25.8, fitted("sender", lines, limit_mm=room, height_mm=19.6, largest_pt=8.5, smallest_pt=5.0))
    sheet.rule(column - 2.0, 22.5, column - 2.0, 43.5, width_pt=0.4)
    _caption(sheet, column + 1.0, 24.0, _("Return no."))
    sheet.block(column + 1.0, 25.8, _fit("rma_number", Piece(label.rma_number, True), 33.0, 8.0, 12.0, 6.0))
    if label.weight_grams is not None:
        _caption(sheet, column + 1.0, 35.8, _("Weight"))
        sheet.block(
            column + 1.0, 37.6, _fit("weight_grams", Piece(kilograms(label.weight_grams)), 33.0, 6.0, 12.0, 8.0)
        )


def _draw_recipient(sheet: Sheet, label: Label, x: float, right: float) -> None:
    """To whom, large; on the right the code of the status page."""
    quiet = quiet_mm(label.status_url, QR_MM)
    code_x = right - QR_MM
    _caption(sheet, x, 50.0, pgettext("address", "To"))
    lines = [*postal_lines(label.recipient), Piece(label.recipient.phone)]
    room = code_x - max(quiet, 4.0) - x
    sheet.block(x, 51.6, fitted("recipient", lines, limit_mm=room, height_mm=37.0, largest_pt=13.0, smallest_pt=6.0))
    qr(sheet, label.status_url, x=code_x, y=52.5, side=QR_MM)
    caption = _fit("caption", Piece(_("Scan: where this return stands")), QR_MM, 9.0, 7.0, 5.0)
    sheet.block(code_x, 52.5 + QR_MM + max(quiet, 2.0), caption, grey=GREY)


def _draw_number(sheet: Sheet, label: Label, x: float) -> None:
    """The tracking number as bars and in letters, in the middle of its field."""
    number = parcel_number("tracking_number", label.tracking_number)
    height = SSCC_BARS_MM if number.is_sscc else BARS_MM
    top = 92.5 + (SSCC_BARS_MM - height) / 2
    bars(sheet, "tracking_number", number.coded, x=x, y=top, width=A6_MM[0] - 2 * MARGIN_MM, height=height)
    line = _fit("tracking_number", Piece(number.shown, True), A6_MM[0] - 2 * MARGIN_MM, 7.5, 14.0, 7.0)
    for piece in line.lines:
        sheet.text(
            x + A6_MM[0] / 2 - MARGIN_MM, top + height + 6.0, piece.text, line.size_pt, bold=True, align="middle"
        )


def _caption(sheet: Sheet, x: float, y: float, text: str) -> None:
    sheet.text(x, y, text, 6.5, grey=GREY)


def kilograms(grams: int) -> str:
    """A weight as it is printed, without needless zeros but one decimal: 2300 → 2.3 kg."""
    whole, rest = divmod(grams, 1000)
    decimals = f"{rest:03d}".rstrip("0") or "0"
    return f"{whole:,}.{decimals} kg"


# -------------------------------------------------------------------------------------------------- the rest of a sheet
def _draw_cut(sheet: Sheet) -> None:
    """Where to cut: left and right of the label; where to fold or cut: below it."""
    left = (A4_MM[0] - A6_MM[0]) / 2
    for x in (left, left + A6_MM[0]):
        sheet.rule(x, 0.0, x, FOLD_MM, width_pt=0.5, dashed=True)
    sheet.rule(0.0, FOLD_MM, A4_MM[0], FOLD_MM, width_pt=0.5, dashed=True)
    sheet.text(A4_MM[0] - 10.0, FOLD_MM - 1.5, _("Cut or fold here"), 7.0, grey=GREY, align="right")


def _draw_steps(sheet: Sheet, label: Label) -> None:
    """What to do, one step a line."""
    x, y = 25.0, 166.0
    sheet.text(x, y, _("How to send your return"), 16.0, bold=True)
    y += 8.0
    for number, step in enumerate(_steps(label), start=1):
        block = _fit("steps", Piece(step), A4_MM[0] - 2 * x - 8.0, 16.0, STEPS_PT, STEPS_PT)
        sheet.block(x, y, Block((Piece(f"{number}", bold=True),), STEPS_PT))
        y = sheet.block(x + 8.0, y, block) + 3.0
    facts = (
        (_("Return no."), label.rma_number),
        (_("Tracking number"), parcel_number("tracking_number", label.tracking_number).shown),
    )
    _draw_facts(sheet, [*facts, (_("Status of your return"), label.status_url)], x, y + 8.0)


def _draw_facts(sheet: Sheet, facts: list[tuple[str, str]], x: float, y: float) -> None:
    for caption, value in facts:
        _caption(sheet, x, y, caption)
        block = _fit("status_url", Piece(value, True), A4_MM[0] - 2 * x, 16.0, 10.5, 6.0)
        y = sheet.block(x, y + 1.2, block) + 5.0


def _steps(label: Label) -> list[str]:
    return [
        _("Print this page at full size, without fitting it to the paper, in black on white."),
        _("Put the goods into the parcel, with all that belongs to them and a note of the return number."),
        _("Cut out the label, or fold the sheet for a pouch. Stick it flat on the largest side; cover older labels."),
        _(
            "Hand the parcel to %(carrier)s and keep the receipt: it shows that and when you sent it.",
            carrier=label.carrier,
        ),
    ]
