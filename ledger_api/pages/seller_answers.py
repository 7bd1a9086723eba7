"""What a seller answers a buyer: yes, in part, no, a question, who checks the goods, a message, a new key."""

import re

from flask import request

from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.common import pages_blueprint, view
from ledger_api.pages.desk import Desk, act_form, act_page, commitment, desk_of, nothing_to_do
from ledger_api.pages.seller_words import QUESTIONS_LIMIT, undecided
from ledger_api.pages.wording import of_pieces
from ledger_api.rules.acceptance import due_if_all_is_fit
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.registry_state import INSPECTOR
from ledger_api.rules.times import period
from ledger_api.rules.wording import reason_words
from ledger_api.texts import _
from ledger_api.vocabulary import REASONS, ReasonCategory

blueprint = pages_blueprint("seller_answers")

FORM = ["GET", "POST"]
LAST_LOOKED_AT = 20  # returns among which the inspector named last is looked for
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def decline_reasons() -> list[tuple[int, str]]:
    """Reasons for not approving."""
    return [(number, reason_words(number)) for number, (kind, _h) in REASONS.items() if kind is ReasonCategory.DECLINE]


def inspectors(desk: Desk) -> list[tuple[int, str]]:
    """Who may check goods besides the seller."""
    members = desk.look.registry.members.values()
    return [(item.number, desk.name(item.number)) for item in members if item.roles & INSPECTOR and not item.suspended]


def last_inspector(desk: Desk) -> int:
    """Whom this seller named last; 0: nobody."""
    for subject, _place in desk.look.returns(desk.state["seller"], None, LAST_LOOKED_AT):
        for entry in reversed(desk.look.entries_of(subject)):
            if entry.name == "ReturnApproved":
                return entry.values["inspector"]
    return 0


# --- Yes, in part, no -------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/approve", methods=FORM)
def approve(return_id: str):
    """All of it, or so many pieces of each line; who checks the goods."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        if desk.state["status"] != "requested":
            return nothing_to_do(desk)
        known, usual = inspectors(desk), last_inspector(desk)
        due = amount(due_if_all_is_fit(desk.subject, look.entries_of).due_minor, desk.state["currency"])
    if request.method == "POST":
        exceptions = _exceptions(desk, errors)
        inspector = _inspector(errors, known, usual)
        if not errors:
            return _approved(desk, exceptions, inspector, due)
    return act_form(
        desk, "inbox/approve.html", errors, reasons=decline_reasons(), inspectors=known, usual=usual, due=due
    )


def _exceptions(desk: Desk, errors: Errors) -> list[dict]:
    found, left = [], 0
    for line in desk.state["lines"]:
        number, asked = line["line"], line["requested"]
        given = errors.whole(request.form, f"line-{number}", 0, asked) if f"line-{number}" in request.form else asked
        left += given
        if given < asked:
            found.append({"line": number, "quantity": given, "reason": _reason(errors, f"reason-{number}")})
    if not left and not errors:
        errors.add(f"line-{desk.state['lines'][0]['line']}", _("Approve at least one piece, or decline the return."))
    return found


def _reason(errors: Errors, name: str) -> int:
    given = request.form.get(name, "")
    if given not in {str(number) for number, _words in decline_reasons()}:
        errors.add(name, _("Choose a reason. The buyer reads it."))
        return 0
    return int(given)


def _inspector(errors: Errors, known: list, usual: int) -> int:
    given = request.form.get("inspector", str(usual))
    if given not in {"0", *(str(number) for number, _name in known)}:
        errors.add("inspector", _("Choose who checks the goods."))
        return 0
    return int(given)


def _approved(desk: Desk, exceptions: list, inspector: int, due: str):
    returnless = "returnless" in request.form
    asked = {"inspector": inspector, "returnless": returnless, "exceptions": exceptions}
    terms = desk.state["policy"]["terms"]
    if returnless:
        commits = _("The buyer keeps the goods, and you owe the refund at once, by your terms.")
    else:
        commits = _(
            "The buyer then has %(send)s to send the goods. Once they are checked you owe what is due by your terms.",
            send=period(terms["send_s"]),
        )
    rows = [Row(desk.article(line["line"]), _approval_words(line, exceptions)) for line in desk.state["lines"]]
    if not returnless:
        rows.append(Row(_("Who checks the goods"), desk.name(inspector) if inspector else _("We ourselves")))
    if not exceptions:
        rows.append(Row(_("Due if all of it is fit"), due))
    return act_page(
        desk,
        [("approveReturn", {"returnId": desk.subject, **asked})],
        _("Check your approval"),
        rows,
        _("Approve the return"),
        commits=commits,
    )


def _approval_words(line: dict, exceptions: list) -> str:
    exception = next((item for item in exceptions if item["line"] == line["line"]), None)
    if exception is None:
        return _("Approved: %(pieces)s.", pieces=of_pieces(line["requested"], line["requested"]))
    pieces, reason = of_pieces(exception["quantity"], line["requested"]), reason_words(exception["reason"])
    return _("Approved: %(pieces)s. The reason: %(reason)s.", pieces=pieces, reason=reason)


@blueprint.route("/inbox/<return_id>/decline", methods=FORM)
def decline(return_id: str):
    """No, with a reason."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    if desk.state["status"] != "requested":
        return nothing_to_do(desk)
    if request.method == "POST":
        reason = _reason(errors, "reason")
        if not errors:
            reopen = period(desk.state["policy"]["terms"]["reopen_s"])
            return act_page(
                desk,
                [("declineReturn", {"returnId": desk.subject, "reason": reason})],
                _("Check your answer"),
                [Row(_("Your answer"), _("Declined")), Row(_("The reason"), reason_words(reason))],
                _("Decline the return"),
                commits=_(
                    "The buyer reads the reason, can ask once more within %(period)s, and can open a dispute.",
                    period=reopen,
                ),
            )
    return act_form(desk, "inbox/decline.html", errors, reasons=decline_reasons())


