"""``GET ./api/layouts``: charts that logs ask for, as TensorBoard's custom scalars, those of all runs together.

The page asks for it by itself, so it takes little for any logs: layouts, charts and texts beyond its bounds
are left out, and counted in the answer.
"""

from dataclasses import dataclass, field

from starlette.routing import Route

from cutaway.events.kind_names import CUSTOM_SCALARS
from cutaway.events.wire import MalformedError
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.responses import as_json, json_body
from cutaway.server.routing import Asked, get_revised
from cutaway.store.kinds.layout import Category, CustomChart, Layout
from cutaway.store.log_directory import LogDirectory

#: Of one layout's record, and of those of different layouts together.
MOST_BYTES, MOST_BYTES_TOGETHER = 1 << 20, 2 << 20
#: Charts in an answer.
MOST_CHARTS = 5000


@dataclass
class _Layouts:
    """The newest layout of each run, each of several equal ones once."""

    revision: int
    found: list[Layout] = field(default_factory=list)
    left_out: int = 0


def routes(context: Context) -> list[Route]:
    """The routes of this group."""

    def encode(asked: Asked) -> tuple[int, bytes]:
        layouts = _newest(context.log)
        categories, charts_left_out = merged(layouts.found)
        left_out = {"layouts": layouts.left_out, "charts": charts_left_out}
        answer = {"revision": layouts.revision, "categories": list(map(as_json, categories)), "left_out": left_out}
        return layouts.revision, json_body(answer)

    return [get_revised(context, "/api/layouts", encode, threads=run_decoding)]


def _newest(log: LogDirectory) -> _Layouts:
    """One that is damaged, or whose file is gone, is passed over; one that is too large is counted."""
    revision, tags = log.value_tags()
    layouts = _Layouts(revision)
    decoded: dict[bytes, Layout] = {}
    together = 0
    for tag, run in ((tag.id, run) for tag, counts in tags if tag.kind == CUSTOM_SCALARS for run in counts):
        try:
            _, values = log.values(tag, run)
            if not len(values):
                continue
            newest = len(values) - 1
            length = int(values.length[newest])
            if length > MOST_BYTES:
                layouts.left_out += 1
                continue
            has_room = together + length <= MOST_BYTES_TOGETHER
            # One that cannot be known is not read for nothing.
            data = values.raw(newest) if has_room or length in map(len, decoded) else b""
            if data in decoded:
                continue
            if not has_room:
                layouts.left_out += 1
                continue
            layout = values.decode(data)
        except (MalformedError, OSError, KeyError):
            continue
        together += length
        if isinstance(layout, Layout):
            decoded[data] = layout
    layouts.found = list(decoded.values())
    return layouts


def merged(layouts: list[Layout]) -> tuple[list[Category], int]:
    """One category for each title, with each of its charts once: runs of one experiment bring the same layout.

    Also how many charts are left out because there are too many.
    """
    titles: dict[str, tuple[bool, dict[CustomChart, None]]] = {}
    count = left_out = 0
    for category in (category for layout in layouts for category in layout.categories):
        if category.title not in titles and len(titles) == MOST_CHARTS:
            left_out += len(category.charts)
            continue
        _, charts = titles.setdefault(category.title, (category.closed, {}))
        for chart in category.charts:
            if chart in charts:
                continue
            if count == MOST_CHARTS:
                left_out += 1
                continue
            charts[chart] = None
            count += 1
    return [Category(title, closed, tuple(charts)) for title, (closed, charts) in titles.items()], left_out
