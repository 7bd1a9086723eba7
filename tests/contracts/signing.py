"""EIP-712 and both kinds of key, a second time: from type strings written by hand, sharing nothing with ledger_api.

Values are tuples in the order of the type string; addresses 0x-prefixed, everything of bytes as bytes.
"""

import hashlib
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from eth_keys import keys
from eth_utils import keccak, to_checksum_address

SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
FEES = (
    "Fees(uint16 restockingChangeOfMindBasisPoints,uint16 restockingSellerFaultBasisPoints,"
    "uint16 restockingCarrierFaultBasisPoints,uint48 returnShippingChangeOfMindMinor,"
    "uint48 returnShippingSellerFaultMinor,uint48 returnShippingCarrierFaultMinor,bool refundsDelivery)"
)
TERMS = (
    "Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,"
    "uint32 confirm_s,uint32 grace_s,uint32 supply_s,uint32 reopen_s,uint32 recovery_s,uint32 withdrawal_s,"
    "uint32 uninformed_s,uint8 resolutions,uint8 choices,bytes3 currency,Fees fees)"
)
METHODS = "ReturnMethods(bytes2 country,uint16 methods)"
REASON = "Reason(uint16 reason,uint8 category,bytes32 handle)"
SOLD_LINE = (
    "SoldLine(uint24 quantity,uint48 netMinor,uint48 discountMinor,uint48 taxMinor,uint48 dutyMinor,bool finalSale)"
)
RETURN_LINE = "ReturnLine(uint8 line,uint24 quantity,uint16 reason)"
APPROVED_LINE = "ApprovedLine(uint8 line,uint24 quantity,uint16 reason)"
RECEIVED_LINE = "ReceivedLine(uint8 line,uint24 quantity)"
INSPECTED_LINE = (
    "InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,"
    "uint8 disposition)"
)
DISPUTE_TERMS = (
    "DisputeTerms(uint32 dispute_s,uint32 respond_s,uint32 inquiry_s,uint32 evidence_s,uint32 rule_s,"
    "uint32 appeal_s,uint48 costMinor,bool buyerByDefault,address arbitrator)"
)
AWARDED_LINE = (
    "AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
)
AWARD = "Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)" + AWARDED_LINE
PARCEL_REFERENCE = "ParcelReference(uint32 carrier,bytes32 tracking)"
TYPES = [
    FEES,
    TERMS + FEES,
    DISPUTE_TERMS,
    AWARDED_LINE,
    AWARD,
    PARCEL_REFERENCE,
    METHODS,
    REASON,
    SOLD_LINE,
    RETURN_LINE,
    APPROVED_LINE,
    RECEIVED_LINE,
    INSPECTED_LINE,
    "AdmitParticipant(uint32 participant,uint16 roles,bytes32 directory,uint256 nonce,uint64 deadline)",
    "SetRoles(uint32 participant,uint16 roles,uint256 nonce,uint64 deadline)",
    "SetSuspension(uint32 participant,bool suspended,uint256 nonce,uint64 deadline)",
    "AddKey(uint32 participant,address key,bool inCustody,uint256 nonce,uint64 deadline)",
    "EndKey(address key,uint256 nonce,uint64 deadline)",
    "ListContract(bytes32 kind,address at,uint256 nonce,uint64 deadline)",
    "DefineReasons(Reason[] reasons,uint256 nonce,uint64 deadline)" + REASON,
    "PublishPolicy(uint32 participant,uint32 series,uint32 version,Terms terms,DisputeTerms disputes,"
    "ReturnMethods[] methods,bytes32 document,uint256 nonce,uint64 deadline)" + DISPUTE_TERMS + FEES + METHODS + TERMS,
    "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,"
    "uint256 nonce,uint64 deadline)",
    "RecordCheckpointBatch(uint32 participant,bytes32 root,uint32 count,uint256 nonce,uint64 deadline)",
    "HandOver(uint32 giver,bytes32 giverTracking,uint32 taker,bytes32 takerTracking,uint64 occurredAt,"
    "bytes32 document,uint256 nonce,uint64 deadline)",
    "CorrectCheckpoint(uint32 participant,bytes32 tracking,bytes32 wrongFacts,bytes32 wrongCode,uint16 reason,"
    "bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)",
    "ListToken(address token,bytes3 currency,uint64 unitsPerMinor,uint256 nonce,uint64 deadline)",
    "WithdrawRefund(bytes32 returnId,address to,uint256 nonce,uint64 deadline)",
    "ReclaimDeposit(bytes32 returnId,address to,uint256 nonce,uint64 deadline)",
    "Receipt(uint32 seller,uint32 series,uint32 policyVersion,bytes3 currency,uint64 soldAt,uint48 deliveryMinor,"
    "bool consumer,bool informed,address claimKey,bytes32 order,SoldLine[] lines)" + SOLD_LINE,
    "Claim(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)",
    "StateDelivery(bytes32 receipt,uint32 participant,uint64 deliveredAt,bytes32 parcel,uint256 nonce,uint64 deadline)",
    "ProposeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)",
    "VetoBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)",
    "TakeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)",
    "OpenReturn(bytes32 receipt,uint32 number,uint8 kind,uint8 resolution,uint64 deliveredAt,ReturnLine[] lines,"
    "uint256 nonce,uint64 deadline)" + RETURN_LINE,
    "AskBuyer(bytes32 returnId,bytes32 question,uint256 nonce,uint64 deadline)",
    "SupplyAnswer(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)",
    "ApproveReturn(bytes32 returnId,uint32 inspector,bool returnless,ApprovedLine[] exceptions,"
    "uint256 nonce,uint64 deadline)" + APPROVED_LINE,
    "DeclineReturn(bytes32 returnId,uint16 reason,uint256 nonce,uint64 deadline)",
    "CancelReturn(bytes32 returnId,uint256 nonce,uint64 deadline)",
    "ReopenReturn(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)",
    "AddParcel(bytes32 returnId,uint32 participant,uint8 purpose,uint32 carrier,bytes32 tracking,uint64 sentAt,"
    "bytes32 document,uint256 nonce,uint64 deadline)",
    "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,bool complete,uint24 extra,uint24 wrong,"
    "bytes32 evidence,ReceivedLine[] lines,uint256 nonce,uint64 deadline)" + RECEIVED_LINE,
    "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,"
    "uint256 nonce,uint64 deadline)" + INSPECTED_LINE,
    "ReleaseRefund(bytes32 returnId,uint48 amountMinor,uint48 goodwillMinor,bytes32 payment,uint64 paidAt,"
    "uint256 nonce,uint64 deadline)",
    "ConfirmOutcome(bytes32 returnId,bool arrived,bytes32 evidence,uint256 nonce,uint64 deadline)",
    "ProveOutcome(bytes32 returnId,bytes32 evidence,uint256 nonce,uint64 deadline)",
    "CloseReturn(bytes32 returnId,uint256 nonce,uint64 deadline)",
    "NameInspector(bytes32 returnId,uint32 inspector,uint256 nonce,uint64 deadline)",
    "SendMessage(bytes32 returnId,uint32 participant,bytes32 message,uint256 nonce,uint64 deadline)",
    "OpenDispute(bytes32 returnId,uint32 number,uint32 participant,uint8 ground,bytes32 statement,bytes32 seedHash,"
    "Award claim,ParcelReference[] parcels,uint256 nonce,uint64 deadline)" + AWARD + PARCEL_REFERENCE,
    "AnswerDispute(bytes32 dispute,uint32 participant,bytes32 statement,bytes32 seed,uint256 nonce,uint64 deadline)",
    "MakeOffer(bytes32 dispute,uint32 participant,bytes32 statement,Award award,uint256 nonce,uint64 deadline)" + AWARD,
    "AcceptOffer(bytes32 dispute,uint32 participant,bytes32 offer,uint256 nonce,uint64 deadline)",
    "SubmitEvidence(bytes32 dispute,uint32 participant,uint8 kind,bytes32 document,uint256 nonce,uint64 deadline)",
    "EscalateDispute(bytes32 dispute,uint32 participant,bytes32 seed,uint256 nonce,uint64 deadline)",
    "WithdrawDispute(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)",
    "RecuseArbitrator(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)",
    "GiveRuling(bytes32 dispute,uint32 participant,uint8 verdict,Award award,bytes32 reasons,"
    "uint256 nonce,uint64 deadline)" + AWARD,
    "AppealRuling(bytes32 dispute,uint32 participant,bytes32 statement,uint256 nonce,uint64 deadline)",
    "GivePanelRuling(bytes32 dispute,uint8 verdict,Award award,bytes32 reasons,uint256 nonce,uint64 deadline)" + AWARD,
]
BY_NAME = {text.split("(")[0]: text for text in TYPES}


