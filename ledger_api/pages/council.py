"""Acts of the council: what they are in words, and how members sign the same act one after another."""

import secrets

from ledger_api.access import gate
from ledger_api.access.people import Person
from ledger_api.errors import AccessDenied, InvalidField, LedgerError
from ledger_api.pages.acts import Row, ToSign
from ledger_api.pages.common import ledger, now
from ledger_api.pages.participants import ROLE_WORDS
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import ROLES, Registry
from ledger_api.rules.signatures import is_valid
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, marked

REGISTRY = "ParticipantRegistry"


def role_words(roles: int) -> str:
    """Bits of roles as words."""
    return ", ".join(marked(ROLE_WORDS[name]) for bit, name in ROLES.items() if roles & bit) or _("no role")


def member_key(registry: Registry) -> bytes:
    """The key with which who asks signs for the council."""
    found = gate.person().council
    if not found:
        raise AccessDenied("That is for the council")
    return found[0]


# --- In words ---------------------------------------------------------------------------------------------------------


def heading(action: str, request: dict, name: NameOf, new_name: str = "") -> str:
    """An act in a sentence; `request` has parsed values."""
    if action == "admitParticipant":
        return _("Admit %(name)s", name=new_name or name(request["participant"]))
    if action == "addKey":
        return _("Let a key act for %(name)s", name=name(request["participant"]))
    if action == "endKey":
        return _("End a key")
    if action == "setSuspension":
        who = name(request["participant"])
        return _("Suspend %(name)s", name=who) if request["suspended"] else _("Reinstate %(name)s", name=who)
    if action == "setRoles":
        return _("Change the roles of %(name)s", name=name(request["participant"]))
    return _("Another act: %(action)s", action=action)


def rows(action: str, request: dict, name: NameOf, new_name: str = "") -> list[Row]:
    """What is signed, line by line."""
    found = []
    if "participant" in request:
        who = new_name or name(request["participant"])
        number = request["participant"]
        found.append(Row(_("Participant"), _("%(name)s, number %(number)s", name=who, number=number)))
    if "roles" in request:
        found.append(Row(_("Roles"), role_words(request["roles"])))
    if "key" in request:
        found.append(Row(_("Key"), hex_of(request["key"])))
    if request.get("inCustody"):
        found.append(Row(_("Where the key is"), _("A server holds it for its owner")))
    return found


# --- Signing ----------------------------------------------------------------------------------------------------------


def to_sign(action: str, request: dict, look, name: NameOf, **more) -> ToSign:
    """An act for its first signature; `more` replaces fields of ToSign, `new_name` is that of a new participant."""
    registry, new_name = look.registry, more.pop("new_name", "")
    then = more.pop("post")
    return ToSign(
        actor=member_key(registry),
        requests=[(action, request)],
        heading=heading(action, request, name, new_name),
        rows=rows(action, request, name, new_name),
        button=_("Sign for the council"),
        commits=_commits(registry),
        then=then,
        with_it={"post": then, **more.pop("with_it", {})},
        **more,
    )


def _commits(registry: Registry) -> str:
    if registry.threshold < 2:
        return _("It takes effect at once, and stays in the record.")
    return _(
        "It takes effect once %(needed)s of the %(all)s members of the council have signed, and stays in the record.",
        needed=registry.threshold,
        all=len(registry.council),
    )


def propose(body: dict, look) -> int:
    """Keeps an act with its first signature; its number."""
    signed = rules.from_json({name: body.get(name) for name in ("contract", "action", "request", "authorisations")})
    if signed.action.contract != REGISTRY or not signed.action.many:
        raise InvalidField("action", "must be an act of the council")
    kept = signed.to_json()
    _check(signed, kept["authorisations"][0], look.registry, gate.person())
    if len(kept["authorisations"]) != 1:
        raise InvalidField("authorisations", "must be one")
    _keep_name(body, signed.request)
    sent_as = _sent_if_enough(kept, look.registry)
    number = ledger().access.propose(kept)
    _mark(number, sent_as)
    return number


def add(number: int, body: dict, look) -> int:
    """One more member's signature under an act, as it is signed; it goes to the relay once enough have signed."""
    kept, sent_as = ledger().access.proposal(number)
    if sent_as is not None:
        return number
    given = rules.from_json({**kept, "authorisations": body.get("authorisations")}).to_json()["authorisations"]
    signed = rules.from_json({**kept, "authorisations": [kept["authorisations"][0], *given]})
    if len(given) != 1:
        raise InvalidField("authorisations", "must be one")
    _check(signed, given[0], look.registry, gate.person())
    others = [item for item in kept["authorisations"] if item["actor"] != given[0]["actor"]]
    # What the contract refuses is not kept: the member reads why, and can sign again.
    sent_as = _sent_if_enough({**kept, "authorisations": [*others, *given]}, look.registry)
    ledger().access.add_authorisation(number, given[0])
    _mark(number, sent_as)
    return number


