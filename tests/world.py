"""A whole server in one process: real contracts, relay, index and API on a real node; relay and index run when told."""

import time

from ledger_api import create_app, demo, open_ledger
from ledger_api.chain.contracts import deploy
from ledger_api.client import Client
from ledger_api.config import Settings
from ledger_api.directory import Directory
from ledger_api.keys import KeyFolder
from ledger_api.parcel_book import ParcelBook
from tests.acting import Sale


class Answer:
    """A Flask test response in the form that the client's session wants."""

    def __init__(self, response):
        self._response = response
        self.status_code = response.status_code
        self.headers = response.headers
        self.content = response.data

    def json(self):
        return self._response.get_json(force=True)


class Session:
    """The client's session, straight into the application."""

    def __init__(self, app, turn):
        self._client = app.test_client()
        self._turn = turn

    def request(self, method, url, timeout=None, params=None, json=None, data=None, headers=None):
        path = url.removeprefix("http://127.0.0.1")
        sent = {"json": json} if json is not None else {"data": data}
        response = self._client.open(path, method=method, query_string=params, headers=headers, **sent)
        self._turn()
        return Answer(response)


class World:
    """One consortium on one chain."""

    def __init__(self, folder, node, account):
        self.node = node
        self.folder = folder
        keys = KeyFolder(folder)
        demo.make_keys(keys)
        keys.save("server", account)
        council = demo.council_addresses(keys)
        deployment = deploy(node, account.secret, council, 2, lambda: time.sleep(0.01))
        self.settings = Settings(data_dir=str(folder))
        self.ledger = open_ledger(self.settings, node, deployment)
        self.app = create_app(self.ledger)
        self.http = self.app.test_client()
        self.client = Client("http://127.0.0.1", Session(self.app, self.turn))
        directory = Directory(folder / "directory.json")
        self.story = demo.Story(
            self.client, keys, directory, ParcelBook(folder), say=lambda text: None, now=lambda: self.now
        )

    def turn(self) -> None:
        """Relay and index run here, not in threads, so that a test says when."""
        self.ledger.sender.turn()
        self.ledger.follower.catch_up()

    def key(self, name: str):
        return self.story.key(name)

    @property
    def now(self) -> int:
        return self.node.block("latest").timestamp

    def sale(self, **options) -> Sale:
        """A sale of the demo's seller whose buyer has claimed the receipt."""
        return Sale(self.client, self.key, lambda: self.now, **options).claim()

    def refusal(self, noun: str, body) -> dict:
        """The problem that a POST is answered with."""
        response = self.http.post(f"/api/v1/{noun}", json=body)
        assert response.status_code >= 400, response.get_json()
        assert response.mimetype == "application/problem+json"
        return response.get_json()
