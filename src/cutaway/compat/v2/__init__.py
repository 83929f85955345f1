"""TensorFlow 2's summaries without TensorFlow: ``from cutaway.compat import v2 as tf``, then ``tf.summary``.

Every other name is that of ``tensorflow``, where TensorFlow is installed.
"""

from importlib import import_module
from typing import Any

from cutaway.compat.v2 import summary

__all__ = ["summary"]


def __getattr__(name: str) -> Any:
    """Further names of TensorFlow; AttributeError where it is missing or lacks one."""
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        tensorflow = import_module("tensorflow")
    except ImportError as error:
        message = f"{name} is TensorFlow's: install tensorflow to use it; Cutaway has {', '.join(__all__)}"
        raise AttributeError(message) from error
    return getattr(tensorflow, name)
