"""``python -m benchmarks [NAME …]``: run the benchmarks (those whose file name contains a NAME), print the table.

Each row is written to ``benchmarks/results.json`` when it is there, and ``benchmarks/README.md`` and the figures in
``docs/scale.md`` anew from that after each benchmark. ``--large`` runs those of the largest logs, which ``make bench``
leaves out; ``compare OLD NEW`` says which rows of two files of results moved.
"""

import datetime
import os
import platform
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Row, Rows
from benchmarks.installed import run_installed
from benchmarks.page import in_document, move_of, page_of, pictures_of, row_of
from benchmarks.results import PATH, Chapter, Results, moves, only_in, read_results

FOLDER = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Compare, or run, print, and write the results and their page."""
    if arguments[:1] == ["compare"]:
        return _compare(arguments[1:])
    is_large = "--large" in arguments
    names = [argument for argument in arguments if argument != "--large"]
    every = sorted(path.stem for path in FOLDER.glob("large_*.py" if is_large else "bench_*.py"))
    chosen = [module for module in every if not names or any(name in module for name in names)]
    if not chosen:
        print(f"no benchmark is named like {', '.join(names)}; there are: {', '.join(every)}", file=sys.stderr)
        return 2
    code = run_installed(arguments)
    if code is not None:
        return code
    results = read_results(PATH) if PATH.exists() else Results("")
    results.machine = _machine()
    if not names:
        for gone in [name for name in results.chapters if name.startswith("large_" if is_large else "bench_")]:
            if gone not in every:
                del results.chapters[gone]
    for name in chosen:
        _run(name, results)
        (FOLDER / "README.md").write_text(page_of(results), encoding="utf-8")
        for file, picture in pictures_of(results).items():
            (FOLDER / file).write_text(picture, encoding="utf-8")
        document = FOLDER.parent / "docs" / "scale.md"
        document.write_text(in_document(document.read_text(encoding="utf-8"), results.chapters[name]), encoding="utf-8")
    return 1 if any(results.chapters[name].failures for name in chosen) else 0


def _run(name: str, results: Results) -> None:
    module = import_module(f"benchmarks.{name}")
    title, _, text = (module.__doc__ or name).strip().partition("\n")
    print(f"\n{title}", flush=True)
    chapter = Chapter(name, title, " ".join(text.split()), f"{datetime.date.today():%Y-%m-%d}")
    start = time.perf_counter()
    # The results of the run before stay until there are others.
    for row in _rows(module.benchmarks(), chapter):
        try:
            result = row.measured()
        except Exception as error:
            _fail(chapter, row.what, error)
        else:
            chapter.rows.append(result)
            print(row_of(result), flush=True)
        chapter.took = round(time.perf_counter() - start, 1)
        results.chapters[name] = chapter
        results.write(PATH)
    print(f"({chapter.took:.0f} s)", flush=True)


def _rows(rows: Rows, chapter: Chapter) -> Iterator[Row]:
    """All rows in turn. What fails in the making of a group's rows ends that group."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except Exception as error:
            _fail(chapter, "the rows after it" if chapter.rows else "its rows", error)
            return
        if isinstance(row, Row):
            yield row
        else:
            yield from _rows(row, chapter)


def _fail(chapter: Chapter, what: str, error: Exception) -> None:
    reason = (str(error).splitlines() or [""])[0]
    chapter.failures.append((what, f"{type(error).__name__}: {reason}"))
    print(f"not measured: {what} ({chapter.failures[-1][1]})", file=sys.stderr, flush=True)


def _compare(paths: list[str]) -> int:
    """0 when no row became worse, else 1."""
    if len(paths) != 2:
        print("compare takes two files of results: OLD NEW", file=sys.stderr)
        return 2
    try:
        before, after = (read_results(Path(path)) for path in paths)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    found = list(moves(before, after))
    for move in found:
        if move.verdict != "same":
            print(move_of(move))
    same = sum(move.verdict == "same" for move in found)
    print(f"{same} of {len(found)} rows are within their own spread")
    for words, one, other in (("gone", before, after), ("new", after, before)):
        for name, what in only_in(one, other):
            print(f"{words:7} {name}: {what}")
    return 1 if any(move.verdict == "worse" for move in found) else 0


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
