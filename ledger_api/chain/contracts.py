"""The deployed contracts: where they are, on which chain, and how they are put there."""

import json
from dataclasses import dataclass
from pathlib import Path

import rlp
from eth_abi import encode

from ledger_api import artefacts
from ledger_api.chain.client import Node
from ledger_api.errors import ChainError, WrongChain
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of, keccak
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.vocabulary import REASONS

DEPLOY_GAS = 8_000_000
RECEIPT_POLLS = 600
FEE_MARKET = b"\x02"  # EIP-1559: how its transactions begin
SHARED = ("ParticipantRegistry", "PolicyBook", "ParcelLedger")
PARTS_OF_RETURNS = tuple(part for part, whole in artefacts.PARTS.items() if whole == "ReturnLedger")
OF_DISPUTES = ("ParticipantRegistry", "PolicyBook", "ReturnLedger")
CONSTRUCTORS = (  # contract, types and names of its arguments, in the order of deployment
    ("ParticipantRegistry", ("address[]", "uint8", "(uint16,uint8,bytes32)[]"), ("council", "threshold", "reasons")),
    ("PolicyBook", ("address",), ("ParticipantRegistry",)),
    ("ParcelLedger", ("address",), ("ParticipantRegistry",)),
    *((part, ("address",) * 3, SHARED) for part in PARTS_OF_RETURNS),
    (
        "ReturnLedger",
        (*("address",) * 3, "address[4]", *("address",) * 2),
        (*SHARED, PARTS_OF_RETURNS, "RefundEscrow", "DisputeDesk"),
    ),
    ("RefundEscrow", ("address",) * 2, ("ParticipantRegistry", "ReturnLedger")),
    ("DisputeRulings", ("address",) * 3, OF_DISPUTES),
    ("DisputeDesk", ("address",) * 4, (*OF_DISPUTES, "DisputeRulings")),
)


@dataclass(frozen=True)
class Deployment:
    """Addresses of the contracts on one chain."""

    chain_id: int
    addresses: dict  # contract name → 20 bytes
    block: int  # the first block to look at

    def separator(self, contract: str) -> bytes:
        """EIP-712 domain separator of a contract."""
        return rules.domain_separator(contract, self.chain_id, self.addresses[contract])

    def name_at(self, address: bytes) -> str | None:
        return next((name for name, at in self.addresses.items() if at == address), None)

    def to_json(self) -> dict:
        return {
            "chain_id": self.chain_id,
            "block": self.block,
            "contracts": {name: hex_of(at) for name, at in self.addresses.items()},
        }

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.to_json(), indent=1) + "\n")

    @classmethod
    def from_json(cls, value: dict) -> "Deployment":
        return cls(value["chain_id"], {name: bytes_of(at) for name, at in value["contracts"].items()}, value["block"])

    @classmethod
    def load(cls, path: Path) -> "Deployment":
        return cls.from_json(json.loads(path.read_text()))

    def check(self, node: Node) -> None:
        """Raises WrongChain unless the node has these contracts."""
        chain_id = node.chain_id()
        if chain_id != self.chain_id:
            raise WrongChain(f"The node serves chain {chain_id}; this data folder belongs to chain {self.chain_id}")
        if not node.code(self.addresses["ReturnLedger"]):
            raise WrongChain("The node's chain has no contracts at the addresses of this data folder")


def sign_transaction(secret: bytes, chain_id: int, nonce: int, to: bytes | None, data: bytes, gas: int, fee_wei: int):
    """Raw bytes and hash of an EIP-1559 transaction; `fee_wei` is the most to pay for one unit of gas.

    By hand: eth_account takes 2 ms for a batch. A test compares the two.
    """
    tip_wei = value_wei = 0
    fields = [chain_id, nonce, tip_wei, fee_wei, gas, to or b"", value_wei, data, []]
    signature = Secp256k1Key(secret).sign(keccak(FEE_MARKET + rlp.encode(fields)))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    raw = FEE_MARKET + rlp.encode([*fields, signature[64] - 27, r, s])
    return raw, keccak(raw)


def deploy(node: Node, secret: bytes, council: list[bytes], threshold: int, wait) -> Deployment:
    """Deploys all contracts. `wait()` is called between looks for a receipt; the deployer keeps no power."""
    chain_id = node.chain_id()
    sender = Secp256k1Key(secret).address
    nonce = node.transaction_count(sender)
    reasons = [(number, category, handle.encode().ljust(32, b"\0")) for number, (category, handle) in REASONS.items()]
    # Where each will be is known before: some of them need each other's address.
    addresses = {name: create_address(sender, nonce + step) for step, (name, _, _) in enumerate(CONSTRUCTORS)}
    known = {name: hex_of(at) for name, at in addresses.items()}
    known |= {"council": [hex_of(member) for member in council], "threshold": threshold, "reasons": reasons}
    fee_wei, sent = node.fee_wei(), {}
    for step, (name, types, arguments) in enumerate(CONSTRUCTORS):
        data = bytes_of(artefacts.load(name)["bytecode"]) + encode(types, [_value(known, a) for a in arguments])
        raw, sent[name] = sign_transaction(secret, chain_id, nonce + step, None, data, DEPLOY_GAS, fee_wei)
        node.send_raw(raw)
    receipts = {name: await_receipt(node, transaction, wait) for name, transaction in sent.items()}
    for name, receipt in receipts.items():
        if not receipt.succeeded or receipt.contract != addresses[name]:
            raise ChainError(f"{name} could not be deployed")
    return Deployment(chain_id, addresses, receipts[CONSTRUCTORS[0][0]].block_number)


def _value(known: dict, argument):
    """What a constructor gets under a name, or under a list of names."""
    return known[argument] if isinstance(argument, str) else [known[name] for name in argument]


def create_address(sender: bytes, nonce: int) -> bytes:
    """Where the contract of a transaction with that account nonce will be (CREATE)."""
    return keccak(rlp.encode([sender, nonce]))[12:]


def await_receipt(node: Node, transaction: bytes, wait):
    """The receipt of a transaction that was sent; raises ChainError when it does not come."""
    for _ in range(RECEIPT_POLLS):
        receipt = node.receipt(transaction)
        if receipt is not None:
            return receipt
        wait()
    raise ChainError(f"No receipt for {hex_of(transaction)}")
