"""TensorFlow 1's graphs without TensorFlow: what a script that records summaries needs, evaluated with NumPy.

Operations get the names, types and inputs that TensorFlow 2.21 gives them in ``tf.compat.v1``'s graph mode, so that the
graph is recorded and shown alike. It is for small values: nothing is differentiated, and nothing runs in parallel.
"""

from typing import Any

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.lazy import math, variable
from cutaway.compat.v1.lazy.dtypes import DTYPES, DType, as_dtype
from cutaway.compat.v1.lazy.sessions import default_session
from cutaway.compat.v1.lazy.shapes import Shape
from cutaway.compat.v1.lazy.tensor import Operation, Tensor, scope


def name_scope(name: str | None, default_name: str | None = None, values: Any = None) -> Any:
    """A context in which names begin with this one: its value is ``name/``, with a number when the name is taken."""
    return scope(name, default_name or "", *(values or []))


def add_to_collection(name: str, value: Any) -> None:
    """Append anything to a collection of the default graph."""
    default_graph().add_to_collection(name, value)


def get_collection(key: str, scope: str | None = None) -> list[Any]:
    """What is in a collection of the default graph."""
    return default_graph().get_collection(key, scope)


def executing_eagerly() -> bool:
    """Operations make a graph."""
    return False


def disable_eager_execution() -> None:
    """Nothing to do: operations make a graph."""


#: What there is, by its name in ``tf``.
NAMES: dict[str, Any] = {
    **DTYPES,
    **math.FUNCTIONS,
    **variable.FUNCTIONS,
    "DType": DType,
    "Graph": Graph,
    "Operation": Operation,
    "Tensor": Tensor,
    "TensorShape": Shape,
    "add_to_collection": add_to_collection,
    "as_dtype": as_dtype,
    "disable_eager_execution": disable_eager_execution,
    "disable_v2_behavior": disable_eager_execution,
    "executing_eagerly": executing_eagerly,
    "get_collection": get_collection,
    "get_default_graph": default_graph,
    "get_default_session": default_session,
    "name_scope": name_scope,
}
