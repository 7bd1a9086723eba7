"""Disputes: calling for what silence means in one."""

from flask import Blueprint

from ledger_api.api.common import answer, id_of, ledger

blueprint = Blueprint("disputes", __name__, url_prefix="/api/v1/disputes")


@blueprint.post("/<dispute_id>/enforce")
def enforce(dispute_id: str):
    """Calls for what silence means here; anybody may, once deadline and grace have passed. Needs no body."""
    status = ledger().enforcer.enforce("DisputeDesk", id_of(dispute_id, "dispute_id"))
    return answer(status, 202, Location=f"/api/v1/requests/{status['id']}")
