"""What a buyer does in his return, each as a form and a page on which he checks and signs.

An act is a row of ACTS: its fields, and a function that reads them into what is signed. What may be done now says
`pages.offered`; the contract has the last word.
"""

from flask import render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import NotFound
from ledger_api.pages import buying
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.buyer_disputes import DISPUTE_ACTS
from ledger_api.pages.buyer_forms import BUYER, NOTHING, Act, Field, Filled, photos_field, words_field
from ledger_api.pages.common import id_of, ledger, names_in, now, pages_blueprint, view
from ledger_api.pages.offered import offered
from ledger_api.pages.purchases import own_purchase
from ledger_api.rules.access import Part
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import CARRIER
from ledger_api.rules.times import day
from ledger_api.texts import _
from ledger_api.vocabulary import ParcelPurpose

blueprint = pages_blueprint("buyer_acts")

NUMBER_LIMIT = 60  # characters of a carrier's number

# --- The acts ---------------------------------------------------------------------------------------------------------


def _no_fields(state, look) -> list:
    return []


def _read_answer(filled: Filled) -> list:
    words = filled.words(needed=True, prompt=_("Write your answer."))
    photos = filled.photos()
    return [*filled.message(photos), ("supplyAnswer", {"returnId": filled.return_id, "document": words})]


def _read_message(filled: Filled) -> list:
    words, photos = filled.words(), filled.photos()
    if not filled.rows:
        filled.errors.add("said", _("Write what you want to say, or add a photo."))
    return filled.message(words) + filled.message(photos)


def _read_cancel(filled: Filled) -> list:
    return [("cancelReturn", {"returnId": filled.return_id})]


def _read_close(filled: Filled) -> list:
    money, currency = filled.state["money"], filled.state["currency"]
    filled.rows.append(Row(_("Paid back to you so far"), amount(money["refunded_minor"], currency)))
    if money["due_minor"]:
        filled.rows.append(Row(_("Due to you, and not paid"), amount(money["due_minor"], currency)))
    return [("closeReturn", {"returnId": filled.return_id})]


def _closing(state: dict, name) -> str:
    """What it means to close a return early."""
    if "cancel" in offered(state, now()):
        return _(
            "The return then ends for good, and you cannot ask for these items again. If you only want to keep them for"
            " now, take the return back instead: after that you can ask once more."
        )
    return _(
        "The return then ends for good, as it stands. What has not been decided, paid or sent by now need not be any"
        " more: %(seller)s owes you nothing further for it. You cannot ask for these items again, and can open no"
        " dispute about them.",
        seller=name(state["seller"]),
    )


def _read_reopen(filled: Filled) -> list:
    words, photos = filled.words(), filled.photos()
    document = words if words != NOTHING else photos
    reopened = ("reopenReturn", {"returnId": filled.return_id, "document": document})
    return [reopened, *(filled.message(photos) if document != photos else [])]


def _read_confirm(filled: Filled) -> list:
    return [("confirmOutcome", {"returnId": filled.return_id, "arrived": True, "evidence": NOTHING})]


def _read_contest(filled: Filled) -> list:
    words, photos = filled.words(), filled.photos()
    contested = {"returnId": filled.return_id, "arrived": False, "evidence": photos if photos != NOTHING else words}
    return [("confirmOutcome", contested), *(filled.message(words) if photos != NOTHING else [])]


def _parcel_fields(state, look) -> list[Field]:
    name = names_in(look)
    carriers = [(str(m.number), name(m.number)) for m in look.registry.members.values() if m.roles & CARRIER]
    return [
        Field("carrier", _("Which carrier has it?"), "choice", choices=tuple(carriers)),
        Field("number", _("Number of the parcel"), "text", _("It stands on your receipt and on the label.")),
        Field("sent", _("When did you hand it over?"), "date", _("Leave it empty for today.")),
        Field("photos", _("Photo of the receipt, if you have one"), "photos", _("It proves that you sent the goods.")),
    ]


