"""Hyper-parameters: those that an experiment varies, those that a run used, and how the run ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode

_STATUS = {1: "success", 2: "failure", 3: "running"}


@dataclass(frozen=True)
class HParams:
    """One of the three messages that the plug-in keeps in its metadata; a member that it doesn't have is empty."""

    #: Of a run: names and values (float, str, bool).
    values: dict[str, Any] = field(default_factory=dict)
    group: str = ""
    model_uri: str = ""
    monitor_url: str = ""
    #: Whether it says how a run began, be it without any hyper-parameters.
    starts: bool = False
    #: Seconds since the epoch.
    start_time: float | None = None
    #: ``success``, ``failure``, ``running`` or ``unknown``; empty where nothing is said of an end.
    status: str = ""
    end_time: float | None = None
    #: Of an experiment: the hyper-parameters and metrics that it declares, as in TensorBoard's api.proto.
    declared: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[dict[str, Any]] = field(default_factory=list)

    def describe(self) -> str:
        """In a few words."""
        if self.values:
            return "hyper-parameters " + ", ".join(f"{name}={value}" for name, value in self.values.items())
        if self.status:
            return f"session ended: {self.status}"
        return f"experiment of {len(self.declared)} hyper-parameters and {len(self.metrics)} metrics"


def decode_hparams(value: Mapping[str, Any], budget: Budget) -> HParams:
    """From the plug-in's content."""
    serialised = value.get("metadata", {}).get("plugin_data", {}).get("content", b"")
    content = decode(messages.HPARAMS_PLUGIN, serialised, budget)
    experiment = content.get("experiment", {})
    start, end = content.get("session_start_info", {}), content.get("session_end_info", {})
    return HParams(
        values={pair.get("key", ""): plain_value(pair.get("value", {})) for pair in start.get("hparams", [])},
        group=start.get("group_name", ""),
        model_uri=start.get("model_uri", ""),
        monitor_url=start.get("monitor_url", ""),
        starts="session_start_info" in content,
        start_time=start.get("start_time_secs"),
        status=_STATUS.get(end.get("status", 0), "unknown") if "session_end_info" in content else "",
        end_time=end.get("end_time_secs"),
        declared=[_declared(info) for info in experiment.get("hparam_infos", [])],
        metrics=[_metric(info) for info in experiment.get("metric_infos", [])],
    )


def plain_value(value: Mapping[str, Any]) -> Any:
    """A google.protobuf.Value as None, bool, float, str or list."""
    for name in ("bool_value", "number_value", "string_value"):
        if name in value:
            return value[name]
    if "list_value" in value:
        return [plain_value(item) for item in value["list_value"].get("values", [])]
    return None


def _declared(info: Mapping[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": info.get("name", "")}
    if "domain_discrete" in info:
        declared["values"] = [plain_value(item) for item in info["domain_discrete"].get("values", [])]
    if "domain_interval" in info:
        interval = info["domain_interval"]
        declared["interval"] = [interval.get("min_value", 0.0), interval.get("max_value", 0.0)]
    return declared | {key: info[key] for key in ("display_name", "description") if info.get(key)}


def _metric(info: Mapping[str, Any]) -> dict[str, Any]:
    name = info.get("name", {})
    metric: dict[str, Any] = {"tag": name.get("tag", ""), "group": name.get("group", "")}
    return metric | {key: info[key] for key in ("display_name", "description") if info.get(key)}
