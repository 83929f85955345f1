"""Files beside the event file that the disk or the process refuses: training goes on, and what is where is said."""

import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cutaway
from cutaway.compat import torch_tensorboard
from cutaway.events.writer import RecordingWarning

WRITERS = [cutaway.SummaryWriter, torch_tensorboard.SummaryWriter]

#: What each program begins with: ``exhaust`` leaves the process so many free descriptors, ``said`` is every warning.
PRELUDE = """
import contextlib, json, os, resource, sys, warnings
import numpy as np
import cutaway
from cutaway.compat import torch_tensorboard
warnings.simplefilter("always")
said = []
warnings.showwarning = lambda message, *rest: said.append(str(message))
place = sys.argv[1]

@contextlib.contextmanager
def exhaust(free):
    taken = []
    with contextlib.suppress(OSError):
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    for descriptor in taken[len(taken) - free:]:
        os.close(descriptor)
    try:
        yield
    finally:
        for descriptor in taken[:len(taken) - free]:
            os.close(descriptor)

def held():
    return len(os.listdir("/proc/self/fd"))

resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
"""


def run(program: str, place: Path) -> Any:
    """What a program prints as JSON, in a process that may have 128 descriptors."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + program, str(place)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")


def test_more_runs_than_descriptors(tmp_path: Path) -> None:
    """Each of 300 keys has one file with all its points, and 32 of them are open at most."""
    found = run(
        """
before = held()
writer = torch_tensorboard.SummaryWriter(place)
most = 0
for step in range(4):
    writer.add_scalars("m", {f"k{i}": i + step / 8 for i in range(300)}, step)
    most = max(most, held() - before)
writer.flush(sync=True)
writer.close()
print(json.dumps([said, most, held() - before]))
""",
        tmp_path,
    )
    said, most, after = found
    assert (said, after) == ([], 0)
    assert most <= 33
    logs = cutaway.open(tmp_path)
    assert len(logs) == 301
    for i in range(300):
        run_ = logs[f"m_k{i}"]
        assert len(run_.files()) == 1
        assert run_.scalars("m").step.tolist() == [0, 1, 2, 3]
        assert run_.scalars("m").value.tolist() == [i + step / 8 for step in range(4)]
        assert [message.status for message in run_.values("session_log")] == ["stop"]


def test_without_a_free_descriptor_those_used_least_recently_are_closed(tmp_path: Path) -> None:
    said = run(
        """
writer = torch_tensorboard.SummaryWriter(place)
writer.add_scalars("m", {"a": 1.0, "b": 1.0, "c": 1.0}, 0)
with exhaust(0):
    for step in range(1, 4):
        writer.add_scalars("m", {"d": 1.0, "e": 1.0, "a": 1.0}, step)
    writer.add_hparams({"lr": 1}, {"score": 1.0}, run_name="trial")
    writer.add_embedding(np.eye(3), ["a", "b", "c"])
writer.close()
print(json.dumps(said))
""",
        tmp_path,
    )
    assert said == []
    logs = cutaway.open(tmp_path)
    assert logs.runs == [".", "m_a", "m_b", "m_c", "m_d", "m_e", "trial"]
    assert logs["m_a"].scalars("m").step.tolist() == [0, 1, 2, 3]
    assert logs["m_e"].scalars("m").step.tolist() == [1, 2, 3]
    assert logs["trial"].hparams() == {"lr": 1.0}
    assert len(logs["."].embeddings()) == 1


def test_without_any_descriptor_numbers_go_into_the_run(tmp_path: Path) -> None:
    said = run(
        """
writer = torch_tensorboard.SummaryWriter(place)
with exhaust(0):
    for step in range(3):
        writer.add_scalars("m/n", {"a": 1.0 + step, "b": 2.0}, step)
    writer.add_hparams({"lr": 0.5}, {"score": 1.0}, run_name="trial")
    writer.add_embedding(np.eye(3), tag="x")
    writer.add_embedding(np.eye(3), tag="y")
