"""Acts of everybody on a ledger where all keys acted before, each in a transaction of its own, whose gas is kept."""

import secrets
import time
from dataclasses import dataclass, field
from functools import cache

from eth_abi import encode

from benchmarks.scene import Scene, checkpoint, filled, trackings
from ledger_api.demo import signed_receipt, sold
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.ids import dispute_id, return_id
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.vocabulary import Consequence, ParcelPurpose, Resolution, ReturnKind
from scripts.compile import ROOT, SETTINGS, collect_sources, compile_input

TOO_LARGE, NOT_RETURNABLE, DID_NOT_OCCUR = 3, 104, 201  # reasons
WORD = 32
UNITS = 10**4  # of the token in a cent: six decimals


def word() -> bytes:
    """A word that no other has."""
    return secrets.token_bytes(WORD)


@cache
def compiled_mock(name: str) -> bytes:
    """Bytecode of a contract of the tests, compiled as the contracts are, and so from their folder."""
    sources = collect_sources(ROOT, [f"contracts/mocks/{name}.sol"])
    moved = sources.pop(f"contracts/mocks/{name}.sol")["content"].replace('"../', '"./')
    sources[f"contracts/{name}.sol"] = {"content": moved}
    standard_json = {"language": "Solidity", "sources": sources, "settings": SETTINGS}
    return bytes_of(compile_input(standard_json)[name]["bytecode"])


def plain_call(signature: str, *values) -> bytes:
    """Calldata of a function whose parameters are plain types."""
    return keccak(signature.encode())[:4] + encode(signature[:-1].partition("(")[2].split(","), values)


