"""The command line: ``cutaway LOGDIR`` and the commands, one file each.

A command's module has ``HELP`` (one line), ``add_arguments(parser)`` and ``run(arguments) -> exit status``, and raises
:class:`~cutaway.cli.errors.UsageError` for bad input. What it needs beyond the standard library it imports when it
runs, so that ``cutaway --version`` is instant.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from cutaway.cli.errors import UsageError

#: In the order in which the help lists them. `view` is what runs when no command is named.
COMMANDS = ("view", "summary", "graph", "diff", "inspect", "export", "demo")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the process's exit status (2 for bad input)."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words.pop(0) if words and words[0] in COMMANDS else "view"
    command = import_module(f"cutaway.cli.{name}")
    parser = _parser(name, command.HELP)
    command.add_arguments(parser)
    try:
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


def _parser(name: str, help_line: str) -> argparse.ArgumentParser:
    if name != "view":
        return _Parser(prog=f"cutaway {name}", description=help_line)
    others = "\n".join(f"  {other:10s}{import_module(f'cutaway.cli.{other}').HELP}" for other in COMMANDS[1:])
    parser = _Parser(
        prog="cutaway",
        description=help_line,
        epilog=f"commands (cutaway COMMAND --help tells more):\n{others}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    return parser


def _version() -> str:
    from cutaway import __version__
    from cutaway.events import core

    return f"cutaway {__version__} ({core.implementation} kernel)"
