"""EPCIS 2.0."""

import json

import pytest
from interop_documents import (
    EPCIS_CONTEXT,
    SSCC,
    SSCC_LINK,
    SSCC_URN,
    epcis_document,
    epcis_event,
    only_checkpoint,
    only_refusal,
    read,
)

from ledger_api.interop import InteropError, parse
from ledger_api.rules.checkpoint_facts import pack_code
from ledger_api.vocabulary import CheckpointKind, ZoneSource


@pytest.mark.parametrize(
    "changes, slug, field",
    [
        ({"@context": None}, "missing-field", "@context"),
        ({"@context": "https://schema.org/"}, "wrong-context", "@context"),
        ({"@context": EPCIS_CONTEXT.replace("2.0.0", "1.2.0")}, "wrong-context", "@context"),
        ({"@context": EPCIS_CONTEXT + "?x"}, "wrong-context", "@context"),
        ({"@context": {"epcis": EPCIS_CONTEXT}}, "wrong-context", "@context"),
        ({"@context": []}, "wrong-context", "@context"),
        ({"type": None}, "missing-field", "type"),
        ({"type": "Invoice"}, "wrong-type", "type"),
        ({"type": ["EPCISDocument"]}, "wrong-type", "type"),
        ({"schemaVersion": None}, "missing-field", "schemaVersion"),
        ({"schemaVersion": "1.2"}, "unsupported-version", "schemaVersion"),
        ({"creationDate": None}, "missing-field", "creationDate"),
        ({"epcisBody": None}, "missing-field", "epcisBody"),
        ({"epcisBody": []}, "wrong-type", "epcisBody"),
        ({"epcisBody": {}}, "missing-field", "epcisBody.eventList"),
        ({"epcisBody": {"eventList": {}}}, "wrong-type", "epcisBody.eventList"),
        ({"type": "EPCISQueryDocument"}, "missing-field", "epcisBody.queryResults"),
    ],
)
def test_a_document_that_is_not_epcis_2_is_a_problem(changes, slug, field):
    with pytest.raises(InteropError) as caught:
        read(epcis_document(epcis_event(), **changes))
    assert (caught.value.slug, caught.value.field) == (slug, field)


@pytest.mark.parametrize(
    "changes, slug, field",
    [
        ({"type": None}, "missing-field", "type"),
        ({"type": "https://shop.example/Event"}, "event-type-unsupported", "type"),
        ({"action": None}, "missing-field", "action"),
        ({"action": "SHOUT"}, "wrong-type", "action"),
        (
            {"errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}},
            "correction-not-supported-yet",
            "errorDeclaration",
        ),
        ({"epcList": None}, "missing-field", "epcList"),
        ({"epcList": SSCC_URN}, "wrong-type", "epcList"),
        ({"epcList": [SSCC_URN, 7]}, "wrong-type", "epcList[1]"),
        ({"type": "TransactionEvent"}, "missing-field", "bizTransactionList"),
        ({"type": "AssociationEvent"}, "missing-field", "parentID"),
        ({"type": "AggregationEvent", "parentID": SSCC_URN}, "missing-field", "childEPCs"),
        ({"eventTime": None}, "missing-field", "eventTime"),
        ({"eventTime": "2026-03-02T08:15:30"}, "time-without-zone", "eventTime"),
        ({"eventTimeZoneOffset": None}, "missing-field", "eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "Europe/Paris"}, "malformed-zone-offset", "eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "Z"}, "malformed-zone-offset", "eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "+0100"}, "malformed-zone-offset", "eventTimeZoneOffset"),
        ({"bizStep": ["departing"]}, "wrong-type", "bizStep"),
        ({"readPoint": "gate"}, "wrong-type", "readPoint"),
        ({"readPoint": {}}, "missing-field", "readPoint.id"),
    ],
)
def test_an_event_that_breaks_the_standard_is_refused_with_its_field(changes, slug, field):
    assert only_refusal(read(epcis_document(epcis_event(**changes)))) == (slug, f"epcisBody.eventList[0].{field}")


@pytest.mark.parametrize(
    "name",
    ["urn:epc:id:sgtin:4012345.098765.12", "urn:epc:id:sscc:4012345.3000000002", "urn:epc:id:sscc:4012345.30000001"]
    + [SSCC_LINK[:-1] + str((int(SSCC[-1]) + 1) % 10), SSCC[:-1], "https://id.gs1.org/01/" + SSCC, SSCC_LINK + "/21/7"],
)
def test_an_event_of_something_else_is_refused(name):
    assert only_refusal(read(epcis_document(epcis_event(epcList=[name]))))[0] == "parcel-not-of-this-return"


@pytest.mark.parametrize(
    "number", [SSCC, f"(00){SSCC}", f"00{SSCC}", SSCC_URN, SSCC_LINK, f"{SSCC[0]} {SSCC[1:8]} {SSCC[8:]}"]
)
@pytest.mark.parametrize("name", [SSCC_URN, SSCC_LINK, f"https://shop.example/track/00/{SSCC}?lang=fr"])
def test_a_parcel_s_sscc_is_found_in_every_spelling(number, name):
    assert [*read(epcis_document(epcis_event(epcList=["urn:epc:id:giai:4012345.x", name])), number).parcels] == [number]


def test_any_other_uri_matches_if_it_is_the_registered_number():
    assert only_checkpoint(
        read(epcis_document(epcis_event(epcList=["urn:epc:id:giai:4012345.Cage7"])), "urn:epc:id:giai:4012345.Cage7")
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "AggregationEvent", "epcList": None, "parentID": SSCC_URN, "childEPCs": ["urn:x:1"]},
        {"type": "AggregationEvent", "epcList": None, "parentID": "urn:x:1", "childEPCs": [SSCC_URN]},
        {"type": "AggregationEvent", "epcList": None, "parentID": SSCC_URN, "action": "DELETE"},
        {"type": "AssociationEvent", "epcList": None, "parentID": SSCC_URN, "childEPCs": ["urn:x:1"]},
        {"type": "TransactionEvent", "bizTransactionList": [{"bizTransaction": "urn:x:rma"}]},
        {"type": "ObjectEvent", "action": "ADD"},
    ],
)
def test_the_parcel_is_found_wherever_an_event_names_it(changes):
    assert only_checkpoint(read(epcis_document(epcis_event(**changes)))).kind == CheckpointKind.DEPARTED


