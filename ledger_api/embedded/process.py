"""The embedded chain as a child process: start, where it is, start again if it dies, stop."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

from ledger_api.embedded.__main__ import READY
from ledger_api.errors import ChainError

log = logging.getLogger(__name__)

STOP_TIMEOUT_S = 40
RESTART_PAUSE_S = 0.5
START_TIMEOUT_S = 60


class EmbeddedChain:
    """One child process of ours. It ends when this process does, however that ends; if it dies alone, it comes back."""

    def __init__(self, folder: Path, block_interval_s: float = 1.0, port: int = 0, options: tuple[str, ...] = ()):
        self._folder = folder
        self._port = port
        self._options = ("--block-interval", str(block_interval_s), "--with-parent", *options)
        self._process: subprocess.Popen | None = None
        self._stopped = threading.Event()
        self._launching = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> str:
        """Starts it; the URL of its JSON-RPC, which stays the same. Raises ChainError if it does not come up."""
        url = self._launch()
        self._port = int(url.rsplit(":", 1)[1])
        threading.Thread(target=self._watch, name="chain watch", daemon=True).start()
        return url

    def _launch(self) -> str:
        command = [sys.executable, "-m", "ledger_api.embedded", "--data-dir", str(self._folder)]
        command += ["--port", str(self._port), *self._options]
        with self._launching:
            if self._stopped.is_set():
                raise ChainError("The embedded chain was stopped")
            # A session of its own: Ctrl-C reaches the parent, which stops it in order.
            process = self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
            )
        too_late = threading.Timer(START_TIMEOUT_S, process.kill)
        too_late.start()
        line = process.stdout.readline()
        too_late.cancel()
        if not line.startswith(READY):
            self._end(process)
            raise ChainError(
                f"The embedded chain in {self._folder} did not start (exit status {process.returncode}); "
                "its message stands above"
            )
        return line.removeprefix(READY).split()[0]

    def _watch(self) -> None:
        """Starts it again when it died without being asked to."""
        while True:
            process = self._process
            process.wait()
            if self._stopped.wait(RESTART_PAUSE_S):
                return
            log.warning("the chain process ended (%d) and is started again", process.returncode)
            self._end(process)
            try:
                self._launch()
            except ChainError:
                log.warning("it did not come up; trying again")

    def stop(self) -> None:
        """Ends it in order."""
        self._stopped.set()
        with self._launching:
            process = self._process
        if process is not None:
            self._end(process)

    @staticmethod
    def _end(process: subprocess.Popen) -> None:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()
        process.stdout.close()
