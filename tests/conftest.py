"""Nothing of the developer's environment steers a test, and the tests leave the machine's cores to each other."""

import itertools
import os

import pytest
from hypothesis import settings

# `make test-all` chooses the thorough one.
settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Before torch is imported: two workers with a thread for each core wait for each other more than they compute.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def neutral_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal width and colour that do not depend on who runs the tests."""
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


_caches = itertools.count()


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache directory of its own for each test, made when something is kept in it.

    `mktemp` looks at the directories of all tests before: thousands for each of thousands.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "caches" / str(next(_caches))))
