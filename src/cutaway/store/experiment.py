"""What the runs of a log declare of their hyper-parameters and metrics: names to show, and what values may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cutaway.store.kinds.hparams import HParams

#: Further hyper-parameters, metrics and values of one are left out, and further characters of a text.
MOST_DECLARED = 1000
MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Experiment:
    """As JSON has it; a text that is missing is empty."""

    #: By their names: `display_name`, `description`, `values` in their order, `interval`; None without.
    hparams: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: `group`, `tag`, `display_name`, `description`. The group is the directory below a run's in which the tag is.
    metrics: list[dict[str, Any]] = field(default_factory=list)


def merged(messages: Iterable[HParams]) -> Experiment:
    """Of several declarations of one name the first text counts; values come together, and so do intervals."""
    hparams: dict[str, dict[str, Any]] = {}
    metrics: dict[tuple[str, str], dict[str, Any]] = {}
    for message in messages:
        for info in message.declared:
            _take_hparam(hparams, info)
        for info in message.metrics:
            key = _cut(info["group"]), _cut(info["tag"])
            if key in metrics or len(metrics) < MOST_DECLARED:
                known = metrics.setdefault(key, {"group": key[0], "tag": key[1], "display_name": "", "description": ""})
                _take_texts(known, info)
    return Experiment(hparams, list(metrics.values()))


def _take_hparam(hparams: dict[str, dict[str, Any]], info: dict[str, Any]) -> None:
    name = _cut(info["name"])
    if name not in hparams and len(hparams) >= MOST_DECLARED:
        return
    known = hparams.setdefault(name, {"display_name": "", "description": "", "values": None, "interval": None})
    _take_texts(known, info)
    values = known["values"] or []
    for value in info.get("values", [])[:MOST_DECLARED]:
        shown = _cut(value) if isinstance(value, str) else value if isinstance(value, int | float) else None
        if shown is not None and len(values) < MOST_DECLARED and not _has(values, shown):
            values.append(shown)
    known["values"] = values or None
    if "interval" in info:
        low, high = info["interval"]
        before = known["interval"] or (low, high)
        known["interval"] = [min(low, before[0]), max(high, before[1])]


def _has(values: list[Any], value: Any) -> bool:
    # True equals 1, and is another value of a hyper-parameter.
    return any(type(known) is type(value) and known == value for known in values)


def _take_texts(known: dict[str, Any], info: dict[str, Any]) -> None:
    for name in ("display_name", "description"):
        known[name] = known[name] or _cut(info.get(name, ""))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
