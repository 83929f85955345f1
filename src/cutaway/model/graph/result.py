"""The graph of a model as users have it: shown in notebooks, and saved as a picture or as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cutaway.model.graph.costs import Cost
from cutaway.model.graph.drawing.opening import Opened, opened_by_names, opened_to_depth
from cutaway.model.graph.drawing.scene import scene_of
from cutaway.model.graph.drawing.svg import to_svg
from cutaway.model.graph.export import to_dict, to_json
from cutaway.model.graph.page import has_program, in_frame, to_html
from cutaway.model.graph.reading import GraphReading

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, slots=True)
class GraphView:
    """What of a graph is drawn.

    `depth` is how many levels of boxes are shown, from 1 on, or None for as many as can be read. `open` are names of
    groups that are open instead, with those around them: keys, or shell patterns for keys, as ``layers.0`` or ``*``.
    `fold` draws groups in a row that are the same inside as one. `cost` is the name of what boxes show as a number and
    a bar, as ``macs``; None for nothing.
    """

    depth: int | None = None
    open: tuple[str, ...] = ()
    fold: bool = True
    cost: str | None = None


def make_view(
    depth: int | None = None,
    open: Sequence[str] | str = (),  # noqa: A002
    *,
    fold: bool = True,
    cost: str | None = None,
) -> GraphView:
    """A view of arguments as users give them; ValueError or TypeError names a bad one and what is accepted."""
    names = (open,) if isinstance(open, str) else tuple(open)
    if depth is not None:
        if isinstance(depth, bool) or not isinstance(depth, int):
            raise TypeError(f"depth is of type {type(depth).__name__}; a whole number from 1 is expected")
        if depth < 1:
            raise ValueError(f"depth is {depth}; a whole number from 1 is expected")
        if names:
            raise ValueError("depth was given with open; one of them says which groups are open")
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"open has an element of type {type(name).__name__}; names of groups are expected")
    return GraphView(depth, names, fold, cost)


class ModelGraph:
    """The result of `graph`: groups, nodes, edges and costs, and drawings of them. A notebook shows it to look into."""

    def __init__(
        self, reading: GraphReading, title: str, view: GraphView | None = None, *, source: str = "trace"
    ) -> None:
        self.reading = reading
        self.title = title
        #: What it was read from: ``trace``, ``keras``, ``graph_def``, or another source of a log.
        self.source = source
        self.view = GraphView() if view is None else view

    @property
    def costs(self) -> tuple[str, ...]:
        """The names of the costs that are known."""
        return tuple(cost.name for cost in self.reading.costs.kinds)

    def to_svg(self, **view: Any) -> str:
        """The picture as SVG, which loads nothing and is light or dark as the reader's system is.

        `view`: the fields of `GraphView` that are to be others. ValueError for a cost that is not known, or a name in
        `open` that no group has.
        """
        return to_svg(scene_of(self.reading, *self._shown(self._changed(view))), self.title)

    def to_html(self, **view: Any) -> str:
        """A page that is one file: boxes open in place, and everything is there without a server or a network.

        It begins with the picture of `view`, which it shows alone where programs of pages may not run. RuntimeError
        where the viewer's page was not built into the package.
        """
        if not has_program():
            raise RuntimeError("the page of graphs was not built into this package of cutaway; .svg needs no page")
        return to_html(self.reading, self.title, self.source, self.to_svg(**view), self._changed(view).cost)

    def to_dict(self) -> dict[str, Any]:
        """All columns as plain JSON values; the fields are in ``docs/graphs.md``."""
        return to_dict(self.reading, self.title)

    def to_json(self) -> str:
        """`to_dict` as JSON."""
        return to_json(self.reading, self.title)

    def save(self, path: "str | os.PathLike[str]", **view: Any) -> None:
        """Write a file, of the kind that its name ends with: ``.svg``, ``.html`` or ``.json``. `view` as for `to_svg`.

        Raises ValueError for another ending, OSError, and what `to_svg` and `to_html` raise.
        """
        target = Path(path)
        target.write_text(writer_of(target)(self, **view), "utf-8", "replace")

    def _changed(self, changes: dict[str, Any]) -> GraphView:
        """The view with some fields changed."""
        changed = replace(self.view, **changes)
        # Of depth and open the one that was given now counts.
        if "open" in changes and "depth" not in changes:
            changed = replace(changed, depth=None)
        if "depth" in changes and "open" not in changes:
            changed = replace(changed, open=())
        return make_view(changed.depth, changed.open, fold=changed.fold, cost=changed.cost)

    def _shown(self, view: GraphView) -> tuple[Opened, Cost | None]:
        cost = None
        if view.cost is not None:
            kinds = self.reading.costs.kinds
            cost = next((each for each in kinds if each.name == view.cost), None)
            if cost is None:
                known = ", ".join(each.name for each in kinds)
                raise ValueError(f"cost is {view.cost!r}; known of this graph are {known or 'none'}")
        if not view.open:
            return opened_to_depth(self.reading, view.depth, fold=view.fold), cost
        opened, missing = opened_by_names(self.reading, view.open, fold=view.fold)
        if missing:
            raise ValueError(
                f"open has {missing[0]!r}, and no group of the graph has such a name{self._some(missing[0])}"
            )
        return opened, cost

    def _some(self, name: str) -> str:
        from difflib import get_close_matches

        keys = [key for key in self.reading.graph.groups.key if key]
        near = get_close_matches(name, keys[:10_000], 3, 0.5) or keys[:3]
        return f"; there is {', '.join(map(repr, near))}" if near else ""

    def _repr_html_(self) -> str:
        if has_program():
            return in_frame(self.to_html())
        return f'<div style="overflow:auto;max-height:80vh">{self.to_svg()}</div>'

    def __repr__(self) -> str:
        graph = self.reading.graph
        failed = "" if self.reading.graph.failure is None else ", failed"
        return (
            f"<ModelGraph of {self.title}: {len(graph.nodes.op):,} nodes in {len(graph.groups.name) - 1:,} groups, "
            f"{len(graph.edges.start):,} edges{failed}>"
        )


def writer_of(path: Path) -> Callable[..., str]:
    """The function that makes the text of a file with such an ending. ValueError for another one."""
    writers: dict[str, Callable[..., str]] = {
        ".svg": lambda graph, **view: graph.to_svg(**view),
        ".html": lambda graph, **view: graph.to_html(**view),
        ".json": lambda graph, **_: graph.to_json(),
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"{path.name!r} ends with {path.suffix!r}; {' or '.join(writers)} is expected")
    return writer
