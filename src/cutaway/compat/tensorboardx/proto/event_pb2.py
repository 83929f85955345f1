"""``tensorboardX.proto.event_pb2``."""

from cutaway.compat.v1.messages import Event, LogMessage, SessionLog, TaggedRunMetadata

__all__ = ["Event", "LogMessage", "SessionLog", "TaggedRunMetadata"]