writer.add_scalars("m/n", {"a": 4.0, "b": 2.0}, 3)
writer.close()
print(json.dumps(said))
""",
        tmp_path,
    )
    assert said == [
        f"cannot write the runs of add_scalars to {tmp_path}/m_n_a: Too many open files; training goes on, and their "
        "numbers are recorded in this run, under main_tag/key",
        f"cannot write runs of hyper-parameters to {tmp_path}/trial: Too many open files; training goes on, and they "
        "are recorded in this run",
        f"cannot write embeddings to {tmp_path}: Too many open files; training goes on, and 'x' at step 0 is lost",
        f"the runs of add_scalars could not be written below {tmp_path} 6 times: Too many open files",
        f"embeddings could not be written below {tmp_path} 2 times: Too many open files",
    ]
    logs = cutaway.open(tmp_path)
    assert logs["."].scalars("m/n/a").value.tolist() == [1, 2, 3]
    assert logs["."].scalars("m/n/b").step.tolist() == [0, 1, 2]
    assert logs["m_n_a"].scalars("m/n").value.tolist() == [4]
    assert logs["."].hparams() == {"lr": 0.5}
    assert logs["."].scalars("score").value.tolist() == [1]
    assert logs["."].embeddings() == []


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_disk_that_is_full_is_one_warning_and_one_count(tmp_path: Path, comes_back: bool) -> None:
    """However many runs there are. While the disk is full, the runs that are not open are recorded in the run above."""
    said = run(
        f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = torch_tensorboard.SummaryWriter(place)
numbers = dict.fromkeys(map(str, range(40)), 1.0)
writer.add_scalars("m", numbers, 0)
resource.setrlimit(resource.RLIMIT_FSIZE, (600, resource.RLIM_INFINITY))
for step in range(1, 40):
    writer.add_scalars("m", numbers, step)
if {comes_back}:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.close()
print(json.dumps(said))
""",
        tmp_path,
    )
    about_files = [message for message in said if "/m_" in message and "add_scalars to" not in message]
    assert "File too large; training goes on, and records wait in memory" in about_files[0]
    logs = cutaway.open(tmp_path)
    found = [
        [*logs[f"m_{i}"].scalars("m").step, *(logs["."].scalars(f"m/{i}").step if f"m/{i}" in logs["."].tags() else ())]
        for i in range(40)
    ]
    if comes_back:
        assert len(about_files) == 1
        assert [sorted(steps) for steps in found] == [list(range(40))] * 40
    else:
        assert len(about_files) == 2
        assert "records could not be written to" in about_files[1]
        assert "more runs of add_scalars" in about_files[1]


def test_an_embedding_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    said = run(
        """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = cutaway.SummaryWriter(place)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer.add_embedding(np.zeros((100, 1000)))
writer.add_embedding(np.eye(3), tag="small")
writer.close()
print(json.dumps(said))
""",
        tmp_path,
    )
    assert len(said) == 1
    assert "File too large; training goes on, and 'default' at step 0 is lost" in said[0]
    assert [embedding.name for embedding in cutaway.open(tmp_path)["."].embeddings()] == ["small:00000"]
    assert list(tmp_path.rglob(".*")) == []


SPRITES = (np.eye(3), None, np.zeros((3, 3, 4, 4)))


def in_the_way(place: Path, *names: str) -> None:
    for name in names:
        (place / name).write_text("a file")


