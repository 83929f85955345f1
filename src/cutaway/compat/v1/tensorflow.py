"""Access to TensorFlow: it is imported when the program asks for a name of it, and never for its sake alone."""

import sys
import warnings
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np


def tensorflow_in_use() -> Any:
    """The module ``tensorflow`` if somebody has imported it, else None."""
    module = sys.modules.get("tensorflow")
    return module if hasattr(module, "compat") else None


def find_tensorflow() -> Any:
    """The module ``tensorflow``, imported now if need be; None where it is not installed, or cannot be imported."""
    return tensorflow_in_use() or _imported()


@cache
def _imported() -> Any:
    """The outcome is kept: a script without TensorFlow asks for many names."""
    try:
        return import_module("tensorflow")
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            _warn(error)
    except ImportError as error:
        _warn(error)
    return None


def _warn(error: ImportError) -> None:
    warnings.warn(f"TensorFlow is installed, but cannot be imported: {error}", RuntimeWarning, stacklevel=5)


def builds_graph() -> bool:
    """Whether the program uses TensorFlow, and operations are being added to a graph: TensorFlow 1's way."""
    tensorflow = tensorflow_in_use()
    return tensorflow is not None and not tensorflow.executing_eagerly()


def belongs_to_graph(value: Any) -> bool:
    """Whether a summary of a value is TensorFlow's: of a symbol in a graph, or a constant of a program that builds one.

    What is evaluated by reference otherwise (functions, tensors of PyTorch, arrays of JAX) is ours in any program.
    Raises TypeError for what ran eagerly, in a program that builds a graph.
    """
    if not builds_graph():
        return False
    refuse_eager(value, "tensor")
    if isinstance(value, bool | int | float | str | bytes | list | tuple | np.ndarray | np.generic):
        return True
    tensorflow = tensorflow_in_use()
    return isinstance(value, tensorflow.Tensor | tensorflow.Variable) or hasattr(value, "_as_graph_element")


def is_symbol(value: Any) -> bool:
    """Whether a value is a tensor, a variable or an operation of a graph of TensorFlow, which only a session runs."""
    tensorflow = tensorflow_in_use()
    if tensorflow is None:
        return False
    return isinstance(value, tensorflow.Tensor | tensorflow.Variable | tensorflow.Operation) and hasattr(value, "graph")


def ran_eagerly(value: Any) -> bool:
    """Whether a value is a tensor or a variable of TensorFlow that eager mode made: it is in no graph."""
    tensorflow = tensorflow_in_use()
    return isinstance(value, tensorflow.Tensor | tensorflow.Variable) and not hasattr(value, "graph")


def refuse_eager(value: Any, name: str) -> None:
    """Raise TypeError, which begins with ``name``, for a tensor or a variable of TensorFlow that eager mode made."""
    if ran_eagerly(value):
        raise TypeError(
            f"{name} must be in TensorFlow's graph, got {in_words(value)}, which ran eagerly before graph mode was on"
        )


def in_words(value: Any, place: str = "") -> str:
    """A tensor or a variable of TensorFlow, and where it is held."""
    is_variable = isinstance(value, tensorflow_in_use().Variable)
    name = f"the variable {value.name.split(':')[0]!r}" if is_variable else "a tensor"
    return f"{name} ({value.dtype.name}, shape {value.shape}{place and f', held as {place}'})"
