"""HTML from the same queries as the API: one noun, one module."""

from flask import Flask

from ledger_api.pages import (
    account,
    certificate,
    claim,
    demo,
    disputes,
    documents,
    entries,
    errors,
    language,
    participants,
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
