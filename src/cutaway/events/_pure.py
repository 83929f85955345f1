"""The kernel's functions in Python and NumPy: what runs where the native twin could not be built.

Same results as ``_core`` (property tests compare them); see ``core`` for what the functions do.
"""

from threading import RLock as ReentrantLock

from cutaway.events._pure_append import DirectFile, ScalarFile, ScalarRecorder, usually
from cutaway.events._pure_crc32c import crc32c
from cutaway.events._pure_decode import decode
from cutaway.events._pure_encode import encode, encode_mapping, frame
from cutaway.events._pure_graph import graph_nodes
from cutaway.events._pure_histogram import histogram, histogram_value
from cutaway.events._pure_load import changed_files, load, load_contents
from cutaway.events._pure_map import map_file
from cutaway.events._pure_order import natural_key
from cutaway.events._pure_packed import first_from, pack, pack_values, take, take_values, unpack, unpack_values
from cutaway.events._pure_reduce import Reduction, draw_lines, draw_rows, opened, summarize
from cutaway.events._pure_scan import scan
from cutaway.events._pure_smooth import decayed_means, windowed_means
from cutaway.events._pure_watch import (
    count_magnitudes,
    first_not_finite,
    keep_samples,
    measure_changes,
    measure_tensor,
    measure_tensors,
)

__all__ = [
    "DirectFile",
    "Reduction",
    "ReentrantLock",
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
    "keep_samples",
    "load",
    "load_contents",
    "map_file",
    "measure_changes",
    "measure_tensor",
    "measure_tensors",
    "natural_key",
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
