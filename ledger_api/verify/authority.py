"""Whether an entry was caused by a request whose signers were allowed to make it, at the time."""

from ledger_api.rules import merkle
from ledger_api.rules import requests as rules
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import Registry
from ledger_api.rules.return_state import parcel_id, policy_id, return_id
from ledger_api.rules.signatures import is_valid

SELLER, CARRIER, INSPECTOR = 1, 2, 4


class NotProven(Exception):
    """An entry lacks what it needs; the text says what."""


class Parties:
    """Who the parties of a return are, from its own entries."""

    def __init__(self):
        self.buyers: dict[bytes, bytes] = {}  # receipt → buyer
        self.sellers: dict[bytes, int] = {}  # receipt → seller
        self.receipts: dict[bytes, bytes] = {}  # return → receipt
        self.inspectors: dict[bytes, int] = {}  # return → inspector

    def learn(self, entry: Entry) -> None:
        """Takes what a proven entry says."""
        if entry.name == "ReceiptClaimed":
            self.buyers[entry.subject] = entry.values["buyer"]
            self.sellers[entry.subject] = entry.values["receipt"]["seller"]
        elif entry.name == "ReturnOpened":
            self.receipts[entry.subject] = entry.values["receipt"]
        elif entry.name == "ReturnApproved":
            self.inspectors[entry.subject] = entry.values["inspector"]

    def buyer(self, return_id: bytes) -> bytes:
        return self.buyers[self.receipts[return_id]]

    def seller(self, return_id: bytes) -> int:
        return self.sellers[self.receipts[return_id]]


def check(
    entry: Entry, signed_json: dict | None, separator: bytes, registries: list[Registry], parties: Parties
) -> None:
    """Raises NotProven unless the entry's request was signed by whom it needs. `registries`: as it stood then."""
    if entry.name == "CouncilSeated":
        if any(entry.request):
            raise NotProven("the council's entry names a request")
        return
    if signed_json is None:
        raise NotProven("the server shows no signed request for it")
    if signed_json.get("action") == rules.BATCH_ACTION:
        _check_batch_item(entry, signed_json, separator, registries)
        return
    signed = rules.from_json(signed_json)
    if signed.action.contract != entry.contract or signed.digest(separator) != entry.request:
        raise NotProven("the request shown is not the one that was recorded")
    _check_signatures(signed.authorisations, entry.request)
    _check_same_values(entry, signed)
    refusals = [_refusal(entry, signed, registry, parties) for registry in registries]
    if None not in refusals:
        raise NotProven(refusals[-1])


def _check_signatures(authorisations, digest: bytes) -> None:
    for authorisation in authorisations:
        if not is_valid(authorisation["actor"], digest, authorisation["signature"]):
            raise NotProven(f"the signature is not that of {hex_of(authorisation['actor'])}")


def _check_same_values(entry: Entry, signed: rules.SignedRequest) -> None:
    """What the request asked for is what was recorded."""
    values = entry.values
    for name, value in signed.request.items():
        if name in values and entry.name != "ReceiptClaimed" and values[name] != value:
            raise NotProven(f"{name} differs between request and entry")
    if "returnId" in signed.request and signed.request["returnId"] != entry.subject:
        raise NotProven("the request is about another return")
    derived = _derived_id(entry.name, values)
    if derived is not None and derived != (values["parcel"] if entry.name == "ParcelAdded" else entry.subject):
        raise NotProven("its id does not follow from what it says")


def _derived_id(name: str, values: dict) -> bytes | None:
    """The id that an entry's values give, where ids are derived."""
    if name == "ReturnOpened":
        return return_id(values["receipt"], values["number"])
    if name == "PolicyPublished":
        return policy_id(values["participant"], values["series"])
    if name == "ParcelAdded":
        return parcel_id(values["carrier"], values["tracking"])
    return None


