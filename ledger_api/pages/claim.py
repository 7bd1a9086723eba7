"""A claim link: the buyer's browser makes a key and binds the receipt to it. The link's secret stays in the browser."""

from flask import render_template

from ledger_api.pages.common import id_of, ledger, names_in, pages_blueprint, view
from ledger_api.rules.hashing import hex_of

blueprint = pages_blueprint("claim")


@blueprint.get("/claim/<receipt>")
def show(receipt: str):
    """What the link is, before its secret is looked at: claim.js asks what was bought, and claims."""
    subject = id_of(receipt)
    with view() as look:
        claimed = bool(look.entries_of(subject))
        sale = ledger().sales.get(subject)
        seller = names_in(look)(sale.seller) if sale else ""
    return render_template(
        "claim/show.html", receipt=hex_of(subject), claimed=claimed, known=sale is not None, seller=seller
    )
