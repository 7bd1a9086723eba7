"""La Poste's answers."""

import pytest
from interop_documents import POST_NUMBER, laposte_answer, laposte_event, only_checkpoint, only_refusal, read

from ledger_api.interop import InteropError
from ledger_api.rules.checkpoint_facts import pack_code
from ledger_api.vocabulary import CheckpointKind, Incident


@pytest.mark.parametrize(
    "document, slug, field",
    [
        ({"returnCode": 404, "returnMessage": "unknown"}, "no-shipment", "shipment"),
        ([{"returnCode": 404}, {"returnCode": 404}], "no-shipment", "shipment"),
        ({"shipment": []}, "wrong-type", "shipment"),
        ([{"shipment": {"event": []}}], "missing-field", "[0].shipment.idShip"),
        ({"shipment": {"idShip": 5, "event": []}}, "wrong-type", "shipment.idShip"),
        ({"shipment": {"idShip": "5"}}, "missing-field", "shipment.event"),
        ({"shipment": {"idShip": "5", "event": {}}}, "wrong-type", "shipment.event"),
    ],
)
def test_an_answer_without_a_readable_shipment_is_a_problem(document, slug, field):
    with pytest.raises(InteropError) as caught:
        read(document)
    assert (caught.value.slug, caught.value.field) == (slug, field)


@pytest.mark.parametrize(
    "event, slug, field",
    [
        (["DI1"], "wrong-type", ""),
        (laposte_event(code=None), "missing-field", ".code"),
        (laposte_event(code=1), "wrong-type", ".code"),
        (laposte_event(date=None), "missing-field", ".date"),
        (laposte_event(date=1772439330), "wrong-type", ".date"),
        (laposte_event(label=[]), "wrong-type", ".label"),
    ],
)
def test_an_event_that_cannot_be_read_is_refused_with_its_field(event, slug, field):
    assert only_refusal(read(laposte_answer(event))) == (slug, f"shipment.event[0]{field}")


def test_an_answer_without_shipment_among_others_is_refused_alone():
    result = read(
        [laposte_answer(laposte_event()), {"returnCode": 404}, laposte_answer(laposte_event(), number="OTHER")]
    )
    assert {number: len(found) for number, found in result.parcels.items()} == {POST_NUMBER: 1}
    assert [(refused.reason_slug, refused.field) for refused in result.refused] == [
        ("missing-field", "[1].shipment"),
        ("parcel-not-of-this-return", "[2].shipment.event[0].shipment.idShip"),
    ]


@pytest.mark.parametrize("code", ["ZZ9", "et1", " ET1"])
def test_a_code_that_is_in_no_table_is_unknown_and_kept(code):
    checkpoint = only_checkpoint(read(laposte_answer(laposte_event(code, label="Votre colis est livré."))))
    assert (checkpoint.kind, checkpoint.incident, checkpoint.code) == (CheckpointKind.UNKNOWN, Incident.NONE, code)


@pytest.mark.parametrize("code", ["É" * 5, "x" * 33, "ET1\0", "a\nb"])
def test_a_code_that_the_chain_cannot_hold_is_cut_and_marked(code):
    kept = only_checkpoint(read(laposte_answer(laposte_event(code)))).code
    assert kept[-9] == "~"
    assert pack_code(kept)


def test_the_table_says_what_happened():
    events = [laposte_event(code, f"2026-03-0{day}T10:00:00Z") for day, code in enumerate(("PC1", "DO3", "DI2"), 1)]
    (found,) = read([laposte_answer(*events)]).parcels.values()
    assert [(checkpoint.kind, checkpoint.incident) for checkpoint in found] == [
        (CheckpointKind.PICKED_UP, Incident.NONE),
        (CheckpointKind.ON_HOLD, Incident.CUSTOMS_DELAY),
        (CheckpointKind.RETURNED, Incident.NONE),
    ]


def test_a_country_is_not_taken_from_the_shipment():
    answer = laposte_answer(laposte_event("ET3"))
    answer["shipment"]["contextData"] = {"originCountry": "FR", "arrivalCountry": "BR"}
    assert only_checkpoint(read(answer)).country == ""
