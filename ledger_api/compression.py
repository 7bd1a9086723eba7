"""Pages, styles and modules go over the wire compressed, where the browser takes that.

Not what somebody who is signed in reads: a page that holds something secret beside something that another site can
choose, as a search, would tell its length (BREACH). Static files hold nothing secret. JSON and streams are left alone.
"""

from flask import Flask, Response, request
from flask_compress import Compress

from ledger_api.access.gate import COOKIE

SETTINGS = {
    "COMPRESS_REGISTER": False,
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 4,
    "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml"],
    "COMPRESS_MIN_SIZE": 500,  # bytes
    "COMPRESS_STREAMS": False,
}


def register(app: Flask) -> None:
    """Adds it."""
    app.config.update(SETTINGS)
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        if request.endpoint == "static":
            if response.status_code == 200 and response.mimetype in SETTINGS["COMPRESS_MIMETYPES"]:
                response.direct_passthrough = False  # a stream from the disk; read whole, it can be compressed
                response.make_sequence()
        elif COOKIE in request.cookies:
            return response
        return compress.after_request(response)
