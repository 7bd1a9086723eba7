"""What the schemas of the API are made of: numbers, texts, bytes, objects, lists."""

from ledger_api.rules import requests as rules

REQUEST_ID = {
    "type": "string",
    "pattern": "^[A-Za-z0-9._:-]{8,128}$",
    "description": "made anew by the client for each request",
}


def ref(name: str) -> dict:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def hexadecimal(length: int | None, text: str = "") -> dict:
    """0x and `length` bytes in hexadecimal digits; None: any length."""
    digits = "([0-9a-fA-F]{2})*" if length is None else f"[0-9a-fA-F]{{{2 * length}}}"
    found = {"type": "string", "pattern": f"^0x{digits}$"}
    return {**found, "maxLength": 2 + 2 * rules.BYTES_LIMIT} if length is None else with_text(found, text)


def integer(text: str = "", **limits) -> dict:
    """A whole number from 0 on."""
    return with_text({"type": "integer", "minimum": 0, **limits}, text)


def string(text: str = "", **limits) -> dict:
    """A text."""
    return with_text({"type": "string", **limits}, text)


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


def with_text(schema: dict, text: str) -> dict:
    """That, with a description if there is one."""
    return {**schema, "description": text} if text else schema


ID = hexadecimal(32)
ADDRESS = hexadecimal(20)
TIME = integer("Unix seconds UTC")
MINOR = integer("minor units of the return's currency")
NUMBER = integer()
FLAG = {"type": "boolean"}
NEXT = nullable(string("`cursor` of the next page; null: this is the last"))


def names_of(enum) -> dict:
    """The names of a vocabulary in lower case."""
    return {"enum": [item.name.lower() for item in enum]}


def at_block(**properties) -> dict:
    """An answer that says at which block it is true."""
    return record(**properties, at=nullable(ref("At")))
