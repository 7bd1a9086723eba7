"""The bench: what arrived is looked up by scan or number, checked line by line, and signed in one go."""

from flask import redirect, render_template, request, url_for

from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.common import now, pages_blueprint, view
from ledger_api.pages.desk import Desk, act_form, act_page, commitment, day_of, desk_of, nothing_to_do, percent_of
from ledger_api.pages.inbox import rows_of, search
from ledger_api.pages.seller_words import awaited, money_table, waiting
from ledger_api.rules.acceptance import due_after
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.return_state import pays_money
from ledger_api.rules.times import day, period
from ledger_api.rules.wording import grade_words, percent
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import DISPOSITIONS, GRADES

blueprint = pages_blueprint("bench")

FORM = ["GET", "POST"]
PIECES_LIMIT = 2**24 - 1
GRADE_WORDS = {
    1: mark("A: as new"),
    2: mark("B: small traces of use"),
    3: mark("C: clearly used"),
    4: mark("D: damaged"),
    5: mark("X: beyond use, or not what was sold"),
}
DISPOSITION_WORDS = {
    "not_decided": mark("Not decided"),
    "restock": mark("Back into stock"),
    "refurbish": mark("To be made good"),
    "return_to_vendor": mark("Back to its maker"),
    "liquidate": mark("To be sold off"),
    "recycle": mark("To be recycled"),
    "donate": mark("To be given away"),
    "destroy": mark("To be destroyed"),
    "return_to_buyer": mark("Back to the buyer"),
}


# --- The list ---------------------------------------------------------------------------------------------------------


@blueprint.get("/bench")
def show_all():
    """What lies here and waits to be checked, and what is on its way."""
    text, unknown = request.args.get("q", "").strip(), "unknown" in request.args
    with view() as look:
        rows = sorted(rows_of(look), key=lambda item: item["turn"].until or 0)
    here = [item for item in rows if item["pieces"]]
    coming = [item for item in rows if not item["pieces"] and item["turn"].act == "receive"]
    done = "done" in request.args
    return render_template("bench/list.html", here=here, coming=coming, text=text, unknown=unknown, done=done)


@blueprint.get("/bench/find")
def look_up():
    """Opens what was scanned or typed: a parcel's number, the number of a return, an order."""
    text = request.args.get("q", "").strip()
    with view() as look:
        found = search(text, look) if text else []
    if len(found) == 1:
        return redirect(url_for(".show", return_id=hex_of(found[0])))
    if found:
        return redirect(url_for("pages_inbox.show_all", q=text))
    return redirect(url_for(".show_all", q=text, unknown="") if text else url_for(".show_all"))


# --- Check line by line -----------------------------------------------------------------------------------------------