def test_an_event_of_two_parcels_is_a_checkpoint_of_each():
    event = epcis_event(epcList=[SSCC_URN, "urn:x:Pallet", SSCC_LINK])
    result = read(epcis_document(event), SSCC, "urn:x:Pallet")
    assert {number: len(found) for number, found in result.parcels.items()} == {SSCC: 1, "urn:x:Pallet": 1}


def test_one_event_alone_and_the_answer_to_a_query_are_read():
    alone = {"@context": EPCIS_CONTEXT, **epcis_event()}
    answer = {"queryResults": {"queryName": "q", "resultsBody": {"eventList": [epcis_event()]}}}
    query = epcis_document(type="EPCISQueryDocument", epcisBody=answer, schemaVersion=None, creationDate=None)
    assert only_checkpoint(read(alone)).identity == only_checkpoint(read(query)).identity


def test_a_refusal_in_one_event_alone_names_the_bare_field():
    assert only_refusal(read({"@context": EPCIS_CONTEXT, **epcis_event(action=None)})) == ("missing-field", "action")


@pytest.mark.parametrize("version", ["2.0.0/", "2.0.1/", "2.1/", ""])
def test_every_edition_of_the_context_is_known(version):
    context = EPCIS_CONTEXT.replace("2.0.0/", version)
    assert read(epcis_document(epcis_event(), **{"@context": context})).parcels


@pytest.mark.parametrize(
    "step",
    [
        "receiving",
        "cbv:BizStep-receiving",
        "urn:epcglobal:cbv:bizstep:receiving",
        "https://ref.gs1.org/cbv/BizStep-receiving",
    ]
    + ["https://ns.gs1.org/voc/BizStep-receiving"],
)
def test_a_step_in_every_spelling_is_the_same_fact_and_receiving_is_no_delivery(step):
    checkpoint = only_checkpoint(read(epcis_document(epcis_event(bizStep=step))))
    assert (checkpoint.kind, checkpoint.code) == (CheckpointKind.ARRIVED, "receiving")


@pytest.mark.parametrize(
    "step", ["packing", "inspecting", "teleporting", "urn:epcglobal:cbv:disp:receiving", "Receiving"]
)
def test_a_step_that_is_in_no_table_is_unknown_and_keeps_its_code(step):
    checkpoint = only_checkpoint(read(epcis_document(epcis_event(bizStep=step))))
    assert checkpoint.kind == CheckpointKind.UNKNOWN
    assert checkpoint.code == step or "~" in checkpoint.code


def test_a_long_step_keeps_its_readable_end_and_differs_from_another_vocabulary_s():
    codes = {
        only_checkpoint(read(epcis_document(epcis_event(bizStep=f"https://{host}.example/steps/beaming_up")))).code
        for host in ("one", "two")
    }
    assert len(codes) == 2
    assert all(code.startswith("beaming_up~") and pack_code(code) for code in codes)


def test_an_event_without_a_step_is_unknown_and_has_no_code():
    checkpoint = only_checkpoint(read(epcis_document(epcis_event(bizStep=None))))
    assert (checkpoint.kind, checkpoint.code) == (CheckpointKind.UNKNOWN, "")


@pytest.mark.parametrize(
    "disposition", ["damaged", "urn:epcglobal:cbv:disp:damaged", "https://ref.gs1.org/cbv/Disp-damaged"]
)
def test_damaged_says_more_than_the_step(disposition):
    checkpoint = only_checkpoint(read(epcis_document(epcis_event(disposition=disposition))))
    assert (checkpoint.kind, checkpoint.code) == (CheckpointKind.DAMAGED, "departing")


def test_the_local_offset_is_the_event_s_own_field():
    checkpoint = only_checkpoint(read(epcis_document(epcis_event(eventTimeZoneOffset="-05:30"))))
    assert (checkpoint.occurred_at, checkpoint.zone_offset_minutes) == (1772439330, -330)
    assert checkpoint.zone_source == ZoneSource.STATED


def test_the_place_is_the_read_point_and_stays_off_chain():
    event = epcis_event(readPoint={"id": "urn:epc:id:sgln:4012345.00001.0"}, bizLocation={"id": "urn:x:other"})
    checkpoint = only_checkpoint(read(epcis_document(event)))
    assert (checkpoint.place, checkpoint.country) == ("urn:epc:id:sgln:4012345.00001.0", "")


def test_fields_of_other_namespaces_are_kept_in_the_original_only():
    event = epcis_event(**{"shop:note": "leave at the gate"})
    assert json.loads(only_checkpoint(read(epcis_document(event))).original) == event


def test_a_document_without_events_is_empty_and_no_problem():
    result = parse(json.dumps(epcis_document()).encode(), tracking_numbers=[SSCC])
    assert (result.format, result.parcels, result.refused) == ("epcis", {}, [])
