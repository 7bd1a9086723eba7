"""HTML from the same queries as the API: one noun, one module."""

from flask import Flask

from ledger_api.pages import (
    account,
    bench,
    certificate,
    claim,
    demo,
    disputes,
    documents,
    entries,
    errors,
    inbox,
    language,
    participants,
    refunds,
    returns,
    scan,
    sell,
    seller_answers,
    seller_disputes,
    seller_sends,
    start,
    terms,
)

NOUNS = (
    start,
    account,
    claim,
    demo,
    returns,
    documents,
    disputes,
    entries,
    participants,
    scan,
    inbox,
    seller_answers,
    seller_sends,
    seller_disputes,
    bench,
    refunds,
    terms,
    sell,
    errors,
    certificate,
)


def register(app: Flask) -> None:
    """Adds the pages, each with its headers and with its errors as pages."""
    language.register(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
