"""Disputes: their state, and what an award would do before anybody signs it."""

from flask import Blueprint, request

from ledger_api.api.common import (
    answer_at,
    cursor_of,
    due_by,
    enforced,
    flag_of,
    id_of,
    json_body,
    ledger,
    listing,
    summary,
    view,
)
from ledger_api.errors import InvalidField
from ledger_api.rules import requests as rules
from ledger_api.rules.dispute_case import dispute_case_of
from ledger_api.rules.dispute_state import effect_of
from ledger_api.rules.requests import to_json
from ledger_api.vocabulary import DisputeStage

blueprint = Blueprint("disputes", __name__, url_prefix="/api/v1/disputes")

SUMMARY = ("dispute_id", "return_id", "opened_by", "ground", "stage", "ending", "opened_at", "ended_at", "turn")


@blueprint.get("")
def list_disputes():
    """Disputes, newest first. With `due=true` those that anybody may enforce now, the longest overdue first. `cursor`
    goes on."""
    limit = ledger().settings.page_items
    after = cursor_of(request.args.get("cursor"))
    with view() as look:
        if flag_of("due"):
            found = look.due_disputes(due_by(look), after, limit + 1)
        else:
            found = look.disputes(after, limit + 1)
        return listing(look, found, limit, _summary)


def _summary(look, dispute_id: bytes) -> dict:
    return summary(look.dispute_state, dispute_id, "dispute_id", SUMMARY)


@blueprint.get("/<dispute_id>")
def get_dispute(dispute_id: str):
    """State of a dispute."""
    subject = id_of(dispute_id, "dispute_id")
    with view() as look:
        return answer_at(look, to_json(look.dispute_state(subject)))


@blueprint.post("/<dispute_id>/enforce")
def enforce(dispute_id: str):
    """Calls for what silence means here; anybody may, once deadline and grace have passed. Needs no body."""
    return enforced("DisputeDesk", id_of(dispute_id, "dispute_id"))


@blueprint.post("/<dispute_id>/effect")
def post_effect(dispute_id: str):
    """What would be due, by the refund rule, if an award took effect now. Records nothing.

    `ruling` says whether it would be a ruling, which costs what the policy says."""
    subject, body = id_of(dispute_id, "dispute_id"), json_body()
    award = _award_of(body)
    ruling = body.get("ruling", False)
    if not isinstance(ruling, bool):
        raise InvalidField("ruling", "must be true or false")
    with view() as look:
        look.dispute_state(subject)
        case = dispute_case_of(subject, look.entries_of)
        if case.stage is DisputeStage.ENDED:
            raise InvalidField("dispute_id", "is that of a dispute which ended; `applied` says what took effect")
        _check_lines(award, case.claim)
        cost_minor = case.terms["costMinor"] if ruling else 0
        due = effect_of(case.return_id, award, cost_minor, look.entries_of)
        return answer_at(look, to_json(vars(due)))


def _award_of(body) -> dict:
    if not isinstance(body, dict):
        raise InvalidField("body", "must be an object")
    fields = rules.action_of("DisputeDesk", "makeOffer").fields
    parameter = next(field for field in fields if field["name"] == "award")
    return rules.parse(parameter, body.get("award"), "award")


def _check_lines(award: dict, claim: dict) -> None:
    """An award names exactly the lines of the claim, in its order."""
    wanted = [line["line"] for line in claim["lines"]]
    if [line["line"] for line in award["lines"]] != wanted:
        raise InvalidField("award.lines", f"must be the claim's, in its order: {wanted}")
