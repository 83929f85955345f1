"""The names of ``tf`` that there are without TensorFlow."""

from typing import Any

from cutaway.compat.v1 import lazy
from cutaway.compat.v1.value_session import InteractiveSession

#: By their names in ``tf``.
NAMES: dict[str, Any] = {**lazy.NAMES, "InteractiveSession": InteractiveSession}
