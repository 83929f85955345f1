"""``torch.utils.tensorboard`` by its own names, written by Cutaway. The submodules are those of PyTorch's package.

``cutaway.compat.install()`` puts this package in its place, for libraries and scripts that are not to be changed.
"""

from cutaway.compat.torch_tensorboard.record_writer import RecordWriter
from cutaway.compat.torch_tensorboard.writer import FileWriter, SummaryWriter

__all__ = ["FileWriter", "RecordWriter", "SummaryWriter"]
