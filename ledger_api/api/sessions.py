"""Signing in: a signature over a challenge shows whose key a browser has. No passwords."""

from flask import Blueprint, request

from ledger_api.access import gate
from ledger_api.access.people import person_of
from ledger_api.api.common import answer, json_body, ledger, view
from ledger_api.errors import AccessWrong, InvalidField
from ledger_api.rules import access_proofs
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import ROLES
from ledger_api.rules.signatures import is_valid

blueprint = Blueprint("sessions", __name__, url_prefix="/api/v1/session")

FIELDS = {"actor": 20, "challenge": 32, "signature": None}  # name → bytes
ACTORS_LIMIT = 50  # of one session


@blueprint.get("")
def get_session():
    """Who is signed in here: keys, participants with their roles."""
    return answer(_body(gate.person()))


@blueprint.post("/challenge")
def make_challenge():
    """What to sign next, as SignIn with keccak256 of this site's origin."""
    return answer({"challenge": hex_of(ledger().access.challenge()), "origin": gate.origin()}, 201)


@blueprint.post("")
def start():
    """Adds a key to this browser's session; the body has actor, challenge and signature."""
    given = _read(json_body())
    actor, challenge = given["actor"], given["challenge"]
    if not ledger().access.take_challenge(challenge):
        raise AccessWrong("That challenge was not given out here, was used, or is older than five minutes")
    separator = ledger().deployment.separator(access_proofs.DOMAIN)
    if not is_valid(actor, access_proofs.digest_to_sign_in(challenge, gate.origin(), separator), given["signature"]):
        raise AccessWrong(f"The signature is not by {hex_of(actor)} over this challenge and {gate.origin()}")
    before = gate.session()
    others = [known for known in (before.actors if before else ()) if known != actor]
    actors = (actor, *others)[:ACTORS_LIMIT]
    token = ledger().access.start_session(actors, request.cookies.get(gate.COOKIE))
    with view() as look:
        response = answer(_body(person_of(actors, look)), 201)
    response.set_cookie(
        gate.COOKIE,
        token,
        max_age=ledger().settings.session_s,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


@blueprint.post("/end")
def end():
    """Signs out."""
    if token := request.cookies.get(gate.COOKIE):
        ledger().access.end_session(token)
    response = answer({})
    response.delete_cookie(gate.COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def _read(body) -> dict[str, bytes]:
    if not isinstance(body, dict):
        raise InvalidField("body", f"must be an object with {', '.join(FIELDS)}")
    read = {}
    for name, length in FIELDS.items():
        try:
            read[name] = bytes_of(body[name])
        except KeyError:
            raise InvalidField(name, "is missing") from None
        except (ValueError, TypeError, AttributeError):
            raise InvalidField(name, "must be hexadecimal and begin with 0x") from None
        if length is not None and len(read[name]) != length:
            raise InvalidField(name, f"must be {length} bytes, is {len(read[name])}")
    return read


def _body(person) -> dict:
    members = [
        {
            "participant": number,
            "roles": [name for bit, name in ROLES.items() if roles & bit],
            "actor": hex_of(actor),
        }
        for number, (roles, actor) in sorted(person.members.items())
    ]
    council = [hex_of(actor) for actor in person.council]
    return {"actors": [hex_of(actor) for actor in person.actors], "participants": members, "council": council}
