"""What the routes share: the ledger, one view, ids from the path, bodies, cursors."""

import base64
import time

import orjson
from flask import Response, current_app, request

from ledger_api.errors import IndexInconsistent, InvalidField, MalformedJson
from ledger_api.rules import hashing
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json


def ledger():
    """The running parts."""
    return current_app.extensions["ledger"]


def view():
    """One consistent look at the index."""
    return ledger().queries.view()


def answer(body, status: int = 200, **headers) -> Response:
    """JSON."""
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def answer_at(look, body: dict, status: int = 200) -> Response:
    """JSON with the block at which it is true."""
    return answer({**body, "at": look.at.to_json() if look.at else None}, status)


def id_of(text: str, field: str) -> bytes:
    """A 32-byte id from the path; raises InvalidField."""
    try:
        return hashing.id_of(text)
    except ValueError as error:
        raise InvalidField(field, str(error)) from None


def json_body():
    """The request's JSON; raises MalformedJson."""
    data = request.get_data()
    if not data:
        raise MalformedJson("The body is empty; send a JSON object")
    try:
        return orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedJson(f"The body is not JSON: {error}") from None


def listing(look, found: list, limit: int, row) -> Response:
    """A page of a list: `found` holds (subject, place) of one more than `limit`, `row(look, subject)` makes an item."""
    more = cursor_text(found[limit - 1][1]) if len(found) > limit else None
    return answer_at(look, {"items": [row(look, subject) for subject, _ in found[:limit]], "next": more})


def summary(state_of, subject: bytes, name: str, fields: tuple) -> dict:
    """One row; a subject whose entries contradict themselves hides no other."""
    try:
        state = to_json(state_of(subject))
    except IndexInconsistent as error:
        return {name: hex_of(subject), "problem": error.problem()}
    return {field: state[field] for field in fields}


def enforced(contract: str, subject: bytes) -> Response:
    """Calls for what silence means; where its status is found."""
    status = ledger().enforcer.enforce(contract, subject)
    return answer(status, 202, Location=f"/api/v1/requests/{status['id']}")


def cursor_of(text: str | None) -> tuple[int, int] | None:
    """Place of the last item seen; raises InvalidField."""
    if text is None:
        return None
    try:
        block, index = orjson.loads(base64.urlsafe_b64decode(text))
        return int(block), int(index)
    except (ValueError, TypeError):
        raise InvalidField("cursor", "must be the `next` of an earlier answer") from None


def cursor_text(place: tuple[int, int]) -> str:
    """The cursor after an item."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def number_of(name: str) -> int | None:
    """A whole number from the query string; None if it is not given."""
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise InvalidField(name, "must be a whole number")
    return int(text)


def due_by(look) -> int:
    """Until when what is due now was due: the wall clock or the newest block's time, Unix seconds UTC."""
    return max(int(time.time()), look.at.timestamp if look.at else 0)


def flag_of(name: str) -> bool:
    """true or false from the query string; false if it is not given."""
    text = request.args.get(name, "false")
    if text not in ("true", "false"):
        raise InvalidField(name, "must be true or false")
    return text == "true"


__all__ = [
    "answer",
    "answer_at",
    "cursor_of",
    "cursor_text",
    "due_by",
    "enforced",
    "flag_of",
    "hex_of",
    "id_of",
    "json_body",
    "ledger",
    "listing",
    "number_of",
    "summary",
    "view",
]
