"""Tests of the kernel's functions run on both twins."""

from importlib import import_module
from typing import cast

import pytest

from cutaway.events.kernel import Kernel


@pytest.fixture(params=["_core", "_pure"], scope="module")
def kernel(request: pytest.FixtureRequest) -> Kernel:
    return cast("Kernel", import_module(f"cutaway.events.{request.param}"))
