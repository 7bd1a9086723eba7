"""The embedded chain as a child process: start, where it is, stop."""

import subprocess
import sys
from pathlib import Path

from ledger_api.embedded.__main__ import READY
from ledger_api.errors import ChainError

STOP_TIMEOUT_S = 40


class EmbeddedChain:
    """One child process of ours. It ends when this process does, however that ends."""

    def __init__(self, folder: Path, block_interval_s: float = 1.0, port: int = 0, options: tuple[str, ...] = ()):
        self._command = [
            sys.executable,
            "-m",
            "ledger_api.embedded",
            "--data-dir",
            str(folder),
            "--port",
            str(port),
            "--block-interval",
            str(block_interval_s),
            "--with-parent",
            *options,
        ]
        self._process: subprocess.Popen | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> str:
        """Starts it; the URL of its JSON-RPC. Raises ChainError if it does not come up."""
        # A session of its own: Ctrl-C reaches the parent, which stops it in order.
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        line = self._process.stdout.readline()
        if not line.startswith(READY):
            self.stop()
            raise ChainError("The embedded chain did not start; its message stands above")
        return line.removeprefix(READY).split()[0]

    def stop(self) -> None:
        """Ends it in order."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
