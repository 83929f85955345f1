"""The log directories that ``cutaway`` is to show: ``LOGDIR``, ``--logdir`` and TensorBoard's ``--logdir_spec``."""

import argparse
import os
import re
import stat
from pathlib import Path

from cutaway.cli.errors import UsageError
from cutaway.events.local_path import local_path
from cutaway.store.places.object_url import is_object_url, object_url

_NAMED = re.compile(r"([^/=]+)=(.+)\Z", re.DOTALL)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags."""
    parser.add_argument(
        "--logdir",
        metavar="[NAME=]DIR",
        action="append",
        default=[],
        help="the same; it need not exist yet, and there may be several, whose runs have the directory's name in front",
    )
    parser.add_argument(
        "--logdir-spec",
        "--logdir_spec",
        metavar="[NAME:]DIR,...",
        help="several log directories, as TensorBoard has them",
    )


def chosen(word: str | None, flags: list[str], spec: str | None) -> str | dict[str, str]:
    """One directory, or several by their names. Raises UsageError for what cannot be a log directory."""
    if word is not None and (flags or spec):
        other = f"--logdir {flags[0]}" if flags else f"--logdir_spec {spec}"
        raise UsageError(f"two log directories are named, {word} and {other}; several are named with --logdir each")
    if word is None and not flags and spec is None:
        raise UsageError("no log directory is named; type: cutaway LOGDIR (cutaway --help tells more)")
    if word is not None:
        if not _check(word, word):
            raise UsageError(
                f"{word} is neither a command nor a directory; a directory that does not exist yet is named "
                f"with --logdir {word}"
            )
        return word
    named = [_named(flag) for flag in flags]
    if spec is not None:
        named += [_of_spec(part) for part in spec.split(",") if part]
    for name, directory in named:
        flag = "--logdir" if flags else "--logdir_spec"
        if not directory:
            raise UsageError(f"{flag} is empty; a directory is expected")
        _check(directory, f"{flag} {f'{name}={directory}' if name else directory}")
    if not named:
        raise UsageError("--logdir_spec is empty; a directory is expected")
    if len(named) == 1 and not named[0][0]:
        return named[0][1]
    return _by_name(named)


def _named(flag: str) -> tuple[str, str]:
    """(name, directory) of ``name=directory``; a directory that is there may have such a name itself."""
    found = _NAMED.match(flag)
    if found is None or is_object_url(flag) or _place(flag, f"--logdir {flag}").exists():
        return "", flag
    return found[1], found[2]


def _of_spec(part: str) -> tuple[str, str]:
    """(name, directory) of ``name:directory``; a drive of Windows and the scheme of a URL are not names."""
    name, colon, directory = part.partition(":")
    is_named = colon and name and "/" not in name and not directory.startswith("//") and not os.path.splitdrive(part)[0]
    return (name, directory) if is_named else ("", part)


def _by_name(named: list[tuple[str, str]]) -> dict[str, str]:
    """A log without a name is called as its directory is; of two with one name the second has a number behind."""
    directories: dict[str, str] = {}
    for given, directory in named:
        if given in directories:
            raise UsageError(f"two log directories are named {given}; each needs a name of its own")
        name = given or _last_part(directory) or "root"
        unique, number = name, 2
        while unique in directories:
            unique, number = f"{name}-{number}", number + 1
        directories[unique] = directory
    return directories


def _last_part(directory: str) -> str:
    return object_url(directory).prefix if is_object_url(directory) else _place(directory, directory).name


def _check_file(path: Path, shown: str) -> None:
    """Raises UsageError for a file that is not an event file; OSError."""
    from cutaway.events.foreign import HEAD_BYTES, what_it_is
    from cutaway.events.open_file import open_regular

    with open_regular(path) as file:
        foreign = what_it_is(file.read(HEAD_BYTES))
    if foreign:
        raise UsageError(f"{shown} is no event file but {foreign}; a directory or an event file is expected")


def _check(path: str, shown: str) -> bool:
    """Whether the directory is there; one in an object store is taken to be. Raises UsageError where a file is in its
    way."""
    if is_object_url(path):
        try:
            object_url(path, "the log directory")
        except ValueError as error:
            raise UsageError(str(error)) from None
        return True
    directory = _place(path, shown)
    try:
        # Not Path.exists(): that is also false for a path below a file, which never will be a directory.
        mode = directory.stat().st_mode
        if stat.S_ISREG(mode):
            _check_file(directory, shown)
            return True
        with os.scandir(directory):
            return True
    except FileNotFoundError:
        return False
    except PermissionError:
        raise UsageError(f"{shown} cannot be read: permission denied") from None
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {(error.strerror or str(error)).lower()}") from None


def _place(path: str, shown: str) -> Path:
    """The path of a directory that need not exist. Raises UsageError for a text that is not a path of this machine."""
    try:
        return local_path(path, "the log directory")
    except ValueError as error:
        raise UsageError(str(error) if shown == path else f"{shown}: {error}") from None