@pytest.mark.parametrize("writer_class", WRITERS)
@pytest.mark.parametrize(
    ("blocked", "record", "lost"),
    [
        ("trial", lambda writer: writer.add_hparams({"lr": 0.5}, {"score": 1.0}, run_name="trial"), "in this run"),
        ("00003", lambda writer: writer.add_embedding(np.eye(3), global_step=3), "'default' at step 3 is lost"),
        ("00003/x", lambda writer: writer.add_embedding(np.eye(3), tag="x", global_step=3), "is lost"),
        ("projector_config.pbtxt/", lambda writer: writer.add_embedding(np.eye(3)), "is lost"),
        ("00003/default/sprite.png/", lambda writer: writer.add_embedding(*SPRITES, global_step=3), "is lost"),
    ],
)
def test_something_in_the_way(
    tmp_path: Path, writer_class: Any, blocked: str, record: Callable[[Any], None], lost: str
) -> None:
    path = tmp_path / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if blocked.endswith("/") else path.write_text("a file")
    with writer_class(tmp_path) as writer:
        with pytest.warns(RecordingWarning, match=f"training goes on, .*{lost}") as caught:
            record(writer)
        with warnings.catch_warnings():
            # It is said once.
            warnings.simplefilter("error")
            record(writer)
        writer.add_scalar("after", 1.0)
        with pytest.warns(RecordingWarning, match="could not be written below .* 2 times"):
            writer.close()
    assert Path(caught[0].filename) == Path(__file__)
    run_ = cutaway.open(tmp_path)["."]
    assert run_.tags()[0] == "after"
    assert run_.hparams() == ({"lr": 0.5} if blocked == "trial" else {})
    if not (tmp_path / "projector_config.pbtxt").is_dir():
        assert run_.embeddings() == []


def test_runs_with_impossible_names(tmp_path: Path) -> None:
    (tmp_path / "m_file").write_text("a file")
    keys = ["file", "null\0byte", "long" * 100, "good"]
    with pytest.warns(RecordingWarning) as caught, torch_tensorboard.SummaryWriter(tmp_path) as writer:
        writer.add_scalars("m", dict.fromkeys(keys, 1.0), 5)
    assert len(caught) == 2
    assert str(caught[1].message).endswith("3 times: File name too long")
    logs = cutaway.open(tmp_path)
    assert sorted(logs["."].tags()) == sorted(f"m/{key}" for key in keys[:3])
    assert logs["m_good"].scalars("m").step.tolist() == [5]


@pytest.mark.parametrize("value", ["text", None, [1, 2], 1j, 10**400, {"b": 1.0}])
@pytest.mark.parametrize("in_runs", [True, False])
def test_add_scalars_of_a_bad_value_records_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, in_runs: bool
) -> None:
    monkeypatch.setattr(torch_tensorboard.SummaryWriter, "scalars_in_runs", in_runs)
    if isinstance(value, dict) and not in_runs:
        value = {"b": None}
    with torch_tensorboard.SummaryWriter(tmp_path) as writer:
        calls: list[Any] = [({"a": 1.0, "b": value}, 1), ({"a": 1.0}, "x"), ({"a": 1.0, 5: 1.0}, 1), ([1.0], 1)]
        for arguments in calls:
            with pytest.raises((TypeError, ValueError), match=r"tag_scalar_dict|global_step"):
                writer.add_scalars("m", *arguments)
        with pytest.raises(TypeError, match="walltime"):
            writer.add_scalars("m", {"a": 1.0}, 1, "now")  # type: ignore[arg-type]
        writer.add_scalar("good", 1.0)
    logs = cutaway.open(tmp_path)
    assert (logs.runs, logs["."].tags()) == (["."], ["good"])


def test_bad_hyper_parameters_make_no_run(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.raises(TypeError, match=r"metric_dict\['m'\]"):
            writer.add_hparams({"lr": 1}, {"m": "text"}, run_name="trial")
        writer.add_hparams({"lr": 1}, {"m": 1.0}, run_name=7)  # type: ignore[arg-type]
        writer.add_hparams({"lr": 2}, {"m": 1.0}, run_name="")
    assert cutaway.open(tmp_path).runs == ["7", "."]
    assert cutaway.open(tmp_path)["."].hparams() == {"lr": 2}


def test_the_first_file_raises(tmp_path: Path) -> None:
    in_the_way(tmp_path, "run")
    for writer_class in (*WRITERS, torch_tensorboard.FileWriter):
        with pytest.raises(OSError, match="run"):
            writer_class(tmp_path / "run" / "below")
