"""One server with the demo for all stories; a test that stops it starts it again."""

import os
import shutil

import pytest

from tests.e2e.processes import Server, folder_with_demo

CHROMIUM = shutil.which("chromium")
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM  # without windows around a page: half the work
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that played the demo."""
    made = Server(folder_with_demo(tmp_path_factory), "--demo").start()
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


@pytest.fixture(scope="session")
def chromium():
    """Starts a Chromium, with more options where a story needs them; the whole one where it needs a camera."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing; `make test` installs it where it may")
        pytest.skip("chromium is missing; install Debian's package chromium to run the browser stories")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:

        def start(*options: str, whole: bool = False):
            path = CHROMIUM if whole else SHELL
            return playwright.chromium.launch(executable_path=path, args=[*OPTIONS, *options])

        yield start


@pytest.fixture(scope="session")
def browser(chromium):
    """The one that all stories share."""
    started = chromium()
    yield started
    started.close()
