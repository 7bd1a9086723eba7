"""Whether an entry was caused by a request whose signers were allowed to make it, at the time."""

from ledger_api.rules import merkle
from ledger_api.rules import requests as rules
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import dispute_id, parcel_id, policy_id, return_id
from ledger_api.rules.registry_state import ARBITRATOR, BROKER, CARRIER, INSPECTOR, SELLER, Registry
from ledger_api.rules.signatures import is_valid

PANEL_QUORUM = 2
CUSTODY = SELLER | CARRIER | INSPECTOR | BROKER


# Entries of constructors, of `enforce`, of arbitrator contracts, and of payments into the escrow: nobody signs them.
UNSIGNED = (
    "CouncilSeated",
    "ReasonsDefined",
    "SilenceEnforced",
    "RefundDeposited",
    "DisputeSilenceEnforced",
    "ExternalRulingGiven",
    "DisputeResolved",
)
# What requests of the dispute desk cause in a return's history; who may make them is checked in the dispute's.
OF_DESK = ("DisputeBegun", "DisputeResolved")
OF_RECEIPT = ("DeliveryStated", "BuyerKeyProposed", "BuyerKeyVetoed", "BuyerKeyTaken")
BY_BUYER = (
    "AnswerSupplied",
    "ReturnCancelled",
    "ReturnReopened",
    "OutcomeConfirmed",
    "ReturnClosed",
    "BuyerKeyVetoed",
)
BY_CHECKER = ("GoodsReceived", "GoodsInspected")


class NotProven(Exception):
    """An entry lacks what it needs; the text says what."""


class Parties:
    """Who the parties of a return are, from its own entries."""

    def __init__(self):
        self.buyers: dict[bytes, list] = {}  # receipt → keys of the buyer with the time from which each counts
        self.proposals: dict[bytes, Entry] = {}  # receipt → proposal of a new key
        self.sellers: dict[bytes, int] = {}  # receipt → seller
        self.receipts: dict[bytes, bytes] = {}  # return → receipt
        self.inspectors: dict[bytes, int] = {}  # return → inspector
        self.disputes: dict[bytes, bytes] = {}  # dispute → return
        self.panels: dict[bytes, list] = {}  # dispute → participants

    def learn(self, entry: Entry) -> None:
        """Takes what a proven entry says."""
        if entry.name == "ReceiptClaimed":
            self.buyers[entry.subject] = [(entry.recorded_at, entry.values["buyer"])]
            self.sellers[entry.subject] = entry.values["receipt"]["seller"]
        elif entry.name == "BuyerKeyProposed":
            self.proposals[entry.subject] = entry
        elif entry.name == "BuyerKeyVetoed":
            self.proposals.pop(entry.subject, None)
        elif entry.name == "BuyerKeyTaken":
            self.proposals.pop(entry.subject, None)
            self.buyers[entry.subject].append((entry.recorded_at, entry.values["buyer"]))
        elif entry.name == "ReturnOpened":
            self.receipts[entry.subject] = entry.values["receipt"]
        elif entry.name in ("ReturnApproved", "InspectorNamed"):
            self.inspectors[entry.subject] = entry.values["inspector"]
        elif entry.name == "DisputeOpened":
            self.disputes[entry.subject] = entry.values["returnId"]
        elif entry.name == "RulingAppealed":
            self.panels[entry.subject] = list(entry.values["panel"])
        elif entry.name == "ArbitratorRecused" and entry.values["participant"] in self.panels.get(entry.subject, ()):
            seats = self.panels[entry.subject]
            seats[seats.index(entry.values["participant"])] = entry.values["next"]

    def receipt_of(self, subject: bytes) -> bytes | None:
        """The receipt that a subject is or belongs to."""
        return subject if subject in self.sellers else self.receipts.get(self.disputes.get(subject, subject))

    def is_buyer(self, actor: bytes, receipt: bytes, at: int) -> bool:
        """Whether `actor` was the buyer's key then; within the second of a change either was."""
        keys = self.buyers.get(receipt, [])
        before = [key for since, key in keys if since <= at][-1:]
        during = [key for i, (since, key) in enumerate(keys) if i + 1 < len(keys) and keys[i + 1][0] == at]
        return actor in before + during


def check(entry: Entry, signed_json: dict | None, separator_of, registries: list[Registry], parties: Parties) -> None:
    """Raises NotProven unless the entry's request was signed by whom it needs.

    `separator_of` gives a contract's EIP-712 domain; `registries` are as they stood then.
    """
    if not any(entry.request):
        # What silence did is checked as a consequence; the constructors' entries come before all others.
        if entry.name not in UNSIGNED:
            raise NotProven("an entry of this kind names a request")
        return
    if signed_json is None:
        raise NotProven("the server shows no signed request for it")
    if signed_json.get("action") == rules.BATCH_ACTION:
        _check_batch_item(entry, signed_json, separator_of(entry.contract), registries)
        return
    signed = rules.from_json(signed_json)
    # What the escrow pays on the buyer's request is a refund in the return ledger's history too.
    paid_by_escrow = (entry.name, signed.action.name) == ("RefundReleased", "withdrawRefund")
    of_desk = entry.name in OF_DESK and signed.action.contract == "DisputeDesk"
    of_contract = signed.action.contract == entry.contract or paid_by_escrow or of_desk
    if not of_contract or signed.digest(separator_of(signed.action.contract)) != entry.request:
        raise NotProven("the request shown is not the one that was recorded")
    _check_signatures(signed.authorisations, entry.request)
    if of_desk:
        return
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
        if name in values and entry.name != "ReceiptClaimed" and not _same(entry.name, name, value, values[name]):
            raise NotProven(f"{name} differs between request and entry")
    if "returnId" in signed.request and signed.request["returnId"] != values.get("returnId", entry.subject):
        raise NotProven("the request is about another return")
    if "dispute" in signed.request and signed.request["dispute"] != entry.subject:
        raise NotProven("the request is about another dispute")
    if entry.name in OF_RECEIPT and signed.request["receipt"] != entry.subject:
        raise NotProven("the request is about another receipt")
    derived = _derived_id(entry.name, values)
    if derived is not None and derived != (values["parcel"] if entry.name == "ParcelAdded" else entry.subject):
        raise NotProven("its id does not follow from what it says")


