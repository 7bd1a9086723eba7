"""One server with the demo for all stories; a test that stops it starts it again."""

import os

import pytest

from tests.e2e.processes import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that played the demo."""
    made = Server(tmp_path_factory.mktemp("ledger") / "data", "--demo").start()
    yield made
    made.stop()


def pytest_collection_modifyitems(items):
    """Tests marked slow run when SLOW=1."""
    if os.environ.get("SLOW") != "1":
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="takes minutes; SLOW=1 runs it"))


def pytest_configure(config):
    """Names the mark."""
    config.addinivalue_line("markers", "slow: takes minutes; runs with SLOW=1")
