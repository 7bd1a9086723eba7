"""A buyer who lost the device with his key: the seller proposes another, the old one may object, then it takes over."""

from flask import redirect, render_template, request, url_for

from ledger_api.access import gate
from ledger_api.errors import AccessDenied, InvalidField
from ledger_api.pages.acts import Row, ToSign, sign_page
from ledger_api.pages.common import id_of, names_in, now, pages_blueprint, server_url, view
from ledger_api.pages.purchases import purchase_at
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.purchase import Purchase
from ledger_api.rules.times import day, period
from ledger_api.texts import _

blueprint = pages_blueprint("recover")

ADDRESS_BYTES = 20


@blueprint.get("/recover")
def start():
    """What there is to do, by what one still has."""
    return render_template("buyer/recover.html")


@blueprint.get("/recover/<receipt>")
def show(receipt: str):
    """Makes a new key here; then what to tell the seller, until when to wait, and the button to take over."""
    with view() as look:
        purchase, name = purchase_at(look, receipt), names_in(look)
        if purchase.sale.buyer in gate.person().actors:
            return redirect(url_for("pages_purchases.show", receipt=receipt))
        actor = _new_key(purchase, look)
        proposal = _proposal_for(purchase, actor)
        page = {
            "receipt": hex_of(id_of(receipt)),
            "seller": name(purchase.sale.receipt["seller"]),
            "wait": period(purchase.sale.terms["recovery_s"]),
            "link": _link(receipt, actor) if actor else "",
            "takes_over_at": proposal["takesOverAt"] if proposal else None,
            "now": now(),
        }
    return render_template("buyer/new_key.html", **page)


def _new_key(purchase: Purchase, look) -> bytes | None:
    """The key of this browser that is to be the buyer's: the one that is proposed, else the one shown last."""
    staff = set(look.registry.keys) | set(look.registry.council)
    own = [actor for actor in gate.person().actors if actor not in staff]
    proposed = purchase.sale.proposal.values["buyer"] if purchase.sale.proposal else None
    return proposed if proposed in own else own[-1] if own else None


def _proposal_for(purchase: Purchase, actor: bytes | None) -> dict | None:
    proposal = purchase.sale.proposal
    return proposal.values if proposal and proposal.values["buyer"] == actor else None


def _link(receipt: str, actor: bytes) -> str:
    return server_url() + url_for(".propose", receipt=hex_of(id_of(receipt)), key=hex_of(actor))


@blueprint.get("/recover/<receipt>/take")
def take(receipt: str):
    """The new key takes over, once its time has come."""
    with view() as look:
        purchase, name = purchase_at(look, receipt), names_in(look)
        actor = _new_key(purchase, look)
        proposal = _proposal_for(purchase, actor)
        if proposal is None or now() < proposal["takesOverAt"]:
            return redirect(url_for(".show", receipt=receipt))
        return sign_page(
            ToSign(
                actor=actor,
                requests=[("takeBuyerKey", {"receipt": purchase.sale.subject, "buyer": actor})],
                heading=_("Go on with this device?"),
                rows=[Row(_("Bought from"), name(purchase.sale.receipt["seller"]))],
                button=_("Go on with this device"),
                then=url_for("pages_purchases.show", receipt=hex_of(purchase.sale.subject)),
                commits=_("From then on this device acts for you, and the one that you lost does not."),
                back=url_for(".show", receipt=receipt),
            )
        )


@blueprint.get("/recover/<receipt>/propose")
def propose(receipt: str):
    """The seller proposes the buyer's new key, after he made sure that it is his customer."""
    try:
        key = bytes_of(request.args.get("key", ""))
    except ValueError:
        key = b""
    if len(key) != ADDRESS_BYTES:
        raise InvalidField("key", "must be 20 bytes, hexadecimal, beginning with 0x")
    with view() as look:
        purchase = purchase_at(look, receipt)
    actor = gate.person().actor_for(purchase.sale.receipt["seller"])
    if actor is None:
        raise AccessDenied("That is for its seller")
    own = hex_of(purchase.sale.subject)
    wait = period(purchase.sale.terms["recovery_s"])
    return sign_page(
        ToSign(
            actor=actor,
            requests=[("proposeBuyerKey", {"receipt": purchase.sale.subject, "buyer": key})],
            heading=_("Let a buyer go on with another device?"),
            rows=[
                Row(_("Bought on"), day(purchase.sale.receipt["soldAt"])),
                Row(_("Signs of the new device"), hex_of(key)),
            ],
            button=_("Propose the new device"),
            then=url_for("pages_purchases.show", receipt=own),
            commits=_(
                "First make sure that it is your customer who asks. The device that was lost can object for %(wait)s.",
                wait=wait,
            ),
            back=url_for("pages_purchases.show", receipt=own),
        )
    )
