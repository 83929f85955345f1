"""``python -m benchmarks [NAME …]``: run the benchmarks (those whose file name contains a NAME), print the table.

Without a name all run, and ``benchmarks/README.md`` is written anew.
"""

import datetime
import math
import os
import platform
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Result, figure

FOLDER = Path(__file__).parent
HEAD = "| what | ours | peer | | peer / ours |\n| --- | ---: | --- | ---: | ---: |\n"
INTRODUCTION = """# Benchmarks

Each figure is ours and a named peer's, measured in turn in the same run; times are medians of several rounds, the
ratio is the median of the rounds' ratios (lowest to highest in brackets). `make bench` measures them anew and rewrites
this page.
"""


def main(names: list[str]) -> int:
    """Run, print, and write the page when everything ran."""
    modules = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
    chosen = [module for module in modules if not names or any(name in module for name in names)]
    if not chosen:
        print(f"no benchmark is named like {', '.join(names)}; there are: {', '.join(modules)}", file=sys.stderr)
        return 2
    page = [INTRODUCTION, f"{datetime.date.today():%Y-%m-%d}, {_machine()}.\n"]
    for name in chosen:
        module = import_module(f"benchmarks.{name}")
        title = (module.__doc__ or name).strip().splitlines()[0]
        print(f"\n{title}", flush=True)
        rows = []
        for result in _results(module):
            rows.append(_row(result))
            print(rows[-1], flush=True)
        page.append(f"## {title}\n\n{HEAD}" + "\n".join(rows) + "\n")
    if not names:
        (FOLDER / "README.md").write_text("\n".join(page))
    return 0


def _results(module: object) -> Iterator[Result]:
    results: Iterator[Result] = module.benchmarks()  # type: ignore[attr-defined]
    return results


def _row(result: Result) -> str:
    spread = f"{_figure(result.lowest_ratio)}–{_figure(result.highest_ratio)}"
    note = f" ({result.note})" if result.note else ""
    if math.isnan(result.peer):
        return f"| {result.what}{note} | {figure(result.ours, result.measure)} | {result.peer_name} | – | – |"
    return (
        f"| {result.what}{note} | {figure(result.ours, result.measure)} {result.unit} "
        f"| {result.peer_name} | {figure(result.peer, result.measure)} {result.unit} "
        f"| **{_figure(result.ratio)}x** ({spread}) |"
    )


def _figure(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.2g}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
