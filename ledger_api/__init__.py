"""Return Ledger: a shared record of cross-border returns.

The parts meet in `assembly`, which is loaded only when a server is made: whoever verifies needs no web framework.
"""

__version__ = "0.1.0"


def open_ledger(settings, node, deployment):
    """The running parts of one server; see `assembly.open_ledger`."""
    from ledger_api import assembly

    return assembly.open_ledger(settings, node, deployment)


def create_app(ledger):
    """The Flask application of a ledger; see `assembly.create_app`."""
    from ledger_api import assembly

    return assembly.create_app(ledger)
