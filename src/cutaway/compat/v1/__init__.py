"""TensorFlow 1's summary workflow: ``from cutaway.compat import v1 as tf``.

``tf.summary``, ``tf.Session`` and ``tf.reset_default_graph`` are Cutaway's, and work with TensorFlow's graphs and with
values of PyTorch, NumPy and JAX alike; where TensorFlow is not in use, so are ``tf.Summary``, ``tf.Event``,
``tf.SessionLog`` and ``tf.HistogramProto``. Every other name is that of ``tensorflow.compat.v1``, where TensorFlow is
installed; where it is not, the names that scripts need which record summaries are those of ``lazy``.
"""

from importlib import import_module
from typing import Any

from cutaway.compat.v1 import summary
from cutaway.compat.v1.graph import reset_default_graph
from cutaway.compat.v1.messages import MESSAGES
from cutaway.compat.v1.session import Session
from cutaway.compat.v1.tensorflow import tensorflow_in_use

__all__ = ["Session", "reset_default_graph", "summary"]

#: Why TensorFlow could not be imported, once that was tried; to look for it at each name would take long.
_missing: ImportError | None = None


def __getattr__(name: str) -> Any:
    """Further names that a program for TensorFlow 1 needs; AttributeError where TensorFlow is missing or lacks one."""
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in MESSAGES and tensorflow_in_use() is None:
        return MESSAGES[name]
    global _missing
    if _missing is not None and tensorflow_in_use() is None:
        return _without_tensorflow(name, _missing)
    try:
        tensorflow = import_module("tensorflow.compat.v1")
    except ImportError as error:
        _missing = error.with_traceback(None)
        return _without_tensorflow(name, _missing)
    return getattr(tensorflow, name)


def _without_tensorflow(name: str, missing: ImportError) -> Any:
    """A name of the graphs that there are without TensorFlow. Raises AttributeError for another one."""
    from cutaway.compat.v1.without_tensorflow import NAMES

    if name not in NAMES:
        known = ", ".join(sorted(NAMES))
        raise AttributeError(
            f"{name} is TensorFlow's: install tensorflow to use it; without it there are {known}"
        ) from missing
    return NAMES[name]
