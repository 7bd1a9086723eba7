"""HTML from the same queries as the API: one noun, one module."""

from flask import Flask

from ledger_api.pages import (
    account,
    acknowledgement,
    bench,
    buyer_acts,
    certificate,
    claim,
    codes,
    corrections,
    demo,
    disputes,
    docket,
    documents,
    entries,
    errors,
    hand_over,
    inbox,
    language,
    operator,
    panel,
    papers,
    participants,
    particulars,
    purchases,
    recover,
    refunds,
    return_address,
    returns,
    scan,
    sell,
    seller_answers,
    seller_claims,
    seller_disputes,
    seller_sends,
    start,
    terms,
    uploads,
)
from ledger_api.pages.common import server_url

NOUNS = (
    start,
    account,
    claim,
    demo,
    purchases,
    acknowledgement,
    buyer_acts,
    codes,
    recover,
    papers,
    returns,
    documents,
    disputes,
    docket,
    panel,
    entries,
    participants,
    scan,
    hand_over,
    corrections,
    uploads,
    inbox,
    seller_answers,
    seller_sends,
    seller_disputes,
    seller_claims,
    bench,
    refunds,
    terms,
    return_address,
    particulars,
    sell,
    operator,
    errors,
    certificate,
)


def register(app: Flask) -> None:
    """Adds the pages, each with its headers and with its errors as pages."""
    language.register(app)
    app.jinja_env.globals["server_url"] = server_url
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
