"""Keys and signatures of both kinds. Twin of contracts/libraries/ActorSignature.sol.

secp256k1: r, s, v (65 bytes) over the digest. P-256: x, y, r, s (128 bytes) over SHA-256 of the digest, since
WebCrypto cannot sign a bare digest. Both with s in the lower half. A P-256 key's address is the last 20 bytes of
keccak256(x, y).
"""

import hashlib
import secrets

from coincurve import PrivateKey, PublicKey
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from ledger_api.rules.hashing import keccak

SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SECP256K1_BYTES = 65
P256_BYTES = 128


class Secp256k1Key:
    """A private key of the kind that servers and hardware hold."""

    kind = "secp256k1"

    def __init__(self, secret: bytes | None = None):
        self._key = PrivateKey(secret or secrets.token_bytes(32))
        self.address = keccak(self._key.public_key.format(compressed=False)[1:])[12:]

    @property
    def secret(self) -> bytes:
        """32 bytes; never to be logged."""
        return self._key.secret

    def sign(self, digest: bytes) -> bytes:
        """r, s, v over the bare digest."""
        compact = self._key.sign_recoverable(digest, hasher=None)
        return compact[:64] + bytes([compact[64] + 27])


class P256Key:
    """A private key of the kind that a browser makes."""

    kind = "p256"

    def __init__(self, secret: bytes | None = None):
        number = int.from_bytes(secret, "big") if secret else secrets.randbelow(P256_ORDER - 1) + 1
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        self.secret = number.to_bytes(32, "big")
        point = self._key.public_key().public_numbers()
        self.public = point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
        self.address = keccak(self.public)[12:]

    def sign(self, digest: bytes) -> bytes:
        """x, y, r, s over SHA-256 of the digest, s in its lower half."""
        r, s = utils.decode_dss_signature(self._key.sign(digest, ec.ECDSA(hashes.SHA256())))
        s = min(s, P256_ORDER - s)
        return self.public + r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key_of(kind: str, secret: bytes):
    """A key from its stored form."""
    return {"secp256k1": Secp256k1Key, "p256": P256Key}[kind](secret)


def is_valid(actor: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether `actor` signed `digest`, by the same rules as the contract."""
    if len(signature) == SECP256K1_BYTES:
        return _recover(digest, signature) == actor
    if len(signature) == P256_BYTES:
        return keccak(signature[:64])[12:] == actor and _p256_valid(digest, signature)
    return False


def _recover(digest: bytes, signature: bytes) -> bytes | None:
    s, v = int.from_bytes(signature[32:64], "big"), signature[64]
    if v not in (27, 28) or s > SECP256K1_ORDER // 2:
        return None
    try:
        public = PublicKey.from_signature_and_message(signature[:64] + bytes([v - 27]), digest, hasher=None)
    except Exception:  # coincurve raises bare ValueError and Exception for numbers off the curve
        return None
    return keccak(public.format(compressed=False)[1:])[12:]


def _p256_valid(digest: bytes, signature: bytes) -> bool:
    x, y, r, s = (int.from_bytes(signature[i : i + 32], "big") for i in (0, 32, 64, 96))
    if s > P256_ORDER // 2:
        return False
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        prehashed = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
        public.verify(utils.encode_dss_signature(r, s), hashlib.sha256(digest).digest(), prehashed)
    except (InvalidSignature, ValueError):
        return False
    return True
