"""TensorFlow 2's graph mode, on from the moment when this module first builds or runs a graph.

TensorFlow 2 runs operations at once, eagerly, until it is told to build graphs as TensorFlow 1 does. It takes that at
any time, also when it is too late: what ran eagerly is in no graph, and nothing says so. Here a warning names it.
"""

import gc
import sys
import threading
import warnings
from enum import EnumType
from types import ModuleType
from typing import Any

from cutaway.compat.v1.tensorflow import in_words, ran_eagerly, tensorflow_in_use

#: Names that neither build nor run a graph: modules without operations, and classes that programs look at or describe
#: with.
_NEUTRAL = frozenset(
    [
        *("app", "compat", "config", "dtypes", "errors", "flags", "gfile", "logging", "python_io", "resource_loader"),
        *("sysconfig", "version", "as_dtype", "get_logger", "is_tensor", "DType", "Dimension", "GraphKeys"),
        *("IndexedSlices", "Operation", "Tensor", "TensorShape", "TensorSpec", "TypeSpec"),
    ]
)
#: A script that calls one of these wants to run eagerly.
_EAGER = frozenset(["enable_eager_execution", "enable_v2_behavior"])
#: So many values are named in the warning.
_NAMED = 5


class _Mode:
    """What was asked for, and what was done."""

    keep_eager = False
    #: The name whose use switched graph mode on.
    switched_by: str | None = None
    #: Whether there is nothing to switch any more.
    is_settled = False


def configure(*, keep_eager: bool) -> None:
    """Say how TensorFlow 2 is used, before the first name of this module that builds or runs a graph.

    ``keep_eager=True``: operations run at once, as in TensorFlow 2; ``Session`` evaluates summaries and values as they
    are. Raises RuntimeError when graph mode was switched on already, and TypeError for anything but True and False.
    """
    if not isinstance(keep_eager, bool):
        raise TypeError(f"keep_eager must be True or False, got {keep_eager!r}")
    if keep_eager and _Mode.switched_by is not None:
        raise RuntimeError(
            f"configure(keep_eager=True) must come before tf.{_Mode.switched_by}, which switched graph mode on"
        )
    _Mode.keep_eager = keep_eager


def keeps_eager() -> bool:
    """Whether the program has asked for TensorFlow 2's eager mode."""
    return _Mode.keep_eager


def use_name(name: str, value: Any) -> None:
    """Switch graph mode on if the value that ``tf`` has under this name builds or runs graphs."""
    if name in _EAGER:
        _Mode.keep_eager = True
    elif _builds(name, value):
        switch_on(name, stacklevel=5)


def switch_on(name: str, stacklevel: int) -> None:
    """Switch graph mode on, because of the use of ``tf.{name}``, unless it is on or eager mode is to be kept.

    Warns of what ran eagerly before and is still held. ``stacklevel`` is the program's, as ``warnings.warn`` counts it
    from here.
    """
    tensorflow = tensorflow_in_use()
    if _Mode.keep_eager or _Mode.is_settled or not tensorflow.executing_eagerly():
        return
    _Mode.is_settled = True
    if not _is_eager_by_default():
        # The program did it; now is within a function that TensorFlow calls eagerly, `tf.py_function`.
        return
    held = _held()
    tensorflow.compat.v1.disable_eager_execution()
    # Such a script says nothing of TensorFlow 2, and asks for `shape[1].value`.
    tensorflow.compat.v1.disable_v2_tensorshape()
    _Mode.switched_by = name
    if held:
        more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
        warnings.warn(
            f"tf.{name} switched TensorFlow's graph mode on, and what ran eagerly before is in no graph: "
            f"{', '.join(held[:_NAMED])}{more}. Take all of TensorFlow's names from cutaway.compat.v1; or, to stay in "
            "eager mode, call cutaway.compat.v1.configure(keep_eager=True) first",
            RuntimeWarning,
            stacklevel=stacklevel,
        )


def _builds(name: str, value: Any) -> bool:
    if name in _NEUTRAL or name.startswith(("enable_", "disable_")):
        return False
    if isinstance(value, type):
        # Errors, enumerations and messages are data.
        return not (issubclass(value, BaseException) or isinstance(value, EnumType) or hasattr(value, "FromString"))
    return callable(value) or isinstance(value, ModuleType)


def _is_eager_by_default() -> bool:
    """The mode of a new thread, which is the program's."""
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(tensorflow_in_use().executing_eagerly()))
    thread.start()
    thread.join()
    return found[0]


def _held() -> list[str]:
    """Variables and tensors that eager mode made and that live, each in words, with its name in a module if any."""
    tensorflow = tensorflow_in_use()
    kinds: dict[type, bool] = {}
    found = []
    for thing in gc.get_objects():
        kind = type(thing)
        if kind not in kinds:
            kinds[kind] = issubclass(kind, tensorflow.Variable | tensorflow.Tensor)
        if kinds[kind]:
            found.append(thing)
    # The tensor that stands for a variable is no value of its own.
    eager = [thing for thing in found if ran_eagerly(thing) and thing.dtype != tensorflow.resource]
    places = _places({id(thing) for thing in eager})
    return [in_words(thing, places.get(id(thing), "")) for thing in eager]


def _places(ids: set[int]) -> dict[int, str]:
    """The names in modules of these objects, by id."""
    places: dict[int, str] = {}
    for module_name, module in list(sys.modules.items()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if id(value) in ids:
                places.setdefault(id(value), name if module_name == "__main__" else f"{module_name}.{name}")
    return places