# --- EIP-712 ----------------------------------------------------------------------------------------------------------


def kinds_of(name: str) -> list[str]:
    """Types of a struct's members, in order."""
    members = re.match(r"\w+\(([^)]*)\)", BY_NAME[name]).group(1)
    return [member.split(" ")[0] for member in members.split(",")]


def encode_member(kind: str, value) -> bytes:
    if kind.endswith("[]"):
        return keccak(b"".join(encode_member(kind[:-2], item) for item in value))
    if kind in BY_NAME:
        return hash_struct(kind, value)
    if kind == "address":
        return bytes.fromhex(value[2:]).rjust(32, b"\0")
    if kind.startswith("bytes"):
        return value.ljust(32, b"\0")
    return int(value).to_bytes(32, "big")


def hash_struct(name: str, values: tuple) -> bytes:
    kinds = kinds_of(name)
    assert len(kinds) == len(values), f"{name} takes {kinds}"
    return keccak(keccak(BY_NAME[name].encode()) + b"".join(map(encode_member, kinds, values)))


def separator_of(contract: str, chain_id: int, address: str) -> bytes:
    """Domain of one deployed contract."""
    return keccak(
        keccak(DOMAIN.encode())
        + keccak(contract.encode())
        + keccak(b"1")
        + chain_id.to_bytes(32, "big")
        + bytes.fromhex(address[2:]).rjust(32, b"\0")
    )


