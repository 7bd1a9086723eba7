"""The certificate of the local authority, for a device that is to trust this server's https."""

from flask import Response

from ledger_api.errors import NotFound
from ledger_api.pages.common import ledger, pages_blueprint

blueprint = pages_blueprint("certificate")


@blueprint.get("/ca.crt")
def download() -> Response:
    """The certificate, PEM; whoever installs it compares its fingerprint with what `return-ledger tls` prints."""
    try:
        content = (ledger().settings.folder / "tls" / "ca.crt").read_bytes()
    except FileNotFoundError:
        raise NotFound("This server has no certificate of its own") from None
    response = Response(content, mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = 'attachment; filename="return-ledger-ca.crt"'
    return response
