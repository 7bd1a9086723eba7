"""Lists are read in other processes; whatever happens to those, each request is read."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time

import pytest

from ledger_api.relay import reader, reading
from ledger_api.relay.reader import LEAST_ITEMS, Readers
from ledger_api.rules import requests as rules
from ledger_api.rules.signatures import P256Key, Secp256k1Key

KEEP_S = 3_600
TERMS = reading.Terms(31_337, {"ParcelLedger": bytes([1]) * 20, "ReturnLedger": bytes([2]) * 20}, KEEP_S)
NOW = int(time.time())


def body(key, deadline: int = NOW + 2 * KEEP_S) -> dict:
    request = {name: secrets.token_bytes(32) for name in ("tracking", "facts", "code", "document")}
    separator = rules.domain_separator("ParcelLedger", TERMS.chain_id, TERMS.addresses["ParcelLedger"])
    action = rules.action_of("ParcelLedger", "recordCheckpoint")
    signed = rules.sign(action, {"participant": 2, **request}, [key], secrets.randbits(256), deadline, separator)
    return {"id": secrets.token_hex(16), **signed.to_json()}


@pytest.fixture
def bodies() -> list[dict]:
    keys = Secp256k1Key(), P256Key()
    return [body(keys[i % 2]) for i in range(LEAST_ITEMS)]


@pytest.fixture
def readers():
    made = Readers(TERMS, 1)
    yield made
    made.stop()


def pid(readers: Readers) -> int:
    return readers._children[0]._process.pid


def test_another_process_reads_what_this_one_does(readers, bodies):
    assert readers.read(bodies, NOW) == [reading.read(item, TERMS) for item in bodies]


def test_what_is_refused_is_left_to_the_caller(readers, bodies):
    bodies[3] = {**bodies[3], "authorisations": bodies[4]["authorisations"]}
    bodies[5] = body(Secp256k1Key(), deadline=NOW + 1)
    bodies[7] = "no object"
    bodies[9] = {"id": bodies[9]["id"]}
    rows = readers.read(bodies, NOW)
    assert [i for i, row in enumerate(rows) if row is None] == [3, 5, 7, 9]


def test_short_lists_and_no_processes(readers, bodies):
    assert readers.read(bodies[:-1], NOW) == [None] * (LEAST_ITEMS - 1)
    assert readers._children[0]._process is None
    assert Readers(TERMS, 0).read(bodies, NOW) == [None] * LEAST_ITEMS


def test_a_list_that_is_nested_too_deep_to_be_sent(readers, bodies):
    deep: list = []
    for _ in range(500):
        deep = [deep]
    assert readers.read([*bodies, deep], NOW) == [None] * (LEAST_ITEMS + 1)
    assert None not in readers.read(bodies, NOW)


def test_a_process_that_was_killed_is_started_again(readers, bodies):
    readers.start()
    os.kill(pid(readers), signal.SIGKILL)
    readers._children[0]._process.wait()
    assert readers.read(bodies, NOW) == [None] * LEAST_ITEMS
    assert None not in readers.read(bodies, NOW)


def test_a_process_that_dies_while_it_reads(readers, bodies):
    readers.read(bodies, NOW)
    os.kill(pid(readers), signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (pid(readers), signal.SIGKILL)).start()
    assert readers.read(bodies, NOW) == [None] * LEAST_ITEMS


def test_a_process_that_does_not_answer(monkeypatch, bodies):
    monkeypatch.setattr(reader, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(reader, "STOP_TIMEOUT_S", 0.1)
    readers = Readers(TERMS, 1)
    readers.start()
    stopped = pid(readers)
    os.kill(stopped, signal.SIGSTOP)
    assert readers.read(bodies * 20, NOW) == [None] * LEAST_ITEMS * 20  # more than the socket holds
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)
    readers.stop()


def test_after_the_end_nothing_starts_again(bodies):
    readers = Readers(TERMS, 2)
    readers.start()
    started = [child._process for child in readers._children]
    readers.stop()
    assert [process.returncode for process in started] == [0, 0]
    assert readers.read(bodies, NOW) == [None] * LEAST_ITEMS
    assert all(child._process is None for child in readers._children)


def test_many_lists_at_once(readers, bodies):
    found: list = []
    threads = [threading.Thread(target=lambda: found.append(readers.read(bodies, NOW))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[reading.read(item, TERMS) for item in bodies]] * 8


def test_it_ends_when_its_parent_is_killed():
    script = (
        "from ledger_api.relay.reader import Readers; from ledger_api.relay.reading import Terms\n"
        "import time\n"
        "readers = Readers(Terms(1, {}, 1), 1); readers.start()\n"
        "print(readers._children[0]._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 20
    while is_running(child):
        assert time.monotonic() < end, "it goes on without its parent"
        time.sleep(0.05)


def is_running(process_id: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        with open(f"/proc/{process_id}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
