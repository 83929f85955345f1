"""The options of a capture: what runs beside the forward, and what replaces the model's own batch and dtype."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["same", "train", "eval"]


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """`mode` is the training mode of the modules. `gradients`: what a backward needs is kept, `backward`: it is run.

    It starts from `loss`, a function of what the forward returned; without one from what that has under the name
    ``loss``, else from gradients of ones for every output. `optimizer` is a name, a function of parameters or an
    optimizer, whose step follows. `batch` replaces the first size of the inputs, `dtype` all floating-point types.
    """

    mode: Mode = "same"
    gradients: bool = True
    backward: bool = False
    loss: Callable[[Any], Any] | None = None
    optimizer: Any = None
    batch: int | None = None
    dtype: str | None = None
