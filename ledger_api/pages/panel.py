"""Rulings on appeal: one of the panel proposes what he signs, another signs the same, and it is given.

What is proposed is shown to those who sit on the panel alone: neither the sides nor who ruled first see it.
"""

from flask import render_template, request, url_for

from ledger_api.documents.content import TEXT
from ledger_api.errors import AccessDenied, DocumentDamaged, InvalidField, NotFound, RequestError
from ledger_api.pages import ruling, together
from ledger_api.pages.acts import Errors, Row, ToSign
from ledger_api.pages.common import ledger, pages_blueprint, view
from ledger_api.pages.docket_case import DocketCase
from ledger_api.pages.together import Circle, Seat
from ledger_api.rules import requests as rules
from ledger_api.rules.dispute_state import award_json
from ledger_api.rules.dispute_words import award_words
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.registry_state import ARBITRATOR
from ledger_api.texts import _, marked
from ledger_api.vocabulary import Verdict

blueprint = pages_blueprint("panel")

DESK, ACTION = "DisputeDesk", "givePanelRuling"
QUORUM = 2  # the contract's


def _circle(case: DocketCase) -> Circle:
    """Who sits on the panel now, each with the keys that speak for it."""
    registry = case.look.registry
    seats = []
    for number in filter(None, case.dispute["panel"]):
        keys = registry.members[number].keys
        actors = frozenset(key for key in keys if registry.refusal(key, number, ARBITRATOR) is None)
        seats.append(Seat(case.name(number), actors))
    is_open = case.dispute["turn"]["act"] == "rule_on_appeal"
    return Circle(case.dispute["dispute_id"], DESK, tuple(seats), QUORUM, is_open)


def _panel_case(dispute_id: str, look) -> DocketCase:
    """The case, for who sat or sits on its panel; raises AccessDenied."""
    case = DocketCase(dispute_id, look)
    if case.number not in case.dispute["panel"]:
        raise AccessDenied("That is for the panel of the case")
    return case


# --- On the page of the case ------------------------------------------------------------------------------------------


def shown(case: DocketCase) -> dict | None:
    """Who sits, and what was proposed, for one of the panel; None for anybody else."""
    if case.number not in case.dispute["panel"]:
        return None
    circle = _circle(case)
    rows = [_row(case, circle, *found) for found in ledger().access.proposals(circle.of)]
    return {
        "seats": [case.name(number) for number in case.dispute["panel"] if number],
        "mine": case.name(case.number),
        "proposals": rows,
        "next": next((row for row in rows if row["state"] == "waiting" and row["can_sign"]), None),
    }


def _row(case: DocketCase, circle: Circle, number: int, body: dict, made_at: int, sent_as: str | None) -> dict:
    given, first = rules.from_json(body).request, bytes_of(body["authorisations"][0]["actor"])
    act, until = together.standing(circle, number, body, made_at, sent_as), case.dispute["turn"]["until"]
    return {
        **act,
        "deadline": min(act["deadline"], until or act["deadline"]),
        "by": case.name(case.look.registry.keys[first].participant),
        "verdict": Verdict(given["verdict"]),
        "can_sign": case.may_rule and together.next_signer(circle, body) is not None,
        "url": url_for("pages_panel.proposal", dispute_id=circle.of, number=number),
    }


# --- Proposing --------------------------------------------------------------------------------------------------------


def to_propose(case: DocketCase, ruled: dict, reasons: str) -> ToSign:
    """A ruling for its first signature."""
    post = url_for("pages_panel.propose", dispute_id=case.dispute["dispute_id"])
    change = f"{case.address}/ruling"
    return ToSign(
        actor=case.actor,
        requests=[(ACTION, ruled)],
        heading=_("Check the ruling that you propose"),
        rows=[
            Row(_("You sit on the panel for"), case.name(case.number)),
            Row(_("Ruling"), marked(ruling.SAID[Verdict(ruled["verdict"])]), change),
            Row(_("Reasons"), reasons, change),
        ],
        button=_("Sign, and propose it to the panel"),
        then=post,
        commits=_commits(),
        back=change,
        return_id=case.dispute["return_id"],
        with_it={"post": post},
    )


