"""The seller's and the inspector's inbox: what is waited for by deadline, and the page of one return for them."""

import re

from flask import redirect, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.documents.lists import listed_by
from ledger_api.errors import IndexInconsistent, NotFound
from ledger_api.pages.common import ledger, names_in, now, pages_blueprint, view
from ledger_api.pages.desk import Desk, desk_of
from ledger_api.pages.documents import readable
from ledger_api.pages.goods import parcel_rows
from ledger_api.pages.offered import seller_can_dispute
from ledger_api.pages.papers import paper_links
from ledger_api.pages.seller_words import GROUPS, acts_of, row, sum_rows, turn_for
from ledger_api.pages.standing import for_anyone
from ledger_api.rules.acceptance import due_if_all_is_fit
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import CARRIER, INSPECTOR, SELLER
from ledger_api.rules.times import counted
from ledger_api.rules.wording import grade_words, reason_words
from ledger_api.texts import _, grouped, mark, marked

blueprint = pages_blueprint("inbox")

ROWS_LIMIT = 200
FOUND_LIMIT = 30
TEXT_CHARACTERS = 4_000  # of a text that a page shows
NUMBER_OF_RETURN = re.compile(r"0x[0-9a-fA-F]{64}")
DONE = {  # act → what is recorded
    "approve": mark("The return is approved. The buyer may send the goods now."),
    "decline": mark("The return is declined. The buyer reads your reason, and may ask once more."),
    "ask": mark("Your question is sent. The buyer answers next."),
    "say": mark("Your message is sent."),
    "name_inspector": mark("The inspector is named, and may receive and check the goods."),
    "receive": mark("It is recorded that the goods arrived. They wait to be checked."),
    "bench": mark("What was found is recorded."),
    "pay": mark("The payment is recorded. The buyer looks whether it arrives."),
    "send": mark("The parcel is recorded."),
    "prove": mark("Your proof is recorded. The buyer looks at it."),
    "new_key": mark("It is recorded. The buyer’s old device can object for a while, then the new one takes over."),
    "answer": mark("Your answer is recorded."),
    "offer": mark("Your offer stands. The buyer can accept it."),
    "accept": mark("The two of you agree, and the dispute has ended."),
    "bring": mark("Your evidence is recorded."),
    "particulars": mark("It is kept. Label and customs form show it from now on."),
    "begin": mark("The dispute is open. The buyer answers next."),
    "escalate": mark("You asked for an arbitrator. Both sides can bring evidence now."),
    "withdraw": mark("The dispute is taken back. All is as it was before it."),
    "appeal": mark("Your appeal is recorded. A panel of three decides."),
}


# --- The list ---------------------------------------------------------------------------------------------------------


@blueprint.get("/inbox")
def show_all():
    """What is waited for, grouped by deadline; or what was looked for."""
    text = request.args.get("q", "").strip()
    with view() as look:
        if text:
            return _found(text, look)
        rows = sorted(rows_of(look), key=lambda item: (not item["turn"].mine, item["turn"].until or 0))
    groups = [(title, [item for item in rows if item["turn"].group == group]) for group, title in GROUPS.items()]
    return render_template(
        "inbox/list.html", groups=[(marked(title), items) for title, items in groups if items], text="", now=now()
    )


def _found(text: str, look):
    subjects = search(text, look)
    if len(subjects) == 1:
        return redirect(url_for(".show", return_id=hex_of(subjects[0])))
    rows = [found for found in (row_of(subject, look) for subject in subjects) if found]
    return render_template(
        "inbox/list.html", groups=[(_("Found"), rows)] if rows else [], text=text, now=now(), searched=True
    )


def rows_of(look) -> list[dict]:
    """All open returns of who asks."""
    return [found for found in (row_of(subject, look) for subject in open_subjects(look)) if found]


def open_subjects(look) -> list[bytes]:
    """Open returns of all participants for whom who asks speaks, each once."""
    found = {}
    for number, (roles, _actor) in gate.person().members.items():
        if roles & SELLER:
            found.update(dict.fromkeys(look.open_returns(number, None, ROWS_LIMIT)))
            found.update(dict.fromkeys(rma for _dispute, rma in look.open_disputes(number, ROWS_LIMIT)))
        if roles & INSPECTOR:
            found.update(dict.fromkeys(look.open_returns(None, number, ROWS_LIMIT)))
    return list(found)


def row_of(subject: bytes, look) -> dict | None:
    """One return; one that cannot be computed hides no other."""
    try:
        state = look.return_state(subject)
    except IndexInconsistent:
        return None
    numbers = set(gate.person().members)
    sale = ledger().sales.get(bytes_of(state["receipt"]))
    turn = turn_for(state, numbers, names_in(look), now())
    return row(state, sale, state["seller"] in numbers, turn)


# --- Looking for one --------------------------------------------------------------------------------------------------


