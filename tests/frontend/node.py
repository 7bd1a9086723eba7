"""The browser's modules, as they are shipped, in Node."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "ledger_api" / "static" / "js"
RUNNER = Path(__file__).with_name("run.mjs")
NODE_MAJOR = 20
NODE_OF_MAKE = ROOT / ".venv-node" / "bin"


def node_program() -> str:
    """Path of Node 20 or newer, the one of `make` first; the test skips without it, and fails in CI."""
    for found in (shutil.which("node", path=str(NODE_OF_MAKE)), shutil.which("node")):
        if found and _major(found) >= NODE_MAJOR:
            return found
    if os.environ.get("CI"):
        pytest.fail("Node is missing; `make compiler` installs it")
    pytest.skip("Node is missing; `make compiler` installs it")


def _major(program: str) -> int:
    shown = subprocess.run([program, "--version"], capture_output=True, text=True)
    return int(shown.stdout.lstrip("v").split(".")[0]) if shown.returncode == 0 else 0


class Browser:
    """One Node process with the modules loaded."""

    def __init__(self, built: Path = BUILT):
        # Node wants to be told that these are modules; a browser knows it from the page.
        self._folder = tempfile.TemporaryDirectory()
        shutil.copytree(built, self._folder.name, dirs_exist_ok=True)
        Path(self._folder.name, "package.json").write_text('{"type": "module"}')
        command = [node_program(), str(RUNNER), self._folder.name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __getattr__(self, call: str):
        """A function of `run.mjs` by its name; what it throws is raised as JavaScriptError."""
        return lambda *args: self._call(call, args)

    def _call(self, call: str, args: tuple):
        self._process.stdin.write(json.dumps({"call": call, "args": args}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"Node ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise JavaScriptError(answer["error"])
        return answer.get("result")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._folder.cleanup()


class JavaScriptError(Exception):
    """What a module threw: name and message."""
