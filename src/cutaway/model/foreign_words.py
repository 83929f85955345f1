"""The arguments of other libraries' summaries, answered with the word that they have here."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

#: torchinfo's columns by their names here.
_COLUMNS = {
    "kernel_size": "kernel_size",
    "groups": "groups",
    "input_size": "inputs",
    "output_size": "outputs",
    "num_params": "parameters",
    "params_percent": "share",
    "mult_adds": "macs",
    "trainable": "trainable",
}


def _of_columns(value: Any) -> str:
    names = [value] if isinstance(value, str) else list(value)
    known = [_COLUMNS[str(name)] for name in names if str(name) in _COLUMNS]
    return f"columns={tuple(known or ('outputs', 'parameters', 'macs'))!r}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "col_names": _of_columns,
    "row_settings": lambda _: "rows have names and types as they are, and depth=2 is how many levels are shown",
    "batch_dim": lambda _: "the batch is the first size of input_size, as in input_size=(1, 3, 224, 224)",
    "batch_size": lambda value: f"batch={value!r}, or the first size of input_size",
    "col_width": lambda _: "columns are as wide as what is in them, and summary.to_text(width=120) limits the line",
    "cache_forward_pass": lambda _: "the result is kept by whoever keeps what summary returns",
    "input_shape": lambda value: f"input_size={value!r}",
    "input_res": lambda value: f"input_size=(1, *{value!r})",
    "max_depth": lambda value: f"depth={value!r}",
    "args": lambda _: "input_data=[...] has positional arguments",
    "kwargs": lambda _: "input_data={...} has arguments by name",
}


def check_words(keywords: Mapping[str, Any], model: Any) -> None:
    """TypeError for an argument of another library that the forward does not have, with what to write instead."""
    foreign = [name for name in keywords if name in _WORDS]
    if not foreign:
        return
    try:
        own = inspect.signature(getattr(model, "forward", model)).parameters
    except (TypeError, ValueError):
        own = {}  # type: ignore[assignment]
    for name in foreign:
        if name not in own:
            raise TypeError(
                f"{name} is an argument of another library's summary; here it is: {_WORDS[name](keywords[name])}"
            )
