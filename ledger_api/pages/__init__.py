"""HTML from the same queries as the API: one noun, one module."""

from ledger_api.pages import returns


def register(app) -> None:
    """Adds the pages."""
    app.register_blueprint(returns.blueprint)