@blueprint.route("/bench/<return_id>", methods=FORM)
def show(return_id: str):
    """What arrived of each line, whether it is accepted, in which condition it is, and what becomes of it."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        lines = [_bench_line(desk, line) for line in desk.state["lines"] if waiting(line) + _coming(line)]
        if desk.state["status"] != "approved" or not lines:
            return nothing_to_do(desk)
        if request.method == "POST":
            found = [_read(errors, line) for line in lines]
            missing = _missing(lines, found)
            complete = "complete" in request.form and missing > 0
            if not errors and not any(item["accepted"] + item["rejected"] for item in found) and not complete:
                first = lines[0]["line"]
                errors.add(f"accepted-{first}", _("Say how many pieces you accept, and how many you do not."))
            photos = {line["line"]: commitment(desk, errors, f"evidence-{line['line']}", "") for line in lines}
            if not errors:
                return _checked(desk, lines, found, complete, photos)
    return act_form(
        desk,
        "bench/form.html",
        errors,
        lines=lines,
        grades=[(number, marked(words)) for number, words in GRADE_WORDS.items()],
        dispositions=[(number, marked(DISPOSITION_WORDS[handle])) for number, handle in DISPOSITIONS.items()],
    )


def _coming(line: dict) -> int:
    return 0 if line["disputed"] else awaited(line)


def _bench_line(desk: Desk, line: dict) -> dict:
    here, coming = waiting(line), _coming(line)
    return {**line, "article": desk.article(line["line"]), "here": here, "coming": coming, "most": here + coming}


def _read(errors: Errors, line: dict) -> dict:
    """What was typed of one line, as an inspection has it."""
    number, form = line["line"], request.form
    accepted = _pieces(errors, f"accepted-{number}", line["most"])
    rejected = _pieces(errors, f"rejected-{number}", line["most"])
    if accepted + rejected > line["most"]:
        words = _("Together these are more than the %(most)s that were sent back.", most=line["most"])
        errors.add(f"accepted-{number}", words)
    return {
        "line": number,
        "accepted": accepted,
        "rejected": rejected,
        "diminishedBasisPoints": percent_of(errors, f"loss-{number}") if accepted else 0,
        "grade": _chosen(form, f"grade-{number}", GRADES),
        "disposition": _chosen(form, f"disposition-{number}", DISPOSITIONS),
    }


def _pieces(errors: Errors, name: str, most: int) -> int:
    if not request.form.get(name, "").strip():
        return 0
    return errors.whole(request.form, name, 0, most)


def _chosen(form, name: str, known: dict) -> int:
    given = form.get(name, "0")
    return int(given) if given in {str(number) for number in known} else 0


def _arrived(lines: list, found: list) -> list[dict]:
    """What has to be recorded as received before it can be decided about."""
    pairs = zip(lines, found, strict=True)
    new = ((line, max(item["accepted"] + item["rejected"] - line["here"], 0)) for line, item in pairs)
    return [{"line": line["line"], "quantity": pieces} for line, pieces in new if pieces]


def _missing(lines: list, found: list) -> int:
    """Pieces that are still to arrive after this."""
    return sum(line["coming"] for line in lines) - sum(item["quantity"] for item in _arrived(lines, found))


def _checked(desk: Desk, lines: list, found: list, complete: bool, photos: dict[int, bytes]):
    """An inspection names one document, so a line with photos has one of its own; those without share one."""
    decided = [item for item in found if item["accepted"] + item["rejected"]]
    arrived, requests = _arrived(lines, found), []
    who = {"returnId": desk.subject, "participant": desk.participant}
    if arrived or complete:
        more = {"receivedAt": 0, "complete": complete, "extra": 0, "wrong": 0, "evidence": bytes(32)}
        requests.append(("receiveGoods", {**who, **more, "lines": arrived}))
    for evidence in dict.fromkeys(photos[item["line"]] for item in decided):
        shown = [item for item in decided if photos[item["line"]] == evidence]
        requests.append(("inspectGoods", {**who, "evidence": evidence, "lines": shown}))
    rows = [Row(desk.article(item["line"]), _found_words(item, photos[item["line"]])) for item in decided]
    if complete:
        rows.append(Row(_("Missing pieces"), _("Nothing more comes: they count as not sent.")))
    return act_page(
        desk,
        requests,
        _("Check what you found"),
        [*rows, *_due_rows(desk, decided)],
        _("Record what was found"),
        commits=_("The refund follows from this by the seller’s terms. The buyer can dispute it."),
        then=url_for(".show_all", done=""),
    )


def _found_words(item: dict, photos: bytes) -> str:
    words = []
    if item["accepted"]:
        words.append(_("%(num)s accepted.", num=item["accepted"]))
    if item["rejected"]:
        words.append(_("%(num)s not accepted.", num=item["rejected"]))
    if item["diminishedBasisPoints"]:
        words.append(_("Lost in value by use: %(part)s.", part=percent(item["diminishedBasisPoints"])))
    if item["grade"]:
        words.append(_("Condition: %(grade)s.", grade=grade_words(item["grade"])))
    if item["disposition"]:
        words.append(_("Goods: %(what)s.", what=marked(DISPOSITION_WORDS[DISPOSITIONS[item["disposition"]]])))
    if any(photos):
        words.append(_("With photos."))
    return " ".join(words)


def _due_rows(desk: Desk, decided: list) -> list[Row]:
    """What will be due, with what is deducted."""
    if not pays_money(desk.state) or not decided:
        return []
    accepted = {item["line"]: (item["accepted"], item["diminishedBasisPoints"]) for item in decided}
    broken = vars(due_after(desk.subject, accepted, desk.look.entries_of))
    table = money_table(broken, desk.state["currency"])
    taken = [f"{row['label']} {row['text']}" for row in table if row["text"].startswith("−")]
    due = amount(broken["due_minor"], desk.state["currency"])
    words = _("%(amount)s, after: %(parts)s", amount=due, parts=", ".join(taken)) if taken else due
    return [Row(_("Due then"), words)]


# --- It arrived -------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/receive", methods=FORM)
def receive(return_id: str):
    """So many pieces of each line arrived; they are checked later."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    lines = [_bench_line(desk, line) | {"awaited": awaited(line)} for line in desk.state["lines"] if awaited(line)]
    if desk.state["status"] != "approved" or not lines:
        return nothing_to_do(desk)
    if request.method == "POST":
        arrived = [{"line": i["line"], "quantity": _pieces(errors, f"line-{i['line']}", i["awaited"])} for i in lines]
        arrived = [item for item in arrived if item["quantity"]]
        extra, wrong = (_pieces(errors, name, PIECES_LIMIT) for name in ("extra", "wrong"))
        at, evidence = day_of(errors, "day"), commitment(desk, errors, "evidence", "")
        if not arrived and not errors:
            errors.add(f"line-{lines[0]['line']}", _("Say how many pieces arrived."))
        if not errors:
            complete = "complete" in request.form
            given = {"receivedAt": at, "complete": complete, "extra": extra, "wrong": wrong, "evidence": evidence}
            return _received(desk, {**given, "lines": arrived})
    return act_form(desk, "bench/receive.html", errors, lines=lines)


def _received(desk: Desk, given: dict):
    rows = [Row(desk.article(i["line"]), _("%(num)s received.", num=i["quantity"])) for i in given["lines"]]
    rows.append(Row(_("Arrived"), day(given["receivedAt"] or now())))
    if given["extra"]:
        rows.append(Row(_("Came besides"), str(given["extra"])))
    if given["wrong"]:
        rows.append(Row(_("Not what was sold"), str(given["wrong"])))
    if given["complete"]:
        rows.append(Row(_("Missing pieces"), _("Nothing more comes: they count as not sent.")))
    request_ = {"returnId": desk.subject, "participant": desk.participant, **given}
    inspect = period(desk.state["policy"]["terms"]["inspect_s"])
    return act_page(
        desk,
        [("receiveGoods", request_)],
        _("Check what arrived"),
        rows,
        _("Record that it arrived"),
        commits=_("From now on there are %(period)s to check the goods.", period=inspect),
    )
