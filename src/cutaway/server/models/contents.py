"""What is in a record that holds graphs: the facts of each, and the graph."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["trace", "graph_def", "meta_graph", "function_graph", "keras"]
Phase = Literal["forward", "backward", "both"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of a graph without its being drawn."""

    #: Of the content: the same for the same graph, whenever and as whatever it was recorded; hex digits.
    digest: str
    source: Source
    title: str
    #: Those of the content.
    bytes: int
    #: Those of its first phase; of functions each node once.
    nodes: int
    phases: tuple[Phase, ...] = ("forward",)
    #: Why it cannot be read, as a sentence; else "".
    problem: str = ""
    #: Which of the record's graphs it is.
    part: str = ""
