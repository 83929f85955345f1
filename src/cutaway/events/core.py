"""The kernel: reading, writing and reducing scalar records, natively where the extension could be built.

Two twins have the same functions and the same results: ``_core`` (Cython) and ``_pure`` (Python and NumPy,
about 20 times slower). ``CUTAWAY_PURE=1`` in the environment chooses the second. Only ``DirectFile`` holds
state.
"""

from typing import TYPE_CHECKING, cast

from cutaway.events.early import native_kernel
from cutaway.events.kernel import Kernel

__all__ = [
    "ScalarFile",
    "ScalarRecorder",
    "changed_files",
    "count_magnitudes",
    "crc32c",
    "decayed_means",
    "decode",
    "draw_lines",
    "draw_rows",
    "encode",
    "encode_mapping",
    "first_from",
    "first_not_finite",
    "frame",
    "graph_nodes",
    "histogram",
    "histogram_value",
    "implementation",
    "is_native",
    "keep_samples",
    "load",
    "load_contents",
    "map_file",
    "measure_changes",
    "measure_tensor",
    "measure_tensors",
    "natural_key",
    "new_lock",
    "new_reduction",
    "open_direct",
    "opened",
    "pack",
    "pack_values",
    "scan",
    "summarize",
    "take",
    "take_values",
    "unpack",
    "unpack_values",
    "usually",
    "windowed_means",
]


def _load() -> tuple[Kernel, str]:
    native = native_kernel()
    if native is not None:
        return cast("Kernel", native), "native"
    from cutaway.events import _pure

    return cast("Kernel", _pure), "pure"


_kernel, implementation = _load()
is_native = implementation == "native"

if TYPE_CHECKING:
    from threading import RLock

    from cutaway.events.kernel_objects import DirectFile
    from cutaway.events.write_trouble import Trouble

    class ScalarFile:
        """The base of a writer: its file and its lock.

        A subclass has ``_resolve``, which takes a trouble, with the lock held, and returns the warning to be given.
        """

        _lock: RLock
        _direct: DirectFile

        def _resolve(self, trouble: Trouble) -> str: ...

    class ScalarRecorder:
        """The base of what records numbers."""

        #: Where ``add_scalar`` may write to without a further look.
        _scalar_file: ScalarFile | None

else:
    ScalarFile = _kernel.ScalarFile
    ScalarRecorder = _kernel.ScalarRecorder

crc32c = _kernel.crc32c
scan = _kernel.scan
decode = _kernel.decode
load = _kernel.load
load_contents = _kernel.load_contents
changed_files = _kernel.changed_files
map_file = _kernel.map_file
natural_key = _kernel.natural_key
draw_lines = _kernel.draw_lines
draw_rows = _kernel.draw_rows
opened = _kernel.opened
encode = _kernel.encode
encode_mapping = _kernel.encode_mapping
open_direct = _kernel.DirectFile
new_lock = _kernel.ReentrantLock
frame = _kernel.frame
new_reduction = _kernel.Reduction
summarize = _kernel.summarize
pack = _kernel.pack
pack_values = _kernel.pack_values
unpack = _kernel.unpack
unpack_values = _kernel.unpack_values
take = _kernel.take
take_values = _kernel.take_values
usually = _kernel.usually
first_from = _kernel.first_from
histogram = _kernel.histogram
histogram_value = _kernel.histogram_value
measure_tensors = _kernel.measure_tensors
measure_tensor = _kernel.measure_tensor
count_magnitudes = _kernel.count_magnitudes
keep_samples = _kernel.keep_samples
measure_changes = _kernel.measure_changes
first_not_finite = _kernel.first_not_finite
graph_nodes = _kernel.graph_nodes
decayed_means = _kernel.decayed_means
windowed_means = _kernel.windowed_means
