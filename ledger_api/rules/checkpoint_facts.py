"""A checkpoint as the two words that go on chain. Twin of contracts/libraries/CheckpointFacts.sol.

`facts`, most significant byte first:

    0-7    occurredAt         uint64, Unix seconds UTC
    8      kind               uint8
    9      incident           uint8
    10-11  country            ASCII, zeros if none
    12     zoneSource         uint8
    13-14  zoneOffsetMinutes  int16, two's complement
    15-18  performer          uint32, the participant that performed the leg, 0 = the reporter
    19-31  reserved           zeros

`code` is ASCII, left-aligned, zeros after it.
"""

import re
import struct
from dataclasses import dataclass

from ledger_api.rules.hashing import keccak
from ledger_api.vocabulary import (
    CODE_LIMIT_BYTES,
    ZONE_OFFSET_LIMIT_MINUTES,
    Checkpoint,
    CheckpointKind,
    Incident,
    ZoneSource,
)

WORD_BYTES = 32
IDENTITY_BYTES = 12  # of `facts`: time, kind, incident, country

_LAYOUT = struct.Struct(">QBB2sBhI13x")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CODE = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True)
class Facts:
    """What one `facts` word says."""

    occurred_at: int  # Unix seconds UTC
    kind: CheckpointKind
    incident: Incident
    country: str  # ISO 3166-1 alpha-2, or empty
    zone_source: ZoneSource
    zone_offset_minutes: int
    performer: int  # participant, 0 = the reporter


def pack_facts(checkpoint: Checkpoint, performer: int = 0) -> bytes:
    """The `facts` word, 32 bytes. Raises ValueError for what the contract would refuse or a page could not show."""
    if not 0 < checkpoint.occurred_at < 2**64:
        raise ValueError(f"occurred_at {checkpoint.occurred_at} is not a time after 1970")
    if checkpoint.country and not _COUNTRY.fullmatch(checkpoint.country):
        raise ValueError(f"country {checkpoint.country!r} is not two capital letters")
    if abs(checkpoint.zone_offset_minutes) > ZONE_OFFSET_LIMIT_MINUTES:
        raise ValueError(f"zone_offset_minutes {checkpoint.zone_offset_minutes} is over 14 hours")
    if not 0 <= performer < 2**32:
        raise ValueError(f"performer {performer} is no participant's number")
    return _LAYOUT.pack(
        checkpoint.occurred_at,
        CheckpointKind(checkpoint.kind),
        Incident(checkpoint.incident),
        checkpoint.country.encode("ascii"),
        ZoneSource(checkpoint.zone_source),
        checkpoint.zone_offset_minutes,
        performer,
    )


def unpack_facts(facts: bytes) -> Facts:
    """Reads a `facts` word. The contract accepts any kind, so a number that has no name yet reads as unknown.

    Raises ValueError for a word that the contract would refuse.
    """
    if len(facts) != WORD_BYTES or any(facts[19:]):
        raise ValueError(f"not a facts word: {facts.hex()}")
    occurred_at, kind, incident, country, zone_source, zone_offset_minutes, performer = _LAYOUT.unpack(facts)
    if not occurred_at:
        raise ValueError("a facts word without a time")
    return Facts(
        occurred_at,
        _named(CheckpointKind, kind, CheckpointKind.UNKNOWN),
        _named(Incident, incident, Incident.UNKNOWN),
        _country(country),
        _named(ZoneSource, zone_source, ZoneSource.NONE),
        zone_offset_minutes,
        performer,
    )


def pack_code(code: str) -> bytes:
    """The `code` word, 32 bytes. Raises ValueError unless printable ASCII of at most 32 bytes."""
    if len(code) > CODE_LIMIT_BYTES or not _CODE.fullmatch(code):
        raise ValueError(f"code {code!r} is not printable ASCII of at most {CODE_LIMIT_BYTES} bytes")
    return code.encode("ascii").ljust(WORD_BYTES, b"\0")


def unpack_code(word: bytes) -> str:
    """The code as text; the contract does not check it, so a byte that is not printable ASCII reads as `?`."""
    return re.sub(r"[^\x20-\x7e]", "?", word.rstrip(b"\0").decode("latin-1"))


def fact_key(checkpoint: Checkpoint) -> bytes:
    """Hash of what makes a checkpoint of a parcel the same fact, however often and by whomever it is reported."""
    return fact_key_of_words(pack_facts(checkpoint), pack_code(checkpoint.code))


def fact_key_of_words(facts: bytes, code: bytes) -> bytes:
    """The same from the two words on chain; who performed the leg and who stated the zone are not part of it."""
    return keccak(facts[:IDENTITY_BYTES] + code)


def _named(enum: type, number: int, otherwise):
    return enum(number) if number in enum._value2member_map_ else otherwise


def _country(letters: bytes) -> str:
    text = letters.decode("latin-1")
    return text if _COUNTRY.fullmatch(text) else ""