def _check_batch_item(entry: Entry, shown: dict, separator: bytes, registries: list[Registry]) -> None:
    action = rules.action_of("ParcelLedger", rules.BATCH_ACTION)
    kinds = {parameter["name"]: parameter for parameter in action.inputs}
    checkpoint = rules.parse({**kinds["checkpoints"], "type": "tuple"}, shown["checkpoint"], "checkpoint")
    authorisation = rules.parse(kinds["authorisation"], shown["authorisations"][0], "authorisation")
    siblings = [bytes_of(sibling) for sibling in shown["path"]]
    root = merkle.root_of_path(rules.checkpoint_leaf(checkpoint), siblings)
    participant, count = shown["participant"], shown["count"]
    nonce, deadline = authorisation["nonce"], authorisation["deadline"]
    if rules.batch_digest(participant, root, count, nonce, deadline, separator) != entry.request:
        raise NotProven("the checkpoint is not part of the batch that was signed")
    _check_signatures([authorisation], entry.request)
    if parcel_id(participant, checkpoint["tracking"]) != entry.subject:
        raise NotProven("the checkpoint is about another parcel")
    if checkpoint["facts"] + checkpoint["code"] + checkpoint["document"] != entry.data[32:]:
        raise NotProven("the checkpoint that was signed is not the one that was recorded")
    refusals = [registry.refusal(authorisation["actor"], participant, CARRIER) for registry in registries]
    if None not in refusals:
        raise NotProven(refusals[-1])


def _refusal(entry: Entry, signed: rules.SignedRequest, registry: Registry, parties: Parties) -> str | None:
    """Why these signers may not make this request; None if they may."""
    actor = signed.authorisations[0]["actor"]
    if entry.contract == "ParticipantRegistry":
        return _council_refusal(signed, registry)
    if entry.name == "PolicyPublished":
        return registry.refusal(actor, signed.request["participant"], SELLER)
    if entry.name == "CheckpointRecorded":
        if parcel_id(signed.request["participant"], signed.request["tracking"]) != entry.subject:
            return "the request is about another parcel"
        return registry.refusal(actor, signed.request["participant"], CARRIER)
    if entry.name == "ReceiptClaimed":
        return _claim_refusal(entry, signed, registry)
    return _party_refusal(entry, signed, registry, parties)


def _council_refusal(signed: rules.SignedRequest, registry: Registry) -> str | None:
    signers = {authorisation["actor"] for authorisation in signed.authorisations}
    if len(signers & set(registry.council)) >= max(1, registry.threshold):
        return None
    return f"fewer than {registry.threshold} members of the council signed"


def _claim_refusal(entry: Entry, signed: rules.SignedRequest, registry: Registry) -> str | None:
    receipt, values = signed.receipt["receipt"], entry.values
    signer = registry.keys.get(values["signer"])
    if signed.request["receipt"] != entry.subject or values["receipt"] != receipt:
        return "the claim is about another receipt"
    if signed.authorisations[0]["actor"] != receipt["claimKey"]:
        return "the claim is not signed with the receipt's claim key"
    if signer is None or signer.participant != receipt["seller"]:
        return "the receipt is not signed by a key of the seller"
    ended = signer.ended_at is not None and receipt["soldAt"] >= signer.ended_at
    if receipt["soldAt"] < signer.added_at or ended:
        return "the seller's key was not valid on the day of the sale"
    if not is_valid(values["signer"], entry.subject, values["signature"]):
        return "the signature of the receipt is not the seller's"
    return None


def _party_refusal(entry: Entry, signed: rules.SignedRequest, registry: Registry, parties: Parties) -> str | None:
    actor = signed.authorisations[0]["actor"]
    if entry.name == "ReturnOpened":
        return None if parties.buyers.get(signed.request["receipt"]) == actor else "the request is not the buyer's"
    if entry.subject not in parties.receipts:
        return "nothing shows that the return was opened"
    seller = parties.seller(entry.subject)
    participant = signed.request.get("participant", seller)
    if entry.name in ("GoodsReceived", "GoodsInspected"):
        if participant not in (seller, parties.inspectors.get(entry.subject)):
            return "neither the seller nor the inspector that he named"
        return registry.refusal(actor, participant, SELLER | INSPECTOR)
    if participant == 0:
        return None if parties.buyer(entry.subject) == actor else "the request is not the buyer's"
    return registry.refusal(actor, seller, SELLER)
