"""Arguments of other libraries are answered with the word for them here, and the forward's own are passed on."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cutaway.model.columns import COLUMNS
from cutaway.model.foreign_words import _COLUMNS
from cutaway.model.summary import summary


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"col_names": ("output_size", "num_params", "mult_adds")}, "columns=('outputs', 'parameters', 'macs')"),
        ({"col_names": "nonsense"}, "columns=('outputs', 'parameters', 'macs')"),
        ({"row_settings": ("var_names",)}, "depth=2"),
        ({"batch_dim": 0}, "input_size=(1, 3, 224, 224)"),
        ({"batch_size": 4}, "batch=4"),
        ({"max_depth": 2}, "depth=2"),
        ({"col_width": 20}, "to_text(width=120)"),
    ],
)
def test_the_word_for_it(arguments: dict[str, Any], word: str) -> None:
    name = next(iter(arguments))
    with pytest.raises(TypeError, match=f"^{name} is an argument of another library's summary.*{re.escape(word)}"):
        summary(nn.Linear(4, 4), (2, 4), verbose=False, **arguments)


@pytest.mark.parametrize("name", list(_COLUMNS.values()))
def test_columns_of_the_answer_exist(name: str) -> None:
    assert name in COLUMNS


class Named(nn.Module):
    """A forward that has such an argument itself."""

    def forward(self, x: Tensor, batch_size: int = 1) -> Tensor:
        return x.repeat(batch_size, 1) @ torch.ones(4, 5)


def test_the_forwards_own_argument_is_its_own() -> None:
    assert summary(Named(), (2, 4), batch_size=3, verbose=False).totals.macs == 3 * 2 * 20
