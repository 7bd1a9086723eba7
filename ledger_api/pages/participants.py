"""A participant and its public record: what it was to pay and did not pay in time."""

from flask import render_template

from ledger_api.errors import NotFound
from ledger_api.pages.common import names_in, pages_blueprint, view
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import record_id
from ledger_api.rules.registry_state import record_of
from ledger_api.texts import mark, marked

blueprint = pages_blueprint("participants")

ROLE_WORDS = {
    "seller": mark("Seller"),
    "carrier": mark("Carrier"),
    "inspector": mark("Inspector"),
    "customs_broker": mark("Customs broker"),
    "arbitrator": mark("Arbitrator"),
    "witness": mark("Witness"),
}


@blueprint.get("/participants/<int:number>")
def show(number: int):
    """Who it is, in which roles, and each debt with the day on which it was paid after all."""
    with view() as look:
        member = look.registry.members.get(number)
        if member is None:
            raise NotFound(f"There is no participant {number}")
        items = record_of(look.entries_of(record_id(number)))
        page = {
            "number": number,
            "name": names_in(look)(number),
            "roles": ", ".join(marked(ROLE_WORDS[role]) for role in member.role_names),
            "member": member,
            "items": [_row(item) for item in reversed(items)],
            "open": sum(item["settled_at"] is None for item in items),
        }
    return render_template("participants/show.html", **page)


def _row(item: dict) -> dict:
    return {**item, "return_id": hex_of(item["return_id"]), "owed": amount(item["owed_minor"], item["currency"])}
