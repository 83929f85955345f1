"""Names without a value, as tensorboardX writes a video without moviepy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutaway.events.budget import Budget


@dataclass(frozen=True)
class Empty:
    """A value that holds nothing."""

    tag: str

    def describe(self) -> str:
        """In a few words."""
        return "nothing"


def decode_empty(value: Mapping[str, Any], budget: Budget) -> Empty:
    """From the value, which has a tag at the most."""
    return Empty(value.get("tag", ""))