def _same(kind: str, name: str, asked, recorded) -> bool:
    """A request to return states a delivery; its entry holds the latest one that anybody stated."""
    return recorded >= asked if (kind, name) == ("ReturnOpened", "deliveredAt") else recorded == asked


def _derived_id(name: str, values: dict) -> bytes | None:
    """The id that an entry's values give, where ids are derived."""
    if name == "ReturnOpened":
        return return_id(values["receipt"], values["number"])
    if name == "DisputeOpened":
        return dispute_id(values["returnId"], values["number"])
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
    if entry.name in ("RulingGiven", "ArbitratorRecused"):
        return registry.refusal(actor, signed.request["participant"], ARBITRATOR)
    if entry.name == "PanelRulingGiven":
        return _panel_refusal(entry, signed, registry, parties)
    if signed.action.name == "proposeBuyerKeyByCouncil":
        return _council_refusal(signed, registry)
    if entry.name == "HandedOver":
        return _hand_over_refusal(entry, signed, registry)
    if entry.name in ("CheckpointRecorded", "CheckpointCorrected"):
        if parcel_id(signed.request["participant"], signed.request["tracking"]) != entry.subject:
            return "the request is about another parcel"
        return registry.refusal(actor, signed.request["participant"], CARRIER)
    if entry.name == "ReceiptClaimed":
        return _claim_refusal(entry, signed, registry)
    return _party_refusal(entry, signed, registry, parties)


def _hand_over_refusal(entry: Entry, signed: rules.SignedRequest, registry: Registry) -> str | None:
    request, (giver, taker) = signed.request, [item["actor"] for item in signed.authorisations]
    sides = ((request["giver"], request["giverTracking"]), (request["taker"], request["takerTracking"]))
    if entry.subject not in [parcel_id(*side) for side in sides if any(side[1])]:
        return "the hand-over is about other parcels"
    if giver != entry.values["giverKey"]:
        return "another key signed for the giver"
    refused = registry.refusal(giver, request["giver"], CUSTODY) if request["giver"] else None
    return refused or registry.refusal(taker, request["taker"], CUSTODY)


def _council_refusal(signed: rules.SignedRequest, registry: Registry) -> str | None:
    signers = {authorisation["actor"] for authorisation in signed.authorisations}
    if len(signers & set(registry.council)) >= max(1, registry.threshold):
        return None
    return f"fewer than {registry.threshold} members of the council signed"


def _panel_refusal(entry: Entry, signed: rules.SignedRequest, registry: Registry, parties: Parties) -> str | None:
    signers = {authorisation["actor"] for authorisation in signed.authorisations}
    panel = [seat for seat in parties.panels.get(entry.subject, ()) if seat]
    seats = {seat for seat in panel for actor in signers if registry.refusal(actor, seat, ARBITRATOR) is None}
    return None if len(seats) >= PANEL_QUORUM else "fewer than two of the panel signed"


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
        receipt = signed.request["receipt"]
    else:
        receipt = parties.receipt_of(entry.values["returnId"] if entry.name == "DisputeOpened" else entry.subject)
    if receipt not in parties.sellers:
        return "nothing shows that its receipt was claimed"
    if entry.name == "BuyerKeyTaken":
        return _taking_refusal(entry, actor, parties)
    seller = parties.sellers[receipt]
    # Who speaks: 0 is the buyer; where no participant is named, the kind of entry says it.
    by_buyer = entry.name in BY_BUYER or signed.action.name in ("openReturn", "withdrawRefund")
    participant = signed.request.get("participant", 0 if by_buyer else seller)
    if entry.name in BY_CHECKER:
        if participant not in (seller, parties.inspectors.get(entry.subject)):
            return "neither the seller nor the inspector that he named"
        return registry.refusal(actor, participant, SELLER | INSPECTOR)
    if participant == 0:
        return None if parties.is_buyer(actor, receipt, entry.recorded_at) else "the request is not the buyer's"
    return registry.refusal(actor, seller, SELLER)


def _taking_refusal(entry: Entry, actor: bytes, parties: Parties) -> str | None:
    """A new key takes over only as proposed, and not before its time."""
    proposal = parties.proposals.get(entry.subject)
    if proposal is None or proposal.values["buyer"] != entry.values["buyer"] or actor != entry.values["buyer"]:
        return "nobody proposed this key"
    return None if entry.recorded_at >= proposal.values["takesOverAt"] else "the new key took over before its time"
