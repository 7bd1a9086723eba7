"""Who may read what of a return, as a table: every part, every kind, every stage of a dispute, and a stranger."""

import itertools
from dataclasses import dataclass, field

import pytest

from ledger_api.rules import access, access_proofs
from ledger_api.rules.access import (
    READS,
    Circle,
    Part,
    circle_of,
    judges_of,
    may_keep,
    may_read,
    parts_of,
    speaker,
)
from ledger_api.rules.anchors import Anchor, DocumentKind, anchors_of, kind_of
from ledger_api.rules.entries import topic_of
from ledger_api.rules.hashing import keccak, word
from ledger_api.rules.ids import policy_id
from ledger_api.rules.registry_state import Key, Member, Registry
from ledger_api.rules.requests import actions, request_type
from ledger_api.vocabulary import DisputeStage

RETURN, RECEIPT, DISPUTE, PARCEL = b"\x0a" * 32, b"\x0b" * 32, b"\x0c" * 32, b"\x0d" * 32
BUYER, SELLER, CARRIER, INSPECTOR = 0, 1, 2, 4
FIRST, NEXT, PANEL = 11, 12, [13, 14, 15]
BUYERS_KEY = b"\x99" * 20


def key_of(number: int) -> bytes:
    """The key of a participant."""
    return bytes([number]) * 20


ROLES = {SELLER: 1, CARRIER: 2, INSPECTOR: 4, FIRST: 16, NEXT: 16, 13: 16, 14: 16, 15: 16, 16: 16}


def registry() -> Registry:
    members = {number: Member(number, roles, b"") for number, roles in ROLES.items()}
    return Registry(members=members, keys={key_of(number): Key(number, False, 1) for number in ROLES})


class Fact:
    """An entry with these values, without a chain."""

    log_index = 0

    def __init__(self, name: str, place: int = 0, contract: str = "DisputeDesk", **values):
        topic_of(name)  # there is such an entry
        self.name, self.contract, self.block_number, self.values = name, contract, place, values


@dataclass
class Standing:
    """What the rule looks at in a dispute."""

    stage: DisputeStage
    arbitrator: int = 0
    panel: list = field(default_factory=list)
    rulers: list = field(default_factory=list)


STAGES = {  # → who of the arbitrators may read
    "no dispute": (None, set()),
    "inquiry": (Standing(DisputeStage.INQUIRY), set()),
    "answered": (Standing(DisputeStage.ANSWERED), set()),
    "ended before anybody had it": (Standing(DisputeStage.ENDED), set()),
    "under review": (Standing(DisputeStage.UNDER_REVIEW, FIRST), {FIRST}),
    "handed on": (Standing(DisputeStage.UNDER_REVIEW, NEXT), {NEXT}),
    "with another contract": (Standing(DisputeStage.UNDER_REVIEW), set()),
    "ended under review": (Standing(DisputeStage.ENDED, FIRST), set()),
    "ruled": (Standing(DisputeStage.RULED, FIRST, rulers=[FIRST]), {FIRST}),
    "ruled elsewhere": (Standing(DisputeStage.RULED), set()),
    "ruling final": (Standing(DisputeStage.ENDED, FIRST, rulers=[FIRST]), {FIRST}),
    "appealed": (Standing(DisputeStage.APPEALED, FIRST, PANEL, [FIRST]), {FIRST, *PANEL}),
    "a seat that nobody has": (Standing(DisputeStage.APPEALED, FIRST, [13, 0, 15], [FIRST]), {FIRST, 13, 15}),
    "a seat handed on": (Standing(DisputeStage.APPEALED, FIRST, [13, 16, 15], [FIRST]), {FIRST, 13, 16, 15}),
    "the panel did not rule": (Standing(DisputeStage.ENDED, FIRST, PANEL, [FIRST]), {FIRST}),
    "ruled on appeal": (Standing(DisputeStage.ENDED, FIRST, PANEL, [FIRST, *PANEL]), {FIRST, *PANEL}),
}
# Who reads what of the others. Nobody but its uploader reads a draft.
TABLE = {
    "buyer": "document evidence message",
    "seller": "document evidence message",
    "inspector": "document",
    "carrier": "",
    "stranger": "",
}
KEYS = {
    "buyer": BUYERS_KEY,
    "seller": key_of(SELLER),
    "inspector": key_of(INSPECTOR),
    "carrier": key_of(CARRIER),
    "stranger": b"\x77" * 20,
}
UPLOADER = 42  # nobody of those who read


def reads(actor: bytes, circle: Circle, kind: DocumentKind, uploaded_by: int = UPLOADER) -> bool:
    return may_read(kind, uploaded_by, parts_of(actor, circle, registry()))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", KEYS)
