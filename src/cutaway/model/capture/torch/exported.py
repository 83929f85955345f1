"""Read a program of `torch.export` (``.pt2``) into a `Trace`: its graph is run on shapes alone, in its modules.

PyTorch itself reads the file, and runs code of it on the way, as it unpickles objects in it: such a file is opened only
with trust. Without inputs the program's example inputs are taken, with the sizes that they had.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from cutaway.model.capture.captured import Captured, SourceError, needs_trust
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.trace import Trace


def capture_exported_file(path: Path, inputs: ForwardInputs, *, trust: bool = False) -> Captured:
    """The trace of a file of `torch.export.save`. Raises SourceError, without `trust` for every such file."""
    if not trust:
        raise needs_trust(path, "PyTorch unpickles objects in it")
    try:
        import torch
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path} needs PyTorch: pip install torch") from error
    try:
        with _quiet():
            program = torch.export.load(str(path))
    except Exception as error:
        why = _reason(error)
        raise SourceError(f"{path} is not a file of torch.export.save, or it cannot be read: {why}") from error
    return capture_exported(program, inputs, path.stem)


def capture_exported_program(program: Any, inputs: ForwardInputs, options: CaptureOptions) -> Captured:
    """The trace of a program that is loaded."""
    return capture_exported(program, inputs)


def capture_exported(program: Any, inputs: ForwardInputs, name: str = "") -> Captured:
    """The trace of a `torch.export.ExportedProgram`. `name` is the model's, where the program does not know it."""
    import torch

    from cutaway.model.capture.torch.capture import capture

    with _quiet():
        try:
            model = torch.export.unflatten(program)
        except Exception as error:
            raise SourceError(f"the program's modules cannot be put together again: {_reason(error)}") from error
        types = {path: _type(module) for path, module in model.named_modules()}
        types[""] = _root_type(program) or name or type(model).__name__
        captured = capture(model, inputs or _inputs(program), CaptureOptions())
    return replace(captured, trace=_named(captured.trace, types))


def _inputs(program: Any) -> ForwardInputs:
    """The inputs of the program: its examples, or where it has none, the sizes of its placeholders."""
    if program.example_inputs is not None:
        arguments, keywords = program.example_inputs
        return ForwardInputs(tuple(arguments), dict(keywords))
    specs = []
    for node in program.graph.nodes:
        if node.op == "placeholder" and node.name in program.graph_signature.user_inputs:
            tensor = node.meta["val"]
            shape = tuple(int(size.node.hint) if hasattr(size, "node") else int(size) for size in tensor.shape)
            specs.append(TensorSpec(shape, str(tensor.dtype).removeprefix("torch.")))
    return ForwardInputs(tuple(specs))


def _named(trace: Trace, types: dict[str, str]) -> Trace:
    """The trace with the classes that the modules had before they were exported."""

    def of(path: str, kind: str) -> str:
        return types.get(path, kind)

    return replace(
        trace,
        framework="torch.export",
        training=None,  # It was fixed when the program was exported.
        model=types[""],
        modules=tuple(replace(module, type=of(module.path, module.type), config="") for module in trace.modules),
        calls=tuple(replace(call, type=of(call.path, call.type)) for call in trace.calls),
    )


def _type(module: Any) -> str:
    name = getattr(module, "type_name", None)
    full = name() if callable(name) else None
    return str(full).rpartition(".")[2] if full else type(module).__name__


def _root_type(program: Any) -> str:
    """The class of the model, which every node's stack of modules begins with."""
    for node in program.graph.nodes:
        for path, kind in (node.meta.get("nn_module_stack") or {}).values():
            if not path:
                return str(getattr(kind, "__name__", kind)).rpartition(".")[2]
    return ""


def _reason(error: BaseException) -> str:
    """The first cause that says more than that there was an error."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    text = " ".join(str(causes[-1]).split()) or type(causes[-1]).__name__
    if "is not registered" in text:
        text += " Import the package that it is from first."
    return text if len(text) <= 200 else text[:199] + "…"


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("torch.export")
    disabled = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = disabled
