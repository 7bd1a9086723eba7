"""JSON Schemas of what goes in and out, by name; those of requests are made from the contracts' ABI."""

from ledger_api.api.openapi_disputes import disputes
from ledger_api.api.openapi_parts import (
    ADDRESS,
    FLAG,
    ID,
    NEXT,
    NUMBER,
    REQUEST_ID,
    TIME,
    at_block,
    hexadecimal,
    integer,
    many,
    nullable,
    record,
    ref,
    string,
    with_text,
)
from ledger_api.api.openapi_requests import request_schemas
from ledger_api.api.openapi_returns import parcels, returns
from ledger_api.api.requests import BATCH_LIMIT
from ledger_api.relay import acknowledgements
from ledger_api.rules.registry_state import ROLES
from ledger_api.rules.return_state import CONTRACT_OF_GROUP


def _status() -> dict:
    acknowledgement = record(
        ("path",),
        request_digest=ID,
        received_at=TIME,
        due_at=integer("Unix seconds UTC by which the request is to be on chain"),
        chain_id=NUMBER,
        contract=ADDRESS,
        server=ADDRESS,
        signature=hexadecimal(
            65, f"the server's, over {acknowledgements.TYPE}; with a path: {acknowledgements.LIST_TYPE}"
        ),
        path=many(ID, description="only in the answer to a list: from the promise's digest to the root that is signed"),
    )
    status = record(
        ("block_number", "block_hash", "problem", "items_refused"),
        id=REQUEST_ID,
        state={"enum": ["queued", "sent", "recorded", "failed"]},
        request_digest=ID,
        acknowledgement=ref("Acknowledgement"),
        block_number=integer("only if recorded"),
        block_hash=ID,
        problem=with_text(ref("Problem"), "why it failed"),
        items_refused=many(record(index=NUMBER, problem=ref("Problem"))),
    )
    result = record(accepted=NUMBER, refused=NUMBER, items=many(_batch_item(), minItems=1, maxItems=BATCH_LIMIT))
    return {"Acknowledgement": acknowledgement, "RequestStatus": status, "BatchResult": result}


def _batch_item() -> dict:
    refused = record(index=NUMBER, state={"const": "refused"}, problem=ref("Problem"))
    taken = {"allOf": [ref("RequestStatus"), record(index=NUMBER)]}
    return {"oneOf": [taken, refused]}


def _problem() -> dict:
    return record(
        ("detail", "instance", "field", "arguments"),
        type=string("/errors/SLUG, or about:blank"),
        title=string(),
        status=integer(maximum=599),
        detail=nullable(string("what is wrong here, and what to do")),
        instance=string("path that was asked"),
        field=string("the field that is wrong"),
        arguments={"type": "object", "description": "values of the contract's error"},
    )


def _history() -> dict:
    entry = record(
        contract=string(),
        subject=ID,
        name=nullable(string("kind of entry; null: unknown to this version")),
        topic=ID,
        request_digest=ID,
        data=hexadecimal(None),
        signed_request=nullable({"type": "object", "description": "the request; of a batch: the item with its path"}),
    )
    entry["properties"]["data"].pop("maxLength")
    groups = {name: many(ID) for name in CONTRACT_OF_GROUP}
    history = at_block(subjects=record(**groups), entries=many(ref("Entry")))
    return {"Entry": entry, "History": history, "Proof": _proof()}


def _proof() -> dict:
    nodes = many(string("RLP of one node of the trie, hexadecimal"))
    head = record(subject=ID, proof=nodes)
    code = nullable(string("hexadecimal; null: its hash, which the account's proof holds, is `known`"))
    contract = record(contract=string(), address=ADDRESS, code=code, account_proof=nodes, heads=many(head))
    block = record(number=NUMBER, hash=ID, header=nullable(string("RLP, hexadecimal; null: of a form unknown here")))
    return record(block=block, chain_id=NUMBER, proofs=many(contract))


def _members() -> dict:
    key = record(address=ADDRESS, in_custody=FLAG, added_at=TIME, ended_at=nullable(TIME))
    fields = {
        "participant": NUMBER,
        "name": nullable(string("from this server's directory, if it matches the commitment")),
        "roles": many({"enum": list(ROLES.values())}),
        "suspended": FLAG,
        "admitted_at": TIME,
        "directory": record(commitment=ID),
        "keys": many(key),
    }
    council = record(members=many(ADDRESS), threshold=NUMBER)
    page = at_block(items=many(ref("Participant")), next=NEXT, council=council)
    return {"Participant": record(**fields), "ParticipantAt": at_block(**fields), "ParticipantPage": page}


def _terms_and_sales() -> dict:
    version = record(
        recordedAt=TIME,
        participant=NUMBER,
        series=NUMBER,
        version=NUMBER,
        terms=ref("Terms"),
        disputes=ref("DisputeTerms"),
        methods=many(ref("ReturnMethods")),
        document=ID,
    )
    policy = at_block(policy_id=ID, versions=many(version, minItems=1))
    page = at_block(items=many(record(policy_id=ID, latest_version=NUMBER)), next=NEXT)
    claimed = at_block(receipt=ID, buyer=ADDRESS, claimed_at=TIME, sale=ref("Receipt"))
    return {"Policy": policy, "PolicyPage": page, "ClaimedReceipt": claimed}


def _server() -> dict:
    chain = at_block(
        chain_id=NUMBER,
        block=integer("first block with something of this ledger"),
        contracts={"type": "object", "additionalProperties": ADDRESS},
        chain_height=NUMBER,
        index_height=NUMBER,
        lag_blocks=NUMBER,
        requests={"type": "object", "additionalProperties": NUMBER, "description": "how many, by state"},
        trouble=many(string()),
        block_headers=string("form of the block headers in proofs"),
    )
    domain = record(name=string(), version=string(), chainId=NUMBER, verifyingContract=ADDRESS)
    kind = record(contract=string(), action=string(), noun=string(), type=string("EIP-712 encodeType"))
    types = record(
        domains={"type": "object", "additionalProperties": domain},
        types=many(kind),
        receipt_type=string("EIP-712"),
        access_types=many(string("EIP-712; signed to read or keep documents, in the domain of ReturnLedger")),
    )
    health = record(("lag_blocks",), status={"enum": ["ok", "ready"]}, lag_blocks=NUMBER)
    code = record(code={"type": "object", "additionalProperties": hexadecimal(None)})
    code["properties"]["code"]["additionalProperties"].pop("maxLength")
    return {"Chain": chain, "Code": code, "RequestTypes": types, "Health": health}


def component_schemas() -> dict:
    """All schemas by name."""
    block = record(number=NUMBER, hash=ID, timestamp=TIME)
    makers = (_status, parcels, returns, disputes, _history, _members, _terms_and_sales, _server, request_schemas)
    found = {"At": block, "Problem": _problem()}
    for part in (make() for make in makers):
        if twice := found.keys() & part.keys():
            raise ValueError(f"two schemas of one name: {', '.join(sorted(twice))}")
        found |= part
    return dict(sorted(found.items()))