def digest_of(separator: bytes, name: str, values: tuple) -> bytes:
    """What is signed."""
    return keccak(b"\x19\x01" + separator + hash_struct(name, values))


# --- Keys -------------------------------------------------------------------------------------------------------------


class Secp256k1Key:
    """Signs r, s, v over the bare digest."""

    kind, order = "secp256k1", SECP256K1_ORDER

    def __init__(self, seed: str):
        self._key = keys.PrivateKey(keccak(text=seed))
        self.address = self._key.public_key.to_checksum_address()

    def sign(self, digest: bytes) -> bytes:
        signature = self._key.sign_msg_hash(digest).to_bytes()
        return signature[:64] + bytes([signature[64] + 27])

    def sign_malleable(self, digest: bytes) -> bytes:
        """The same signature with s in its upper half, valid on the bare curve."""
        signature = self.sign(digest)
        s = SECP256K1_ORDER - int.from_bytes(signature[32:64], "big")
        return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


class P256Key:
    """Signs x, y, r, s over SHA-256 of the digest."""

    kind, order = "p256", P256_ORDER

    def __init__(self, seed: str):
        self._key = ec.derive_private_key(int.from_bytes(keccak(text=seed), "big") % P256_ORDER, ec.SECP256R1())
        point = self._key.public_key().public_numbers()
        self.public = point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
        self.address = to_checksum_address(keccak(self.public)[12:])

    def sign(self, digest: bytes, low: bool = True) -> bytes:
        prehashed = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
        r, s = utils.decode_dss_signature(self._key.sign(hashlib.sha256(digest).digest(), prehashed))
        low_s = min(s, P256_ORDER - s)
        s = low_s if low else P256_ORDER - low_s
        return self.public + r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign_malleable(self, digest: bytes) -> bytes:
        """A signature with s in its upper half, valid on the bare curve."""
        return self.sign(digest, low=False)


KINDS = {"secp256k1": Secp256k1Key, "p256": P256Key}
