"""What somebody bought: his orders, one of them with what he can return of it, and asking for that in two steps."""

from flask import redirect, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import AccessDenied, NotFound
from ledger_api.pages import buying
from ledger_api.pages.acts import Errors, Row, ToSign, form_page, sign_page
from ledger_api.pages.buyer_forms import BUYER, NOTHING, WORDS_LIMIT
from ledger_api.pages.common import id_of, ledger, names_in, now, pages_blueprint, view
from ledger_api.pages.standing import standing
from ledger_api.pages.turns import turn_words
from ledger_api.rules.amounts import amount
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.purchase import Purchase, purchase_of
from ledger_api.rules.requests import to_json
from ledger_api.rules.times import DAY_S, counted, day
from ledger_api.rules.wording import reason_words
from ledger_api.texts import _, marked
from ledger_api.vocabulary import REASONS, Resolution, ReturnKind

blueprint = pages_blueprint("purchases")

ANY_REASON = 1  # no longer wanted: what a withdrawal without a reason says
KINDS = {"withdrawal": ReturnKind.WITHDRAWAL, "terms": ReturnKind.GOODWILL}
IN_MONEY = (Resolution.REFUND, Resolution.STORE_CREDIT)


def purchase_at(look, receipt: str) -> Purchase:
    """Raises NotFound where nobody claimed it."""
    found = purchase_of(id_of(receipt), look.entries_of)
    if found is None:
        raise NotFound("This purchase was not claimed yet")
    return found


def own_purchase(look, receipt: str) -> Purchase:
    """A purchase of who asks. Raises AccessDenied for the seller too."""
    found = purchase_at(look, receipt)
    if found.sale.buyer not in gate.person().actors:
        raise AccessDenied("That is for its buyer")
    return found


# --- What was bought --------------------------------------------------------------------------------------------------


@blueprint.get("/orders")
def list_all():
    """All that was bought with the keys of who asks, the newest on top."""
    with view() as look:
        receipts = [item for actor in gate.person().actors for item in look.receipts_of(actor)]
        found = [_listed(look, receipt) for receipt in receipts]
    return render_template("purchases/list.html", orders=sorted(found, key=lambda item: -item["sold_at"]))


def _listed(look, receipt: bytes) -> dict:
    purchase, kept = purchase_of(receipt, look.entries_of), ledger().sales.get(receipt)
    name = names_in(look)
    open_windows = [item for item in buying.windows(purchase, kept, now()) if item.is_open]
    return {
        "receipt": hex_of(receipt),
        "seller": name(purchase.sale.receipt["seller"]),
        "order": kept.particulars.order if kept else "",
        "articles": buying.article_names(purchase, kept),
        "paid": amount(purchase.sale.paid_minor, buying.currency_of(purchase)),
        "sold_at": purchase.sale.receipt["soldAt"],
        "returns": _returns(look, purchase, name),
        "window": open_windows[-1].words if open_windows and not purchase.returns else "",
    }


def _returns(look, purchase: Purchase, name) -> list[dict]:
    """Each return in a sentence, the newest on top."""
    states = [look.return_state(case.subject) for case in reversed(purchase.returns)]
    return [
        {
            "return_id": state["return_id"],
            "words": standing(state, name, now())[0],
            "turn": turn_words(state, name, now()),
            "opened_at": state["opened_at"],
        }
        for state in states
    ]


@blueprint.get("/orders/<receipt>")
def show(receipt: str):
    """What was bought, until when it can go back, what that costs, and the returns that there are."""
    with view() as look:
        purchase, kept = purchase_at(look, receipt), ledger().sales.get(id_of(receipt))
        name = names_in(look)
        page = {
            "receipt": hex_of(purchase.sale.subject),
            "seller": name(purchase.sale.receipt["seller"]),
            "seller_number": purchase.sale.receipt["seller"],
            "order": kept.particulars.order if kept else "",
            "sold_at": purchase.sale.receipt["soldAt"],
            "delivered_at": purchase.delivered_at,
            "currency": buying.currency_of(purchase),
            "rows": buying.bought_rows(purchase, kept),
            "delivery_minor": purchase.sale.receipt["deliveryMinor"],
            "paid_minor": purchase.sale.paid_minor,
            "windows": buying.windows(purchase, kept, now()),
            "fees": buying.fee_rows(purchase),
            "methods": buying.method_words(purchase, kept),
            "returns": _returns(look, purchase, name),
            "left": sum(line.pieces for line in purchase.lines),
            "is_buyer": purchase.sale.buyer in gate.person().actors,
        }
    return render_template("purchases/show.html", **page)


# --- Asking -----------------------------------------------------------------------------------------------------------


