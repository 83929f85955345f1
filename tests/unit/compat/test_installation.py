"""install() and uninstall(): who gets which modules, what was held before, and that everything comes back."""

import gc
import importlib
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorboardX
import torch
import torch.utils.tensorboard
from tensorboardX import TorchVis
from transformers.integrations import integration_utils

import cutaway
from cutaway.compat import install, installation, tensorboardx, torch_tensorboard, uninstall
from cutaway.events.recording_warning import RecordingWarning

#: What this module holds of PyTorch's package, as a program does that imported it before; Any, since it is replaced.
tensorboard_before: Any = importlib.import_module("torch.utils.tensorboard")
HeldWriter: Any = tensorboard_before.SummaryWriter
held_hparams: Any = tensorboard_before.summary.hparams
THEIRS: Any = tensorboard_before.SummaryWriter
TensorBoardCallback: Any = integration_utils.TensorBoardCallback
assert TorchVis


@pytest.fixture
def installed() -> Iterator[None]:
    with warnings.catch_warnings():
        # This module holds what Cutaway does not have.
        warnings.simplefilter("ignore", RuntimeWarning)
        # What is there before is not searched for copies, of which the warning would tell: it is all that was imported.
        gc.freeze()
        install()
        gc.unfreeze()
    yield
    uninstall()


def test_every_module_is_there_as_a_module_and_as_an_attribute(installed: None) -> None:
    for name, home in installation._HOMES.items():
        module = importlib.import_module(name)
        assert sys.modules[name] is module
        assert module.__name__ == name
        parent, _, child = name.rpartition(".")
        if parent:
            assert getattr(sys.modules[parent], child) is module
        ours = importlib.import_module(home)
        for public in getattr(ours, "__all__", []):
            assert getattr(module, public) is getattr(ours, public), (name, public)
    package: Any = torch.utils.tensorboard
    assert package.SummaryWriter is torch_tensorboard.SummaryWriter
    assert package.summary.hparams({}, {})
    spec = find_spec("tensorboardX")
    assert spec is not None
    assert spec.origin == "cutaway.compat.tensorboardx"


def test_both_packages_have_the_public_names_of_theirs() -> None:
    assert set(tensorboard_before.__all__) <= set(torch_tensorboard.__all__)
    theirs = {name for name in vars(tensorboardX) if name[0].isupper()}
    # A writer to several other tools.
    assert theirs - set(tensorboardx.__all__) == {"TorchVis"}


def test_a_module_that_is_not_there_is_named_with_those_that_are(installed: None) -> None:
    with pytest.raises(
        ModuleNotFoundError, match=r"no module 'tensorboardX.visdom_writer'; of tensorboardX it has crc"
    ):
        importlib.import_module("tensorboardX.visdom_writer")
    with pytest.raises(ImportError, match="cannot import name 'TorchVis'"):
        exec("from tensorboardX import TorchVis", {})


def test_names_that_modules_hold_are_replaced_and_come_back(installed: None) -> None:
    assert HeldWriter is torch_tensorboard.SummaryWriter
    assert held_hparams is importlib.import_module("cutaway.compat.torch_tensorboard.summary").hparams
    assert tensorboard_before is sys.modules["torch.utils.tensorboard"]
    uninstall()
    assert HeldWriter is THEIRS
    assert held_hparams is tensorboard_before.summary.hparams
    assert str(tensorboard_before.__file__).endswith(".py")


def test_a_name_that_a_program_sets_in_between_stays(monkeypatch: pytest.MonkeyPatch, installed: None) -> None:
    monkeypatch.setitem(globals(), "HeldWriter", str)
    uninstall()
    assert HeldWriter is str


def state() -> dict[str, Any]:
    """All modules, the attributes of the parents, and what modules hold of the packages."""
    modules = {name: module for name, module in sys.modules.items() if not name.startswith("cutaway")}
    own = {id(value) for name in ("torch.utils.tensorboard", "tensorboardX") for value in vars(modules[name]).values()}
    held = {
        (name, key): id(value)
        for name, module in modules.items()
        if type(module) is ModuleType
        for key, value in list(vars(module).items())
        if id(value) in own or key == "tensorboard"
    }
    spawn = importlib.import_module("multiprocessing.spawn")
    return {"modules": modules, "held": held, "path": list(sys.meta_path), "spawn": spawn.get_preparation_data}


def test_uninstall_restores_exactly() -> None:
    for _ in range(2):
        before = state()
        with pytest.warns(RuntimeWarning, match="TorchVis"):
            install()
        assert sys.modules["tensorboardX"] is not before["modules"]["tensorboardX"]
        install()
        uninstall()
        assert state() == before
        uninstall()
        assert state() == before


