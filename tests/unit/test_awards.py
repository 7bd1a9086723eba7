"""What the requests of disputes carry."""

from ledger_api.rules.awards import award, awarded, parcel_references, part_of, seed_hash
from ledger_api.rules.hashing import keccak

CLAIM = award(awarded(0, accepted=1), awarded(2, awaited=3), extra_minor=1_291, unpaid_minor=10_000)


def test_a_part_of_an_award_is_of_its_lines_and_amounts_and_names_the_same_pieces():
    part = part_of({**CLAIM, "buyerCostBasisPoints": 5_000}, 8_500)
    assert [line["awardBasisPoints"] for line in part["lines"]] == [8_500, 8_500]
    assert [(line["line"], line["accepted"], line["awaited"]) for line in part["lines"]] == [(0, 1, 0), (2, 0, 3)]
    assert (part["extraMinor"], part["unpaidMinor"], part["buyerCostBasisPoints"]) == (1_097, 8_500, 5_000)


def test_an_award_of_nothing_is_empty():
    assert award() == {"extraMinor": 0, "unpaidMinor": 0, "buyerCostBasisPoints": 0, "lines": []}


def test_a_seed_is_committed_to_as_the_contract_hashes_it():
    assert seed_hash(b"\7" * 32) == keccak(b"\7" * 32)


def test_an_opening_names_the_parcels_that_count_in_their_order():
    parcels = [
        {"carrier": 2, "tracking": "0x01", "counts": False},
        {"carrier": 3, "tracking": "0x02", "counts": True},
        {"carrier": 2, "tracking": "0x03", "counts": True},
    ]
    assert parcel_references({"parcels": parcels}) == [
        {"carrier": 3, "tracking": "0x02"},
        {"carrier": 2, "tracking": "0x03"},
    ]