@blueprint.get("/orders/<receipt>/return")
def form(receipt: str):
    """What goes back, by which right, why, and what is wanted for it."""
    with view() as look:
        return _form(look, own_purchase(look, receipt), Errors(), request.args)


@blueprint.post("/orders/<receipt>/return")
def ask(receipt: str):
    """The form again with its errors, or all that will be signed, with the sum."""
    with view() as look:
        purchase, errors = own_purchase(look, receipt), Errors()
        asked = _Asked(purchase, ledger().sales.get(purchase.sale.subject), request.form, errors)
        if errors:
            return _form(look, purchase, errors, request.form)
        return _check(look, asked)


def _form(look, purchase: Purchase, errors: Errors, given):
    kept = ledger().sales.get(purchase.sale.subject)
    if not any(line.pieces for line in purchase.lines):
        return redirect(url_for(".show", receipt=hex_of(purchase.sale.subject)))
    names = buying.article_names(purchase, kept)
    return form_page(
        "purchases/return.html",
        errors,
        form=given,
        receipt=hex_of(purchase.sale.subject),
        seller=names_in(look)(purchase.sale.receipt["seller"]),
        windows=[i for i in buying.windows(purchase, kept, now()) if i.is_open or i.kind is ReturnKind.GOODWILL],
        lines=[
            {"line": i.line, "name": names[i.line], "left": i.pieces, "final": i.final_sale} for i in purchase.lines
        ],
        reasons=[(number, reason_words(number)) for number in buying.reason_choices()],
        resolutions=[(int(item), marked(buying.RESOLUTIONS[item])) for item in purchase.resolutions],
        asks_delivery=purchase.delivered_at is None,
    )


class _Asked:
    """What the form says; errors are added to `errors`."""

    def __init__(self, purchase: Purchase, kept, form, errors: Errors):
        self.purchase, self.kept, self._form, self._errors = purchase, kept, form, errors
        self.kind = self._kind()
        self.delivered_at = self._delivered()
        self.lines = self._lines()
        self.resolution = self._resolution()
        self.said = form.get("said", "").strip()
        if len(self.said) > WORDS_LIMIT:
            errors.add("said", _("Write at most %(limit)s characters.", limit=WORDS_LIMIT))
        if not self.lines:
            errors.add("pieces-0", _("Say of at least one item how many pieces go back."))

    def _kind(self) -> ReturnKind:
        open_kinds = {item.kind: item.is_open for item in buying.windows(self.purchase, self.kept, now())}
        kind = KINDS.get(self._form.get("kind", ""))
        if kind not in open_kinds:
            self._errors.add("kind", _("Choose by which right you return."))
        elif kind is ReturnKind.WITHDRAWAL and not open_kinds[kind]:
            self._errors.add("kind", _("The time to withdraw is over. You can still ask by the seller’s terms."))
        return kind or ReturnKind.GOODWILL

    def _delivered(self) -> int:
        text = self._form.get("delivered", "").strip()
        if not text or self.purchase.delivered_at:
            return 0
        found = buying.end_of_day(text, now())
        if found is None or found < self.purchase.sale.receipt["soldAt"] - DAY_S:
            self._errors.add("delivered", _("Enter the day on which you got the goods, or leave it empty."))
        elif self.kind is ReturnKind.WITHDRAWAL and not self._in_time(found):
            self._errors.add("kind", _("The time to withdraw is over. You can still ask by the seller’s terms."))
        return found or 0

    def _in_time(self, delivered_at: int) -> bool:
        return now() < buying.withdrawal_end(self.purchase, self.kept, delivered_at)[1]

    def _lines(self) -> dict[int, tuple[int, int]]:
        """Line → (pieces, reason)."""
        found = {}
        for left in self.purchase.lines:
            if not left.pieces or not self._form.get(f"pieces-{left.line}", "").strip():
                continue
            pieces = self._errors.whole(self._form, f"pieces-{left.line}", 0, left.pieces)
            if pieces:
                found[left.line] = pieces, self._reason(left.line)
        return found

    def _reason(self, line: int) -> int:
        text = self._form.get(f"reason-{line}", "")
        if text.isascii() and text.isdigit() and int(text) in buying.reason_choices():
            return int(text)
        if self.kind is not ReturnKind.WITHDRAWAL:
            self._errors.add(f"reason-{line}", _("Choose why it goes back."))
        return ANY_REASON

    def _resolution(self) -> Resolution:
        if self.kind is ReturnKind.WITHDRAWAL:
            return Resolution.REFUND
        text = self._form.get("resolution", "")
        for item in self.purchase.resolutions:
            if text == str(int(item)):
                return item
        self._errors.add("resolution", _("Choose what you want for it."))
        return Resolution.REFUND

    @property
    def by_category(self) -> dict[int, tuple[int, int]]:
        """Line → (pieces, category), as the refund rule wants it."""
        return {line: (pieces, int(REASONS[reason][0])) for line, (pieces, reason) in self.lines.items()}

    @property
    def is_late(self) -> bool:
        until = self.purchase.ends_at(self.kind, self.delivered_at)
        return until is not None and now() > until

    def request(self) -> dict:
        """As it is signed."""
        lines = [{"line": n, "quantity": pieces, "reason": reason} for n, (pieces, reason) in self.lines.items()]
        return {
            "receipt": self.purchase.sale.subject,
            "number": self.purchase.next_number,
            "kind": int(self.kind),
            "resolution": int(self.resolution),
            "deliveredAt": self.delivered_at,
            "lines": lines,
        }


