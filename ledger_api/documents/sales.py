"""Sales as the seller's server knows them: articles, order, buyer. Off chain, encrypted with a key per receipt.

The file `sales.sqlite` of a data folder. What is looked up (order, name, tracking number) is found by keyed hashes of
its words, so the file alone tells nobody anything. Erasing a sale destroys its key.
"""

import hmac
import re
import time
import unicodedata
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import orjson

from ledger_api.documents.database import opened
from ledger_api.documents.sealing import KeyFile, seal, unseal
from ledger_api.errors import InvalidField, NotFound
from ledger_api.rules.hashing import hex_of

TEXT_LIMIT = 200  # characters of one field
WORD_CHARACTERS = 24  # by which longer words are found
LEAST_PREFIX = 3  # characters with which a word is found by its beginning
FOUND_LIMIT = 50
# Letters that Unicode does not take apart into a letter and an accent.
STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"})
SCHEMA = """
CREATE TABLE IF NOT EXISTS sales (
    receipt BLOB PRIMARY KEY,
    seller INTEGER NOT NULL,
    claim_key BLOB NOT NULL,         -- address of the key in the claim link
    wrapped BLOB NOT NULL,           -- the sale's key, encrypted with the key file
    sealed BLOB NOT NULL,
    kept_at INTEGER NOT NULL         -- Unix seconds UTC
) STRICT;
CREATE TABLE IF NOT EXISTS words (
    receipt BLOB NOT NULL,
    word BLOB NOT NULL,              -- HMAC-SHA-256
    PRIMARY KEY (word, receipt)
) STRICT;
"""


@dataclass(frozen=True)
class Article:
    """What one line of a receipt is."""

    name: str
    sku: str = ""
    weight_g: int = 0  # of one piece
    origin: str = ""  # ISO 3166-1 alpha-2
    tariff: str = ""  # Harmonized System number


@dataclass(frozen=True)
class Contact:
    """A person and where goods or mail reach him."""

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True)
class Particulars:
    """What is known of a sale besides its receipt."""

    order: str  # the seller's own number
    articles: tuple[Article, ...]  # one for each line of the receipt
    buyer: Contact = field(default_factory=Contact)
    language: str = "en"  # of the buyer
    export_declaration: str = ""  # movement reference number (MRN) of the outbound export


@dataclass(frozen=True)
class Sale:
    """A sale that is kept here."""

    receipt: bytes
    seller: int
    claim_key: bytes
    signed_receipt: dict  # as `claim` carries it, in JSON
    particulars: Particulars
    order_salt: str  # 0x-hex; keccak256(salt, order) is what the receipt commits to


def read_particulars(given) -> Particulars:
    """Particulars from JSON; raises InvalidField that names the field."""
    body = _object(given, "particulars", Particulars)
    if not isinstance(body.get("articles"), list) or not body["articles"]:
        raise InvalidField("particulars.articles", "must be a list with one article for each line of the receipt")
    articles = tuple(_texts(Article, item, f"particulars.articles[{i}]") for i, item in enumerate(body["articles"]))
    buyer = _texts(Contact, body.get("buyer", {}), "particulars.buyer")
    plain = {name: _text(body.get(name, ""), f"particulars.{name}") for name in ("order", "export_declaration")}
    if not plain["order"]:
        raise InvalidField("particulars.order", "must be the number under which you find the order")
    for i, article in enumerate(articles):
        if not article.name:
            raise InvalidField(f"particulars.articles[{i}].name", "must say what the article is")
    language = _text(body.get("language", "en"), "particulars.language")
    return Particulars(articles=articles, buyer=buyer, language=language, **plain)


def _object(given, name: str, kind) -> dict:
    known = {item.name for item in fields(kind)}
    if not isinstance(given, dict):
        raise InvalidField(name, "must be an object")
    if unknown := sorted(set(given) - known):
        raise InvalidField(f"{name}.{unknown[0]}", f"is not a field here; known are {', '.join(sorted(known))}")
    return given


def _texts(kind, given, name: str):
    body = _object(given, name, kind)
    numbers = {item.name for item in fields(kind) if item.type is int}
    read = {}
    for key, value in body.items():
        if key not in numbers:
            read[key] = _text(value, f"{name}.{key}")
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
            read[key] = value
        else:
            raise InvalidField(f"{name}.{key}", "must be a whole number, not negative")
    try:
        return kind(**read)
    except TypeError:
        raise InvalidField(f"{name}.name", "is missing") from None


def _text(value, name: str) -> str:
    if not isinstance(value, str) or len(value) > TEXT_LIMIT or any(ord(c) < 32 for c in value):
        raise InvalidField(name, f"must be a line of text of at most {TEXT_LIMIT} characters")
    return value.strip()


