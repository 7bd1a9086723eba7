"""The browser's modules are built from frontend/, and their tables from the contracts."""

import gzip
import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from tests.frontend.node import BUILT, node_program

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
# What a page of a return loads to check, and to check signatures of both kinds.
CHECK_LIMIT_BYTES = 60_000
STATIC_IMPORT = re.compile(r'(?:from|import)\s*"\./([\w-]+\.js)"')
ANY_IMPORT = re.compile(r'"\./([\w-]+\.js)"')


def tables():
    """scripts/frontend_tables.py, which is no package."""
    spec = importlib.util.spec_from_file_location("frontend_tables", ROOT / "scripts" / "frontend_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tool(name: str) -> Path:
    """A program of node_modules; the test skips without it."""
    found = ROOT / "node_modules" / ".bin" / name
    if not found.exists():
        pytest.skip(f"{name} is missing; `make compiler` installs it")
    return found


@pytest.mark.parametrize("name", ["actions.json", "events.json", "code.json", "lists.json"])
def test_the_tables_are_those_of_the_contracts(name):
    assert (FRONTEND / "src" / "tables" / name).read_text() == tables().texts()[name]


def test_the_modules_are_those_of_the_sources(tmp_path):
    tool("esbuild")
    built = subprocess.run(
        [node_program(), str(FRONTEND / "build.mjs"), str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    assert (built.returncode, built.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in BUILT.iterdir()
    }


def test_the_types_are_right():
    checked = subprocess.run(
        [node_program(), str(tool("tsc")), "--noEmit", "-p", str(FRONTEND)], capture_output=True, text=True, timeout=240
    )
    assert checked.stdout == ""


def reached(*entries: str, pattern: re.Pattern = ANY_IMPORT) -> set[str]:
    """Modules that these load, themselves included."""
    found, waiting = set(), list(entries)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += pattern.findall((BUILT / name).read_text())
    return found


def zipped(names: set[str]) -> int:
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 9)) for name in names)


def test_what_checks_a_return_is_small():
    assert "secp256k1" not in reached("keys.js", pattern=STATIC_IMPORT)
    assert zipped(reached("check.js")) <= CHECK_LIMIT_BYTES


def test_the_curves_in_code_are_loaded_only_when_needed():
    heavy = max(BUILT.iterdir(), key=lambda path: path.stat().st_size).name
    for entry in ("check.js", "keys.js", "post.js", "requests.js"):
        assert heavy not in reached(entry, pattern=STATIC_IMPORT), entry


@pytest.mark.parametrize("path", sorted(BUILT.glob("*.js")), ids=lambda path: path.name)
def test_no_module_makes_code_or_leaves_the_site(path):
    text = path.read_text()
    code = re.sub(r"/\*!.*?\*/", "", text, flags=re.DOTALL)  # without notices of licences
    code = code.replace('"http://www.w3.org/2000/svg"', "")  # the name of a language, of which nobody asks anything
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|importScripts|https?://", code)
    assert set(ANY_IMPORT.findall(text)) <= {item.name for item in BUILT.iterdir()}
