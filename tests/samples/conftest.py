"""`--samples FOLDER`, or the variable SAMPLES: a folder of real documents, with epcis/ and tracking/ in it."""

import os
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--samples", default=None, help="folder with epcis/ and tracking/; else the variable SAMPLES")


@pytest.fixture(scope="session")
def samples(pytestconfig) -> Path:
    """The folder; without one the tests fail."""
    folder = pytestconfig.getoption("--samples", default=None) or os.environ.get("SAMPLES")
    if not folder:
        pytest.fail("say where the samples are: --samples FOLDER, or SAMPLES=FOLDER", pytrace=False)
    return Path(folder)


@pytest.fixture
def sample(samples):
    """Reads one file of the folder; a file that is not there is a failure."""

    def read(name: str) -> bytes:
        path = samples / name
        if not path.is_file():
            pytest.fail(f"{path} is missing", pytrace=False)
        return path.read_bytes()

    return read
