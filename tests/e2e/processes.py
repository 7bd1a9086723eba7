"""Real processes for whole stories: servers, nodes and the command line, each ended by its own handle."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

import pytest
import requests

from ledger_api.client import Client
from ledger_api.config import Settings
from ledger_api.keys import KeyFolder
from ledger_api.parcel_book import KnownParcel, ParcelBook
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ZoneSource
from tests.conftest import free_port

CLI = (sys.executable, "-m", "ledger_api.cli")
ROOT = Path(__file__).parent.parent.parent
START_TIMEOUT_S = 90
STOP_TIMEOUT_S = 60
READY = "Return Ledger is ready: "
DEMO = "Demo return: "


def environment(**more) -> dict:
    """This process's environment without settings of a ledger, and with these."""
    ours = {item.metadata["variable"] for item in fields(Settings)}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in more.items()}}


def run(*arguments, cwd: Path, timeout_s: int = 60, **more) -> subprocess.CompletedProcess:
    """The command line, as a process of its own."""
    command = [*CLI, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment(**more), capture_output=True, text=True, timeout=timeout_s)


class Process:
    """A long-running command; its output goes into a file."""

    def __init__(self, output: Path, *arguments, **more):
        self._output = output
        self._arguments = [*CLI, *map(str, arguments)]
        self._environment = environment(**more)
        self._process: subprocess.Popen | None = None

    def launch(self, ready: str) -> list[str]:
        """Starts it and waits for a line that begins so; all lines until then."""
        with open(self._output, "w") as output:
            self._process = subprocess.Popen(
                self._arguments, env=self._environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT
            )
        return self.await_line(ready)

    def await_line(self, start: str) -> list[str]:
        """Waits for a line that begins so; all lines until then, and maybe more."""
        end = time.monotonic() + START_TIMEOUT_S
        while not any(line.startswith(start) for line in self.lines()):
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"{self._arguments} did not start:\n{self._output.read_text()}")
            time.sleep(0.05)
        return self.lines()

    def lines(self) -> list[str]:
        """What it has printed, whole lines only."""
        return [line.rstrip("\n") for line in self._output.read_text().splitlines(keepends=True) if line.endswith("\n")]

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> int:
        """Ends it in order; its exit status."""
        if self._process.poll() is None:
            self._process.terminate()
        return self._process.wait(STOP_TIMEOUT_S)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(STOP_TIMEOUT_S)


class Server(Process):
    """`return-ledger serve` on a data folder, on the same port each time."""

    def __init__(self, folder: Path, *options, **more):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.demo_return: str | None = None
        super().__init__(
            folder.with_name(folder.name + ".log"), "serve", *options, DATA_DIR=folder, PORT=self.port, **more
        )

    def start(self) -> "Server":
        """Starts it; returns when it serves."""
        self.launch(READY)
        if (self.folder / "demo-return").exists():
            self.demo_return = (self.folder / "demo-return").read_text()
        return self

    def http_text(self, path: str) -> str:
        """A page as it was sent."""
        return requests.get(self.url + path, timeout=START_TIMEOUT_S).text

    @property
    def demo_dispute(self) -> str:
        """The dispute of the demo's third return."""
        return (self.folder / "demo-dispute").read_text()

    @property
    def demo_waiting(self) -> str:
        """The dispute of the demo that waits for its arbitrator."""
        return (self.folder / "demo-waiting").read_text()

    @property
    def client(self) -> Client:
        return Client(self.url)

    def key(self, name: str):
        return KeyFolder(self.folder).load(name)

    def parcel_of(self, participant: int) -> KnownParcel:
        """A parcel that a carrier reports."""
        known = ParcelBook(self.folder).parcels().values()
        return next(parcel for parcel in known if parcel.participant == participant)

    def chain_pid(self) -> int | None:
        """The embedded chain: the child of the server that runs it."""
        return next((pid for pid in _children_of(self.pid) if b"ledger_api.embedded" in _command_of(pid)), None)


def folder_with_demo(factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own with the demo, which is played once for all processes of a test run and then copied."""
    base = factory.getbasetemp()
    common = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    common.mkdir(exist_ok=True)
    played = common / "played"
    with open(common / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not played.exists():
            first = Server(Path(tempfile.mkdtemp(dir=common)) / "data", "--demo").start()
            first.stop()
            first.folder.rename(played)
    return Path(shutil.copytree(played, factory.mktemp("ledger") / "data"))


def checkpoint_request(carrier, tracking: bytes, occurred_at: int, code: str) -> dict:
    """The values of a `recordCheckpoint` request by a carrier's named key."""
    happened = Checkpoint(occurred_at, CheckpointKind.IN_TRANSIT, country="CN", zone_source=ZoneSource.STATED)
    return {
        "participant": carrier.participant,
        "tracking": tracking,
        "facts": pack_facts(happened),
        "code": pack_code(code),
        "document": bytes(32),
    }


def signed_checkpoint(server: Server, client: Client, code: str, key: str = "carrier-cn"):
    """A signed checkpoint of now, on the demo's parcel of that carrier."""
    carrier = server.key(key)
    tracking = server.parcel_of(carrier.participant).tracking
    return client.sign("recordCheckpoint", checkpoint_request(carrier, tracking, int(time.time()), code), carrier.key)


def recorded_checkpoint(client: Client, parcel: KnownParcel, code: str) -> dict | None:
    """A checkpoint as the server shows it, by its code."""
    shown = client.get(f"/api/v1/parcels/0x{parcel.parcel_id.hex()}")["checkpoints"]
    return next((item for item in shown if item["code"] == code), None)


def json_of(done: subprocess.CompletedProcess):
    """What a command printed as JSON."""
    return json.loads(done.stdout)


def _children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
