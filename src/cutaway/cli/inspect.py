"""``cutaway inspect LOGDIR``: what is in a log, as text."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cutaway.cli import selection
from cutaway.events.kind_names import SCALARS

if TYPE_CHECKING:
    from cutaway.logs.logs import Logs, Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway inspect``."""
    selection.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print JSON: an object a tag, in a list")


def run(arguments: argparse.Namespace) -> int:
    """Print a line a run and kind; with ``--run`` or ``--tag`` a line a tag."""
    logs = selection.open_logs(arguments.logdir)
    runs = selection.chosen_runs(logs, arguments.run)
    chosen = list(selection.chosen_tags(runs, arguments.tag))
    if arguments.json:
        json.dump([_facts(*item) for item in chosen], sys.stdout, indent=1)
        print()
        return 0
    if arguments.run or arguments.tag:
        _print_tags([_facts(*item) for item in chosen], with_statistics=bool(arguments.tag))
    else:
        _print_runs(logs, chosen)
    for line in selection.trouble(logs, runs):
        print(line)
    return 0


def _facts(run: "Run", kind: str, tag: str) -> dict[str, Any]:
    """The facts about one tag, as JSON has them."""
    from cutaway.events.wire import MalformedError
    from cutaway.store.kinds.decode import describe

    facts: dict[str, Any] = {"run": run.name, "kind": kind, "tag": tag}
    if kind == SCALARS:
        scalars = run.scalars(tag)
        facts |= _ranges(scalars.step, scalars.wall_time) | _statistics(scalars.value)
    else:
        values = run.values(kind, tag)
        facts |= _ranges(values.step, values.wall_time)
        if len(values):
            try:
                facts["last"] = describe(values[-1])
            except (MalformedError, OSError) as error:
                facts["last"] = f"({error})"
    return facts


def _ranges(step: Any, wall_time: Any) -> dict[str, Any]:
    from cutaway.store.kinds.plain import plain

    if not len(step):
        return {"count": 0}
    return {
        "count": len(step),
        "first_step": int(step[0]),
        "last_step": int(step[-1]),
        "min_step": int(step.min()),
        "max_step": int(step.max()),
        "first_wall_time": plain(wall_time[0]),
        "last_wall_time": plain(wall_time[-1]),
    }


def _statistics(value: Any) -> dict[str, Any]:
    import numpy as np

    from cutaway.store.kinds.plain import plain

    if not len(value):
        return {}
    numbers = value.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    facts = {"first": plain(value[0]), "last": plain(value[-1])}
    if len(finite):
        facts |= {"min": plain(finite.min()), "mean": plain(finite.mean()), "max": plain(finite.max())}
    return facts | {"nan": int(np.isnan(numbers).sum()), "infinite": int(np.isinf(numbers).sum())}


def _print_runs(logs: "Logs", chosen: list[tuple["Run", str, str]]) -> None:
    import numpy as np

    from cutaway.store.neutral_text import for_terminal

    print(f"{repr(logs)[6:-1]}\n")
    groups: dict[tuple[str, str], list[Any]] = {}
    for run, kind, tag in chosen:
        values = run.scalars(tag) if kind == SCALARS else run.values(kind, tag)
        groups.setdefault((run.name, kind), []).append(values)
    table = _table("run", "kind", "tags>", "values>", "steps", "first", "lasted>")
    before = None
    for (name, kind), series in groups.items():
        steps = np.concatenate([values.step for values in series])
        times = np.concatenate([values.wall_time for values in series])
        table.add_row(
            "" if name == before else for_terminal(name),
            for_terminal(kind),
            f"{len(series):,}",
            f"{len(steps):,}",
            _range(steps),
            _moment(times),
            _lasted(times),
        )
        before = name
    _print(table)


def _print_tags(facts: list[dict[str, Any]], *, with_statistics: bool) -> None:
    from cutaway.store.neutral_text import for_terminal

    several = len({item["run"] for item in facts}) > 1
    columns = [*(["run"] if several else []), "tag", "kind", "values>", "steps"]
    columns += ["min>", "mean>", "max>", "NaN>", "last"] if with_statistics else ["last"]
    table = _table(*columns)
    for item in facts:
        steps = f"{item['min_step']:,}–{item['max_step']:,}" if item["count"] else ""
        cells = [*([item["run"]] if several else []), item["tag"], item["kind"], f"{item['count']:,}", steps]
        if with_statistics:
            cells += [_number(item.get(name, "")) for name in ("min", "mean", "max")]
            cells.append(f"{item['nan']:,}" if item.get("nan") else "")
        table.add_row(*map(for_terminal, cells), for_terminal(_number(item.get("last", ""))))
    _print(table)


def _table(*columns: str) -> Any:
    """A table without lines; a column's name ends with ``>`` when it holds numbers."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        justify: Any = "right" if column.endswith(">") else "left"
        table.add_column(
            column.removesuffix(">"),
            justify=justify,
            overflow="ellipsis" if column == "last" else "fold",
            no_wrap=column not in ("run", "tag"),
            min_width={"tag": 16, "run": 8, "last": 8}.get(column),
        )
    return table


def _print(table: Any) -> None:
    from rich.console import Console

    # Names come from files: nothing in them is markup. A pipe has no width to be cut at.
    width = None if sys.stdout.isatty() else 100_000
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)


def _range(steps: Any) -> str:
    return f"{int(steps.min()):,}–{int(steps.max()):,}" if len(steps) else ""


def _finite(times: Any) -> Iterator[float]:
    import numpy as np

    yield from times[np.isfinite(times)].tolist()


def _moment(times: Any) -> str:
    first = min(_finite(times), default=None)
    if first is None:
        return ""
    try:
        return datetime.fromtimestamp(first).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return f"{first:g}"


def _lasted(times: Any) -> str:
    found = list(_finite(times))
    seconds = max(found) - min(found) if found else 0.0
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