def _read_parcel(filled: Filled) -> list:
    carriers = {value: words for value, words in filled.form.get("carriers", ())}
    chosen = filled.form.get("carrier", "")
    if chosen not in carriers:
        filled.errors.add("carrier", _("Choose the carrier."))
    number = filled.errors.needs(filled.form, "number", _("Enter the number of the parcel."))
    if len(number) > NUMBER_LIMIT:
        filled.errors.add("number", _("Enter at most %(limit)s characters.", limit=NUMBER_LIMIT))
    sent_at = _sent_at(filled)
    document = filled.kept("photos")
    if filled.errors:
        return []
    rows = [
        Row(_("Carrier"), carriers[chosen]),
        Row(_("Number of the parcel"), number),
        Row(_("Handed over"), day(sent_at)),
    ]
    if document != NOTHING:
        rows.append(Row(_("Receipt"), _("Kept, for you and the seller to see.")))
    filled.rows += rows
    parcel = ledger().parcel_book.find_or_enter(int(chosen), number)
    added = {
        "returnId": filled.return_id,
        "participant": BUYER,
        "purpose": int(ParcelPurpose.GOODS_RETURNED),
        "carrier": int(chosen),
        "tracking": parcel.tracking,
        "sentAt": sent_at,
        "document": document,
    }
    return [("addParcel", added)]


def _sent_at(filled: Filled) -> int:
    text = filled.form.get("sent", "").strip()
    found = buying.end_of_day(text, now()) if text else now() - 60
    if found is None:
        filled.errors.add("sent", _("Enter a day that is not in the future, or leave it empty."))
    return max(found or 0, filled.state["opened_at"])


def _veto(filled: Filled) -> list:
    key = bytes_of(filled.state["new_buyer_key"]["key"])
    return [("vetoBuyerKey", {"receipt": bytes_of(filled.state["receipt"]), "buyer": key})]


ACTS = {
    "answer": Act(
        lambda state, name: _("Answer the question of %(seller)s", seller=name(state["seller"])),
        lambda state, look: [words_field(_("Your answer")), photos_field()],
        _read_answer,
        lambda state, name: _("Send the answer to %(seller)s", seller=name(state["seller"])),
        lambda state, name: _("After that it is %(seller)s’s turn again.", seller=name(state["seller"])),
    ),
    "message": Act(
        lambda state, name: _("Write to %(seller)s", seller=name(state["seller"])),
        lambda state, look: [words_field(_("Your message")), photos_field()],
        _read_message,
        lambda state, name: _("Send it to %(seller)s", seller=name(state["seller"])),
        lambda state, name: _(
            "That you sent it, and when, is recorded for good. What it says only you two can read, and an arbitrator"
            " if you ever need one."
        ),
    ),
    "parcel": Act(
        lambda state, name: _("How did you send it?"),
        _parcel_fields,
        _read_parcel,
        lambda state, name: _("Say that I sent it"),
        lambda state, name: _("From then on the carrier’s reports show where the parcel is."),
    ),
    "confirm": Act(
        lambda state, name: _("Has everything come that you were to get?"),
        _no_fields,
        _read_confirm,
        lambda state, name: _("Yes, all is well"),
        lambda state, name: _("With this the return closes. You cannot contest it afterwards."),
    ),
    "contest": Act(
        lambda state, name: _("What has not come?"),
        lambda state, look: [
            words_field(_("What is missing")),
            Field("photos", _("A statement of your account or the like, if you have one"), "photos"),
        ],
        _read_contest,
        lambda state, name: _("Tell %(seller)s that it has not come", seller=name(state["seller"])),
        lambda state, name: _("%(seller)s then has to show that it sent it.", seller=name(state["seller"])),
    ),
    "reopen": Act(
        lambda state, name: _("Ask once more"),
        lambda state, look: [
            words_field(_("What is new"), _("If there is something that was not known before.")),
            photos_field(),
        ],
        _read_reopen,
        lambda state, name: _("Ask %(seller)s once more", seller=name(state["seller"])),
        lambda state, name: _("You can do this once."),
    ),
    "cancel": Act(
        lambda state, name: _("Take the return back?"),
        _no_fields,
        _read_cancel,
        lambda state, name: _("Take it back"),
        lambda state, name: _("You keep the goods, and get no money. You can ask once more later."),
    ),
    "close": Act(
        lambda state, name: _("Close the return for good?"),
        _no_fields,
        _read_close,
        lambda state, name: _("Close it for good"),
        _closing,
    ),
    "veto": Act(
        lambda state, name: _("Object to the other device"),
        _no_fields,
        _veto,
        lambda state, name: _("Object: that was not me"),
        lambda state, name: _(
            "The other device can then not act for you. Tell %(seller)s too.", seller=name(state["seller"])
        ),
    ),
    **DISPUTE_ACTS,
}


# --- Form, and what is signed -----------------------------------------------------------------------------------------


@blueprint.get("/returns/<return_id>/my/<act>")
def form(return_id: str, act: str):
    """The questions of an act; an act without questions is checked at once."""
    with view() as look:
        state = _state(look, return_id, act)
        if not _act(act).fields(state, look):
            return _checked(look, state, act, {})
        return _form(look, state, act, Errors(), request.args)


