"""HTML from the same queries as the API."""


def register(app) -> None:
    """Adds the pages."""
