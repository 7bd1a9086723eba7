"""How the customs forms CN 22 and CN 23 look; headings in English and French, the languages of the UPU.

A declaration comes checked from customs_forms.py. Lengths in mm from the top left corner, numbers as on those forms.
"""

from ledger_api.interop.addresses import postal_lines
from ledger_api.interop.barcodes import bars, parcel_number
from ledger_api.interop.printing import GREY, Piece, Sheet, fitted
from ledger_api.rules.amounts import amount
from ledger_api.rules.countries import country_name

CN22_MM = (105.0, 148.0)
CN23_MM = (210.0, 148.0)
CN22_LINES, CN22_MORE_LINES = 3, 9  # articles on the form, on a page that continues it
CN23_LINES, CN23_MORE_LINES = 4, 15
MARGIN = 5.0
PAD = 1.2  # between a cell's edge and its text
CAPTION_PT = 5.2
TITLE = "CUSTOMS DECLARATION / DÉCLARATION EN DOUANE"
OPENED = "May be opened officially / Peut être ouvert d’office"
CATEGORIES = (  # as the forms list them
    "Gift / Cadeau",
    "Documents / Documents",
    "Sale of goods / Vente de marchandises",
    "Commercial sample / Échantillon commercial",
    "RETURNED GOODS / RETOUR DE MARCHANDISES",
    "Other / Autre",
)
TICKED = CATEGORIES[4]  # every parcel of this ledger is a return
CERTIFIED = (
    "I certify that the particulars given in this customs declaration are correct and that this item does not contain "
    "any dangerous article or articles prohibited by legislation or by postal or customs regulations. / Je certifie "
    "que les renseignements donnés dans la présente déclaration en douane sont exacts et que cet envoi ne contient "
    "aucun objet dangereux ou interdit par la législation ou la réglementation postale ou douanière."
)
CN22_COLUMNS = (
    ("Quantity and detailed description of contents (1) / Quantité et description détaillée du contenu", 39.0),
    ("Net weight (2) / Poids net", 15.0),
    ("Value and currency (3) / Valeur et monnaie", 21.0),
    ("HS tariff No. (4), country of origin (5) / N° tarifaire du SH, pays d’origine", 20.0),
)
CN23_COLUMNS = (
    ("Detailed description of contents (1) / Description détaillée du contenu", 76.0),
    ("Quantity (2) / Quantité", 18.0),
    ("Net weight (3) / Poids net", 22.0),
    ("Value (5) / Valeur", 30.0),
    ("HS tariff number (7) / N° tarifaire du SH", 26.0),
    ("Country of origin of goods (8) / Pays d’origine des marchandises", 28.0),
)


def kilograms(grams: int) -> str:
    """A weight as customs want it, in kg with three decimals: 2300 → 2.300 kg."""
    return f"{grams // 1000:,}.{grams % 1000:03d} kg"


def evidence(mrn: str) -> str:
    """What supports relief from duty for returned goods; empty where no export declaration is known."""
    if not mrn:
        return ""
    return f"Returned goods relief / Franchise des marchandises en retour: exported under / exportées sous MRN {mrn}"


def comments(declaration) -> str:
    return " · ".join(part for part in (evidence(declaration.export_mrn), declaration.comments) if part)


def item_shown(number: str) -> str:
    return parcel_number("item_number", number).shown if number else ""


def cell(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    caption: str,
    *values: str | Piece,
    field="",
    size=9.0,
) -> None:
    """A framed field: its heading, small, and below it what is filled in."""
    sheet.box(x, y, width, height, width_pt=0.5)
    room = width - 2 * PAD
    head = fitted(
        field, [Piece(caption)], limit_mm=room, height_mm=height * 0.7, largest_pt=CAPTION_PT, smallest_pt=4.2
    )
    below = sheet.block(x + PAD, y + 0.6, head, grey=GREY) + 0.5
    pieces = [value if isinstance(value, Piece) else Piece(value) for value in values]
    left = y + height - 0.4 - below
    if any(piece.text for piece in pieces):
        text = fitted(field, pieces, limit_mm=room, height_mm=left, largest_pt=size, smallest_pt=4.5)
        sheet.block(x + PAD, below, text)


def table(sheet: Sheet, columns: tuple, rows: list[tuple[str, ...]], *, y: float, line: float, lines: int, first: int):
    """Headings, then a line for each row and empty lines up to `lines`; returns the lower edge."""
    x, head = MARGIN, 8.5
    for place, (caption, width) in enumerate(columns):
        sheet.box(x, y, width, head, width_pt=0.5)
        block = fitted(
            caption, [Piece(caption)], limit_mm=width - 2 * PAD, height_mm=head - 1, largest_pt=4.8, smallest_pt=4
        )
        sheet.block(x + PAD, y + 0.7, block, grey=GREY)
        for number in range(lines):
            top = y + head + number * line
            sheet.box(x, top, width, line, width_pt=0.5)
            if number < len(rows):
                _entry(sheet, f"articles[{first + number}]", rows[number][place], x, top, width, line)
        x += width
    return y + head + lines * line


