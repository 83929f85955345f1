"""``python -m cutaway.run script.py [arguments]``: ``cutaway.compat.install()`` for scripts that are not to be edited.

It runs as ``python script.py [arguments]`` does: the same ``sys.argv``, ``sys.path``, ``__main__``, tracebacks and exit
status. ``-m module`` runs a module. Processes that the script spawns have Cutaway's writers too.
"""

import os
import runpy
import sys
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from cutaway.compat import install

_USAGE = "usage: python -m cutaway.run [-m] SCRIPT [ARGUMENTS …]"


def main() -> int:
    """Run the script of the command line; the exit status."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in ("-h", "--help"):
        print(_USAGE)
        return 0
    is_module = arguments[:1] == ["-m"]
    arguments = arguments[is_module:]
    if not arguments or arguments[0].startswith("-"):
        return _refuse(f"{_USAGE}: a script is expected, got {arguments[0] if arguments else 'none'}")
    target = arguments[0]
    sys.argv = arguments
    # The directory of the script, in place of the working directory that ``python -m`` puts first.
    first = os.getcwd() if is_module else os.path.dirname(os.path.realpath(target))  # noqa: PTH109, PTH120
    if not sys.flags.safe_path:
        sys.path[0] = first
    if is_module and not _is_there(target):
        return _refuse(f"SCRIPT must be a module that can be imported, got {target!r}")
    if not is_module and not Path(target).exists():
        return _refuse(f"SCRIPT must be the path of a script, got {target!r}, which is not there")
    install()
    try:
        if is_module:
            runpy.run_module(target, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(target, run_name="__main__")
    except Exception as error:
        # Its traceback is that of the script.
        error.__traceback__ = _of_script(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _refuse(message: str) -> int:
    print(f"cutaway.run: {message}", file=sys.stderr)
    return 2


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def _of_script(found: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of this file and of ``runpy``; None for one that has no others."""
    own = (__file__, runpy.__file__, "<frozen runpy>")
    rest = found
    while rest is not None and rest.tb_frame.f_code.co_filename in own:
        rest = rest.tb_next
    return rest


if __name__ == "__main__":
    sys.exit(main())
