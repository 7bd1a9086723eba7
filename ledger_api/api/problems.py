"""Renders everything that goes wrong as an RFC 9457 problem; the only file that does."""

import logging

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ledger_api.errors import BodyTooLarge, LedgerError, NotFound

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Adds the handlers."""
    app.register_error_handler(LedgerError, render)
    app.register_error_handler(HTTPException, render_http)
    app.register_error_handler(Exception, render_bug)


def render(error: LedgerError) -> Response:
    """A problem document."""
    body = {**error.problem(), "instance": request.path}
    response = Response(orjson.dumps(body), error.status, mimetype="application/problem+json")
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Ledger"
    return response


def render_http(error: HTTPException) -> Response:
    """What Flask itself refuses."""
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length or 0
        return render(BodyTooLarge(f"The body is larger than {limit:,} bytes; send it in parts", limit_bytes=limit))
    if error.code == 404:
        return render(NotFound(f"There is nothing at {request.path}"))
    title = error.name
    body = {"type": "about:blank", "title": title, "status": error.code, "detail": error.description}
    return Response(orjson.dumps(body), error.code, mimetype="application/problem+json")


def render_bug(error: Exception) -> Response:
    """A bug: logged here, described to nobody."""
    log.exception("%s %s", request.method, request.path)
    return render(LedgerError("An unexpected error; the operator finds it in the log"))
