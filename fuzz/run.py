"""One target under atheris: ``python -m fuzz.run TARGET [libFuzzer's options and folders]``; started by ``fuzz``."""

import sys

import atheris

with atheris.instrument_imports(include=["cutaway.events", "cutaway.store"]):
    from fuzz.targets import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()
