"""Entries: one recorded fact of a subject each, read from its event by the contracts' ABI."""

from dataclasses import dataclass
from functools import cache, cached_property

from ledger_api import artefacts
from ledger_api.rules.hashing import bytes_of, keccak
from ledger_api.rules.requests import decode_values

CHECKPOINT = "CheckpointRecorded"


@dataclass(frozen=True)
class Entry:
    """One entry, as the chain has it."""

    contract: str
    subject: bytes
    request: bytes  # digest; 32 zero bytes: no request
    topic: bytes
    data: bytes
    block_number: int
    log_index: int

    @property
    def name(self) -> str:
        return event_of(self.topic)["name"]

    @property
    def name_or_none(self) -> str | None:
        """The name, None if there is no such kind of entry."""
        return self.name if self.topic in events_by_topic() else None

    @cached_property
    def values(self) -> dict:
        """The event's fields that are not indexed, by name."""
        return decode_data(self.topic, self.data)

    @property
    def recorded_at(self) -> int:
        """Unix seconds UTC, block time."""
        return int.from_bytes(self.data[:32], "big")


@cache
def events_by_topic() -> dict[bytes, tuple[str, dict]]:
    """(contract, ABI item) of each kind of entry."""
    found = {}
    for contract, item in artefacts.abi_items("event"):
        if len(item["inputs"]) > 2 and item["inputs"][0]["indexed"] and item["inputs"][0]["name"] == "subject":
            found[keccak(artefacts.signature(item).encode())] = (contract, item)
    return found


def contract_of(topic: bytes) -> str:
    """The contract that emits this kind of entry; KeyError for a topic that is none."""
    return events_by_topic()[topic][0]


def is_entry(topics: tuple) -> bool:
    """Whether a log is an entry, by its topics."""
    return len(topics) == 3 and topics[0] in events_by_topic()


def event_of(topic: bytes) -> dict:
    """ABI item of an entry's event; KeyError for a topic that is none."""
    return events_by_topic()[topic][1]


@cache
def topic_of(name: str) -> bytes:
    """Topic of an entry by its name."""
    return next(topic for topic, (_, item) in events_by_topic().items() if item["name"] == name)


@cache
def _data_inputs(topic: bytes) -> tuple:
    return tuple(parameter for parameter in event_of(topic)["inputs"] if not parameter["indexed"])


def decode_data(topic: bytes, data: bytes) -> dict:
    """Named values of an entry's data."""
    return decode_values(_data_inputs(topic), data)


def from_json(item: dict, position: int = 0) -> Entry:
    """An entry as the API shows it; raises ValueError or KeyError for what is none."""
    topic, subject, request, data = (bytes_of(item[name]) for name in ("topic", "subject", "request_digest", "data"))
    return Entry(item["contract"], subject, request, topic, data, 0, position)
