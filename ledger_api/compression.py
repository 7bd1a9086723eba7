"""Pages, styles, modules and public JSON go over the wire compressed, where the browser takes that.

Not a page that somebody who is signed in reads: where something secret stands beside something that another site can
choose, as a search, its length would tell (BREACH). Static files and what is for anybody hold nothing secret. Answers
to writes and live streams are left alone. What never changes is packed as tightly as brotli can, once.
"""

from functools import lru_cache

import brotli
from flask import Flask, Response, request
from flask_compress import Compress

from ledger_api.access.gate import COOKIE
from ledger_api.access.routes import OPEN

JSON = "application/json"
SETTINGS = {
    "COMPRESS_REGISTER": False,
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 4,
    "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml", JSON],
    "COMPRESS_MIN_SIZE": 500,  # bytes
    "COMPRESS_STREAMS": False,
}
LASTING = {"static", "chain.get_code"}
BEST = 11  # takes a second for the contracts' code, and saves a quarter of it
KEPT = 128  # more than there are static files


@lru_cache(KEPT)
def packed(data: bytes) -> bytes:
    """As small as brotli makes it."""
    return brotli.compress(data, quality=BEST)


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
        elif not _may_tell_its_length(response):
            return response
        plain = response.get_data() if request.endpoint in LASTING and response.is_sequence else b""
        response = compress.after_request(response)
        if plain and response.status_code == 200 and response.headers.get("Content-Encoding") == "br":
            response.set_data(packed(plain))
        return response


def _may_tell_its_length(response: Response) -> bool:
    if response.mimetype == JSON:
        return request.method == "GET" and request.endpoint in OPEN
    return COOKIE not in request.cookies
