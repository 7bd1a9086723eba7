"""The API's own description: OpenAPI 3.1, made from the routes' table here and the requests' table in `rules`."""

from functools import cache

from flask import Blueprint

from ledger_api import __version__
from ledger_api.api import openapi_documents as documents
from ledger_api.api import openapi_examples as examples
from ledger_api.api import openapi_parts as parts
from ledger_api.api import openapi_schemas as schemas
from ledger_api.api import openapi_sessions as sessions
from ledger_api.api.common import answer
from ledger_api.api.openapi_parts import ref
from ledger_api.api.openapi_requests import signed_name
from ledger_api.api.requests import BATCH_LIMIT, CONTRACT_OF, NOUNS
from ledger_api.rules import requests as rules

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")

JSON = "application/json"
PROBLEM = "application/problem+json"
PROBLEMS = {
    400: "The request cannot be read; `field` names the field",
    404: "Nothing by that id",
    409: "The request id was used before, with another body",
    413: "The body is too large",
    422: "The ledger does not accept the request; the slug is the contract's reason",
    500: "This server's index contradicts itself",
    502: "The ledger's node refused a call",
    503: "The chain cannot be reached, the index is catching up, or this server is full",
}
ON_POST = (400, 409, 413, 422, 502, 503)

ONE_RETURN = "/api/v1/returns/{return_id}"
ONE_DISPUTE = "/api/v1/disputes/{dispute_id}"
# What can be read: path, summary, component of the answer, query parameters, problems.
READS = (
    ("/api/v1/chain", "Contracts, height, lag and queues", "Chain", (), ()),
    ("/api/v1/chain/code", "The contracts' code, which never changes", "Code", (), (502, 503)),
    ("/api/v1/disputes", "Disputes, newest first", "DisputePage", ("cursor",), (400,)),
    (ONE_DISPUTE, "State of a dispute", "DisputeAt", (), (400, 404, 500)),
    ("/api/v1/openapi.json", "This document", None, (), ()),
    ("/api/v1/parcels/{parcel_id}", "A parcel with its checkpoints, in order of recording", "Parcel", (), (400, 404)),
    ("/api/v1/participants", "All participants", "ParticipantPage", (), ()),
    ("/api/v1/participants/{number}", "One participant by its number", "ParticipantAt", (), (404,)),
    ("/api/v1/participants/{number}/record", "Debts that it did not pay in time", "PublicRecord", (), (404,)),
    ("/api/v1/policies", "Policies with their newest version", "PolicyPage", ("participant",), (400,)),
    ("/api/v1/policies/{policy_id}", "A policy with all its versions, oldest first", "Policy", (), (400, 404)),
    ("/api/v1/receipts/{receipt}", "A claimed receipt", "ClaimedReceipt", (), (400, 404)),
    ("/api/v1/request-types", "What to sign: EIP-712 types and domains of every action", "RequestTypes", (), ()),
    ("/api/v1/requests/{request_id}", "State of a request", "RequestStatus", (), (404,)),
    ("/api/v1/returns", "Returns, newest first", "ReturnPage", ("seller", "due", "cursor"), (400,)),
    (ONE_RETURN, "State of a return", "ReturnState", (), (400, 404, 500)),
    (f"{ONE_RETURN}/entries", "All entries that the state rests on", "History", ("at",), (400, 404)),
    (
        f"{ONE_RETURN}/proof",
        "Storage proofs of the heads of those subjects",
        "Proof",
        ("at", "known"),
        (400, 404, 502, 503),
    ),
    (f"{ONE_RETURN}/events", "Server-sent events: one `changed` for each change", None, (), (400, 404, 503)),
    ("/healthz", "Whether the process answers", "Health", (), ()),
    ("/readyz", "Whether reads are fresh and writes can go on", "Health", (), (503,)),
)
PARAMETERS = {
    "participant": ("query", parts.integer("only policies of this seller")),
    "seller": ("query", parts.integer("only returns of this seller")),
    "due": ("query", {**parts.FLAG, "description": "only those that anybody may enforce now, longest overdue first"}),
    "cursor": ("query", parts.string("`next` of the page before")),
    "at": ("query", parts.integer("block number; without it, the newest")),
    "known": ("query", parts.many(parts.ID)),  # hashes of code that need not be sent again
    "number": ("path", parts.integer("the participant's number")),
    "request_id": ("path", parts.REQUEST_ID),
    "parcel_id": ("path", parts.ID),
    "policy_id": ("path", parts.ID),
    "receipt": ("path", parts.ID),
    "return_id": ("path", parts.ID),
    "dispute_id": ("path", parts.ID),
}
WRITES = {
    "participants": "Members, roles, keys, contracts and reasons; signed by the council",
    "policies": "The next version of a seller's terms",
    "receipts": "Binds a receipt to the buyer's own key, states a delivery, or replaces a lost key",
    "returns": "Asks for a return, answers, takes it back, asks again, or closes it",
    "parcels": "Lists a parcel as part of a return",
    "checkpoints": "What happened to a parcel, as its carrier claims it",
    "inspections": "Goods arrived, or what an inspection found",
    "refunds": "Money was released to the buyer, and whether it arrived",
    "messages": "Something was said to the other side; the words are kept as a document",
    "disputes": "Opens, answers, argues, decides and ends a dispute",
    "requests": "Requests of any kind",
}


