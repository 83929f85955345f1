"""Finds the capture for the object that a user gives as a model. A framework is imported only for models of its own.

A new framework adds its files and its classes to the two tables here.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from cutaway.model.capture.captured import Captured, SourceError
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs

#: The module here, and the function in it, that reads a file with such an ending.
_FILES = {
    ".safetensors": ("checkpoint", "capture_safetensors"),
    ".safetensors.index.json": ("checkpoint", "capture_safetensors"),
    ".pt": ("checkpoint", "capture_torch_file"),
    ".pth": ("checkpoint", "capture_torch_file"),
    ".bin": ("checkpoint", "capture_torch_file"),
    ".ckpt": ("checkpoint", "capture_torch_file"),
    ".pt2": ("torch.exported", "capture_exported_file"),
    ".keras": ("keras", "capture_keras_file"),
    ".onnx": ("onnx", "capture_onnx"),
}
ENDINGS = tuple(_FILES)
#: The module here, and the function in it, for objects of other libraries, by the name of a class that they have.
_OBJECTS = {
    "keras.Layer": ("keras", "capture_keras"),
    "flax.Module": ("jax", "capture_jax"),
    "torch.ExportedProgram": ("torch.exported", "capture_exported_program"),
}


class _FileReader(Protocol):
    def __call__(self, path: Path, inputs: ForwardInputs, *, trust: bool) -> Captured: ...


class _ObjectReader(Protocol):
    def __call__(self, model: Any, inputs: ForwardInputs, options: CaptureOptions) -> Captured: ...


def capture_object(
    model: Any, inputs: ForwardInputs, options: CaptureOptions, *, device: Any = None, runs: int = 0
) -> Captured:
    """The trace of a model in memory. `device` and `runs`, of timed forwards, are for PyTorch modules alone.

    Raises TypeError for an object that is not a model, ModuleNotFoundError where PyTorch is missing, ValueError for a
    device that is not there and where calls cannot be timed.
    """
    reader = _object_reader(model)
    if reader is not None:
        return reader(model, inputs, options)
    check_module(model)
    from cutaway.model.capture.torch.module import capture_module

    return capture_module(model, inputs, options, device=device, runs=runs)


def check_module(model: Any) -> None:
    """TypeError for an object that is not a PyTorch module, ModuleNotFoundError without PyTorch."""
    try:
        from torch import nn
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ModuleNotFoundError("summarising a model needs PyTorch: pip install torch", name="torch") from None
    if isinstance(model, type):
        raise TypeError(f"model is the class {model.__name__}; an instance is expected, as {model.__name__}(...)")
    if not isinstance(model, nn.Module):
        files = f" or a file name that ends with {', '.join(ENDINGS)}" if isinstance(model, str | Path) else ""
        raise TypeError(f"model is of type {type(model).__name__}; a torch.nn.Module{files} is expected")


def _object_reader(model: Any) -> _ObjectReader | None:
    """The capture of an object that is not a PyTorch module: of Keras, Flax, `torch.export`, or a function on arrays.

    A function is one of JAX when JAX is loaded: without JAX nobody has an array to call it with.
    """
    names = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(model).__mro__}
    found = next((place for name, place in _OBJECTS.items() if name in names), None)
    if found is None and callable(model) and "torch.Module" not in names and not isinstance(model, type):
        found = ("jax", "capture_jax") if "jax" in sys.modules else None
    if found is None:
        return None
    reader: _ObjectReader = getattr(import_module(f"cutaway.model.capture.{found[0]}"), found[1])
    return reader


def is_of_another_framework(model: Any) -> bool:
    """Whether it is an object of a framework other than PyTorch, whose structure is known without a real forward."""
    return _object_reader(model) is not None


def is_file_name(model: Any) -> bool:
    """Whether it names a file of a kind that is known, there or not."""
    return isinstance(model, str | Path) and str(model).endswith(ENDINGS)


def capture_file(name: str | Path, inputs: ForwardInputs, *, trust: bool = False) -> Captured:
    """The trace of a file; `inputs` are for files with a graph. Code of the file is run with `trust` only.

    Raises SourceError for a file that is missing, unreadable or of another format, and without `trust` for one that
    cannot be read without running its code.
    """
    path = Path(name)
    ending = next(each for each in sorted(ENDINGS, key=len, reverse=True) if path.name.endswith(each))
    module, function = _FILES[ending]
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    try:
        reader: _FileReader = getattr(import_module(f"cutaway.model.capture.{module}"), function)
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path} needs the package {error.name}: pip install {error.name}") from error
    return reader(path, inputs, trust=trust)
