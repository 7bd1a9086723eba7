"""What a seller sends a buyer: money, store credit, a replacement, goods that were not accepted; and proof of it."""

from flask import request

from ledger_api.pages.acts import Errors, Row
from ledger_api.pages.common import ledger, now, pages_blueprint, view
from ledger_api.pages.desk import (
    Desk,
    act_form,
    act_page,
    commitment,
    day_of,
    desk_of,
    money_of,
    nothing_to_do,
    plain_money,
)
from ledger_api.pages.seller_words import acts_of, purposes, sum_rows, turn_for
from ledger_api.rules.amounts import amount
from ledger_api.rules.registry_state import CARRIER
from ledger_api.rules.return_case import case_of
from ledger_api.rules.return_state import pays_money
from ledger_api.rules.times import day, period
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import ParcelPurpose

blueprint = pages_blueprint("seller_sends")

FORM = ["GET", "POST"]
NUMBER_CHARACTERS = 60
PURPOSE_WORDS = {
    "replacement": mark("The replacement"),
    "repaired": mark("The repaired goods"),
    "goods_given_back": mark("Goods that were not accepted"),
}


# --- Money ------------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/pay", methods=FORM)
def pay(return_id: str):
    """Money left for the buyer: how much of what is due, which day, and the provider's reference."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        left = case_of(desk.subject, look.entries_of).sale.available_minor()
    state, due = desk.state, desk.state["money"]["due_minor"]
    if state["status"] != "approved" or not pays_money(state) or not due:
        return nothing_to_do(desk)
    if request.method == "POST":
        paid = money_of(errors, "amount", state["currency"], due)
        gift = money_of(errors, "gift", state["currency"])
        if not paid + gift:
            errors.add("amount", _("Enter how much you paid."))
        elif paid + gift > left:
            most = amount(left, state["currency"])
            errors.add("amount", _("At most %(amount)s is left of what the buyer paid.", amount=most))
        at = day_of(errors, "day")
        payment = commitment(desk, errors, "payment", _("Enter the reference that your bank or payment provider gave."))
        if not errors:
            return _paid(desk, paid, gift, at, payment)
    return act_form(
        desk,
        "inbox/pay.html",
        errors,
        money=sum_rows(state),
        due=amount(due, state["currency"]),
        plain_due=plain_money(due, state["currency"]),
        is_credit=state["resolution"] == "store_credit",
    )


def _paid(desk: Desk, paid: int, gift: int, at: int, payment: bytes):
    state, due = desk.state, desk.state["money"]["due_minor"]
    money = {"amountMinor": paid, "goodwillMinor": gift, "payment": payment, "paidAt": at}
    rows = [Row(_("Due by the terms"), amount(due, state["currency"])), Row(_("Paid"), amount(paid, state["currency"]))]
    if gift:
        rows.append(Row(_("Given freely besides"), amount(gift, state["currency"])))
    rows += [Row(_("Day"), day(at or now())), Row(_("Reference"), request.form.get("words", ""))]
    confirm = period(state["policy"]["terms"]["confirm_s"])
    commits = _("You state that this money has left. The buyer has %(period)s to say whether it came.", period=confirm)
    if paid < due:
        commits = _(
            "This is less than what is due: %(rest)s stays due, with its day.",
            rest=amount(due - paid, state["currency"]),
        )
    button = _("Record the store credit") if state["resolution"] == "store_credit" else _("Record the refund")
    requests = [("releaseRefund", {"returnId": desk.subject, **money})]
    return act_page(desk, requests, _("Check the payment"), rows, button, commits=commits)


@blueprint.route("/inbox/<return_id>/prove", methods=FORM)
def prove(return_id: str):
    """The buyer says that nothing came; here is what shows that it was sent."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
    if desk.state["turn"]["act"] != "prove":
        return nothing_to_do(desk)
    if request.method == "POST":
        evidence = commitment(desk, errors, "evidence", _("Choose the bank’s confirmation, or the carrier’s proof."))
        if not errors:
            return act_page(
                desk,
                [("proveOutcome", {"returnId": desk.subject, "evidence": evidence})],
                _("Check your proof"),
                [Row(_("Proof"), _("kept with the return"))],
                _("Send the proof"),
                commits=_("The buyer sees it, and can open a dispute."),
            )
    return act_form(desk, "inbox/prove.html", errors)


# --- Goods ------------------------------------------------------------------------------------------------------------


@blueprint.route("/inbox/<return_id>/send", methods=FORM)
def send(return_id: str):
    """A parcel to the buyer, by its carrier and number."""
    errors = Errors()
    with view() as look:
        desk = desk_of(return_id, look)
        members = look.registry.members.values()
        carriers = [(m.number, desk.name(m.number)) for m in members if m.roles & CARRIER and not m.suspended]
        turn = turn_for(desk.state, {desk.participant}, desk.name, now())
    if "send" not in acts_of(desk.state, True, turn):
        return nothing_to_do(desk)
    choices = [(purpose, marked(PURPOSE_WORDS[purpose])) for purpose in purposes(desk.state)]
    if request.method == "POST":
        purpose = request.form.get("purpose", choices[0][0])
        if purpose not in dict(choices):
            errors.add("purpose", _("Choose what is in the parcel."))
        carrier = request.form.get("carrier", "")
        if carrier not in {str(number) for number, _name in carriers}:
            errors.add("carrier", _("Choose the carrier."))
        number = errors.needs(request.form, "number", _("Enter the number on the parcel."))
        if len(number) > NUMBER_CHARACTERS:
            errors.add("number", _("This number is too long."))
        at = day_of(errors, "day")
        if not errors:
            return _sent(desk, purpose, int(carrier), number, at)
    return act_form(desk, "inbox/send.html", errors, carriers=carriers, purposes=choices)


def _sent(desk: Desk, purpose: str, carrier: int, number: str, at: int):
    parcel = ledger().parcel_book.find_or_enter(carrier, number)
    asked = {
        "returnId": desk.subject,
        "participant": desk.participant,
        "purpose": ParcelPurpose[purpose.upper()],
        "carrier": carrier,
        "tracking": parcel.tracking,
        "sentAt": at,
        "document": bytes(32),
    }
    rows = [
        Row(_("In the parcel"), marked(PURPOSE_WORDS[purpose])),
        Row(_("Carrier"), desk.name(carrier)),
        Row(_("Number"), number),
        Row(_("Handed over"), day(at or now())),
    ]
    return act_page(
        desk,
        [("addParcel", asked)],
        _("Check the parcel"),
        rows,
        _("Record the parcel"),
        commits=_("The buyer follows it here, and says whether it arrived."),
    )
