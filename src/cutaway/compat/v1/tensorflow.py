"""Access to TensorFlow: it is used when the program has imported it, and never imported for its sake alone."""

import sys
from typing import Any

import numpy as np


def tensorflow_in_use() -> Any:
    """The module ``tensorflow`` if somebody has imported it, else None."""
    module = sys.modules.get("tensorflow")
    return module if hasattr(module, "compat") else None


def builds_graph() -> bool:
    """Whether the program uses TensorFlow, and operations are being added to a graph: TensorFlow 1's way."""
    tensorflow = tensorflow_in_use()
    return tensorflow is not None and not tensorflow.executing_eagerly()


def belongs_to_graph(value: Any) -> bool:
    """Whether a summary of a value is TensorFlow's: of a symbol in a graph, or a constant of a program that builds one.

    What is evaluated by reference otherwise (functions, tensors of PyTorch, arrays of JAX) is ours in any program.
    """
    if not builds_graph():
        return False
    if isinstance(value, bool | int | float | str | bytes | list | tuple | np.ndarray | np.generic):
        return True
    tensorflow = tensorflow_in_use()
    return isinstance(value, tensorflow.Tensor | tensorflow.Variable) or hasattr(value, "_as_graph_element")
