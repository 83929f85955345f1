"""``cutaway summary``: the table of a model that lives in the user's code."""

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cutaway.cli.errors import UsageError
from cutaway.model.columns import COLUMNS

if TYPE_CHECKING:
    from cutaway.model.inputs import ForwardInputs
    from cutaway.model.step import Step

HELP = "print a model's layers with shapes, parameters and multiply-accumulates"
NARROWEST = 60
#: And the method of a summary that makes it.
FORMATS = {"text": "to_text", "markdown": "to_markdown", "html": "to_html", "json": "to_json", "csv": "to_csv"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway summary``."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        help="module.path:name or file.py:name of a torch.nn.Module, a class of one, or a function that makes one",
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        dest="inputs",
        metavar="[NAME=]SIZES[:DTYPE]",
        help="the shape of an input of the forward, as 1,3,224,224 or ids=1,128:int64; once for each input "
        "(without any only the modules are listed)",
    )
    parser.add_argument("--batch", type=_positive, metavar="N", help="the size of the first dimension of every input")
    parser.add_argument("--dtype", metavar="DTYPE", help="of the inputs that have none of their own")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--train", action="store_true", help="a training step: in training mode, with the backward")
    modes.add_argument("--eval", action="store_true", help="inference: in evaluation mode, without gradients")
    parser.add_argument("--optimizer", metavar="NAME", help="whose state and step are a part of it, as adamw")
    parser.add_argument("--fit", metavar="SIZE", help="find the largest batch of such a step that fits, as in 24GB")
    parser.add_argument("--weights", metavar="DTYPE", help="floating-point weights and inputs as if of this dtype")
    parser.add_argument("--depth", type=_depth, default=None, metavar="N", help="levels to show (default: all)")
    parser.add_argument("--columns", metavar="A,B,…", help=f"from {', '.join(COLUMNS)}")
    parser.add_argument("--sort-by", metavar="COLUMN", help="sort rows within each row, largest first")
    parser.add_argument("--filter", metavar="PATTERN", help="only rows with such a path, as *attn*")
    parser.add_argument("--cost", metavar="COLUMN", help="what the share is of (default: macs)")
    parser.add_argument("--no-fold", action="store_true", help="show repeated blocks and calls one by one")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--width", type=_width, default=None, metavar="N", help="characters (default: the terminal's)")


def run(arguments: argparse.Namespace) -> int:
    """Print the table; a forward that fails is an error behind the table up to the failing layer."""
    from cutaway.model.summary import make_step
    from cutaway.model.values_text import byte_count
    from cutaway.model.view import make_view

    inputs = parse_inputs(arguments.inputs, arguments.batch, arguments.dtype)
    try:
        view = make_view(
            columns=arguments.columns,
            depth=arguments.depth,
            sort_by=arguments.sort_by,
            filter=arguments.filter,
            cost=arguments.cost,
            fold=not arguments.no_fold,
            picture=arguments.train or arguments.eval or arguments.optimizer is not None,
        )
        train = True if arguments.train or arguments.optimizer else False if arguments.eval else None
        limit = None if arguments.fit is None else byte_count(arguments.fit, "fit")
        step = make_step(train=train, dtype=arguments.weights, optimizer=arguments.optimizer)
    except ValueError as error:
        text = str(error).replace("sort_by", "sort-by", 1)
        raise UsageError(f"--{text.replace('dtype is', 'weights is', 1)}") from None
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise UsageError("summarising a model needs PyTorch: pip install torch") from None
    model = load_model(arguments.target)
    from cutaway.model.render.text import print_text
    from cutaway.model.summary import failure_message, summarise

    try:
        result, failed = summarise(model, inputs, view, step)
    except ValueError as error:
        raise UsageError(f"--{error}") from None
    if arguments.format == "text":
        print_text(result, view, arguments.width)
    else:
        print(getattr(result, FORMATS[arguments.format])().rstrip())
    if failed is not None:
        sys.stdout.flush()
        raise UsageError(failure_message(result)) from failed
    if limit is not None:
        print(_fit(model, inputs, step, limit))
    return 0


def _fit(model: Any, inputs: "ForwardInputs", step: "Step", limit: int) -> str:
    from cutaway.model.largest_batch import fit_batch
    from cutaway.model.summary import ForwardError

    try:
        return f"{'Largest':<13}{fit_batch(model, inputs, step, limit)}"
    except (ForwardError, ValueError) as error:
        raise UsageError(f"--fit: {error}") from error


def parse_inputs(texts: list[str], batch: int | None = None, dtype: str | None = None) -> "ForwardInputs":
    """Read all ``--input`` values: unnamed ones are positional, in order. UsageError names a bad one.

    `batch` replaces the first size of each, `dtype` is of those that name none.
    """
    from cutaway.model.inputs import ForwardInputs, TensorSpec, dtype_name

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
        sizes, colon, kind = rest.partition(":")
        try:
            shape = tuple(_size(size) for size in sizes.strip(" ()[]").removesuffix(",").split(",")) if sizes else ()
        except ValueError:
            raise UsageError(f"--input {text}: sizes like 1,3,224,224 are expected, not {sizes!r}") from None
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
    """The module that ``place:name`` names, made if need be. UsageError says what is wrong with the target."""
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


def _size(text: str) -> int:
    size = int(text)
    if size < 0:
        raise ValueError(text)
    return size


def _depth(text: str) -> int:
    return _at_least(text, 0)


def _positive(text: str) -> int:
    return _at_least(text, 1)


def _width(text: str) -> int:
    return _at_least(text, NARROWEST)


def _at_least(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"a whole number from {least} is expected, not {text!r}")
    return number