@pytest.mark.parametrize("kind", DocumentKind)
def test_the_stage_of_a_dispute_changes_nothing_for_the_others(who, kind, stage):
    standing, judges = STAGES[stage]
    assert (judges_of(standing) if standing else set()) == judges
    circle = Circle(BUYERS_KEY, SELLER, INSPECTOR, tuple(judges))
    assert reads(KEYS[who], circle, kind) == (kind.value in TABLE[who].split())


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("number", [FIRST, NEXT, *PANEL, 16])
@pytest.mark.parametrize("kind", DocumentKind)
def test_an_arbitrator_reads_all_but_drafts_while_he_has_the_case_and_after_he_ruled(number, kind, stage):
    judges = STAGES[stage][1]
    circle = Circle(BUYERS_KEY, SELLER, INSPECTOR, tuple(judges))
    assert reads(key_of(number), circle, kind) == (number in judges and kind is not DocumentKind.DRAFT)


@pytest.mark.parametrize("kind", DocumentKind)
def test_who_uploaded_it_reads_it_as_long_as_the_return_concerns_him(kind):
    circle = Circle(BUYERS_KEY, SELLER, INSPECTOR, (FIRST,))
    for actor, number in ((BUYERS_KEY, BUYER), (key_of(INSPECTOR), INSPECTOR), (key_of(FIRST), FIRST)):
        assert reads(actor, circle, kind, uploaded_by=number)
    assert not reads(key_of(INSPECTOR), Circle(BUYERS_KEY, SELLER), kind, uploaded_by=INSPECTOR)
    assert not reads(key_of(FIRST), Circle(BUYERS_KEY, SELLER), kind, uploaded_by=FIRST)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_stranger_reads_nothing_whoever_uploaded_it(kind):
    circle = Circle(BUYERS_KEY, SELLER, INSPECTOR, (FIRST,))
    for number in (BUYER, SELLER, CARRIER, INSPECTOR, FIRST, UPLOADER):
        assert not reads(KEYS["stranger"], circle, kind, uploaded_by=number)


def test_without_inspector_the_number_zero_is_nobody():
    circle = Circle(BUYERS_KEY, SELLER, 0, (0,))
    for actor in [key_of(number) for number in ROLES if number != SELLER]:
        assert parts_of(actor, circle, registry()) == {}


def test_a_key_that_ended_a_suspended_member_and_a_lost_role_read_nothing():
    circle = Circle(BUYERS_KEY, SELLER, INSPECTOR, (FIRST,))
    known = registry()
    known.keys[key_of(SELLER)].ended_at = 2
    known.members[INSPECTOR].suspended = True
    known.members[FIRST].roles = 2
    for number in (SELLER, INSPECTOR, FIRST):
        assert parts_of(key_of(number), circle, known) == {}


def test_who_is_several_has_the_parts_of_all_and_speaks_for_the_first():
    known = registry()
    known.members[SELLER].roles = 1 | 4
    parts = parts_of(key_of(SELLER), Circle(BUYERS_KEY, SELLER, SELLER), known)
    assert parts == {Part.SELLER: SELLER, Part.INSPECTOR: SELLER}
    assert speaker({Part.INSPECTOR: 4, Part.BUYER: BUYER}) == BUYER
    assert speaker({Part.ARBITRATOR: FIRST}) == FIRST


def test_all_whom_a_return_concerns_may_keep_documents_and_nobody_else():
    assert all(may_keep({part: 1}) for part in Part)
    assert not may_keep({})


def test_every_part_has_its_row():
    assert set(READS) == set(Part)


# --- what a document is ---------------------------------------------------------------------------------------------


def histories(own: list, disputed: list = (), handed: list = (), registry_entries: list = ()):
    """entries_of of a return of participant 1, claimed by a first key and taken over by the buyer's."""
    receipt = {"seller": SELLER, "series": 1, "policyVersion": 1, "lines": []}
    opened = Fact("ReturnOpened", 0, "ReturnLedger", receipt=RECEIPT)
    begun = [Fact("DisputeBegun", 1, "ReturnLedger", dispute=DISPUTE)] if disputed else []
    added = [Fact("ParcelAdded", 1, "ReturnLedger", parcel=PARCEL, document=b"\x01" * 32, participant=BUYER)]
    found = {
        RETURN: [opened, *begun, *added, *own],
        RECEIPT: [
            Fact("ReceiptClaimed", 0, "ReturnLedger", receipt=receipt, buyer=b"\x88" * 20),
            Fact("BuyerKeyTaken", 0, "ReturnLedger", buyer=BUYERS_KEY),
        ],
        policy_id(SELLER, 1): [Fact("PolicyPublished", 0, "PolicyBook", version=1)],
        DISPUTE: list(disputed),
        PARCEL: list(handed),
    }
    return lambda subject: found.get(subject, [])


A, B, C, D = (bytes([0xA0 + i]) * 32 for i in range(4))
SENT = Fact("MessageSent", 5, "ReturnLedger", participant=BUYER, message=A)
INSPECTED = Fact("GoodsInspected", 6, "ReturnLedger", participant=INSPECTOR, evidence=A)


def kinds(entries_of, committed: bytes, uploaded_by: int) -> DocumentKind:
    return kind_of(anchors_of(RETURN, entries_of).get(committed, []), uploaded_by)


def test_what_no_entry_names_is_a_draft():
    assert kinds(histories([]), A, BUYER) is DocumentKind.DRAFT