def test_what_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    class Derived(THEIRS):  # type: ignore[misc]
        pass

    class Holder:
        kind = THEIRS

    def closure(kind: Any) -> Any:
        return lambda: kind

    def with_default(kind: Any = THEIRS) -> Any:
        return kind

    callback = TensorBoardCallback()
    held = closure(THEIRS)
    writer, done = THEIRS(str(tmp_path / "open")), THEIRS(str(tmp_path / "closed"))
    other = tensorboardX.SummaryWriter(str(tmp_path / "other"))
    done.close()
    with pytest.warns(RuntimeWarning) as caught:
        install()
    uninstall()
    writer.close()
    other.close()
    (message,) = [str(warning.message) for warning in caught if "install() came after" in str(warning.message)]
    for expected in (
        f"{__name__}.TorchVis, which Cutaway does not have",
        f"the open writer of {str(tmp_path / 'open')!r}",
        f"the open writer of {str(tmp_path / 'other')!r}",
        f"the class {__name__}.{Derived.__qualname__}, made from torch.utils.tensorboard.writer.SummaryWriter",
        f"the class {__name__}.{Holder.__qualname__}, which has torch.utils.tensorboard.writer.SummaryWriter",
        f"the function {__name__}.{held.__qualname__}, which has torch.utils.tensorboard.writer.SummaryWriter",
        f"the function {__name__}.{with_default.__qualname__}, which has torch.utils.tensorboard.writer.SummaryWriter",
        "SummaryWriter in the attribute '_SummaryWriter' of an object of transformers.",
    ):
        assert expected in message
    assert "closed" not in message
    assert callback is not None
    del writer, other, Derived, Holder, held
    gc.collect()


NOTHING_IS_IMPORTED = """
import sys
from cutaway.compat import install, uninstall
before = set(sys.modules)
install()
assert not {"torch", "tensorboard", "google.protobuf", "tensorflow"} & set(sys.modules)
import tensorboardX
assert tensorboardX.SummaryWriter.__module__ == "cutaway.compat.tensorboardx.writer"
assert "torch" not in sys.modules
import torch
assert "tensorboard" not in vars(torch.utils)
import torch.utils.tensorboard
with torch.utils.tensorboard.SummaryWriter(sys.argv[1]) as writer:
    writer.add_scalar("a", 1, 2, double_precision=True)
from torch.utils import tensorboard
assert tensorboard is torch.utils.tensorboard
assert "tensorboard.compat" not in sys.modules
uninstall()
assert "tensorboard" not in vars(torch.utils)
assert not [name for name in sys.modules if name.startswith(("torch.utils.tensorboard", "tensorboardX"))]
import torch.utils.tensorboard
assert torch.utils.tensorboard.SummaryWriter.__module__ == "torch.utils.tensorboard.writer"
"""


def test_neither_torch_nor_tensorboard_is_imported_for_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-W", "error:cutaway", "-c", NOTHING_IS_IMPORTED, str(tmp_path)], check=True)
    assert cutaway.open(tmp_path)["."].scalars("a").step.tolist() == [2]


def test_writers_are_pickled_and_outlive_uninstall(installed: None, tmp_path: Path) -> None:
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("a", 1.0, 0)
        uninstall()
        writer.add_scalar("a", 2.0, 1)
        with pickle.loads(pickle.dumps(writer)) as copy:
            copy.add_scalar("a", 3.0, 2)
    assert cutaway.open(tmp_path)["."].scalars("a").value.tolist() == [1, 2, 3]


def test_the_callback_of_transformers(installed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its TensorBoardCallback, unchanged, with what its Trainer gives it."""
    from transformers import TrainerControl, TrainerState

    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "log"))
    callback = TensorBoardCallback()
    # TrainingArguments needs accelerate.
    arguments = SimpleNamespace(output_dir=str(tmp_path), to_json_string=lambda: '{"lr": 0.1}')
    control = TrainerControl()
    beginning = TrainerState(is_world_process_zero=True)
    callback.on_train_begin(arguments, beginning, control)
    for step in range(3):
        now = TrainerState(is_world_process_zero=True, global_step=step)
        callback.on_log(arguments, now, control, {"loss": 0.1 * step, "eval_accuracy": 0.5, "note": "text"})
    callback.on_train_end(arguments, beginning, control)
    run = cutaway.open(tmp_path / "log")["."]
    assert run.tags() == ["eval/accuracy", "train/loss"]
    np.testing.assert_array_equal(run.scalars("train/loss").value, [0.1 * step for step in range(3)])
    assert run.scalars("train/loss").step.tolist() == [0, 1, 2]
    assert run.texts("train/note/text_summary")[2] == "text"
    assert run.texts("args/text_summary")[0] == '{"lr": 0.1}'


def test_trouble_of_a_writer_is_said_at_the_line_of_the_program(installed: None, tmp_path: Path) -> None:
    with (
        pytest.warns(RecordingWarning, match="labels for 1 boxes") as caught,
        tensorboardx.SummaryWriter(tmp_path) as writer,
    ):
        writer.add_image_with_boxes("a", np.zeros((3, 4, 4)), np.zeros((1, 4)), labels=["x", "y"])
    assert caught
