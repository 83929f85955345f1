"""``tensorboardX.proto.tensor_pb2``."""

from cutaway.compat.v1.messages import TensorProto

__all__ = ["TensorProto"]