@blueprint.get("/openapi.json")
def openapi():
    """OpenAPI 3.1."""
    return answer(document())


@cache
def document() -> dict:
    """The whole document."""
    paths: dict = {}
    for path, summary, component, queries, problems in READS:
        paths[path] = {"get": _read(path, summary, component, queries, problems)}
    for noun, summary in WRITES.items():
        paths.setdefault(f"/api/v1/{noun}", {})["post"] = _write(noun, summary)
    for subject in (ONE_RETURN, ONE_DISPUTE):
        paths[f"{subject}/enforce"] = {"post": _enforce(subject)}
    paths |= documents.paths(_problems_as) | sessions.paths(_problems_as)
    components = schemas.component_schemas() | documents.component_schemas() | sessions.component_schemas()
    security = documents.SECURITY_SCHEMES | sessions.SECURITY_SCHEMES
    paths[f"{ONE_DISPUTE}/effect"] = {"post": _effect()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Return Ledger",
            "version": __version__,
            "summary": "A shared record of cross-border returns",
            "description": "Writes are requests that their actor signed. Reads name the block at which they are true.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": security},
    }


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read(path: str, summary: str, component: str | None, queries: tuple, problems: tuple) -> dict:
    return {
        "operationId": _operation_id("get", path),
        "summary": summary,
        "tags": [_tag(path)],
        "parameters": [_parameter(name) for name in (*_in_path(path), *queries)],
        "responses": {"200": _answer_of(path, component)} | _problems(problems),
    }


def _in_path(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _answer_of(path: str, component: str | None) -> dict:
    if path.endswith("/events"):
        return {"description": "A stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    return _content("Done", ref(component) if component else {"type": "object"})


def _content(description: str, schema: dict) -> dict:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _parameter(name: str) -> dict:
    place, schema = PARAMETERS[name]
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _problems(statuses: tuple) -> dict:
    return _problems_as({status: PROBLEMS[status] for status in statuses})


def _problems_as(texts: dict) -> dict:
    """Problems by status, in these words."""
    found = {str(status): _problem(text) for status, text in texts.items()}
    return {**found, "default": _problem("Anything else that went wrong")}


def _problem(text: str) -> dict:
    return {"description": text, "content": {PROBLEM: {"schema": ref("Problem")}}}


def _operation_id(method: str, path: str) -> str:
    words = path.removeprefix("/api/v1/").replace("{", "by_").replace("}", "")
    return f"{method}_{words.strip('/')}".replace("/", "_").replace("-", "_").replace(".", "_")


def _tag(path: str) -> str:
    return path.removeprefix("/api/v1").split("/")[1].split(".")[0]


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(noun: str, summary: str) -> dict:
    refused = _problem(PROBLEMS[422])
    refused["content"][JSON] = {"schema": ref("BatchResult")}
    return {
        "operationId": f"post_{noun}",
        "summary": summary,
        "description": "One request, or many as `requests`: each of those is taken or refused for itself.",
        "tags": [noun],
        "requestBody": {"required": True, "content": {JSON: _body(noun)}},
        "responses": {"202": _taken()} | _problems(ON_POST) | {"422": refused},
    }


def _enforce(subject: str) -> dict:
    path = f"{subject}/enforce"
    return {
        "operationId": _operation_id("post", path),
        "summary": "Calls for what silence means; anybody may, once deadline and grace have passed",
        "tags": [_tag(path)],
        "parameters": [_parameter(name) for name in _in_path(path)],
        "responses": {"202": _content("Stored; it will be on chain", ref("RequestStatus"))}
        | _problems((400, 422, 502)),
    }


def _effect() -> dict:
    path = f"{ONE_DISPUTE}/effect"
    body = {"schema": ref("AwardToTry"), "examples": {"ruling": {"value": examples.AWARD_TO_TRY}}}
    return {
        "operationId": _operation_id("post", path),
        "summary": "What would be due, by the refund rule, if an award took effect now; records nothing",
        "tags": [_tag(path)],
        "parameters": [_parameter(name) for name in _in_path(path)],
        "requestBody": {"required": True, "content": {JSON: body}},
        "responses": {"200": _content("Done", ref("Effect"))} | _problems((400, 404, 500)),
    }


def _body(noun: str) -> dict:
    one = _one_request(noun)
    batch = parts.record(requests=parts.many(one, minItems=1, maxItems=BATCH_LIMIT))
    return {"schema": {"anyOf": [one, batch]}, "examples": examples.of_noun(noun)}


def _one_request(noun: str) -> dict:
    if noun == "requests":
        every = [ref(signed_name(action)) for action in rules.actions().values()]
        return {"allOf": [{"anyOf": every}, {"required": ["contract", "action"]}]}
    names = NOUNS[noun]
    found = [ref(signed_name(rules.action_of(CONTRACT_OF[name], name))) for name in names]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _taken() -> dict:
    body = _content("Stored; it will be on chain by `due_at`", {"anyOf": [ref("RequestStatus"), ref("BatchResult")]})
    location = {"description": "where the state of a single request is", "schema": {"type": "string"}}
    return {**body, "headers": {"Location": location}}
