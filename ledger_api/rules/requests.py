"""Requests: what an actor signs (EIP-712), and how it becomes a call of a contract.

The table is read from the contracts' ABI, so it cannot drift: an action is a function whose inputs are one struct (the
request), one or several `Authorisation`, and for a claim the signed receipt. The signed type is the struct's, with
`uint256 nonce` and `uint64 deadline` appended. The batch of checkpoints is the one exception: it signs a Merkle root.
"""

from dataclasses import dataclass
from functools import cache, cached_property

from eth_abi import decode, encode
from eth_abi.exceptions import DecodingError

from ledger_api import artefacts
from ledger_api.errors import InvalidField
from ledger_api.rules import merkle
from ledger_api.rules.hashing import bytes_of, hex_of, keccak, word

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
CHECKPOINT_ACTION = "recordCheckpoint"
BATCH_ACTION = "recordCheckpointBatch"
BATCH_LIMIT = 1_000
LIST_LIMIT = 1_000
BYTES = {"address": 20, "bytes": None, **{f"bytes{n}": n for n in range(1, 33)}}  # None: of any length
BYTES_LIMIT = 4_096


@dataclass(frozen=True, eq=False)
class Action:
    """One thing that an actor can ask of a contract."""

    contract: str
    name: str  # the contract's function, for example approveReturn
    struct: str  # the signed type, for example ApproveReturn
    inputs: tuple  # ABI parameters, in order
    many: bool  # several authorisations over one digest

    @cached_property
    def selector(self) -> bytes:
        return keccak(artefacts.signature({"name": self.name, "inputs": self.inputs}).encode())[:4]

    @property
    def fields(self) -> list[dict]:
        """ABI parameters of the request's own fields."""
        if self.name == BATCH_ACTION:
            return [parameter for parameter in self.inputs if _struct_name(parameter) != "Authorisation"]
        return self.inputs[0]["components"]


def _struct_name(parameter: dict) -> str:
    return parameter.get("internalType", "").split(" ")[-1].split(".")[-1].split("[")[0]


@cache
def actions() -> dict[tuple[str, str], Action]:
    """All actions by (contract, name)."""
    found = {}
    for contract, item in artefacts.abi_items("function"):
        names = [_struct_name(parameter) for parameter in item["inputs"]]
        reads = item["stateMutability"] in ("view", "pure")
        if reads or "Authorisation" not in names or item["inputs"][0]["type"].endswith("[]"):
            continue
        many = item["inputs"][names.index("Authorisation")]["type"].endswith("[]")
        struct = "RecordCheckpointBatch" if item["name"] == BATCH_ACTION else names[0]
        found[contract, item["name"]] = Action(contract, item["name"], struct, tuple(item["inputs"]), many)
    return found


def action_of(contract: str, name: str) -> Action:
    """The action, or InvalidField if there is none."""
    found = actions().get((contract, name))
    if found is None:
        known = sorted(f"{known_contract}.{known_name}" for known_contract, known_name in actions())
        raise InvalidField("action", f"no action {contract}.{name}; one of {', '.join(known)}")
    return found


@cache
def _action_by_selector(contract: str, selector: bytes) -> Action | None:
    return next((a for a in actions().values() if a.contract == contract and a.selector == selector), None)


# --- Reading values ---------------------------------------------------------------------------------------------------


def parse(parameter: dict, value, field: str):
    """A JSON value as the ABI wants it; raises InvalidField naming the field and what to do."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return _parse_list(parameter, value, field)
    if kind == "tuple":
        return parse_struct(parameter["components"], value, field)
    if kind.startswith("uint"):
        return _parse_number(value, int(kind[4:]), field)
    if kind == "bool":
        if not isinstance(value, bool):
            raise InvalidField(field, "must be true or false")
        return value
    if kind in ("bytes2", "bytes3") and isinstance(value, str) and len(value) == BYTES[kind]:
        value = hex_of(value.encode("ascii", "replace"))
    return _parse_bytes(value, BYTES[kind], field)


def _parse_list(parameter: dict, value, field: str) -> list:
    if not isinstance(value, list):
        raise InvalidField(field, "must be a list")
    if len(value) > LIST_LIMIT:
        raise InvalidField(field, f"has {len(value)} items, the limit is {LIST_LIMIT}")
    inner = {**parameter, "type": parameter["type"][:-2]}
    return [parse(inner, item, f"{field}[{i}]") for i, item in enumerate(value)]


def _parse_number(value, bits: int, field: str) -> int:
    """JSON numbers, and decimal strings since JavaScript cannot hold 64 bits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 78:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidField(field, "must be a whole number")
    if not 0 <= value < 1 << bits:
        raise InvalidField(field, f"must be from 0 to 2^{bits} - 1")
    return value


