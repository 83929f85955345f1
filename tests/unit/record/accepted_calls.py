"""The calls behind the table of docs/recording.md: what is given, what is recorded, and what PyTorch's writer does."""

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image

#: What PyTorch's writer does with the same call.
SAME, OTHER, RAISES = "the same", "something else", "raises"


class Kind(Enum):
    RED = "red"


class Text(StrEnum):
    ADAM = "adam"


class Number(IntEnum):
    THREE = 3


@dataclass(frozen=True)
class Refused:
    """The call raises, and says this."""

    message: str


@dataclass(frozen=True)
class Call:
    """One call of a method: its arguments behind the tag, what is recorded (anything, if None), and PyTorch's way."""

    method: str
    arguments: tuple[Any, ...]
    recorded: Any = None
    torch: str = SAME
    options: dict[str, Any] = field(default_factory=dict)
    step: int | None = None
    warns: str = ""
    tag: Any = "t"


def scalar(value: Any, recorded: Any, torch: str = SAME) -> Call:
    return Call("add_scalar", (value, 1), recorded, torch)


def at_step(step: Any, recorded: Any, torch: str = SAME) -> Iterator[Call]:
    for method, value in (("add_scalar", 1.0), ("add_text", "x"), ("add_histogram", np.ones(1))):
        is_refused = isinstance(recorded, Refused)
        yield Call(
            method, (value, step), recorded if is_refused else None, torch, step=None if is_refused else recorded
        )


def hparam(value: Any, recorded: Any, torch: str = RAISES) -> Call:
    return Call("add_hparams", ({"a": value}, {}, None, "trial"), {"a": recorded}, torch)


def curve(labels: Any, predictions: Any, recorded: Any = None, torch: str = SAME, **options: Any) -> Call:
    return Call("add_pr_curve", (labels, predictions), recorded, torch, options)


def raw_curve(columns: Any, recorded: Any = None, torch: str = SAME, **options: Any) -> Call:
    return Call("add_pr_curve_raw", tuple(columns), recorded, torch, options)


def sound(array: Any, recorded: Any, torch: str, warns: str = "") -> Call:
    return Call("add_audio", (array,), recorded, torch, warns=warns)


def image(array: Any, recorded: Any, torch: str, dataformats: str = "HW", method: str = "add_image") -> Call:
    return Call(method, (array,), recorded, torch, {"dataformats": dataformats})


def layout(chart: Any, recorded: Any, torch: str = SAME) -> Call:
    return Call("add_custom_scalars", ({"c": {"t": chart}},), recorded, torch)


def mesh(vertices: Any, recorded: Any = None, torch: str = SAME, **options: Any) -> Call:
    return Call("add_mesh", (vertices,), recorded, torch, options)


GREY = np.linspace(0, 1, 12).reshape(3, 4)
COLOR = np.random.default_rng(0).random((3, 4, 5))
WAVE = np.sin(np.arange(50))
LABELS, PREDICTIONS = np.array([0.0, 1, 1, 0]), np.array([0.1, 0.8, 0.6, 0.4])
POINTS = np.random.default_rng(0).random((2, 4, 3)).astype(np.float32)
BLACK_AND_WHITE = [[0, 255], [255, 0]]
COLUMNS = [np.arange(5.0) + i for i in range(6)]
BOXES = np.array([[0, 0, 2, 2], [1, 1, 2, 2]])

