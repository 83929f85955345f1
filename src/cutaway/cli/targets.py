"""Models and inputs as the command line names them."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cutaway.model.inputs import ForwardInputs

TARGET_HELP = (
    "module.path:name or file.py:name of a torch.nn.Module, a class of one, or a function that makes one; "
    "or a file: .safetensors, .pt, .pt2, .onnx, .keras"
)
INPUT_HELP = (
    "the shape of an input of the forward, as 1,3,224,224 or ids=1,128:int64; once for each input "
    "(without any only the modules are listed)"
)
TRUST_HELP = "open files that run code of their own too: .pt2, pickled objects, lambdas of Keras"
LETTERS_HELP = "; capital letters, as in B,3,224,224, stand for sizes that the costs are shown as formulas of"


def letters_in(texts: list[str]) -> list[str]:
    """The letters that stand for sizes in ``--input`` values."""
    parts = [part.strip() for text in texts for part in _parts(text.rpartition("=")[2].partition(":")[0])]
    return list(dict.fromkeys(part for part in parts if part.isidentifier() and part.isupper()))


def _parts(sizes: str) -> list[str]:
    return sizes.strip(" ()[]").removesuffix(",").split(",") if sizes else []


def parse_inputs(
    texts: list[str], batch: int | None = None, dtype: str | None = None, sizes: "Mapping[str, int] | None" = None
) -> "ForwardInputs":
    """Read all ``--input`` values: unnamed ones are positional, in order. UsageError names a bad one.

    `batch` replaces the first size of each, `dtype` is of those that name none, `sizes` are those of letters.
    """
    from cutaway.model.inputs import ForwardInputs, TensorSpec, dtype_name

    sizes = sizes or {}
    try:
        usual = None if dtype is None else dtype_name(dtype)
    except ValueError as error:
        raise UsageError(f"--dtype {dtype}: {str(error).removeprefix('dtypes has ')}") from None
    if not texts and (batch is not None or dtype is not None):
        raise UsageError(f"{'--batch' if batch is not None else '--dtype'} needs an --input")
    positional: list[TensorSpec] = []
    named: dict[str, TensorSpec] = {}
    for text in texts:
        name, equals, rest = text.rpartition("=")
        words, colon, kind = rest.partition(":")
        try:
            shape = tuple(_size(part, sizes) for part in _parts(words))
        except ValueError:
            raise UsageError(f"--input {text}: sizes like 1,3,224,224 are expected, not {words!r}") from None
        try:
            if batch is not None and shape:
                shape = (batch, *shape[1:])
            spec = TensorSpec(shape, dtype_name(kind) if colon else usual)
        except ValueError as error:
            raise UsageError(f"--input {text}: {str(error).removeprefix('dtypes has ')}") from None
        if not equals:
            positional.append(spec)
        elif not name.isidentifier() or name in named:
            what = "was given before" if name in named else "is not the name of an argument"
            raise UsageError(f"--input {text}: {name!r} {what}")
        else:
            named[name] = spec
    return ForwardInputs(tuple(positional), named)


def load_model(target: str) -> Any:
    """The module that ``place:name`` names, made if need be, or the name of a file. UsageError says what is wrong."""
    from cutaway.model.capture.sources import is_file_name

    if is_file_name(target):
        return target
    _require_torch()
    from torch import nn

    place, colon, name = target.rpartition(":")
    if not colon or not place or not name:
        raise UsageError(f"{target} is not a model; module.path:name or file.py:name is expected")
    found: Any = _import(place)
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UsageError(f"{place} has no {name}") from None
    if isinstance(found, nn.Module):
        return found
    if not callable(found):
        raise UsageError(f"{target} is of type {type(found).__name__}; a torch.nn.Module or a function is expected")
    try:
        model = found()
    except Exception as error:
        raise UsageError(f"{target}() failed: {_line(error)}") from error
    if not isinstance(model, nn.Module):
        raise UsageError(f"{target}() returned an object of type {type(model).__name__}, not a torch.nn.Module")
    return model


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise UsageError("summarising a model needs PyTorch: pip install torch") from None


def _import(place: str) -> ModuleType:
    """Import a module by name or file, with the current directory (or the file's) importable."""
    is_file = place.endswith(".py")
    if is_file and not Path(place).is_file():
        raise UsageError(f"there is no file {place}")
    directory = str(Path(place).resolve().parent if is_file else Path.cwd())
    if directory not in sys.path:
        sys.path.insert(0, directory)
    try:
        return _run_file(Path(place)) if is_file else importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{place}.".startswith(f"{error.name}."):
            raise UsageError(f"there is no module {error.name} here or installed") from None
        raise UsageError(f"importing {place} failed: {_line(error)}") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"importing {place} failed: {_line(error)}") from error


def _run_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_cutaway_target_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickling look a class's module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")


def _size(text: str, sizes: "Mapping[str, int]") -> int:
    size = sizes[text.strip()] if text.strip() in sizes else int(text)
    if size < 0:
        raise ValueError(text)
    return size