# --- Words ------------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/ask", methods=FORM)
def ask(return_id: str):
    """A question: the buyer answers before it goes on."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    if desk.state["status"] != "requested" or len(desk.state["questions"]) >= QUESTIONS_LIMIT:
        return nothing_to_do(desk)
    if request.method == "POST":
        question = commitment(desk, errors, "question", _("Write your question."))
        if not errors:
            supply = period(desk.state["policy"]["terms"]["supply_s"])
            return act_page(
                desk,
                [("askBuyer", {"returnId": desk.subject, "question": question})],
                _("Check your question"),
                [Row(_("Your question"), request.form.get("words", ""))],
                _("Send the question"),
                commits=_(
                    "The buyer has %(period)s to answer; then it is your turn again, with your full time.",
                    period=supply,
                ),
            )
    return act_form(desk, "inbox/ask.html", errors)


@blueprint.route("/inbox/<return_id>/message", methods=FORM)
def say(return_id: str):
    """A message to the buyer, which changes nothing."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    if request.method == "POST":
        message = commitment(desk, errors, "message", _("Write your message."))
        if not errors:
            return act_page(
                desk,
                [("sendMessage", {"returnId": desk.subject, "participant": desk.participant, "message": message})],
                _("Check your message"),
                [Row(_("Your message"), request.form.get("words", ""))],
                _("Send the message"),
                commits=_("It stays with the return. If there is a dispute, an arbitrator can read it."),
            )
    return act_form(desk, "inbox/message.html", errors)


# --- Who checks, and a buyer's new device -----------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/inspector", methods=FORM)
def name_inspector(return_id: str):
    """Who may receive and check the goods besides the seller; once."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        known = inspectors(desk)
    coming = any(line["expected"] > line["received"] for line in desk.state["lines"])
    if desk.state["status"] != "approved" or desk.state["inspector"] or not (coming or undecided(desk.state)):
        return nothing_to_do(desk)
    if request.method == "POST":
        inspector = _inspector(errors, known, 0)
        if not inspector:
            errors.add("inspector", _("Choose who checks the goods."))
        if not errors:
            return act_page(
                desk,
                [("nameInspector", {"returnId": desk.subject, "inspector": inspector})],
                _("Check who checks the goods"),
                [Row(_("Who checks the goods"), desk.name(inspector))],
                _("Name the inspector"),
                commits=_("This cannot be changed afterwards. What the inspector finds counts like what you find."),
            )
    return act_form(desk, "inbox/inspector.html", errors, inspectors=known)


@blueprint.route("/inbox/<return_id>/new-key", methods=FORM)
def new_key(return_id: str):
    """A buyer who lost his phone goes on from another one."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    if request.method == "POST":
        given = request.form.get("address", "").strip()
        if not ADDRESS.fullmatch(given):
            errors.add("address", _("Enter what the buyer’s new device shows: 0x and 40 digits and letters, a to f."))
        if not errors:
            waits = period(desk.state["policy"]["terms"]["recovery_s"])
            receipt = bytes_of(desk.state["receipt"])
            return act_page(
                desk,
                [("proposeBuyerKey", {"receipt": receipt, "buyer": bytes_of(given.lower())})],
                _("Check the buyer’s new device"),
                [Row(_("Signs of the new device"), given.lower())],
                _("Propose the new device"),
                commits=_(
                    "It takes over after %(period)s, unless the old device objects. Be sure that you speak with the"
                    " buyer: whoever signs with this device has the buyer’s rights.",
                    period=waits,
                ),
            )
    return act_form(desk, "inbox/new_key.html", errors)
