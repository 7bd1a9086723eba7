"""The operation: how this server is, who takes part with which keys, invitations, and acts of the council."""

from flask import redirect, render_template, request, url_for

from ledger_api.access.store import COUNCIL
from ledger_api.errors import InvalidField, NotFound, RequestError
from ledger_api.pages import council
from ledger_api.pages.acts import Errors, form_page, sign_page
from ledger_api.pages.common import ledger, names_in, now, pages_blueprint, server_url, view
from ledger_api.pages.participants import ROLE_WORDS
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import ROLES
from ledger_api.texts import _, marked, ngettext

blueprint = pages_blueprint("operator")

NAME_LIMIT = 80  # characters
LATE_BLOCKS = 20  # an index further behind than that is told
DUE_SHOWN = 20
CHECK = "operator/check.html"


# --- The overview -----------------------------------------------------------------------------------------------------


@blueprint.get("/operator")
def index():
    """How it is; what waits for signatures and for keys; who takes part."""
    with view() as look:
        name, registry = names_in(look), look.registry
        acts = council.overview(look, name)
        page = {
            "health": _health(look),
            "waiting": [act for act in acts if act["state"] == "waiting"],
            "sent": [act for act in acts if act["state"] != "waiting"],
            "invitations": [_invitation(item, registry, name) for item in ledger().access.invitations()],
            "members": [_member(member, name) for member in registry.members.values()],
            "threshold": registry.threshold,
            "seats": len(registry.council),
        }
    return render_template("operator/index.html", **page)


def _health(look) -> dict:
    parts, counts = ledger(), ledger().outbox.counts()
    height = look.at.number if look.at else 0
    at = max(now(), look.at.timestamp if look.at else 0)
    lag = max(0, parts.follower.chain_height - height)
    waiting = sum(counts.get(state, 0) for state in ("queued", "sent"))
    due = [*look.due_returns(at, None, DUE_SHOWN), *look.due_disputes(at, None, DUE_SHOWN)]
    trouble = [text for text in (parts.sender.trouble, parts.follower.trouble) if text]
    return {
        "chain_id": parts.deployment.chain_id,
        "block": height,
        "lag": lag,
        "waiting": waiting,
        "failed": counts.get("failed", 0),
        "recorded": counts.get("recorded", 0),
        "due_returns": [hex_of(found[0]) for found in look.due_returns(at, None, DUE_SHOWN)],
        "due_disputes": [hex_of(found[0]) for found in look.due_disputes(at, None, DUE_SHOWN)],
        "due": len(due),
        "wrong": _wrong(lag, waiting, trouble),
        "since": int(parts.started_at),
    }


def _wrong(lag: int, waiting: int, trouble: list[str]) -> list[str]:
    """What is wrong, in words; nothing if all is well."""
    words = [_("The server says: %(trouble)s", trouble=text) for text in trouble]
    if lag > LATE_BLOCKS:
        words.append(
            ngettext(
                "Pages are %(num)s block behind: they show what was.",
                "Pages are %(num)s blocks behind: they show what was.",
                lag,
            )
        )
    limit = ledger().settings.queue_limit
    if waiting * 2 > limit:
        words.append(_("%(waiting)s of at most %(limit)s requests wait to be recorded.", waiting=waiting, limit=limit))
    return words


def _invitation(item, registry, name) -> dict:
    key = registry.keys.get(item.actor) if item.actor else None
    state = "open" if item.actor is None else "joined" if key is None else "admitted"
    return {
        "name": item.name,
        "of": name(item.participant),
        "participant": item.participant,
        "actor": hex_of(item.actor) if item.actor else "",
        "state": state,
        "expires_at": item.expires_at,
        "joined_at": item.joined_at,
    }


def _member(member, name) -> dict:
    return {
        "number": member.number,
        "name": name(member.number),
        "roles": council.role_words(member.roles),
        "suspended": member.suspended,
    }


# --- Participants -----------------------------------------------------------------------------------------------------


@blueprint.get("/operator/participants/<int:number>")
def participant(number: int):
    """One participant: its keys, and what the council can do."""
    with view() as look:
        member = _existing(look, number)
        keys = look.registry.keys
        return form_page(
            "operator/participant.html",
            Errors(),
            member=_member(member, names_in(look)),
            keys=[{"address": hex_of(address), "key": keys[address]} for address in member.keys],
            roles=_roles(member.roles),
            form=request.form,
        )


def _existing(look, number: int):
    member = look.registry.members.get(number)
    if member is None:
        raise NotFound(f"There is no participant {number}")
    return member


def _roles(chosen: int) -> list[tuple[int, str, bool]]:
    return [(bit, marked(ROLE_WORDS[name]), bool(chosen & bit)) for bit, name in ROLES.items()]


def _checked(action: str, values: dict, look, back: str, **more):
    """The page on which a member of the council checks and signs."""
    post = url_for("pages_operator.propose")
    return sign_page(council.to_sign(action, values, look, names_in(look), post=post, back=back, **more), CHECK)


@blueprint.get("/operator/participants/<int:number>/suspension")
def suspension(number: int):
    """Suspends, or reinstates who is suspended."""
    with view() as look:
        member = _existing(look, number)
        values = {"participant": number, "suspended": not member.suspended}
        return _checked("setSuspension", values, look, url_for(".participant", number=number))


