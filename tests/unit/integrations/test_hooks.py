"""A library that is not there, or whose hooks have moved: one sentence, with the version that was tested."""

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from cutaway.integrations.hooks import hooks_of, require_methods

#: The integration, what Python imports, and by which name it is installed.
LIBRARIES = [
    ("accelerate", "accelerate", "accelerate"),
    ("ignite", "ignite", "pytorch-ignite"),
    ("keras", "keras", "keras"),
    ("lightning", "lightning", "lightning"),
    ("stable_baselines3", "stable_baselines3", "stable-baselines3"),
    ("transformers", "transformers", "transformers"),
]


def without(monkeypatch: pytest.MonkeyPatch, integration: str, library: str, instead: ModuleType | None) -> str:
    """What importing an integration raises with another module, or none, in the place of its library."""
    for name in list(sys.modules):
        if name.partition(".")[0] in (library, "pytorch_lightning") or name == f"cutaway.integrations.{integration}":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, instead)
    if library == "lightning" and instead is None:
        monkeypatch.setitem(sys.modules, "pytorch_lightning", None)
    with pytest.raises(ImportError) as raised:
        importlib.import_module(f"cutaway.integrations.{integration}")
    assert raised.value.name == library
    return str(raised.value)


@pytest.mark.parametrize(("integration", "library", "package"), LIBRARIES)
def test_a_library_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, integration: str, library: str, package: str
) -> None:
    said = without(monkeypatch, integration, library, None)
    assert said == f"this integration of Cutaway needs {package}, which is not installed: pip install {package}"


@pytest.mark.parametrize(("integration", "library", "package"), LIBRARIES)
def test_a_library_whose_hooks_have_moved(
    monkeypatch: pytest.MonkeyPatch, integration: str, library: str, package: str
) -> None:
    """Nothing of it is where it was."""
    empty = ModuleType(library)
    empty.__spec__ = ModuleSpec(library, None)
    said = without(monkeypatch, integration, library, empty)
    assert said.startswith(f"this integration of Cutaway needs {package} as in version "), said
    assert ", with which it was tested; version " in said
    assert library in said.partition(" is another: ")[2]


def test_a_name_that_has_moved() -> None:
    with (
        pytest.raises(ImportError, match=r"as in version 1\.2\.3, with .* cannot import name 'Reader' from 'csv'"),
        hooks_of("csv", "1.2.3"),
    ):
        from csv import Reader  # type: ignore[attr-defined]  # noqa: F401


def test_a_method_that_has_moved() -> None:
    class Callback:
        def on_log(self) -> None: ...

    require_methods(Callback, "on_log")
    with (
        pytest.raises(ImportError, match=r"needs numpy as in version 1\.2\.3, .*: Callback has no on_train_begin"),
        hooks_of("numpy", "1.2.3"),
    ):
        require_methods(Callback, "on_log", "on_train_begin")


def test_what_the_library_itself_misses_is_its_own_error() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'not_there'"), hooks_of("numpy", "1.2.3"):
        import not_there  # type: ignore[import-not-found]  # noqa: F401
