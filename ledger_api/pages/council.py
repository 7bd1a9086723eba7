"""Acts of the council: what they are in words, and what its members sign."""

from ledger_api.access import gate
from ledger_api.access.store import COUNCIL
from ledger_api.errors import AccessDenied
from ledger_api.pages import together
from ledger_api.pages.acts import Row, ToSign
from ledger_api.pages.common import ledger
from ledger_api.pages.participants import ROLE_WORDS
from ledger_api.pages.together import Circle, Seat
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.registry_state import ROLES, Registry
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


def circle(registry: Registry) -> Circle:
    """The council: one key, one seat."""
    seats = enumerate(registry.council, 1)
    members = tuple(Seat(_("Seat %(number)s", number=number), frozenset([actor])) for number, actor in seats)
    return Circle(COUNCIL, REGISTRY, members, registry.threshold)


def propose(body: dict, look) -> int:
    """Keeps an act with its first signature; its number."""
    signed = together.read(circle(look.registry), body)
    _keep_name(body, signed.request)
    return together.keep(circle(look.registry), signed)


def add(number: int, body: dict, look) -> int:
    """One more member's signature under an act."""
    return together.add(circle(look.registry), number, body)


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
    return [shown(*row, look, name) for row in ledger().access.proposals(COUNCIL)]


def shown(number: int, body: dict, made_at: int, sent_as: str | None, look, name: NameOf) -> dict:
    """An act with what it is, who has signed, and where it stands."""
    signed = rules.from_json(body)
    return {
        **together.standing(circle(look.registry), number, body, made_at, sent_as),
        "heading": heading(signed.action.name, signed.request, name),
        "rows": rows(signed.action.name, signed.request, name),
    }


def to_sign_too(body: dict, look, name: NameOf, post: str) -> ToSign | None:
    """The same act for another member's signature; None if he has signed, or sits not in the council."""
    signed, mine = rules.from_json(body), together.next_signer(circle(look.registry), body)
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
        with_it=together.same_as_first(body, post),
    )