@blueprint.post("/returns/<return_id>/my/<act>")
def take(return_id: str, act: str):
    """The form again with its errors, or what will be signed."""
    with view() as look:
        return _checked(
            look, _state(look, return_id, act), act, {**request.form.to_dict(), "lines": request.form.getlist("lines")}
        )


def _act(name: str) -> Act:
    if name not in ACTS:
        raise NotFound(f"There is nothing at {request.path}")
    return ACTS[name]


def _state(look, return_id: str, act: str) -> dict:
    """The return; raises NotFound where there is no such act."""
    _act(act)
    return look.return_state(id_of(return_id))


def _form(look, state: dict, act: str, errors: Errors, given):
    name, chosen = names_in(look), ACTS[act]
    fields = chosen.fields(state, look)
    return form_page(
        "buyer/act.html",
        errors,
        form=given,
        heading=chosen.heading(state, name),
        fields=fields,
        lead="" if any(item.label for item in fields) else chosen.commits(state, name),
        return_id=state["return_id"],
        actor=state["buyer"],
        act=act,
        is_open=act in offered(state, now()),
        question=_question(state) if act == "answer" else "",
        seller=name(state["seller"]),
    )


def _question(state: dict) -> str:
    """The seller's newest question, where it is kept here."""
    return _text_of(bytes_of(state["return_id"]), state["questions"][-1]["question"]) if state["questions"] else ""


def _text_of(subject: bytes, commitment: str) -> str:
    try:
        found = ledger().documents.read(subject, bytes_of(commitment))
    except NotFound:
        return ""
    return found.content.decode("utf-8", "replace") if found.listed.type == "text/plain" else ""


def _checked(look, state: dict, act: str, given: dict):
    name, chosen, errors = names_in(look), ACTS[act], Errors()
    if act not in offered(state, now()):
        return _form(look, state, act, errors, given)
    fields = chosen.fields(state, look)
    carriers = next((item.choices for item in fields if item.name == "carrier"), ())
    filled = Filled(state, look, name, {**given, "carriers": carriers}, errors)
    requests = chosen.read(filled)
    if errors:
        return _form(look, state, act, errors, given)
    show = url_for("pages_returns.show", return_id=state["return_id"])
    back = url_for(".form", return_id=state["return_id"], act=act) if fields else show
    return sign_page(
        ToSign(
            actor=_own_actor(),
            requests=requests,
            heading=chosen.heading(state, name),
            rows=[Row(_("To"), name(state["seller"])), *filled.rows],
            button=chosen.button(state, name),
            then=show,
            commits=chosen.commits(state, name),
            back=back,
            return_id=state["return_id"],
        )
    )


def _own_actor() -> bytes:
    """The buyer's key, which who asks showed."""
    return gate.parts()[Part.BUYER][1]


# --- Delivery ---------------------------------------------------------------------------------------------------------


@blueprint.get("/orders/<receipt>/delivery")
def delivery(receipt: str):
    """When did the goods arrive?"""
    with view() as look:
        purchase = own_purchase(look, receipt)
    return render_template("buyer/delivery.html", receipt=hex_of(purchase.sale.subject), errors={}, form=request.args)


@blueprint.post("/orders/<receipt>/delivery")
def state_delivery(receipt: str):
    """The form again, or what will be signed."""
    with view() as look:
        purchase, errors = own_purchase(look, receipt), Errors()
        seller = names_in(look)(purchase.sale.receipt["seller"])
    delivered = buying.end_of_day(request.form.get("delivered", ""), now())
    own = hex_of(purchase.sale.subject)
    if delivered is None or delivered < purchase.sale.receipt["soldAt"] - 60:
        errors.add(
            "delivered", _("Enter the day on which you got the goods; it is not before the sale or in the future.")
        )
        return form_page("buyer/delivery.html", errors, receipt=own, form=request.form)
    stated = {"receipt": purchase.sale.subject, "participant": BUYER, "deliveredAt": delivered, "parcel": NOTHING}
    return sign_page(
        ToSign(
            actor=purchase.sale.buyer,
            requests=[("stateDelivery", stated)],
            heading=_("Is this the day?"),
            rows=[
                Row(_("To"), seller),
                Row(_("You got the goods on"), day(delivered), url_for(".delivery", receipt=own)),
            ],
            button=_("Say that I got the goods"),
            then=url_for("pages_purchases.show", receipt=own),
            commits=_("From this day on the time to return them runs."),
            back=url_for(".delivery", receipt=own),
        )
    )
