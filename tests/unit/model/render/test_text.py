"""The table in a terminal: every width, every output, nothing but what the rows say."""

import io
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.networks import Convolutional, Language, Repeated
from torch import nn

from cutaway.model.render.text import print_text, shape_text, si, size_text
from cutaway.model.summary import ModelSummary, summary
from cutaway.model.trace import Tensor, Value

LANGUAGE = summary(Language(5000, 64), {"ids": (2, 7)}, dtypes="int64", verbose=False)


@settings(max_examples=40, deadline=None)
@given(width=st.integers(60, 250))
def test_fits_every_width(width: int) -> None:
    lines = LANGUAGE.to_text(width).splitlines()
    assert max(map(len, lines)) <= width
    # Numbers are never cut.
    assert any("(320,000)" in line for line in lines)


def test_says_what_the_rows_say() -> None:
    text = summary(Convolutional(), (2, 3, 8, 8), verbose=False).to_text(100)
    assert re.search(r"├─ stem: Sequential +2×3×8×8 +2×8×8×8 +240 +27,648\n", text)
    assert re.search(r"│  ├─ 0: Conv2d +2×3×8×8 +2×8×8×8 +224 +27,648\n", text)
    assert re.search(r"└─ head: Linear +2×8 +2×5 +45 +80\n", text)
    assert "Parameters   1,453 (5.812 kB): 1,453 trainable, 0 frozen" in text
    assert "on shapes alone" in text


def test_lines_of_language_model() -> None:
    text = LANGUAGE.to_text(200)
    assert re.search(r"├─ positions: Parameter +32×64 +2,048\n", text)
    assert "{logits: 2×7×5000, hidden: 2×7×64, loss: None}" in text
    assert re.search(r"out_proj: NonDynamicallyQuantizableLinear +weights only", text)
    assert re.search(r"unused: Linear +not called", text)


def test_depth_limits_what_is_shown_only() -> None:
    result = summary(Convolutional(), (2, 3, 8, 8), depth=1, verbose=False)
    text = result.to_text(100)
    assert "stem" in text
    assert "Conv2d" not in text
    assert "1,453" in text
    assert len(result.rows) == 9


def test_repeated_calls_are_numbered_and_their_parameters_in_brackets() -> None:
    text = summary(Repeated(2), (2, 4), verbose=False).to_text(100)
    assert re.search(r"layer: Linear +2×4 +2×4 +20 ", text)
    assert re.search(r"layer#2: Linear +2×4 +2×4 +\(20\) ", text)


def test_uncounted_ops_are_in_the_footer() -> None:
    class Transform(nn.Module):
        def forward(self, x: object) -> object:
            import torch

            return torch.fft.fft(x)

    text = summary(Transform(), (2, 8), verbose=False).to_text(80)
    assert "Not counted  aten._fft_r2c.default × 1" in text
    assert "≥ 0" in text


class Stream(io.TextIOWrapper):
    def __init__(self, encoding: str, tty: bool) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding)
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


def printed(
    result: ModelSummary, monkeypatch: pytest.MonkeyPatch, *, encoding: str = "utf-8", tty: bool = False
) -> str:
    stream = Stream(encoding, tty)
    monkeypatch.setattr(sys, "stdout", stream)
    print_text(result)
    stream.flush()
    return stream.bytes.getvalue().decode(encoding)


def test_plain_unless_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "90")
    expected = LANGUAGE.to_text() + "\n"
    assert printed(LANGUAGE, monkeypatch) == expected
    coloured = printed(LANGUAGE, monkeypatch, tty=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == expected
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(LANGUAGE, monkeypatch, tty=True) == expected


def test_ascii_output(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(LANGUAGE, monkeypatch, encoding="ascii")
    assert "2x7" in text
    assert "?" not in text


def test_brackets_in_names_are_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    model = nn.Sequential()
    model.add_module("[red]x[/red]", nn.Linear(2, 2))
    result = summary(model, (1, 2), verbose=False)
    assert "[red]x[/red]: Linear" in re.sub(r"\x1b\[[0-9;]*m", "", printed(result, monkeypatch, tty=True))


def test_thousands_of_rows() -> None:
    model = nn.Sequential(*(nn.ReLU() for _ in range(3000)))
    assert len(summary(model, verbose=False).to_text(80).splitlines()) == 3000 + 1 + 3 + 2


def tensor(*shape: int) -> Value:
    return Value("tensor", "Tensor", tensor=Tensor(shape, "float32", "cpu", 4))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (tensor(2, 3), "2×3"),
        (tensor(), "()"),
        (Value("none", "None"), "None"),
        (Value("object", "Opaque"), "Opaque"),
        (Value("scalar", "int", text="3"), "3"),
        (Value("group", "tuple", items=(("0", tensor(1)), ("1", Value("none", "None")))), "(1, None)"),
        (Value("group", "list", items=(("0", tensor(1)),)), "[1]"),
        (Value("group", "Output", items=(("logits", tensor(1, 2)),)), "Output(logits: 1×2)"),
        (Value("group", "list", items=(("0", Value("scalar", "int", text="3")),)), "list of 1"),
        (Value("group", "tuple", items=tuple((str(i), tensor(1)) for i in range(9))), "(1, 1, 1, 1, 1, 1, … 9 in all)"),
        (Value("group", "arguments", items=(("x", tensor(4)),)), "4"),
        (Value("group", "arguments", items=(("0", tensor(4)), ("mask", tensor(5)))), "4, mask=5"),
        (Value("group", "arguments", items=()), "–"),
    ],
)
def test_shape_text(value: Value | None, text: str) -> None:
    assert shape_text(value) == text


def test_numbers() -> None:
    assert [si(number) for number in (0, 7, 999, 1000, 1234, 999_960, 4_089_184_256)] == [
        "0", "7", "999", "1.000 k", "1.234 k", "1.000 M", "4.089 G",
    ]  # fmt: skip
    assert si(1_500_000, "B") == "1.500 MB"
    assert size_text((1, 2)) == "1×2"
