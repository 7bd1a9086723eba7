"""Writing: signed requests of every kind, under their noun or under /requests."""

from flask import Blueprint, request

from ledger_api.api.common import answer, json_body, ledger
from ledger_api.errors import InvalidField, RequestError
from ledger_api.rules import access_proofs
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of

blueprint = Blueprint("requests", __name__, url_prefix="/api/v1")

BATCH_LIMIT = 1_000
NOUNS = {  # noun → the actions that its route takes; the first is meant if the body names none
    "participants": (
        "admitParticipant",
        "setRoles",
        "setSuspension",
        "addKey",
        "endKey",
        "listContract",
        "defineReasons",
    ),
    "policies": ("publishPolicy",),
    "receipts": (
        "claim",
        "stateDelivery",
        "proposeBuyerKey",
        "proposeBuyerKeyByCouncil",
        "vetoBuyerKey",
        "takeBuyerKey",
    ),
    "returns": (
        "openReturn",
        "askBuyer",
        "supplyAnswer",
        "approveReturn",
        "nameInspector",
        "declineReturn",
        "cancelReturn",
        "reopenReturn",
        "closeReturn",
    ),
    "parcels": ("addParcel", "handOver"),
    "checkpoints": ("recordCheckpoint", "recordCheckpointBatch", "correctCheckpoint"),
    "inspections": ("inspectGoods", "receiveGoods"),
    "refunds": (
        "releaseRefund",
        "confirmOutcome",
        "proveOutcome",
        "listToken",
        "withdrawRefund",
        "reclaimDeposit",
    ),
    "messages": ("sendMessage",),
    "disputes": (
        "openDispute",
        "answerDispute",
        "makeOffer",
        "acceptOffer",
        "submitEvidence",
        "escalateDispute",
        "withdrawDispute",
        "recuseArbitrator",
        "giveRuling",
        "appealRuling",
        "givePanelRuling",
    ),
}
CONTRACT_OF = {name: contract for contract, name in rules.actions()}


def _add_noun(noun: str) -> None:
    def post():
        return _accept(json_body(), noun)

    blueprint.add_url_rule(f"/{noun}", f"post_{noun}", post, methods=["POST"])


for _noun in NOUNS:
    _add_noun(_noun)


@blueprint.post("/requests")
def post_request():
    """Takes one signed request of any kind, or many as {"requests": […]}."""
    return _accept(json_body(), None)


@blueprint.get("/requests/<request_id>")
def get_request(request_id: str):
    """State of a request: queued, sent, recorded or failed."""
    return answer(ledger().intake.status(request_id))


@blueprint.get("/request-types")
def request_types():
    """What to sign: EIP-712 types and domains of every action."""
    deployment = ledger().deployment
    types = [
        {
            "contract": action.contract,
            "action": action.name,
            "noun": next(noun for noun, names in NOUNS.items() if action.name in names),
            "type": rules.request_type(action),
        }
        for action in rules.actions().values()
    ]
    domains = {
        name: {"name": name, "version": "1", "chainId": deployment.chain_id, "verifyingContract": hex_of(address)}
        for name, address in deployment.addresses.items()
    }
    receipt = rules.type_string("Receipt", rules.receipt_parameter()["components"])
    access = access_proofs.type_strings()
    return answer({"domains": domains, "types": types, "receipt_type": receipt, "access_types": access})


def _accept(body, noun: str | None):
    if isinstance(body, dict) and "requests" in body:
        return _accept_many(body["requests"], noun)
    status = ledger().intake.accept(_completed(body, noun))
    return answer(status, 202, Location=f"/api/v1/requests/{status['id']}")


def _accept_many(bodies, noun: str | None):
    """Each for itself: the good ones are taken, the others reported with their reason."""
    if not isinstance(bodies, list) or not bodies:
        raise InvalidField("requests", "must be a list with at least one request")
    if len(bodies) > BATCH_LIMIT:
        raise InvalidField("requests", f"has {len(bodies)} items, the limit is {BATCH_LIMIT}")
    items, accepted = [], 0
    results = ledger().intake.accept_many([_completed(body, noun, quiet=True) for body in bodies])
    for index, result in enumerate(results):
        if isinstance(result, RequestError):
            problem = {**result.problem(), "instance": request.path}
            items.append({"index": index, "state": "refused", "problem": problem})
        else:
            accepted += 1
            items.append({"index": index, **result})
    return answer({"accepted": accepted, "refused": len(items) - accepted, "items": items}, 202 if accepted else 422)


def _completed(body, noun: str | None, quiet: bool = False):
    """The body with contract and action filled in from its noun."""
    if not isinstance(body, dict) or noun is None:
        return body
    action = body.get("action", NOUNS[noun][0])
    if action not in NOUNS[noun]:
        if quiet:
            return {**body, "contract": "", "action": str(action)}
        raise InvalidField("action", f"must be one of {', '.join(NOUNS[noun])} here")
    return {**body, "contract": CONTRACT_OF[action], "action": action}
