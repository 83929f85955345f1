"""The finding of a watch as a text: what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.first_bad import KEYS, FirstBad
from cutaway.events.wire import MalformedError

FOUND = FirstBad(
    12,
    "backward",
    "layers.10",
    "Block",
    "aten.div.Tensor",
    "SqrtBackward0",
    "model.py:7",
    "float32 [32, 64], float32 [32, 64] -> float32 [32, 64]",
    "finite",
    "The gradient of a root at 0 is 1/0.",
)
# Cells are one line, and have single spaces.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"])).map(str.strip)


def test_the_table_has_a_row_for_each_key() -> None:
    text = FOUND.to_markdown()
    assert text.splitlines()[0] == (
        "The first gradients that were not finite at step 12 were made by aten.div.Tensor in layers.10 (Block) "
        "in the backward."
    )
    assert [line.split(" | ")[0].strip("| ") for line in text.splitlines()[4:]] == list(KEYS)
    assert KEYS == (
        "step", "phase", "module", "class", "operation", "autograd node", "source", "shapes", "inputs", "origin",
    )  # fmt: skip


@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from(["input", "forward", "recompute", "loss", "backward", "after the backward", "optimizer"]),
    st.none() | texts,
    st.tuples(*[texts] * 7),
)
def test_what_is_written_is_read_back(step: int, phase: str, module: str | None, others: tuple[str, ...]) -> None:
    found = FirstBad(step, phase, module, *others)  # type: ignore[arg-type]
    assert FirstBad.from_markdown(found.to_markdown()) == found


@pytest.mark.parametrize("text", ["", "a text", "| step | 3 |", "| step | x |\n| phase | loss |"])
def test_another_text_is_none(text: str) -> None:
    with pytest.raises(MalformedError):
        FirstBad.from_markdown(text)


def test_rows_of_later_versions_are_left_out() -> None:
    assert FirstBad.from_markdown(FOUND.to_markdown() + "\n| colour | red |") == FOUND
