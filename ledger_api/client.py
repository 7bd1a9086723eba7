"""A client of the HTTP API that signs: used by the command line, the demo and the tests."""

import secrets
import time
from dataclasses import dataclass, field

import requests

from ledger_api.errors import DocumentDamaged, LedgerError, NodeUnreachable
from ledger_api.rules import access_proofs
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of, keccak

LIFETIME_S = 30 * 86_400
PROOF_S = 300  # how long a proof of who reads holds
TIMEOUT_S = 60


class Problem(LedgerError):
    """A problem that the server answered with."""

    def __init__(self, body: dict):
        super().__init__(body.get("detail", "no detail"))
        self.body = body
        self.slug = str(body.get("type", "")).rsplit("/", 1)[-1]
        self.status = body.get("status", 500)


@dataclass(frozen=True)
class HandedDocument:
    """A document as a server handed it over, checked against its commitment."""

    commitment: bytes
    salt: bytes
    type: str
    content: bytes


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
        response = self._response(method, path, **options)
        body = self._json(response)
        if response.status_code >= 400 and "items" not in body:
            raise Problem(body)
        return body

    def _response(self, method: str, path: str, **options):
        try:
            return self.session.request(method, self.server.rstrip("/") + path, timeout=TIMEOUT_S, **options)
        except requests.RequestException as error:
            raise self._unreachable(error) from error

    def _json(self, response) -> dict:
        try:
            return response.json()
        except requests.RequestException as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> NodeUnreachable:
        return NodeUnreachable(f"{self.server} cannot be reached ({type(error).__name__})")

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

    # --- documents and messages

    def keep_document(self, return_id: str, content: bytes, media_type: str, key) -> HandedDocument:
        """Uploads a document; what the server keeps of it, checked: the commitment may be signed. Raises Problem.

        An image comes back made anew, for the uploader to look at; anything else must come back as it was.
        """
        separator, deadline = self.separator(access_proofs.DOMAIN), int(time.time()) + PROOF_S
        digest = access_proofs.digest_to_keep(bytes_of(return_id), keccak(content), deadline, separator)
        headers = {**_proof(key, deadline, digest), "Content-Type": media_type}
        kept = self._answer("POST", f"/api/v1/returns/{return_id}/documents", data=content, headers=headers)
        found = self.read_document(return_id, kept["commitment"], key)
        if not found.type.startswith("image/") and found.content != content:
            raise DocumentDamaged(f"{self.server} keeps something else than was sent to it")
        return found

    def documents(self, return_id: str, key) -> list[dict]:
        """What the server has that this key may read."""
        headers = self._proof_to_read(return_id, key)
        return self._answer("GET", f"/api/v1/returns/{return_id}/documents", headers=headers)["items"]

    def read_document(self, return_id: str, commitment: str, key) -> HandedDocument:
        """A document, checked against its commitment; raises Problem, DocumentDamaged."""
        headers = self._proof_to_read(return_id, key)
        path = f"/api/v1/documents/{commitment}"
        response = self._response("GET", path, params={"return_id": return_id}, headers=headers)
        if response.status_code >= 400:
            raise Problem(self._json(response))
        salt, committed = response.headers.get("Document-Salt", "0x"), bytes_of(commitment)
        _check_commitment(committed, salt, response.content)
        media_type = response.headers["Content-Type"].split(";")[0]
        return HandedDocument(committed, bytes_of(salt), media_type, response.content)

    def messages(self, return_id: str, key) -> list[dict]:
        """Messages of a return in order, each text checked against its commitment; raises Problem, DocumentDamaged."""
        headers = self._proof_to_read(return_id, key)
        items = self._answer("GET", f"/api/v1/returns/{return_id}/messages", headers=headers)["items"]
        for item in items:
            if item["text"] is not None:
                _check_commitment(bytes_of(item["commitment"]), item["salt"], item["text"].encode())
        return items

    def say(self, return_id: str, participant: int, text: str, key) -> dict:
        """Keeps a message on the server, signs that it was sent, and waits until that is recorded."""
        kept = self.keep_document(return_id, text.encode(), "text/plain", key)
        message = {"returnId": return_id, "participant": participant, "message": hex_of(kept.commitment)}
        return self.act("messages", "sendMessage", message, key)

    def _proof_to_read(self, return_id: str, key) -> dict:
        deadline = int(time.time()) + PROOF_S
        separator = self.separator(access_proofs.DOMAIN)
        return _proof(key, deadline, access_proofs.digest_to_read(bytes_of(return_id), deadline, separator))


def _proof(key, deadline: int, digest: bytes) -> dict:
    """The header that shows which key asks."""
    actor, signature = hex_of(key.address), hex_of(key.sign(digest))
    return {"Authorization": f"Ledger actor={actor}, deadline={deadline}, signature={signature}"}


def _check_commitment(committed: bytes, salt: str, content: bytes) -> None:
    if keccak(bytes_of(salt) + content) != committed:
        raise DocumentDamaged(f"What was handed over is not what {hex_of(committed)} commits to")
