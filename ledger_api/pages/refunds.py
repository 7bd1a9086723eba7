"""What a seller has to pay: by deadline, with the total of each currency."""

from collections import Counter

from flask import render_template

from ledger_api.pages.common import pages_blueprint, view
from ledger_api.pages.inbox import open_subjects, row_of
from ledger_api.rules.amounts import amount
from ledger_api.rules.return_state import pays_money

blueprint = pages_blueprint("refunds")


@blueprint.get("/refunds-to-pay")
def show_all():
    """Each row opens its form."""
    rows, totals = [], Counter()
    with view() as look:
        for subject in open_subjects(look):
            found = row_of(subject, look)
            if found is None or not found["is_seller"]:
                continue
            state = look.return_state(subject)
            due = state["money"]["due_minor"] if state["status"] == "approved" and pays_money(state) else 0
            if due:
                totals[state["currency"]] += due
                rows.append({**found, "due": amount(due, state["currency"])})
    rows.sort(key=lambda item: (not item["turn"].mine, item["turn"].until or 0))
    return render_template(
        "inbox/refunds.html", rows=rows, totals=[amount(minor, code) for code, minor in sorted(totals.items())]
    )
