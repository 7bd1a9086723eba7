"""The arbitrator's docket: cases by deadline, what was brought to each, and the ruling."""

from flask import render_template, request, url_for

from ledger_api.access import gate, people
from ledger_api.errors import AccessDenied
from ledger_api.pages import evidence, ruling
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.common import id_of, names_in, now, pages_blueprint, server_url, view
from ledger_api.pages.disputed import contested_words_to_anyone, to_anyone, turn_for_anyone
from ledger_api.pages.disputes import fact_row
from ledger_api.rules.amounts import amount
from ledger_api.rules.case_file import case_file
from ledger_api.rules.dispute_case import dispute_case_of
from ledger_api.rules.dispute_turns import dispute_standing
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import ARBITRATOR
from ledger_api.rules.return_case import case_of
from ledger_api.rules.times import DAY_S
from ledger_api.texts import _, marked
from ledger_api.vocabulary import Verdict

blueprint = pages_blueprint("docket")

WEEK_S = 7 * DAY_S


# --- The docket -------------------------------------------------------------------------------------------------------


@blueprint.get("/docket")
def index():
    """Cases that wait for a ruling, by deadline; then those that wait for others, and those that ended."""
    numbers = [number for number, (roles, _actor) in gate.person().members.items() if roles & ARBITRATOR]
    with view() as look:
        name = names_in(look)
        rows = [_row(look.dispute_state(found), number, name) for number in numbers for found in _cases(look, number)]
    return render_template(
        "docket/index.html",
        groups=_groups([row for row in rows if row["mine"]]),
        others=[row for row in rows if not row["mine"] and not row["ended"]],
        ended=[row for row in rows if row["ended"]],
        as_whom=[name(number) for number in numbers],
    )


def _cases(look, number: int) -> list[bytes]:
    return look.disputes_before(number)


def _row(dispute: dict, number: int, name) -> dict:
    turn = turn_for_anyone(dispute, name, now())
    return {
        "dispute_id": dispute["dispute_id"],
        "standing": dispute_standing(dispute, to_anyone(name), now())[0],
        "contested": contested_words_to_anyone(dispute, name),
        "turn": turn,
        "until": dispute["turn"]["until"],
        "mine": number in dispute["turn"]["participants"],
        "ended": dispute["ending"] != "none",
        "ended_at": dispute["ended_at"],
    }


def _groups(rows: list[dict]) -> list[tuple[str, list[dict]]]:
    """(heading, rows) of cases to rule on: overdue, today, this week, later; only those that have any."""
    rows = sorted(rows, key=lambda row: row["until"])
    bounds = ((_("Overdue"), 0), (_("Today"), DAY_S), (_("This week"), WEEK_S), (_("Later"), None))
    groups, after = [], None
    for heading, within in bounds:
        limit = None if within is None else now() + within
        found = [row for row in rows if (after is None or row["until"] >= after) and _is_before(row, limit)]
        if found:
            groups.append((heading, found))
        after = limit
    return groups


def _is_before(row: dict, limit: int | None) -> bool:
    return limit is None or row["until"] < limit


# --- A case -----------------------------------------------------------------------------------------------------------


class _Case:
    """What the pages of a case share, at one look."""

    def __init__(self, dispute_id: str, look):
        self.subject, self.look = id_of(dispute_id), look
        self.number, self.actor = people.judged_by(gate.person(), self.subject, look) or _nobody()
        self.dispute, self.name = look.dispute_state(self.subject), names_in(look)
        self.case = dispute_case_of(self.subject, look.entries_of)
        self.rma = case_of(self.case.return_id, look.entries_of)

    @property
    def may_rule(self) -> bool:
        """Whether his ruling would be taken now."""
        turn = self.dispute["turn"]
        latest = max(now(), self.look.at.timestamp if self.look.at else 0)  # the contract asks the block's time
        begun = turn["from"] is None or latest >= turn["from"]
        return turn["act"] == "rule" and self.number in turn["participants"] and begun

    @property
    def has_it(self) -> bool:
        """Whether it is with him alone, so that he can step back."""
        turn = self.dispute["turn"]
        return turn["act"] == "rule" and self.number in turn["participants"]

    @property
    def address(self) -> str:
        return url_for("pages_docket.show", dispute_id=self.dispute["dispute_id"])

    def shared(self) -> dict:
        """Values for all templates of a case."""
        return {
            "dispute": self.dispute,
            "number": self.number,
            "actor": hex_of(self.actor),
            "currency": self.dispute["currency"],
            "may_rule": self.may_rule,
            "has_it": self.has_it,
            "cost": amount(self.case.terms["costMinor"], self.dispute["currency"]),
        }


def _nobody():
    raise AccessDenied("The case is not before any of your keys")


