"""The same application over https: cheroot with the certificate of the local authority."""

import io
import logging
import ssl
import threading
from contextlib import contextmanager

from cheroot.errors import MaxSizeExceeded
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from ledger_api.config import Settings
from ledger_api.errors import InvalidField
from ledger_api.tls import LocalAuthority

log = logging.getLogger(__name__)

CONNECTION_LIMIT = 400
HEADER_LIMIT_BYTES = 64_000
IDLE_S = 10
STOP_S = 5
LOOK_AGAIN_S = 600  # at the certificate: is it about to expire, has this machine another address


class _WithoutServer(list):
    """Headers of an answer; which program answers is nobody's business."""

    def append(self, header) -> None:
        if header[0] != b"Server":
            super().append(header)


class _HeaderReader(HeaderReader):
    """Drops X_Forwarded_For, which WSGI cannot tell from X-Forwarded-For; cheroot's own class for it fails on bytes."""

    def _allow_header(self, key_name: bytes) -> bool:
        return super()._allow_header(key_name) and b"_" not in key_name


class _Request(HTTPRequest):
    header_reader = _HeaderReader()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.outheaders = _WithoutServer()


class _Connection(HTTPConnection):
    """Shakes hands in a thread of its own, so that one who says nothing keeps nobody else waiting."""

    RequestHandlerClass = _Request
    _greeted = False

    def communicate(self) -> bool:
        if not self._greeted:
            try:
                self.socket.do_handshake()
            except OSError as error:
                log.debug("no TLS with %s: %s", self.remote_addr, error)
                return False
            self._greeted = True
        return super().communicate()


class _Adapter(BuiltinSSLAdapter):
    """TLS 1.2 or newer; the certificate can be replaced while it serves."""

    def __init__(self, authority: LocalAuthority):
        self._files = (str(authority.server_path), str(authority.server_key_path))
        super().__init__(*self._files)
        self.reload()

    def reload(self) -> None:
        """In one step: half a context would turn somebody away."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self._files)
        self.context = context

    def wrap(self, sock):
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), self.get_environ(sock)

    def get_environ(self, sock) -> dict:
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Server(Server):
    ConnectionClass = _Connection
    max_request_header_size = HEADER_LIMIT_BYTES
    keep_alive_conn_limit = CONNECTION_LIMIT

    @staticmethod
    def bind_socket(socket_, bind_addr):
        try:
            return Server.bind_socket(socket_, bind_addr)
        except OSError:
            socket_.close()
            raise

    def error_log(self, msg="", level=logging.INFO, traceback=False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)


def with_lengths(application, limit_bytes: int):
    """A body sent in chunks is read first, and has a length then, as waitress does it: else Flask would cut it off."""

    def answer(environ, start_response):
        if environ.get("wsgi.input_terminated"):
            try:
                body, length = _whole(environ["wsgi.input"], limit_bytes)
            except ValueError:
                start_response("400 Bad Request", [("Content-Length", "0"), ("Connection", "close")])
                return []
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(length), "wsgi.input_terminated": False}
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return application(environ, start_response)

    return answer


def _whole(stream, limit_bytes: int) -> tuple[bytes, int]:
    """The body and its length; beyond the limit one byte more than that. Raises ValueError for what is no chunk."""
    try:
        body = stream.read(limit_bytes + 1)
    except (OSError, MaxSizeExceeded):
        return b"", limit_bytes + 1
    return body, len(body)


@contextmanager
def https_server(settings: Settings, application, address: str, say):
    """Serves until left; yields the port. `say` tells the operator what he might not expect. Raises InvalidField."""
    authority = LocalAuthority(settings)
    authority.ensure()
    for name in authority.left_out():
        say(f"The certificate does not hold {name}: {authority.authority_path} was made before that name was given.")
    adapter = _Adapter(authority)
    server = _listening(settings, application, address, adapter, say)
    stopping = threading.Event()
    threads = [
        threading.Thread(target=server.serve, name="https", daemon=True),
        threading.Thread(target=_renew, args=(authority, adapter, stopping), name="certificate", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        stopping.set()
        server.stop()
        for thread in threads:
            thread.join(STOP_S)


def _listening(settings: Settings, application, address: str, adapter: _Adapter, say) -> _Server:
    """The default port is a wish, a chosen one is an order."""
    try:
        return _prepared(settings, application, (address, settings.https_port), adapter)
    except OSError as error:
        if settings.is_given("https_port"):
            detail = f"{settings.https_port} cannot be used; set HTTPS_PORT to another, or to 0 for no https"
            raise InvalidField("HTTPS_PORT", detail) from error
    server = _prepared(settings, application, (address, 0), adapter)
    say(f"Port {settings.https_port} is taken; https is on {server.bind_addr[1]}.")
    return server


def _prepared(settings: Settings, application, place: tuple, adapter: _Adapter) -> _Server:
    server = _Server(
        place,
        with_lengths(application, settings.body_limit_bytes),
        numthreads=settings.threads,
        max=settings.threads,
        server_name="localhost",
        request_queue_size=128,
        timeout=IDLE_S,
        shutdown_timeout=STOP_S,
        accepted_queue_size=CONNECTION_LIMIT,
        accepted_queue_timeout=1,
    )
    # The application refuses what is beyond its limit, with a problem; far beyond, nobody even begins to read.
    server.max_request_body_size = 2 * settings.body_limit_bytes
    server.ssl_adapter = adapter
    server.prepare()
    return server


def _renew(authority: LocalAuthority, adapter: _Adapter, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_AGAIN_S):
        try:
            if authority.ensure():
                adapter.reload()
        except (OSError, ValueError) as error:
            log.error("the certificate could not be renewed: %s", error)
