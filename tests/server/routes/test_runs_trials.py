"""``GET ./api/runs``: trials in child runs, sessions, and what an experiment declares."""

from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunTable


def rows(client: Any) -> dict[str, dict[str, Any]]:
    response = client.get("/api/runs")
    assert response.status_code == 200
    return {row["id"]: row for row in response.json()["runs"]}


def by_name(log: LogDirectory, client: Any) -> dict[str, dict[str, Any]]:
    log.refresh()
    names = {run.id: run.name for run in log.catalogue().runs}
    return {names[run_id]: row for run_id, row in rows(client).items()}


def curve(folder: Path, tag: str = "val/loss") -> None:
    with cutaway.SummaryWriter(folder) as writer:
        for step in range(3):
            writer.add_scalar(tag, 3.0 - step, step)


def trial(folder: Path, hparams: dict[str, Any], results: dict[str, float]) -> None:
    with cutaway.SummaryWriter(folder) as writer:
        writer.add_hparams(hparams, results, run_name=".")


def test_a_trial_in_a_child_run_is_in_the_row_of_its_curves(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    curve(root / "a")
    trial(root / "a" / "1764000000.5", {"lr": 0.5}, {"hparam/accuracy": 0.75, "val/loss": 9.0})
    found = by_name(log, client)
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    row, child = found["a"], found["a/1764000000.5"]
    assert row["hparams"] == {"lr": 0.5}
    assert row["session"]["status"] == "success"
    assert row["scalars"][tags["hparam/accuracy"]][1:] == [0.75, 0.75, 0.75]
    # The curve is the parent's own.
    assert row["scalars"][tags["val/loss"]] == [2, 1.0, 1.0, 3.0]
    assert (row["joined"], row["joined_to"]) == ([child["id"]], None)
    # What the child says is where it was, too.
    assert child["hparams"] == {"lr": 0.5}
    assert child["scalars"][tags["val/loss"]][1] == 9.0
    assert (child["joined"], child["joined_to"]) == ([], row["id"])
    # The same hyper-parameters once more, with another result: the last one counts.
    trial(root / "a" / "1764000001.5", {"lr": 0.5}, {"hparam/accuracy": 0.5})
    row = by_name(log, client)["a"]
    assert row["scalars"][tags["hparam/accuracy"]][1:] == [0.5, 0.5, 0.75]
    assert len(row["joined"]) == 2
    # Others: they are trials of their own.
    trial(root / "a" / "1764000002.5", {"lr": 0.25}, {"hparam/accuracy": 0.5})
    found = by_name(log, client)
    assert found["a"]["hparams"] == {}
    assert all(row["joined"] == [] and row["joined_to"] is None for row in found.values())


def test_a_log_as_lightning_writes_it_is_one_run(log: LogDirectory, client: Any) -> None:
    """Its TensorBoardLogger: hyper-parameters as torch writes them, where the curves are, and -1 as hp_metric."""
    summary = pytest.importorskip("torch.utils.tensorboard.summary")
    from torch.utils.tensorboard import SummaryWriter

    root = Path(log.path) / "lightning_logs"
    for version, lr in enumerate((0.5, 0.25)):
        folder = root / f"version_{version}"
        writer = SummaryWriter(log_dir=str(folder))
        hparams = {"lr": lr, "optimizer": "adam", "net/width": 3, "is_wide": True}
        writer.add_scalar("hp_metric", -1.0, 0)
        for part in summary.hparams(hparams, {"hp_metric": -1.0}):
            writer._get_file_writer().add_summary(part)  # type: ignore[no-untyped-call]
        for step in range(3):
            writer.add_scalar("val_loss", lr * (3 - step), step)
            writer.add_scalar("epoch", step, step)
        writer.close()
        (folder / "hparams.yaml").write_text(f"lr: {lr}\noptimizer: adam\n")
        (folder / "checkpoints").mkdir()
    found = by_name(log, client)
    assert set(found) == {"lightning_logs/version_0", "lightning_logs/version_1"}
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    row = found["lightning_logs/version_1"]
    assert row["hparams"] == {"lr": 0.25, "optimizer": "adam", "net/width": 3, "is_wide": True}
    assert row["session"]["status"] == "success"
    assert row["scalars"][tags["val_loss"]] == [2, 0.25, 0.25, 0.75]
    assert row["scalars"][tags["hp_metric"]] == [0, -1.0, -1.0, -1.0]
    assert (row["joined"], row["joined_to"]) == ([], None)
    # A result that the program adds by torch's own call goes to a child of it.
    writer = SummaryWriter(log_dir=str(root / "version_1"))
    writer.add_hparams({"lr": 0.25, "optimizer": "adam"}, {"hparam/accuracy": 0.75})
    writer.close()
    found = by_name(log, client)
    (name,) = set(found) - {"lightning_logs/version_0", "lightning_logs/version_1"}
    row = found["lightning_logs/version_1"]
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    assert (row["joined"], found[name]["joined_to"]) == ([found[name]["id"]], row["id"])
    assert row["hparams"] == {"lr": 0.25, "optimizer": "adam", "net/width": 3, "is_wide": True}
    assert row["scalars"][tags["hparam/accuracy"]][1:] == [0.75, 0.75, 0.75]


def test_a_trial_below_the_log_directory_itself_is_joined_with_its_curves(log: LogDirectory, client: Any) -> None:
    curve(Path(log.path))
    trial(Path(log.path) / "1764000000.5", {"lr": 0.5}, {})
    found = by_name(log, client)
    assert found["."]["hparams"] == {"lr": 0.5}
    assert found["1764000000.5"]["joined_to"] == found["."]["id"]


def test_what_is_not_a_trial_of_its_parent_is_not_joined(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    # A parent with hyper-parameters of its own, one without curves, none, and a child with curves of its own.
    curve(root / "own")
    trial(root / "own", {"lr": 1.0}, {})
    trial(root / "own" / "child", {"lr": 0.5}, {})
    with cutaway.SummaryWriter(root / "flat") as writer:
        writer.add_scalar("final", 1.0, 0)
    trial(root / "flat" / "child", {"lr": 0.5}, {})
    trial(root / "none" / "child", {"lr": 0.5}, {})
    curve(root / "curves")
    curve(root / "curves" / "child")
    trial(root / "curves" / "child", {"lr": 0.5}, {})
    curve(root / "far")
    trial(root / "far" / "deep" / "child", {"lr": 0.5}, {})
    found = by_name(log, client)
    assert all(row["joined"] == [] and row["joined_to"] is None for row in found.values())
    assert [found[name]["hparams"] for name in ("own", "flat", "curves", "far")] == [{"lr": 1.0}, {}, {}, {}]


def test_joined_rows_are_made_once(log: LogDirectory) -> None:
    root = Path(log.path)
    curve(root / "a")
    trial(root / "a" / "1", {"lr": 0.5}, {"accuracy": 0.75})
    log.refresh()
    table = RunTable(log)
    first, second = table.rows()[1], table.rows()[1]
    assert all(one is other for (_, one), (_, other) in zip(first, second, strict=True))
    curve(root / "b")
    trial(root / "a" / "1", {"lr": 0.25}, {})
    log.refresh()
    assert table.rows()[1][0][1].hparams == {"lr": 0.25}


def plugin_value(name: str, content: dict[str, Any]) -> bytes:
    """A value of the plug-in for hyper-parameters, as any program may write it."""
    data = encode(messages.HPARAMS_PLUGIN, {"version": 0, name: content})
    metadata = {"plugin_data": {"plugin_name": "hparams", "content": data}}
    return encode(messages.VALUE, {"tag": f"_hparams_/{name}", "metadata": metadata})


def event_file(folder: Path, *values: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    events = [encode(messages.EVENT, {"wall_time": 1.0, "summary": {"value": [value]}}) for value in values]
    (folder / "events.out.tfevents.1.host").write_bytes(b"".join(map(frame, events)))


def test_sessions_and_what_the_experiment_declares(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    infos = [
        {"name": "lr", "display_name": "Learning rate", "domain_interval": {"min_value": 0.0, "max_value": 1.0}},
        {
            "name": "optimizer",
            "description": "By name",
            "domain_discrete": {"values": [{"string_value": "sgd"}, {"string_value": "adam"}]},
        },
    ]
    metric = {"name": {"group": "validation", "tag": "accuracy"}, "display_name": "Accuracy"}
    event_file(root, plugin_value("experiment", {"hparam_infos": infos, "metric_infos": [metric]}))
    start = {
        "hparams": [{"key": "lr", "value": {"number_value": 0.5}}],
        "model_uri": "m",
        "monitor_url": "u",
        "group_name": "g",
        "start_time_secs": 5.0,
    }
    statuses = {0: "unknown", 1: "success", 2: "failure", 3: "running", 9: "unknown"}
    for number in statuses:
        end = {"status": number, "end_time_secs": 7.5}
        event_file(
            root / f"t{number}", plugin_value("session_start_info", start), plugin_value("session_end_info", end)
        )
    event_file(root / "open", plugin_value("session_start_info", {}))
    log.refresh()
    answer = client.get("/api/runs").json()
    names = {run.id: run.name for run in log.catalogue().runs}
    sessions = {names[row["id"]]: row["session"] for row in answer["runs"]}
    told = {"group": "g", "start": 5.0, "end": 7.5, "model_uri": "m", "monitor_url": "u"}
    assert sessions == {f"t{number}": {"status": status, **told} for number, status in statuses.items()} | {
        ".": None,
        "open": {"status": "unknown", "group": "", "start": None, "end": None, "model_uri": "", "monitor_url": ""},
    }
    texts = {"display_name": "", "description": ""}
    assert answer["experiment"] == {
        "hparams": {
            "lr": texts | {"display_name": "Learning rate", "values": None, "interval": [0.0, 1.0]},
            "optimizer": texts | {"description": "By name", "values": ["sgd", "adam"], "interval": None},
        },
        "metrics": [texts | {"group": "validation", "tag": "accuracy", "display_name": "Accuracy"}],
    }


def test_metadata_of_a_megabyte_harms_nothing(log: LogDirectory, client: Any) -> None:
    root = Path(log.path)
    curve(root / "a")
    pairs = [{"key": f"p{number}", "value": {"string_value": "x" * 1000}} for number in range(1100)]
    event_file(root / "b", plugin_value("session_start_info", {"hparams": pairs}))
    infos = [
        {"name": f"p{number}", "description": "x" * 5000, "domain_discrete": {"values": [{"number_value": 1.0}]}}
        for number in range(150)
    ]
    event_file(root / "c", plugin_value("experiment", {"hparam_infos": infos}))
    found = by_name(log, client)
    assert found["b"]["hparams"] == {}
    assert found["b"]["hparams_left_out"] == 1
    assert len(found["a"]["scalars"]) == 1
    declared = client.get("/api/runs").json()["experiment"]["hparams"]
    assert len(declared) == 150
    assert max(len(info["description"]) for info in declared.values()) == 1001