@dataclass
class Case:
    """One receipt with its return, of so many lines; or what needs no receipt, with so many items in its lists."""

    scene: Scene
    keys: dict  # name → key
    token: bytes  # its address
    size: int = 1
    pieces: int = 1  # of each line
    series: int = 1  # of the policy
    receipt: bytes = b""
    parcels: list = field(default_factory=list)  # of the return: carrier and tracking commitment
    done: str = ""  # the newest act
    gas: int = 0  # of it

    # --- sending

    def act(self, action: str, *keys, receipt: dict | None = None, **given) -> "Case":
        """One signed act. Which receipt and return it is about goes without saying."""
        contract = next(contract for contract, name in rules.actions() if name == action)
        request = filled(action, **given)
        subjects = {"receipt": self.receipt, "returnId": self.rma, "dispute": self.dispute}
        request |= {name: value for name, value in subjects.items() if name in request}
        self.done, self.gas = action, self.scene.act(contract, action, request, *keys, receipt=receipt)
        return self

    def call(self, contract: str, signature: str, *values) -> "Case":
        """One act that needs no signature."""
        sent = self.scene.send(self.scene.deployment.addresses[contract], plain_call(signature, *values))
        self.done, self.gas = signature.partition("(")[0], sent.gas_used
        return self

    def council(self, action: str, **given) -> "Case":
        return self.act(action, *self.scene.council[:2], **given)

    def by(self, name: str, action: str, **given) -> "Case":
        return self.act(action, self.keys[name], **given)

    def read(self, function: str, contract: str = "ReturnLedger") -> list[int]:
        """The words that a view says about the return, or of the dispute desk about the dispute."""
        subject = self.dispute if contract == "DisputeDesk" else self.rma
        data = plain_call(f"{function}(bytes32)", subject)
        said = self.scene.node.call(self.scene.deployment.addresses[contract], data)
        return [int.from_bytes(said[start : start + WORD], "big") for start in range(0, len(said), WORD)]

    def pass_time(self, seconds: int) -> "Case":
        self.scene.node.request("evm_increaseTime", seconds)
        self.scene.node.request("evm_mine")
        return self

    def pass_until(self, moment: int) -> "Case":
        """The newest block is a minute after that Unix second."""
        return self.pass_time(moment - self.scene.node.block("latest").timestamp + 60)

    def each_line(self, **fields) -> list[dict]:
        return [{"line": line, **fields} for line in range(self.size)]

    @property
    def rma(self) -> bytes:
        return return_id(self.receipt, 1)

    @property
    def dispute(self) -> bytes:
        return dispute_id(self.rma, 1)

    # --- the receipt and the return, act by act

    def claim(self) -> "Case":
        claim_key, seller = Secp256k1Key(), self.keys["seller"]
        lines = [sold(self.pieces, 10_439, 2_401)] * self.size
        sale = {"series": self.series, "soldAt": int(time.time()), "order": word(), "lines": lines}
        separator = self.scene.deployment.separator("ReturnLedger")
        self.receipt, signed = signed_receipt(claim_key, seller, separator, **sale)
        return self.act("claim", claim_key, receipt=signed, buyer=self.keys["buyer"].address)

    def open(
        self,
        resolution: int = Resolution.REFUND,
        delivered_s_ago: int = 3_600,
        kind: int = ReturnKind.GOODWILL,
    ) -> "Case":
        lines = self.each_line(quantity=self.pieces, reason=TOO_LARGE)
        asked = {"kind": kind, "resolution": resolution, "number": 1, "lines": lines}
        return self.claim().by("buyer", "openReturn", deliveredAt=int(time.time()) - delivered_s_ago, **asked)

    def approve(self, **options) -> "Case":
        return self.open(**options).by("seller", "approveReturn", inspector=4)

    def decline(self) -> "Case":
        return self.open().by("seller", "declineReturn", reason=NOT_RETURNABLE)

    def send(self, **options) -> "Case":
        """The buyer names a parcel, and the carrier takes it in."""
        taken = checkpoint(word(), 1)
        parcel = {"carrier": 2, "tracking": taken["tracking"]}
        self.parcels = [parcel]
        self.approve(**options).by("carrier", "recordCheckpoint", participant=2, **taken)
        purpose = ParcelPurpose.GOODS_RETURNED
        return self.by("buyer", "addParcel", purpose=purpose, sentAt=int(time.time()), **parcel)

    def arrive(self) -> "Case":
        """One piece of each line."""
        named = {"participant": 4, "receivedAt": int(time.time()), "evidence": word()}
        return self.by("inspector", "receiveGoods", lines=self.each_line(quantity=1), **named)

    def receive(self, **options) -> "Case":
        return self.send(**options).arrive()

    def accept(self, diminished: int = 0) -> "Case":
        """The piece of each line that arrived; it lost so much of its value, in basis points."""
        found = {"accepted": 1, "rejected": 0, "diminishedBasisPoints": diminished, "grade": 1, "disposition": 1}
        lines = self.each_line(**found)
        return self.by("inspector", "inspectGoods", participant=4, evidence=word(), lines=lines)

    def inspect(self, **options) -> "Case":
        return self.receive(**options).accept()

    def pay(self) -> "Case":
        """All that is due."""
        money = {"amountMinor": self.read("refundOf")[-1], "payment": word(), "paidAt": int(time.time())}
        return self.by("seller", "releaseRefund", **money)

    def confirm(self, arrived: bool = True) -> "Case":
        return self.by("buyer", "confirmOutcome", arrived=arrived, evidence=word())

    def deliver(self) -> "Case":
        return self.claim().by("buyer", "stateDelivery", deliveredAt=int(time.time()), parcel=word())

    def ask(self) -> "Case":
        return self.open().by("seller", "askBuyer", question=word())

    def propose(self) -> "Case":
        """The seller proposes another key for the buyer, which has not acted yet."""
        self.keys = {**self.keys, "heir": Secp256k1Key()}
        return self.claim().by("seller", "proposeBuyerKey", buyer=self.keys["heir"].address)

    def silence(self, consequence: Consequence) -> "Case":
        """Everybody waits; what that means is recorded. Raises RuntimeError where it means something else."""
        _, _, _, enforceable_at, found, _ = self.read("turnOf")
        self._meant(Consequence(found), consequence)
        self.pass_until(enforceable_at)
        self.call("ReturnLedger", "enforce(bytes32)", self.rma)
        self.done = f"enforce_{consequence.name.lower()}"
        return self

    @staticmethod
    def _meant(found, consequence) -> None:
        if found != consequence:
            raise RuntimeError(f"silence would mean {found.name}, not {consequence.name}")

    # --- the escrow

    def list_token(self) -> "Case":
        """A euro that is deployed for it."""
        self.token = self.scene.send(None, compiled_mock("TestToken")).contract
        return self.council("listToken", token=self.token, currency=b"EUR", unitsPerMinor=UNITS)

    def deposit(self) -> "Case":
        """More than can be due."""
        units = 20_000 * self.size * UNITS
        return self.call("RefundEscrow", "deposit(bytes32,address,uint256)", self.rma, hex_of(self.token), units)

    # --- parcels

    def known_parcels(self) -> list[bytes]:
        """Parcels about which the first carrier recorded something."""
        parcels = trackings(self.size)
        self.scene.batch(self.scene.one_signature(2, parcels, self.keys["carrier"], 1))
        return parcels

    def checkpoint(self) -> "Case":
        return self.by("carrier", "recordCheckpoint", participant=2, **checkpoint(self.known_parcels()[0], 2))

    def checkpoints(self) -> "Case":
        requests = self.scene.own_signatures(2, self.known_parcels(), [self.keys["carrier"]], 2)
        self.done, self.gas = "recordCheckpoints", self.scene.bulk(requests).gas_used
        return self

    def checkpoint_batch(self) -> "Case":
        signed = self.scene.one_signature(2, self.known_parcels(), self.keys["carrier"], 2)
        self.done, self.gas = rules.BATCH_ACTION, self.scene.batch(signed).gas_used
        return self

    def correct(self) -> "Case":
        wrong = checkpoint(self.known_parcels()[0], 1)
        self.by("carrier", "recordCheckpoint", participant=2, **wrong)
        right = {**checkpoint(wrong["tracking"], 2), "wrongFacts": wrong["facts"], "wrongCode": wrong["code"]}
        return self.by("carrier", "correctCheckpoint", participant=2, reason=DID_NOT_OCCUR, **right)

    def hand_over(self) -> "Case":
        """The giver's parcel is known, the taker's number for it is new."""
        sides = {"giver": 2, "giverTracking": self.known_parcels()[0], "taker": 3, "takerTracking": word()}
        signers = self.keys["carrier"], self.keys["second"]
        return self.act("handOver", *signers, occurredAt=int(time.time()), document=word(), **sides)
