import os
import pathlib

import pytest

from fake_openai import FakeOpenAI
from server import Steno, binary


def pytest_sessionstart(session):
    if not os.access(binary(), os.X_OK):
        raise pytest.UsageError(
            f"no binary at {binary()}: run `swift build -c release --product steno`, or set STENO_BINARY")


@pytest.fixture
def data(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "steno.db"


@pytest.fixture
def steno(data: pathlib.Path):
    """A server on an empty file, for one test."""
    with Steno(data) as server:
        yield server


@pytest.fixture(scope="module")
def openai():
    with FakeOpenAI() as fake:
        yield fake
