"""Acts that several sign: each signs the same, one after another, and the relay gets it once enough have.

A circle is who may: the council, or the panel of a dispute. What waits is kept per circle, and shown to it alone.
"""

import secrets
from dataclasses import dataclass

from ledger_api.access import gate
from ledger_api.errors import AccessDenied, InvalidField, LedgerError
from ledger_api.pages.common import ledger, now
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.signatures import is_valid


@dataclass(frozen=True)
class Seat:
    """One of those who sign: each counts once, with whichever of its keys."""

    name: str
    actors: frozenset


@dataclass(frozen=True)
class Circle:
    """Who signs such acts, and how many of them have to."""

    of: str
    contract: str
    seats: tuple[Seat, ...]
    needed: int
    is_open: bool = True  # whether such an act is still waited for

    def seat_of(self, actor: bytes) -> Seat | None:
        return next((seat for seat in self.seats if actor in seat.actors), None)

    def signed(self, authorisations: list[dict]) -> list[dict]:
        """Signatures of those who sit here now."""
        return [given for given in authorisations if self.seat_of(bytes_of(given["actor"])) is not None]

    def count(self, authorisations: list[dict]) -> int:
        """How many of the seats have signed."""
        return len({self.seat_of(bytes_of(given["actor"])) for given in self.signed(authorisations)})


# --- Signing ----------------------------------------------------------------------------------------------------------


def read(circle: Circle, body: dict) -> rules.SignedRequest:
    """An act with its first signature, by one of the circle in his own session."""
    signed = rules.from_json({name: body.get(name) for name in ("contract", "action", "request", "authorisations")})
    if signed.action.contract != circle.contract or not signed.action.many:
        raise InvalidField("action", "must be an act that these members sign together")
    given = signed.to_json()["authorisations"]
    _check(circle, signed, given[0])
    if len(given) != 1:
        raise InvalidField("authorisations", "must be one")
    return signed


def keep(circle: Circle, signed: rules.SignedRequest) -> int:
    """Keeps an act that was read, and sends it if one signature is enough; its number."""
    kept = signed.to_json()
    sent_as = _sent_if_enough(circle, kept)
    number = ledger().access.propose(kept, circle.of)
    _mark(number, sent_as)
    return number


def add(circle: Circle, number: int, body: dict) -> int:
    """One more member's signature under an act, as it is signed; it goes to the relay once enough have signed."""
    kept, sent_as = ledger().access.proposal(number, circle.of)
    if sent_as is not None:
        return number
    given = rules.from_json({**kept, "authorisations": body.get("authorisations")}).to_json()["authorisations"]
    signed = rules.from_json({**kept, "authorisations": [kept["authorisations"][0], *given]})
    if len(given) != 1:
        raise InvalidField("authorisations", "must be one")
    _check(circle, signed, given[0])
    others = [item for item in kept["authorisations"] if item["actor"] != given[0]["actor"]]
    # What the contract refuses is not kept: the member reads why, and can sign again.
    sent_as = _sent_if_enough(circle, {**kept, "authorisations": [*others, *given]})
    ledger().access.add_authorisation(number, given[0])
    _mark(number, sent_as)
    return number


def _check(circle: Circle, signed: rules.SignedRequest, given: dict) -> None:
    """By one of the circle, in his own session, over exactly this act, while it is waited for."""
    if not circle.is_open:
        raise AccessDenied("Such an act is no longer waited for")
    actor = bytes_of(given["actor"])
    if circle.seat_of(actor) is None or actor not in gate.person().actors:
        raise AccessDenied("That key has no seat here, or is not yours")
    digest = signed.digest(ledger().deployment.separator(circle.contract))
    if not is_valid(actor, digest, bytes_of(given["signature"])):
        raise InvalidField("authorisations", "is not signed by that key")


def _sent_if_enough(circle: Circle, body: dict) -> str | None:
    """Id of the request once it was handed to the relay; raises RequestRefused if the contract would refuse it."""
    given = circle.signed(body["authorisations"])
    if circle.count(given) < circle.needed:
        return None
    return ledger().intake.accept({"id": secrets.token_hex(16), **body, "authorisations": given})["id"]


def _mark(number: int, sent_as: str | None) -> None:
    if sent_as is not None:
        ledger().access.mark_sent(number, sent_as)


# --- What waits, and what was sent ------------------------------------------------------------------------------------


def standing(circle: Circle, number: int, body: dict, made_at: int, sent_as: str | None) -> dict:
    """Who has signed an act, until when it can be, and where it stands.

    `state` is waiting, over, expired, sent, recorded or failed.
    """
    signed = rules.from_json(body)
    actors = {bytes_of(given["actor"]) for given in body["authorisations"]}
    state, problem = _state(circle, signed, sent_as)
    mine = frozenset(gate.person().actors)
    return {
        "number": number,
        "made_at": made_at,
        "deadline": _last_day(signed),
        "signed": circle.count(body["authorisations"]),
        "needed": circle.needed,
        "seats": [
            {
                "name": seat.name,
                "addresses": sorted(map(hex_of, seat.actors)),
                "signed": bool(seat.actors & actors),
                "mine": bool(seat.actors & mine),
            }
            for seat in circle.seats
        ],
        "state": state,
        "problem": problem,
    }


def _last_day(signed: rules.SignedRequest) -> int:
    """Until when the relay takes it, Unix seconds UTC: it wants time to bring it onto the chain again."""
    return signed.deadline - ledger().settings.keep_s


def _state(circle: Circle, signed: rules.SignedRequest, sent_as: str | None) -> tuple[str, str]:
    if sent_as is None:
        waits = "expired" if _last_day(signed) < now() else "waiting"
        return (waits if circle.is_open else "over"), ""
    try:
        status = ledger().intake.status(sent_as)
    except LedgerError:
        return "sent", ""
    if status["state"] == "failed":
        return "failed", status.get("problem", {}).get("detail", "")
    return ("recorded" if status["state"] == "recorded" else "sent"), ""


def next_signer(circle: Circle, body: dict) -> bytes | None:
    """The key with which who asks can sign too; None if he has no seat, or it has signed."""
    done = {circle.seat_of(bytes_of(given["actor"])) for given in body["authorisations"]}
    mine = gate.person().actors
    return next((a for a in mine if (seat := circle.seat_of(a)) is not None and seat not in done), None)


def same_as_first(body: dict, post: str) -> dict:
    """What the page of another signature holds besides the act: all sign the same nonce and deadline."""
    signed = rules.from_json(body)
    return {"post": post, "nonce": str(signed.nonce), "deadline": signed.deadline}
