"""Documents of a return for those whom they concern: images that were made anew are shown, all else is for saving."""

from flask import Response

from ledger_api.access import gate
from ledger_api.documents import content
from ledger_api.documents.lists import kinds_of
from ledger_api.errors import AccessDenied
from ledger_api.pages.common import id_of, ledger, pages_blueprint, view
from ledger_api.rules import access
from ledger_api.rules.anchors import anchors_of
from ledger_api.rules.hashing import hex_of

blueprint = pages_blueprint("documents")


def readable(subject: bytes, look, parts: dict | None = None) -> list:
    """(listed, kind) of the documents of a return that who asks may read, in order of upload.

    `parts` is what he is in it, where the address does not name the return.
    """
    parts = numbers() if parts is None else parts
    found = kinds_of(ledger().documents, subject, anchors_of(subject, look.entries_of))
    return [(listed, kind) for listed, kind in found if access.may_read(kind, listed.uploaded_by, parts)]


def numbers() -> dict:
    """What who asks is in the return of the address, as `rules.access` has it: part → participant's number."""
    return {part: number for part, (number, _) in gate.parts().items()}


@blueprint.get("/returns/<return_id>/documents/<commitment>")
def show(return_id: str, commitment: str):
    """The bytes: an image inline, anything else to be saved, and neither may run anything."""
    subject, committed = id_of(return_id), id_of(commitment)
    with view() as look:
        allowed = {listed.commitment for listed, _ in readable(subject, look)}
    if committed not in allowed:
        raise AccessDenied("That document is not for that key")
    return handed(ledger().documents.read(subject, committed))


@blueprint.get("/returns/<return_id>/documents")
def list_all(return_id: str):
    """Kinds, sizes and times, as JSON for the modules of this site."""
    subject = id_of(return_id)
    with view() as look:
        items = [
            {
                "commitment": hex_of(listed.commitment),
                "kind": kind.value,
                "type": listed.type,
                "size": listed.size_bytes,
                "uploaded_at": listed.uploaded_at,
                "uploaded_by": listed.uploaded_by,
            }
            for listed, kind in readable(subject, look)
        ]
    return {"items": items}


def handed(found) -> Response:
    """One document; the Content-Security-Policy is set by `headers_of_document`, not by that of pages."""
    media_type = found.listed.type
    inline = media_type.startswith("image/")
    name = f"{found.listed.commitment.hex()[:16]}.{content.SUFFIXES[media_type]}"
    response = Response(found.content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response.headers["Document-Salt"] = hex_of(found.salt)
    return response


@blueprint.after_request
def headers_of_document(response: Response) -> Response:
    """Nothing in it may run, wherever it is opened."""
    if not response.mimetype.startswith("text/html"):
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
