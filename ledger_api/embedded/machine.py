"""The virtual machine: Prague, with the P-256 precompile of EIP-7951, and an interpreter of fewer Python calls."""

import os

os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
os.environ.setdefault("ECC_BACKEND_CLASS", "eth_keys.backends.CoinCurveECCBackend")

from cryptography.exceptions import InvalidSignature  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: E402
from eth._utils.address import force_bytes_to_address  # noqa: E402
from eth.constants import GAS_TX  # noqa: E402
from eth.vm.forks.prague import PragueVM  # noqa: E402
from eth.vm.forks.prague.computation import PRAGUE_PRECOMPILES  # noqa: E402
from eth.vm.forks.prague.constants import STANDARD_TOKEN_COST, TOTAL_COST_FLOOR_PER_TOKEN  # noqa: E402
from eth.vm.forks.prague.state import PragueState  # noqa: E402

from ledger_api.embedded.interpreter import FastComputation  # noqa: E402

P256_ADDRESS = force_bytes_to_address(b"\x01\x00")
P256_GAS = 6_900
P256_INPUT_BYTES = 160
ONE = (1).to_bytes(32, "big")


def p256_verify(computation):
    """EIP-7951: digest, r, s, x, y in 160 bytes; one as a word if the signature is valid, nothing otherwise."""
    computation.consume_gas(P256_GAS, reason="P256VERIFY precompile")
    data = bytes(computation.msg.data)
    computation.output = ONE if len(data) == P256_INPUT_BYTES and _p256_valid(data) else b""
    return computation


def _p256_valid(data: bytes) -> bool:
    r, s, x, y = (int.from_bytes(data[i : i + 32], "big") for i in (32, 64, 96, 128))
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        key.verify(utils.encode_dss_signature(r, s), data[:32], ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    except (InvalidSignature, ValueError):
        return False
    return True


def least_gas(transaction) -> int:
    """Gas that a transaction needs whatever it does: intrinsic gas, or EIP-7623's floor for its data.

    py-evm charges the floor, also when it is more than the limit of the transaction, so it is asked for before.
    """
    tokens = len(transaction.data) * STANDARD_TOKEN_COST - transaction.data.count(0) * (STANDARD_TOKEN_COST - 1)
    return max(transaction.intrinsic_gas, GAS_TX + TOTAL_COST_FLOOR_PER_TOKEN * tokens)


class Computation(FastComputation):
    """Prague with one precompile more."""

    _precompiles = {**PRAGUE_PRECOMPILES, P256_ADDRESS: p256_verify}


class State(PragueState):
    computation_class = Computation


class VM(PragueVM):
    _state_class = State
