"""The same story gives the same heads on both engines: times, chain id, keys, nonces and salts fixed."""

import time

from ledger_api import demo
from ledger_api.chain.client import Node
from ledger_api.chain.contracts import deploy, sign_transaction
from ledger_api.embedded.process import EmbeddedChain
from ledger_api.rules import heads
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import keccak
from ledger_api.rules.ids import parcel_id, policy_id, return_id
from ledger_api.rules.signatures import P256Key, Secp256k1Key
from tests.acting import filled
from tests.conftest import anvil, funded_key

CHAIN_ID = 424_242
START = 1_790_000_000  # Unix seconds UTC
GAS = 5_000_000


def secret(name: str) -> bytes:
    return keccak(name.encode())


class Teller:
    """Tells the story, one action a block, at times that are fixed."""

    def __init__(self, node: Node, set_time):
        self.node = node
        self.set_time = set_time
        self.key = funded_key()
        self.clock = START
        self.nonce = 0
        self.council = [Secp256k1Key(secret(f"council {i}")) for i in range(2)]
        self.deployment = None

    def tick(self) -> None:
        self.clock += 60
        self.set_time(self.clock)

    def deploy(self) -> None:
        self.tick()
        council = [key.address for key in self.council]
        self.deployment = deploy(self.node, self.key.secret, council, 2, self.wait)
        self.nonce = self.node.transaction_count(self.key.address)

    def wait(self) -> None:
        time.sleep(0.02)

    def act(self, contract: str, name: str, request: dict, *keys, receipt=None) -> None:
        self.tick()
        separator = self.deployment.separator(contract)
        action = rules.action_of(contract, name)
        self.nonce += 1
        signed = rules.sign(action, request, keys, self.nonce, START + 10**7, separator, receipt)
        address = self.deployment.addresses[contract]
        fee = self.node.fee_wei()
        raw, transaction = sign_transaction(self.key.secret, CHAIN_ID, self.nonce - 1, address, signed.call(), GAS, fee)
        self.node.send_raw(raw)
        while (found := self.node.receipt(transaction)) is None:
            self.wait()
        assert found.succeeded, name

    def tell(self) -> dict:
        self.deploy()
        seller, carrier = Secp256k1Key(secret("seller")), Secp256k1Key(secret("carrier"))
        claim_key, buyer = P256Key(secret("claim")), Secp256k1Key(secret("buyer"))
        for number, roles, key in ((1, 1, seller), (2, 2, carrier)):
            admitted = {"participant": number, "roles": roles, "directory": secret("directory")}
            self.act("ParticipantRegistry", "admitParticipant", admitted, *self.council)
            added = {"participant": number, "key": key.address, "inCustody": False}
            self.act("ParticipantRegistry", "addKey", added, *self.council)
        policy = filled("publishPolicy", participant=1, series=1, version=1, terms=demo.TERMS, disputes=demo.DISPUTES)
        policy["document"] = secret("terms")
        self.act("PolicyBook", "publishPolicy", policy, seller)
        receipt = self.receipt(claim_key)
        digest = rules.receipt_digest(receipt, self.deployment.separator("ReturnLedger"))
        signed = {"receipt": receipt, "signer": seller.address, "signature": seller.sign(digest)}
        self.act(
            "ReturnLedger",
            "claim",
            {"receipt": digest, "buyer": buyer.address},
            FixedSignature(claim_key),
            receipt=signed,
        )
        line = {"line": 0, "quantity": 1, "reason": 1}
        asked = filled("openReturn", receipt=digest, number=1, kind=1, resolution=1, lines=[line])
        self.act("ReturnLedger", "openReturn", asked, buyer)
        rma, tracking = return_id(digest, 1), secret("tracking")
        self.act("ReturnLedger", "approveReturn", filled("approveReturn", returnId=rma), seller)
        parcel = filled("addParcel", returnId=rma, purpose=1, carrier=2, tracking=tracking)
        self.act("ReturnLedger", "addParcel", parcel, buyer)
        facts = START.to_bytes(8, "big") + bytes([2, 0]) + b"PL" + bytes([1]) + bytes(19)
        fact = {"participant": 2, "tracking": tracking, "facts": facts, "code": bytes(32), "document": bytes(32)}
        self.act("ParcelLedger", "recordCheckpoint", fact, carrier)
        subjects = {
            "registry": ("ParticipantRegistry", heads.REGISTRY_SUBJECT),
            "policy": ("PolicyBook", policy_id(1, 1)),
            "receipt": ("ReturnLedger", digest),
            "return": ("ReturnLedger", rma),
            "parcel": ("ParcelLedger", parcel_id(2, tracking)),
        }
        return {name: self.head(*subject).hex() for name, subject in subjects.items()}

    def receipt(self, claim_key) -> dict:
        return {
            "seller": 1,
            "series": 1,
            "policyVersion": 1,
            "currency": b"EUR",
            "soldAt": self.clock,
            "deliveryMinor": 0,
            "consumer": True,
            "informed": True,
            "claimKey": claim_key.address,
            "order": secret("order"),
            "lines": [demo.sold(1, 100, 23)],
        }

    def head(self, contract: str, subject: bytes) -> bytes:
        return self.node.call(self.deployment.addresses[contract], keccak(b"head(bytes32)")[:4] + subject)


class FixedSignature:
    """A P-256 key; its signatures differ each time, which no head depends on."""

    def __init__(self, key: P256Key):
        self.address, self.sign = key.address, key.sign


def test_the_story_gives_the_same_heads_on_both_engines(tmp_path):
    with anvil("--chain-id", str(CHAIN_ID), "--timestamp", str(START)) as url:
        node = Node.at(url)
        first = Teller(node, lambda at: node.request("evm_setNextBlockTimestamp", at)).tell()
    clock = tmp_path / "clock"
    options = ("--chain-id", str(CHAIN_ID), "--genesis-time", str(START), "--clock", str(clock))
    chain = EmbeddedChain(tmp_path / "chain", block_interval_s=0.01, options=options)
    node = Node.at(chain.start())
    try:
        second = Teller(node, lambda at: clock.write_text(str(at))).tell()
    finally:
        chain.stop()
    assert first == second
