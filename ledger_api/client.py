"""A client of the HTTP API that signs: used by the command line, the demo and the tests."""

import secrets
import time
from dataclasses import dataclass, field

import requests

from ledger_api.errors import LedgerError, NodeUnreachable
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of

LIFETIME_S = 30 * 86_400
TIMEOUT_S = 60


class Problem(LedgerError):
    """A problem that the server answered with."""

    def __init__(self, body: dict):
        super().__init__(body.get("detail", "no detail"))
        self.body = body
        self.slug = str(body.get("type", "")).rsplit("/", 1)[-1]
        self.status = body.get("status", 500)


@dataclass
class Client:
    """One server. `chain` says for which chain and contracts requests are signed."""

    server: str
    session: object = field(default_factory=requests.Session)
    _chain: dict | None = None

    @property
    def chain(self) -> dict:
        """Chain id and contracts, asked once."""
        if self._chain is None:
            self._chain = self.get("/api/v1/chain")
        return self._chain

    def separator(self, contract: str) -> bytes:
        """EIP-712 domain separator of a contract."""
        return rules.domain_separator(contract, self.chain["chain_id"], bytes_of(self.chain["contracts"][contract]))

    def get(self, path: str, **parameters) -> dict:
        """A JSON answer; raises Problem."""
        return self._answer("GET", path, params=parameters)

    def post(self, path: str, body) -> dict:
        """A JSON answer; raises Problem."""
        return self._answer("POST", path, json=body)

    def _answer(self, method: str, path: str, **options) -> dict:
        try:
            response = self.session.request(method, self.server.rstrip("/") + path, timeout=TIMEOUT_S, **options)
            body = response.json()
        except requests.RequestException as error:
            raise NodeUnreachable(f"{self.server} cannot be reached ({type(error).__name__})") from error
        if response.status_code >= 400 and "items" not in body:
            raise Problem(body)
        return body

    # --- signing

    def sign(
        self, action: str, request: dict, *keys, receipt: dict | None = None, deadline: int | None = None, nonce=None
    ):
        """A signed request. `request` holds JSON or parsed values."""
        contract = next(contract for contract, name in rules.actions() if name == action)
        known = rules.action_of(contract, action)
        parsed = rules.parse_struct(known.fields, request, "request")
        given = rules.parse(known.inputs[2], receipt, "receipt") if receipt else None
        nonce = secrets.randbits(255) if nonce is None else nonce
        deadline = deadline or int(time.time()) + LIFETIME_S
        return rules.sign(known, parsed, list(keys), nonce, deadline, self.separator(contract), given)

    def send(self, noun: str, signed, request_id: str | None = None) -> dict:
        """Posts one request under its noun; the status of it."""
        return self.post(f"/api/v1/{noun}", {"id": request_id or secrets.token_hex(16), **signed.to_json()})

    def act(self, noun: str, action: str, request: dict, *keys, receipt: dict | None = None) -> dict:
        """Signs, posts, and waits until it is recorded and in the index; raises Problem if it failed."""
        return self.wait(self.send(noun, self.sign(action, request, *keys, receipt=receipt))["id"])

    def wait(self, request_id: str, timeout_s: float = 60) -> dict:
        """Waits until a request is recorded and the index has its block; raises Problem if it failed."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            status = self.get(f"/api/v1/requests/{request_id}")
            if status["state"] == "failed":
                raise Problem(status["problem"])
            if status["state"] == "recorded" and self._is_indexed(status["block_number"]):
                return status
            time.sleep(0.05)
        raise NodeUnreachable(f"{request_id} was not recorded within {timeout_s} seconds")

    def _is_indexed(self, block_number: int) -> bool:
        return self.get("/api/v1/chain")["index_height"] >= block_number
