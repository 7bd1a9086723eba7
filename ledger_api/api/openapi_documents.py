"""What the API's description says of documents and messages: the only paths that need a proof of a key."""

from ledger_api.api import openapi_parts as parts
from ledger_api.api.openapi_parts import ID, TIME, many, nullable, record, ref, string
from ledger_api.documents.content import TYPES
from ledger_api.rules import access_proofs
from ledger_api.rules.anchors import DocumentKind
from ledger_api.rules.requests import type_string

JSON = "application/json"
OF_RETURN = "/api/v1/returns/{return_id}/documents"
MESSAGES = "/api/v1/returns/{return_id}/messages"
ONE = "/api/v1/documents/{commitment}"
PROOF = "ledger"
HEADER = "`Authorization: Ledger actor=0x…, deadline=…, signature=0x…`"
SIGNED = " or ".join(
    f"`{type_string(name, access_proofs.TYPES[name])}`" for name in (access_proofs.READ, access_proofs.KEEP)
)
SECURITY_SCHEMES = {
    PROOF: {
        "type": "http",
        "scheme": "Ledger",
        "description": f"{HEADER}, signed in the domain of ReturnLedger as {SIGNED}; content: keccak256 of the body.",
    }
}
NO_PROOF = {401: "No proof of a key, or one that expired or is wrong", 403: "The return does not concern that key"}
NOT_KEPT = {
    413: "The document is too large",
    415: "Documents of that type are not kept, or it is of another type than it says",
    422: "The image cannot be read, or the uploader has too many documents",
}
RETURN_ID = {"name": "return_id", "in": "path", "required": True, "schema": ID}


def component_schemas() -> dict:
    """Schemas of what is answered."""
    media_type = {"enum": list(TYPES)}
    size = parts.integer("bytes")
    uploader = parts.integer("participant; 0: the buyer")
    kept = record(commitment=ID, salt=ID, type=media_type, size=size)
    document = record(
        commitment=ID,
        kind={"enum": [kind.value for kind in DocumentKind]},
        type=media_type,
        size=size,
        uploaded_at=TIME,
        uploaded_by=uploader,
    )
    message = record(
        participant=uploader,
        recorded_at=TIME,
        commitment=ID,
        type=nullable(media_type),
        salt=nullable(ID),
        text=nullable(string("null: not kept here, or no text")),
    )
    return {
        "KeptDocument": kept,
        "Document": document,
        "DocumentList": parts.at_block(items=many(ref("Document"))),
        "Message": message,
        "MessageList": parts.at_block(items=many(ref("Message"))),
    }


def paths(problems) -> dict:
    """The paths; `problems` describes answers that are problems, from their statuses and texts."""
    refused = problems({400: "An id cannot be read", 404: "Nothing by that id", **NO_PROOF})
    return {
        OF_RETURN: {
            "get": _listed("get_documents_of_return", "Documents that the reader may read", "DocumentList", refused),
            "post": _kept(refused | problems(NOT_KEPT)),
        },
        MESSAGES: {"get": _listed("get_messages_of_return", "Messages of a return, in order", "MessageList", refused)},
        ONE: {"get": _handed(refused | problems({500: "It is not what was committed to"}))},
    }


def _listed(name: str, summary: str, component: str, refused: dict) -> dict:
    content = {JSON: {"schema": ref(component)}}
    answers = {"200": {"description": "Done", "content": content}} | refused
    return _operation(name, summary, [RETURN_ID], answers)


def _kept(refused: dict) -> dict:
    content = {JSON: {"schema": ref("KeptDocument")}}
    answers = {"201": {"description": "Kept, for its commitment to be signed", "content": content}} | refused
    operation = _operation("post_document", "Keeps a document, encrypted", [RETURN_ID], answers)
    return {**operation, "requestBody": {"required": True, "content": {kind: {} for kind in TYPES}}}


def _handed(refused: dict) -> dict:
    salt = {"description": "with the bytes it gives the commitment: keccak256(salt, bytes)", "schema": ID}
    found = {
        "description": "The bytes, for saving",
        "headers": {"Document-Salt": salt},
        "content": {kind: {} for kind in TYPES},
    }
    committed = {"name": "commitment", "in": "path", "required": True, "schema": ID}
    parameters = [committed, {**RETURN_ID, "in": "query"}]
    return _operation("get_document", "A document, for whom it concerns", parameters, {"200": found} | refused)


def _operation(name: str, summary: str, parameters: list, answers: dict) -> dict:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["documents"],
        "security": [{PROOF: []}],
        "parameters": parameters,
        "responses": answers,
    }
