"""Documents at rest: encrypted, each return under a key of its own, refused when changed, gone when erased."""

import sqlite3
import stat
import threading

import pytest

from ledger_api.documents.store import DocumentStore, commitment
from ledger_api.errors import DocumentDamaged, DocumentLimitReached, NotFound

RETURN, OTHER = b"\x01" * 32, b"\x02" * 32
TEXT = b"The left sleeve is torn at the seam. " * 20
BUYER, SELLER = 0, 1


@pytest.fixture
def store(tmp_path) -> DocumentStore:
    return DocumentStore(tmp_path)


def keep(store: DocumentStore, subject: bytes = RETURN, content: bytes = TEXT, by: int = BUYER, **more):
    return store.keep(subject, content, "text/plain", by, **more)


def bytes_on_disk(folder) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def wrapped_keys(folder) -> dict:
    with sqlite3.connect(folder / "documents" / "catalogue.sqlite") as db:
        return dict(db.execute("SELECT subject, wrapped FROM keys"))


def test_what_is_not_there_is_not_found(store):
    with pytest.raises(NotFound):
        store.read(RETURN, b"\x03" * 32)


def test_a_document_of_another_return_is_not_found(store):
    kept = keep(store)
    with pytest.raises(NotFound):
        store.read(OTHER, kept.listed.commitment)


def test_no_byte_of_it_stands_on_disk_in_plain(store, tmp_path):
    kept = keep(store)
    found = bytes_on_disk(tmp_path)
    assert found
    assert not any(TEXT[i : i + 8] in found for i in range(len(TEXT) - 8))
    assert kept.salt not in found


def test_the_keys_of_returns_are_on_disk_only_wrapped(store, tmp_path):
    keep(store)
    keep(store, OTHER)
    key = store._key_file.unwrap(wrapped_keys(tmp_path)[RETURN], RETURN)
    other = store._key_file.unwrap(wrapped_keys(tmp_path)[OTHER], OTHER)
    assert key != other
    assert len(key) == 32
    assert key not in bytes_on_disk(tmp_path)


def test_a_key_wrapped_for_one_return_opens_no_other(store, tmp_path):
    kept = keep(store)
    keep(store, OTHER)
    with sqlite3.connect(tmp_path / "documents" / "catalogue.sqlite") as db:
        db.execute("UPDATE keys SET wrapped = ? WHERE subject = ?", (wrapped_keys(tmp_path)[OTHER], RETURN))
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_a_file_that_was_changed_is_refused(store, tmp_path):
    kept = keep(store)
    path = tmp_path / "documents" / kept.listed.commitment.hex()
    for place in (0, 12, len(TEXT) // 2, -1):
        whole = bytearray(path.read_bytes())
        whole[place] ^= 1
        path.write_bytes(bytes(whole))
        with pytest.raises(DocumentDamaged):
            store.read(RETURN, kept.listed.commitment)
        whole[place] ^= 1
        path.write_bytes(bytes(whole))
    assert store.read(RETURN, kept.listed.commitment).content == TEXT


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_file_that_was_cut_is_refused(store, tmp_path, content):
    kept = keep(store)
    (tmp_path / "documents" / kept.listed.commitment.hex()).write_bytes(content)
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_a_file_in_the_place_of_another_is_refused(store, tmp_path):
    one, two = keep(store), keep(store, content=b"Something else")
    folder = tmp_path / "documents"
    (folder / one.listed.commitment.hex()).write_bytes((folder / two.listed.commitment.hex()).read_bytes())
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, one.listed.commitment)


@pytest.mark.parametrize("change", ["uploaded_by = 7", "type = 'text/html'", "uploaded_at = 1", "size_bytes = 1"])
def test_a_catalogue_that_was_changed_opens_nothing(store, tmp_path, change):
    kept = keep(store)
    with sqlite3.connect(tmp_path / "documents" / "catalogue.sqlite") as db:
        db.execute(f"UPDATE documents SET {change}")
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_a_missing_file_is_said(store, tmp_path):
    kept = keep(store)
    (tmp_path / "documents" / kept.listed.commitment.hex()).unlink()
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_with_another_key_file_nothing_opens(store, tmp_path):
    kept = keep(store)
    (tmp_path / "keys" / "documents.key").unlink()
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_a_side_has_a_limit_of_its_own(store):
    for _ in range(2):
        keep(store, by=BUYER, limit=2)
    with pytest.raises(DocumentLimitReached):
        keep(store, by=BUYER, limit=2)
    keep(store, by=SELLER, limit=2)
    keep(store, OTHER, by=BUYER, limit=2)
    assert len(store.of(RETURN)) == 3


def test_what_is_refused_leaves_nothing(store, tmp_path):
    keep(store, limit=1)
    before = sorted(path.name for path in (tmp_path / "documents").iterdir())
    with pytest.raises(DocumentLimitReached):
        keep(store, limit=1)
    assert sorted(path.name for path in (tmp_path / "documents").iterdir()) == before


def test_the_same_proof_keeps_nothing_twice(store):
    first = keep(store, proof=b"\x09" * 32, limit=1)
    assert keep(store, proof=b"\x09" * 32, limit=1) == first
    assert len(store.of(RETURN)) == 1


def test_it_comes_back_as_it_was_with_the_salt_of_its_commitment(store):
    kept = keep(store)
    found = store.read(RETURN, kept.listed.commitment)
    assert found == kept
    assert (found.content, found.listed.type, found.listed.uploaded_by) == (TEXT, "text/plain", BUYER)
    assert commitment(found.salt, found.content) == kept.listed.commitment


def test_the_same_bytes_twice_have_two_commitments(store):
    assert keep(store).listed.commitment != keep(store).listed.commitment


def test_erasing_a_return_destroys_its_key_and_leaves_the_others(store, tmp_path):
    one, two, other = keep(store), keep(store), keep(store, OTHER)
    wrapped = wrapped_keys(tmp_path)[RETURN]
    assert store.erase(RETURN) == 2
    for kept in (one, two):
        with pytest.raises(NotFound):
            store.read(RETURN, kept.listed.commitment)
        assert kept.listed.commitment not in bytes_on_disk(tmp_path)
    assert store.of(RETURN) == []
    assert wrapped not in bytes_on_disk(tmp_path)
    assert store.read(OTHER, other.listed.commitment).content == TEXT


def test_a_file_that_survived_erasing_opens_no_more(store, tmp_path):
    kept = keep(store)
    path = tmp_path / "documents" / kept.listed.commitment.hex()
    sealed = path.read_bytes()
    store.erase(RETURN)
    fresh = keep(store)  # the return gets a new key
    path.write_bytes(sealed)
    with sqlite3.connect(tmp_path / "documents" / "catalogue.sqlite") as db:
        db.execute("UPDATE documents SET commitment = ?", (kept.listed.commitment,))
    assert fresh.listed.commitment != kept.listed.commitment
    with pytest.raises(DocumentDamaged):
        store.read(RETURN, kept.listed.commitment)


def test_the_files_are_their_owners_only(store, tmp_path):
    kept = keep(store)
    paths = (tmp_path / "keys" / "documents.key", tmp_path / "documents" / kept.listed.commitment.hex())
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["documents.key"]


def test_many_at_once_get_one_key_and_no_more_than_the_limit(tmp_path):
    done = []

    def one():
        try:
            done.append(keep(DocumentStore(tmp_path), limit=5).listed.commitment)
        except DocumentLimitReached:
            pass

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 5
    assert all(DocumentStore(tmp_path).read(RETURN, committed).content == TEXT for committed in done)
