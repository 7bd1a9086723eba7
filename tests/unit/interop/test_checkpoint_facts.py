"""The two words of a checkpoint."""

from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_api.rules.checkpoint_facts import (
    Facts,
    fact_key,
    fact_key_of_words,
    pack_code,
    pack_facts,
    unpack_code,
    unpack_facts,
)
from ledger_api.vocabulary import COUNTRIES, Checkpoint, CheckpointKind, Incident, ZoneSource

CHECKPOINT = Checkpoint(
    occurred_at=1772439330,
    kind=CheckpointKind.ON_HOLD,
    incident=Incident.CUSTOMS_DELAY,
    country="BR",
    zone_source=ZoneSource.IMPORTER,
    zone_offset_minutes=-180,
    code="DO3",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred_at": 0},
        {"occurred_at": -1},
        {"occurred_at": 2**64},
        {"kind": 19},
        {"incident": 36},
        {"zone_source": 4},
    ]
    + [{"country": country} for country in ("B", "BRA", "br", "B1", "ÉÉ")]
    + [{"zone_offset_minutes": minutes} for minutes in (841, -841)],
)
def test_what_the_word_cannot_say_is_refused(changes):
    with pytest.raises(ValueError):
        pack_facts(replace(CHECKPOINT, **changes))


@pytest.mark.parametrize("performer", [-1, 2**32])
def test_a_performer_that_is_no_participant_s_number_is_refused(performer):
    with pytest.raises(ValueError):
        pack_facts(CHECKPOINT, performer)


@pytest.mark.parametrize("word", [b"", bytes(32), bytes(31), b"\1" * 32, pack_facts(CHECKPOINT)[:31] + b"\1"])
def test_a_word_that_the_contract_would_refuse_is_refused(word):
    with pytest.raises(ValueError):
        unpack_facts(word)


@pytest.mark.parametrize("code", ["x" * 33, "é", "a\n", "\0"])
def test_a_code_that_is_not_printable_ascii_of_32_bytes_is_refused(code):
    with pytest.raises(ValueError):
        pack_code(code)


def test_the_layout_is_the_documented_one():
    assert pack_facts(CHECKPOINT, 7).hex() == ("0000000069a547220818425203ff4c00000007" + "00" * 13)
    assert pack_code("DO3") == b"DO3" + bytes(29)


def test_a_number_without_a_name_reads_as_unknown():
    word = (5).to_bytes(8, "big") + bytes([200, 200, 0x62, 0x00, 200]) + bytes(19)
    assert unpack_facts(word) == Facts(5, CheckpointKind.UNKNOWN, Incident.UNKNOWN, "", ZoneSource.NONE, 0, 0)
    assert unpack_code(b"A\xff\x07" + bytes(29)) == "A??"


@given(
    st.builds(
        Checkpoint,
        occurred_at=st.integers(1, 2**64 - 1),
        kind=st.sampled_from(CheckpointKind),
        incident=st.sampled_from(Incident),
        country=st.sampled_from(["", *sorted(COUNTRIES)]),
        zone_source=st.sampled_from(ZoneSource),
        zone_offset_minutes=st.integers(-840, 840),
        code=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=32),
    ),
    st.integers(0, 2**32 - 1),
)
def test_what_is_packed_is_read_back_and_gives_the_same_key(checkpoint, performer):
    facts, code = pack_facts(checkpoint, performer), pack_code(checkpoint.code)
    read = unpack_facts(facts)
    assert all(getattr(checkpoint, name) == value for name, value in vars(read).items() if name != "performer")
    assert (read.performer, unpack_code(code)) == (performer, checkpoint.code)
    assert fact_key_of_words(facts, code) == fact_key(checkpoint)


def test_the_same_fact_has_one_key_whoever_reports_it():
    other = replace(
        CHECKPOINT, zone_source=ZoneSource.STATED, zone_offset_minutes=0, place="Santos", text="x", source_index=4
    )
    assert fact_key(other) == fact_key(CHECKPOINT)
    assert other.identity == CHECKPOINT.identity


@pytest.mark.parametrize(
    "changes", [{"occurred_at": 1}, {"kind": 1}, {"incident": 0}, {"country": "FR"}, {"code": "DO2"}]
)
def test_another_fact_has_another_key(changes):
    assert fact_key(replace(CHECKPOINT, **changes)) != fact_key(CHECKPOINT)


def test_the_countries_are_those_of_iso_3166():
    lines = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines if not line.startswith("#")} == COUNTRIES
