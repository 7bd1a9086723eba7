"""Examples of what is posted, made from the same table as the schemas. Signatures are made up."""

from ledger_api.api.requests import CONTRACT_OF, NOUNS
from ledger_api.rules import requests as rules
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, DisputeGround, EvidenceKind, Verdict, ZoneSource

AT = 1_795_514_400  # 2026-11-24 10:00 UTC
DAY_S = 86_400
FACTS = pack_facts(Checkpoint(AT, CheckpointKind.DELIVERED, country="CN", zone_source=ZoneSource.STATED))
VALUES = {  # by the field's name; other fields get a value by their type
    "roles": 2,
    "inCustody": False,
    "suspended": True,
    "handle": hex_of(b"size_too_large".ljust(32, b"\0")),
    "country": "PL",
    "consumer": True,
    "informed": True,
    "finalSale": False,
    "returnless": False,
    "complete": True,
    "arrived": True,
    "refundsDelivery": False,
    "category": 1,
    "purpose": 1,
    "resolution": 1,
    "currency": "EUR",
    "soldAt": AT - 20 * DAY_S,
    "deliveredAt": AT - 10 * DAY_S,
    "receivedAt": AT,
    "paidAt": AT,
    "deadline": AT + 30 * DAY_S,
    "nonce": "81985529216486895",
    "amountMinor": 12_840,
    "goodwillMinor": 0,
    "netMinor": 10_439,
    "discountMinor": 0,
    "taxMinor": 2_401,
    "dutyMinor": 0,
    "sentAt": AT,
    "deliveryMinor": 490,
    "line": 0,
    "reason": 3,
    "rejected": 0,
    "extra": 0,
    "wrong": 0,
    "diminishedBasisPoints": 0,
    "restockingChangeOfMindBasisPoints": 1_000,
    "restockingSellerFaultBasisPoints": 0,
    "restockingCarrierFaultBasisPoints": 0,
    "returnShippingChangeOfMindMinor": 390,
    "returnShippingSellerFaultMinor": 0,
    "returnShippingCarrierFaultMinor": 0,
    "resolutions": 0b11110,
    "choices": 0,
    "window_s": 30 * DAY_S,
    "answer_s": 3 * DAY_S,
    "send_s": 14 * DAY_S,
    "transit_s": 30 * DAY_S,
    "inspect_s": 7 * DAY_S,
    "pay_s": 14 * DAY_S,
    "confirm_s": 10 * DAY_S,
    "grace_s": 8 * DAY_S,
    "supply_s": 7 * DAY_S,
    "reopen_s": 14 * DAY_S,
    "recovery_s": 7 * DAY_S,
    "withdrawal_s": 14 * DAY_S,
    "uninformed_s": 365 * DAY_S,
    "dispute_s": 10 * DAY_S,
    "respond_s": 5 * DAY_S,
    "inquiry_s": 7 * DAY_S,
    "evidence_s": 7 * DAY_S,
    "rule_s": 7 * DAY_S,
    "appeal_s": 5 * DAY_S,
    "costMinor": 2_500,
    "buyerByDefault": True,
    "arbitrator": "0x" + "00" * 20,
    "ground": int(DisputeGround.INSPECTION),
    "verdict": int(Verdict.AWARDED),
    "extraMinor": 0,
    "unpaidMinor": 0,
    "buyerCostBasisPoints": 0,
    "awaited": 0,
    "awardBasisPoints": 8_500,
    "facts": hex_of(FACTS),
    "code": hex_of(pack_code("EMI")),
}
BY_OPENER = ("OpenDispute", "EscalateDispute", "WithdrawDispute", "SubmitEvidence")
BY_ARBITRATOR = ("GiveRuling", "RecuseArbitrator")
BY_STRUCT = {  # where a field's name means something else elsewhere
    ("ListContract", "kind"): hex_of(b"ReturnLedger".ljust(32, b"\0")),
    ("OpenReturn", "kind"): 1,
    ("SubmitEvidence", "kind"): int(EvidenceKind.ITEM_DESCRIPTION),
    ("AwardedLine", "category"): 0,
    **{
        (struct, "participant"): 0 for struct in ("OpenDispute", "EscalateDispute", "WithdrawDispute", "SubmitEvidence")
    },
    **{(struct, "participant"): 5 for struct in ("GiveRuling", "RecuseArbitrator")},
}
LENGTHS = {"bytes": 65, "address": 20}


def value_of(parameter: dict):
    """An example of one ABI parameter, as JSON."""
    kind, name = parameter["type"], parameter["name"]
    if kind.endswith("[]"):
        return [value_of({**parameter, "type": kind[:-2]})]
    if kind == "tuple":
        return _members(parameter["internalType"].split(" ")[-1].removesuffix("[]"), parameter["components"])
    if name in VALUES:
        return VALUES[name]
    if kind.startswith("uint"):
        return 1
    length = LENGTHS.get(kind) or rules.BYTES[kind]
    return "0x" + f"{sum(name.encode()) % 256:02x}" * length


def _members(struct: str, parameters: list[dict]) -> dict:
    """An example of a struct, or of the fields of a request."""
    special = {name: value for (of, name), value in BY_STRUCT.items() if of == struct}
    return {item["name"]: special[item["name"]] if item["name"] in special else value_of(item) for item in parameters}


def of_action(action: rules.Action) -> dict:
    """An example of an action as it is posted."""
    authorisation = next(item for item in action.inputs if "Authorisation" in item["internalType"])
    body = {
        "id": f"example-{action.name}-1",
        "contract": action.contract,
        "action": action.name,
        "request": _members(action.struct, action.fields),
        "authorisations": [value_of({**authorisation, "type": "tuple"})],
    }
    return {**body, "receipt": value_of(action.inputs[2])} if action.name == "claim" else body


def of_noun(noun: str) -> dict:
    """Examples of a noun's actions by name; /requests shows one of them, alone and in a list."""
    if noun == "requests":
        one = of_action(rules.action_of("ReturnLedger", "openReturn"))
        return {"openReturn": {"value": one}, "many": {"value": {"requests": [one]}}}
    found = {name: of_action(rules.action_of(CONTRACT_OF[name], name)) for name in NOUNS[noun]}
    return {name: {"value": value} for name, value in found.items()}


AWARD_TO_TRY = {"award": of_action(rules.action_of("DisputeDesk", "makeOffer"))["request"]["award"], "ruling": True}
