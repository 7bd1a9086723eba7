"""What a seller does in a dispute: answers it, offers, agrees, brings evidence, appeals."""

from flask import request

from ledger_api.errors import InvalidField
from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.claims import seed_of
from ledger_api.pages.common import now, pages_blueprint, view
from ledger_api.pages.desk import Desk, act_form, act_page, commitment, desk_of, nothing_to_do, percent_of
from ledger_api.pages.disputed import open_dispute, to_anyone, turn_for_anyone
from ledger_api.pages.offered import BEFORE_RULING, can_escalate, can_withdraw
from ledger_api.rules.amounts import amount
from ledger_api.rules.dispute_state import effect_of
from ledger_api.rules.dispute_turns import dispute_standing
from ledger_api.rules.dispute_words import EVIDENCE, award_words
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.wording import percent
from ledger_api.texts import _, marked
from ledger_api.vocabulary import EvidenceKind

blueprint = pages_blueprint("seller_disputes")

FORM = ["GET", "POST"]


def _open(return_id: str, look) -> tuple[Desk, dict | None]:
    desk = desk_of(return_id, look)
    return desk, open_dispute(desk.state)


def _who(desk: Desk, dispute: dict) -> dict:
    return {"dispute": bytes_of(dispute["dispute_id"]), "participant": desk.participant}


@blueprint.get("/inbox/<return_id>/dispute")
def show(return_id: str):
    """What is claimed, offered and due either way, and what can be done."""
    with view() as look:
        desk, dispute = _open(return_id, look)
    if dispute is None:
        return nothing_to_do(desk)
    name = to_anyone(desk.name)
    return act_form(
        desk,
        "inbox/dispute.html",
        Errors(),
        dispute=dispute,
        standing=dispute_standing(dispute, name, now()),
        turn=turn_for_anyone(dispute, desk.name, now()),
        claim=award_words(dispute["claim"], dispute["currency"]),
        offers=[_offer_words(desk, dispute, offer) for offer in _standing_offers(dispute)],
        sums=_sums(desk, dispute),
        acts=_acts(dispute),
        acceptable=_acceptable(dispute) is not None,
        as_of=look.at,
    )


def _sums(desk: Desk, dispute: dict) -> list[tuple[str, str]]:
    effects = dispute["effects"] or {}
    rows = (
        (_("As things stand"), effects.get("now_minor")),
        (_("As the claim says"), effects.get("claim_minor")),
        (_("As the buyer offers"), effects.get("buyer_offer_minor")),
        (_("As you offer"), effects.get("seller_offer_minor")),
        (_("As the ruling says"), effects.get("ruling_minor")),
    )
    return [(label, amount(minor, dispute["currency"])) for label, minor in rows if minor is not None]


def _standing_offers(dispute: dict) -> list[dict]:
    return [offer for offer in dispute["offers"] if offer["stands"]]


def _offer_words(desk: Desk, dispute: dict, offer: dict) -> dict:
    who = desk.name(offer["participant"]) if offer["participant"] else desk.buyer
    return {"who": who, "words": award_words(offer["award"], dispute["currency"])}


def _acts(dispute: dict) -> list[str]:
    """What the seller can do, what is waited for first."""
    stage, opened = dispute["stage"], dispute["opened_by"] == "seller"
    found = []
    if stage == "inquiry" and not opened:
        found.append("answer")
    if can_escalate(dispute, "seller"):
        found.append("escalate")
    if stage == "ruled":
        found.append("appeal")
    if stage in BEFORE_RULING:
        found.append("offer")
    if stage in (*BEFORE_RULING, "appealed"):
        found.append("bring")
    if can_withdraw(dispute, "seller"):
        found.append("withdraw")
    return found


def _acceptable(dispute: dict) -> dict | None:
    """The buyer's offer, or the claim with which he opened: {offer: digest or empty, award}."""
    if dispute["stage"] not in BEFORE_RULING:
        return None
    theirs = [offer for offer in _standing_offers(dispute) if offer["participant"] == 0]
    if theirs:
        return {"offer": theirs[-1]["offer"], "award": theirs[-1]["award"]}
    return {"offer": "", "award": dispute["claim"]} if dispute["opened_by"] == "buyer" else None


# --- Answer and appeal ------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/dispute/answer", methods=FORM)
def answer(return_id: str):
    """What the seller says to it; with it goes a number that his browser draws, for the lot of the arbitrator."""
    return _say(
        return_id,
        "answer",
        "answerDispute",
        _("Answer the dispute"),
        _("Say what you think is right, and why. The buyer reads it, and an arbitrator if there is one."),
        _("Send the answer"),
    )


@blueprint.route("/inbox/<return_id>/dispute/appeal", methods=FORM)
def appeal(return_id: str):
    """Why the ruling is not right; a panel of three decides."""
    return _say(
        return_id,
        "appeal",
        "appealRuling",
        _("Appeal against the ruling"),
        _("Say what is wrong with the ruling. A panel of three decides, for good."),
        _("Send the appeal"),
    )


