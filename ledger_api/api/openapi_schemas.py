"""JSON Schemas of what goes in and out; those of requests are made from the contracts' ABI, like the requests."""

from ledger_api.api.requests import BATCH_LIMIT, NOUNS
from ledger_api.relay import acknowledgements
from ledger_api.rules import requests as rules
from ledger_api.rules.registry_state import ROLES
from ledger_api.vocabulary import (
    Act,
    CheckpointKind,
    Consequence,
    Corroboration,
    Incident,
    ParcelPurpose,
    ReasonCategory,
    Resolution,
    ReturnKind,
    ReturnStatus,
    Turner,
    ZoneSource,
)

LARGEST_JSON_INTEGER = (1 << 64) - 1
AUTHORISATIONS_LIMIT = 64
REQUEST_ID = {
    "type": "string",
    "pattern": "^[A-Za-z0-9._:-]{8,128}$",
    "description": "made anew by the client for each request",
}

# --- Building blocks --------------------------------------------------------------------------------------------------


def ref(name: str) -> dict:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def hexadecimal(length: int | None, text: str = "") -> dict:
    """0x and `length` bytes in hexadecimal digits; None: any length."""
    digits = "([0-9a-fA-F]{2})*" if length is None else f"[0-9a-fA-F]{{{2 * length}}}"
    found = {"type": "string", "pattern": f"^0x{digits}$"}
    return {**found, "maxLength": 2 + 2 * rules.BYTES_LIMIT} if length is None else _with_text(found, text)


def integer(text: str = "", **limits) -> dict:
    """A whole number from 0 on."""
    return _with_text({"type": "integer", "minimum": 0, **limits}, text)


def string(text: str = "", **limits) -> dict:
    """A text."""
    return _with_text({"type": "string", **limits}, text)


def record(optional: tuple = (), **properties) -> dict:
    """An object whose fields are always there, save the optional ones; others may be added in later versions."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def many(items: dict, **limits) -> dict:
    """A list."""
    return {"type": "array", "items": items, **limits}


def nullable(schema: dict) -> dict:
    """That, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def _with_text(schema: dict, text: str) -> dict:
    return {**schema, "description": text} if text else schema


ID = hexadecimal(32)
ADDRESS = hexadecimal(20)
TIME = integer("Unix seconds UTC")
MINOR = integer("minor units of the return's currency")
NUMBER = integer()
FLAG = {"type": "boolean"}
NEXT = nullable(string("`cursor` of the next page; null: this is the last"))


# --- Requests, from the ABI -------------------------------------------------------------------------------------------


def of_parameter(parameter: dict, found: dict) -> dict:
    """Schema of one ABI parameter; the structs in it are added to `found`."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return many(of_parameter({**parameter, "type": kind[:-2]}, found), maxItems=rules.LIST_LIMIT)
    if kind == "tuple":
        return of_struct(struct_name(parameter), parameter["components"], found)
    if kind.startswith("uint"):
        return of_number(int(kind[4:]))
    if kind == "bool":
        return FLAG
    if kind in ("bytes2", "bytes3"):
        length = rules.BYTES[kind]
        return {"anyOf": [hexadecimal(length), string("ASCII letters", minLength=length, maxLength=length)]}
    return hexadecimal(rules.BYTES[kind])


def of_number(bits: int) -> dict:
    """A JSON number or a decimal string, since JavaScript's numbers end at 2^53."""
    largest = min((1 << bits) - 1, LARGEST_JSON_INTEGER)
    return {"anyOf": [integer(maximum=largest), string(f"decimal, below 2^{bits}", pattern="^[0-9]{1,78}$")]}


def of_struct(name: str, components: list[dict], found: dict) -> dict:
    """Reference to the schema of a struct: exactly its fields."""
    if name not in found:
        properties = {item["name"]: of_parameter(item, found) for item in components}
        found[name] = {**record(**properties), "additionalProperties": False}
    return ref(name)


def struct_name(parameter: dict) -> str:
    """Name of an ABI parameter's struct."""
    return parameter["internalType"].split(" ")[-1].split(".")[-1].split("[")[0]


def signed_name(action: rules.Action) -> str:
    """Name of the component that an action's signed form has."""
    return f"Signed{action.struct}"


def of_signed(action: rules.Action, found: dict) -> dict:
    """Schema of an action with its authorisations, as it is posted."""
    authorisation = next(item for item in action.inputs if struct_name(item) == "Authorisation")
    limit = AUTHORISATIONS_LIMIT if action.many else 1
    one = of_struct("Authorisation", authorisation["components"], found)
    properties = {
        "id": REQUEST_ID,
        "contract": {"const": action.contract},
        "action": {"const": action.name},
        "request": of_struct(action.struct, action.fields, found),
        "authorisations": many(one, minItems=1, maxItems=limit),
    }
    if action.name == "claim":
        properties["receipt"] = of_parameter(action.inputs[2], found)
    is_default = any(names[0] == action.name for names in NOUNS.values())
    text = f"Signed as `{rules.request_type(action)}`."
    return _with_text(record(("contract", "action") if is_default else ("contract",), **properties), text)