class SaleStore:
    """The file `sales.sqlite`; the key file that wraps its keys is that of the documents."""

    def __init__(self, data_dir: Path):
        self._path = data_dir / "sales.sqlite"
        self._key_file = KeyFile(data_dir / "keys" / "documents.key")
        with opened(self._path, schema=SCHEMA):
            pass  # the tables are there now
        self._path.chmod(0o600)

    def keep(self, sale: Sale) -> None:
        """Keeps a sale, or what is known of it now."""
        wrapped = self._key_file.new_key(sale.receipt)
        body = asdict(sale.particulars) | {"signed_receipt": sale.signed_receipt, "order_salt": sale.order_salt}
        sealed = seal(self._key_file.unwrap(wrapped, sale.receipt), orjson.dumps(body), sale.receipt)
        row = (sale.receipt, sale.seller, sale.claim_key, wrapped, sealed, int(time.time()))
        with opened(self._path, "IMMEDIATE") as db:
            db.execute("DELETE FROM words WHERE receipt = ?", (sale.receipt,))
            db.execute("INSERT OR REPLACE INTO sales VALUES (?, ?, ?, ?, ?, ?)", row)
            self._enter(db, sale.receipt, (sale.particulars.order, sale.particulars.buyer.name))

    def also_find_by(self, receipt: bytes, text: str) -> None:
        """The sale is found by this too: a tracking number."""
        with opened(self._path, "IMMEDIATE") as db:
            self._enter(db, receipt, (text,))

    def get(self, receipt: bytes) -> Sale | None:
        """What is known of a sale; None if nothing is."""
        with opened(self._path) as db:
            row = db.execute("SELECT * FROM sales WHERE receipt = ?", (receipt,)).fetchone()
        return self._read(row) if row else None

    def of(self, receipt: bytes) -> Sale:
        """As `get`; raises NotFound."""
        found = self.get(receipt)
        if found is None:
            raise NotFound(f"No particulars of the receipt {hex_of(receipt)} are kept here")
        return found

    def seller_of(self, receipt: bytes) -> int | None:
        """The participant whose sale is kept here."""
        with opened(self._path) as db:
            row = db.execute("SELECT seller FROM sales WHERE receipt = ?", (receipt,)).fetchone()
        return row[0] if row else None

    def newest(self, seller: int, limit: int = FOUND_LIMIT) -> list[Sale]:
        """A seller's newest sales."""
        query = "SELECT * FROM sales WHERE seller = ? ORDER BY kept_at DESC, receipt LIMIT ?"
        with opened(self._path) as db:
            return [self._read(row) for row in db.execute(query, (seller, limit)).fetchall()]

    def find(self, seller: int, text: str, limit: int = FOUND_LIMIT) -> list[Sale]:
        """A seller's sales by all words of a text: order, buyer's name, tracking number; beginnings of words count."""
        wanted = [self._hash(word) for word in _words(text)]
        if not wanted:
            return []
        marks = ", ".join("?" * len(wanted))
        with opened(self._path) as db:
            rows = db.execute(
                "SELECT * FROM sales WHERE seller = ? AND receipt IN"
                f" (SELECT receipt FROM words WHERE word IN ({marks})"
                " GROUP BY receipt HAVING COUNT(*) = ?) ORDER BY kept_at DESC, receipt LIMIT ?",
                (seller, *wanted, len(set(wanted)), limit),
            ).fetchall()
            return [self._read(row) for row in rows]

    def erase(self, receipt: bytes) -> bool:
        """Destroys all that is known of a sale here; whether there was something."""
        with opened(self._path, "IMMEDIATE") as db:
            db.execute("DELETE FROM words WHERE receipt = ?", (receipt,))
            return bool(db.execute("DELETE FROM sales WHERE receipt = ?", (receipt,)).rowcount)

    def _read(self, row) -> Sale:
        receipt, seller, claim_key, wrapped, sealed, _ = row
        body = orjson.loads(unseal(self._key_file.unwrap(wrapped, receipt), sealed, receipt))
        signed, salt = body.pop("signed_receipt"), body.pop("order_salt")
        return Sale(receipt, seller, claim_key, signed, read_particulars(body), salt)

    def _enter(self, db, receipt: bytes, texts) -> None:
        """Each word with all its beginnings."""
        found = {
            word[:length]
            for text in texts
            for word in _words(text)
            for length in range(min(LEAST_PREFIX, len(word)), len(word) + 1)
        }
        rows = [(receipt, self._hash(word)) for word in sorted(found)]
        db.executemany("INSERT OR IGNORE INTO words VALUES (?, ?)", rows)

    def _hash(self, word: str) -> bytes:
        return hmac.digest(self._key_file.subkey(b"words of sales"), word.encode(), "sha256")


def _words(text: str) -> list[str]:
    """Words as they are looked up: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(STROKES))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [word[:WORD_CHARACTERS] for word in re.findall(r"\w+", plain)]
