"""The table in a terminal: every width, every output, nothing but what the rows say."""

import io
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.networks import Convolutional, Language, Repeated
from torch import nn

from cutaway.model.render.text import print_text
from cutaway.model.result import ModelSummary
from cutaway.model.summary import summary

LANGUAGE = summary(Language(5000, 64), {"ids": (2, 7)}, dtypes="int64", verbose=False)


@settings(max_examples=40, deadline=None)
@given(width=st.integers(60, 250))
def test_fits_every_width(width: int) -> None:
    lines = LANGUAGE.to_text(width).splitlines()
    assert max(map(len, lines)) <= width
    # Numbers are never cut.
    assert any("(320,000)" in line or "(320.0 k)" in line for line in lines)
    assert any("4,480,000" in line or "4.480 M" in line for line in lines)


def test_says_what_the_rows_say() -> None:
    text = summary(Convolutional(), (2, 3, 8, 8), verbose=False).to_text(100)
    assert re.search(r"├─ stem: Sequential +2×8×8×8 +240 +27,648 +9.792 kB +16 █▎", text)
    assert re.search(r"│  ├─ 0: Conv2d +2×8×8×8 +224 +27,648", text)
    assert re.search(r"├─ blocks.0-1: 2 × Conv2d +2×8×8×8 +1,168 +147,456", text)
    assert re.search(r"└─ head: Linear +2×5 +45 +80 ", text)
    assert "Parameters   1,453 (5.812 kB): 1,453 trainable, 0 frozen" in text
    assert "on shapes alone" in text


def test_lines_of_language_model() -> None:
    text = LANGUAGE.to_text(200)
    assert re.search(r"├─ positions: Parameter +32×64 +2,048", text)
    assert "{logits: 2×7×5000, hidden: 2×7×64, loss: None}" in text
    assert re.search(r"out_proj: NonDynamicallyQuantizableLinear +weights only", text)
    assert re.search(r"unused: Linear +not called", text)


def test_depth_limits_what_is_shown_only() -> None:
    result = summary(Convolutional(), (2, 3, 8, 8), depth=1, verbose=False)
    text = result.to_text(100)
    assert "stem" in text
    assert "BatchNorm2d" not in text
    assert "1,453" in text
    assert len(result.rows) == 9


def test_columns_that_do_not_fit_are_left_out_and_named() -> None:
    text = LANGUAGE.to_text(
        60, columns="outputs,parameters,macs,flops,saved_bytes,element_operations,output_bytes,share"
    )
    assert max(map(len, text.splitlines())) <= 60
    assert re.search(r"Left out +share, output_bytes, element_operations", text)


def test_repeated_calls_are_numbered_and_their_parameters_in_brackets() -> None:
    text = summary(Repeated(2), (2, 4), verbose=False, fold=False).to_text(100)
    assert re.search(r"layer: Linear +2×4 +20 ", text)
    assert re.search(r"layer#2: Linear +2×4 +\(20\) ", text)


def test_uncounted_ops_are_in_the_footer() -> None:
    class Inverse(nn.Module):
        def forward(self, x: object) -> object:
            import torch

            return torch.linalg.inv_ex(x)

    text = summary(Inverse(), (8, 8), verbose=False).to_text(80)
    assert "Not counted  aten.linalg_inv_ex.default × 1" in text
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
    print_text(result, result.view)
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
    result = summary(model, verbose=False)
    assert "0-2999: 3,000 × ReLU" in result.to_text(80)
    assert len(result.to_text(80, fold=False).splitlines()) == 3000 + 1 + 3 + 2
