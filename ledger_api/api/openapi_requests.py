"""JSON Schemas of requests, made from the contracts' ABI, like the requests."""

from ledger_api.api.openapi_parts import (
    FLAG,
    REQUEST_ID,
    hexadecimal,
    integer,
    many,
    record,
    ref,
    string,
    with_text,
)
from ledger_api.api.requests import NOUNS
from ledger_api.rules import requests as rules

LARGEST_JSON_INTEGER = (1 << 64) - 1
AUTHORISATIONS_LIMIT = 64


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
    """Name of the component that an action's signed form has; two actions may sign one struct."""
    return f"Signed{action.name[0].upper()}{action.name[1:]}"


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
    return with_text(record(("contract", "action") if is_default else ("contract",), **properties), text)


def request_schemas() -> dict:
    """Schemas of all requests, bare and signed, and of the structs in them."""
    found: dict = {}
    for action in rules.actions().values():
        found[signed_name(action)] = of_signed(action, found)
    return found
