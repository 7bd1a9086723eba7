"""What the pages of sellers and inspectors share: the return, who asks, whose sale it was, forms that are signed."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.documents.sales import Sale
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.common import id_of, is_kept, ledger, names_in, not_kept, now
from ledger_api.rules.access import Part
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.registry_state import SELLER
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, decimal_mark
from ledger_api.vocabulary import CURRENCY_DECIMALS

COMMITMENT = re.compile(r"0x[0-9a-f]{64}")
NOON_S = 43_200
AMOUNT_LIMIT_MINOR = 2**48 - 1


@dataclass
class Desk:
    """One return, and who works on it."""

    subject: bytes
    state: dict
    participant: int  # for whom he speaks
    actor: bytes
    is_seller: bool
    name: NameOf
    sale: Sale | None
    look: object  # the view that all this was read in

    @property
    def return_id(self) -> str:
        return self.state["return_id"]

    @property
    def title(self) -> str:
        return title_of(self.state, self.sale)

    @property
    def buyer(self) -> str:
        """His name for the seller, who knows it; elsewhere what he is."""
        return buyer_of(self.sale if self.is_seller else None)

    def article(self, line: int) -> str:
        return article_of(self.sale, line)

    def line(self, number: int) -> dict:
        return next(line for line in self.state["lines"] if line["line"] == number)

    def address(self, endpoint: str, **more) -> str:
        return url_for(endpoint, return_id=self.return_id, **more)


def desk_of(return_id: str, look) -> Desk:
    """The return of the address for its seller or inspector, as the table of access has let him in."""
    subject, parts = id_of(return_id), gate.parts()
    part = Part.SELLER if Part.SELLER in parts else Part.INSPECTOR
    number, actor = parts[part]
    state = look.return_state(subject)
    sale = ledger().sales.get(bytes_of(state["receipt"]))
    return Desk(subject, state, number, actor, part is Part.SELLER, names_in(look), sale, look)


def member(role: int = SELLER) -> tuple[int, bytes]:
    """The participant with that role for whom who asks speaks, and his key."""
    number = gate.person().participant(role)
    return number, gate.person().actor_for(number)


# --- Names ------------------------------------------------------------------------------------------------------------


def title_of(state: dict, sale: Sale | None) -> str:
    """By which a return is called: its order, or its number where that is not known here."""
    if sale is None:
        return _("Return %(number)s…", number=state["return_id"][:10])
    return _("Order %(order)s", order=sale.particulars.order)


def buyer_of(sale: Sale | None) -> str:
    """The buyer's name, as far as it is known here."""
    contact = sale.particulars.buyer if sale else None
    return (contact.name or contact.company if contact else "") or _("The buyer")


def article_of(sale: Sale | None, line: int) -> str:
    """What a line of the receipt is."""
    return sale.particulars.articles[line].name if sale else _("Item %(item)s", item=line + 1)


# --- Forms ------------------------------------------------------------------------------------------------------------


def act_form(desk: Desk, template: str, errors: Errors, **more) -> Response:
    """The form of an act, with what was typed."""
    return form_page(template, errors, desk=desk, state=desk.state, form=request.form, **more)


def act_page(desk: Desk, requests: list, heading: str, rows: list[Row], button: str, **more) -> Response:
    """The page on which an act is checked and signed; `then` is where it leads if not to the return, telling `done`."""
    done = more.pop("done", request.endpoint.split(".")[1])
    then = more.pop("then", None) or desk.address("pages_inbox.show", done=done)
    rows = [Row(_("Return"), desk.title), *rows]
    more |= {"back": request.full_path.rstrip("?"), "return_id": desk.return_id}
    return sign_page(ToSign(desk.actor, requests, heading, rows, button, then, **more))


def nothing_to_do(desk: Desk) -> Response:
    """Where the return has gone on meanwhile, and the act is none any more."""
    return Response(render_template("inbox/gone.html", desk=desk), 409)


def commitment(desk: Desk, errors: Errors, name: str, words: str) -> bytes:
    """The commitment that the browser put into a hidden field; what is missing is told at the field that was kept."""
    given = request.form.get(name, "")
    if COMMITMENT.fullmatch(given):
        if not is_kept(desk.subject, bytes_of(given)):
            errors.add(f"{name}-words", not_kept())
        return bytes_of(given)
    if words:
        errors.add(f"{name}-words", words)
    return bytes(32)


def day_of(errors: Errors, name: str) -> int:
    """A day as Unix seconds at its noon; 0 says nothing: it is today, or not given."""
    text = request.form.get(name, "").strip()
    if not text:
        return 0
    try:
        at = int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        errors.add(name, _("Enter a day, such as 2026-11-27."))
        return 0
    if at > now():
        errors.add(name, _("That day has not come yet. Enter today or an earlier day."))
    return 0 if time.strftime("%Y-%m-%d", time.gmtime(now())) == text else at + NOON_S


def money_of(errors: Errors, name: str, currency: str, empty: int = 0) -> int:
    """An amount as people write it, in minor units; `empty` where nothing is typed."""
    text = "".join(request.form.get(name, "").split()).replace("’", "")
    if not text:
        return empty
    places = CURRENCY_DECIMALS.get(currency, 2)
    found = re.fullmatch(rf"(\d{{1,13}})(?:[.,](\d{{1,{places or 1}}}))?", text)
    if found is None or (found[2] and not places):
        errors.add(name, _("Enter an amount in %(currency)s, such as %(example)s.", currency=currency, example="12.50"))
        return empty
    minor = int(found[1]) * 10**places + int((found[2] or "").ljust(places, "0") or 0)
    if minor > AMOUNT_LIMIT_MINOR:
        errors.add(name, _("This amount is too large."))
    return minor


def plain_money(minor: int, currency: str) -> str:
    """An amount as it stands in a field."""
    places = CURRENCY_DECIMALS.get(currency, 2)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}{decimal_mark()}{rest:0{places}d}" if places else str(whole)


def percent_of(errors: Errors, name: str) -> int:
    """A percentage as people write it, in basis points."""
    text = request.form.get(name, "").strip().rstrip("%").strip() or "0"
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?", text)
    points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 10_001
    if points > 10_000:
        errors.add(name, _("Enter a percentage from 0 to 100."))
        return 0
    return points