def _say(return_id: str, act: str, action: str, heading: str, hint: str, button: str):
    errors = Errors()
    with view() as look:
        desk, dispute = _open(return_id, look)
    if dispute is None or act not in _acts(dispute):
        return nothing_to_do(desk)
    if request.method == "POST":
        statement = commitment(desk, errors, "statement", _("Write what you want to say."))
        more = {"seed": seed_of(request.form, errors)} if act == "answer" else {}
        if not errors:
            said = {**_who(desk, dispute), "statement": statement, **more}
            rows = [Row(_("Your words"), request.form.get("words", ""))]
            return act_page(desk, [(action, said)], heading, rows, button, commits=hint, then=_back(desk, act))
    return act_form(desk, "inbox/statement.html", errors, heading=heading, hint=hint, act=act)


def _back(desk: Desk, act: str) -> str:
    return desk.address("pages_inbox.show", done=act)


# --- Offers -----------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/dispute/offer", methods=FORM)
def offer(return_id: str):
    """For each line of the claim: at what part of its value it counts."""
    errors = Errors()
    with view() as look:
        desk, dispute = _open(return_id, look)
        if dispute is None or "offer" not in _acts(dispute):
            return nothing_to_do(desk)
        lines = [{**line, "article": desk.article(line["line"])} for line in dispute["claim"]["lines"]]
        if request.method == "POST":
            award, statement = _offered(errors, dispute), commitment(desk, errors, "statement", "")
            due = _due(desk, award, errors) if not errors else 0
            if not errors:
                return _check_offer(desk, dispute, award, statement, due)
    return act_form(desk, "inbox/offer.html", errors, lines=lines, sums=_sums(desk, dispute))


def _offered(errors: Errors, dispute: dict) -> dict:
    """The claim's pieces, at the value that was typed."""
    lines = [
        {
            "line": line["line"],
            "accepted": line["accepted"],
            "rejected": line["rejected"],
            "awaited": line["awaited"],
            "awardBasisPoints": percent_of(errors, f"part-{line['line']}"),
            "category": line["category"],
        }
        for line in dispute["claim"]["lines"]
    ]
    extra = dispute["claim"]["extra_minor"] if "extra" in request.form else 0
    unpaid = dispute["claim"]["unpaid_minor"] if "unpaid" in request.form else 0
    return {"extraMinor": extra, "unpaidMinor": unpaid, "buyerCostBasisPoints": 0, "lines": lines}


def _due(desk: Desk, award: dict, errors: Errors) -> int:
    try:
        return effect_of(desk.subject, award, 0, desk.look.entries_of).due_minor
    except InvalidField as error:
        errors.add(f"part-{award['lines'][0]['line']}", error.detail)
        return 0


def _check_offer(desk: Desk, dispute: dict, award: dict, statement: bytes, due: int):
    rows = [
        Row(
            desk.article(line["line"]),
            _("counts at %(part)s of its price", part=percent(line["awardBasisPoints"])),
        )
        for line in award["lines"]
    ]
    rows.append(Row(_("Due then"), amount(due, dispute["currency"])))
    given = {**_who(desk, dispute), "statement": statement, "award": award}
    return act_page(
        desk,
        [("makeOffer", given)],
        _("Check your offer"),
        rows,
        _("Send the offer"),
        commits=_("It stands until you make another. If the buyer accepts it, the dispute ends with it."),
    )


@blueprint.route("/inbox/<return_id>/dispute/accept", methods=FORM)
def accept(return_id: str):
    """Agrees to what the buyer offers, or claims."""
    with view() as look:
        desk, dispute = _open(return_id, look)
        found = _acceptable(dispute) if dispute else None
        if found is None:
            return nothing_to_do(desk)
        given = bytes_of(found["offer"]) if found["offer"] else _opening(desk, dispute)
    effects = dispute["effects"] or {}
    offered = effects.get("buyer_offer_minor")
    due = effects.get("claim_minor", 0) if offered is None else offered
    rows = [
        Row(_("What you agree to"), " ".join(award_words(found["award"], dispute["currency"]))),
        Row(_("Due then"), amount(due or 0, dispute["currency"])),
    ]
    return act_page(
        desk,
        [("acceptOffer", {**_who(desk, dispute), "offer": given})],
        _("Agree with the buyer"),
        rows,
        _("Agree, and end the dispute"),
        commits=_("This ends the dispute for good, and you owe what is due then."),
    )


def _opening(desk: Desk, dispute: dict) -> bytes:
    entries = desk.look.entries_of(bytes_of(dispute["dispute_id"]))
    return next(entry.request for entry in entries if entry.name == "DisputeOpened")


# --- Evidence ---------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/dispute/evidence", methods=FORM)
def bring(return_id: str):
    """A photo or a file, and what it shows."""
    errors = Errors()
    with view() as look:
        desk, dispute = _open(return_id, look)
    if dispute is None or "bring" not in _acts(dispute):
        return nothing_to_do(desk)
    kinds = [(EvidenceKind[handle.upper()].value, marked(words)) for handle, words in EVIDENCE.items()]
    if request.method == "POST":
        kind = request.form.get("kind", "")
        if kind not in {str(number) for number, _words in kinds}:
            errors.add("kind", _("Choose what it shows."))
        document = commitment(desk, errors, "document", _("Choose a photo or a file."))
        if not errors:
            return act_page(
                desk,
                [("submitEvidence", {**_who(desk, dispute), "kind": int(kind), "document": document})],
                _("Check your evidence"),
                [Row(_("What it shows"), dict(kinds)[int(kind)])],
                _("Bring the evidence"),
                commits=_("The buyer and the arbitrator see it. It cannot be taken back."),
            )
    return act_form(desk, "inbox/evidence.html", errors, kinds=kinds)