ROWS: dict[str, list[Call]] = {
    "number: with one element": [
        *(scalar(torch.tensor(1.5, dtype=kind), 1.5) for kind in (torch.bfloat16, torch.float16, torch.float64)),
        scalar(torch.tensor([[1.5]], requires_grad=True), 1.5),
        scalar(np.float16(1.5), 1.5),
        scalar(np.array([[7]]), 7),
        scalar(True, 1),
        scalar(torch.tensor(True), 1),
        scalar(Fraction(3, 2), 1.5),
        scalar(math.nan, math.nan),
        scalar("1.5", 1.5),
        scalar(b"7", 7),
        scalar(Number.THREE, 3),
        scalar(Decimal("1.5"), 1.5),
        scalar([1.5], 1.5, RAISES),
        scalar((torch.tensor(1.5),), 1.5, RAISES),
    ],
    "number: anything else": [
        scalar(None, Refused("scalar_value must be a real number, got None"), RAISES),
        scalar("abc", Refused("scalar_value must be a real number, got 'abc'"), RAISES),
        scalar(np.zeros(2), Refused("scalar_value must be one number"), RAISES),
        scalar([1.0, 2.0], Refused("scalar_value must be one number"), RAISES),
        scalar(1j, Refused("scalar_value must be a real number, got 1j"), RAISES),
    ],
    "number: `meta`": [
        scalar(torch.empty((), device="meta"), Refused("scalar_value must be one number"), OTHER),
        Call("add_histogram", (torch.empty(3, device="meta"),), Refused("."), OTHER),
    ],
    "`global_step`: an integer": [
        *at_step("3", 3),
        *at_step(" 3 ", 3),
        *at_step(b"3", 3),
        *at_step(np.int64(3), 3),
        *at_step(np.str_("3"), 3),
        *at_step(torch.tensor(3), 3),
        *at_step(-1, -1),
        *at_step(None, 0),
        *at_step("3.0", 3, RAISES),
    ],
    "`global_step`: a fraction": [*at_step(3.7, 3), *at_step(torch.tensor(3.7), 3), *at_step(Decimal("3.7"), 3)],
    "`global_step`: anything else": [
        *at_step("best", Refused("global_step must be a real number, got 'best'"), RAISES),
        *at_step(math.nan, Refused("global_step must be a number within the range of int64"), RAISES),
        *at_step(2**63, Refused("global_step must be a number within the range of int64"), RAISES),
    ],
    "`tag`: a text": [
        *(
            Call(method, (value, 1), tag=tag)
            for method, value in (("add_scalar", 1.0), ("add_histogram", np.ones(1)), ("add_image", np.ones((3, 4, 4))))
            for tag in ("/a/b", "", "with spaces é\n", b"bytes", None)
        ),
        Call("add_scalar", (1.0,), torch=RAISES, tag=Path("a/b")),
    ],
    "`tag`: anything else": [
        Call("add_scalar", (1.0,), Refused("tag must be a string, got"), RAISES, tag=tag)
        for tag in (5, Kind.RED, ("a",))
    ],
    "`add_histogram`: numbers": [
        *(
            Call("add_histogram", (values,), None, SAME)
            for values in (
                np.arange(5),
                np.array([True, False]),
                torch.ones(3, dtype=torch.bfloat16),
                torch.ones(3, requires_grad=True),
                np.array([1, 2.5], object),
                np.array(["1", "2.5"]),
                1.5,
            )
        ),
        Call("add_histogram", (np.arange(5.0), 0, np.int64(3)), None, SAME),
        Call("add_histogram", ([1.0, 2.0],), None, RAISES),
        Call("add_histogram", ([Decimal(1)],), None, RAISES),
        Call("add_histogram", ([torch.tensor(1.0), torch.tensor(2.0)],), None, RAISES),
    ],
    "`add_histogram`: NaN": [
        Call("add_histogram", (np.array([1.0, math.nan, math.inf]),), None, OTHER),
        Call("add_histogram", (np.zeros(0),), None, RAISES),
    ],
    "pictures, sounds, histograms: complex": [
        Call("add_histogram", (np.array([1 + 2j]),), Refused("values must be real numbers"), OTHER),
        image(np.full((3, 4), 1j), Refused("img_tensor must be numbers"), OTHER),
        sound(WAVE.astype(complex), Refused("snd_tensor must be floats"), OTHER),
    ],
    "`add_image`: floats": [
        image(GREY, None, SAME),
        image(GREY.T, None, SAME, "WH"),
        image(COLOR, None, SAME, "CHW"),
        image(COLOR.transpose(1, 2, 0), None, SAME, "HWC"),
        image(torch.tensor(COLOR, requires_grad=True).half(), None, SAME, "CHW"),
        image((COLOR * 255).astype(np.uint8), None, SAME, "CHW"),
        image(np.array([[-1.0, 2.0], [math.inf, 0.2]]), [[0, 255], [255, 51]], SAME),
        image(np.array([[math.nan, 0.2]]), [[0, 51]], SAME),
        image(np.ones((2, 4, 5)), None, SAME, "CHW"),
        image(np.ones((4, 4, 5)), None, SAME, "CHW"),
        image(np.ones((5, 4, 5)), Refused("img_tensor must have 1 to 4 channels, got 5"), RAISES, "CHW"),
        image(GREY, Refused("img_tensor must have the 3 dimensions CHW"), RAISES, "CHW"),
    ],
    "`add_image`: integers": [
        image(np.array(BLACK_AND_WHITE) // 255, BLACK_AND_WHITE, SAME),
        image(np.array(BLACK_AND_WHITE, bool), BLACK_AND_WHITE, SAME),
        image(np.array([[0, 200]]), [[0, 200]], OTHER),
        image(np.array([[0, 1]], np.uint8), [[0, 1]], SAME),
    ],
    "`add_images`: a list": [
        image(np.stack([COLOR, COLOR]), None, SAME, "NCHW", "add_images"),
        *(
            image(pictures, None, RAISES, order, "add_images")
            for order in ("NCHW", "CHW")
            for pictures in (
                [COLOR, COLOR],
                (torch.ones(3, 2, 2, requires_grad=True), np.zeros((1, 4, 4), np.uint8)),
                [Image.new("RGB", (4, 4)), Image.new("LA", (2, 2))],
            )
        ),
        image([GREY, GREY], None, RAISES, "HW", "add_images"),
        image([], Refused("img_tensor must have"), RAISES, "NCHW", "add_images"),
    ],
    "`add_image_with_boxes`": [
        Call("add_image_with_boxes", (COLOR, BOXES), None, OTHER, {"labels": ["a"]}, warns="1 labels for 2 boxes"),
        Call("add_image_with_boxes", (COLOR, BOXES), None, OTHER, {"labels": ["a", "b"]}),
    ],
    "`add_audio`: floats": [
        sound(WAVE, (WAVE * 32767).astype(np.int16), SAME),
        sound(WAVE[None, None], (WAVE * 32767).astype(np.int16), SAME),
        sound(torch.tensor(WAVE, requires_grad=True), (WAVE * 32767).astype(np.int16), SAME),
        sound(np.array([1.5, -0.5, -2.0]), [32767, -16383, -32767], SAME, "2 samples of the sound are beyond"),
        sound(np.array([[0.5, 0.25], [-0.5, 0.25], [0, 0]]), [16383, 8191, -16383, 8191, 0, 0], RAISES),
        sound(np.array([[0.5, 0.25, 0], [-0.5, 0.25, 0]]), [16383, -16383, 8191, 8191, 0, 0], RAISES),
        sound([0.5, -0.5], [16383, -16383], RAISES),
        sound(np.zeros((20, 20)), Refused("snd_tensor must have the shape"), RAISES),
    ],
    "`add_audio`: integers": [
        sound(np.array([1000, -32768, 32767], np.int16), [1000, -32768, 32767], OTHER),
        sound(np.array([1 << 16, -(1 << 31), (1 << 31) - 1], np.int32), [1, -32768, 32767], OTHER),
        sound(np.array([1, -128, 127], np.int8), [256, -32768, 127 << 8], RAISES),
        sound(np.array([129, 0, 255], np.uint8), [256, -32768, 127 << 8], RAISES),
        sound(np.array([32769, 0, 65535], np.uint16), [1, -32768, 32767], OTHER),
        sound(np.array([1 << 31, 0], np.uint32), [0, -32768], OTHER),
        sound(np.array([1000, -32768]), [1000, -32768], OTHER),
        sound(np.array([1 << 16, -(1 << 31)]), [1, -32768], OTHER),
        sound(np.array([1, -1, 0]), [32767, -32767, 0], SAME),
        sound(np.array([True, False]), [32767, 0], SAME),
    ],
    "`add_pr_curve`: labels": [
        curve(LABELS, PREDICTIONS),
        curve(LABELS.astype(bool), PREDICTIONS, num_thresholds=np.int64(9)),
        curve(torch.tensor(LABELS), torch.tensor(PREDICTIONS, requires_grad=True), weights=np.arange(4.0)),
        curve(np.array([0.2, 0.9, 0.5, 0]), PREDICTIONS, num_thresholds=11),
        curve(LABELS.reshape(2, 2), PREDICTIONS.reshape(2, 2), num_thresholds=1),
        curve(LABELS.tolist(), PREDICTIONS.tolist(), torch=RAISES),
    ],
    "`add_pr_curve`: predictions": [
        Call("add_pr_curve", (LABELS, np.array(found)), None, SAME, warns=f"{count} of 4 predictions are not in")
        for count, found in (
            (2, [0.1, 1.5, 0.6, -0.4]),
            (4, [-3.0, 4, 2, -1]),
            (2, [math.nan, 0.5, math.inf, 0.1]),
            (1, [1e300, 0.5, 0.2, 0.1]),
        )
    ],
    "`add_pr_curve`: labels beyond": [
        curve(np.array([0, 2, 1, 0]), PREDICTIONS, Refused("labels must be in .0, 1., got numbers from 0 to 2"), OTHER),
        curve(
            np.array([-1, 1, 1, -1]), PREDICTIONS, Refused("labels must be in .0, 1., got numbers from -1 to"), OTHER
        ),
    ],
    "`add_pr_curve`: `num_thresholds`": [
        curve(LABELS, PREDICTIONS, torch=OTHER, num_thresholds=1000),
        curve(
            LABELS, PREDICTIONS, Refused("num_thresholds must be an integer of at least 1"), RAISES, num_thresholds=0
        ),
    ],
    "`add_pr_curve_raw`: columns": [
        raw_curve(COLUMNS, np.stack(COLUMNS)),
        raw_curve(COLUMNS, np.stack(COLUMNS), num_thresholds=3),
        raw_curve(np.ones((6, 200)), np.ones((6, 200))),
        raw_curve(np.ones((6, 1)), np.ones((6, 1)), num_thresholds=200),
        raw_curve(torch.ones(6, 5), np.ones((6, 5))),
        raw_curve([[1.0, math.nan]] * 6, np.array([[1.0, math.nan]] * 6)),
        raw_curve([np.ones(5), *[np.ones(4)] * 5], Refused("must have as many numbers as the columns"), RAISES),
    ],
    "`add_pr_curve_raw`: no": [
        raw_curve(np.ones((6, 0)), Refused("true_positive_counts must be one column"), OTHER),
        raw_curve(np.ones((6, 5, 2)), Refused("true_positive_counts must be one column"), OTHER),
    ],
    "`add_hparams`: texts": [
        hparam("adam", "adam", SAME),
        hparam(3, 3.0, SAME),
        hparam(torch.tensor(0.5), 0.5),
        hparam(torch.tensor([0.5]), 0.5, SAME),
        hparam(Number.THREE, 3.0, SAME),
        hparam(Text.ADAM, "adam", SAME),
        hparam(True, True, OTHER),
        hparam(np.float32(0.5), 0.5),
        hparam(np.bool_(True), True),
        hparam(torch.tensor(True), True),
        hparam(np.array([3]), 3.0),
        hparam(Decimal("0.5"), 0.5),
    ],
    "`add_hparams`: `None`": [hparam(None, "None", OTHER)],
    "`add_hparams`: a list": [
        hparam([64, 64], "[64, 64]"),
        hparam((1,), "(1,)"),
        hparam(Path("a/b"), "a/b"),
        hparam(Kind.RED, "Kind.RED"),
        hparam(torch.float32, "torch.float32"),
        hparam(torch.device("cpu"), "cpu"),
        hparam(torch.nn.functional.relu, "relu"),
        hparam(torch.nn.ReLU, "ReLU"),
        hparam(torch.nn.ReLU(), "ReLU()"),
        hparam(1j, "1j"),
        hparam({1}, "{1}"),
        hparam({}, "{}"),
        hparam(b"bytes", "bytes"),
        hparam(np.zeros(2), "[0. 0.]"),
        hparam(torch.ones(2), "tensor([1., 1.])", OTHER),
    ],
    "`add_hparams`: a mapping": [
        Call(
            "add_hparams",
            ({"optimizer": {"name": "adam", "betas": [0.9, 0.99], 3: None}}, {}, None, "trial"),
            {"optimizer/3": "None", "optimizer/betas": "[0.9, 0.99]", "optimizer/name": "adam"},
            RAISES,
        ),
        Call("add_hparams", (OrderedDict(a=1), {}, None, "trial"), {"a": 1.0}, RAISES),
    ],
    "`add_mesh`: colours": [
        mesh(POINTS, colors=np.full((2, 4, 3), 200), faces=np.ones((2, 1, 3), int)),
        mesh(POINTS, [POINTS, np.full((2, 4, 3), 128)], OTHER, colors=np.full((2, 4, 3), 0.5)),
        mesh(POINTS, [POINTS, np.full((2, 4, 3), 255)], OTHER, colors=np.full((2, 4, 3), 300.0)),
        mesh(POINTS, [POINTS, np.full((2, 4, 3), 9)], OTHER, colors=np.full((1, 4, 3), 9)),
    ],
    "`add_mesh`: points": [
        mesh(POINTS[..., :2], Refused("vertices must have the shape"), OTHER),
        mesh(POINTS, Refused("faces must have the shape"), OTHER, faces=np.zeros((2, 1, 4), int)),
        mesh(POINTS, Refused("colors must have the shape of vertices"), OTHER, colors=np.zeros((2, 3, 3))),
        mesh(POINTS[0], Refused("vertices must have the shape"), RAISES),
    ],
    "`add_custom_scalars`: tags": [
        layout(["Multiline", ["a", "b"]], {"Multiline": ["a", "b"]}),
        layout(("Multiline", {"a": 1, "b": 2}.keys()), {"Multiline": ["a", "b"]}),
        layout(["Multiline", np.array(["a", "b"])], {"Multiline": ["a", "b"]}),
        layout(["Multiline", ["a"], "not looked at"], {"Multiline": ["a"]}),
        layout(["multiline", ["a"]], {"Multiline": ["a"]}),
        layout(["Margin", ("a", "b", "c")], {"Margin": ["a", "b", "c"]}),
        layout(["margin", ["a", "b", "c"]], {"Margin": ["a", "b", "c"]}, OTHER),
        layout(["Multiline", "loss"], {"Multiline": ["loss"]}, OTHER),
    ],
    "`add_custom_scalars`: another": [
        layout(["Pie", ["a"]], Refused("layout must give chart 't' as"), OTHER),
        layout(["Margin", ["a", "b"]], Refused("layout must give chart 't' as"), RAISES),
        layout(["Multiline", [1]], Refused("layout must give chart 't' a list of tags"), RAISES),
    ],
    "`add_embedding`: a step": [
        Call("add_embedding", (torch.eye(3), list("abc"), None, step), {f"default:{name}": 3}, SAME)
        for step, name in (("best", "0best"), ("7", "00007"), (7, "00007"), (None, "00000"))
    ],
    "`add_embedding`: no": [
        Call("add_embedding", (torch.ones(0, 3),), Refused("mat must have the shape"), OTHER),
        Call("add_embedding", (torch.ones(3),), Refused("mat must have the shape"), RAISES),
    ],
    "`add_text`: a text": [
        Call("add_text", ("# text",), None, SAME),
        Call("add_text", (b"bytes",), None, RAISES),
        Call("add_text", (["a", "b"],), None, RAISES),
        *(
            Call("add_text", (value,), Refused("text_string must be a text or an array of texts"), RAISES)
            for value in (5, None, {"a": 1}, ["a", 1])
        ),
    ],
    "`add_tensor`": [
        *(
            Call("add_tensor", (torch.ones(2, 3, dtype=kind),), None, SAME)
            for kind in (torch.float32, torch.float64, torch.int64, torch.int32, torch.bool)
        ),
        *(
            Call("add_tensor", (torch.ones(2, dtype=kind),), None, OTHER)
            for kind in (torch.bfloat16, torch.half, torch.uint8)
        ),
        *(Call("add_tensor", (value,), None, RAISES) for value in (np.ones(2), [1.0], 1.0, torch.eye(2).to_sparse())),
    ],
    "`add_figure`": [
        Call("add_figure", (Figure((2, 1)),), None, SAME),
        Call("add_figure", ([Figure((2, 1)), Figure((2, 1))],), None, SAME),
        Call("add_figure", (None,), Refused("figure must be a matplotlib figure"), RAISES),
    ],
}
