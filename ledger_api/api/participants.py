"""Participants: numbers, roles, keys, and their names from the members' directory."""

from flask import Blueprint

from ledger_api.api.common import answer_at, ledger, view
from ledger_api.errors import NotFound
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import record_id
from ledger_api.rules.registry_state import record_of
from ledger_api.rules.requests import to_json

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


@blueprint.get("/<int:number>/record")
def get_record(number: int):
    """A participant's public record: ruled or agreed debts that it did not pay in time, and which were paid later."""
    with view() as look:
        if number not in look.registry.members:
            raise NotFound(f"There is no participant {number}")
        items = record_of(look.entries_of(record_id(number)))
        return answer_at(look, {"participant": number, "record": hex_of(record_id(number)), "items": to_json(items)})


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
