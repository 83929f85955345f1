"""The configuration of a small Keras model, as Keras writes it."""

from typing import Any

SEQUENTIAL: dict[str, Any] = {
    "class_name": "Sequential",
    "config": {
        "name": "net",
        "layers": [
            {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 4]}},
            {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
        ],
    },
}
