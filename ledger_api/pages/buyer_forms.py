"""The forms of what a buyer does: their fields, and reading them into what is signed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ledger_api.pages import claims
from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.common import id_of, is_kept, not_kept
from ledger_api.rules.hashing import bytes_of
from ledger_api.texts import _

NOTHING = bytes(32)
WORDS_LIMIT = 4_000  # characters
BUYER = 0  # as a participant's number


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    name: str
    label: str
    # words, photos; text, number, date; choice, checks; of a lot that the browser draws: hash, show, new
    kind: str = "words"
    hint: str = ""
    choices: tuple = ()  # (value, words)
    value: str = ""


@dataclass
class Filled:
    """A form as it was sent, with the return that it is about."""

    state: dict
    look: object  # the view of the index
    name: Callable
    form: dict
    errors: Errors
    rows: list = field(default_factory=list)

    @property
    def return_id(self) -> bytes:
        return bytes_of(self.state["return_id"])

    def kept(self, name: str) -> bytes:
        """Commitment of a document that was kept under a field; zero if there is none. Only one that is kept counts."""
        text = self.form.get(f"{name}-kept", "")
        if not text:
            return NOTHING
        committed = id_of(text)
        if not is_kept(self.return_id, committed):
            self.errors.add(name, not_kept())
        return committed

    def words(self, needed: bool = False, prompt: str = "") -> bytes:
        """The commitment of the text, and a row that shows it."""
        text = self.form.get("said", "").strip()
        if needed and not text:
            self.errors.add("said", prompt or _("Write what you want to say."))
        if len(text) > WORDS_LIMIT:
            self.errors.add("said", _("Write at most %(limit)s characters.", limit=WORDS_LIMIT))
        if text:
            self.rows.append(Row(_("Your words"), text))
        return self.kept("said")

    def photos(self) -> bytes:
        """The commitment of the photos, and a row that says so."""
        committed = self.kept("photos")
        if committed != NOTHING:
            self.rows.append(Row(_("Photos or documents"), _("Kept, for you and the seller to see.")))
        return committed

    def seed(self) -> bytes:
        """What the browser drew, or its hash."""
        return claims.seed_of(self.form, self.errors)

    def message(self, committed: bytes) -> list:
        """A message with a document, where there is one."""
        request = {"returnId": self.return_id, "participant": BUYER, "message": committed}
        return [("sendMessage", request)] if committed != NOTHING else []


@dataclass(frozen=True)
class Act:
    """One thing that a buyer does: its heading, its fields, how it is read, and the words beside its button."""

    heading: Callable  # (state, name) → words
    fields: Callable  # (state, look) → list of Field
    read: Callable  # (Filled) → requests
    button: Callable
    commits: Callable


def words_field(label: str, hint: str = "") -> Field:
    """A text that is kept as a document."""
    return Field("said", label, "words", hint)


def photos_field() -> Field:
    """Files that are kept as documents."""
    return Field(
        "photos",
        _("Photos or documents, if you have any"),
        "photos",
        _("Pictures or PDF. You and the seller see them."),
    )