def search(text: str, look) -> list[bytes]:
    """Returns of who asks by number, order, buyer's name, or the number of a parcel in any spelling."""
    number = NUMBER_OF_RETURN.search(text)
    if number:
        subjects = [bytes_of(number[0].lower())]
    else:
        subjects = [*_by_parcel(text, look), *_by_sale(text, look)]
    return [subject for subject in dict.fromkeys(subjects) if _is_mine(subject, look)][:FOUND_LIMIT]


def _by_parcel(text: str, look) -> list[bytes]:
    members = look.registry.members.values()
    found = (ledger().parcel_book.find(item.number, text) for item in members if item.roles & CARRIER)
    return [rma for parcel in found if parcel for rma in look.returns_of_parcel(parcel.parcel_id)]


def _by_sale(text: str, look) -> list[bytes]:
    sellers = {number for number, (roles, _actor) in gate.person().members.items() if roles & SELLER}
    sales = [sale for seller in sorted(sellers) for sale in ledger().sales.find(seller, text, FOUND_LIMIT)]
    return [rma for sale in sales for rma in look.returns_of_receipt(sale.receipt)]


def _is_mine(subject: bytes, look) -> bool:
    try:
        state = look.return_state(subject)
    except (NotFound, IndexInconsistent):
        return False
    return bool({state["seller"], state["inspector"]} & set(gate.person().members))


# --- One return -------------------------------------------------------------------------------------------------------


@blueprint.get("/inbox/<return_id>")
def show(return_id: str):
    """What is asked, for how much, and what can be done about it now."""
    with view() as look:
        desk = desk_of(return_id, look)
        turn = turn_for(desk.state, {desk.participant}, desk.name, now())
        page = {
            "desk": desk,
            "state": desk.state,
            "as_of": look.at,
            "turn": turn,
            "acts": acts_of(desk.state, desk.is_seller, turn),
            "standing": for_anyone(desk.state, desk.name, now()),
            "row": row(desk.state, desk.sale, desk.is_seller, turn),
            "lines": line_words(desk),
            "money": sum_rows(desk.state),
            "if_fit": _if_fit(desk),
            "parcels": parcel_rows(desk.state, desk.name),
            "documents": documents_of(desk),
            "papers": paper_links(look, desk.state) if desk.is_seller else [],
            "may_dispute": desk.is_seller and seller_can_dispute(desk.state, now()),
            "done": marked(DONE[request.args["done"]]) if request.args.get("done") in DONE else "",
        }
    return render_template("inbox/show.html", **page)


def _if_fit(desk: Desk) -> str:
    """What will be due if all that is expected is fit; empty where that is decided, or no money."""
    state = desk.state
    goes_on = state["status"] in ("requested", "questioned", "approved")
    if not goes_on or all(line["accepted"] + line["rejected"] == line["expected"] for line in state["lines"]):
        return ""
    return amount(due_if_all_is_fit(desk.subject, desk.look.entries_of).due_minor, state["currency"])


def line_words(desk: Desk) -> list[dict]:
    """Each line with its article, what is asked, and what is known of its pieces."""
    return [
        {
            **line,
            "article": desk.article(line["line"]),
            "asked": counted(line["requested"], "piece"),
            "why": reason_words(line["reason"]),
            "facts": _facts(line),
        }
        for line in desk.state["lines"]
    ]


def _facts(line: dict) -> list[str]:
    words = (
        (line["final_sale"], _("Sold as final.")),
        (line["exception"], _("Not approved in full: %(reason)s.", reason=reason_words(line["exception"] or 0))),
        (line["received"], _("%(num)s received.", num=grouped(line["received"]))),
        (line["short"], _("%(num)s did not arrive.", num=grouped(line["short"]))),
        (line["accepted"], _("%(num)s accepted.", num=grouped(line["accepted"]))),
        (line["rejected"], _("%(num)s not accepted.", num=grouped(line["rejected"]))),
        (line["grade"], _("Condition: %(grade)s.", grade=grade_words(line["grade"]))),
        (line["disputed"], _("The dispute alone decides about it.")),
    )
    return [text for holds, text in words if holds]


_KINDS = {
    "document": mark("About the return"),
    "evidence": mark("For the dispute"),
    "message": mark("Message"),
    "draft": mark("Not sent yet"),
}


def documents_of(desk: Desk) -> list[dict]:
    """Photos, files and texts that who asks may read, the newest first; a text stands on the page itself."""
    found = []
    for listed, kind in reversed(readable(desk.subject, desk.look)):
        if kind.value == "draft" or listed_by(ledger().documents, desk.subject, listed):
            continue
        by = desk.name(listed.uploaded_by) if listed.uploaded_by else desk.buyer
        item = {"kind": marked(_KINDS[kind.value]), "by": by, "at": listed.uploaded_at, "type": listed.type}
        item["url"] = desk.address("pages_documents.show", commitment=hex_of(listed.commitment))
        item["is_image"] = listed.type.startswith("image/")
        item["text"] = _text_of(desk, listed) if listed.type == "text/plain" else ""
        found.append(item)
    return found


def _text_of(desk: Desk, listed) -> str:
    content = ledger().documents.read(desk.subject, listed.commitment).content
    return content.decode("utf-8", "replace")[:TEXT_CHARACTERS]
