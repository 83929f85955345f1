"""The kernel's functions in Python and NumPy: what runs where the native twin could not be built.

Same results as ``_core`` (property tests compare them); see ``core`` for what the functions do.
"""

from cutaway.events._pure_append import DirectFile, ScalarFile
from cutaway.events._pure_crc32c import crc32c
from cutaway.events._pure_decode import decode
from cutaway.events._pure_encode import encode, encode_mapping, frame
from cutaway.events._pure_graph import graph_nodes
from cutaway.events._pure_histogram import histogram, histogram_value
from cutaway.events._pure_reduce import Reduction, first_from, summarize, take
from cutaway.events._pure_scan import scan
from cutaway.events._pure_smooth import decayed_means, windowed_means

__all__ = [
    "DirectFile",
    "Reduction",
    "ScalarFile",
    "crc32c",
    "decayed_means",
    "decode",
    "encode",
    "encode_mapping",
    "first_from",
    "frame",
    "graph_nodes",
    "histogram",
    "histogram_value",
    "scan",
    "summarize",
    "take",
    "windowed_means",
]
