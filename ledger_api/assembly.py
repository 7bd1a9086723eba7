"""Puts the parts of one server together; reached through `ledger_api.create_app` and `ledger_api.open_ledger`."""

import logging
import time
from dataclasses import dataclass

from flask import Flask

from ledger_api.access.store import AccessStore
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import Deployment
from ledger_api.config import Settings
from ledger_api.directory import Directory
from ledger_api.documents.addresses import ReturnAddresses
from ledger_api.documents.sales import SaleStore
from ledger_api.documents.store import DocumentStore
from ledger_api.index.follower import Follower
from ledger_api.index.queries import Queries
from ledger_api.index.store import Store
from ledger_api.keys import KeyFolder
from ledger_api.letters import Letters
from ledger_api.notify.hub import Hub
from ledger_api.notify.mail import Mailer
from ledger_api.parcel_book import ParcelBook
from ledger_api.relay.enforcing import Enforcer
from ledger_api.relay.intake import Intake
from ledger_api.relay.outbox import Outbox
from ledger_api.relay.sender import Sender
from ledger_api.rules.heads import REGISTRY_SUBJECT

log = logging.getLogger(__name__)


@dataclass
class Ledger:
    """The running parts of one server."""

    settings: Settings
    node: Node
    deployment: Deployment
    outbox: Outbox
    intake: Intake
    enforcer: Enforcer
    sender: Sender
    store: Store
    follower: Follower
    queries: Queries
    hub: Hub
    directory: Directory
    documents: DocumentStore
    sales: SaleStore
    return_addresses: ReturnAddresses
    access: AccessStore
    parcel_book: ParcelBook
    mailer: Mailer
    letters: Letters
    started_at: float
    demo: object = None  # DemoDesk, where a demo is served
    url: str = ""  # set by the web server; works on this machine
    https_url: str = ""

    def start(self) -> None:
        """Starts relay, index, mailer and letters."""
        self.intake.start()
        self.sender.start()
        self.follower.start()
        self.mailer.start()
        self.letters.start()

    def stop(self) -> None:
        """Stops them; what is in the outbox goes on at the next start."""
        self.hub.close()
        self.letters.stop()
        self.intake.stop()
        self.sender.stop()
        self.follower.stop()
        self.mailer.stop()
        self.outbox.close()


def open_ledger(settings: Settings, node: Node, deployment: Deployment) -> Ledger:
    """Puts the parts together on a node that has the contracts. Raises WrongChain if it has not."""
    deployment.check(node)
    folder = settings.folder
    key = KeyFolder(folder).load_or_make("server").key
    outbox = Outbox(folder / "outbox.sqlite")
    intake = Intake(settings, node, deployment, outbox, key)
    sender = Sender(settings, node, deployment, outbox, key)
    intake.wake = sender.wake
    hub = Hub()
    store = Store(folder / "index.sqlite")

    def announce(subjects: set[bytes]) -> None:
        if REGISTRY_SUBJECT in subjects:
            intake.registry_changed()
        hub.announce(subjects)
        letters.changed(subjects)

    follower = Follower(settings, node, deployment, store, announce)
    directory = Directory(folder / "directory.json")
    queries, sales, mailer = Queries(store), SaleStore(folder), Mailer(settings)
    letters = Letters(queries, sales, mailer, lambda: settings.address(ledger.url), directory.names_in)
    ledger = Ledger(
        settings=settings,
        node=node,
        deployment=deployment,
        outbox=outbox,
        intake=intake,
        enforcer=Enforcer(node, deployment, outbox, intake),
        sender=sender,
        store=store,
        follower=follower,
        queries=queries,
        hub=hub,
        directory=directory,
        documents=DocumentStore(folder),
        sales=sales,
        return_addresses=ReturnAddresses(folder),
        access=AccessStore(folder, settings.session_idle_s, settings.session_s),
        parcel_book=ParcelBook(folder),
        mailer=mailer,
        letters=letters,
        started_at=time.time(),
    )
    return ledger


def create_app(ledger: Ledger) -> Flask:
    """The web server: JSON under /api/v1, pages beside it."""
    from ledger_api import api, compression, headers, pages
    from ledger_api.access import gate

    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = ledger.settings.body_limit_bytes
    app.json.sort_keys = False
    app.extensions["ledger"] = ledger
    headers.register(app, ledger.settings)
    compression.register(app)
    api.register(app)
    pages.register(app)
    gate.register(app)
    return app
