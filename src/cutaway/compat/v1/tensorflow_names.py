"""The names of ``tensorflow.compat.v1``, as ``tf`` gives them: those that build or run a graph find graph mode on."""

from typing import Any

from cutaway.compat.v1.graph_mode import use_name
from cutaway.compat.v1.session import tensorflow_session
from cutaway.compat.v1.tensorflow import find_tensorflow

#: Names that begin with an underscore and are public.
VERSIONS = frozenset(["__version__", "__git_version__", "__compiler_version__"])


def tensorflow_name(name: str) -> Any:
    """What TensorFlow has under a name. Raises AttributeError where it has nothing."""
    tensorflow = find_tensorflow()
    try:
        value = getattr(tensorflow.compat.v1, name)
    except AttributeError as error:
        raise AttributeError(f"TensorFlow {tensorflow.__version__} has no tf.compat.v1.{name}") from error
    use_name(name, value)
    if name == "InteractiveSession":
        return tensorflow_session(name)
    return value
