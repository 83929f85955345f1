"""Tensors of every layout and class count what they store."""

from collections.abc import Callable

import pytest
import torch
from tests.unit.model.costs.hand_counted import Bound
from torch import Tensor, nn

from cutaway.model.capture.torch.values import tensor_type
from cutaway.model.summary import summary

pytestmark = pytest.mark.filterwarnings("ignore")


def identity(size: int) -> Tensor:
    """Stored are two indices of 8 bytes and a value of 4 for each row."""
    places = torch.arange(size)
    return torch.sparse_coo_tensor(torch.stack([places, places]), torch.ones(size), (size, size), is_coalesced=True)


class Held(nn.Module):
    """Multiplies its input by a tensor of any layout, held as a buffer or a parameter."""

    def __init__(self, held: Tensor, *, parameter: bool = False) -> None:
        super().__init__()
        if parameter:
            self.held = nn.Parameter(held)
        else:
            self.register_buffer("held", held)

    def forward(self, x: Tensor) -> Tensor:
        return self.held @ x


def test_a_large_identity_is_small() -> None:
    result = summary(Held(identity(20_000)), (20_000, 3), train=False, verbose=False)
    assert result.totals.buffer_bytes == 20_000 * (8 + 8 + 4) == 400_000
    assert result.trace.method == "fake"
    assert result.memory is not None
    # The identity, the input and the result.
    assert result.memory.peak == 400_000 + 2 * 20_000 * 3 * 4


#: 4 x 4 identities: values of 4 bytes, indices of 8. Blocks of 2 x 2 store 8 values.
LAYOUTS: dict[str, tuple[Callable[[], Tensor], int]] = {
    "coo": (lambda: identity(4), 4 * (8 + 8 + 4)),
    "csr": (lambda: torch.eye(4).to_sparse_csr(), 5 * 8 + 4 * 8 + 4 * 4),
    "csc": (lambda: torch.eye(4).to_sparse_csc(), 5 * 8 + 4 * 8 + 4 * 4),
    "bsr": (lambda: torch.eye(4).to_sparse_bsr(2), 3 * 8 + 2 * 8 + 8 * 4),
    "bsc": (lambda: torch.eye(4).to_sparse_bsc(2), 3 * 8 + 2 * 8 + 8 * 4),
    "dense": (lambda: torch.eye(4), 4 * 4 * 4),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("parameter", [False, True])
def test_weights(layout: str, parameter: bool) -> None:
    make, stored = LAYOUTS[layout]
    totals = summary(Held(make(), parameter=parameter), verbose=False).totals
    assert (totals.parameter_bytes, totals.buffer_bytes) == ((stored, 0) if parameter else (0, stored))


@pytest.mark.parametrize("layout", ["coo", "csr"])
def test_inputs(layout: str) -> None:
    make, stored = LAYOUTS[layout]
    result = summary(Bound(lambda self, x: x @ torch.ones(4, 3)), input_data=make(), train=False, verbose=False)
    blocks = [block.bytes for block in result.trace.allocations if block.kind == "input"]
    assert sum(blocks) == stored
    assert [tensor.bytes for tensor in result.trace.calls[0].inputs.tensors()] == [stored]


def test_a_dense_tensor_of_the_same_type_is_another() -> None:
    assert [tensor_type(tensor).bytes for tensor in (torch.eye(4), identity(4), torch.eye(4))] == [64, 80, 64]


def test_jagged_tensors_store_values_and_offsets() -> None:
    nested = torch.nested.nested_tensor([torch.rand(2, 8), torch.rand(3, 8)], layout=torch.jagged)
    assert tensor_type(nested).bytes == 5 * 8 * 4 + 3 * 8
