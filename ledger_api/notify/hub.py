"""Tells waiting streams that subjects have new entries."""

import threading

HISTORY = 1_000


class Hub:
    """Any number of waiters, one announcer. A waiter says what it has seen, so nothing is missed between two waits."""

    def __init__(self):
        self._condition = threading.Condition()
        self._sequence = 0
        self._changes: list[tuple[int, frozenset]] = []
        self._closed = False

    @property
    def sequence(self) -> int:
        """Number of the last announcement."""
        return self._sequence

    def announce(self, subjects: set[bytes]) -> None:
        """New entries of these subjects are in the index."""
        with self._condition:
            self._sequence += 1
            self._changes.append((self._sequence, frozenset(subjects)))
            del self._changes[:-HISTORY]
            self._condition.notify_all()

    def close(self) -> None:
        """Lets all waiters go."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def wait(self, subjects: set[bytes], seen: int, timeout_s: float) -> tuple[int, bool]:
        """Waits for a change of one of the subjects after `seen`; (last number, whether there was one)."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._touched(subjects, seen), timeout_s)
            return self._sequence, self._touched(subjects, seen)

    @property
    def closed(self) -> bool:
        return self._closed

    def _touched(self, subjects: set[bytes], seen: int) -> bool:
        if self._sequence <= seen:
            return False
        if self._changes[0][0] > seen + 1:
            return True  # So much happened that some of it is forgotten here.
        return any(number > seen and changed & subjects for number, changed in reversed(self._changes))