def request_schemas() -> dict:
    """Schemas of all requests, bare and signed, and of the structs in them."""
    found: dict = {}
    for action in rules.actions().values():
        found[signed_name(action)] = of_signed(action, found)
    return found


# --- Answers ----------------------------------------------------------------------------------------------------------


def names_of(enum) -> dict:
    """The names of a vocabulary in lower case."""
    return {"enum": [item.name.lower() for item in enum]}


def at_block(**properties) -> dict:
    """An answer that says at which block it is true."""
    return record(**properties, at=nullable(ref("At")))


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
        problem=_with_text(ref("Problem"), "why it failed"),
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


def _line() -> dict:
    pieces = integer("pieces")
    money = dict.fromkeys(("net_minor", "discount_minor", "tax_minor", "duty_minor"), MINOR)
    counted = dict.fromkeys(("requested", "expected", "received", "short", "accepted", "rejected"), pieces)
    return record(
        line=NUMBER,
        sold=pieces,
        **money,
        final_sale=FLAG,
        reason=NUMBER,
        category=names_of(ReasonCategory),
        exception=nullable(integer("reason why not all pieces were approved")),
        **counted,
        grade=NUMBER,
        disposition=NUMBER,
    )


def _checkpoint() -> dict:
    return record(
        occurred_at=integer("Unix seconds UTC, as the carrier claims"),
        recorded_at=integer("Unix seconds UTC of the block"),
        kind=names_of(CheckpointKind),
        incident=names_of(Incident),
        country=string("ISO 3166-1 alpha-2, or empty", maxLength=2),
        zone_source=names_of(ZoneSource),
        zone_offset_minutes={"type": "integer", "minimum": -840, "maximum": 840},
        performer=integer("participant that performed the leg; 0: the reporter"),
        code=string("the carrier's raw code", maxLength=32),
        document=nullable(ID),
        corroboration=names_of(Corroboration),
        reported=integer("how often the same fact was reported"),
        corrected=nullable(record(reason=NUMBER, recorded_at=TIME)),
    )


def _parcels() -> dict:
    hand_over = record(
        giver=integer("participant; 0: no participant, the buyer"),
        giver_key=ADDRESS,
        taker=NUMBER,
        occurred_at=TIME,
        recorded_at=TIME,
        document=nullable(ID),
        corroboration=names_of(Corroboration),
    )
    listed = record(
        parcel_id=ID,
        purpose=names_of(ParcelPurpose),
        carrier=integer("participant that reports it"),
        tracking=ID,
        added_by=integer("participant; 0: the buyer"),
        added_at=TIME,
        sent_at=nullable(integer("Unix seconds UTC, as claimed")),
        document=nullable(ID),
        corroboration=names_of(Corroboration),
        status=names_of(CheckpointKind),
        checkpoints=many(ref("RecordedCheckpoint")),
        hand_overs=many(hand_over),
    )
    parcel = at_block(
        parcel_id=ID,
        returns=many(ID),
        checkpoints=many(ref("RecordedCheckpoint")),
        hand_overs=many(hand_over),
    )
    return {"RecordedCheckpoint": _checkpoint(), "ReturnParcel": listed, "Parcel": parcel}


def _acts() -> dict:
    """What happened to goods and money."""
    support = names_of(Corroboration)
    delivery = record(
        participant=integer("0: the buyer"),
        delivered_at=TIME,
        recorded_at=TIME,
        parcel=nullable(ID),
        corroboration=support,
    )
    question = record(question=ID, asked_at=TIME, answer=nullable(ID), answered_at=nullable(TIME))
    reception = record(
        participant=NUMBER,
        received_at=TIME,
        recorded_at=TIME,
        complete=FLAG,
        extra=integer("pieces that belong to no line"),
        wrong=integer("pieces in the place of others"),
        evidence=nullable(ID),
        corroboration=support,
        lines=many(ref("ReceivedLine")),
        parcel_heads=many(ID),
    )
    inspection = record(
        participant=NUMBER,
        recorded_at=TIME,
        evidence=nullable(ID),
        corroboration=support,
        lines=many(ref("InspectedLine")),
        accepted=many(ref("AcceptedLine")),
    )
    refund = record(
        amount_minor=MINOR,
        goodwill_minor=MINOR,
        payment=ID,
        paid_at=TIME,
        recorded_at=TIME,
        due_minor=integer("what was due before it, by the refund rule"),
        corroboration=support,
    )
    confirmation = record(by={"enum": ["buyer", "seller"]}, arrived=FLAG, evidence=nullable(ID), recorded_at=TIME)
    enforcement = record(
        act=names_of(Act),
        consequence=names_of(Consequence),
        recorded_at=TIME,
        owed_minor=MINOR,
        accepted=many(ref("AcceptedLine")),
    )
    move = record(
        kind={"enum": ["deposit", "withdrawal", "reclaim"]},
        address=ADDRESS,
        units=integer("the token's smallest units"),
        amount_minor=nullable(MINOR),
        recorded_at=TIME,
    )
    escrow = record(token=ADDRESS, held_units=integer("the token's smallest units"), moves=many(move))
    late = record(act=names_of(Act), until=TIME, recorded_at=TIME)
    return {
        "deliveries": many(delivery),
        "questions": many(question),
        "receptions": many(reception),
        "inspections": many(inspection),
        "refunds": many(refund),
        "confirmations": many(confirmation),
        "escrow": nullable(escrow),
        "enforcements": many(enforcement),
        "late_acts": many(late),
    }


