"""NumPy in a process that does nothing but show logs.

OpenBLAS, which comes with NumPy, starts a thread for each further core when it is loaded, and each of them spins for
some tens of milliseconds before it sleeps. In that time as many cores would read millions of points, and no view of a
log multiplies matrices.
"""

import os

_THREADS = "OPENBLAS_NUM_THREADS"


def import_numpy() -> None:
    """Import NumPy without further threads for matrices, unless the user's environment says how many there are.

    The environment is as before in the end, for programs that this one starts.
    """
    is_given = _THREADS in os.environ
    os.environ.setdefault(_THREADS, "1")
    try:
        import numpy  # noqa: F401
    finally:
        if not is_given:
            del os.environ[_THREADS]
