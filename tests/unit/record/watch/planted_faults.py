"""Small architectures with a spot for a module, and modules that are not finite in one way each."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

WIDTH = 16
BATCH = 8


class Spot(nn.Module):
    """Calls a function."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, values: Tensor) -> Any:
        return self.function(values)


class Fault(NamedTuple):
    """What to plant, and what must be said of it."""

    function: Callable[[Tensor], Tensor]
    phase: str
    operation: str
    node: str = ""
    #: What the operation got was finite.
    finite_inputs: bool = True


class _Broken(torch.autograd.Function):
    """A gradient of the user's own that divides by zero."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        return values * 1

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient / 0


def _broken(values: Tensor) -> Tensor:
    result: Tensor = _Broken.apply(values)  # type: ignore[no-untyped-call]
    return result


def _all_masked(values: Tensor) -> Tensor:
    return values.masked_fill(torch.ones_like(values, dtype=torch.bool), -torch.inf).softmax(-1)


def _all_masked_by_logarithms(values: Tensor) -> Tensor:
    return (values + (values * 0).log()).softmax(-1)


def _divided_by_zero_before_softmax(values: Tensor) -> Tensor:
    return ((-values.abs() - 1) / 0).softmax(-1)


def _standardised(values: Tensor) -> Tensor:
    constant = values * 0 + 1
    return (constant - constant.mean(0)) / constant.std(0)


def _log_of_positive_ones(values: Tensor) -> Tensor:
    """A mask that comes too late: the gradient of the logarithm of 0 is 0/0."""
    return torch.where(values > 0, (values * (values > 0)).log(), values)


def _infinities_apart(values: Tensor) -> Tensor:
    return (values + torch.inf) - (values + torch.inf)


def _too_large_product(values: Tensor) -> Tensor:
    return functional.linear(values * 1e30, torch.eye(WIDTH) * 1e30)


_FORWARD = {
    "log of negative numbers": Fault(lambda x: (x - x.max() - 1).log(), "forward", "aten.log.default"),
    "log of 0": Fault(lambda x: (x * 0).log(), "forward", "aten.log.default"),
    "0/0": Fault(lambda x: (x * 0) / (x * 0), "forward", "aten.div.Tensor"),
    "a batch's deviation of 0": Fault(_standardised, "forward", "aten.div.Tensor"),
    "a softmax of masked values alone": Fault(_all_masked, "forward", "aten._softmax.default", finite_inputs=False),
    "a softmax of what logarithms of 0 mask": Fault(
        _all_masked_by_logarithms, "forward", "aten._softmax.default", finite_inputs=False
    ),
    "minus infinities that no mask has": Fault(_divided_by_zero_before_softmax, "forward", "aten.div.Tensor"),
    "exp of large numbers": Fault(lambda x: (x.abs() * 1e6 + 100).exp(), "forward", "aten.exp.default"),
    "a product in float16": Fault(lambda x: ((x.half() + 9) * 60000).float(), "forward", "aten.mul.Tensor"),
    "a conversion to float16": Fault(lambda x: (x + 1e6).half().float(), "forward", "aten._to_copy.default"),
    "root of negative numbers": Fault(lambda x: (x - x.max() - 1).sqrt(), "forward", "aten.sqrt.default"),
    "power of negative numbers": Fault(lambda x: (-x.abs() - 1) ** 0.5, "forward", "aten.pow.Tensor_Scalar"),
    "arc cosine of 2": Fault(lambda x: (x * 0 + 2).acos(), "forward", "aten.acos.default"),
    "deviation of one number": Fault(
        lambda x: x[..., :1].std(-1, keepdim=True) + x, "forward", "aten.std.correction"
    ),
    "a matrix product": Fault(_too_large_product, "forward", "mm.default"),
    "infinity minus infinity": Fault(_infinities_apart, "forward", "aten.sub.Tensor", finite_inputs=False),
}  # fmt: skip
_BACKWARD = {
    "gradient of a root at 0": Fault(
        lambda x: (x * 0).sqrt() + x, "backward", "aten.div.Tensor", "SqrtBackward0"
    ),
    "gradient behind a mask": Fault(_log_of_positive_ones, "backward", "aten.div.Tensor", "LogBackward0"),
    "gradient of an arc cosine at 1": Fault(
        lambda x: (x * 0 + 1).acos() + x, "backward", "aten.rsqrt.default", "AcosBackward0"
    ),
    "gradient of a power at 0": Fault(
        lambda x: (x * 0) ** 0.5 + x, "backward", "aten.pow.Tensor_Scalar", "PowBackward0"
    ),
    "gradient of the user's own": Fault(
        _broken, "backward", "aten.div.Tensor", "_BrokenBackward"
    ),
    # Forward it is 0; backward it is beyond what float32 holds.
    "a gradient too large": Fault(
        lambda x: x * 1e-30 * 1e-30 * 1e25 * 1e25 + x, "backward", "aten.mul.Tensor", "MulBackward0"
    ),
}  # fmt: skip
FAULTS = _FORWARD | _BACKWARD


class Perceptron(nn.Module):
    """Layers one after the other, with dropout."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        parts = [nn.Linear(WIDTH, WIDTH), nn.Dropout(0.2), nn.Tanh()]
        self.layers = nn.Sequential(*parts, spot, nn.Linear(WIDTH, 4))

    def forward(self, values: Tensor) -> Any:
        return self.layers(values)


