"""Policies: versioned return terms of the sellers."""

from flask import Blueprint

from ledger_api.api.common import answer_at, id_of, number_of, view
from ledger_api.errors import NotFound
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json

blueprint = Blueprint("policies", __name__, url_prefix="/api/v1/policies")


@blueprint.get("")
def list_policies():
    """Policies with their newest version; `participant` filters."""
    with view() as look:
        found = look.policies(number_of("participant"))
        items = [{"policy_id": hex_of(policy), "latest_version": version} for policy, version in found]
        return answer_at(look, {"items": items, "next": None})


@blueprint.get("/<policy_id>")
def get_policy(policy_id: str):
    """A policy with all its versions, oldest first."""
    policy = id_of(policy_id, "policy_id")
    with view() as look:
        entries = look.entries_of(policy)
        if not entries or entries[0].name != "PolicyPublished":
            raise NotFound(f"There is no policy {policy_id}")
        versions = [to_json(entry.values) for entry in entries]
        return answer_at(look, {"policy_id": policy_id, "versions": versions})
