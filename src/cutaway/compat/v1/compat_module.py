"""``tf.compat``: programs mix ``tf.compat.v1.Variable`` and ``tf.Variable``, and both are to be the same."""

from types import ModuleType
from typing import Any

from cutaway.compat.v1.tensorflow import find_tensorflow


class CompatModule(ModuleType):
    """``v1`` is the module that it is in; every other name is that of TensorFlow's ``tf.compat``."""

    def __init__(self, v1: ModuleType) -> None:
        super().__init__(f"{v1.__name__}.compat", "``tf.compat`` of TensorFlow 1.")
        self.v1 = v1

    def __getattr__(self, name: str) -> Any:
        """TensorFlow's names. Raises AttributeError where TensorFlow is missing, or lacks one."""
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        tensorflow = find_tensorflow()
        if tensorflow is None:
            raise AttributeError(f"compat.{name} is TensorFlow's: install tensorflow to use it")
        return getattr(tensorflow.compat.v1.compat, name)
