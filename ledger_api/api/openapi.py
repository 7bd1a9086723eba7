"""The API's own description."""

from flask import Blueprint

from ledger_api.api.common import answer

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
def openapi():
    """OpenAPI 3.1."""
    return answer({"openapi": "3.1.0", "info": {"title": "Return Ledger", "version": "1"}, "paths": {}})
