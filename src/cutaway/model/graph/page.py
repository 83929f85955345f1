"""A graph as a page that is one file: the viewer's model view, with all that it asks a server for in the document.

The program is built with the viewer's page (``web/src/offline.tsx``). Without it there is the picture alone.
"""

import gzip
import json
import re
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from cutaway.model.graph import answers
from cutaway.model.graph.details import details
from cutaway.model.graph.reading import GraphReading, Thing
from cutaway.version import __version__

_PROGRAM = Path(__file__).parents[2] / "_static" / "offline"
#: Groups whose inside is in the file, and groups and nodes whose details are.
MOST_PARTS, MOST_DETAILS = 5_000, 3_000
_RUN, _GRAPH, _PHASE = "model", "0", "forward"
#: Of what HTML understands within a script: its end, and what begins a comment or another script.
_ENDS_SCRIPT = re.compile(r"<(?=/script|script|!--)(.)", re.IGNORECASE)
_STYLE = "html,body{margin:0;height:100%}#cutaway-page{height:100%;overflow:auto}"


def has_program() -> bool:
    """Whether the program was built."""
    return (_PROGRAM / "graph.js").is_file()


def to_html(reading: GraphReading, title: str, source: str, svg: str, cost: str | None) -> str:
    """The page. Before the program runs, and where none may run, it shows the picture `svg`."""
    script, style = ((_PROGRAM / name).read_text("utf-8") for name in ("graph.js", "graph.css"))
    # As text of JSON it would be many times larger, and again in the attribute of a frame.
    data = json.dumps(
        _embedded(reading, title, source, cost), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    packed = b64encode(gzip.compress(data.encode("utf-8", "replace"), mtime=0)).decode("ascii")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><meta name="generator" content="cutaway {__version__}">'
        f"<title>{escape(title)}</title><style>{_STYLE}{style}</style></head><body>"
        f'<div id="cutaway-page">{svg}</div>'
        f'<script type="application/gzip" id="cutaway-answers">{packed}</script>'
        f"<script>{_for_script(script)}</script></body></html>\n"
    )


def in_frame(page: str) -> str:
    """The page in a frame, for a notebook: its program and its styles reach nothing of what is around it."""
    style = "width:100%;height:560px;border:1px solid #8884;border-radius:4px"
    return f'<iframe srcdoc="{escape(page)}" style="{style}" title="The graph of a model"></iframe>'


def _for_script(text: str) -> str:
    """A program that does not end its element: its strings alone hold such a thing."""
    return _ENDS_SCRIPT.sub(lambda match: f"<\\u{ord(match[1]):04x}", text)


def _embedded(reading: GraphReading, title: str, source: str, cost: str | None) -> dict[str, Any]:
    graph = reading.graph
    model = {
        "run": _RUN,
        "graph": _GRAPH,
        "source": source,
        "title": title,
        "tag": "",
        "nodes": len(graph.nodes.op),
        "bytes": 0,
        "recorded": [],
        "steps": [],
        "phases": [_PHASE],
        "problem": "",
    }
    outline = {
        **{name: model[name] for name in ("run", "graph", "source", "title", "recorded", "phases")},
        "measured": [],
        "framework": "" if reading.trace is None else reading.trace.framework,
        **answers.outline(reading),
    }
    found: dict[str, Any] = {"model": outline}
    for group in range(min(len(graph.groups.name), MOST_PARTS)):
        folded = answers.part(reading, group, fold=True)
        found[f"model/part?group={group}&fold=true"] = folded
        if any(count > 1 for count in folded["boxes"]["repeats"]):
            found[f"model/part?group={group}&fold=false"] = answers.part(reading, group, fold=False)
        else:
            found[f"model/part?group={group}&fold=false"] = folded
    groups = min(len(graph.groups.name), MOST_DETAILS)
    for group in range(groups):
        found[f"model/details?group={group}"] = details(reading, Thing(group, -1))
    for node in range(min(len(graph.nodes.op), MOST_DETAILS - groups)):
        found[f"model/details?node={node}"] = details(reading, Thing(-1, node))
    return {"model": model, "cost": cost, "answers": found}
