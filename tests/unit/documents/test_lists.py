"""Lists of documents: what a list names is what the list is, for its own uploader; other texts name nothing."""

import pytest

from ledger_api.documents.lists import DOCUMENTS_LIMIT, kinds_of, named_in
from ledger_api.documents.store import DocumentStore
from ledger_api.rules.anchors import Anchor, DocumentKind
from ledger_api.rules.hashing import hex_of

RETURN = b"\x01" * 32
BUYER, SELLER = 0, 1
ONE, TWO = "0x" + "11" * 32, "0x" + "22" * 32
DRAFT, DOCUMENT, EVIDENCE, MESSAGE = DocumentKind


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{ONE}\n{TWO}", 2),
        (ONE, 1),
        (f"{ONE}\n", 0),  # an empty line
        (f"{ONE}\r\n{TWO}", 0),
        (f"see {ONE}", 0),
        (f"{ONE}\nand more", 0),
        ("0x" + "zz" * 32, 0),
        ("0x" + "ä" * 32, 0),
        ("", 0),
        ("\n".join([ONE] * DOCUMENTS_LIMIT), DOCUMENTS_LIMIT),
        ("\n".join([ONE] * (DOCUMENTS_LIMIT + 1)), 0),
    ],
)
def test_a_list_is_commitments_line_by_line_and_nothing_else(text, count):
    assert len(named_in(text.encode())) == count


# What names the list, and who says so; who uploaded list and photo; what names the photo itself → what it is.
@pytest.mark.parametrize(
    ("named", "lister", "uploader", "own", "kind"),
    [
        ((EVIDENCE, {BUYER}), BUYER, BUYER, None, EVIDENCE),
        ((DOCUMENT, {SELLER}), SELLER, SELLER, None, DOCUMENT),
        ((DOCUMENT, None), SELLER, SELLER, None, DOCUMENT),
        ((MESSAGE, {BUYER}), BUYER, BUYER, None, MESSAGE),
        ((EVIDENCE, {SELLER}), SELLER, BUYER, None, DRAFT),  # somebody lists what another brought
        ((EVIDENCE, {SELLER}), BUYER, BUYER, None, DRAFT),  # somebody names another's list
        (None, BUYER, BUYER, None, DRAFT),  # nobody named the list
        ((DOCUMENT, {BUYER}), BUYER, BUYER, (MESSAGE, {BUYER}), MESSAGE),  # it was named itself
        ((EVIDENCE, {BUYER}), BUYER, BUYER, (MESSAGE, {SELLER}), EVIDENCE),
    ],
)
def test_a_listed_document_is_what_its_uploaders_list_is(tmp_path, named, lister, uploader, own, kind):
    store = DocumentStore(tmp_path)
    photo = store.keep(RETURN, b"a photo", "text/plain", uploader).listed.commitment
    listing = store.keep(RETURN, hex_of(photo).encode(), "text/plain", lister).listed.commitment
    anchors = {
        commitment: [Anchor(anchor[0], frozenset(anchor[1]) if anchor[1] else None)]
        for commitment, anchor in ((listing, named), (photo, own))
        if anchor
    }
    found = {listed.commitment: found for listed, found in kinds_of(store, RETURN, anchors)}
    assert found[photo] is kind


def test_a_list_that_is_damaged_lists_nothing(tmp_path):
    store = DocumentStore(tmp_path)
    photo = store.keep(RETURN, b"a photo", "text/plain", BUYER).listed.commitment
    listing = store.keep(RETURN, hex_of(photo).encode(), "text/plain", BUYER).listed.commitment
    anchors = {listing: [Anchor(EVIDENCE, frozenset({BUYER}))]}

    def kind() -> DocumentKind:
        return {listed.commitment: found for listed, found in kinds_of(store, RETURN, anchors)}[photo]

    assert kind() is EVIDENCE
    (path,) = tmp_path.rglob(f"{listing.hex()}*")
    path.write_bytes(bytes(path.stat().st_size))
    assert kind() is DRAFT