def _check(look, asked: _Asked):
    purchase, name = asked.purchase, names_in(look)
    receipt, seller = hex_of(purchase.sale.subject), name(purchase.sale.receipt["seller"])
    withdraws = asked.kind is ReturnKind.WITHDRAWAL
    subject = hex_of(return_id(purchase.sale.subject, purchase.next_number))
    broken = purchase.expected_refund(asked.kind, asked.by_category)
    currency = buying.currency_of(purchase)
    return sign_page(
        ToSign(
            actor=purchase.sale.buyer,
            requests=[("openReturn", asked.request())],
            heading=_("Check your withdrawal") if withdraws else _("Check your request"),
            rows=_rows(asked, seller),
            button=_("Confirm the withdrawal") if withdraws else _("Send the request to %(seller)s", seller=seller),
            then=url_for("pages_acknowledgement.show", return_id=subject),
            commits=_commits(asked, seller),
            back=url_for(".form", receipt=receipt),
            with_it={"besides": _besides(asked, subject)},
        ),
        "purchases/check.html",
        sums=buying.refund_rows(broken, currency) if asked.resolution in IN_MONEY else [],
        in_credit=asked.resolution is Resolution.STORE_CREDIT,
        currency=currency,
        seller=seller,
    )


def _besides(asked: _Asked, subject: str) -> dict:
    """Words, and the message that is signed once the return is there to which it belongs."""
    message = {"returnId": bytes_of(subject), "participant": BUYER, "message": NOTHING}
    return {
        "return_id": subject,
        "said": asked.said,
        "message": {"action": "sendMessage", "request": to_json(message)},
        "form": url_for("pages_buyer_acts.form", return_id=subject, act="message"),
    }


def _rows(asked: _Asked, seller: str) -> list[Row]:
    form_url = url_for(".form", receipt=hex_of(asked.purchase.sale.subject))
    names = buying.article_names(asked.purchase, asked.kept)
    what = [
        Row(names[line], _said_of_line(counted(pieces, "piece"), reason), f"{form_url}#pieces-{line}")
        for line, (pieces, reason) in asked.lines.items()
    ]
    kind = _("Withdrawal by law") if asked.kind is ReturnKind.WITHDRAWAL else _("Return by the seller’s terms")
    rows = [Row(_("To"), seller), *_identity(asked.kept), Row(_("By which right"), kind, f"{form_url}#kind"), *what]
    rows.append(Row(_("What you want"), marked(buying.RESOLUTIONS[asked.resolution]), f"{form_url}#resolution"))
    if asked.said:
        rows.append(Row(_("Your words"), asked.said, f"{form_url}#said"))
    if asked.delivered_at:
        rows.append(Row(_("You got the goods on"), day(asked.delivered_at), f"{form_url}#delivered"))
    return rows


def _said_of_line(pieces: str, reason: int) -> str:
    return _("%(pieces)s. Why: %(reason)s", pieces=pieces, reason=reason_words(reason))


def _identity(kept) -> list[Row]:
    """Whose purchase it is, as far as it is kept here; it is shown, not signed."""
    if kept is None:
        return []
    buyer = kept.particulars.buyer
    found = [
        (_("Order"), kept.particulars.order),
        (_("Your name"), buyer.name),
        (_("Confirmation goes to"), buyer.email),
    ]
    return [Row(term, words) for term, words in found if words]


def _commits(asked: _Asked, seller: str) -> str:
    if asked.kind is ReturnKind.WITHDRAWAL:
        return _("With this you withdraw from the sale of these items. You then have to send them back in time.")
    if asked.is_late:
        return _("You ask after the window has ended: %(seller)s may decline for that alone.", seller=seller)
    if asked.purchase.is_final(asked.by_category):
        return _("Part of it was sold as final: %(seller)s may decline for that alone.", seller=seller)
    return _(
        "This asks %(seller)s to take the items back. You can take the request back until they arrive.", seller=seller
    )
