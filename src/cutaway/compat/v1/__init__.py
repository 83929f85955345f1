"""TensorFlow 1's summary workflow: ``from cutaway.compat import v1 as tf``.

``tf.summary``, ``tf.Session`` and ``tf.reset_default_graph`` are Cutaway's, and work with TensorFlow's graphs and with
values of PyTorch, NumPy and JAX alike; where TensorFlow is not in use, so are ``tf.Summary``, ``tf.Event``,
``tf.SessionLog`` and ``tf.HistogramProto``. Every other name is that of ``tensorflow.compat.v1``, where TensorFlow is
installed; the first one that builds or runs a graph switches graph mode on. Where it is not, the names that scripts
need which record summaries are those of ``lazy``. ``tf.compat.v1`` is this module.
"""

import sys
from typing import Any

from cutaway.compat.v1 import summary
from cutaway.compat.v1.compat_module import CompatModule
from cutaway.compat.v1.graph import reset_default_graph
from cutaway.compat.v1.graph_mode import configure
from cutaway.compat.v1.messages import MESSAGES
from cutaway.compat.v1.session import Session
from cutaway.compat.v1.tensorflow import find_tensorflow, tensorflow_in_use
from cutaway.compat.v1.tensorflow_names import VERSIONS, tensorflow_name

__all__ = ["Session", "compat", "configure", "reset_default_graph", "summary"]

compat = CompatModule(sys.modules[__name__])


def __getattr__(name: str) -> Any:
    """Further names that a program for TensorFlow 1 needs; AttributeError where TensorFlow is missing or lacks one."""
    if name.startswith("_") and name not in VERSIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in MESSAGES and tensorflow_in_use() is None:
        return MESSAGES[name]
    return _name_without_tensorflow(name) if find_tensorflow() is None else tensorflow_name(name)


def _name_without_tensorflow(name: str) -> Any:
    """A name of the graphs that there are without TensorFlow. Raises AttributeError for another one."""
    from cutaway.compat.v1.without_tensorflow import NAMES

    if name not in NAMES:
        known = ", ".join(sorted(NAMES))
        raise AttributeError(f"{name} is TensorFlow's: install tensorflow to use it; without it there are {known}")
    return NAMES[name]
