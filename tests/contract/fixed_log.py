"""A small log that is the same wherever and whenever it is made, with something in every list of every answer."""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from tests.watch_log import columns_of, event, layout, records

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.model.records import (
    SCHEMA_VERSION,
    Failure,
    Module,
    ModuleCall,
    Op,
    OpInput,
    OpOutput,
    Parameter,
    Tensor,
    Value,
)
from cutaway.model.trace import Trace
from cutaway.model.trace_bytes import MAGIC
from cutaway.record.tensor import plugin

#: When everything was recorded: a step is a second.
START = 1764000000.0
#: When the files were written to.
MODIFIED = START + 600
FILE = "events.out.tfevents.1764000000.host.1.0"
STEPS = 100


def write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs, one with a malformed record, one damaged and cut off, and a page of HTML named like an event file.

    Values are multiples of a quarter, of which sums are exact.
    """
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: START)
        first = recorded(folder / "adam", 1.0)
        second = recorded(folder / "sgd", 2.0)
    first.write_bytes(first.read_bytes() + picture() + model() + watch())
    # A record that is no event, with the right checksums.
    first.write_bytes(first.read_bytes() + frame(declaration()) + frame(b"\xff\xff\xff\xff"))
    data = bytearray(second.read_bytes())
    # In the middle of a record; and the last record, which ends the session, is cut off.
    data[len(data) // 2] ^= 0xFF
    second.write_bytes(bytes(data[:-5]))
    page = folder / "page" / FILE
    page.parent.mkdir()
    page.write_text("<!doctype html><title>no event file</title>" + " " * 100)
    for path in (first, second, page):
        os.utime(path, (MODIFIED, MODIFIED))


def picture() -> bytes:
    """A record of one red pixel: as BMP, whose bytes no version of a library changes."""
    header = struct.pack("<IHHI", 58, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
    image = {"width": 1, "height": 1, "encoded_image_string": b"BM" + header + b"\0\0\xff\0"}
    value = {"tag": "picture", "image": image}
    return frame(encode(messages.EVENT, {"wall_time": START + 40, "step": 40, "summary": {"value": [value]}}))


def model() -> bytes:
    """A record of a trace by hand: two layers that are alike, and one that fails. Nothing is compressed."""
    tensor = Tensor((2, 4), "float32", "cpu", 32)
    given = Value("group", "arguments", items=(("0", Value("tensor", "Tensor", tensor)),))
    made = [Value("tensor", "Tensor", tensor, op) for op in (0, 1)]
    passed = [given, *(Value("group", "arguments", items=(("0", each),)) for each in made)]
    weights = [f"{number}.weight" for number in (0, 1)]
    products = [
        Op(
            idx,
            idx + 1,
            "forward",
            "aten.mm.default",
            "torch.mm",
            (
                OpInput("self", (2, 4), "float32", **({"producer": 0} if idx else {"given": "0"})),
                OpInput("mat2", (4, 4), "float32", parameter=weights[idx]),
            ),
            (OpOutput((2, 4), "float32", "cpu", 32),),
            (("out_dtype", None),),
            source="model.py:7",
        )
        for idx in (0, 1)
    ]
    trace = Trace(
        framework="torch 2.13.0",
        model="Net",
        method="fake",
        reason="",
        modules=(
            Module("", "Net"),
            *(Module(name, "Product", config="features=4") for name in "01"),
            Module("head", "Head"),
        ),
        calls=(
            ModuleCall(0, "", "Net", 1, None, given, None, failed=True),
            ModuleCall(1, "0", "Product", 1, 0, passed[0], made[0], saved_bytes=32),
            ModuleCall(2, "1", "Product", 1, 0, passed[1], made[1], saved_bytes=32),
            ModuleCall(3, "head", "Head", 1, 0, passed[2], None, failed=True),
        ),
        ops=(
            *products,
            Op(
                2,
                3,
                "forward",
                "aten.relu.default",
                "torch.relu",
                (OpInput("self", (2, 4), "float32", producer=1),),
                (OpOutput((2, 4), "float32", "cpu", 32),),
            ),
        ),
        parameters=tuple(
            Parameter(path, (f"tied.{path}",), path[0], (4, 4), "float32", 64, idx, 0, trainable=True)
            for idx, path in enumerate(weights)
        ),
        failure=Failure(3, "torch.cat", "RuntimeError", "the sizes of tensors must match", source="model.py:9"),
    )
    columns = json.dumps(trace.to_dict(), separators=(",", ":")).encode()
    data = MAGIC + bytes([SCHEMA_VERSION]) + zlib.compress(columns, 0)
    metadata = {"plugin_data": {"plugin_name": "cutaway_model"}}
    value = {"tag": "net", "metadata": metadata, "tensor": {"dtype": 7, "tensor_shape": {}, "string_val": [data]}}
    summary = {"value": [encode(messages.VALUE, value)]}
    return frame(encode(messages.EVENT, {"wall_time": START + 50, "step": 0, "summary": summary}))


def watch() -> bytes:
    """What a watch measured of two layers on four logging steps: in the end one has gradients of NaN, one of zero."""
    rows = ["0.weight", "1.weight"]
    parts = []
    for kind, size in (("weight", 1.0), ("gradient", 0.25)):
        elements = np.full((4, 2, 4), size) * np.arange(1, 5)[:, None, None]
        if kind == "gradient":
            elements[3, 0], elements[3, 1] = np.nan, 0
        described = layout(kind, rows, numel=4, model_tag="net")
        parts.append(records(f"watch/{kind}", described, range(60, 100, 10), columns_of(elements), start=START))
    counts = np.zeros((2, 2, 64), np.uint16)
    counts[:, :, 40] = 4
    parts.append(records("watch/weight/magnitude", layout("weight", rows, numel=4), [60, 90], counts, start=START))
    # A tag without a layout.
    parts.append(
        event(60, encode(messages.VALUE, {"tag": "bare/update", "metadata": plugin("cutaway_watch")}), start=START)
    )
    return b"".join(parts)


def declaration() -> bytes:
    """An event with what an experiment may declare, as other programs write it."""
    experiment = {
        "hparam_infos": [
            {"name": "lr", "display_name": "Learning rate", "domain_interval": {"min_value": 0.0, "max_value": 1.0}},
            {"name": "optimizer", "domain_discrete": {"values": [{"string_value": name} for name in ("sgd", "adam")]}},
        ],
        "metric_infos": [{"name": {"tag": "val/loss"}, "display_name": "Loss"}],
    }
    content = encode(messages.HPARAMS_PLUGIN, {"experiment": experiment})
    metadata = {"plugin_data": {"plugin_name": "hparams", "content": content}}
    value = {"tag": "_hparams_/experiment", "metadata": metadata}
    return encode(messages.EVENT, {"wall_time": START, "summary": {"value": [encode(messages.VALUE, value)]}})


def recorded(folder: Path, factor: float) -> Path:
    """The event file of one run."""
    with cutaway.SummaryWriter(folder) as writer:
        for step in range(STEPS):
            value = float("nan") if step == 50 else factor * (step % 8) / 4
            writer.add_scalar("loss", value, step, START + step, summary_description="Mean over the batch")
        writer.add_scalar("val/loss", factor / 4, 0, START)
        for step in (10, 20, 30):
            writer.add_text("note", f"**{factor}** at {step}", step, START + step)
        writer.add_tensor("numbers", [factor, float("inf")], 15, START + 15)
        writer.add_hparams({"lr": factor / 8, "optimizer": folder.name, "nesterov": True}, {}, run_name="")
        writer.add_custom_scalars(
            {"losses": {"all": ["Multiline", ["loss", "val/.*"]], "band": ["Margin", ["loss", "low", "high"]]}}
        )
        if folder.name == "adam":
            for step in (10, 20):
                numbers = [0.0, 1.0, 1.0, 2.0, float("nan"), float("inf")]
                writer.add_histogram("weights", numbers, step, bins=4, walltime=START + step)
                labels, scores = [True, False, True, False], [1.0, 0.5, 0.5, step / 40]
                writer.add_pr_curve("classes", labels, scores, step, num_thresholds=5, walltime=START + step)
    (made,) = folder.iterdir()
    return made.rename(folder / FILE)
