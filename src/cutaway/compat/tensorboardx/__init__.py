"""``tensorboardX`` by its own names, written by Cutaway. The submodules are those of the package, where we have them.

``cutaway.compat.install()`` puts this package in its place, for libraries and scripts that are not to be changed.
"""

from cutaway.compat.tensorboardx.global_writer import GlobalSummaryWriter
from cutaway.compat.tensorboardx.record_writer import RecordWriter
from cutaway.compat.tensorboardx.writer import FileWriter, SummaryWriter

__all__ = ["FileWriter", "GlobalSummaryWriter", "RecordWriter", "SummaryWriter"]
