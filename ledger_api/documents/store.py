"""Documents off chain: encrypted with a key per subject, found by their salted commitment, erased subject by subject.

The folder `documents/` holds a file per document, named after its commitment, and `catalogue.sqlite`: what there is,
and the subjects' keys, wrapped by `keys/documents.key`. A subject is a return, or the parcel of an imported original.
"""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from ledger_api.documents.database import opened
from ledger_api.documents.sealing import KeyFile, seal, unseal
from ledger_api.errors import DocumentDamaged, DocumentLimitReached, NotFound
from ledger_api.rules.hashing import hex_of, keccak, word

SALT_BYTES = 32
SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    subject BLOB PRIMARY KEY,
    wrapped BLOB NOT NULL            -- the subject's key, encrypted with the key file
) STRICT;
CREATE TABLE IF NOT EXISTS documents (
    place INTEGER PRIMARY KEY,       -- order of upload
    commitment BLOB NOT NULL UNIQUE,
    subject BLOB NOT NULL,
    type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    uploaded_at INTEGER NOT NULL,    -- Unix seconds UTC
    uploaded_by INTEGER NOT NULL,    -- participant's number, 0 = the buyer
    proof BLOB UNIQUE                -- hash of who signed what to upload it: the same one keeps nothing twice
) STRICT;
CREATE INDEX IF NOT EXISTS documents_by_subject ON documents (subject, uploaded_by);
"""
COLUMNS = "commitment, subject, type, size_bytes, uploaded_at, uploaded_by"


def commitment(salt: bytes, document: bytes) -> bytes:
    """keccak256(salt, document): what goes on chain. Whoever has neither can guess nothing."""
    return keccak(salt + document)


@dataclass(frozen=True)
class Listed:
    """What the catalogue says of a document."""

    commitment: bytes
    subject: bytes
    type: str
    size_bytes: int
    uploaded_at: int  # Unix seconds UTC
    uploaded_by: int  # participant's number, 0 = the buyer

    @property
    def about(self) -> bytes:
        """All of it, bound to the ciphertext: a changed catalogue opens nothing."""
        numbers = word(self.size_bytes) + word(self.uploaded_at) + word(self.uploaded_by)
        return self.commitment + self.subject + numbers + self.type.encode()


@dataclass(frozen=True)
class Document:
    """A document in plain, with its salt."""

    listed: Listed
    salt: bytes
    content: bytes


class DocumentStore:
    """The folder `documents/` of a data folder; its key file lies apart, in `keys/`."""

    def __init__(self, data_dir: Path):
        self._folder = data_dir / "documents"
        self._key_file = KeyFile(data_dir / "keys" / "documents.key")

    def keep(
        self,
        subject: bytes,
        content: bytes,
        media_type: str,
        uploaded_by: int,
        proof: bytes | None = None,
        limit: int | None = None,
    ) -> Document:
        """Stores a document under a fresh salt. The same `proof` again gives the first one.

        Raises DocumentLimitReached if the uploader has `limit` documents of this subject.
        """
        with self._catalogue("IMMEDIATE") as db:
            known = db.execute(f"SELECT {COLUMNS} FROM documents WHERE proof = ?", (proof,)).fetchone()
            if known is not None:
                return self._open(db, Listed(*known))
            _check_limit(db, subject, uploaded_by, limit)
            salt = secrets.token_bytes(SALT_BYTES)
            committed, now = commitment(salt, content), int(time.time())
            listed = Listed(committed, subject, media_type, len(content), now, uploaded_by)
            key = self._key_of(db, subject) or self._new_key(db, subject)
            self._write(committed, seal(key, salt + content, listed.about))
            row = (committed, subject, media_type, len(content), now, uploaded_by, proof)
            db.execute(f"INSERT INTO documents ({COLUMNS}, proof) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return Document(listed, salt, content)

    def read(self, subject: bytes, committed: bytes) -> Document:
        """A document of a subject, checked against its commitment; raises NotFound, DocumentDamaged."""
        with self._catalogue() as db:
            query = f"SELECT {COLUMNS} FROM documents WHERE commitment = ? AND subject = ?"
            row = db.execute(query, (committed, subject)).fetchone()
            if row is None:
                raise NotFound(f"There is no document {hex_of(committed)} of {hex_of(subject)} here")
            return self._open(db, Listed(*row))

    def of(self, subject: bytes) -> list[Listed]:
        """All documents of a subject, in order of upload."""
        with self._catalogue() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM documents WHERE subject = ? ORDER BY place", (subject,))
            return [Listed(*row) for row in rows]

    def erase(self, subject: bytes) -> int:
        """Destroys key, salts and documents of a subject here; how many there were. The history still verifies."""
        listed = self.of(subject)
        with self._catalogue("IMMEDIATE") as db:
            db.execute("DELETE FROM keys WHERE subject = ?", (subject,))
            db.execute("DELETE FROM documents WHERE subject = ?", (subject,))
        # Without the key these files are noise already.
        for item in listed:
            self._path(item.commitment).unlink(missing_ok=True)
        return len(listed)

    # --- files and catalogue

    def _catalogue(self, lock: str = "DEFERRED"):
        """One transaction, IMMEDIATE for writing."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return opened(self._folder / "catalogue.sqlite", lock, SCHEMA)

    def _key_of(self, db, subject: bytes) -> bytes | None:
        found = db.execute("SELECT wrapped FROM keys WHERE subject = ?", (subject,)).fetchone()
        return self._key_file.unwrap(found[0], subject) if found else None

    def _new_key(self, db, subject: bytes) -> bytes:
        wrapped = self._key_file.new_key(subject)
        db.execute("INSERT INTO keys VALUES (?, ?)", (subject, wrapped))
        return self._key_file.unwrap(wrapped, subject)

    def _open(self, db, listed: Listed) -> Document:
        path, key = self._path(listed.commitment), self._key_of(db, listed.subject)
        if key is None or not path.is_file():
            raise DocumentDamaged(f"Key or file of the document {hex_of(listed.commitment)} is missing")
        opened = unseal(key, path.read_bytes(), listed.about)
        salt, content = opened[:SALT_BYTES], opened[SALT_BYTES:]
        if commitment(salt, content) != listed.commitment:
            raise DocumentDamaged(f"The document {hex_of(listed.commitment)} is not what was committed to")
        return Document(listed, salt, content)

    def _path(self, committed: bytes) -> Path:
        return self._folder / committed.hex()

    def _write(self, committed: bytes, sealed: bytes) -> None:
        """On disk before anybody is told the commitment."""
        draft = self._folder / f"{committed.hex()}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._path(committed))


def _check_limit(db, subject: bytes, uploaded_by: int, limit: int | None) -> None:
    """Counted by uploader, so that no side can use up what the other needs."""
    query = "SELECT COUNT(*) FROM documents WHERE subject = ? AND uploaded_by = ?"
    (count,) = db.execute(query, (subject, uploaded_by)).fetchone()
    if limit is not None and count >= limit:
        raise DocumentLimitReached(f"You have {count} documents of this return here, the limit is {limit}", limit=limit)