def _commits() -> str:
    return _(
        "Two of the three members of the panel have to sign the same ruling. Then both sides read it with its reasons,"
        " it takes effect at once, and it is final. Until then the panel alone sees it."
    )


@blueprint.post("/docket/<dispute_id>/proposals")
def propose(dispute_id: str):
    """Takes a ruling with its first signature, as JSON of this site's module."""
    return _answered(dispute_id, _propose)


def _propose(case: DocketCase, body: dict) -> int:
    circle = _circle(case)
    signed = together.read(circle, body)
    if signed.action.name != ACTION or signed.request["dispute"] != case.subject:
        raise InvalidField("request", "must be a ruling on this appeal")
    _effect(case, signed.request)
    return together.keep(circle, signed)


@blueprint.post("/docket/<dispute_id>/proposals/<int:number>")
def sign_too(dispute_id: str, number: int):
    """Takes another member's signature."""
    return _answered(dispute_id, lambda case, body: together.add(_circle(case), number, body))


def _answered(dispute_id: str, take):
    """JSON for the module: where to go on, or what was refused."""
    try:
        with view() as look:
            case = _panel_case(dispute_id, look)
            if not case.may_rule:
                raise AccessDenied("A ruling of the panel would not be taken now")
            body = request.get_json(silent=True)
            if not isinstance(body, dict):
                raise InvalidField("body", "must be an object")
            number = take(case, body)
    except RequestError as error:
        return {"detail": error.detail}, error.status
    return {"then": url_for(".proposal", dispute_id=dispute_id, number=number)}


def _effect(case: DocketCase, given: dict) -> dict:
    """What a ruling would do now; raises InvalidField where it would be refused."""
    errors, verdict = Errors(), Verdict(given["verdict"])
    lines = [line["line"] for line in given["award"]["lines"]]
    wanted = [line["line"] for line in case.case.claim["lines"]] if verdict is Verdict.AWARDED else []
    if lines != wanted or verdict is Verdict.REFUSED:
        raise InvalidField("award", "must be about the lines of the claim, or award nothing")
    found = ruling.effect(case.case, verdict, given["award"], case.look.entries_of, errors)
    if found is None:
        raise InvalidField("award", next(iter(errors.found.values())))
    return found


# --- What one of the panel proposes, for the others -------------------------------------------------------------------


@blueprint.get("/docket/<dispute_id>/proposals/<int:number>")
def proposal(dispute_id: str, number: int):
    """A ruling with its effect and its reasons, who has signed, and a button for who has not."""
    with view() as look:
        case = _panel_case(dispute_id, look)
        circle = _circle(case)
        found = ledger().access.proposed(number, circle.of)
        act, given = _row(case, circle, *found), rules.from_json(found[1]).request
        reasons = _reasons(case, given["reasons"])
        can_sign = act["state"] == "waiting" and act["can_sign"] and reasons is not None
        page = {
            "act": act,
            "effect": _effect_or_none(case, given) if act["state"] == "waiting" else None,
            "words": award_words(award_json(given["award"]), case.dispute["currency"], costs=True),
            "said": marked(ruling.SAID[act["verdict"]]),
            "reasons": reasons,
            "signing": _to_sign_too(case, circle, found[1], number) if can_sign else None,
        }
    return render_template("docket/proposal.html", **page, **case.shared())


def _effect_or_none(case: DocketCase, given: dict) -> dict | None:
    try:
        return _effect(case, given)
    except InvalidField:
        return None


def _reasons(case: DocketCase, commitment: bytes) -> str | None:
    """The reasons as they are kept here, checked against their commitment; None where they are not."""
    try:
        found = ledger().documents.read(case.case.return_id, commitment)
    except (NotFound, DocumentDamaged):
        return None
    return found.content.decode() if found.listed.type == TEXT else None


def _to_sign_too(case: DocketCase, circle: Circle, body: dict, number: int) -> ToSign:
    post = url_for(".sign_too", dispute_id=circle.of, number=number)
    return ToSign(
        actor=together.next_signer(circle, body),
        requests=[(ACTION, rules.from_json(body).request)],
        heading=_("Sign the ruling too"),
        rows=[],
        button=_("Sign this ruling too"),
        then=post,
        commits=_commits(),
        with_it=together.same_as_first(body, post),
    )
