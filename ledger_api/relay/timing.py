"""What a contract refuses today for being too early, though it will not be in the next block."""

import time

from ledger_api.errors import RequestRefused

MOMENTS = {  # error → which of its arguments is the moment from which on it is due
    "EnforceTooEarly": "enforceableAt",
    "DisputeTooEarly": "enforceableAt",
    "RulingTooEarly": "from",
    "BuyerKeyTooEarly": "takesOverAt",
    "ReturnDisputeWindowOpen": "until",
}


def is_due_in_the_next_block(refusal: RequestRefused) -> bool:
    """A node runs the call at its newest block's time, which is long ago on a chain that stood still."""
    if refusal.error_name not in MOMENTS:
        return False
    given = refusal.extras["arguments"]
    next_s = int(given.get("blockTime", 0)) + 1
    return int(given[MOMENTS[refusal.error_name]]) <= max(time.time(), next_s)