def _parse_bytes(value, length: int | None, field: str) -> bytes:
    try:
        data = value if isinstance(value, bytes) else bytes_of(value)
    except (ValueError, AttributeError, TypeError):
        raise InvalidField(field, "must be hexadecimal and begin with 0x") from None
    if length is not None and len(data) != length:
        raise InvalidField(field, f"must be {length} bytes, is {len(data)}")
    if len(data) > BYTES_LIMIT:
        raise InvalidField(field, f"is longer than {BYTES_LIMIT:,} bytes")
    return data


def parse_struct(components: list[dict], value, field: str) -> dict:
    """A JSON object with exactly the given fields."""
    if not isinstance(value, dict):
        raise InvalidField(field or "request", "must be an object")
    prefix = f"{field}." if field else ""
    names = [component["name"] for component in components]
    for name in value:
        if name not in names:
            raise InvalidField(f"{prefix}{name}", f"is not a field here; the fields are {', '.join(names)}")
    for name in names:
        if name not in value:
            raise InvalidField(f"{prefix}{name}", "is missing")
    return {c["name"]: parse(c, value[c["name"]], f"{prefix}{c['name']}") for c in components}


def to_json(value):
    """ABI values as JSON: bytes as hex, numbers above 2^53 as decimal strings."""
    if isinstance(value, bytes):
        return hex_of(value)
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return str(value) if isinstance(value, int) and value > 1 << 53 else value


# --- EIP-712 ----------------------------------------------------------------------------------------------------------


@cache
def domain_separator(contract: str, chain_id: int, address: bytes) -> bytes:
    """EIP-712 domain of one deployed contract; its name is the contract's, its version 1."""
    names = keccak(contract.encode()) + keccak(b"1")
    return keccak(keccak(DOMAIN_TYPE.encode()) + names + word(chain_id) + word(address))


def _referenced(parameters, found: dict) -> dict:
    for parameter in parameters:
        if parameter["type"].startswith("tuple"):
            found[_struct_name(parameter)] = parameter["components"]
            _referenced(parameter["components"], found)
    return found


def _member(parameter: dict) -> str:
    kind = parameter["type"]
    return f"{_struct_name(parameter) + kind[5:] if kind.startswith('tuple') else kind} {parameter['name']}"


def type_string(struct: str, parameters) -> str:
    """EIP-712 encodeType: the struct, then those it refers to, in alphabetical order."""
    inner = _referenced(parameters, {})
    parts = [(struct, parameters)] + sorted(inner.items())
    return "".join(f"{name}({','.join(_member(p) for p in members)})" for name, members in parts)


NONCE_AND_DEADLINE = [{"name": "nonce", "type": "uint256"}, {"name": "deadline", "type": "uint64"}]
_BATCH_FIELDS = [
    {"name": "participant", "type": "uint32"},
    {"name": "root", "type": "bytes32"},
    {"name": "count", "type": "uint32"},
]


@cache
def request_type(action: Action) -> str:
    """The signed type of an action as a string."""
    fields = _BATCH_FIELDS if action.name == BATCH_ACTION else action.fields
    return type_string(action.struct, fields + NONCE_AND_DEADLINE)


@cache
def _request_typehash(action: Action) -> bytes:
    return keccak(request_type(action).encode())


def _encode_member(parameter: dict, value) -> bytes:
    kind = parameter["type"]
    if kind.endswith("[]"):
        inner = {**parameter, "type": kind[:-2]}
        return keccak(b"".join(_encode_member(inner, item) for item in value))
    if kind == "tuple":
        return struct_hash(_struct_name(parameter), parameter["components"], value)
    if kind == "bytes":
        return keccak(value)
    if kind.startswith("bytes"):
        return value.ljust(32, b"\0")
    return word(value)


def struct_hash(struct: str, parameters: list[dict], value: dict) -> bytes:
    """EIP-712 hashStruct."""
    members = b"".join(_encode_member(p, value[p["name"]]) for p in parameters)
    return keccak(keccak(type_string(struct, parameters).encode()) + members)


def typed_digest(separator: bytes, hashed: bytes) -> bytes:
    """EIP-712 digest: what is signed."""
    return keccak(b"\x19\x01" + separator + hashed)


def checkpoint_leaf(checkpoint: dict) -> bytes:
    """Leaf of one checkpoint in a batch."""
    return keccak(b"".join(checkpoint[name] for name in ("tracking", "facts", "code", "document")))


def digest(action: Action, request: dict, nonce: int, deadline: int, separator: bytes) -> bytes:
    """The digest that the actors of a request sign; `request` holds parsed values."""
    if action.name == BATCH_ACTION:
        leaves = [checkpoint_leaf(checkpoint) for checkpoint in request["checkpoints"]]
        return batch_digest(request["participant"], merkle.root(leaves), len(leaves), nonce, deadline, separator)
    members = b"".join(_encode_member(p, request[p["name"]]) for p in action.fields)
    return typed_digest(separator, keccak(_request_typehash(action) + members + word(nonce) + word(deadline)))


