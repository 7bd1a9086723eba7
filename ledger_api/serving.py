"""Starts what one server consists of: chain, relay, index, web server; and stops it in order."""

import gc
import logging
import signal
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
import waitress

from ledger_api import create_app, demo, hosts, open_ledger
from ledger_api.assembly import Ledger
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment, deploy
from ledger_api.client import Client
from ledger_api.config import Settings
from ledger_api.demo_desk import DemoDesk
from ledger_api.demo_dispute import DisputeStory
from ledger_api.demo_waiting import WaitingStory
from ledger_api.directory import Directory
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.errors import InvalidField, NodeUnreachable
from ledger_api.index.follower import Follower
from ledger_api.index.store import Store
from ledger_api.keeper import Keeper
from ledger_api.keys import KeyFolder
from ledger_api.parcel_book import ParcelBook

log = logging.getLogger(__name__)

THRESHOLD = 2
CONNECTION_LIMIT = 400
DEMO_KEEPER_INTERVAL_S = 2
DEMO_FILES = {  # of the data folder, each with an id → what is said of it, and where it is shown
    "demo-return": ("Demo return", "/returns/"),
    "demo-silence": ("A seller who is silent", "/returns/"),
    "demo-disputed": ("A return that was disputed", "/returns/"),
    "demo-dispute": ("Its case file", "/disputes/"),
    "demo-waiting": ("A dispute that waits for its arbitrator", "/disputes/"),
}
COLLECT_AFTER = 20_000  # new objects; one list of requests makes more than the 700 that are usual


def say(text: str) -> None:
    """A line for the person who started it."""
    print(text, flush=True)


@contextmanager
def chain_of(settings: Settings):
    """The node: the embedded chain as a child process, or the one that NODE_URL names."""
    if settings.node_url:
        yield Node.at(settings.node_url, settings.node_timeout_s)
        return
    chain = EmbeddedChain(settings.folder / "chain", block_interval_s=settings.block_interval_ms / 1_000)
    url = chain.start()
    try:
        yield Node.at(url, settings.node_timeout_s)
    finally:
        chain.stop()


def deployment_of(settings: Settings, node: Node, source: str | None) -> Deployment:
    """Where the contracts are: as stored, as another member says (`source`, a file or URL), or deployed now."""
    stored = settings.folder / "deployment.json"
    if stored.exists():
        return Deployment.load(stored)
    if source:
        deployment = _read_deployment(source)
        deployment.check(node)
        if source.startswith("http"):
            shown = Client(source).get("/api/v1/participants")["items"]
            Directory(settings.folder / "directory.json").merge(shown)
    else:
        say("Deploying the contracts …")
        folder = KeyFolder(settings.folder)
        demo.make_keys(folder)
        secret = folder.load_or_make("server").key.secret
        council = demo.council_addresses(folder)
        deployment = deploy(node, secret, council, THRESHOLD, lambda: time.sleep(0.05))
    deployment.save(stored)
    return deployment


def _read_deployment(source: str) -> Deployment:
    if not source.startswith("http"):
        return Deployment.load(Path(source))
    try:
        answer = requests.get(source.rstrip("/") + "/api/v1/chain", timeout=30)
        return Deployment.from_json(answer.json())
    except (requests.RequestException, ValueError, KeyError) as error:
        raise NodeUnreachable(f"{source} does not say where the contracts are ({type(error).__name__})") from error


@contextmanager
def running(settings: Settings, source: str | None = None):
    """A whole server; yields its ledger and its URL."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with chain_of(settings) as node:
        ledger = open_ledger(settings, node, deployment_of(settings, node, source))
        ledger.start()
        _spare_collector()
        try:
            with web_server(ledger) as url:
                yield ledger, url
        finally:
            ledger.stop()


def _spare_collector() -> None:
    """A look for garbage went through everything that is loaded, in the middle of a list: an eighth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


