"""``cutaway check LOGDIR``: what went wrong in the trainings of a log, a sentence each."""

import argparse
import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from cutaway.cli import selection
from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.logs.checked import Checked
    from cutaway.logs.logs import Run
    from cutaway.store.rules.settings import RuleSettings

#: From the worst on.
_SEVERITIES = ("error", "warning", "info")
_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}
_WIDEST = 120
_INDENT = 11


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway check``."""
    selection.add_runs(parser)
    parser.add_argument("--json", action="store_true", help="print JSON: an object a finding, in a list")
    parser.add_argument(
        "--fail-on",
        choices=(*_SEVERITIES, "never"),
        default="error",
        help="the exit status is 1 with a finding of this severity or a worse one (default: error)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="another threshold, as large_ratio=0.2; docs/watch.md has their names; may be repeated",
    )
    parser.add_argument("--width", type=int, default=None, metavar="N", help="characters (default: the terminal's)")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings of each run. The exit status is 1 where one is as severe as ``--fail-on``."""
    logs = selection.open_logs(arguments.logdir)
    settings = _settings(arguments.set)
    runs = selection.chosen_runs(logs, arguments.run)
    checked = [(run, run.check(settings)) for run in runs]
    if arguments.json:
        found = [_as_json(run, finding) for run, of_run in checked for finding in of_run.findings]
        json.dump(found, sys.stdout, indent=1)
        print()
    else:
        _print(checked, arguments.width)
        for line in selection.trouble(logs, runs):
            print(line)
    limit = _SEVERITIES.index(arguments.fail_on) if arguments.fail_on in _SEVERITIES else -1
    failing = _SEVERITIES[: limit + 1]
    return int(any(finding.severity in failing for _, of_run in checked for finding in of_run.findings))


def _settings(given: list[str]) -> "RuleSettings":
    """The thresholds. Raises UsageError for a name that no threshold has, and for anything but a number above 0."""
    from dataclasses import fields

    from cutaway.store.rules.settings import RuleSettings

    known = RuleSettings()
    types: dict[str, type] = {field.name: type(getattr(known, field.name)) for field in fields(known)}
    chosen: dict[str, Any] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals or name not in types:
            names = ", ".join(types)
            raise UsageError(f"--set {item}: NAME=NUMBER is expected, and NAME is one of {names}")
        try:
            chosen[name] = types[name](text)
            RuleSettings(**{name: chosen[name]})
        except ValueError:
            kind = "a whole number" if types[name] is int else "a number"
            raise UsageError(f"--set {item}: {kind} above 0 is expected") from None
    return RuleSettings(**chosen)


def _as_json(run: "Run", finding: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from cutaway.store.kinds.plain import plain

    facts = asdict(finding) | {"rows": list(finding.rows)}
    return {"run": run.name, **{name: value if name == "rows" else plain(value) for name, value in facts.items()}}


def _print(checked: "list[tuple[Run, Checked]]", width: int | None) -> None:
    """The runs with findings, then those without, then what there is not enough data to say."""
    from rich.console import Console

    from cutaway.store.neutral_text import for_terminal

    # A pipe has no width to be cut at.
    console = Console(highlight=False, markup=False, emoji=False, width=width or (None if sys.stdout.isatty() else 100))
    silent = []
    lacking: dict[tuple[str, ...], list[str]] = {}
    for run, of_run in checked:
        found = [finding for finding in of_run.findings if finding.severity in _SEVERITIES]
        unknown = tuple(finding.sentence for finding in of_run.findings if finding.severity not in _SEVERITIES)
        if unknown:
            lacking.setdefault(unknown, []).append(run.name)
        if not found:
            silent.append(run.name)
            continue
        console.print(for_terminal(run.name), style="bold", end="")
        console.print(f"  {len(found):,} finding{'' if len(found) == 1 else 's'}")
        for finding in found:
            _print_finding(console, of_run, finding)
        console.print()
    if silent:
        console.print(f"Nothing found in {_named(silent, len(checked))}.")
    for sentences, names in lacking.items():
        console.print(f"Not enough data in {_named(names, len(checked))}:", style="dim")
        _print_wrapped(console, " ".join(sentences), 2, "dim")


def _named(names: list[str], runs: int) -> str:
    """Runs in a few words."""
    from cutaway.store.neutral_text import for_terminal

    if len(names) == runs > 3:
        return f"all {runs:,} runs"
    # The name of a run that is the log directory itself is no word.
    shown = ", ".join("the directory itself" if name == "." else name for name in names[:3])
    return for_terminal(shown + (f" and {len(names) - 3:,} more" if len(names) > 3 else ""))


def _print_finding(console: Any, of_run: "Checked", finding: Any) -> None:
    from rich.text import Text

    from cutaway.cli.sparkline import sparkline

    width = min(console.width, _WIDEST)
    head = Text()
    head.append(f"  {finding.severity:<{_INDENT - 2}}", style=_COLORS[finding.severity])
    head.append(of_run.title(finding))
    if finding.is_first_of_layers:
        head.append(", first")
    line = sparkline(of_run.history(finding), min(40, max(0, width - _INDENT - 30)))
    if line:
        head.append(" " * max(2, width - len(head) - len(line)))
        head.append(line, style="cyan")
    console.print(head, no_wrap=True, overflow="crop")
    _print_wrapped(console, finding.sentence, _INDENT)


def _print_wrapped(console: Any, text: str, indent: int, style: str = "") -> None:
    from cutaway.store.neutral_text import for_terminal

    lead = " " * indent
    width = max(20, min(console.width, _WIDEST))
    lines = textwrap.wrap(for_terminal(text), width, initial_indent=lead, subsequent_indent=lead)
    for line in lines:
        console.print(line, style=style, no_wrap=True, overflow="ignore", crop=False)
