"""``tensorboardX.proto.summary_pb2``."""

from cutaway.compat.v1.messages import HistogramProto, Summary, SummaryMetadata

__all__ = ["HistogramProto", "Summary", "SummaryMetadata"]