def batch_digest(participant: int, root: bytes, count: int, nonce: int, deadline: int, separator: bytes) -> bytes:
    """The digest of a batch of checkpoints, from its Merkle root."""
    typehash = _request_typehash(action_of("ParcelLedger", BATCH_ACTION))
    members = word(participant) + root + word(count) + word(nonce) + word(deadline)
    return typed_digest(separator, keccak(typehash + members))


@cache
def receipt_parameter() -> dict:
    """ABI parameter of a receipt."""
    signed = actions()["ReturnLedger", "claim"].inputs[2]
    return signed["components"][0]


def read_signed_receipt(given) -> dict:
    """A signed receipt from JSON: receipt, signer, signature; raises InvalidField."""
    return parse(action_of("ReturnLedger", "claim").inputs[2], given, "receipt")


def receipt_digest(receipt: dict, separator: bytes) -> bytes:
    """A receipt's digest, which is its id; `receipt` holds parsed values."""
    return typed_digest(separator, struct_hash("Receipt", receipt_parameter()["components"], receipt))


# --- Calls ------------------------------------------------------------------------------------------------------------


def _plain(parameter: dict, value):
    """Parsed values as eth-abi wants them: structs as tuples."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return [_plain({**parameter, "type": kind[:-2]}, item) for item in value]
    if kind == "tuple":
        return tuple(_plain(c, value[c["name"]]) for c in parameter["components"])
    return value


def _named(parameter: dict, value):
    """The reverse of `_plain`."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return [_named({**parameter, "type": kind[:-2]}, item) for item in value]
    if kind == "tuple":
        return {c["name"]: _named(c, item) for c, item in zip(parameter["components"], value, strict=True)}
    return bytes_of(value) if kind == "address" else value


def encode_values(parameters, values: dict) -> bytes:
    """ABI encoding of named values."""
    return encode([artefacts.abi_type(p) for p in parameters], [_plain(p, values[p["name"]]) for p in parameters])


def decode_values(parameters, data: bytes) -> dict:
    """Named values from their ABI encoding; raises ValueError for anything else."""
    try:
        values = decode([artefacts.abi_type(p) for p in parameters], data)
    except (DecodingError, OverflowError) as error:
        raise ValueError(f"this is no ABI encoding of these values ({type(error).__name__})") from error
    return {p["name"]: _named(p, value) for p, value in zip(parameters, values, strict=True)}


@dataclass(frozen=True)
class SignedRequest:
    """A request with its authorisations, as parsed values."""

    action: Action
    request: dict
    authorisations: tuple  # of dicts: actor, nonce, deadline, signature
    receipt: dict | None = None  # for a claim: receipt, signer, signature

    @property
    def nonce(self) -> int:
        return self.authorisations[0]["nonce"]

    @property
    def deadline(self) -> int:
        return self.authorisations[0]["deadline"]

    def digest(self, separator: bytes) -> bytes:
        """What the actors signed."""
        return digest(self.action, self.request, self.nonce, self.deadline, separator)

    def call(self) -> bytes:
        """Calldata of the contract's function."""
        if self.action.name == CHECKPOINT_ACTION:
            head = self.action.selector + _checkpoint_words(self.request) + word(192)
            return head + _encode_authorisation(self.authorisations[0])
        return self.action.selector + encode_values(self.action.inputs, self._arguments())

    def _arguments(self) -> dict:
        names = [parameter["name"] for parameter in self.action.inputs]
        if self.action.name == BATCH_ACTION:
            return {**self.request, names[-1]: self.authorisations[0]}
        given = self.authorisations if self.action.many else self.authorisations[0]
        return dict(zip(names, (self.request, given, self.receipt), strict=False))

    def to_json(self) -> dict:
        """The form in which the API takes and gives it."""
        body = {
            "contract": self.action.contract,
            "action": self.action.name,
            "request": to_json(self.request),
            "authorisations": to_json(self.authorisations),
        }
        return {**body, "receipt": to_json(self.receipt)} if self.receipt else body


