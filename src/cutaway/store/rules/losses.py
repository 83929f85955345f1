"""Which scalars are losses, and of what data: by the words in their tags."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORDS = re.compile(r"[a-z]+|[0-9]+")
_LOSS = frozenset({"loss", "losses", "nll", "perplexity", "ppl", "xent"})
_VALIDATION = frozenset({"val", "valid", "validation", "eval", "evaluation", "test", "testing", "dev", "heldout"})
_TRAINING = frozenset({"train", "training"})
#: Of one run: further ones are mostly parts of these.
MOST_LOSSES = 16


@dataclass(frozen=True)
class Curve:
    """The points of a scalar, ascending: int64[n], float64[n] and float64[n] seconds since the epoch."""

    tag: str
    step: NDArray[np.int64]
    value: NDArray[np.float64]
    wall_time: NDArray[np.float64]

    @property
    def is_validation(self) -> bool:
        """Whether it is of data that the model does not learn from."""
        return is_validation(self.tag)

    @property
    def subject(self) -> str:
        """Its tag without the words for training and for validation, so that the two of a pair have the same."""
        return " ".join(word for word in words(self.tag) if word not in _VALIDATION | _TRAINING)


def words(name: str) -> list[str]:
    """The words of a tag in lower case: ``valLoss/0`` has ``val``, ``loss`` and ``0``."""
    return _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def is_loss(tag: str) -> bool:
    """Whether the scalar is a loss: lower is better."""
    found = words(tag)
    return bool(_LOSS.intersection(found)) and not {"scale", "weight", "grad", "gradient", "lr"}.intersection(found)


def is_validation(tag: str) -> bool:
    """Whether a tag, or a run's name, speaks of validation."""
    return bool(_VALIDATION.intersection(words(tag)))