def _check(signed: rules.SignedRequest, given: dict, registry: Registry, person: Person) -> None:
    """By a member of the council, in his own session, over exactly this act."""
    actor = bytes_of(given["actor"])
    if actor not in registry.council or actor not in person.council:
        raise AccessDenied("That key does not sit in the council, or is not yours")
    digest = signed.digest(ledger().deployment.separator(REGISTRY))
    if not is_valid(actor, digest, bytes_of(given["signature"])):
        raise InvalidField("authorisations", "is not signed by that key")


def _sent_if_enough(body: dict, registry: Registry) -> str | None:
    """Id of the request once it was handed to the relay; raises RequestRefused if the contract would refuse it."""
    actors = {given["actor"].lower() for given in body["authorisations"]}
    seated = [actor for actor in registry.council if hex_of(actor) in actors]
    if len(seated) < registry.threshold:
        return None
    return ledger().intake.accept({"id": secrets.token_hex(16), **body})["id"]


def _mark(number: int, sent_as: str | None) -> None:
    if sent_as is not None:
        ledger().access.mark_sent(number, sent_as)


def _keep_name(body: dict, request: dict) -> None:
    """The name of a new participant, if it fits what was signed."""
    shown = body.get("directory")
    if not isinstance(shown, dict) or "directory" not in request:
        return
    fits = {**shown, "commitment": hex_of(request["directory"])}
    ledger().directory.merge([{"participant": request["participant"], "directory": fits}])


# --- Acts that wait, and those that were sent -------------------------------------------------------------------------


def overview(look, name: NameOf) -> list[dict]:
    """All acts known here, the newest first."""
    return [shown(number, body, made_at, sent_as, look, name) for number, body, made_at, sent_as in _all()]


def _all() -> list:
    return ledger().access.proposals()


def shown(number: int, body: dict, made_at: int, sent_as: str | None, look, name: NameOf) -> dict:
    """An act with who has signed and where it stands: waiting, expired, sent, recorded or failed."""
    registry, signed = look.registry, rules.from_json(body)
    actors = [bytes_of(given["actor"]) for given in body["authorisations"]]
    state, problem = _state(signed, sent_as)
    return {
        "number": number,
        "heading": heading(signed.action.name, signed.request, name),
        "rows": rows(signed.action.name, signed.request, name),
        "made_at": made_at,
        "deadline": _last_day(signed),
        "signed": len([actor for actor in actors if actor in registry.council]),
        "needed": registry.threshold,
        "seats": [
            {"seat": seat, "address": hex_of(actor), "signed": actor in actors, "mine": actor in gate.person().council}
            for seat, actor in enumerate(registry.council, 1)
        ],
        "state": state,
        "problem": problem,
    }


def _last_day(signed: rules.SignedRequest) -> int:
    """Until when the relay takes it, Unix seconds UTC: it wants time to bring it onto the chain again."""
    return signed.deadline - ledger().settings.keep_s


def _state(signed: rules.SignedRequest, sent_as: str | None) -> tuple[str, str]:
    if sent_as is None:
        return ("expired" if _last_day(signed) < now() else "waiting"), ""
    try:
        status = ledger().intake.status(sent_as)
    except LedgerError:
        return "sent", ""
    if status["state"] == "failed":
        return "failed", status.get("problem", {}).get("detail", "")
    return ("recorded" if status["state"] == "recorded" else "sent"), ""


def to_sign_too(number: int, body: dict, look, name: NameOf, post: str) -> ToSign | None:
    """The same act for another member's signature; None if he has signed, or sits not in the council."""
    signed, done = rules.from_json(body), {bytes_of(given["actor"]) for given in body["authorisations"]}
    mine = next((actor for actor in gate.person().council if actor not in done), None)
    if mine is None:
        return None
    action = signed.action.name
    return ToSign(
        actor=mine,
        requests=[(action, signed.request)],
        heading=heading(action, signed.request, name),
        rows=[],
        button=_("Sign it too"),
        then=post,
        commits=_commits(look.registry),
        with_it={"post": post, "nonce": str(signed.nonce), "deadline": signed.deadline},
    )
