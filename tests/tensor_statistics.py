"""What a watch measures of a tensor, by PyTorch."""

from torch import Tensor


def statistics_of(tensor: Tensor) -> dict[str, float]:
    """By the names of the columns; the least and the greatest are NaN without a finite element."""
    wide = tensor.double()
    finite = wide[wide.isfinite()]
    return {
        "sum": finite.sum().item(),
        "sum_sq": finite.square().sum().item(),
        "min": finite.min().item() if len(finite) else float("nan"),
        "max": finite.max().item() if len(finite) else float("nan"),
        "zeros": (finite == 0).sum().item(),
        "nan": wide.isnan().sum().item(),
        "pos_inf": (wide == float("inf")).sum().item(),
        "neg_inf": (wide == -float("inf")).sum().item(),
    }