def test_a_message_does_not_become_a_document_because_an_inspector_names_it():
    assert kinds(histories([SENT, INSPECTED]), A, BUYER) is DocumentKind.MESSAGE


def test_not_even_if_the_inspector_was_faster():
    early = Fact("GoodsInspected", 4, "ReturnLedger", participant=INSPECTOR, evidence=A)
    assert kinds(histories([early]), A, BUYER) is DocumentKind.DRAFT
    assert kinds(histories([early, SENT]), A, BUYER) is DocumentKind.MESSAGE


def test_a_document_of_the_return_stays_one_when_it_becomes_evidence():
    evidence = Fact("EvidenceSubmitted", 7, participant=SELLER, document=A)
    assert kinds(histories([INSPECTED], [evidence]), A, INSPECTOR) is DocumentKind.DOCUMENT


def test_what_is_first_shown_in_a_dispute_is_evidence():
    evidence = Fact("EvidenceSubmitted", 2, participant=SELLER, document=A)
    answer = Fact("OutcomeProved", 3, "ReturnLedger", evidence=A)
    assert kinds(histories([answer], [evidence]), A, SELLER) is DocumentKind.EVIDENCE


def test_statements_and_reasons_are_evidence_too():
    disputed = [
        Fact("DisputeOpened", 2, participant=BUYER, statement=A),
        Fact("RulingGiven", 3, participant=FIRST, reasons=B),
        Fact("PanelRulingGiven", 4, reasons=C),
    ]
    for committed, by in ((A, BUYER), (B, FIRST), (C, 14)):
        assert kinds(histories([], disputed), committed, by) is DocumentKind.EVIDENCE


def test_a_hand_over_of_a_parcel_of_the_return_names_a_document_and_its_checkpoints_do_not():
    handed = [
        Fact("HandedOver", 2, "ParcelLedger", giver=BUYER, taker=CARRIER, document=A),
        Fact("CheckpointRecorded", 3, "ParcelLedger", document=B),
    ]
    entries_of = histories([], handed=handed)
    assert kinds(entries_of, A, BUYER) is DocumentKind.DOCUMENT
    assert kinds(entries_of, A, SELLER) is DocumentKind.DRAFT
    assert kinds(entries_of, B, BUYER) is DocumentKind.DRAFT


def test_histories_of_the_same_subject_in_another_contract_say_nothing():
    stray = Fact("MessageSent", 5, "RefundEscrow", participant=BUYER, message=D)
    assert kinds(histories([stray]), D, BUYER) is DocumentKind.DRAFT


def test_an_entry_that_does_not_say_who_speaks_counts_for_everybody():
    assert kind_of([Anchor(DocumentKind.DOCUMENT, None)], BUYER) is DocumentKind.DOCUMENT


# --- whom it concerns -----------------------------------------------------------------------------------------------


def test_the_circle_is_the_buyers_key_of_now_the_seller_the_inspector_of_now_and_who_has_a_dispute(monkeypatch):
    monkeypatch.setattr(access, "dispute_case_of", lambda dispute, _: STAGES["appealed"][0])
    approved = Fact("ReturnApproved", 2, "ReturnLedger", inspector=9)
    named = Fact("InspectorNamed", 3, "ReturnLedger", inspector=INSPECTOR)
    entries_of = histories([approved, named], [Fact("DisputeOpened", participant=BUYER)])
    assert circle_of(RETURN, entries_of) == Circle(BUYERS_KEY, SELLER, INSPECTOR, (FIRST, *PANEL))
    assert circle_of(RETURN, histories([])) == Circle(BUYERS_KEY, SELLER, 0, ())


# --- what is signed -------------------------------------------------------------------------------------------------


def test_the_types_are_as_documented_and_none_is_a_request_of_a_contract():
    assert access_proofs.type_strings() == [
        "ReadDocuments(bytes32 returnId,uint64 deadline)",
        "KeepDocument(bytes32 returnId,bytes32 content,uint64 deadline)",
        "SignIn(bytes32 challenge,bytes32 site)",
    ]
    names = {request_type(action).split("(")[0] for action in actions().values()}
    assert not names & set(access_proofs.TYPES)


def test_the_digests_are_eip_712_by_hand():
    separator = b"\x05" * 32
    for text, values, digest in (
        (access_proofs.type_strings()[0], RETURN + word(7), access_proofs.digest_to_read(RETURN, 7, separator)),
        (access_proofs.type_strings()[1], RETURN + A + word(7), access_proofs.digest_to_keep(RETURN, A, 7, separator)),
    ):
        assert digest == keccak(b"\x19\x01" + separator + keccak(keccak(text.encode()) + values))


def test_other_returns_bytes_times_and_chains_are_other_digests():
    found = [
        access_proofs.digest_to_keep(*given) for given in itertools.product((RETURN, RECEIPT), (A, B), (7, 8), (C, D))
    ]
    found += [access_proofs.digest_to_read(*given) for given in itertools.product((RETURN, RECEIPT), (7, 8), (C, D))]
    assert len(set(found)) == len(found)
