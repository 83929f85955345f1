"""What a file here takes from its library, and the sentence that says that it is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


@contextmanager
def hooks_of(library: str, tested: str, package: str | None = None) -> Iterator[None]:
    """Around imports from ``library``, the name that Python imports; ``tested`` is its version in our tests.

    ``package`` is the name by which it is installed, where that is another one. Raises ImportError with one sentence
    for a library that is not installed, and for one whose hooks have moved: a name that cannot be imported, or a
    method that `require_methods` misses.
    """
    package = package or library
    try:
        yield
    except (ImportError, AttributeError) as error:
        needs = f"this integration of Cutaway needs {package}"
        if find_spec(library) is None:
            raise ImportError(f"{needs}, which is not installed: pip install {package}", name=library) from None
        if isinstance(error, ModuleNotFoundError) and not f"{error.name}.".startswith(f"{library}."):
            # Something that the library itself needs.
            raise
        there = f"version {_version(package)} is another: {error}"
        text = f"{needs} as in version {tested}, with which it was tested; {there}"
        raise ImportError(text, name=library) from error


def require_methods(owner: type, *names: str) -> None:
    """Raises AttributeError when a class no longer has a method that is overridden here: it would never be called."""
    for name in names:
        if not hasattr(owner, name):
            raise AttributeError(f"{owner.__name__} has no {name}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
