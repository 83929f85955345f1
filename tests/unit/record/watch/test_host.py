"""Tensors in this machine's memory: by one thread or several, in whatever form, and what samples take."""

import os

import numpy as np
import pytest
import torch

from cutaway.record.watch import host
from cutaway.record.watch.host import Expected, Kept, locate, measure, measure_one


def expected(tensor: torch.Tensor) -> list[float]:
    wide = tensor.double()
    finite = wide[wide.isfinite()]
    return [
        finite.sum().item(),
        finite.square().sum().item(),
        finite.min().item() if len(finite) else float("nan"),
        finite.max().item() if len(finite) else float("nan"),
        (finite == 0).sum().item(),
        wide.isnan().sum().item(),
        (wide == float("inf")).sum().item(),
        (wide == -float("inf")).sum().item(),
    ]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_several_threads_find_what_one_does(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(host, "_LARGE", 1 << 14)
    monkeypatch.setattr(host, "_PIECE", 1 << 12)
    torch.manual_seed(0)
    tensors = [torch.randn(size) for size in (1, 4096, 4097, 100_003, 0, 50_000)]
    tensors += [torch.randn(9000).double(), torch.randn(9000).bfloat16(), torch.full((5000,), float("nan"))]
    tensors[3][70_000:70_002] = torch.tensor([float("inf"), float("nan")])
    found = measure(locate(tensors), len(tensors))
    for row, tensor in zip(found, tensors, strict=True):
        np.testing.assert_allclose(row, expected(tensor), rtol=1e-4, atol=0.05)
        np.testing.assert_array_equal(row[4:], expected(tensor)[4:])
    one = np.zeros((2, 8))
    measure_one(tensors[3], one, 1)
    np.testing.assert_allclose(one[1], found[3], rtol=1e-6)


def test_what_cannot_be_read_is_left_out() -> None:
    torch.manual_seed(0)
    whole = torch.randn(6, 8)
    sparse = torch.sparse_coo_tensor(torch.tensor([[1, 1]]), torch.ones(2), (5,))
    given = [whole, None, whole.t(), whole[:, ::2], torch.zeros(2, device="meta"), torch.arange(3), sparse]
    for found in (measure(locate(given), 7), measure(Expected([whole] * 7).locate(given), 7)):
        assert np.isnan(found[[1, 4, 5]]).all()
        np.testing.assert_allclose(found[0], expected(whole), rtol=1e-5)
        np.testing.assert_allclose(found[2], found[0], rtol=1e-5)
        np.testing.assert_allclose(found[3], expected(whole[:, ::2]), rtol=1e-4)
        assert found[6].tolist() == [2, 4, 0, 2, 4, 0, 0, 0]


def test_tensors_that_are_not_what_they_were() -> None:
    like = Expected([torch.zeros(4), torch.zeros(3)])
    for given in ([torch.ones(4), torch.ones(3)], [torch.ones(5), torch.ones(3).double()]):
        found = measure(like.locate(given), 2)
        assert found[:, 0].tolist() == [given[0].numel(), 3]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_samples_take_at_most_16_kb_a_tensor(dtype: torch.dtype) -> None:
    tensors = [torch.zeros(1 << 20, dtype=dtype) for _ in range(3)]
    kept = Kept(locate(tensors))
    assert kept._kept.nbytes <= 3 * 16 * 1024
    tensors[1] += 1
    changes = kept.changes(locate(tensors), 3)
    assert changes[:, 2].tolist() == changes[:, 3].tolist() == [0, 1, 0]
    # Another shape cannot be compared.
    assert np.isnan(kept.changes(locate([tensors[0], tensors[1], tensors[2][:5000]]), 3)).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(host, "_LARGE", 1)
    tensor = torch.ones(1 << 20)
    assert measure(locate([tensor]), 1)[0, 0] == 1 << 20
    child = os.fork()
    if not child:
        os._exit(int(measure(locate([tensor]), 1)[0, 0] != 1 << 20))
    assert os.waitpid(child, 0)[1] == 0
