"""Which capture reads what a user gives as a model. A framework is imported only when something of its own is given."""

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from cutaway.model.capture.captured import Captured, SourceError

#: The module here, and the function in it, that reads a file with such an ending.
_FILES = {
    ".safetensors": ("checkpoint", "capture_safetensors"),
    ".safetensors.index.json": ("checkpoint", "capture_safetensors"),
    ".pt": ("checkpoint", "capture_torch_file"),
    ".pth": ("checkpoint", "capture_torch_file"),
    ".bin": ("checkpoint", "capture_torch_file"),
    ".ckpt": ("checkpoint", "capture_torch_file"),
}
ENDINGS = tuple(_FILES)


class _FileReader(Protocol):
    def __call__(self, path: Path) -> Any: ...


def is_file_name(model: Any) -> bool:
    """Whether it names a file of a kind that is known, there or not."""
    return isinstance(model, str | Path) and str(model).endswith(ENDINGS)


def capture_file(name: str | Path) -> Captured:
    """What a file holds. Raises SourceError for what is not there, not readable or not what its name says."""
    path = Path(name)
    ending = next(each for each in sorted(ENDINGS, key=len, reverse=True) if path.name.endswith(each))
    module, function = _FILES[ending]
    reader: _FileReader = getattr(import_module(f"cutaway.model.capture.{module}"), function)
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    return Captured(reader(path))
