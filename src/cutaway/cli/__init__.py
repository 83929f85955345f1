"""The command line: ``cutaway LOGDIR`` and the commands, one file each.

A command's module has ``add_arguments(parser)`` and ``run(arguments) -> exit status``, and raises
:class:`~cutaway.cli.errors.UsageError` for bad input. What it needs beyond the standard library it imports when it
runs, so that ``cutaway --help`` is instant.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from cutaway.cli.errors import UsageError
from cutaway.cli.interruption import interruptible

#: Each with its line of help, in the order in which the help lists them: here, so that none is imported for another's
#: help. `view` is what runs when no command is named.
COMMANDS = {
    "view": "open the viewer for a log directory in the browser",
    "summary": "print a model's layers with their shapes, parameters and MACs",
    "graph": "draw the graph of a model as SVG or as a page, or write it as JSON",
    "diff": "show what differs between two models, or a checkpoint and a model",
    "inspect": "list the runs, tags and kinds of data in a log directory",
    "check": "say what went wrong in the trainings of a log directory, a sentence each",
    "export": "write a log directory as csv, json, parquet or clean event files",
    "compact": "keep the scalars of a log directory as Parquet, for logs of many points",
    "doctor": "check whether a log in an object store can be read, and print the rights that it needs",
    "demo": "train a small network with three learning rates, and watch it",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the process's exit status (2 for bad input)."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words.pop(0) if words and words[0] in COMMANDS else "view"
    command = import_module(f"cutaway.cli.{name}")
    parser = _parser(name)
    command.add_arguments(parser)
    try:
        with interruptible():
            arguments = parser.parse_args(words)
            status: int = command.run(arguments)
    except UsageError as error:
        from cutaway.store.neutral_text import for_terminal

        print(for_terminal(f"cutaway: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text above it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _parser(name: str) -> argparse.ArgumentParser:
    if name != "view":
        return _Parser(prog=f"cutaway {name}", description=COMMANDS[name])
    others = "\n".join(f"  {other:10s}{line}" for other, line in COMMANDS.items() if other != "view")
    parser = _Parser(
        prog="cutaway",
        description=COMMANDS[name],
        epilog=f"commands (cutaway COMMAND --help tells more):\n{others}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show program's version number and exit")
    return parser


class _Version(argparse.Action):
    """Prints the version and the kernel, which is imported only for that."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from cutaway import __version__
        from cutaway.events import core

        print(f"cutaway {__version__} ({core.implementation} kernel)")
        parser.exit()
