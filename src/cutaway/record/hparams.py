"""Hyper-parameters: what a run was made with, in the form of TensorBoard's plug-in."""

import time
from collections.abc import Mapping
from typing import Any

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.record.scalar import to_number
from cutaway.record.tensor import plugin

_STRING, _BOOL, _FLOAT64 = 1, 2, 3
_SUCCESS = 1


def hparams_values(
    hparams: Mapping[str, Any], metrics: Mapping[str, Any], domains: Mapping[str, list[Any]] | None
) -> list[bytes]:
    """Three Summary.Values: what the experiment varies and measures, what this run uses, and that it is done.

    ``hparams``: names and values (text, bool, or a number of any framework). ``domains``: the values that some of them
    may have. Raises TypeError or ValueError.
    """
    for name, argument in (("hparam_dict", hparams), ("metric_dict", metrics)):
        if not isinstance(argument, Mapping):
            raise TypeError(f"{name} must be a mapping of names to values, got {type(argument).__name__}")
    known = domains or {}
    for name in known:
        if name not in hparams:
            raise ValueError(f"hparam_domain_discrete names {name!r}, which is not in hparam_dict")
    values = {str(name): _plain(value, f"hparam_dict[{name!r}]") for name, value in hparams.items()}
    infos = [_info(name, value, known.get(name)) for name, value in values.items()]
    experiment = {"hparam_infos": infos, "metric_infos": [{"name": {"tag": str(tag)}} for tag in metrics]}
    start = {
        "hparams": [{"key": name, "value": _json_value(value)} for name, value in values.items()],
        "start_time_secs": time.time(),
    }
    end = {"status": _SUCCESS, "end_time_secs": time.time()}
    return [
        _value(f"_hparams_/{name}", {name: content})
        for name, content in (("experiment", experiment), ("session_start_info", start), ("session_end_info", end))
    ]


def _plain(value: Any, name: str) -> str | bool | float:
    if isinstance(value, str | bool):
        return value
    item = getattr(value, "item", None)
    if item is not None and str(getattr(value, "dtype", "")).endswith("bool"):
        return bool(item())
    try:
        return float(to_number(value, name))
    except TypeError as error:
        raise TypeError(f"{name} must be a text, a bool or a number, got {value!r} ({type(value).__name__})") from error


def _info(name: str, value: str | bool | float, domain: list[Any] | None) -> dict[str, Any]:
    data_type = _STRING if isinstance(value, str) else _BOOL if isinstance(value, bool) else _FLOAT64
    info: dict[str, Any] = {"name": name, "type": data_type}
    if domain is not None:
        values = [_json_value(_plain(item, f"hparam_domain_discrete[{name!r}]")) for item in domain]
        info["domain_discrete"] = {"values": values}
    return info


def _json_value(value: str | bool | float) -> dict[str, Any]:
    if isinstance(value, str):
        return {"string_value": value}
    return {"bool_value": value} if isinstance(value, bool) else {"number_value": value}


def _value(tag: str, content: dict[str, Any]) -> bytes:
    data = encode(messages.HPARAMS_PLUGIN, {"version": 0, **content})
    # The plug-in keeps everything in its metadata; the tensor is there because TensorBoard wants one.
    tensor = {"dtype": 1, "tensor_shape": {"dim": [{"size": 0}]}}
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor, "metadata": plugin("hparams", data)})
