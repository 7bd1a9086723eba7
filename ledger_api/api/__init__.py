"""JSON under /api/v1: one noun, one module."""

from flask import Flask

from ledger_api.api import (
    chain,
    disputes,
    documents,
    messages,
    openapi,
    parcels,
    participants,
    policies,
    problems,
    receipts,
    requests,
    returns,
    sales,
    sessions,
)

NOUNS = (
    chain,
    disputes,
    documents,
    messages,
    openapi,
    parcels,
    participants,
    policies,
    receipts,
    requests,
    returns,
    sales,
    sessions,
)


def register(app: Flask) -> None:
    """Adds all routes, and the rendering of problems."""
    problems.register(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
