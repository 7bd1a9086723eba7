"""A seller's own dispute: he opens it, asks for an arbitrator, or takes it back."""

from flask import request

from ledger_api.errors import InvalidField
from ledger_api.pages import claims
from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.common import now, pages_blueprint, view
from ledger_api.pages.desk import Desk, act_form, act_page, commitment, desk_of, nothing_to_do, percent_of
from ledger_api.pages.disputed import open_dispute
from ledger_api.pages.offered import can_escalate, can_withdraw, seller_can_dispute
from ledger_api.pages.seller_words import awaited, waiting
from ledger_api.rules import awards
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.times import counted, period
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import DisputeGround

blueprint = pages_blueprint("seller_claims")

FORM = ["GET", "POST"]
GROUNDS = {  # as a seller chooses among them; what he owes or refused is for the buyer to contest
    DisputeGround.INSPECTION: mark("What was found of the goods, or what they lost in value"),
    DisputeGround.WRONG_GOODS: mark("Other goods came back than were sent"),
    DisputeGround.DELIVERY_DENIED: mark("Nothing arrived, or not all of it"),
    DisputeGround.PARCEL_LOST: mark("A parcel was lost"),
    DisputeGround.OTHER: mark("Something else"),
}
NEVER_CAME = (DisputeGround.DELIVERY_DENIED, DisputeGround.PARCEL_LOST)


# --- Opening ----------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/dispute/open", methods=FORM)
def begin(return_id: str):
    """What it is about, which pieces count and at what part of their price; then what that means, to be signed."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        if not seller_can_dispute(desk.state, now()):
            return nothing_to_do(desk)
        lines = [_line(desk, line) for line in desk.state["lines"] if not line["decided_by_dispute"]]
        if request.method == "POST":
            page = _opened(desk, lines, errors)
            if not errors:
                return page
    return act_form(
        desk,
        "inbox/open_dispute.html",
        errors,
        lines=lines,
        chosen=request.form.getlist("lines"),
        grounds=[(int(ground), marked(words)) for ground, words in GROUNDS.items()],
        dispute_id=hex_of(claims.next_dispute(desk.state)),
    )


def _line(desk: Desk, line: dict) -> dict:
    """A line with what the form starts from: the pieces as they stand now."""
    counts = line["accepted"] + waiting(line)
    return {**line, "article": desk.article(line["line"]), "counts": counts, "coming": awaited(line)}


def _opened(desk: Desk, lines: list[dict], errors: Errors):
    """The page on which it is checked; None where something is wrong."""
    ground = claims.ground_of(request.form, errors, GROUNDS)
    chosen = [line for line in lines if str(line["line"]) in request.form.getlist("lines")]
    if not chosen:
        errors.add("lines", _("Choose at least one article."))
    claim = awards.award(*(_claimed(line, ground, errors) for line in chosen))
    statement = commitment(desk, errors, "statement", _("Write what happened."))
    lot = claims.seed_of(request.form, errors)
    meant = _meaning(desk, claim, errors) if not errors else []
    if errors:
        return None
    answer_s = desk.state["policy"]["disputes"]["respond_s"]
    return act_page(
        desk,
        [claims.opening(desk.state, desk.participant, ground, claim, statement, lot)],
        _("Check the dispute"),
        [
            Row(_("What it is about"), marked(GROUNDS[ground])),
            *(Row(line["article"], _line_words(given)) for line, given in zip(chosen, claim["lines"], strict=True)),
            *meant,
            Row(_("Your words"), request.form.get("words", "")),
        ],
        _("Open the dispute"),
        commits=_(
            "The buyer has %(period)s to answer, and reads your words. What you do not contest you still owe meanwhile."
            " If you two do not agree, you can ask for an arbitrator whom neither of you chose.",
            period=period(answer_s),
        ),
        done="begin",
    )


def _claimed(line: dict, ground: DisputeGround, errors: Errors) -> dict:
    """One line as the seller claims it; pieces that are still to come stay so, unless that is what it is about."""
    number, most = line["line"], line["expected"]
    accepted = errors.whole(request.form, f"accepted-{number}", line["accepted"], most)
    rejected = errors.whole(request.form, f"rejected-{number}", 0, most)
    if accepted + rejected > most:
        words = _("Together these are more than the %(most)s that were to come back.", most=most)
        errors.add(f"accepted-{number}", words)
    if not request.form.get(f"part-{number}", "").strip():
        errors.add(f"part-{number}", _("Enter a percentage from 0 to 100."))
    part = percent_of(errors, f"part-{number}") if accepted else awards.ALL
    coming = 0 if ground in NEVER_CAME else max(min(line["coming"], most - accepted - rejected), 0)
    return awards.awarded(number, accepted, rejected, coming, part)


def _line_words(given: dict) -> str:
    pieces = given["accepted"] + given["rejected"] + given["awaited"]
    return counted(pieces, "piece") if pieces else _("Nothing counts.")


def _meaning(desk: Desk, claim: dict, errors: Errors) -> list[Row]:
    currency, entries_of = desk.state["currency"], desk.look.entries_of
    try:
        return claims.meaning(desk.subject, claim, currency, _("Then due to the buyer"), entries_of)
    except InvalidField:
        errors.add("lines", _("That cannot be claimed any more: the return has gone on meanwhile."))
        return []


# --- Going on, or back ------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/dispute/escalate", methods=FORM)
def escalate(return_id: str):
    """Asks for an arbitrator, with the number that the browser drew when the dispute was opened."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    dispute = open_dispute(desk.state)
    if dispute is None or not can_escalate(dispute, "seller"):
        return nothing_to_do(desk)
    if request.method == "POST":
        seed = claims.seed_of(request.form, errors)
        if not errors:
            evidence = period(desk.state["policy"]["disputes"]["evidence_s"])
            return act_page(
                desk,
                [("escalateDispute", {**_who(desk, dispute), "seed": seed})],
                _("Ask for an arbitrator"),
                [],
                _("Ask for an arbitrator"),
                commits=_(
                    "One is drawn by lot from both sides’ numbers. Then both sides have %(period)s to bring evidence.",
                    period=evidence,
                ),
            )
    return act_form(desk, "inbox/escalate.html", errors, dispute=dispute)


@blueprint.get("/inbox/<return_id>/dispute/withdraw")
def withdraw(return_id: str):
    """What taking it back means, and the button for it."""
    with view() as look:
        desk = desk_of(return_id, look)
    dispute = open_dispute(desk.state)
    if dispute is None or not can_withdraw(dispute, "seller"):
        return nothing_to_do(desk)
    return act_page(
        desk,
        [("withdrawDispute", _who(desk, dispute))],
        _("Take the dispute back"),
        [],
        _("Take it back"),
        commits=_(
            "Everything is then as it was before the dispute, and what you contested is due again. The time for it ran"
            " on meanwhile."
        ),
    )


def _who(desk: Desk, dispute: dict) -> dict:
    return {"dispute": bytes_of(dispute["dispute_id"]), "participant": desk.participant}
