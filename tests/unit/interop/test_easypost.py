"""EasyPost trackers and webhook events."""

import pytest
from interop_documents import EASYPOST_NUMBER, easypost_detail, easypost_tracker, only_checkpoint, only_refusal, read

from ledger_api.interop import InteropError
from ledger_api.vocabulary import CheckpointKind, Incident, ZoneSource


@pytest.mark.parametrize(
    "document, slug, field",
    [
        ({"object": "Event", "description": "batch.created"}, "missing-field", "result"),
        ({"object": "Event", "result": {"object": "Batch"}}, "wrong-type", "result.object"),
        ({"object": "Event", "result": {"object": "Tracker"}}, "missing-field", "result.tracking_code"),
        ({"tracking_details": []}, "wrong-type", "object"),
        (easypost_tracker(tracking_code=None), "missing-field", "tracking_code"),
        (easypost_tracker(tracking_code=7), "wrong-type", "tracking_code"),
        (easypost_tracker(tracking_details=None), "missing-field", "tracking_details"),
        (easypost_tracker(tracking_details={}), "wrong-type", "tracking_details"),
    ],
)
def test_what_is_no_tracker_is_a_problem(document, slug, field):
    with pytest.raises(InteropError) as caught:
        read(document)
    assert (caught.value.slug, caught.value.field) == (slug, field)


@pytest.mark.parametrize(
    "detail, slug, field",
    [
        (None, "wrong-type", ""),
        (easypost_detail(status=None), "missing-field", ".status"),
        (easypost_detail(status=""), "missing-field", ".status"),
        (easypost_detail(status={}), "wrong-type", ".status"),
        (easypost_detail(datetime=None), "missing-field", ".datetime"),
        (easypost_detail(datetime="soon"), "malformed-time", ".datetime"),
        (easypost_detail(tracking_location=[]), "wrong-type", ".tracking_location"),
        (easypost_detail(tracking_location={"country": 7}), "wrong-type", ".tracking_location.country"),
    ],
)
def test_a_detail_that_cannot_be_read_is_refused_with_its_field(detail, slug, field):
    assert only_refusal(read(easypost_tracker(detail))) == (slug, f"tracking_details[0]{field}")


def test_a_status_that_is_in_no_table_is_unknown_and_keeps_its_code_whatever_its_detail_says():
    checkpoint = only_checkpoint(read(easypost_tracker(easypost_detail(status="beamed_up", message="Delivered!"))))
    assert (checkpoint.kind, checkpoint.code) == (CheckpointKind.UNKNOWN, "beamed_up")


@pytest.mark.parametrize(
    "status, detail, kind, incident, code",
    [
        ("pre_transit", "label_created", CheckpointKind.LABEL_CREATED, Incident.NONE, "pre_transit"),
        ("in_transit", None, CheckpointKind.IN_TRANSIT, Incident.NONE, "in_transit"),
        ("in_transit", "unheard_of", CheckpointKind.IN_TRANSIT, Incident.NONE, "in_transit"),
        ("in_transit", "departed_facility", CheckpointKind.DEPARTED, Incident.NONE, "departed_facility"),
        ("in_transit", "weather_delay", CheckpointKind.DELAYED, Incident.WEATHER_DELAY, "weather_delay"),
        ("failure", "refused", CheckpointKind.DELIVERY_FAILED, Incident.CONSIGNEE_REFUSED, "refused"),
        ("delivered", "arrived_at_destination", CheckpointKind.DELIVERED, Incident.NONE, "delivered"),
        ("unknown", "lost", CheckpointKind.UNKNOWN, Incident.NONE, "unknown"),
    ],
)
def test_status_and_detail_say_what_happened(status, detail, kind, incident, code):
    checkpoint = only_checkpoint(read(easypost_tracker(easypost_detail(status=status, status_detail=detail))))
    assert (checkpoint.kind, checkpoint.incident, checkpoint.code) == (kind, incident, code)


def test_a_time_without_zone_is_utc_as_the_provider_documents_even_if_the_importer_gives_a_zone():
    document = easypost_tracker(easypost_detail(datetime="2026-03-02T08:15:30"))
    checkpoint = only_checkpoint(read(document, default_zone="Europe/Paris"))
    assert (checkpoint.occurred_at, checkpoint.zone_offset_minutes) == (1772439330, 0)
    assert checkpoint.zone_source == ZoneSource.PROVIDER


def test_a_stated_zone_wins():
    checkpoint = only_checkpoint(read(easypost_tracker(easypost_detail(datetime="2026-03-02T03:15:30-05:00"))))
    assert (checkpoint.occurred_at, checkpoint.zone_offset_minutes) == (1772439330, -300)
    assert checkpoint.zone_source == ZoneSource.STATED


@pytest.mark.parametrize(
    "country, known", [("FR", "FR"), ("fr", "FR"), ("FRA", ""), ("France", ""), ("ZZ", ""), (None, ""), ("", "")]
)
def test_a_country_is_a_code_or_nothing(country, known):
    document = easypost_tracker(easypost_detail(tracking_location={"city": "Lyon", "country": country}))
    assert only_checkpoint(read(document)).country == known


def test_place_and_text_are_lines_without_control_characters_and_bounded():
    detail = easypost_detail(message="a\0b\nc" + "x" * 2_000, tracking_location={"city": "Lyon\t", "state": "y" * 500})
    checkpoint = only_checkpoint(read(easypost_tracker(detail)))
    assert checkpoint.text.startswith("a b cx")
    assert checkpoint.place.startswith("Lyon, y")
    assert (len(checkpoint.text), len(checkpoint.place)) == (1_000, 200)


def test_a_webhook_s_event_is_read_like_the_tracker_in_it():
    tracker = easypost_tracker(easypost_detail(), "absurd")
    event = read({"object": "Event", "description": "tracker.updated", "result": tracker})
    assert event.parcels == read(tracker).parcels
    assert [*event.parcels] == [EASYPOST_NUMBER]
    assert event.refused[0].field == "result.tracking_details[1]"
