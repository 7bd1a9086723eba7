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
    participants,
    purchases,
    recover,
    refunds,
    returns,
    scan,
    sell,
    seller_answers,
    seller_disputes,
    seller_sends,
    start,
    terms,
    uploads,
)

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
    returns,
    documents,
    disputes,
    docket,
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
    bench,
    refunds,
    terms,
    sell,
    operator,
    errors,
    certificate,
)


def register(app: Flask) -> None:
    """Adds the pages, each with its headers and with its errors as pages."""
    language.register(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
