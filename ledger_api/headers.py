"""What every answer carries, page, JSON, file or error alike, and from whom a request is taken.

OWASP ASVS 4.0, 14.4 and 14.5, level 2. A route that sets one of these headers itself keeps its own value.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from ledger_api import hosts
from ledger_api.config import Settings
from ledger_api.errors import InvalidField, UnknownHost

YEAR_S = 365 * 86_400
# No `require-trusted-types-for`: a live page reads its next state with DOMParser, which that would forbid.
POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' blob:",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
# The camera reads codes. What is not named here (copying, sharing) asks the person anyway, or tells nothing.
FEATURES_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(["camera=(self)", *(f"{name}=()" for name in FEATURES_OFF)]),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FOR_EVER = f"public, max-age={YEAR_S}, immutable"
ASK_AGAIN = "no-cache"
NAMED_BY_CONTENT = re.compile(r"js/part-[A-Z0-9]{8}\.js")


def register(app: Flask, settings: Settings) -> None:
    """Adds all this; before anything else is added, so that it sees each answer last."""
    check = hosts.HostCheck(settings)
    public = hosts.public_host(settings) if settings.public_url.startswith("https:") else None

    @app.before_request
    def check_host() -> None:
        if not check.allows(request.host):
            raise UnknownHost(f"This server answers for {', '.join(check.names)} only; ALLOWED_HOSTS names more")

    @app.after_request
    def complete(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code < 400:
            response.headers["Cache-Control"] = _static_caching(app)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if public and request.is_secure and hosts.host_in(request.host) == public:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}"
        return response

    @app.url_defaults
    def add_version(endpoint: str, values: dict) -> None:
        if endpoint == "static":
            values.setdefault("v", version_of(app, values["filename"]))

    app.wsgi_app = behind_proxy(app.wsgi_app, settings)


# --- Static files: an address changes with its content, so a browser asks for it once


def version_of(app: Flask, filename: str) -> str | None:
    """Of a static file: twelve digits of its content's SHA-256; None if there is no such file."""
    path = Path(app.static_folder) / filename
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=500)
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _static_caching(app: Flask) -> str:
    filename = request.view_args["filename"]
    given = request.args.get("v")
    named = NAMED_BY_CONTENT.fullmatch(filename) or (given and given == version_of(app, filename))
    return FOR_EVER if named else ASK_AGAIN


# --- A proxy in front


def behind_proxy(application, settings: Settings):
    """Believes X-Forwarded-For, -Proto and -Host from the named addresses; from others they count for nothing."""
    names = [name for name in settings.trusted_proxy.split(",") if name.strip()]
    trusted = {hosts.address_of(name.strip()) for name in names}
    if None in trusted:
        raise InvalidField("TRUSTED_PROXY", f"must be an IP address, is {settings.trusted_proxy!r}")
    if not trusted:
        return application
    believing = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def choose(environ, start_response):
        sender = hosts.address_of(environ.get("REMOTE_ADDR", ""))
        return (believing if sender in trusted else application)(environ, start_response)

    return choose
