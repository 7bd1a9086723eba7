"""What the pages share: the ledger, names, ids from the path, response headers, errors in plain words."""

import logging
import time

from flask import Blueprint, Response, current_app, make_response, render_template, request

from ledger_api.errors import (
    AccessDenied,
    CrossSite,
    IndexBehind,
    IndexInconsistent,
    InvalidField,
    LedgerError,
    NotFound,
)
from ledger_api.rules import hashing
from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.countries import country_name
from ledger_api.rules.times import day, iso, moment
from ledger_api.texts import _, mark, marked

log = logging.getLogger(__name__)


def pages_blueprint(name: str) -> Blueprint:
    """A blueprint whose answers, errors too, are pages."""
    blueprint = Blueprint(f"pages_{name}", __name__)
    blueprint.register_error_handler(LedgerError, render_error)
    blueprint.register_error_handler(Exception, render_bug)
    blueprint.add_app_template_filter(amount, "amount")
    blueprint.add_app_template_filter(figures, "figures")
    blueprint.add_app_template_filter(country_name, "country_name")
    blueprint.add_app_template_filter(day, "day")
    blueprint.add_app_template_filter(moment, "moment")
    blueprint.add_app_template_filter(iso, "iso")
    return blueprint


def ledger():
    """The running parts."""
    return current_app.extensions["ledger"]


def server_url() -> str:
    """Address of this server as it stands in links and on paper."""
    return ledger().settings.address(request.host_url)


def view():
    """One consistent look at the index."""
    return ledger().queries.view()


def now() -> int:
    """Unix seconds UTC."""
    return int(time.time())


def names_in(look):
    """A function from a participant's number to its name, as far as the registry vouches for it."""
    members = look.registry.members

    def name(number: int) -> str:
        member = members.get(number)
        return (
            ledger().directory.name(number, member.directory) if member else _("Participant %(number)s", number=number)
        )

    return name


def articles_kept(receipt: bytes) -> list[str] | None:
    """What the lines of a receipt are, if that is kept here; only for who may know it."""
    sale = ledger().sales.get(receipt)
    return [article.name for article in sale.particulars.articles] if sale else None


def is_kept(return_id: bytes, committed: bytes) -> bool:
    """Whether a document of a return is here: what is signed is never about one that nobody can show."""
    return committed in {listed.commitment for listed in ledger().documents.of(return_id)}


def not_kept() -> str:
    """What is said at the field of a document that is not here."""
    return _("This could not be kept here. Send it once more.")


def id_of(text: str) -> bytes:
    """A 32-byte id as a person types or pastes it; raises InvalidField."""
    try:
        return hashing.id_of(text.strip().lower())
    except ValueError as error:
        raise InvalidField("id", str(error)) from None


# --- What goes wrong, in plain words ----------------------------------------------------------------------------------

# Cause → status, {what the address names: heading}, what to do. The first that fits wins.
_MISSING = {
    "return": mark("There is no return with this number"),
    "dispute": mark("There is no dispute with this number"),
    "participant": mark("There is no participant with this number"),
    "entry": mark("There is no entry with this number"),
    "purchase": mark("There is no purchase with this number"),
}
_UNREADABLE = {
    "return": mark(
        "The number of a return is 0x followed by 64 digits and letters, a to f. Was a part left out while copying?"
    ),
    "dispute": mark(
        "The number of a dispute is 0x followed by 64 digits and letters, a to f. Was a part left out while copying?"
    ),
    "participant": mark(
        "The number of a participant is 0x followed by 64 digits and letters, a to f. Was a part left out while"
        " copying?"
    ),
    "entry": mark(
        "The number of a entry is 0x followed by 64 digits and letters, a to f. Was a part left out while copying?"
    ),
    "purchase": mark(
        "The number of a purchase is 0x followed by 64 digits and letters, a to f. Was a part left out while copying?"
    ),
}
_UNSHOWN = {
    "return": mark("This return cannot be shown right now"),
    "dispute": mark("This dispute cannot be shown right now"),
    "participant": mark("This participant cannot be shown right now"),
    "entry": mark("This entry cannot be shown right now"),
    "purchase": mark("This purchase cannot be shown right now"),
}
ERRORS = (
    (NotFound, 404, _MISSING, mark("Check the number, or ask whoever sent it to you.")),
    (InvalidField, 400, mark("This number cannot be read"), _UNREADABLE),
    (
        IndexInconsistent,
        503,
        _UNSHOWN,
        mark(
            "This server's copy of the record contradicts itself, so it shows nothing rather than something wrong."
            " Nothing is lost: its operator can rebuild the copy. Please come back later."
        ),
    ),
    (
        AccessDenied,
        403,
        mark("This is not for you to see"),
        mark("It is for those whom it concerns. If that is you, sign in as you did for it."),
    ),
    (
        CrossSite,
        403,
        mark("This did not come from this site"),
        mark("Open the page again here, and send it once more."),
    ),
    (IndexBehind, 503, mark("This server is still catching up"), mark("Please come back in a minute.")),
)
NOUNS = {  # blueprint → what its addresses name; else: return
    "pages_disputes": "dispute",
    "pages_participants": "participant",
    "pages_entries": "entry",
    "pages_purchases": "purchase",
    "pages_recover": "purchase",
}
ELSE = (
    500,
    mark("Something went wrong here"),
    mark("This is not your fault, and nothing is lost. Please come back later."),
)


def render_error(error: LedgerError) -> Response:
    """A page that says what happened and what to do."""
    if isinstance(error, IndexInconsistent):
        log.error("%s", error)
    status, heading, advice = next((row[1:] for row in ERRORS if isinstance(error, row[0])), None) or (
        error.status,
        *ELSE[1:],
    )
    return error_page(status, _of_noun(heading), _of_noun(advice))


def _of_noun(message: str | dict) -> str:
    """A text, or the one of those for what the address names."""
    if isinstance(message, dict):
        return marked(message[NOUNS.get(request.blueprint, "return")])
    return marked(message)


def render_bug(error: Exception) -> Response:
    """A bug: logged here, described to nobody."""
    log.error("%s %s", request.method, request.path, exc_info=error)
    status, heading, advice = ELSE
    return error_page(status, marked(heading), marked(advice))


def error_page(status: int, heading: str, advice: str) -> Response:
    """The page of an error; where another number would help, the field holds what was typed."""
    typed = request.args.get("id") or (request.view_args or {}).get("return_id", "")
    asks = status in (400, 404) and request.blueprint not in NOUNS
    page = render_template("error.html", heading=heading, advice=advice, typed=typed, asks=asks, status=status)
    return make_response(page, status)
