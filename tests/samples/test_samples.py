"""The importers on documents that nobody here wrote: `make test-samples SAMPLES=FOLDER`, not the default run."""

import copy
import json

import pytest
from jsonschema import Draft7Validator

from ledger_api.interop import InteropError, parse
from ledger_api.rules.checkpoint_facts import fact_key

TRACKER = ("tracking/easypost-tracker.json", "EZ1000000001", 2)
POST = ("tracking/laposte.json", "EW112720413FR", 9)
AGGREGATION = ("epcis/Example_9.6.3-AggregationEvent.jsonld", "106141412345678908", 1)
FILES = [TRACKER, POST, AGGREGATION]
OTHERS = [
    ("epcis/Example_9.6.1-ObjectEvent.jsonld", 2),
    ("epcis/Example_9.6.1-ObjectEventWithDigitalLink.jsonld", 2),
    ("epcis/Example-TransactionEvents-2020_07_03y.jsonld", 2),
]


def import_into(known: set, document: bytes, number: str) -> int:
    """How many checkpoints are new; they are known afterwards."""
    result = parse(document, tracking_numbers=[number], default_zone=None)
    assert result.refused == []
    new = {fact_key(checkpoint) for found in result.parcels.values() for checkpoint in found} - known
    known |= new
    return len(new)


def two_more(name: str, document: dict | list) -> dict | list:
    """The document with two events added, made from its last."""
    document = copy.deepcopy(document)
    if "easypost" in name:
        events, field = document["tracking_details"], "datetime"
    elif "laposte" in name:
        events, field = document[0]["shipment"]["event"], "date"
    else:
        events, field = document["epcisBody"]["eventList"], "eventTime"
    last = events[-1]
    events += [{**last, field: "2026-03-02T08:15:30Z"}, {**last, field: "2026-03-02T08:15:31Z"}]
    return document


@pytest.mark.parametrize("name, number, expected", FILES)
def test_a_file_gives_its_events_once_and_two_more_when_two_are_added(sample, capsys, name, number, expected):
    known, document = set(), sample(name)
    counts = [import_into(known, document, number), import_into(known, document, number)]
    counts.append(import_into(known, json.dumps(two_more(name, json.loads(document))).encode(), number))
    with capsys.disabled():
        print(f"\n{name}: new {counts[0]}, same file again: {counts[1]}, file with two events added: {counts[2]}")
    assert counts == [expected, 0, 2]


@pytest.mark.parametrize("name, expected", OTHERS)
def test_events_that_name_no_parcel_of_the_return_are_refused_each(sample, capsys, name, expected):
    result = parse(sample(name), tracking_numbers=[AGGREGATION[1]])
    with capsys.disabled():
        print(f"\n{name}: new {len(result.parcels)}, refused {len(result.refused)}")
    assert result.parcels == {}
    assert [refused.reason_slug for refused in result.refused] == ["parcel-not-of-this-return"] * expected


def test_every_example_is_read_as_epcis(sample, samples):
    found = sorted((samples / "epcis").glob("Example*.jsonld"))
    assert len(found) >= len(OTHERS) + 1
    for path in found:
        assert parse(path.read_bytes(), tracking_numbers=["none"]).format == "epcis"


def _frames(document: dict):
    """Copies of a document, each without one of the fields that frame it or its first event."""
    for name in document:
        yield {key: value for key, value in document.items() if key != name}
    for name in document["epcisBody"]["eventList"][0]:
        changed = copy.deepcopy(document)
        del changed["epcisBody"]["eventList"][0][name]
        yield changed


@pytest.mark.parametrize(
    "name, number", [AGGREGATION[:2], (OTHERS[1][0], "https://id.gs1.org/01/70614141123451/21/2017")]
)
def test_the_schema_and_the_importer_agree_on_each_field_that_is_left_out(sample, name, number):
    schema = Draft7Validator(json.loads(sample("epcis/EPCIS-JSON-Schema.json")))
    for document in _frames(json.loads(sample(name))):
        assert _reads(document, number) == schema.is_valid(document), document


def _reads(document: dict, number: str) -> bool:
    """Whether nothing is wrong with the document but that events name other parcels."""
    try:
        result = parse(json.dumps(document).encode(), tracking_numbers=[number])
    except InteropError:
        return False
    return {refused.reason_slug for refused in result.refused} <= {"parcel-not-of-this-return"}