def from_json(body: dict) -> SignedRequest:
    """A signed request from its JSON form; raises InvalidField."""
    if not isinstance(body, dict):
        raise InvalidField("body", "must be an object")
    action = action_of(str(body.get("contract")), str(body.get("action")))
    request = parse_struct(action.fields, body.get("request"), "request")
    authorisation = next(p for p in action.inputs if _struct_name(p) == "Authorisation")
    given = body.get("authorisations")
    if not isinstance(given, list) or not given:
        raise InvalidField("authorisations", "must be a list with at least one authorisation")
    if len(given) > (64 if action.many else 1):
        raise InvalidField("authorisations", f"has {len(given)} items, this action takes {64 if action.many else 1}")
    authorisations = tuple(
        parse_struct(authorisation["components"], item, f"authorisations[{i}]") for i, item in enumerate(given)
    )
    if any(
        (a["nonce"], a["deadline"]) != (authorisations[0]["nonce"], authorisations[0]["deadline"])
        for a in authorisations
    ):
        raise InvalidField("authorisations", "must all have the same nonce and deadline")
    if action.name == BATCH_ACTION and not request["checkpoints"]:
        raise InvalidField("request.checkpoints", "must have at least one checkpoint")
    receipt = parse(action.inputs[2], body.get("receipt"), "receipt") if action.name == "claim" else None
    return SignedRequest(action, request, authorisations, receipt)


def from_call(contract: str, call: bytes) -> SignedRequest:
    """A signed request from calldata of one action; raises ValueError if it is none."""
    action = _action_by_selector(contract, call[:4])
    if action is None:
        raise ValueError(f"no action of {contract} has the selector {call[:4].hex()}")
    values = decode_values(action.inputs, call[4:])
    arguments = list(values.values())
    if action.name == BATCH_ACTION:
        return SignedRequest(action, dict(list(values.items())[:-1]), (arguments[-1],))
    given = tuple(arguments[1]) if action.many else (arguments[1],)
    return SignedRequest(action, arguments[0], given, arguments[2] if len(arguments) > 2 else None)


def sign(action: Action, request: dict, keys: list, nonce: int, deadline: int, separator: bytes, receipt=None):
    """A request signed by one key or several; `request` holds parsed values."""
    signed = digest(action, request, nonce, deadline, separator)
    authorisations = tuple(
        {"actor": key.address, "nonce": nonce, "deadline": deadline, "signature": key.sign(signed)} for key in keys
    )
    return SignedRequest(action, request, authorisations, receipt)


# --- What a transaction carries ---------------------------------------------------------------------------------------

SUBMIT = next(item for _, item in artefacts.abi_items("function") if item["name"] == "submit")
SUBMIT_SELECTOR = keccak(artefacts.signature(SUBMIT).encode())[:4]
BULK = next(item for _, item in artefacts.abi_items("function") if item["name"] == "recordCheckpoints")
BULK_SELECTOR = keccak(artefacts.signature(BULK).encode())[:4]


def encode_submit(calls: list[bytes]) -> bytes:
    """Calldata of `submit`."""
    return SUBMIT_SELECTOR + encode(["bytes[]"], [calls])


def encode_bulk(requests: list[SignedRequest]) -> bytes:
    """Calldata of `recordCheckpoints`; a test compares it with eth-abi."""
    return encode_bulk_calls([request.call() for request in requests])


def _checkpoint_words(request: dict) -> bytes:
    names = ("tracking", "facts", "code", "document")
    return word(request["participant"]) + b"".join(request[name] for name in names)


def encode_bulk_calls(calls: list[bytes]) -> bytes:
    """Calldata of `recordCheckpoints` from that of each `recordCheckpoint`, as `call` encodes it.

    Joined by hand: a thousand of these pass a second.
    """
    items, bodies = b"".join(call[4:164] for call in calls), [call[196:] for call in calls]
    offsets, position = [], 32 * len(calls)
    for body in bodies:
        offsets.append(word(position))
        position += len(body)
    count = word(len(calls))
    return b"".join([BULK_SELECTOR, word(64), word(96 + len(items)), count, items, count, *offsets, *bodies])


def _encode_authorisation(authorisation: dict) -> bytes:
    signature = authorisation["signature"]
    padded = signature + bytes(-len(signature) % 32)
    fixed = word(authorisation["actor"]) + word(authorisation["nonce"]) + word(authorisation["deadline"])
    return fixed + word(128) + word(len(signature)) + padded


def requests_in(contract: str, data: bytes) -> list[SignedRequest]:
    """All requests that a transaction to `contract` carried, in order; what cannot be read is left out."""
    try:
        if data[:4] == SUBMIT_SELECTOR:
            (calls,) = decode_values(SUBMIT["inputs"], data[4:]).values()
        elif data[:4] == BULK_SELECTOR:
            values = decode_values(BULK["inputs"], data[4:]).values()
            action = action_of("ParcelLedger", "recordCheckpoint")
            return [SignedRequest(action, request, (given,)) for request, given in zip(*values, strict=False)]
        else:
            calls = [data]
    except ValueError:
        return []
    found = []
    for call in calls:
        try:
            found.append(from_call(contract, call))
        except Exception:  # anybody may send anything to a contract
            continue
    return found
