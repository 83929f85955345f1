"""Fixtures of the tests of other libraries' names."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from cutaway.compat import v1 as tf
from cutaway.compat.v1 import tensorflow


class _Blocker:
    """Finds nothing of TensorFlow, wherever it is installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] == "tensorflow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.fixture
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """TensorFlow cannot be imported, and was not."""
    assert "tensorflow" not in sys.modules
    monkeypatch.setattr(sys, "meta_path", [_Blocker(), *sys.meta_path])
    tensorflow._imported.cache_clear()
    yield
    tensorflow._imported.cache_clear()


@pytest.fixture
def new_graph() -> Iterator[None]:
    """The default graph is empty before and after."""
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()
