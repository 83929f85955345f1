"""The names of ``tf`` that there are without TensorFlow."""

from typing import Any

from cutaway import compat
from cutaway.compat.v1 import lazy
from cutaway.compat.v1.value_session import InteractiveSession

#: By their names in ``tf``. ``tf.compat.v1`` is ``tf`` itself.
NAMES: dict[str, Any] = {**lazy.NAMES, "InteractiveSession": InteractiveSession, "compat": compat}
