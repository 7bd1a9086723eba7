"""Reading JSON that somebody else wrote: nothing is assumed, and what is wrong is named with its field."""

import hashlib
import re
from dataclasses import dataclass

import orjson

from ledger_api.interop.problems import InteropError
from ledger_api.vocabulary import CODE_LIMIT_BYTES, COUNTRIES

PLACE_LIMIT_CHARACTERS = 200
TEXT_LIMIT_CHARACTERS = 1_000
SHOWN_LIMIT_CHARACTERS = 60
CODE_DIGEST_CHARACTERS = 8

_UTF8_MARK = b"\xef\xbb\xbf"
_TOO_DEEP = re.compile(r"(depth|recursion) limit", re.IGNORECASE)
_PLAIN_CODE = re.compile(r"[\x20-\x7e]+")
_TYPE_NAMES = {dict: "an object", list: "a list", str: "a text"}


@dataclass(frozen=True)
class Found:
    """One event where it stands in its document."""

    path: str  # for example epcisBody.eventList[0]
    value: object  # as parsed
    number: str = ""  # the parcel's number, where the document says it once for all its events


def load(document: bytes) -> object:
    """The parsed document. Raises InteropError."""
    try:
        value = orjson.loads(document.removeprefix(_UTF8_MARK))
    except orjson.JSONDecodeError as error:
        slug = "nested-too-deeply" if _TOO_DEEP.search(str(error)) else "malformed-json"
        raise InteropError(slug, f"not JSON that can be read: {error}", "") from None
    try:
        canonical(value)
    except orjson.JSONEncodeError as error:
        raise InteropError("nested-too-deeply", f"not JSON that can be kept: {error}", "") from None
    return value


def canonical(value: object) -> bytes:
    """JSON with sorted keys and without white space, UTF-8. The same event gives the same bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def required(value: dict, name: str, kind: type, problem: type, at: str = ""):
    """The field `name`, which must be there and of `kind`; else raises `problem` with its path below `at`."""
    found = optional(value, name, kind, problem, at)
    if found is None or found == "":
        raise problem("missing-field", f"{name} is missing", at + name)
    return found


def optional(value: dict, name: str, kind: type, problem: type, at: str = ""):
    """The field `name`, or None where it is missing or null."""
    found = value.get(name)
    if found is not None and not isinstance(found, kind):
        raise problem("wrong-type", f"{name} must be {_TYPE_NAMES[kind]}, is {shown(found)}", at + name)
    return found


def require_object(value: object, problem: type, field: str = "") -> dict:
    """`value` itself, which must be an object."""
    if not isinstance(value, dict):
        raise problem("wrong-type", f"must be an object, is {shown(value)}", field)
    return value


def shown(value: object) -> str:
    """The beginning of a value, for an explanation."""
    text = canonical(value).decode()
    return text if len(text) <= SHOWN_LIMIT_CHARACTERS else text[:SHOWN_LIMIT_CHARACTERS] + "…"


def bounded_code(raw: str, readable: str = "") -> str:
    """A carrier's code for the chain: as it is, if it is printable ASCII of at most 32 bytes.

    Else its readable part, cut, with `~` and the beginning of the SHA-256 of the whole, so that two stay two.
    """
    if len(raw) <= CODE_LIMIT_BYTES and _PLAIN_CODE.fullmatch(raw):
        return raw
    digest = hashlib.sha256(raw.encode()).hexdigest()[:CODE_DIGEST_CHARACTERS]
    plain = re.sub(r"[^\x20-\x7e]", "?", readable or raw)
    return f"{plain[: CODE_LIMIT_BYTES - 1 - CODE_DIGEST_CHARACTERS]}~{digest}"


def country_of(text: str | None) -> str:
    """ISO 3166-1 alpha-2, or empty for anything else: a country is never guessed from a name."""
    letters = (text or "").strip().upper()
    return letters if letters in COUNTRIES else ""


def line_of(limit_characters: int, *parts: str | None) -> str:
    """The parts that are there, joined by commas, without control characters, cut to the limit."""
    joined = ", ".join(part.strip() for part in parts if part and part.strip())
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", joined)[:limit_characters]
