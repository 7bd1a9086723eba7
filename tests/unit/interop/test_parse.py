"""What holds for every format."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interop_documents import (
    EASYPOST_NUMBER,
    EPCIS_CONTEXT,
    POST_NUMBER,
    easypost_detail,
    easypost_tracker,
    epcis_document,
    epcis_event,
    laposte_answer,
    laposte_event,
    only_refusal,
    read,
)

from ledger_api import interop
from ledger_api.interop import DOCUMENT_PROBLEMS, EVENT_REFUSALS, InteropError, parse


def problem(document: bytes, **arguments) -> tuple[str, str]:
    """Slug and field of the error."""
    with pytest.raises(InteropError) as caught:
        parse(document, **{"tracking_numbers": [POST_NUMBER], **arguments})
    assert caught.value.detail
    return caught.value.slug, caught.value.field


@pytest.mark.parametrize("document", [b"", b"{", b"<shipment/>", b"\xff\xfe{\x00}\x00", b"NaN", b'"\\ud800"', b"1e999"])
def test_what_is_not_json_is_a_problem(document):
    assert problem(document) == ("malformed-json", "")


@pytest.mark.parametrize(
    "document", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 300 + b"1" + b"}" * 300]
)
def test_a_nesting_bomb_is_a_problem_and_no_recursion_error(document):
    assert problem(document) == ("nested-too-deeply", "")


@pytest.mark.parametrize("document", [b"null", b"7", b'"text"', b"[]", b"{}", b"[[]]", b'{"trackResponse": {}}'])
def test_a_document_of_no_known_format_is_a_problem(document):
    assert problem(document) == ("unknown-format", "")


@pytest.mark.parametrize("name", ["", "Paris", "+01:00", "../../etc/passwd", "right/Europe/Paris", "localtime", "a\0b"])
def test_a_zone_that_is_no_iana_name_is_a_problem(name):
    assert problem(json.dumps(laposte_answer()).encode(), default_zone=name) == ("unknown-zone", "default_zone")


def test_more_events_than_the_limit_are_a_problem(monkeypatch):
    monkeypatch.setattr(interop, "EVENTS_LIMIT", 2)
    assert problem(json.dumps(laposte_answer(1, 2, 3)).encode()) == ("too-many-events", "")
    assert len(read(laposte_answer(1, 2)).refused) == 2


@pytest.mark.parametrize(
    "document, field",
    [
        (epcis_document(epcis_event()), "epcisBody.eventList[0].epcList"),
        (easypost_tracker(easypost_detail()), "tracking_details[0].tracking_code"),
        (laposte_answer(laposte_event()), "shipment.event[0].shipment.idShip"),
    ],
)
def test_another_parcel_s_event_is_refused(document, field):
    assert only_refusal(read(document, "ANOTHER")) == ("parcel-not-of-this-return", field)


def test_an_empty_tracking_number_matches_nothing():
    assert read(laposte_answer(laposte_event()), "", " ").refused


def test_a_bad_event_does_not_stop_the_good_ones():
    result = read(laposte_answer(laposte_event(date="soon"), laposte_event(), "absurd"))
    assert [len(found) for found in result.parcels.values()] == [1]
    assert [(refused.source_index, refused.reason_slug) for refused in result.refused] == [
        (0, "malformed-time"),
        (2, "wrong-type"),
    ]


def test_a_number_matches_without_regard_to_blanks_and_case_and_is_spelt_as_the_return_spells_it():
    assert [*read(laposte_answer(laposte_event()), "rr 123 456 785 fr").parcels] == ["rr 123 456 785 fr"]


def test_checkpoints_are_in_order_of_time_and_then_of_the_document():
    late, early, same = (laposte_event(f"C{n}", f"2026-03-0{day}T10:00:00Z") for n, day in enumerate((3, 1, 3)))
    (found,) = read(laposte_answer(late, early, same)).parcels.values()
    assert [(checkpoint.code, checkpoint.source_index) for checkpoint in found] == [("C1", 1), ("C0", 0), ("C2", 2)]


def test_one_code_at_three_moments_is_three_facts_and_said_twice_is_one():
    events = [laposte_event("ET1", f"2026-03-02T10:00:0{second}Z") for second in (0, 1, 2, 2)]
    result = read(laposte_answer(*events))
    assert [len(found) for found in result.parcels.values()] == [3]
    assert (result.duplicates, result.refused) == (1, [])


def test_the_same_moment_written_with_another_offset_is_the_same_fact():
    events = [laposte_event("ET1", date) for date in ("2026-03-02T10:00:00Z", "2026-03-02T11:00:00+01:00")]
    assert read(laposte_answer(*events)).duplicates == 1


def test_the_original_is_exactly_the_event_with_sorted_keys():
    event = {"label": "Livré", "date": "2026-03-02T10:00:00Z", "code": "DI1", "more": [1.5, None]}
    ((checkpoint,),) = read(laposte_answer(event)).parcels.values()
    assert (
        checkpoint.original == '{"code":"DI1","date":"2026-03-02T10:00:00Z","label":"Livré","more":[1.5,null]}'.encode()
    )


def test_a_byte_order_mark_is_no_obstacle():
    document = b"\xef\xbb\xbf" + json.dumps(laposte_answer(laposte_event())).encode()
    assert parse(document, tracking_numbers=[POST_NUMBER]).parcels


WORDS = st.sampled_from(
    "@context type epcisBody eventList queryResults resultsBody action eventTime eventTimeZoneOffset epcList parentID "
    "childEPCs bizStep disposition readPoint id object result tracking_code tracking_details status datetime "
    "tracking_location country shipment returnCode idShip event code date label errorDeclaration".split()
)
VALUES = st.sampled_from(
    [EPCIS_CONTEXT, "EPCISDocument", "EPCISQueryDocument", "ObjectEvent", "AssociationEvent", "OBSERVE", "DELETE"]
    + ["2026-03-02T08:15:30Z", "2026-03-29T02:30:00", "+01:00", "Tracker", "Event", POST_NUMBER, EASYPOST_NUMBER, "ET1"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=6),
    max_leaves=40,
)
PLACES = st.sampled_from(
    [epcis_document(epcis_event()), easypost_tracker(easypost_detail()), laposte_answer(laposte_event())]
)


def survives(document: bytes, zone: str | None) -> None:
    """Either a result whose slugs are documented, or an InteropError whose slug is."""
    try:
        result = parse(document, tracking_numbers=[POST_NUMBER, EASYPOST_NUMBER], default_zone=zone)
    except InteropError as error:
        assert error.slug in DOCUMENT_PROBLEMS
    else:
        assert {refused.reason_slug for refused in result.refused} <= EVENT_REFUSALS.keys()


@settings(max_examples=300, deadline=None)
@given(JSON, st.sampled_from([None, "Europe/Paris"]))
def test_no_json_raises_anything_but_an_interop_error(value, zone):
    survives(json.dumps(value).encode(), zone)


@settings(max_examples=300, deadline=None)
@given(PLACES, st.data())
def test_no_change_to_one_field_raises_anything_but_an_interop_error(document, data):
    document = json.loads(json.dumps(document))
    holder = document
    while True:
        key = data.draw(st.sampled_from([*holder] if isinstance(holder, dict) else range(len(holder))))
        if not (isinstance(holder[key], dict | list) and holder[key]) or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(JSON)
    survives(json.dumps(document).encode(), None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_interop_error(document):
    survives(document, None)
