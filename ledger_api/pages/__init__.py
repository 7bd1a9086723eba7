"""HTML from the same queries as the API: one noun, one module."""

from flask import Flask

from ledger_api.pages import (
    account,
    acknowledgement,
    buyer_acts,
    certificate,
    claim,
    codes,
    demo,
    disputes,
    documents,
    entries,
    errors,
    language,
    participants,
    purchases,
    recover,
    returns,
    scan,
    start,
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
    entries,
    participants,
    scan,
    uploads,
    errors,
    certificate,
)


def register(app: Flask) -> None:
    """Adds the pages, each with its headers and with its errors as pages."""
    language.register(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
