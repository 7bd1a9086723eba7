"""The contracts on a node, participants with keys, signed requests, and a way to send them without any server."""

import secrets
import time
from dataclasses import dataclass, field

from ledger_api.chain import reverts
from ledger_api.chain.client import Node, Receipt
from ledger_api.chain.contracts import Deployment, await_receipt, deploy, sign_transaction
from ledger_api.errors import NodeRefused
from ledger_api.rules import requests as rules
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ZoneSource

THRESHOLD = 2
LIFETIME_S = 30 * 86_400
TRANSACTION_GAS = 29_000_000
ADMISSIONS = 50  # requests of the council in one transaction
SELLER, CARRIER, INSPECTOR, ARBITRATOR = 1, 2, 4, 16  # roles


def checkpoint(tracking: bytes, step: int) -> dict:
    """A checkpoint as a carrier sends it: no field is empty. Later steps happened later."""
    at = int(time.time()) - 3_600 + step
    facts = pack_facts(Checkpoint(at, CheckpointKind.PICKED_UP, country="PL", zone_source=ZoneSource.STATED))
    return {"tracking": tracking, "facts": facts, "code": pack_code("PU"), "document": secrets.token_bytes(32)}


def trackings(count: int) -> list[bytes]:
    """That many parcels."""
    return [secrets.token_bytes(32) for _ in range(count)]


def empty(parameter: dict):
    """Nothing, in the type of an ABI parameter."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return []
    if kind == "tuple":
        return {item["name"]: empty(item) for item in parameter["components"]}
    if kind.startswith("uint"):
        return 0
    return False if kind == "bool" else bytes(rules.BYTES[kind] or 0)


def filled(action: str, **given) -> dict:
    """A request with the given fields; all others say nothing."""
    contract = next(contract for contract, name in rules.actions() if name == action)
    fields = rules.action_of(contract, action).fields
    assert given.keys() <= {item["name"] for item in fields}, given
    return {item["name"]: given.get(item["name"], empty(item)) for item in fields}


@dataclass
class Scene:
    """Contracts and their council. Nonces count up for each key, as the contracts' bitmap rewards."""

    node: Node
    sender: Secp256k1Key
    deployment: Deployment
    council: list
    account_nonce: int = 0
    nonces: dict = field(default_factory=dict)

    @classmethod
    def set(cls, node: Node, sender: Secp256k1Key) -> "Scene":
        """Deploys everything."""
        council = [Secp256k1Key() for _ in range(3)]
        deployment = deploy(node, sender.secret, [key.address for key in council], THRESHOLD, _pause)
        return cls(node, sender, deployment, council, node.transaction_count(sender.address))

    # --- signing

    def sign(self, contract: str, action: str, request: dict, *keys, receipt=None) -> rules.SignedRequest:
        """A signed request with the next nonce of its keys."""
        nonce = 1 + max(self.nonces.get(key.address, 0) for key in keys)
        self.nonces.update({key.address: nonce for key in keys})
        deadline = int(time.time()) + LIFETIME_S
        known = rules.action_of(contract, action)
        return rules.sign(known, request, list(keys), nonce, deadline, self.deployment.separator(contract), receipt)

    def own_signatures(self, participant: int, parcels: list[bytes], keys: list, step: int) -> list:
        """A checkpoint of each parcel, signed by the keys in turn; sorted by signer, as the relay sorts them."""
        signed = [
            self.sign(
                "ParcelLedger",
                "recordCheckpoint",
                {"participant": participant, **checkpoint(parcel, step)},
                keys[i % len(keys)],
            )
            for i, parcel in enumerate(parcels)
        ]
        return sorted(signed, key=lambda request: request.authorisations[0]["actor"])

    def one_signature(self, participant: int, parcels: list[bytes], key, step: int) -> rules.SignedRequest:
        """A checkpoint of each parcel, all under one signature."""
        batch = {"participant": participant, "checkpoints": [checkpoint(parcel, step) for parcel in parcels]}
        return self.sign("ParcelLedger", "recordCheckpointBatch", batch, key)

    # --- sending

    def transaction(self, to: bytes | None, data: bytes, fee_wei: int | None = None, gas: int = TRANSACTION_GAS):
        """(raw bytes, hash) of the sender's next transaction."""
        fee_wei = self.node.fee_wei() if fee_wei is None else fee_wei
        nonce, self.account_nonce = self.account_nonce, self.account_nonce + 1
        return sign_transaction(self.sender.secret, self.deployment.chain_id, nonce, to, data, gas, fee_wei)

    def send(self, to: bytes | None, data: bytes, gas: int = TRANSACTION_GAS) -> Receipt:
        """Sends calldata and waits; raises RuntimeError if it fails."""
        raw, transaction = self.transaction(to, data, gas=gas)
        self.node.send_raw(raw)
        receipt = await_receipt(self.node, transaction, _pause)
        if not receipt.succeeded:
            raise RuntimeError(f"a transaction failed: {self._reason(to, data)}")
        return receipt

    def act(self, contract: str, action: str, request: dict, *keys, receipt: dict | None = None) -> int:
        """Signs and sends one request in a transaction of its own; the gas of it."""
        signed = self.sign(contract, action, request, *keys, receipt=receipt)
        return self.send(self.deployment.addresses[contract], signed.call()).gas_used

    def bulk(self, requests: list[rules.SignedRequest]) -> Receipt:
        """Sends checkpoints with own signatures; raises RuntimeError unless each is recorded."""
        return self._whole(rules.encode_bulk(requests), len(requests))

    def batch(self, signed: rules.SignedRequest) -> Receipt:
        """Sends a batch under one signature; raises RuntimeError unless each checkpoint is recorded."""
        return self._whole(signed.call(), len(signed.request["checkpoints"]))

    def _whole(self, data: bytes, count: int) -> Receipt:
        receipt = self.send(self.deployment.addresses["ParcelLedger"], data)
        recorded = sum(len(log.topics) == 3 for log in receipt.logs)
        if recorded != count:
            raise RuntimeError(f"{recorded} of {count} checkpoints were recorded")
        return receipt

    def _reason(self, to: bytes | None, data: bytes) -> str:
        try:
            self.node.call(to, data)
        except NodeRefused as error:
            return str(reverts.refusal_of(reverts.revert_data(error) or b""))
        return "out of gas"

    # --- participants

    def admissions(self, participant: int, roles: int, keys: list) -> list[rules.SignedRequest]:
        """What the council signs to admit a participant with its keys."""
        admitted = {"participant": participant, "roles": roles, "directory": bytes(32)}
        signed = [self.sign("ParticipantRegistry", "admitParticipant", admitted, *self.council[:2])]
        for key in keys:
            added = {"participant": participant, "key": key.address, "inCustody": False}
            signed.append(self.sign("ParticipantRegistry", "addKey", added, *self.council[:2]))
        return signed

    def admit(self, participant: int, roles: int, keys: list) -> None:
        """The council admits a participant with its keys; raises RuntimeError if it could not."""
        signed = self.admissions(participant, roles, keys)
        for start in range(0, len(signed), ADMISSIONS):
            part = signed[start : start + ADMISSIONS]
            data = rules.encode_submit([request.call() for request in part])
            receipt = self.send(self.deployment.addresses["ParticipantRegistry"], data)
            if any(len(log.topics) != 3 for log in receipt.logs):
                raise RuntimeError(f"participant {participant} could not be admitted")


def _pause() -> None:
    time.sleep(0.01)