@contextmanager
def web_server(ledger: Ledger):
    """The web server, for http and https; yields its URL, which works on this machine. The ledger learns both."""
    settings, application = ledger.settings, create_app(ledger)
    address = hosts.listening_on(settings)
    with ExitStack() as stack:
        port = stack.enter_context(_http_server(settings, application, address))
        ledger.url = hosts.url_of("http", address, port)
        if settings.https_port:
            from ledger_api.https import https_server

            port = stack.enter_context(https_server(settings, application, address, say))
            ledger.https_url = hosts.url_of("https", address, port)
        stack.callback(ledger.hub.close)  # first of all, since a live stream holds a thread
        yield ledger.url


@contextmanager
def _http_server(settings: Settings, application, address: str):
    """http in a thread of its own; yields the port."""
    try:
        server = waitress.create_server(
            application,
            host=address,
            port=settings.port,
            threads=settings.threads,
            connection_limit=CONNECTION_LIMIT,
            send_bytes=1,
            max_request_body_size=settings.body_limit_bytes + 1,
            ident=None,
        )
    except OSError as error:
        raise InvalidField("PORT", f"{settings.port} cannot be used ({error.strerror}); set PORT to another") from error
    closing = threading.Event()
    thread = threading.Thread(target=_run_web, args=(server, closing), name="web", daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        closing.set()
        server.close()
        thread.join(timeout=5)


def _run_web(server, closing: threading.Event) -> None:
    """The web server's loop; it may be asking about sockets at the moment in which they are closed."""
    try:
        server.run()
    except OSError:
        if not closing.is_set():
            raise


def story(settings: Settings, url: str) -> demo.Story:
    """The demo, for a server's data folder."""
    folder = settings.folder
    return demo.Story(Client(url), KeyFolder(folder), Directory(folder / "directory.json"), ParcelBook(folder), say=say)


def _play(settings: Settings, url: str) -> None:
    """The demo's returns, once for a data folder."""
    first, silent, disputed, dispute, waiting = (settings.folder / name for name in DEMO_FILES)
    if first.exists():
        return
    say("Playing the demo return through the HTTP API …")
    played = story(settings, url)
    first.write_text(played.play())
    silent.write_text(played.play_silence())
    for file, subject in zip((disputed, dispute), DisputeStory(played).play(), strict=True):
        file.write_text(subject)
    waiting.write_text(WaitingStory(played).play())


def _open_desk(ledger: Ledger, url: str, stop: threading.Event) -> None:
    """Visitors of the demo can act themselves."""
    ledger.demo = DemoDesk(ledger, url)
    threading.Thread(target=ledger.demo.run, args=(stop,), name="demo desk", daemon=True).start()


def serve(settings: Settings, with_demo: bool, source: str | None) -> None:
    """Serves until SIGTERM or SIGINT. Prints where it is ready."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    say("Starting the chain …" if not settings.node_url else f"Using the node at {settings.node_url} …")
    with running(settings, source) as (ledger, url):
        if with_demo and not source:
            _play(settings, url)
            _open_desk(ledger, url, stop)
        say(f"Return Ledger is ready: {url}")
        for name, (words, path) in DEMO_FILES.items():
            file = settings.folder / name
            if file.exists():
                say(f"{words}: {url}{path}{file.read_text()}")
        if ledger.https_url:
            say(f"Over https: {ledger.https_url}; `return-ledger tls` says how a device comes to trust it.")
        if with_demo:
            # A stranger without any key, who calls for what is due.
            Keeper(Client(url), DEMO_KEEPER_INTERVAL_S, say).run(stop)
        while not stop.wait(1):
            pass
    say("Stopped.")
    sys.stdout.flush()


def rebuild_index(settings: Settings) -> tuple[int, int]:
    """Drops the index and reads the chain again; (height, entries). The server must not run meanwhile."""
    stored = settings.folder / "deployment.json"
    if not stored.exists():
        raise InvalidField("DATA_DIR", f"there is no deployment in {settings.folder}; `return-ledger serve` makes one")
    with chain_of(settings) as node:
        deployment = Deployment.load(stored)
        deployment.check(node)
        for suffix in ("", "-wal", "-shm"):
            (settings.folder / f"index.sqlite{suffix}").unlink(missing_ok=True)
        store = Store(settings.folder / "index.sqlite")
        height = Follower(settings, node, deployment, store).catch_up()
        with store.reading() as db:
            return height, db.execute("SELECT COUNT(*) AS n FROM entries").fetchone()["n"]