STATUS = names_of(ReturnStatus)
TURN = record(
    who=names_of(Turner),
    participant=integer("0: the buyer, or nobody"),
    act=names_of(Act),
    until=nullable(TIME),
    enforceable_at=nullable(integer("Unix seconds UTC; from then on anybody may call for the consequence")),
    consequence=names_of(Consequence),
    needs=names_of(Corroboration),
)
MONEY_FIELDS = (
    "paid_minor requested_minor net_minor tax_minor duty_minor diminished_minor restocking_minor return_shipping_minor"
    " delivery_minor earlier_minor capped_minor overpaid_minor due_minor refunded_minor goodwill_minor owed_minor"
).split()
MONEY = record(**dict.fromkeys(MONEY_FIELDS, MINOR))
ACCEPTED_LINE = record(
    line=NUMBER,
    before=integer("pieces of the line accepted earlier, over all returns of the receipt"),
    pieces=integer("pieces"),
    goodsMinor=MINOR,
    diminishedMinor=MINOR,
)


def _returns() -> dict:
    state = at_block(
        return_id=ID,
        receipt=ID,
        number=integer("the nth return of the receipt, from 1"),
        kind=names_of(ReturnKind),
        resolution=names_of(Resolution),
        status=STATUS,
        seller=NUMBER,
        buyer=ADDRESS,
        new_buyer_key=nullable(record(key=ADDRESS, takes_over_at=TIME)),
        inspector=integer("participant; 0: the seller alone"),
        currency=string("ISO 4217", minLength=3, maxLength=3),
        sold_at=TIME,
        delivered_at=nullable(TIME),
        opened_at=TIME,
        decided_at=nullable(TIME),
        decline_reason=nullable(NUMBER),
        closed_at=nullable(TIME),
        late={"type": "boolean", "description": "asked for after the window"},
        final_sale={"type": "boolean", "description": "holds something sold as final, for change of mind"},
        returnless=FLAG,
        reopened=FLAG,
        contested=FLAG,
        defaulted={"type": "boolean", "description": "the seller did not pay in time"},
        policy=record(
            policy_id=ID,
            version=NUMBER,
            terms=ref("Terms"),
            methods=many(record(country=string("ISO 3166-1 alpha-2"), methods=integer("bits"))),
            document=ID,
        ),
        lines=many(ref("Line")),
        parcels=many(ref("ReturnParcel")),
        **_acts(),
        money=ref("Money"),
        turn=ref("Turn"),
    )
    shared = ("return_id", "status", "seller", "opened_at", "currency", "money", "turn")
    row = record(**{name: state["properties"][name] for name in shared})
    summary = {"oneOf": [row, record(return_id=ID, problem=ref("Problem"))]}
    page = at_block(items=many(ref("ReturnSummary")), next=NEXT)
    parts = {"Line": _line(), "Money": MONEY, "Turn": TURN, "AcceptedLine": ACCEPTED_LINE}
    return {**parts, "ReturnState": state, "ReturnSummary": summary, "ReturnPage": page}


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
    groups = {name: many(ID) for name in ("return", "receipt", "policy", "parcels", "siblings", "escrow", "registry")}
    history = at_block(subjects=record(**groups), entries=many(ref("Entry")))
    return {"Entry": entry, "History": history, "Proof": _proof()}


def _proof() -> dict:
    nodes = many(string("RLP of one node of the trie, hexadecimal"))
    head = record(subject=ID, proof=nodes)
    contract = record(contract=string(), address=ADDRESS, code=string(), account_proof=nodes, heads=many(head))
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
    return {"Chain": chain, "RequestTypes": types, "Health": health}


def component_schemas() -> dict:
    """All schemas by name."""
    block = record(number=NUMBER, hash=ID, timestamp=TIME)
    makers = (_status, _parcels, _returns, _history, _members, _terms_and_sales, _server, request_schemas)
    found = {"At": block, "Problem": _problem()}
    for part in (make() for make in makers):
        if twice := found.keys() & part.keys():
            raise ValueError(f"two schemas of one name: {', '.join(sorted(twice))}")
        found |= part
    return dict(sorted(found.items()))
