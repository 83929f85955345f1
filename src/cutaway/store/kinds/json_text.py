"""JSON that came with a value: a Keras model, a mesh's camera."""

import json
from typing import Any

from cutaway.events.wire import MalformedError

#: What shows JSON goes into it level by level, in Python.
_MOST_NESTING = 100


def parse_json(text: str | bytes, what: str) -> Any:
    """The value of a JSON text. Raises MalformedError, which begins with ``what``, for other texts and deep nesting."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise MalformedError(f"{what} is not JSON: it is nested too deep") from error
    except ValueError as error:
        raise MalformedError(f"{what} is not JSON: {error}") from error
    level = [value]
    for _ in range(_MOST_NESTING):
        inner = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
        if not level:
            return value
    raise MalformedError(f"{what} is JSON nested more than {_MOST_NESTING} deep")
