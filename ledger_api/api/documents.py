"""Documents of a return: kept encrypted, handed only to whom they concern."""

from flask import Blueprint, Response, request

from ledger_api.api.access import keeper_of, reader_of
from ledger_api.api.common import answer, answer_at, id_of, ledger, view
from ledger_api.documents import content
from ledger_api.documents.lists import kinds_of
from ledger_api.errors import AccessDenied, DocumentTooLarge, InvalidField
from ledger_api.rules import access
from ledger_api.rules.anchors import anchors_of
from ledger_api.rules.hashing import hex_of, keccak

blueprint = Blueprint("documents", __name__, url_prefix="/api/v1")


@blueprint.post("/returns/<return_id>/documents")
def keep_document(return_id: str):
    """Keeps the body; its commitment is for the uploader to sign. Images are made anew: read them back first."""
    subject = id_of(return_id, "return_id")
    _check_length()
    data = request.get_data()
    with view() as look:
        asker = keeper_of(look, subject, keccak(data))
    limit = ledger().settings.documents_limit
    media_type, plain = content.checked(data, request.mimetype, _limits())
    kept = ledger().documents.keep(subject, plain, media_type, access.speaker(asker.parts), asker.proof, limit)
    body = {
        "commitment": hex_of(kept.listed.commitment),
        "salt": hex_of(kept.salt),
        "type": kept.listed.type,
        "size": kept.listed.size_bytes,
    }
    return answer(body, 201, Location=f"/api/v1/documents/{body['commitment']}?return_id={return_id}")


@blueprint.get("/returns/<return_id>/documents")
def list_documents(return_id: str):
    """The documents here that the reader may read, in order of upload."""
    subject = id_of(return_id, "return_id")
    with view() as look:
        asker = reader_of(look, subject)
        items = [_item(listed, kind) for listed, kind in _readable(subject, asker, look)]
        return answer_at(look, {"items": items})


@blueprint.get("/documents/<commitment>")
def get_document(commitment: str):
    """The bytes of a document of the return `return_id`, with the salt of their commitment."""
    committed = id_of(commitment, "commitment")
    subject = id_of(request.args.get("return_id", ""), "return_id")
    with view() as look:
        asker = reader_of(look, subject)
        kinds = {listed.commitment: kind for listed, kind in _kinds(subject, look)}
    found = ledger().documents.read(subject, committed)
    if not access.may_read(kinds[committed], found.listed.uploaded_by, asker.parts):
        raise AccessDenied("That document is not for that key")
    return _handed(found)


def _check_length() -> None:
    """Before the body is read."""
    limit = ledger().settings.document_limit_bytes
    if (request.content_length or 0) > limit:
        text = f"It has {request.content_length:,} bytes, the limit is {limit:,}"
        raise DocumentTooLarge(text, limit_bytes=limit)
    if not request.content_length:
        raise InvalidField("body", "must be the bytes of the document, with their Content-Length")


def _limits() -> content.Limits:
    settings = ledger().settings
    return content.Limits(settings.document_limit_bytes, settings.text_limit_bytes, settings.image_limit_pixels)


def _kinds(subject: bytes, look) -> list:
    return kinds_of(ledger().documents, subject, anchors_of(subject, look.entries_of))


def _readable(subject: bytes, asker, look):
    for listed, kind in _kinds(subject, look):
        if access.may_read(kind, listed.uploaded_by, asker.parts):
            yield listed, kind


def _item(listed, kind) -> dict:
    return {
        "commitment": hex_of(listed.commitment),
        "kind": kind.value,
        "type": listed.type,
        "size": listed.size_bytes,
        "uploaded_at": listed.uploaded_at,
        "uploaded_by": listed.uploaded_by,
    }


def _handed(found) -> Response:
    """For saving, never for showing: a browser must not run what somebody uploaded."""
    media_type = found.listed.type
    name = f"{found.listed.commitment.hex()[:16]}.{content.SUFFIXES[media_type]}"
    response = Response(found.content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Document-Salt"] = hex_of(found.salt)
    return response
