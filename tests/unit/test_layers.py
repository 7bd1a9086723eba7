"""The walls between the folders of ledger_api: who may import whom, read from the source."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ledger_api"
SHARED = {"vocabulary", "errors", "config", "artefacts", "texts"}  # any folder may import these
FOLDERS = {  # folder → what of ours it may import besides itself and SHARED
    "rules": set(),
    "chain": {"rules"},  # docs/decisions/0007: EIP-712 and ABI live in rules
    "relay": {"chain", "rules"},
    "index": {"chain", "rules"},
    "verify": {"rules"},
    "interop": {"rules"},
    "documents": {"rules"},
    "notify": set(),
    "access": {"rules"},
    "api": {
        "access",
        "relay",
        "index.queries",
        "verify",
        "documents",
        "notify",
        "interop",
        "rules",
        "legal_dates",
        "chain.client",  # for one name, checked below
    },
    "pages": {"access", "documents", "index.queries", "interop", "notify", "rules", "legal_dates"},
}
EMBEDDED_SHARED = {"errors", "config"}  # it is a chain and knows nothing of returns
ASSEMBLING = {"__init__", "assembly", "cli", "serving", "demo", "demo_desk", "importing"}  # the parts meet there
ONLY_IN = {
    "web3": {"chain"},
    "eth": {"embedded"},
    "eth_tester": {"embedded", "chain"},
    "PIL": {"documents", "demo_waiting"},  # what others bring is read in one place; the demo draws a picture
    "reportlab": {"interop"},
    "brownie": set(),
    "ape": set(),
}
# py-evm reads its choice of elliptic curves from the environment while it is imported, so it is set before, there.
ENVIRONMENT = {"config.py", "embedded/machine.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Dotted name within the package: rules.heads; a folder's own module is the folder's name."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Everything that a module imports, as dotted names; from a package: with the name taken from it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide what is imported"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def ours(path: Path) -> set[str]:
    """Modules of ledger_api that a module imports, without the package's name; the version is no module's."""
    names = {name.removeprefix("ledger_api.") for name in imports_of(path) if name.startswith("ledger_api.")}
    return {module_in(name) for name in names - {"__version__"}}


def module_in(name: str) -> str:
    """The module that a dotted name is, or is taken from."""
    base = PACKAGE / Path(*name.split("."))
    if base.is_dir() or base.with_suffix(".py").exists():
        return name
    return module_in(name.rpartition(".")[0]) if "." in name else "__init__"


def libraries(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports_of(path)} - {"ledger_api"}


def folder_of(name: str) -> str:
    return name.split(".")[0]


def is_allowed(name: str, allowed: set[str]) -> bool:
    return any(name == item or name.startswith(f"{item}.") for item in allowed)


@pytest.mark.parametrize("folder", [*FOLDERS, "embedded"])
def test_a_folder_imports_only_what_its_wall_lets_through(folder):
    shared = EMBEDDED_SHARED if folder == "embedded" else SHARED
    allowed = {folder, *shared, *FOLDERS.get(folder, ())}
    broken = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        if folder_of(name_of(path)) == folder
        for name in ours(path)
        if not is_allowed(name, allowed)
    }
    assert not broken


def test_every_folder_has_a_wall():
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert folders == {*FOLDERS, "embedded"}


def test_no_folder_imports_where_the_parts_meet():
    broken = {
        f"{name_of(path)} imports {name}"
        for path in modules()
        if folder_of(name_of(path)) in FOLDERS
        for name in ours(path)
        if name in ASSEMBLING
    }
    assert not broken


def test_the_api_takes_one_function_of_the_chain():
    """The header of a block as it is hashed is a form of the node's answer, so it is made beside the node's client."""
    taken = {name for path in (PACKAGE / "api").glob("*.py") for name in imports_of(path) if ".chain." in name}
    assert taken <= {"ledger_api.chain.client.header_rlp"}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_folder(library):
    places = {folder_of(name_of(path)) for path in modules() if library in libraries(path)}
    assert places <= ONLY_IN[library]


def closure(start: list[Path]) -> set[Path]:
    """These modules and all of ours that they import, directly or not, packages on the way included."""
    found, waiting = set(), list(start)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in ours(path):
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                base = PACKAGE / Path(*parts[:end])
                waiting += [item for item in (base.with_suffix(".py"), base / "__init__.py") if item.exists()]
    return found


def test_who_verifies_needs_neither_web3_nor_flask():
    reached = closure(list((PACKAGE / "verify").glob("*.py")))
    for path in reached:
        assert not libraries(path) & {"web3", "flask", "eth", "sqlite3", "waitress"}, name_of(path)


def test_holidays_are_known_in_one_module():
    """What the chain, the index and the verifier compute is not to change with a package's list of holidays."""
    assert {name_of(path) for path in modules() if "holidays" in libraries(path)} == {"legal_dates"}


def test_only_config_reads_the_environment():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert readers <= ENVIRONMENT
