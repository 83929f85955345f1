"""The same event files as the store's tests have."""

from tests.unit.store.conftest import write

__all__ = ["write"]
