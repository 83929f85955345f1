"""Hyper-parameters: what a run was made with, in the form of TensorBoard's plug-in."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any

from cutaway.events import messages
from cutaway.events.kind_names import HPARAMS
from cutaway.events.schema import encode
from cutaway.record.scalar import to_number, to_tag
from cutaway.record.tensor import plugin

_STRING, _BOOL, _FLOAT64 = 1, 2, 3
_SUCCESS = 1


def hparams_values(
    hparams: Mapping[str, Any], metrics: Mapping[str, Any], domains: Mapping[str, list[Any]] | None
) -> list[bytes]:
    """Three Summary.Values: what the experiment varies and measures, what this run uses, and that it is done.

    ``hparams``: names and values. Texts, bools and numbers of any framework stay what they are; anything else is its
    text: ``None``, ``[64, 64]``, ``Optimizer.ADAM``, a function's name. The names of nested mappings are joined by
    ``/``. ``domains``: the values that some of them may have. Raises TypeError or ValueError.
    """
    for name, argument in (("hparam_dict", hparams), ("metric_dict", metrics)):
        if not isinstance(argument, Mapping):
            raise TypeError(f"{name} must be a mapping of names to values, got {type(argument).__name__}")
    values = dict(_flat(hparams, ""))
    known = {str(name): domain for name, domain in (domains or {}).items()}
    for name in known:
        if name not in values:
            raise ValueError(f"hparam_domain_discrete names {name!r}, which is not in hparam_dict")
    infos = [_info(name, value, known.get(name)) for name, value in values.items()]
    metric_infos = [{"name": {"tag": to_tag(tag, "the keys of metric_dict", "strings")}} for tag in metrics]
    experiment = {"hparam_infos": infos, "metric_infos": metric_infos}
    start = {
        "hparams": [{"key": name, "value": _json_value(value)} for name, value in values.items()],
        "start_time_secs": time.time(),
    }
    end = {"status": _SUCCESS, "end_time_secs": time.time()}
    return [
        _value(f"_hparams_/{name}", {name: content})
        for name, content in (("experiment", experiment), ("session_start_info", start), ("session_end_info", end))
    ]


def _flat(values: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, str | bool | float]]:
    for key, value in values.items():
        name = prefix + (key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key))
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{name}/")
        else:
            yield name, _plain(value)


def _plain(value: Any) -> str | bool | float:
    if isinstance(value, str):
        # An enumeration's member may be a text itself.
        return str(value.value if isinstance(value, Enum) else value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool):
        return value
    if not isinstance(value, list | tuple):
        with suppress(TypeError, ValueError):
            number = to_number(value, "value")
            return bool(number) if str(getattr(value, "dtype", "")).endswith("bool") else float(number)
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else str(value)


def _info(name: str, value: str | bool | float, domain: list[Any] | None) -> dict[str, Any]:
    data_type = _STRING if isinstance(value, str) else _BOOL if isinstance(value, bool) else _FLOAT64
    info: dict[str, Any] = {"name": name, "type": data_type}
    if domain is not None:
        info["domain_discrete"] = {"values": [_json_value(_plain(item)) for item in domain]}
    return info


def _json_value(value: str | bool | float) -> dict[str, Any]:
    if isinstance(value, str):
        return {"string_value": value}
    return {"bool_value": value} if isinstance(value, bool) else {"number_value": value}


def _value(tag: str, content: dict[str, Any]) -> bytes:
    data = encode(messages.HPARAMS_PLUGIN, {"version": 0, **content})
    # The plug-in keeps everything in its metadata; the tensor is there because TensorBoard wants one.
    tensor = {"dtype": 1, "tensor_shape": {"dim": [{"size": 0}]}}
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor, "metadata": plugin(HPARAMS, data)})
