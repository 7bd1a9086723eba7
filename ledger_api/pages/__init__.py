"""HTML from the same queries as the API: one noun, one module."""

from flask import Flask

from ledger_api.pages import (
    account,
    certificate,
    claim,
    demo,
    disputes,
    docket,
    documents,
    entries,
    errors,
    language,
    operator,
    participants,
    returns,
    scan,
    start,
)

NOUNS = (
    start,
    account,
    claim,
    demo,
    returns,
    documents,
    disputes,
    docket,
    entries,
    participants,
    scan,
    operator,
    errors,
    certificate,
)


def register(app: Flask) -> None:
    """Adds the pages, each with its headers and with its errors as pages."""
    language.register(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