class Convolutions(nn.Module):
    """With batch normalisation, which writes into its buffers."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv1d(1, 4, 3, padding=1), nn.BatchNorm1d(4), nn.ReLU())
        self.neck = nn.Linear(4 * WIDTH, WIDTH)
        self.spot = spot
        self.head = nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> Any:
        return self.head(self.spot(self.neck(self.features(values[:, None]).flatten(1))))


class _Residual(nn.Module):
    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.norm, self.inner, self.spot = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH), spot

    def forward(self, values: Tensor) -> Any:
        return values + self.spot(self.inner(self.norm(values)))


class ResidualNet(nn.Module):
    """Blocks around which their input goes."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([_Residual(nn.Identity()), _Residual(spot), _Residual(nn.Identity())])
        self.head = nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> Any:
        for block in self.blocks:
            values = block(values)
        return self.head(values)


class Transformer(nn.Module):
    """Attention with a causal mask of minus infinities, which are no fault."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, 2, batch_first=True)
        self.spot = spot
        self.head = nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> Any:
        tokens = torch.stack([values, values * 0.5, values * 2], 1)
        mask = torch.full((3, 3), -torch.inf).triu(1)
        attended, _ = self.attention(tokens, tokens, tokens, attn_mask=mask)
        return self.head(self.spot(attended + tokens)).mean(1)


class Recurrent(nn.Module):
    """An LSTM."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, WIDTH, batch_first=True)
        self.spot = spot
        self.head = nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> Any:
        states, _ = self.lstm(values.view(-1, 4, 4))
        return self.head(self.spot(states)[:, -1])


class Unrolled(nn.Module):
    """A cell that is called several times, with the same weights."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.cell, self.spot, self.head = nn.GRUCell(4, WIDTH), spot, nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> Any:
        state = values
        for part in values.view(-1, 4, 4).unbind(1):
            state = self.cell(part, state)
        return self.head(self.spot(state))


class Embedded(nn.Module):
    """Tokens, whose embedding is the head's weight too."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.embedding, self.spot = nn.Embedding(32, WIDTH), spot
        self.head = nn.Linear(WIDTH, 32, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, values: Tensor) -> Any:
        tokens = (values * 7).long().remainder(32)
        return self.head(self.spot(self.embedding(tokens))).mean(1)[:, :4]


class Branches(nn.Module):
    """A choice between two, by its values; it takes and gives mappings."""

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.left, self.right, self.gate = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 2)
        self.spot, self.head = spot, nn.Linear(WIDTH, 4)

    def forward(self, values: Tensor) -> dict[str, Tensor]:
        left, right = self.gate(values).softmax(-1).split(1, dim=-1)
        mixed = left * self.left(values) + right * self.right(values)
        return {"logits": self.head(self.spot(mixed)), "gate": left}


class Checkpointed(nn.Module):
    """Blocks that are computed again in the backward."""

    def __init__(self, spot: nn.Module, *, use_reentrant: bool = False) -> None:
        super().__init__()
        self.stem, self.block = nn.Linear(WIDTH, WIDTH), nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Dropout(0.2), spot)
        self.head, self.use_reentrant = nn.Linear(WIDTH, 4), use_reentrant

    def forward(self, values: Tensor) -> Any:
        return self.head(checkpoint(self.block, self.stem(values), use_reentrant=self.use_reentrant))


class Autoencoder(nn.Module):
    """In place, and with views."""

    shift: Tensor

    def __init__(self, spot: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder, self.spot = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 4), spot
        self.register_buffer("shift", torch.zeros(1))

    def forward(self, values: Tensor) -> Any:
        code = self.encoder(values).clone()
        code[:, ::2].mul_(2.0)
        self.shift.add_(1)
        return self.decoder(self.spot(code.T.tanh_().T))


ARCHITECTURES: list[Callable[[nn.Module], nn.Module]] = [
    Perceptron, Convolutions, ResidualNet, Transformer, Recurrent, Unrolled, Embedded, Branches, Checkpointed,
    Autoencoder,
]  # fmt: skip


def path_of(model: nn.Module, spot: nn.Module) -> str:
    """Where a module is."""
    found: str = next(path for path, module in model.named_modules() if module is spot)
    return found


def logits(result: Any) -> Tensor:
    """What the loss is made of."""
    found: Tensor = result["logits"] if isinstance(result, dict) else result
    return found
