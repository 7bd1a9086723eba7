"""What the API's description says of signing in and of sales: what stands on no chain."""

from ledger_api.access.routes import SCOPES
from ledger_api.api import openapi_parts as parts
from ledger_api.api.openapi_documents import PROOF
from ledger_api.api.openapi_parts import ADDRESS, ID, hexadecimal, many, record, ref, string
from ledger_api.documents.sales import TEXT_LIMIT, Article, Contact
from ledger_api.rules.registry_state import ROLES

JSON = "application/json"
SESSION, API_KEY = "session", "apiKey"
SECURITY_SCHEMES = {
    SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "Set by `POST /api/v1/session`. A write with it needs the `Origin` header of this site.",
    },
    API_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": f"A key that a member made on its account page, with a scope: {', '.join(SCOPES)}.",
    },
}
RECEIPT = {"name": "receipt", "in": "path", "required": True, "schema": ID}
LINE = string(maxLength=TEXT_LIMIT)


def component_schemas() -> dict:
    """Schemas of what is sent and answered; `SignedReceipt` is that of the requests."""
    member = record(participant=parts.NUMBER, roles=many({"enum": list(ROLES.values())}), actor=ADDRESS)
    return {
        "Session": record(actors=many(ADDRESS), participants=many(member), council=many(ADDRESS)),
        "Challenge": record(challenge=ID, origin=string("of this site; its keccak256 is signed as `site`")),
        "SignInProof": record(actor=ADDRESS, challenge=ID, signature=hexadecimal(None)),
        "Article": _closed(Article, ("name",)),
        "Contact": _closed(Contact, ()),
        "Particulars": {
            **record(
                ("buyer", "language", "export_declaration"),
                order=LINE,
                articles=many(ref("Article"), minItems=1),
                buyer=ref("Contact"),
                language=string("of the buyer, as in `en`", maxLength=TEXT_LIMIT),
                export_declaration=string("movement reference number of the outbound export", maxLength=TEXT_LIMIT),
            ),
            "additionalProperties": False,
        },
        "SaleToKeep": {
            **record(receipt=ref("SignedReceipt"), particulars=ref("Particulars"), order_salt=ID),
            "additionalProperties": False,
        },
        "KeptSale": record(
            receipt=ID,
            claim_path=string("with `#` and the claim key's secret behind it, the link for the buyer"),
        ),
        "Offer": record(
            seller=parts.NUMBER,
            order=LINE,
            articles=many(record(name=LINE, sku=LINE)),
            receipt=ref("SignedReceipt"),
        ),
    }


def _closed(kind, required: tuple) -> dict:
    properties = {
        name: parts.integer("grams; 0: unknown", maximum=2**31 - 1) if item.type is int else LINE
        for name, item in kind.__dataclass_fields__.items()
    }
    optional = tuple(name for name in properties if name not in required)
    return {**record(optional, **properties), "additionalProperties": False}


def paths(problems) -> dict:
    """The paths; `problems` describes answers that are problems, from their statuses and texts."""
    wrong = {400: "A field is missing or cannot be read", 403: "A browser's write from another site's page"}
    signed_in = {400: wrong[400], 401: "The signature is wrong, or the challenge was not given out, used or is too old"}
    return {
        "/api/v1/session": {
            "get": _operation("get_session", "Who is signed in: keys, participants, roles", {"200": _json("Session")}),
            "post": _operation(
                "start_session",
                "Adds a key to this browser's session, by its signature over a challenge",
                {"201": _json("Session")} | problems(signed_in),
                body="SignInProof",
            ),
        },
        "/api/v1/session/challenge": {
            "post": _operation("make_challenge", "What to sign next, within five minutes", {"201": _json("Challenge")})
        },
        "/api/v1/session/end": {
            "post": _operation(
                "end_session", "Signs out", {"200": {"description": "Done", "content": {JSON: {}}}} | problems(wrong)
            )
        },
        "/api/v1/sales": {
            "post": _operation(
                "keep_sale",
                "Keeps a sale off chain, encrypted; the same receipt again replaces what is known of it",
                {"201": _json("KeptSale")}
                | problems(
                    {400: wrong[400], 401: "Nobody is signed in, and no API key came", 403: "A sale of another seller"}
                ),
                body="SaleToKeep",
                security=[{SESSION: []}, {API_KEY: []}],
            )
        },
        "/api/v1/receipts/{receipt}/offer": {
            "get": _operation(
                "get_offer",
                "What a claim link is about, for whoever proves that he has its key",
                {"200": _json("Offer")}
                | problems({401: "No proof", 403: "Another key than the claim link's", 404: "Not kept here"}),
                parameters=[RECEIPT],
                security=[{PROOF: []}],
            )
        },
    }


def _json(component: str) -> dict:
    return {"description": "Done", "content": {JSON: {"schema": ref(component)}}}


def _operation(name: str, summary: str, answers: dict, body: str = "", parameters=(), security=()) -> dict:
    found = {
        "operationId": name,
        "summary": summary,
        "tags": ["sessions and sales"],
        "parameters": list(parameters),
        "responses": answers,
    }
    if body:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": ref(body)}}}
    return {**found, "security": list(security)} if security else found
