"""The native kernel, the one thing about the build that pyproject.toml cannot say.

The extension is optional: when it can't be compiled the install succeeds, says so, and the pure twin
(`cutaway.events._pure`) is used instead. ``CUTAWAY_REQUIRE_NATIVE=1`` turns that into an error.
"""

import os
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

REQUIRE_NATIVE = os.environ.get("CUTAWAY_REQUIRE_NATIVE") == "1"
# Free-threaded builds have no stable ABI before Python 3.15.
ABI3 = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")


class OptionalBuildExt(build_ext):
    """Builds the kernel, or says in one line why it was left out."""

    def run(self):
        try:
            super().run()
        except Exception as error:
            if REQUIRE_NATIVE:
                raise
            print(
                f"cutaway: the native kernel was not built ({type(error).__name__}). "
                "The install goes on with the pure Python twin, which reads event files about 20 times "
                "slower. CUTAWAY_REQUIRE_NATIVE=1 makes this an error.",
                file=sys.stderr,
            )
            # Nothing was built, so there is nothing for an editable install to copy.
            self.extensions = []


class Abi3Wheel(bdist_wheel):
    """Tags the wheel abi3 only when it holds the abi3 kernel."""

    def finalize_options(self):
        if ABI3:
            self.py_limited_api = "cp311"
        super().finalize_options()


def extensions():
    """The cythonized kernel; none when Cython is missing and may be."""
    events = Path("src/cutaway/events")
    kernel = Extension(
        "cutaway.events._core",
        ["src/cutaway/events/_core.pyx"],
        depends=[str(path) for path in [*events.glob("_core_*.pyx"), *events.glob("*.h")]],
        include_dirs=["src/cutaway/events"],
        define_macros=[("Py_LIMITED_API", "0x030B0000")] if ABI3 else [],
        # Nobody looks at the flags of floating-point exceptions; for their sake loops would not be vectorised.
        extra_compile_args=[] if sys.platform == "win32" else ["-O3", "-fno-trapping-math", "-g0"],
        py_limited_api=ABI3,
    )
    # cythonize() with setuptools' own build_ext: Cython's build_ext drops the abi3 suffix.
    from Cython.Build import cythonize

    return cythonize([kernel], language_level=3)


setup(ext_modules=extensions(), cmdclass={"build_ext": OptionalBuildExt, "bdist_wheel": Abi3Wheel})