@blueprint.post("/operator/participants/<int:number>/roles")
def roles(number: int):
    """Other roles than before."""
    with view() as look:
        _existing(look, number)
        values = {"participant": number, "roles": _chosen_roles()}
        return _checked("setRoles", values, look, url_for(".participant", number=number))


def _chosen_roles() -> int:
    given = set(request.form.getlist("roles"))
    return sum(bit for bit in ROLES if str(bit) in given)


@blueprint.get("/operator/participants/<int:number>/keys/<address>/admission")
def admission(number: int, address: str):
    """Lets a key act for a participant: one that came with an invitation, or any other."""
    with view() as look:
        _existing(look, number)
        values = {"participant": number, "key": _address(address), "inCustody": False}
        return _checked("addKey", values, look, url_for(".index"))


@blueprint.get("/operator/participants/<int:number>/keys/<address>/end")
def end_key(number: int, address: str):
    """Ends a key."""
    with view() as look:
        _existing(look, number)
        return _checked("endKey", {"key": _address(address)}, look, url_for(".participant", number=number))


def _address(text: str) -> bytes:
    try:
        found = bytes_of(text.strip().lower())
    except ValueError:
        found = b""
    if len(found) != 20:
        raise InvalidField("address", "must be 20 bytes, hexadecimal, beginning with 0x")
    return found


@blueprint.get("/operator/admit")
def ask_admit():
    """The form for a new participant."""
    return form_page("operator/admit.html", Errors(), form=request.form, roles=_roles(0))


@blueprint.post("/operator/admit")
def admit():
    """Checks it; the name goes into the directory once it is signed."""
    errors = Errors()
    name = _name(errors, _("Enter its name, as all are to read it."))
    chosen = _chosen_roles()
    if not chosen:
        errors.add("roles", _("Choose at least one role."))
    if errors:
        return form_page("operator/admit.html", errors, form=request.form, roles=_roles(chosen))
    committed, entry = ledger().directory.entry_for(name)
    with view() as look:
        values = {"participant": _next_number(look), "roles": chosen, "directory": committed}
        more = {"new_name": name, "with_it": {"directory": entry}}
        return _checked("admitParticipant", values, look, url_for(".ask_admit"), **more)


def _name(errors: Errors, words: str) -> str:
    """Of a participant or a person, as it was typed."""
    name = errors.needs(request.form, "name", words)
    if len(name) > NAME_LIMIT:
        errors.add("name", _("Enter at most %(limit)s characters.", limit=NAME_LIMIT))
    return name


def _next_number(look) -> int:
    """The first that nobody has, and no act that waits."""
    proposed = (body["request"] for _n, body, _m, _s in ledger().access.proposals(COUNCIL))
    taken = {int(values["participant"]) for values in proposed if "roles" in values and "directory" in values}
    return max({0, *look.registry.members, *taken}) + 1


# --- Invitations ------------------------------------------------------------------------------------------------------


@blueprint.get("/operator/invite")
def ask_invite():
    """For whom, and for which participant."""
    return _invite_form(Errors())


@blueprint.post("/operator/invite")
def invite():
    """Makes the link, which is shown this once: here only its hash is kept."""
    errors = Errors()
    name = _name(errors, _("Enter the name of the person."))
    chosen = request.form.get("participant", "")
    with view() as look:
        number = int(chosen) if chosen.isdigit() else 0
        if number not in look.registry.members:
            errors.add("participant", _("Choose for whom the person will act."))
        of = names_in(look)(number)
    if errors:
        return _invite_form(errors)
    token = ledger().access.invite(number, name)
    link = server_url() + url_for("pages_account.join", token=token)
    return render_template("operator/invited.html", name=name, of=of, link=link)


def _invite_form(errors: Errors):
    with view() as look:
        members = [_member(member, names_in(look)) for member in look.registry.members.values()]
    return form_page("operator/invite.html", errors, form=request.form, members=members)


# --- Acts of the council ----------------------------------------------------------------------------------------------


@blueprint.post("/operator/proposals")
def propose():
    """Takes an act with its first signature, as JSON of this site's module."""
    return _answered(council.propose)


@blueprint.post("/operator/proposals/<int:number>")
def sign_too(number: int):
    """Takes another member's signature."""
    return _answered(lambda body, look: council.add(number, body, look))


def _answered(take):
    """JSON for the module: where to go on, or what was refused."""
    try:
        with view() as look:
            number = take(_json(), look)
    except RequestError as error:
        return {"detail": error.detail}, error.status
    return {"then": url_for(".proposal", number=number)}


def _json() -> dict:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidField("body", "must be an object")
    return body


@blueprint.get("/operator/proposals")
def proposals():
    """Where they are listed."""
    return redirect(url_for(".index"))


@blueprint.get("/operator/proposals/<int:number>")
def proposal(number: int):
    """An act: who has signed, where it stands, and a button for who has not signed."""
    with view() as look:
        name = names_in(look)
        found = ledger().access.proposed(number, COUNCIL)
        act = council.shown(*found, look, name)
        post = url_for(".sign_too", number=number)
        waits = act["state"] == "waiting"
        signing = council.to_sign_too(found[1], look, name, post) if waits else None
    return render_template("operator/proposal.html", act=act, signing=signing)
