"""All targets, one after the other, within so many seconds: ``python -m fuzz SECONDS [TARGET …]``.

The kernel is built anew with AddressSanitizer and UndefinedBehaviorSanitizer, into ``build/fuzz``. Inputs that fail go
to ``fuzz/findings/<target>``, where the tests run them from then on. The exit code is 1 when there is one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import atheris

from fuzz.seeds import write_seeds
from fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
# -fno-sanitize=function: Cython calls functions through other types. No unaligned access: x86 and ARM allow it.
SANITIZERS = "-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"


def build() -> None:
    """A copy of the package whose kernel has sanitizers and counts branches."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(ROOT / "src", BUILD / "src", ignore=shutil.ignore_patterns("*.so", "_static", "__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, BUILD / name)
    environment = {
        **os.environ,
        "CC": "clang",
        "CFLAGS": SANITIZERS,
        "LDSHARED": "clang -shared",
        "CUTAWAY_REQUIRE_NATIVE": "1",
    }
    subprocess.run([sys.executable, "setup.py", "-q", "build_ext", "--inplace"], cwd=BUILD, env=environment, check=True)


def fuzz(name: str, seconds: int) -> bool:
    """Run a target; whether it held."""
    corpus, findings = BUILD / "corpus" / name, ROOT / "fuzz" / "findings" / name
    findings.mkdir(parents=True, exist_ok=True)
    write_seeds(name, corpus)
    environment = {
        **os.environ,
        "LD_PRELOAD": str(Path(atheris.path()) / "asan_with_fuzzer.so"),
        # Python frees most of what it takes at its end, but not all.
        "ASAN_OPTIONS": "detect_leaks=0,allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONPATH": os.pathsep.join([str(BUILD / "src"), str(ROOT)]),
        "CUTAWAY_PURE": "0",
        # Files of inputs need no disk.
        **({"TMPDIR": "/dev/shm"} if Path("/dev/shm").is_dir() else {}),
    }
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={findings}{os.sep}", "-max_len=2000", "-timeout=20"]
    command = [sys.executable, "-m", "fuzz.run", name, *options, "-print_final_stats=1", "-verbosity=0"]
    done = subprocess.run(
        [*command, str(corpus), str(findings)], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    print(f"{name}: {int(runs[0]) if runs else 0:,} inputs, {'held' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-8000:], sep="\n")
    if not any(findings.iterdir()):
        findings.rmdir()
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Build, and run what was asked for."""
    if shutil.which("clang") is None:
        print("fuzzing needs clang: apt-get install clang", file=sys.stderr)
        return 2
    names = arguments[1:] or list(TARGETS)
    unknown = set(names) - set(TARGETS)
    if unknown:
        print(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    build()
    seconds = max(1, int(arguments[0]) // len(names))
    failed = [name for name in names if not fuzz(name, seconds)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
