"""The chain's clock is the wall clock: after idle time, and after many writes in a row."""

import itertools
import time

import pytest

from tests.e2e.processes import recorded_checkpoint, signed_checkpoint

AFTER_IDLE_LIMIT_S = 2
AHEAD_LIMIT_S = 1
QUICK_WRITES = 300
_numbers = itertools.count(1)


def new_code() -> str:
    """A carrier's code that no other checkpoint has."""
    return f"CLOCK{next(_numbers)}"


def offset_after(server, idle_s: float) -> float:
    """Seconds between the posting of a checkpoint after idle time and the time that the chain gave it."""
    client, code = server.client, new_code()
    signed = signed_checkpoint(server, client, code)
    time.sleep(idle_s)
    posted_at = time.time()
    client.wait(client.send("checkpoints", signed)["id"])
    return recorded_checkpoint(client, server.parcel_of(3), code)["recorded_at"] - posted_at


def test_a_checkpoint_after_five_idle_seconds_has_the_wall_clock_s_time(server):
    assert abs(offset_after(server, 5)) <= AFTER_IDLE_LIMIT_S


@pytest.mark.slow
def test_a_checkpoint_after_two_idle_minutes_has_the_wall_clock_s_time(server):
    assert abs(offset_after(server, 120)) <= AFTER_IDLE_LIMIT_S


def test_the_clock_does_not_run_ahead_however_quickly_is_written(server):
    client, ahead = server.client, []
    signed = [signed_checkpoint(server, client, new_code()) for _ in range(QUICK_WRITES)]
    ids = []
    for item in signed:
        ids.append(client.send("checkpoints", item)["id"])
        if len(ids) % 20 == 0:
            ahead.append(client.get("/api/v1/chain")["at"]["timestamp"] - time.time())
    client.wait(ids[-1])
    ahead.append(client.get("/api/v1/chain")["at"]["timestamp"] - time.time())
    assert max(ahead) <= AHEAD_LIMIT_S
    assert abs(offset_after(server, 0)) <= AFTER_IDLE_LIMIT_S
    assert {client.wait(request_id)["state"] for request_id in ids} == {"recorded"}
