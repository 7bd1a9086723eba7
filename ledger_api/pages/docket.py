"""The arbitrator's docket: cases by deadline, what was brought to each, and the ruling."""

from flask import render_template, request, url_for

from ledger_api.access import gate, people
from ledger_api.errors import AccessDenied
from ledger_api.pages import evidence, panel, ruling
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.common import articles_kept, names_in, now, pages_blueprint, view
from ledger_api.pages.disputed import contested_words_to_anyone, to_anyone, turn_for_anyone
from ledger_api.pages.disputes import fact_row
from ledger_api.pages.docket_case import DocketCase
from ledger_api.rules.amounts import amount
from ledger_api.rules.case_file import case_file
from ledger_api.rules.dispute_turns import dispute_standing
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.registry_state import ARBITRATOR
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


@blueprint.get("/docket/<dispute_id>")
def show(dispute_id: str):
    """The case file with all that was brought, and what the arbitrator can do."""
    with view() as look:
        case = DocketCase(dispute_id, look)
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
            "panel": panel.shown(case),
            "as_of": look.at,
        }
    return render_template("docket/show.html", **page)


# --- The ruling -------------------------------------------------------------------------------------------------------


@blueprint.get("/docket/<dispute_id>/ruling")
def ask(dispute_id: str):
    """The form."""
    with view() as look:
        return _form(DocketCase(dispute_id, look), Errors())


def _form(case: DocketCase, errors: Errors):
    choices = {name: marked(words) for name, words in ruling.verdicts(case.in_panel).items()}
    faults = {number: marked(words) for number, words in ruling.FAULTS.items()}
    lines = ruling.lines_of(case.case, case.rma, articles_kept(case.case.sale.subject))
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
        case = DocketCase(dispute_id, look)
        found = _effect(case, errors)[2]
    status = 422 if errors else 200
    return render_template("docket/_effect.html", effect=found, errors=errors.found), status


def _effect(case: DocketCase, errors: Errors) -> tuple:
    """(verdict, award, effect or None)."""
    verdict = ruling.verdict_of(request.form, errors, ruling.verdicts(case.in_panel))
    given = ruling.award_of(request.form, verdict, case.case, case.rma, errors)
    if errors:
        return verdict, given, None
    return verdict, given, ruling.effect(case.case, verdict, given, case.look.entries_of, errors)


@blueprint.post("/docket/<dispute_id>/ruling")
def rule(dispute_id: str):
    """Checks the form; then shows what is signed, and what it does."""
    errors = Errors()
    with view() as look:
        case = DocketCase(dispute_id, look)
        if not case.may_rule:
            raise AccessDenied("A ruling of yours would not be taken now")
        verdict, given, effect = _effect(case, errors)
        reasons = ruling.reasons_of(request.form, errors)
        if errors:
            return _form(case, errors)
        ruled = {"dispute": case.subject, "verdict": int(verdict), "award": given, "reasons": reasons}
        if case.in_panel:
            act = panel.to_propose(case, ruled, request.form["reasons_text"].strip())
            return sign_page(act, "docket/check_together.html", effect=effect)
        return sign_page(_to_sign(case, verdict, ruled), "docket/check.html", effect=effect)


def _to_sign(case: DocketCase, verdict: Verdict, ruled: dict) -> ToSign:
    change = f"{case.address}/ruling"
    return ToSign(
        actor=case.actor,
        requests=[("giveRuling", {**ruled, "participant": case.number})],
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
        return_id=case.dispute["return_id"],
    )


# --- Stepping back ----------------------------------------------------------------------------------------------------


@blueprint.get("/docket/<dispute_id>/recuse")
def recuse(dispute_id: str):
    """What stepping back means, and the button for it."""
    with view() as look:
        case = DocketCase(dispute_id, look)
        if not case.has_it:
            raise AccessDenied("The case does not wait for a ruling of yours")
    act = ToSign(
        actor=case.actor,
        requests=[("recuseArbitrator", {"dispute": case.subject, "participant": case.number})],
        heading=_("Give up your seat on the panel") if case.in_panel else _("Hand the case to the next arbitrator"),
        rows=[Row(_("You step back for"), case.name(case.number))],
        button=_("Step back from this case"),
        commits=_leaving(case),
        then=url_for("pages_docket.index"),
        back=case.address,
        return_id=case.dispute["return_id"],
    )
    return sign_page(act)


def _leaving(case: DocketCase) -> str:
    if case.in_panel:
        return _(
            "Do so if you know one of the sides, or cannot decide freely. The next on the list gets your seat, and you"
            " can no longer read the documents. What you signed here does not count any more. It cannot be taken back."
        )
    return _(
        "Do so if you know one of the sides, or cannot decide freely. The next on the list gets the case, and you"
        " can no longer read its documents. It cannot be taken back."
    )
