"""A chain that stood still: what its newest block calls too early may be due in the next one."""

import time

import pytest

from ledger_api.errors import RequestRefused
from ledger_api.relay.timing import MOMENTS, is_due_in_the_next_block


@pytest.mark.parametrize(("error", "moment"), MOMENTS.items())
def test_what_is_due_by_the_clock_is_due(error, moment):
    now = int(time.time())
    assert is_due_in_the_next_block(RequestRefused(error, {moment: now - 1}))
    assert not is_due_in_the_next_block(RequestRefused(error, {moment: now + 60}))


def test_a_chain_ahead_of_the_clock_decides_by_its_own_time():
    ahead = int(time.time()) + 1_000
    refusal = {"enforceableAt": str(ahead + 1), "blockTime": str(ahead)}
    assert is_due_in_the_next_block(RequestRefused("EnforceTooEarly", refusal))
    assert not is_due_in_the_next_block(RequestRefused("EnforceTooEarly", {**refusal, "enforceableAt": ahead + 2}))


def test_no_other_refusal_passes():
    assert not is_due_in_the_next_block(RequestRefused("ReturnWrongStatus", {"actual": 1}))