@blueprint.get("/docket/<dispute_id>")
def show(dispute_id: str):
    """The case file with all that was brought, and what the arbitrator can do."""
    with view() as look:
        case = _Case(dispute_id, look)
        name, return_id = to_anyone(case.name), bytes_of(case.dispute["return_id"])
        parts = {part: number for part, (number, _a) in people.parts_in(gate.person(), return_id, look).items()}
        file = case_file(case.subject, look.entries_of, case.name, now())
        page = {
            **case.shared(),
            "case": file,
            "turn": turn_for_anyone(case.dispute, case.name, now()),
            "facts": [fact_row(fact) for fact in file["facts"]],
            "evidence": evidence.of_dispute(case.dispute, look, parts, name),
            "papers": evidence.of_return(case.dispute, look, parts, name),
            "messages": evidence.messages(case.dispute, look, parts, name),
            "at": look.at,
            "server": server_url(),
        }
    return render_template("docket/show.html", **page)


# --- The ruling -------------------------------------------------------------------------------------------------------


@blueprint.get("/docket/<dispute_id>/ruling")
def ask(dispute_id: str):
    """The form."""
    with view() as look:
        return _form(_Case(dispute_id, look), Errors())


def _form(case: _Case, errors: Errors):
    choices = {name: marked(words) for name, words in ruling.VERDICTS.items()}
    faults = {number: marked(words) for number, words in ruling.FAULTS.items()}
    lines = ruling.lines_of(case.case, case.rma)
    file = case_file(case.subject, case.look.entries_of, case.name, now())
    return form_page(
        "docket/ruling.html",
        errors,
        form=request.form,
        lines=lines,
        verdicts=choices,
        faults=faults,
        refunded=amount(case.rma.refunded_minor, case.dispute["currency"]) if case.rma.refunded_minor else "",
        outcomes=file["outcomes"],
        **case.shared(),
    )


@blueprint.post("/docket/<dispute_id>/effect")
def show_effect(dispute_id: str):
    """What the ruling in the form would do: a part of the page that asks."""
    errors = Errors()
    with view() as look:
        case = _Case(dispute_id, look)
        found = _effect(case, errors)[2]
    status = 422 if errors else 200
    return render_template("docket/_effect.html", effect=found, errors=errors.found), status


def _effect(case: _Case, errors: Errors) -> tuple:
    """(verdict, award, effect or None)."""
    verdict = ruling.verdict_of(request.form, errors)
    given = ruling.award_of(request.form, verdict, case.case, case.rma, errors)
    if errors:
        return verdict, given, None
    return verdict, given, ruling.effect(case.case, verdict, given, case.look.entries_of, errors)


@blueprint.post("/docket/<dispute_id>/ruling")
def rule(dispute_id: str):
    """Checks the form; then shows what is signed, and what it does."""
    errors = Errors()
    with view() as look:
        case = _Case(dispute_id, look)
        if not case.may_rule:
            raise AccessDenied("A ruling of yours would not be taken now")
        verdict, given, effect = _effect(case, errors)
        reasons = ruling.reasons_of(request.form, errors)
        if errors:
            return _form(case, errors)
        return sign_page(_to_sign(case, verdict, given, reasons), "docket/check.html", effect=effect)


def _to_sign(case: _Case, verdict: Verdict, given: dict, reasons: bytes) -> ToSign:
    request_ = {
        "dispute": case.subject,
        "participant": case.number,
        "verdict": int(verdict),
        "award": given,
        "reasons": reasons,
    }
    change = f"{case.address}/ruling"
    return ToSign(
        actor=case.actor,
        requests=[("giveRuling", request_)],
        heading=_("Check your ruling"),
        rows=[
            Row(_("You rule for"), case.name(case.number)),
            Row(_("Ruling"), marked(ruling.SAID[verdict]), change),
            Row(_("Reasons"), request.form["reasons_text"].strip(), change),
        ],
        button=_("Sign the ruling"),
        commits=_(
            "Both sides read the ruling and its reasons at once. Each can appeal once; if nobody does, it takes effect."
            " You cannot take it back."
        ),
        then=case.address,
        back=change,
    )


# --- Stepping back ----------------------------------------------------------------------------------------------------


@blueprint.get("/docket/<dispute_id>/recuse")
def recuse(dispute_id: str):
    """What stepping back means, and the button for it."""
    with view() as look:
        case = _Case(dispute_id, look)
        if not case.has_it:
            raise AccessDenied("The case does not wait for a ruling of yours")
    act = ToSign(
        actor=case.actor,
        requests=[("recuseArbitrator", {"dispute": case.subject, "participant": case.number})],
        heading=_("Hand the case to the next arbitrator"),
        rows=[Row(_("You step back for"), case.name(case.number))],
        button=_("Step back from this case"),
        commits=_(
            "Do so if you know one of the sides, or cannot decide freely. The next on the list gets the case, and you"
            " can no longer read its documents. It cannot be taken back."
        ),
        then=url_for("pages_docket.index"),
        back=case.address,
    )
    return sign_page(act)
