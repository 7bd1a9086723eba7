"""Reads long lists of requests in child processes, so that relay and index go on meanwhile.

Parent and child share a socket; a message is its length in four bytes, then `marshal`. The child ends when the socket
does, however the parent ends. If the child fails in any way, the parent reads the list itself.
"""

import logging
import marshal
import queue
import socket
import struct
import subprocess
import sys

import orjson

from ledger_api.relay.reading import Terms, check, read

log = logging.getLogger(__name__)

LEAST_ITEMS = 20  # of a list that is worth the way to another process
TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
_LENGTH = struct.Struct(">I")


class Readers:
    """So many child processes; a list goes to one that is free, or waits for it."""

    def __init__(self, terms: Terms, count: int):
        self._children = [Child(terms) for _ in range(count)]
        self._free: queue.LifoQueue = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)
        self._is_stopped = False

    def start(self) -> None:
        """Starts them; otherwise the first long list does."""
        for child in self._children:
            child.start()

    def stop(self) -> None:
        """Ends them, once their lists are read; none starts again."""
        self._is_stopped = True
        held = [self._free.get() for _ in self._children]
        for child in held:
            child.stop()
            self._free.put(child)

    def read(self, bodies: list, now: int) -> list[dict | None]:
        """The row of each request that can be read and passes `check`; None for all others, and for each if this fails.

        Why a request is refused is for the caller to find out: exceptions do not travel.
        """
        if not self._children or len(bodies) < LEAST_ITEMS:
            return [None] * len(bodies)
        child = self._free.get()
        try:
            return [None] * len(bodies) if self._is_stopped else child.read(bodies, now)
        finally:
            self._free.put(child)


class Child:
    """One process; used by one thread at a time."""

    def __init__(self, terms: Terms):
        self._terms = terms
        self._process: subprocess.Popen | None = None
        self._channel: socket.socket | None = None

    def start(self) -> None:
        """Starts the process and does not wait for it."""
        terms = marshal.dumps(tuple(self._terms)).hex()
        ours, theirs = socket.socketpair()
        ours.settimeout(TIMEOUT_S)
        command = [sys.executable, "-m", "ledger_api.relay.reader", str(theirs.fileno()), terms]
        try:
            # A session of its own: Ctrl-C reaches the parent, which ends it in order.
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._channel = ours

    def read(self, bodies: list, now: int) -> list[dict | None]:
        """As `Readers.read`."""
        try:
            data = orjson.dumps(bodies)
        except orjson.JSONEncodeError:  # nested deeper than orjson writes
            return [None] * len(bodies)
        try:
            if self._process is None:
                self.start()
            _send(self._channel, (now, data))
            return _receive(self._channel)
        except (OSError, EOFError) as error:
            log.warning("a reading process failed (%s) and is started again", type(error).__name__)
            self.stop()
            return [None] * len(bodies)

    def stop(self) -> None:
        """Ends the process."""
        if self._process is None:
            return
        self._channel.close()  # which ends it
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None


def _send(channel: socket.socket, value) -> None:
    data = marshal.dumps(value)
    channel.sendall(_LENGTH.pack(len(data)) + data)


def _receive(channel: socket.socket):
    """The next message; raises EOFError when the other side has ended."""
    (length,) = _LENGTH.unpack(_receive_bytes(channel, _LENGTH.size))
    return marshal.loads(_receive_bytes(channel, length))


def _receive_bytes(channel: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view, position = memoryview(data), 0
    while position < length:
        count = channel.recv_into(view[position:])
        if not count:
            raise EOFError
        position += count
    return data


# --- in the child


def _row(body, terms: Terms, now: int) -> dict | None:
    try:
        row = read(body, terms)
        check(row, terms, now)
    except Exception:  # the parent meets it again, and answers with it
        return None
    return row


def main() -> None:
    """Answers each list with its rows until the parent closes the socket."""
    terms = Terms(*marshal.loads(bytes.fromhex(sys.argv[2])))
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        try:
            while True:
                now, data = _receive(channel)
                _send(channel, [_row(body, terms, now) for body in orjson.loads(data)])
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    main()