def _entry(sheet: Sheet, field: str, text: str, x: float, y: float, width: float, height: float) -> None:
    pieces = [Piece(part) for part in text.split("\n")]
    block = fitted(field, pieces, limit_mm=width - 2 * PAD, height_mm=height - 1.4, largest_pt=8.5, smallest_pt=4.5)
    sheet.block(x + PAD, y + (height - block.height_mm) / 2, block)


def categories(
    sheet: Sheet, x: float, y: float, width: float, height: float, *, columns: int, number: str = ""
) -> None:
    """The boxes of the category of item, that of returned goods ticked."""
    sheet.box(x, y, width, height, width_pt=0.5)
    sheet.text(x + PAD, y + 2.6, f"Category of item{number} / Catégorie de l’envoi", CAPTION_PT, grey=GREY)
    rows = -(-len(CATEGORIES) // columns)
    step = (height - 4.2) / rows
    for place, name in enumerate(CATEGORIES):
        left = x + PAD + place // rows * (width / columns)
        top = y + 3.8 + place % rows * step
        ticked = name is TICKED
        sheet.box(left, top, 2.4, 2.4, width_pt=0.6)
        if ticked:
            sheet.rule(left, top, left + 2.4, top + 2.4, width_pt=1.1)
            sheet.rule(left, top + 2.4, left + 2.4, top, width_pt=1.1)
        room = width / columns - 5.0 - PAD
        block = fitted("category", [Piece(name, ticked)], limit_mm=room, height_mm=step, largest_pt=6, smallest_pt=4)
        sheet.block(left + 3.4, top + 1.35 - block.height_mm / 2, block)


def certificate(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.box(x, y, width, height, width_pt=0.5)
    block = fitted(
        "certificate",
        [Piece(CERTIFIED)],
        limit_mm=width - 2 * PAD,
        height_mm=height - 1.2,
        largest_pt=6,
        smallest_pt=4.5,
    )
    sheet.block(x + PAD, y + 0.7, block)


def heading(sheet: Sheet, form: str, page: int, pages: int, right: float, x: float) -> None:
    """Title on the left, name of the form on the right; with several pages, which of how many."""
    sheet.text(right, MARGIN + 5.5, form, 14, bold=True, align="right")
    room = right - x - 19.0
    block = fitted("title", [Piece(TITLE, True)], limit_mm=room, height_mm=4.5, largest_pt=9, smallest_pt=5)
    below = sheet.block(x, MARGIN + 0.6, block)
    sheet.text(x, below + 2.6, OPENED, 6, grey=GREY)
    if pages > 1:
        sheet.text(right, MARGIN + 8.8, f"{page} / {pages}", 6.5, align="right")


def parts(articles: tuple, first: int, more: int) -> list[tuple]:
    """Articles by page: some on the form, the others on pages that continue it."""
    rest = articles[first:]
    return [articles[:first], *(rest[start : start + more] for start in range(0, len(rest), more))]


# ---------------------------------------------------------------------------------------------------------------- CN 22
def cn22(declaration) -> bytes:
    """PDF of a CN 22, A6 upright."""
    pages = parts(declaration.articles, CN22_LINES, CN22_MORE_LINES)
    sheet = Sheet(*CN22_MM, "CN 22")
    _cn22_form(sheet, declaration, pages)
    for number, articles in enumerate(pages[1:], start=2):
        sheet.next_page()
        heading(sheet, "CN 22", number, len(pages), CN22_MM[0] - MARGIN, MARGIN)
        _parcel(sheet, declaration, 17.0, CN22_MM[0] - 2 * MARGIN)
        first = CN22_LINES + (number - 2) * CN22_MORE_LINES
        y = table(
            sheet, CN22_COLUMNS, _short(declaration, articles), y=26.0, line=11.0, lines=CN22_MORE_LINES, first=first
        )
        _cn22_totals(sheet, declaration, y)
    return sheet.pdf()


def _cn22_form(sheet: Sheet, declaration, pages: list[tuple]) -> None:
    x, width = MARGIN, CN22_MM[0] - 2 * MARGIN
    heading(sheet, "CN 22", 1, len(pages), x + width, x)
    _parcel(sheet, declaration, 15.0, width)
    categories(sheet, x, 24.0, width, 17.0, columns=2)
    rows = _short(declaration, pages[0])
    y = table(sheet, CN22_COLUMNS, rows, y=41.0, line=11.0, lines=CN22_LINES, first=0)
    y = _cn22_totals(sheet, declaration, y)
    cell(sheet, x, y, width, 11.0, "Comments / Observations", comments(declaration), field="comments", size=8)
    y += 11.0
    cell(sheet, x, y, 55.0, 9.0, "Sender / Expéditeur", _whom(declaration.sender), field="sender", size=8)
    office = declaration.office_of_origin
    caption = "Office of origin, date of posting / Bureau d’origine, date de dépôt"
    day = declaration.posted_on.isoformat()
    cell(
        sheet, x + 55, y, 40.0, 9.0, caption, " · ".join(filter(None, (office, day))), field="office_of_origin", size=8
    )
    certificate(sheet, x, y + 9.0, width, 14.0)
    cell(
        sheet,
        x,
        y + 23.0,
        width,
        143.0 - y - 23.0,
        "Date and sender’s signature (8) / Date et signature de l’expéditeur",
    )


def _parcel(sheet: Sheet, declaration, y: float, width: float) -> None:
    """Operator and number of the item, side by side."""
    half = width / 2
    cell(sheet, MARGIN, y, half, 9.0, "Designated operator / Opérateur désigné", declaration.operator, field="operator")
    number = Piece(item_shown(declaration.item_number), True)
    cell(sheet, MARGIN + half, y, half, 9.0, "No. of item / N° de l’envoi", number, field="item_number")


def _short(declaration, articles: tuple) -> list[tuple[str, ...]]:
    return [
        (
            f"{one.quantity:,} × {one.description}",
            kilograms(one.net_weight_grams),
            amount(one.value_minor, declaration.currency),
            "\n".join(filter(None, (one.hs_code, country_name(one.origin_country)))),
        )
        for one in articles
    ]


def _cn22_totals(sheet: Sheet, declaration, y: float) -> float:
    x, gross, value = MARGIN, declaration.gross_weight_grams, declaration.value_minor
    half = (CN22_MM[0] - 2 * MARGIN) / 2
    weight = Piece(kilograms(gross), True)
    cell(sheet, x, y, half, 9.0, "Total weight (6) / Poids total", weight, field="gross_weight_grams")
    total = Piece(amount(value, declaration.currency), True)
    cell(sheet, x + half, y, half, 9.0, "Total value (7) / Valeur totale", total, field="articles")
    return y + 9.0


def _whom(address) -> str:
    return ", ".join(filter(None, (address.name, address.company, address.city, address.country)))


# ---------------------------------------------------------------------------------------------------------------- CN 23
def cn23(declaration) -> bytes:
    """PDF of a CN 23, A5 lying."""
    pages = parts(declaration.articles, CN23_LINES, CN23_MORE_LINES)
    sheet = Sheet(*CN23_MM, "CN 23")
    _cn23_parties(sheet, declaration, len(pages))
    y = table(sheet, CN23_COLUMNS, _full(declaration, pages[0]), y=54.0, line=6.5, lines=CN23_LINES, first=0)
    y = _cn23_totals(sheet, declaration, y)
    _cn23_foot(sheet, declaration, y)
    for number, articles in enumerate(pages[1:], start=2):
        sheet.next_page()
        heading(sheet, "CN 23", number, len(pages), CN23_MM[0] - MARGIN, MARGIN)
        _parcel(sheet, declaration, 15.0, CN23_MM[0] - 2 * MARGIN)
        first = CN23_LINES + (number - 2) * CN23_MORE_LINES
        y = table(
            sheet, CN23_COLUMNS, _full(declaration, articles), y=24.0, line=6.5, lines=CN23_MORE_LINES, first=first
        )
        _cn23_totals(sheet, declaration, y)
    return sheet.pdf()


def _cn23_parties(sheet: Sheet, declaration, pages: int) -> None:
    """Whom from and whom to on the left; the form's name, the item and the importer on the right."""
    x, left, right = MARGIN, 100.0, 100.0
    sender, recipient = declaration.sender, declaration.recipient
    lines = [*postal_lines(sender), Piece(_tel(sender))]
    cell(sheet, x, 5.0, left - 30.0, 24.0, "From / De", *lines, field="sender", size=8)
    caption = "Sender’s customs reference (if any) / Référence en douane de l’expéditeur (si elle existe)"
    reference = declaration.sender_customs_reference
    cell(sheet, x + left - 30.0, 5.0, 30.0, 24.0, caption, reference, field="sender_customs_reference")
    cell(sheet, x, 29.0, left, 25.0, "To / À", *postal_lines(recipient), field="recipient", size=8)
    at = x + left
    heading(sheet, "CN 23", 1, pages, at + right, at + 2.0)
    _cn23_item(sheet, declaration, at, 16.0, right)
    caption = (
        "Importer’s reference (if any) (tax code/VAT No./importer code) (optional) / Référence de l’importateur "
        "(si elle existe) (code fiscal/N° de TVA/code de l’importateur) (facultatif)"
    )
    cell(sheet, at, 34.0, right, 10.0, caption, declaration.importer_reference, field="importer_reference")
    caption = "Importer’s telephone/e-mail (if known) / N° de téléphone/e-mail de l’importateur (si connus)"
    reached = " · ".join(filter(None, (recipient.phone, recipient.email)))
    cell(sheet, at, 44.0, right, 10.0, caption, reached, field="recipient.email")


def _tel(address) -> str:
    return f"Tel. {address.phone}" if address.phone else ""


def _cn23_item(sheet: Sheet, declaration, x: float, y: float, width: float) -> None:
    """Operator, and the number of the item with its bars."""
    operator = declaration.operator
    cell(sheet, x, y, 32.0, 18.0, "Designated operator / Opérateur désigné", operator, field="operator")
    sheet.box(x + 32.0, y, width - 32.0, 18.0, width_pt=0.5)
    caption = "No. of item (barcode, if any) / N° de l’envoi (code à barres, s’il existe)"
    sheet.text(x + 32.0 + PAD, y + 2.4, caption, CAPTION_PT, grey=GREY)
    if number := declaration.item_number:
        bars(
            sheet,
            "item_number",
            parcel_number("item_number", number).coded,
            x=x + 32.0,
            y=y + 3.6,
            width=width - 32.0,
            height=9.6,
        )
        middle = x + 32.0 + (width - 32.0) / 2
        sheet.text(middle, y + 16.6, item_shown(number), 8.5, bold=True, align="middle")


def _full(declaration, articles: tuple) -> list[tuple[str, ...]]:
    return [
        (
            one.description,
            f"{one.quantity:,}",
            kilograms(one.net_weight_grams),
            amount(one.value_minor, declaration.currency),
            one.hs_code,
            country_name(one.origin_country),
        )
        for one in articles
    ]


def _cn23_totals(sheet: Sheet, declaration, y: float) -> float:
    """Weights, value and charges; returns the lower edge."""
    postage = declaration.postage_minor
    cells = (
        ("Total net weight / Poids net total", kilograms(declaration.net_weight_grams), 44.0),
        ("Total gross weight (4) / Poids brut total", kilograms(declaration.gross_weight_grams), 50.0),
        ("Total value (6) / Valeur totale", amount(declaration.value_minor, declaration.currency), 52.0),
        (
            "Postal charges/Fees (9) / Frais de port/Frais",
            "" if postage is None else amount(postage, declaration.currency),
            54.0,
        ),
    )
    x = MARGIN
    for caption, value, width in cells:
        cell(sheet, x, y, width, 8.0, caption, Piece(value, True), field="articles")
        x += width
    return y + 8.0


def _cn23_foot(sheet: Sheet, declaration, y: float) -> None:
    """Category, comments, papers, certificate and signature, down to the margin."""
    x = MARGIN
    categories(sheet, x, y, 126.0, 14.0, columns=3, number=" (10)")
    caption = "Office of origin/Date of posting / Bureau d’origine/Date de dépôt"
    day = declaration.posted_on.isoformat()
    cell(sheet, x + 126.0, y, 74.0, 14.0, caption, declaration.office_of_origin, day, field="office_of_origin")
    y += 14.0
    caption = (
        "Comments (11) (e.g. quarantine, other restrictions) / Observations (p. ex. quarantaine, autres restrictions)"
    )
    cell(sheet, x, y, 95.0, 12.0, caption, comments(declaration), field="comments", size=8)
    papers = (
        ("Licence (12) No. / N° de licence", declaration.licence_number, "licence_number"),
        ("Certificate (13) No. / N° de certificat", declaration.certificate_number, "certificate_number"),
        ("Invoice (14) No. / N° de facture", declaration.invoice_number, "invoice_number"),
    )
    for place, (caption, value, field) in enumerate(papers):
        cell(sheet, x + 95.0 + place * 35.0, y, 35.0, 12.0, caption, value, field=field)
    y += 12.0
    certificate(sheet, x, y, 126.0, 143.0 - y)
    caption = "Date and sender’s signature (15) / Date et signature de l’expéditeur"
    cell(sheet, x + 126.0, y, 74.0, 143.0 - y, caption)
