"""Values of plug-ins that Cutaway does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Unknown:
    """A value of a plug-in that nobody here knows: its Summary.Value, decoded as far as its tables go."""

    plugin: str
    value: Mapping[str, Any]

    def describe(self) -> str:
        """In a few words."""
        return f"value of the plug-in {self.plugin!r}"
