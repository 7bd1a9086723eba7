"""Participants: numbers, roles, keys, and their names from the members' directory."""

from flask import Blueprint

from ledger_api.api.common import answer_at, ledger, view
from ledger_api.errors import NotFound
from ledger_api.rules.hashing import hex_of

blueprint = Blueprint("participants", __name__, url_prefix="/api/v1/participants")


@blueprint.get("")
def list_participants():
    """All participants."""
    with view() as look:
        registry = look.registry
        items = [_participant(registry, member) for member in registry.members.values()]
        council = {"members": [hex_of(member) for member in registry.council], "threshold": registry.threshold}
        return answer_at(look, {"items": items, "next": None, "council": council})


@blueprint.get("/<int:number>")
def get_participant(number: int):
    """One participant by its number."""
    with view() as look:
        member = look.registry.members.get(number)
        if member is None:
            raise NotFound(f"There is no participant {number}")
        return answer_at(look, _participant(look.registry, member))


def _participant(registry, member) -> dict:
    entry = ledger().directory.members().get(member.number)
    return {
        "participant": member.number,
        "name": ledger().directory.name(member.number, member.directory),
        "roles": member.role_names,
        "suspended": member.suspended,
        "admitted_at": member.admitted_at,
        "directory": {"commitment": hex_of(member.directory), **(entry or {})},
        "keys": [
            {
                "address": hex_of(address),
                "in_custody": registry.keys[address].in_custody,
                "added_at": registry.keys[address].added_at,
                "ended_at": registry.keys[address].ended_at,
            }
            for address in member.keys
        ],
    }
